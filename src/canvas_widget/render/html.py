"""HTML: the answer below a cell, which runs no script, and the page that stands alone."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canvas_widget.document import ChartContent, Container, Document, MetricContent, TableContent
from canvas_widget.render import theme as themes
from canvas_widget.render.canvas import render_svg
from canvas_widget.render.markdown import Block, Run, blocks, runs
from canvas_widget.render.metric import metric_label, metric_text
from canvas_widget.render.provenance import provenance_html, without_provenance
from canvas_widget.render.svg import cjk_faces, clean, escape
from canvas_widget.render.theme import STACK
from canvas_widget.render.words import kind_words

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["answer_html", "render_html_page"]

PAGE_ROWS = 5_000
PICTURE_SIZE = 80_000
"""Characters of the picture in an answer."""
FOLDED = 52
"""Pixels below the live canvas of a page: the closed line that opens where its numbers come from."""
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


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {scripts}; \
style-src 'unsafe-inline'; font-src data: blob:; img-src data: blob:">
<title>{title}</title>
<style>
html,body{{margin:0;height:100%;background:{background};color:{text};font:13px/20px {stack}}}
#canvas{{--canvas-widget-height:max(480px,calc(100vh - {below}px))}}
noscript p{{margin:16px;text-align:center;font-size:12px}}
#canvas>svg{{display:block;margin:16px auto;max-width:calc(100% - 32px);height:auto}}
#sources{{max-width:{column};margin:0 auto;padding:12px 16px 24px}}
#sources dl,#sources pre{{max-width:800px;box-sizing:border-box}}
#sources summary{{cursor:pointer;color:{muted};font-size:12px}}
#sources h2{{font-size:13px;font-weight:600;margin:16px 0 4px}}
#sources dl{{display:grid;grid-template-columns:64px 1fr;gap:0 12px;margin:0}}
#sources dt{{color:{muted}}}
#sources dd{{margin:0;overflow-wrap:anywhere}}
#sources pre{{margin:6px 0 0;padding:8px 12px;border:1px solid {hairline};border-radius:6px;background:{surface};\
white-space:pre-wrap;overflow-wrap:anywhere;font:12px/18px ui-monospace,Menlo,Consolas,monospace,'Canvas Sans'}}
{faces}</style>
</head>
<body>
<div id="canvas">{picture}</div>
{sources}{script}</body>
</html>
"""

_SCRIPT = """<noscript><p>This page is a still picture until scripts may run.</p></noscript>
<script type="text/plain" id="bundle">{bundle}</script>
<script type="application/json" id="data">{data}</script>
<script type="module">
const text = (id) => document.getElementById(id).textContent;
const packed = Uint8Array.from(atob(text("bundle")), (char) => char.charCodeAt(0));
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
const source = new Blob([await new Response(stream).text()], {{ type: "text/javascript" }});
const {{ mountStatic }} = await import(URL.createObjectURL(source));
await document.fonts.ready;
const element = document.getElementById("canvas");
const live = document.createElement("div");
await mountStatic(live, JSON.parse(text("data")));
element.replaceChildren(live);
</script>
"""


def render_html_page(
    document: Document,
    results: Mapping[str, Result],
    *,
    bundle: str | None = None,
    theme: str = "light",
    title: str | None = None,
    sources: bool = True,
) -> str:
    """The canvas as one HTML file that loads nothing.

    With `bundle` (the text of the built `widget.js`, which exports `mountStatic(element, {document, results, theme})`)
    the page is interactive; the picture stands until it runs, and stays where no script may run. Tables hold
    at most 5,000 rows. Below stands where each container's numbers come from; without `sources` the page holds no
    query, no prompt and no dataset's name.
    """
    look = themes.theme(theme)
    document = document if sources else without_provenance(document)
    script = texts = ""
    if bundle is not None:
        data = {
            "document": document.to_wire(),
            "results": {
                container.id: page_result(results[container.id]) for container in document if container.id in results
            },
            "theme": theme,
        }
        packed = base64.b64encode(gzip.compress(bundle.encode(), mtime=0)).decode()
        script = _SCRIPT.format(bundle=packed, data=_script_json(data))
        texts = json.dumps(data, ensure_ascii=False)
    told = provenance_html(document, results) if sources else ""
    return _PAGE.format(
        title=escape(title or document.name),
        scripts="'unsafe-inline' blob:" if bundle is not None else "'none'",
        background=look["canvas"],
        text=look["text"],
        muted=look["muted"],
        surface=look["surface"],
        hairline=look["hairline"],
        stack=STACK,
        faces=cjk_faces(texts, "600 700"),
        below=FOLDED if told else 0,
        # Below the frame of the live canvas, which is as wide as the page, or below the picture in its middle.
        column="none" if bundle is not None else f"{document.width - 32}px",
        picture=render_svg(document, results, theme=theme),
        sources=told,
        script=script,
    )


def page_result(result: Result) -> dict[str, Any]:
    """A result as the `result` frame carries it."""
    return {
        "result_id": result.result_id,
        "schema": result.schema(),
        "row_count": result.row_count,
        "offset": 0,
        "stale": False,
        "truncated": result.truncated,
        "rows_read": result.rows_read,
        "rows": result.rows(0, PAGE_ROWS),
    }


def _script_json(data: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    text = clean(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    return re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", text)
