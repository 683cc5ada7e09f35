"""One container as SVG: its frame, its header, what it shows and what there is to say of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from canvas_widget.document import (
    ChartContent,
    Container,
    ControlContent,
    EmptyContent,
    MetricContent,
    TableContent,
    TextContent,
)
from canvas_widget.errors import CanvasError
from canvas_widget.render import svg
from canvas_widget.render.chart import CHART, chart_inner, chart_job, subtitle
from canvas_widget.render.control import control_body
from canvas_widget.render.measure import cut, text_width
from canvas_widget.render.metric import metric_body, metric_label
from canvas_widget.render.note import note_body
from canvas_widget.render.provenance import provenance
from canvas_widget.render.renderer import draw_all
from canvas_widget.render.states import STALE_HEIGHT, failed, message, stale_dot, stale_line
from canvas_widget.render.table import table_body, table_note
from canvas_widget.render.theme import Theme, geometry

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["Chart", "Parts", "container_parts", "draw_charts", "label_of", "render_container", "told_of"]

LEAST, LEAST_METRIC = 72, 84
"""How high a container has to be, px, to say in words that it is out of date; a lower one has a dot."""
SMALLEST = 40
"""The least width and height that a chart is drawn in, px."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart and the box in its container that it is clipped to, px."""

    x: float
    y: float
    width: float
    height: float
    inner: str


@dataclass(frozen=True, slots=True)
class Parts:
    """A container's drawing: what lies below its chart, the chart if it has one, and what lies above."""

    below: str
    chart: Chart | None = None
    above: str = ""


def label_of(container: Container) -> str:
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
    parts = container_parts(container, result, look, prefix, error)
    nested = ""
    if (chart := parts.chart) is not None:
        nested = svg.nest(chart.x, chart.y, chart.width, chart.height, inner=chart.inner, extra=CHART)
    label = f' role="group" aria-label="{svg.escape(label_of(container))}"'
    about = f"<desc>{svg.escape(told)}</desc>" if told else ""
    inner = about + parts.below + nested + parts.above
    return svg.nest(x, y, container.width, container.height, inner=inner, extra=label)


def container_parts(
    container: Container, result: Result | None, look: Theme, prefix: str, error: str | None = None
) -> Parts:
    """What a container's drawing is made of, in its own coordinates; ids of the chart start with `prefix`."""
    frame = svg.rect(
        0.5,
        0.5,
        container.width - 1,
        container.height - 1,
        fill=look["surface"],
        stroke=look["hairline"],
        radius=geometry("container")["radius"],
    )
    found = _inside(container, result, look, prefix, error)
    if isinstance(found, str):
        return Parts(frame + found)
    return Parts(frame + found.below, found.chart, found.above)


def told_of(container: Container, result: Result | None) -> str:
    found = provenance(container, result)
    return found.text() if found is not None else ""


def _inside(container: Container, result: Result | None, look: Theme, prefix: str, error: str | None) -> str | Parts:
    """Header, body and the line of a stale container."""
    content = container.content
    stale = getattr(content, "stale", False) and result is not None and error is None
    bottom = _bottom(container) if stale else 0
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
            chart = _chart(container, content, result, look=look, prefix=prefix, bottom=bottom)
            head = _header(container, subtitle(content.spec), look)
            return head + chart + after if isinstance(chart, str) else Parts(head, chart, after)
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


def _bottom(container: Container) -> int:
    """The height of the line that says a container is out of date; 0 where it has a dot."""
    least = LEAST_METRIC if isinstance(container.content, MetricContent) else LEAST
    return STALE_HEIGHT if container.height >= least else 0


def draw_charts(containers: Iterable[Container], results: Mapping[str, Result], look: Theme) -> None:
    """Draw the charts of several containers at once; each is kept until it is asked for."""
    jobs = []
    for container in containers:
        content, result = container.content, results.get(container.id)
        if not isinstance(content, ChartContent) or result is None or result.row_count == 0:
            continue
        *_, width, height = _place(container, _bottom(container) if content.stale else 0)
        if min(width, height) >= SMALLEST:
            with suppress(CanvasError, ValueError):  # told by whoever asks for the chart
                jobs.append(chart_job(content.spec, result, width=width, height=height, theme=look))
    if len(jobs) > 1:
        draw_all(jobs)


def _place(container: Container, bottom: int = 0) -> tuple[int, int, int, int]:
    """Where a chart stands in its container: x, y, width and height, px; `bottom` is taken by a line below it."""
    inset = geometry("chart")
    width = container.width - inset["left"] - inset["right"]
    return inset["left"], inset["top"], width, container.height - inset["top"] - max(inset["bottom"], bottom)


def _chart(
    container: Container, content: ChartContent, result: Result, *, look: Theme, prefix: str, bottom: int
) -> str | Chart:
    x, y, width, height = _place(container, bottom)
    if min(width, height) < SMALLEST:
        return ""
    if result.row_count == 0:
        return message(container, "The query found no rows", look)
    size = {"width": width, "height": height}
    try:
        inner = chart_inner(content.spec, result, **size, theme=look, prefix=prefix, stale=content.stale)
        return Chart(x, y, width, height, inner)
    except (CanvasError, ValueError) as problem:
        return failed(container, f"This chart could not be drawn. {_reason(problem)}", look)


def _reason(problem: Exception) -> str:
    """The line of an error that says what is wrong, without the renderer's own preamble and trace."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    told = next((line for line in lines if line.startswith("Error: ")), lines[0] if lines else "")
    return told.removeprefix("Error: ")
