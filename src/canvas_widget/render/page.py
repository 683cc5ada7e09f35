"""The page that stands alone: one HTML file that loads nothing, interactive where scripts may run."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from canvas_widget.document import Document
from canvas_widget.render import theme as themes
from canvas_widget.render.canvas import render_svg
from canvas_widget.render.provenance import provenance_html, without_provenance
from canvas_widget.render.svg import cjk_faces, clean, escape
from canvas_widget.render.theme import STACK

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["render_html_page"]

PAGE_ROWS = 5_000
FOLDED = 52
"""Pixels below the live canvas of a page: the closed line that opens where its numbers come from."""


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {scripts}; \
style-src 'unsafe-inline'; font-src data: blob:; img-src data: blob:">
<title>{title}</title>
<style>
{colours}
html,body{{margin:0;height:100%;background:var(--canvas);color:var(--text);font:13px/20px {stack}}}
#canvas{{--canvas-widget-height:max(480px,calc(100vh - {below}px))}}
noscript p{{margin:16px;text-align:center;font-size:12px}}
#canvas>svg{{display:block;margin:16px auto;max-width:calc(100% - 32px);height:auto}}
#sources{{max-width:{column};margin:0 auto;padding:12px 16px 24px}}
#sources dl,#sources pre{{max-width:800px;box-sizing:border-box}}
#sources summary{{cursor:pointer;color:var(--muted);font-size:12px}}
#sources h2{{font-size:13px;font-weight:600;margin:16px 0 4px}}
#sources dl{{display:grid;grid-template-columns:64px 1fr;gap:0 12px;margin:0}}
#sources dt{{color:var(--muted)}}
#sources dd{{margin:0;overflow-wrap:anywhere}}
#sources pre{{margin:6px 0 0;padding:8px 12px;border:1px solid var(--hairline);border-radius:6px;\
background:var(--surface);white-space:pre-wrap;overflow-wrap:anywhere;\
font:12px/18px ui-monospace,Menlo,Consolas,monospace,'Canvas Sans'}}
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
    theme: str | None = None,
    title: str | None = None,
    sources: bool = True,
) -> str:
    """The canvas as one HTML file that loads nothing.

    With `bundle` (the text of the built `widget.js`, which exports `mountStatic(element, {document, results, theme})`)
    the page is interactive; the picture stands until it runs, and stays where no script may run. Tables hold
    at most 5,000 rows. `theme` is "light" or "dark"; without, the page follows what the reader's system prefers. Below
    stands where each container's numbers come from; without `sources` the page holds no query, no prompt and no
    dataset's name.
    """
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
        colours=_colours(theme),
        stack=STACK,
        faces=cjk_faces(texts, "600 700"),
        below=FOLDED if told else 0,
        # Below the frame of the live canvas, which is as wide as the page, or below the picture in its middle.
        column="none" if bundle is not None else f"{document.width - 32}px",
        picture=_picture(document, results, theme),
        sources=told,
        script=script,
    )


def _colours(theme: str | None) -> str:
    """The colours of the page as CSS variables, and which of two pictures is seen."""

    def of(name: str) -> str:
        look = themes.theme(name)
        return ";".join(f"--{word}:{look[word]}" for word in ("canvas", "text", "muted", "surface", "hairline"))

    if theme is not None:
        return f":root{{{of(theme)}}}"
    dark = f":root{{{of('dark')}}}#canvas>svg.light{{display:none!important}}"
    light = "#canvas>svg.dark{display:none!important}"
    return (
        f":root{{color-scheme:light dark;{of('light')}}}\n@media (prefers-color-scheme:dark){{{dark}}}\n"
        f"@media not (prefers-color-scheme:dark){{{light}}}"
    )


def _picture(document: Document, results: Mapping[str, Result], theme: str | None) -> str:
    if theme is not None:
        return render_svg(document, results, theme=theme)
    first = render_svg(document, results, theme="light").replace("<svg ", '<svg class="light" ', 1)
    # The ids of one must not name parts of the other.
    second = render_svg(document, results, theme="dark", fonts=False).replace("<svg ", '<svg class="dark" ', 1)
    return first + re.sub(r'(id="|url\(#)c(?=\d)', r"\1d", second)


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
