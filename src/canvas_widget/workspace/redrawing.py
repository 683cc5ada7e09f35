"""A chart drawn again from the request it was made of, with a part of it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from canvas_widget.data import ChartRequest
from canvas_widget.data.charts.chart_words import read_mark
from canvas_widget.document import Change, ChartContent, Document, Set, container_path
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout import LayoutReport, Plan
from canvas_widget.workspace.contents import Overtaken, drawn_alike, not_overtaken
from canvas_widget.workspace.drawing import build, request_of
from canvas_widget.workspace.filters import drawn_from, filters_on
from canvas_widget.workspace.provenance import kept
from canvas_widget.workspace.types import USER, Actor, Outcome

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["redraw"]

_TURNED = {"arc", "histogram", "box", "heatmap", "density"}
"""Marks whose encodings mean something else than those of axes; what only axes have is left behind."""
_AXES_ONLY = ("stack", "orient", "scale", "annotations", "error", "hole")


def redraw(workspace: Workspace, container_id: str, changes: Mapping[str, Any], actor: Actor = USER) -> Outcome:
    """Draw a chart again with other parts of its request (`mark`, `x`, `y`, `series`, `sort`, `limit`, `title`, …).

    A title that followed from the request follows the new one. Nothing changes when the chart cannot be drawn. Where
    somebody else draws it anew meanwhile, the parts are changed of what they have drawn.

    Raises:
        NotFound: no such container.
        InvalidArgument: it holds no chart, or a part cannot have that value.
        QueryError: the chart cannot be drawn so.
        Conflict: others draw it anew all the time.
    """
    return not_overtaken(lambda: _redraw(workspace, container_id, changes, actor), container_id)


def _redraw(workspace: Workspace, container_id: str, changes: Mapping[str, Any], actor: Actor) -> Outcome:
    container = workspace.document[container_id]
    content = container.content
    asked = request_of(content)
    if not isinstance(content, ChartContent) or not isinstance(asked, ChartRequest):
        raise InvalidArgument(f"Container {container_id!r} holds {container.kind}, not a chart, so it has no mark.")
    unknown = sorted(set(changes) - set(ChartRequest.model_fields))
    if unknown:
        raise InvalidArgument(f"A chart's request has no {', '.join(unknown)}.")
    parts = asked.model_dump(mode="json", exclude_defaults=True)
    wanted = read_mark(dict(changes))
    if wanted.get("mark", asked.mark) != asked.mark:
        parts = {name: value for name, value in parts.items() if name not in _AXES_ONLY}
        if _TURNED & {str(wanted["mark"]), asked.mark}:
            parts.pop("color", None)
    try:
        request = ChartRequest.model_validate({**parts, **wanted})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "request"
        raise InvalidArgument(f"The chart cannot be drawn so: {where}: {first['msg']}.") from None
    of = drawn_from(content) if request.dataset in {None, asked.dataset} else request.dataset
    under = filters_on(workspace.document, container_id, of if request.sql is None else None)
    drawn = build(workspace, request, actor, under)

    def plan(document: Document) -> Plan:
        current = document[container_id]
        if not drawn_alike(current.content, content):
            raise Overtaken
        made: list[Change] = [Set(path=container_path(container_id, "content"), value=kept(drawn.content, content))]
        if "title" in changes or current.title == content_title(workspace, asked, actor):
            made.append(Set(path=container_path(container_id, "title"), value=drawn.title))
        return Plan(tuple(made), LayoutReport())

    outcome = workspace.transact(plan, actor, f"redraw {container_id}")
    return Outcome(outcome.commit, outcome.report, container_id, drawn.result)


def content_title(workspace: Workspace, asked: ChartRequest, actor: Actor) -> str:
    """The title that a request makes by itself."""
    return build(workspace, asked, actor).title
