"""HTML: the answer below a cell, which runs no script."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from canvas_widget.document import ChartContent, Container, MetricContent, TableContent
from canvas_widget.render.markdown import Block, Run, blocks, runs
from canvas_widget.render.metric import metric_label, metric_text
from canvas_widget.render.svg import escape
from canvas_widget.render.words import kind_words

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["answer_html"]

PICTURE_SIZE = 80_000
"""Characters of the picture in an answer."""
_LINE = "rgba(128,128,128,.35)"
_MUTED = "opacity:.72;font-size:12px"


@dataclass(frozen=True)
class _Made:
    """A container as the answer lists it: `value` is a metric's number, `rows` how many rows it shows."""

    title: str
    kind: str
    rows: int | None
    value: str
    data: str
    sql: str


def _made(container: Container, result: Result | None) -> _Made:
    content = container.content
    title, value = container.title or container.id, ""
    if isinstance(content, MetricContent):
        title = metric_label(container, content)
        value = metric_text(content, result) if result is not None else ""
    data = sql = ""
    if isinstance(content, ChartContent | TableContent | MetricContent):
        sql, data = content.sql, content.dataset or ""
    if result is not None and result.datasets:
        data = ", ".join(name for name, _ in result.datasets)
    return _Made(title, kind_words(container), None if result is None else result.row_count, value, data, sql)


def answer_html(
    text: str,
    *,
    made: Sequence[Container] = (),
    results: Mapping[str, Result] | None = None,
    confidence: str | None = None,
    confidence_reason: str | None = None,
    provider: str | None = None,
    model: str | None = None,
    notes: Sequence[str] = (),
    picture: tuple[str, int, int] | None = None,
) -> str:
    """An answer as HTML without script, style sheet or outside reference; it inherits the page's text colour.

    `text` is markdown, `made` the containers to list with their data and SQL (`results` by container id), `notes`
    sentences on what the layout did or what is left. `picture` is an SVG of what was made, with its width and height
    in px; it is left out where it is too large to be saved.
    """
    parts = [_prose(text), *(f'<p style="margin:0 0 8px;{_MUTED}">{escape(note)}</p>' for note in notes if note)]
    items = [_made(container, (results or {}).get(container.id)) for container in made]
    if picture is not None:
        parts.append(_picture(*picture, [item.title for item in items]))
    if items:
        parts.append(_table(items))
    queries = [item for item in items if item.sql]
    if queries:
        parts.append(_queries(queries))
    said = (_confidence(confidence, confidence_reason), provider, model)
    last = " · ".join(escape(part) for part in said if part)
    if last:
        parts.append(f'<p style="margin:8px 0 0;{_MUTED}">{last}</p>')
    style = "max-width:800px;color:inherit;font-size:13px;line-height:20px"
    return f'<div style="{style}">{"".join(parts)}</div>'


def _picture(image: str, width: int, height: int, titles: Sequence[str]) -> str:
    """The picture as an image that holds itself; not below the live view, which shows the same in the same cell."""
    data = base64.b64encode(image.encode()).decode()
    if len(data) > PICTURE_SIZE:
        return ""
    hidden = "<style>.jp-OutputArea:has(.cw) .cw-made{display:none}</style>"
    style = "display:block;max-width:100%;height:auto;margin:4px 0 8px"
    source = f'src="data:image/svg+xml;base64,{data}" width="{width}" height="{height}"'
    return f'{hidden}<img class="cw-made" alt="{escape(", ".join(titles))}" style="{style}" {source}>'


def _confidence(level: str | None, reason: str | None) -> str:
    if not level:
        return ""
    return f"{level.capitalize()} confidence" + (f", {reason}" if reason else "")


def _prose(markdown: str) -> str:
    """Markdown as HTML: the blocks that the picture knows too."""
    parts: list[str] = []
    ordered = ""
    for block in blocks(markdown):
        tag = "" if block.kind != "item" else "ul" if block.marker == "•" else "ol"
        if ordered and ordered != tag:
            parts.append(f"</{ordered}>")
        if tag and ordered != tag:
            parts.append(f'<{tag} style="margin:0 0 8px;padding-left:20px">')
        ordered = tag
        parts.append(_block(block))
    if ordered:
        parts.append(f"</{ordered}>")
    return "".join(parts)


def _block(block: Block) -> str:
    match block.kind:
        case "item":
            return f"<li>{_inline(runs(block.text))}</li>"
        case "heading":
            return f'<p style="margin:0 0 4px;font-weight:600">{_inline(runs(block.text))}</p>'
        case "code":
            return f'<pre style="margin:0;font-size:12px;line-height:18px">{escape(block.text)}</pre>'
        case "rule":
            return f'<hr style="border:0;border-top:1px solid {_LINE};margin:8px 0">'
        case _:
            return f'<p style="margin:0 0 8px">{_inline(runs(block.text))}</p>'


def _inline(found: list[Run]) -> str:
    return "".join(f"<b>{escape(run.text)}</b>" if run.weight != 400 else escape(run.text) for run in found)


def _table(items: Sequence[_Made]) -> str:
    """What was made: number, name, kind, rows (a metric's own value), data."""
    cell = f"border:1px solid {_LINE};padding:4px 12px"

    def row(tag: str, cells: Sequence[str]) -> str:
        sides = ("right", "left", "left", "right", "left")
        inner = "".join(
            f'<{tag} style="{cell};text-align:{side}{";font-weight:600" if tag == "th" else ""}">{escape(text)}</{tag}>'
            for side, text in zip(sides, cells, strict=True)
        )
        return f"<tr>{inner}</tr>"

    head = row("th", ("#", "On the canvas", "Type", "Rows", "Data"))
    body = "".join(
        row("td", (str(number), item.title, _type(item), _count(item), item.data or "–"))
        for number, item in enumerate(items, start=1)
    )
    style = "border-collapse:collapse;margin:4px 0 8px;font-size:13px;line-height:20px;color:inherit"
    return f'<table style="{style}"><thead>{head}</thead><tbody>{body}</tbody></table>'


def _type(item: _Made) -> str:
    kind = item.kind[:1].upper() + item.kind[1:]
    return f"{kind}, {item.value}" if item.value else kind


def _count(item: _Made) -> str:
    return "–" if item.rows is None else f"{item.rows:,}"


def _queries(items: Sequence[_Made]) -> str:
    code = "".join(
        f'<p style="margin:4px 0 0;{_MUTED}">{escape(item.title)}</p>'
        f'<pre style="margin:0 0 8px;white-space:pre-wrap;font-size:12px;line-height:18px">{escape(item.sql)}</pre>'
        for item in items
    )
    return f'<details style="margin:0 0 4px"><summary style="cursor:pointer">SQL</summary>{code}</details>'
