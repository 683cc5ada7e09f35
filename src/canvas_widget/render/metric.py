"""One number: its label, the number, and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canvas_widget.document import Container, MetricContent
from canvas_widget.render import svg
from canvas_widget.render.measure import text_width
from canvas_widget.render.numbers import MISSING, column, format_number
from canvas_widget.render.theme import Theme, geometry

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["comparison_text", "metric_body", "metric_label", "metric_text", "trend"]

SPARK_HEIGHT = 16
"""The least room, in px, that a small line is drawn in."""


def metric_label(container: Container, content: MetricContent) -> str:
    """What the number is: the container's title, else the content's own label."""
    return container.title or content.label or container.id


def marks_of(content: MetricContent) -> dict[str, Any] | None:
    """The marks of its numbers; None for the English ones."""
    return content.marks.model_dump() if content.marks else None


def metric_text(content: MetricContent, result: Result) -> str:
    """The number as shown; "–" when there is no row or no value."""
    rows = result.rows(0, 1)
    if not rows or not result.fields:
        return MISSING
    field = result.fields[0]
    value = rows[0][field.name]
    if field.type in {"integer", "number"}:
        return format_number(value, content.format, marks_of(content))
    return column(field.name, field.type, [value])[0]


def metric_body(container: Container, content: MetricContent, result: Result, theme: Theme, bottom: float = 0) -> str:
    """Label, value and note, from the container's top; the value shrinks before it is cut. `bottom` px stay free."""
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
    said = [content.label] if content.label and content.label.lower() not in label.lower() else []
    for note in [*comparison_text(content, result), *said]:
        if below + look["noteLine"] > container.height - max(4, bottom - 4):
            break
        shape = {"size": look["noteSize"], "line": look["noteLine"], "width": room}
        parts.append(svg.text(note, padding, below, fill=theme["muted"], **shape))
        below += look["noteLine"]
    height = container.height - below - max(padding, bottom + 8)
    if height >= SPARK_HEIGHT:
        parts.append(sparkline(trend(content, result), padding, below + 4, (room, height), theme["accent"]))
    return "".join(parts)


def comparison_text(content: MetricContent, result: Result) -> list[str]:
    """How the number stands to the one it is compared with: ["▲ 12 % on 8.4, the month before"]; else empty."""
    row = next(iter(result.rows(0, 1)), {})
    if content.previous is None or content.previous not in row or not result.fields:
        return []
    now, before = row[result.fields[0].name], row[content.previous]
    if not isinstance(now, int | float) or not isinstance(before, int | float):
        return [f"Nothing to compare: no value for {content.compared_with}"]
    marks = marks_of(content)
    share = format_number(abs(now - before) / abs(before), ",.1%", marks) if before else ""
    change = share or format_number(abs(now - before), None, marks)
    sign = "▲" if now > before else "▼" if now < before else "="
    return [f"{sign} {change} on {format_number(before, content.format, marks)}, {content.compared_with}"]


def trend(content: MetricContent, result: Result) -> list[float]:
    """The numbers of the small line, the newest last; what is missing is left out."""
    row = next(iter(result.rows(0, 1)), {})
    found = row.get(content.trend) if content.trend else None
    return [float(each) for each in found if isinstance(each, int | float)] if isinstance(found, list) else []


def sparkline(values: list[float], x: float, y: float, size: tuple[float, float], color: str) -> str:
    """A line through the values, from the left to the right of its room."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    width, height = size
    points = [
        (x + width * position / (len(values) - 1), y + height * (1 - (value - low) / ((high - low) or 1)))
        for position, value in enumerate(values)
    ]
    return svg.path("M" + "L".join(f"{svg.number(left)},{svg.number(top)}" for left, top in points), stroke=color)
