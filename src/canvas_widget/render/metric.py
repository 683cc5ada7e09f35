"""One number: its label, the number, and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canvas_widget.document import Container, MetricContent
from canvas_widget.render import svg
from canvas_widget.render.measure import text_width
from canvas_widget.render.numbers import MISSING, column, format_number
from canvas_widget.render.theme import Theme, geometry

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["metric_body", "metric_label", "metric_text"]


def metric_label(container: Container, content: MetricContent) -> str:
    """What the number is: the container's title, else the content's own label."""
    return container.title or content.label or container.id


def metric_text(content: MetricContent, result: Result) -> str:
    """The number as shown; "–" when there is no row or no value."""
    rows = result.rows(0, 1)
    if not rows or not result.fields:
        return MISSING
    field = result.fields[0]
    value = rows[0][field.name]
    if field.type in {"integer", "number"}:
        return format_number(value, content.format)
    return column(field.name, field.type, [value])[0]


def metric_body(container: Container, content: MetricContent, result: Result, theme: Theme) -> str:
    """Label, value and note, from the container's top; the value shrinks before it is cut."""
    look, padding = geometry("metric"), geometry("container")["padding"]
    room = container.width - 2 * padding
    shown = metric_text(content, result)
    label = metric_label(container, content)
    size = float(look["valueSize"])
    while size > look["labelSize"] and text_width(shown, size, look["valueWeight"]) > room:
        size -= 1
    spacing = look["letterSpacing"] if size == look["valueSize"] else 0
    top = look["top"]
    parts = [
        svg.text(label, padding, top, fill=theme["muted"], size=look["labelSize"], line=look["labelLine"], width=room),
        svg.text(
            shown,
            padding,
            top + look["labelLine"],
            fill=theme["muted"] if content.stale else theme["text"],
            size=size,
            line=look["valueLine"],
            weight=look["valueWeight"],
            spacing=spacing,
            width=room,
        ),
    ]
    below = top + look["labelLine"] + look["valueLine"]
    if content.label and content.label != label and below + look["noteLine"] <= container.height - 4:
        note = {"size": look["noteSize"], "line": look["noteLine"], "width": room}
        parts.append(svg.text(content.label, padding, below, fill=theme["muted"], **note))
    return "".join(parts)
