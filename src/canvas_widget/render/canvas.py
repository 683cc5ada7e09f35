"""The whole canvas as one picture: containers in drawing order, each clipped to its box."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from canvas_widget.document import Container, Document
from canvas_widget.render import svg
from canvas_widget.render import theme as themes
from canvas_widget.render.chart import CHART
from canvas_widget.render.container import container_parts, draw_charts, label_of, render_container, told_of
from canvas_widget.render.pdf import attached
from canvas_widget.render.png import repack, told
from canvas_widget.render.provenance import provenance_text
from canvas_widget.render.renderer import pdf_of, png_of
from canvas_widget.render.states import empty_canvas
from canvas_widget.render.theme import Theme, geometry
from canvas_widget.render.tiles import Ground, Piece, apart, png_of_pieces

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["drawing_order", "picture_size", "render_container_svg", "render_pdf", "render_png", "render_svg"]

MAX_PIXELS = 50_000_000
RIM = 9
"""How far the frame of a canvas reaches into it, px."""


def drawing_order(document: Document) -> list[Container]:
    """The visible containers, lowest first."""
    return sorted((container for container in document if not container.hidden), key=lambda container: container.z)


def picture_size(document: Document, footer: str | None = None) -> tuple[int, int]:
    """Width and height of the picture in px: the canvas's, and 32 px more for a footer."""
    return document.width, document.height + (int(geometry("footer")["height"]) if footer else 0)


def render_svg(
    document: Document,
    results: Mapping[str, Result],
    *,
    theme: str = "light",
    footer: str | None = None,
    scale: float = 1.0,
    errors: Mapping[str, str] | None = None,
    fonts: bool = True,
    sources: bool = False,
) -> str:
    """The canvas as one self-contained SVG of document.width × document.height px (times `scale`).

    `results` holds the rows by container id; a container without is drawn as waiting for its data, or with its
    message in `errors` as failed. `footer` adds a line of text, 32 px high, below the canvas. `fonts` puts the
    bundled font inside (115 kB), so that text is as wide in a browser as it was measured. `sources` gives each
    container a description with its query, data, rows, time and prompt.
    """
    look = themes.theme(theme)
    width, height = picture_size(document, footer)
    shown = drawing_order(document)
    draw_charts(shown, results, look)
    parts = [
        _ground(width, height, look),
        *(
            render_container(
                container,
                results.get(container.id),
                look,
                f"c{place}",
                (errors or {}).get(container.id),
                x=container.x,
                y=container.y,
                told=told_of(container, results.get(container.id)) if sources else "",
            )
            for place, container in enumerate(shown)
        ),
    ]
    if not shown:
        parts.append(empty_canvas(document, look))
    if footer:
        parts.append(_footer(document, footer, look))
    drawn = "".join(parts)
    inner = (svg.font_faces(drawn) if fonts else "") + drawn
    return _whole(width, height, scale, _summary(document, shown), inner)


def render_container_svg(
    container: Container,
    result: Result | None,
    *,
    theme: str = "light",
    error: str | None = None,
) -> str:
    """One container as an SVG of its own, container.width × container.height px."""
    inner = render_container(container, result, themes.theme(theme), "c", error)
    return _whole(container.width, container.height, 1.0, label_of(container), svg.font_faces(inner) + inner)


