"""The canvas in words: the text that a notebook's re-run is compared by.

Two canvases that show the same have the same text; a changed value, label, size or position changes it. Times, ids,
revisions and the noise behind the twelfth digit of a float do not enter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from canvas_widget.document import (
    ChartContent,
    Container,
    ControlContent,
    Document,
    MetricContent,
    TableContent,
    TextContent,
)
from canvas_widget.render.blank import hashed
from canvas_widget.render.chart import subtitle
from canvas_widget.render.control import control_text
from canvas_widget.render.markdown import plain
from canvas_widget.render.metric import metric_label, metric_text
from canvas_widget.render.numbers import canonical
from canvas_widget.render.table import table_columns

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["MARKS", "container_hash", "content_hash", "kind_words", "reading_order", "render_text"]

SHOWN_ROWS = 20
HASHED_ROWS = 10_000
LONGEST = 400
MARKS = {
    "arc": "pie chart",
    "bar": "bar chart",
    "line": "line chart",
    "area": "area chart",
    "point": "scatter plot",
    "circle": "scatter plot",
    "histogram": "histogram",
    "box": "box plot",
    "heatmap": "heat map",
    "density": "density",
    "rect": "heat map",
}


def reading_order(document: Document) -> list[Container]:
    """The visible containers from the top left to the bottom right."""
    places = {container_id: place for place, container_id in enumerate(document.ids())}
    shown = (container for container in document if not container.hidden)
    return sorted(shown, key=lambda container: (container.y, container.x, places[container.id]))


def kind_words(container: Container) -> str:
    """What a container holds, in words: "bar chart", "table", "metric", "note"."""
    content = container.content
    if isinstance(content, ChartContent):
        return MARKS.get(content.mark, f"{content.mark} chart")
    return {"text": "note", "empty": "empty container"}.get(content.kind, content.kind)


def render_text(document: Document, results: Mapping[str, Result]) -> str:
    """The canvas as plain text, containers in reading order, the hash of all that is shown in the last line."""
    shown = reading_order(document)
    count = f"{len(shown)} container{'' if len(shown) == 1 else 's'}" if shown else "empty"
    lines = [f"Canvas {_inline(document.name)}: {document.width} × {document.height} px, {count}"]
    for number, container in enumerate(shown, start=1):
        lines += ["", *_container(number, container, results.get(container.id))]
    lines += ["", f"content {content_hash(document, results)}"]
    return "\n".join(lines)


def _inline(text: str) -> str:
    """A title or cell on one line, its end left out where it is endless (the hash covers all of it)."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[:LONGEST]}…"


def _container(number: int, container: Container, result: Result | None) -> list[str]:
    content = container.content
    title = metric_label(container, content) if isinstance(content, MetricContent) else container.title or container.id
    size = f"{container.width} × {container.height} px"
    lines = [f"{number}. {_inline(title)} – {kind_words(container)} at {container.x}, {container.y}, {size}"]
    if isinstance(content, ChartContent) and subtitle(content.spec):
        lines.append(f"   {_inline(subtitle(content.spec))}")
    if getattr(content, "stale", False):
        lines.append("   Data changed after this was drawn.")
    match content:
        case TextContent():
            lines += [f"   {line}" for line in plain(content.markdown).splitlines()]
        case ControlContent():
            lines.append(f"   {_inline(content.field)}: {_inline(control_text(content))}")
        case MetricContent() if result is not None:
            lines.append(f"   {_inline(metric_text(content, result))}")
        case ChartContent() | TableContent() if result is not None:
            lines += [f"   {line}" for line in _rows(content, result)]
        case ChartContent() | TableContent() | MetricContent():
            lines.append("   Waiting for data.")
    return lines


def _rows(content: ChartContent | TableContent, result: Result) -> list[str]:
    names = (
        table_columns(content, result) if isinstance(content, TableContent) else [field.name for field in result.fields]
    )
    lines = [" | ".join(_inline(name) for name in names)]
    lines += [" | ".join(_inline(canonical(row[name])) for name in names) for row in result.rows(0, SHOWN_ROWS)]
    rest = result.row_count - SHOWN_ROWS
    if rest > 0:
        lines.append(f"+ {rest:,} more row{'' if rest == 1 else 's'}")
    return lines


def content_hash(document: Document, results: Mapping[str, Result]) -> str:
    """A hash (16 hex digits) of what the canvas shows: sizes, titles, specs and rows, floats to 12 digits."""
    shown = [
        {
            "title": container.title,
            "box": [container.x, container.y, container.width, container.height, container.z],
            "content": _content(container),
            "rows": _result(results.get(container.id)),
        }
        for container in reading_order(document)
    ]
    whole = {"name": document.name, "size": [document.width, document.height], "containers": shown}
    return _hash(whole)


def container_hash(container: Container, result: Result | None) -> str:
    """The same of one container, without its box: what it shows, wherever it stands."""
    return _hash({"title": container.title, "content": _content(container), "rows": _result(result)})


def _hash(value: Any) -> str:
    return hashed(_rounded(value))


def _content(container: Container) -> dict[str, Any]:
    content: dict[str, Any] = container.content.model_dump(mode="json")
    left_out = {"result_id", "request", "made_by", *(("marks",) if content.get("marks") is None else ())}
    return {key: value for key, value in content.items() if key not in left_out}


def _result(result: Result | None) -> Any:
    if result is None:
        return None
    return {"schema": result.schema(), "count": result.row_count, "rows": result.rows(0, HASHED_ROWS)}


def _rounded(value: Any) -> Any:
    """The value with its floats as text of 12 significant digits."""
    if isinstance(value, float):
        return canonical(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _rounded(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_rounded(part) for part in value]
    return value
