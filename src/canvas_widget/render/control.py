"""A control as a still picture: its label, and the chosen value in a box."""

from __future__ import annotations

from canvas_widget.document import Container, ControlContent
from canvas_widget.render import svg
from canvas_widget.render.theme import Theme, geometry

__all__ = ["control_body", "control_text"]

HEIGHT = 28


def control_text(content: ControlContent) -> str:
    """What is chosen, in words."""
    value = content.value
    if value is None or value == []:
        return "All"
    if content.control == "choice":
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    low, high = value if isinstance(value, list) and len(value) == 2 else (value, value)
    return f"{_end(low)} – {_end(high)}"


def _end(value: object) -> str:
    return f"{value:,.12g}" if isinstance(value, int | float) else str(value)


def control_body(container: Container, content: ControlContent, look: Theme) -> str:
    """The box with the chosen value, below the header."""
    box, size = geometry("container"), geometry("title")["size"]
    left, top = box["padding"], box["bodyTop"]
    width = container.width - 2 * left
    if width < 24 or container.height < top + HEIGHT:
        return ""
    frame = svg.rect(
        left + 0.5, top + 0.5, width - 1, HEIGHT - 1, fill=look["surface"], stroke=look["controlBorder"], radius=4
    )
    words = svg.text(control_text(content), left + 8, top + 4, fill=look["text"], size=size, line=20, width=width - 16)
    return frame + words