def render_png(
    document: Document,
    results: Mapping[str, Result],
    *,
    theme: str = "light",
    footer: str | None = None,
    scale: float = 2.0,
    errors: Mapping[str, str] | None = None,
    sources: bool = False,
) -> bytes:
    """The canvas as PNG, `scale` device pixels per px; the same bytes for the same canvas in every process.

    A canvas that would need more than 50 million pixels is drawn at a smaller scale. `sources` puts its name and
    where its numbers come from into the file, as the texts "Title" and "Description".
    """
    width, height = picture_size(document, footer)
    scale = max(min(scale, math.sqrt(MAX_PIXELS / (width * height))), 1 / min(width, height))
    if min(width, height) < 4 * RIM or not drawing_order(document):
        png = repack(
            png_of(render_svg(document, results, theme=theme, footer=footer, errors=errors, fonts=False), scale)
        )
    else:
        look = themes.theme(theme)
        pieces = _pieces(document, results, look, errors or {}, scale)
        if footer:
            words = f'<g transform="translate(0,{-document.height})">{_footer(document, footer, look)}</g>'
            pieces.append(Piece(0, document.height, width, height - document.height, words))
        png = png_of_pieces(Ground(width, height, _ground(width, height, look), look["canvas"], RIM), pieces, scale)
    if not sources:
        return png
    said = provenance_text(document, results)
    return told(png, {"Title": document.name, **({"Description": said} if said else {})})


def render_pdf(
    document: Document, results: Mapping[str, Result], *, theme: str = "light", sources: bool = False
) -> bytes:
    """The canvas as a one-page PDF. `sources` gives it a title and attaches where its numbers come from, as a text."""
    pdf = pdf_of(render_svg(document, results, theme=theme, fonts=False))
    return attached(pdf, document.name, provenance_text(document, results)) if sources else pdf


def _ground(width: int, height: int, look: Theme) -> str:
    """What lies below the containers: of one colour further than RIM px from the edges."""
    return svg.rect(0.5, 0.5, width - 1, height - 1, fill=look["canvas"], stroke=look["hairline"], radius=8)


def _footer(document: Document, footer: str, look: Theme) -> str:
    place = geometry("footer")
    top = document.height + (place["height"] - 16) / 2 - 4
    return svg.text(footer, 16, top, fill=look["muted"], size=place["size"], width=document.width - 32)


def _pieces(
    document: Document, results: Mapping[str, Result], look: Theme, errors: Mapping[str, str], scale: float
) -> list[Piece]:
    """The containers as pieces that lie apart, a chart being one of its own above the frame around it."""
    shown = drawing_order(document)
    draw_charts(shown, results, look)
    pieces = []
    for group in apart([(each.x, each.y, each.width, each.height) for each in shown], max(1.0, 1 / scale)):
        containers = [shown[place] for place in group]
        first = containers[0]
        if len(group) > 1:
            left, top = min(each.x for each in containers), min(each.y for each in containers)
            right = max(each.x + each.width for each in containers)
            bottom = max(each.y + each.height for each in containers)
            inner = "".join(
                render_container(
                    each, results.get(each.id), look, f"c{place}", errors.get(each.id), x=each.x - left, y=each.y - top
                )
                for place, each in enumerate(containers)
            )
            pieces.append(Piece(left, top, right - left, bottom - top, inner))
            continue
        parts = container_parts(first, results.get(first.id), look, "c", errors.get(first.id))
        pieces.append(Piece(first.x, first.y, first.width, first.height, parts.below + parts.above))
        if parts.chart is not None:
            x, y, chart = first.x + parts.chart.x, first.y + parts.chart.y, parts.chart
            pieces.append(Piece(x, y, chart.width, chart.height, f"<g{CHART}>{chart.inner}</g>", look["surface"]))
    return pieces


def _whole(width: int, height: int, scale: float, label: str, inner: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{svg.number(width * scale)}" '
        f'height="{svg.number(height * scale)}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{svg.escape(label)}">{inner}</svg>'
    )


def _summary(document: Document, shown: list[Container]) -> str:
    """What the picture shows, in one sentence."""
    names = {
        "chart": "chart",
        "table": "table",
        "metric": "metric",
        "text": "note",
        "control": "control",
        "empty": "empty container",
    }
    counts = {kind: sum(container.kind == kind for container in shown) for kind in names}
    what = [f"{count} {names[kind]}{'' if count == 1 else 's'}" for kind, count in counts.items() if count]
    return f"Canvas {document.name}: {', '.join(what) or 'empty'}"
