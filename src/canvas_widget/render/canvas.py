"""The whole canvas as one picture: containers in drawing order, each clipped to its box."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from canvas_widget.document import (
    ChartContent,
    Container,
    ControlContent,
    Document,
    EmptyContent,
    MetricContent,
    TableContent,
    TextContent,
)
from canvas_widget.errors import CanvasError
from canvas_widget.render import svg
from canvas_widget.render import theme as themes
from canvas_widget.render.chart import chart_svg, register_fonts, subtitle
from canvas_widget.render.control import control_body
from canvas_widget.render.measure import cut, text_width
from canvas_widget.render.metric import metric_body, metric_label
from canvas_widget.render.note import note_body
from canvas_widget.render.pdf import attached
from canvas_widget.render.png import repack, told
from canvas_widget.render.provenance import provenance, provenance_text
from canvas_widget.render.states import STALE_HEIGHT, empty_canvas, failed, message, stale_dot, stale_line
from canvas_widget.render.table import table_body, table_note
from canvas_widget.render.theme import Theme, geometry

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["drawing_order", "picture_size", "render_container_svg", "render_pdf", "render_png", "render_svg"]

MAX_PIXELS = 50_000_000
LEAST, LEAST_METRIC = 72, 84
"""How high a container has to be, px, to say in words that it is out of date; a lower one has a dot."""


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
    parts = [
        svg.rect(0.5, 0.5, width - 1, height - 1, fill=look["canvas"], stroke=look["hairline"], radius=8),
        *(
            render_container(
                container,
                results.get(container.id),
                look,
                f"c{place}",
                (errors or {}).get(container.id),
                x=container.x,
                y=container.y,
                told=_told(container, results.get(container.id)) if sources else "",
            )
            for place, container in enumerate(shown)
        ),
    ]
    if not shown:
        parts.append(empty_canvas(document, look))
    if footer:
        top = document.height + (height - document.height - 16) / 2 - 4
        size = geometry("footer")["size"]
        parts.append(svg.text(footer, 16, top, fill=look["muted"], size=size, width=width - 32))
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
    return _whole(container.width, container.height, 1.0, _label(container), svg.font_faces(inner) + inner)


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
    import vl_convert

    register_fonts()
    width, height = picture_size(document, footer)
    scale = max(min(scale, math.sqrt(MAX_PIXELS / (width * height))), 1 / min(width, height))
    picture = render_svg(document, results, theme=theme, footer=footer, errors=errors, fonts=False)
    png = repack(vl_convert.svg_to_png(picture, scale=scale))
    if not sources:
        return png
    said = provenance_text(document, results)
    return told(png, {"Title": document.name, **({"Description": said} if said else {})})


def render_pdf(
    document: Document, results: Mapping[str, Result], *, theme: str = "light", sources: bool = False
) -> bytes:
    """The canvas as a one-page PDF. `sources` gives it a title and attaches where its numbers come from, as a text."""
    import vl_convert

    register_fonts()
    pdf = bytes(vl_convert.svg_to_pdf(render_svg(document, results, theme=theme, fonts=False)))
    return attached(pdf, document.name, provenance_text(document, results)) if sources else pdf


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


def _label(container: Container) -> str:
    return f"{container.kind}: {container.title or container.id}"


def render_container(
    container: Container,
    result: Result | None,
    look: Theme,
    prefix: str,
    error: str | None = None,
    *,
    x: int = 0,
    y: int = 0,
    told: str = "",
) -> str:
    """A container as a nested SVG element at x, y; `told` describes it and is not drawn."""
    radius = geometry("container")["radius"]
    parts = [
        svg.rect(
            0.5,
            0.5,
            container.width - 1,
            container.height - 1,
            fill=look["surface"],
            stroke=look["hairline"],
            radius=radius,
        ),
        _inside(container, result, look, prefix, error),
    ]
    label = f' role="group" aria-label="{svg.escape(_label(container))}"'
    about = f"<desc>{svg.escape(told)}</desc>" if told else ""
    return svg.nest(x, y, container.width, container.height, inner=about + "".join(parts), extra=label)


def _told(container: Container, result: Result | None) -> str:
    found = provenance(container, result)
    return found.text() if found is not None else ""


def _inside(container: Container, result: Result | None, look: Theme, prefix: str, error: str | None) -> str:
    """Header, body and the line of a stale container."""
    content = container.content
    stale = getattr(content, "stale", False) and result is not None and error is None
    least = LEAST_METRIC if isinstance(content, MetricContent) else LEAST
    bottom = STALE_HEIGHT if stale and container.height >= least else 0
    after = stale_line(container, look) if bottom else stale_dot(container, look) if stale else ""
    if error is not None:
        return _header(container, "", look) + failed(container, error, look)
    match content:
        case MetricContent() if result is not None:
            return metric_body(container, content, result, look, bottom) + after
        case TableContent() if result is not None:
            body = table_body(container, content, result, look, bottom)
            return _header(container, table_note(result), look) + body + after
        case ChartContent() if result is not None:
            body = _chart(container, content, result, look=look, prefix=prefix, bottom=bottom)
            return _header(container, subtitle(content.spec), look) + body + after
        case TextContent():
            top = geometry("container")["bodyTop"] + 4 if container.title else geometry("container")["padding"] - 2
            return _header(container, "", look) + note_body(container, content, look, top, 8)
        case ControlContent():
            return _header(container, "", look) + control_body(container, content, look)
        case EmptyContent():
            return _header(container, "", look) + message(container, "Nothing here yet", look)
        case MetricContent():
            titled = container.model_copy(update={"title": metric_label(container, content)})
            return _header(titled, "", look) + message(container, "Waiting for data", look)
        case _:
            return _header(container, "", look) + message(container, "Waiting for data", look)


def _header(container: Container, note: str, look: Theme) -> str:
    """The title, and beside it what there is to say in muted type, as far as it fits.

    Both are one text, so that the note keeps its distance in a viewer that has another font.
    """
    box, title, small = geometry("container"), geometry("title"), geometry("subtitle")
    room = container.width - 2 * box["padding"]
    shown = cut(container.title, room, title["size"], title["weight"])
    gap = box["headerGap"] if shown else 0
    left = room - text_width(shown, title["size"], title["weight"]) - gap
    beside = cut(note, left, small["size"]) if left >= min(64, text_width(note, small["size"])) else ""
    style = {"size": title["size"], "line": title["line"], "weight": title["weight"]}
    after = svg.span(beside, gap, fill=look["muted"], size=small["size"])
    return svg.text(shown, box["padding"], box["headerTop"], fill=look["text"], after=after, **style)


def _chart(
    container: Container, content: ChartContent, result: Result, *, look: Theme, prefix: str, bottom: int
) -> str:
    inset = geometry("chart")
    width = container.width - inset["left"] - inset["right"]
    height = container.height - inset["top"] - max(inset["bottom"], bottom)
    if width < 40 or height < 40:
        return ""
    if result.row_count == 0:
        return message(container, "The query found no rows", look)
    place = {"x": inset["left"], "y": inset["top"], "width": width, "height": height}
    try:
        return chart_svg(content.spec, result, **place, theme=look, prefix=prefix, stale=content.stale)
    except (CanvasError, ValueError, RuntimeError) as problem:
        return failed(container, f"This chart could not be drawn. {_reason(problem)}", look)


def _reason(problem: Exception) -> str:
    """The line of an error that says what is wrong, without the renderer's own preamble and trace."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    told = next((line for line in lines if line.startswith("Error: ")), lines[0] if lines else "")
    return told.removeprefix("Error: ")
