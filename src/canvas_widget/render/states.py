"""What a container shows when it has nothing to draw, or something to say about what it draws."""

from __future__ import annotations

from canvas_widget.document import Container, Document
from canvas_widget.render import svg
from canvas_widget.render.measure import wrap
from canvas_widget.render.theme import Theme, geometry

__all__ = ["STALE_HEIGHT", "empty_canvas", "failed", "message", "stale_dot", "stale_line"]

STALE = "Data changed since"
STALE_HEIGHT = 24
WARNING = "M8 2 14.5 13.5H1.5ZM8 6.4V9.6M8 11.6V11.7"


def stale_line(container: Container, look: Theme) -> str:
    padding = geometry("container")["padding"]
    top = container.height - STALE_HEIGHT
    words = svg.text(STALE, padding + 12, top, fill=look["muted"], size=11, width=container.width - 2 * padding - 12)
    return svg.circle(padding + 3, top + 8, 3, fill=look["warning"]) + words


def stale_dot(container: Container, look: Theme) -> str:
    """What stands for the line where a container is too low for it."""
    padding = geometry("container")["padding"]
    return svg.circle(container.width - padding - 3, 18, 3, fill=look["warning"])


def failed(container: Container, told: str, look: Theme) -> str:
    """A warning sign and what went wrong, its first sentence in the colour of errors."""
    padding = geometry("container")["padding"]
    x, top = padding + 24, geometry("container")["bodyTop"] + 8
    room = container.width - x - padding
    if room < padding:
        return ""
    head, _, rest = told[:2_000].partition(". ")
    parts = [svg.path(WARNING, stroke=look["error"], x=padding, y=top)]
    y = top
    for text, fill, weight in ((head.rstrip("."), look["error"], 600), (rest, look["muted"], 400)):
        lines = wrap(text, room, 12, weight, max(0, int((container.height - y - 8) // 16)))
        for line in lines:
            parts.append(svg.text(line, x, y, fill=fill, weight=weight))
            y += 16
        y += 4
    return "".join(parts)


def message(container: Container, words: str, look: Theme) -> str:
    """A muted line in the middle of a container that has nothing to show."""
    top = geometry("container")["bodyTop"] if container.title else 0
    middle = top + (container.height - top) / 2 - 8
    room = container.width - 2 * geometry("container")["padding"]
    return svg.text(words, container.width / 2, middle, fill=look["muted"], anchor="middle", width=room)


def empty_canvas(document: Document, look: Theme) -> str:
    middle, x = document.height / 2 - 24, document.width / 2
    room = document.width - 32
    return svg.text(
        "Nothing on this canvas yet",
        x,
        middle,
        fill=look["text"],
        size=18,
        line=24,
        weight=600,
        anchor="middle",
        width=room,
    ) + svg.text(
        "Ask for a chart, a table or a number in a cell that starts with %%canvas.",
        x,
        middle + 28,
        fill=look["muted"],
        size=13,
        line=20,
        anchor="middle",
        width=room,
    )
