"""Charts, tables, metrics and text: a request becomes a query, the query a result, the result a container."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import eq
from typing import TYPE_CHECKING, Any

from canvas_widget.data import ChartRequest, Filter, MetricRequest, Result, TableRequest
from canvas_widget.data.charts.chart_words import d3_format
from canvas_widget.document import (
    ChartContent,
    Content,
    MetricContent,
    NumberMarks,
    TableContent,
    TextContent,
    normalise,
)
from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.layout import ANYWHERE, Placing
from canvas_widget.workspace.contents import set_contents
from canvas_widget.workspace.filled import fill
from canvas_widget.workspace.filters import filters_of, filters_on
from canvas_widget.workspace.freshness import fresh
from canvas_widget.workspace.provenance import kept, signed
from canvas_widget.workspace.types import USER, Actor, Outcome, Queried

if TYPE_CHECKING:
    from canvas_widget.data.charts.channels import Channel
    from canvas_widget.data.source import Source
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Drawn", "Request", "build", "draw", "mark_stale", "outline_of", "refresh", "request_of", "write"]

Request = ChartRequest | TableRequest | MetricRequest


class Drawn:
    """A request that was run: the content for a container, its title, and the rows."""

    __slots__ = ("content", "result", "title")

    def __init__(self, content: Content, title: str, result: Result) -> None:
        self.content = content
        self.title = title
        self.result = result


def build(workspace: Workspace, request: Request, actor: Actor = USER, under: tuple[Filter, ...] = ()) -> Drawn:
    """Generate and run the query of a request. The result is in the store afterwards; the document is untouched.

    `under` are the filters of controls: they hold for the query and are no part of the request that is kept.
    """
    from canvas_widget.data import build_chart, build_metric, build_table

    engine, base = workspace.engine, request
    request = request.model_copy(update={"where": (*request.where, *under)}) if under else request
    content: Content
    if isinstance(request, ChartRequest):
        chart = build_chart(request, engine, cancel=actor.cancel, style=workspace.style)
        title, result = chart.title, chart.result
        if chart.source is not None:
            workspace.outlines.put(outline_key(chart.sql, _kept(chart.request, base)), (chart.source, chart.channels))
        content = ChartContent(
            dataset=chart.dataset,
            sql=chart.sql,
            mark=chart.mark,
            encoding=chart.encoding,
            spec={**chart.spec, "description": chart.subtitle} if chart.subtitle else chart.spec,
            request=_kept(chart.request, base),
            result_id=result.result_id,
        )
    elif isinstance(request, TableRequest):
        table = build_table(request, engine, cancel=actor.cancel)
        title, result = table.title, table.result
        content = TableContent(
            dataset=table.dataset,
            sql=table.sql,
            columns=None if table.columns is None else list(table.columns),
            marks=_marks(workspace, None),
            request=_kept(table.request, base),
            result_id=result.result_id,
        )
    else:
        metric = build_metric(request, engine, cancel=actor.cancel)
        title, result = metric.title, metric.result
        form = _format(workspace, request) or metric.format
        content = MetricContent(
            dataset=metric.dataset,
            sql=metric.sql,
            format=form,
            marks=_marks(workspace, form),
            label=metric.label,
            previous=metric.previous,
            compared_with=metric.compared_with,
            trend=metric.trend,
            request=_kept(metric.request, base),
            result_id=result.result_id,
        )
    workspace.results.put(result)
    return Drawn(content, title, result)


def _marks(workspace: Workspace, form: str | None) -> NumberMarks | None:
    """The marks that the user's theme sets for numbers of this format."""
    marks = workspace.style.numbers("$" in (form or ""))
    return NumberMarks(**marks) if marks is not None else None


def _format(workspace: Workspace, request: MetricRequest) -> str | None:
    """The d3-format that was asked for: of this number, or in the theme of all values, which counts are none of."""
    counted = (request.value or "").lstrip().lower().startswith(("count", "distinct"))
    return d3_format(request.format or (None if counted else workspace.style.format))


def _kept(request: dict[str, Any], base: Request) -> dict[str, Any]:
    """A request without the filters of controls."""
    where = base.model_dump(mode="json", exclude_defaults=True).get("where")
    return {name: value for name, value in request.items() if name != "where"} | ({"where": where} if where else {})


def outline_key(sql: str, request: Mapping[str, Any] | None) -> str:
    """What a chart's outline is kept under."""
    return json.dumps([sql, request], sort_keys=True)


def outline_of(
    workspace: Workspace,
    content: Queried,
    cancel: threading.Event | None = None,
    under: tuple[Filter, ...] = (),
) -> tuple[Source, Mapping[str, Channel]]:
    """What a chart's query is made of: its source and channels. It is built again where that is not known any more."""
    from canvas_widget.data import build_chart

    key = outline_key(content.sql, content.request)
    held = workspace.outlines.get(key)
    if held is None:
        request = request_of(content)
        if not isinstance(request, ChartRequest):
            raise InvalidArgument(f"Only a chart has channels, not {content.kind}.")
        request = request.model_copy(update={"where": (*request.where, *under)})
        chart = build_chart(request, workspace.engine, cancel=cancel, style=workspace.style)
        if chart.source is None:
            raise InvalidArgument("This chart has no channels.")
        held = (chart.source, chart.channels)
        workspace.outlines.put(key, held)
    return held


def draw(
    workspace: Workspace,
    container_id: str | None,
    request: Request,
    *,
    title: str | None = None,
    placing: Placing = ANYWHERE,
    actor: Actor = USER,
) -> Outcome:
    """Draw a chart, table or metric into a container, made when it is new.

    Nothing changes when the query fails. An existing empty container is filled; a filled one needs `placing.replace`.

    Raises:
        QueryError: the query could not run; says what exists instead.
        Conflict: the id is taken.
    """
    there = "" if container_id is None else normalise(container_id)
    drawn = build(workspace, request, actor, filters_on(workspace.document, there, _dataset(workspace, request)))
    name = normalise(drawn.title) if container_id is None else normalise(container_id)
    shown = drawn.title if title is None else title
    return _put(workspace, name, drawn.content, shown, drawn.result, placing=placing, actor=actor)


def _dataset(workspace: Workspace, request: Request) -> str | None:
    """The dataset whose columns a request is about; None for one of SQL, or where there is no such dataset."""
    names = workspace.catalogue.names()
    if request.sql is not None or (request.dataset is None and len(names) != 1):
        return None
    try:
        return workspace.catalogue.get(names[0] if request.dataset is None else request.dataset).name
    except CanvasError:
        return None  # the query says what there is instead


def write(
    workspace: Workspace,
    container_id: str,
    markdown: str,
    *,
    title: str | None = None,
    placing: Placing = ANYWHERE,
    actor: Actor = USER,
) -> Outcome:
    """Write markdown text into a container, made when it is new; as for `draw`.

    `{select …}` in it becomes the value of that query.

    Raises:
        QueryError: a placeholder's query cannot be run, or gives anything but one value.
    """
    if not isinstance(markdown, str):
        raise InvalidArgument(f"markdown is text, not {markdown!r:.80}.")
    content = fill(workspace, markdown, actor)
    return _put(workspace, normalise(container_id), content, title or "", None, placing=placing, actor=actor)


def _put(
    workspace: Workspace,
    name: str,
    content: Content,
    title: str,
    result: Result | None,
    *,
    placing: Placing,
    actor: Actor,
) -> Outcome:
    existing = workspace.document.get(name)
    fill = existing is not None and existing.kind == "empty"
    if fill and existing is not None and existing.title:
        title = existing.title
    if fill:
        placing = replace(placing, replace=True)
    content = signed(workspace, content, result, actor, existing.content if existing is not None else None)
    outcome = workspace.create(name, content=content, title=title, placing=placing, actor=actor)
    return Outcome(outcome.commit, outcome.report, outcome.container_id, result)


def request_of(content: Content) -> Request | None:
    """The typed request a container was drawn from; None for text and empty ones."""
    match content:
        case ChartContent(request=request) if request is not None:
            return ChartRequest.model_validate(request)
        case TableContent(request=request) if request is not None:
            return TableRequest.model_validate(request)
        case MetricContent(request=request) if request is not None:
            return MetricRequest.model_validate(request)
        case ChartContent(sql=sql, mark=mark):
            return ChartRequest(sql=sql, mark=mark)
        case TableContent(sql=sql, columns=columns):
            return TableRequest(sql=sql, columns=columns)
        case MetricContent(sql=sql, format=form, label=label):
            return MetricRequest(sql=sql, format=form, label=label)
        case _:
            return None


def refresh(
    workspace: Workspace,
    container_ids: Sequence[str] | None = None,
    *,
    actor: Actor = USER,
) -> dict[str, CanvasError | None]:
    """Run the queries of the named containers again (all when None), on the data as it is now.

    Returns each container's id with the error that kept it from being refreshed, or None. What somebody draws anew
    while its query runs stays as it was drawn then.
    """
    names = workspace.document.ids() if container_ids is None else container_ids
    read = {each: workspace.datasets_of(workspace.document[each]) for each in names}
    lost = workspace.catalogue.renew(name for each in read.values() for name in each)
    report: dict[str, CanvasError | None] = {}
    for name in names:
        container = workspace.document.get(name)
        if container is None:  # deleted meanwhile
            continue
        content = container.content
        request = request_of(content)
        template = content.template if isinstance(content, TextContent) else None
        if request is None and template is None:
            continue
        problem = next((lost[each] for each in sorted(read[name]) if each in lost), None)
        try:
            if problem is not None:
                raise problem
            renewed = (
                build(workspace, request, actor, filters_of(workspace.document, name)).content
                if request
                else fill(workspace, str(template), actor)
            )
        except CanvasError as error:
            report[name] = error
            continue
        set_contents(workspace, {name: (content, kept(renewed, content))}, actor, "refresh")
        report[name] = None
    return report


def mark_stale(workspace: Workspace, datasets: Iterable[str]) -> list[str]:
    """Mark the containers that read these datasets as drawn from older data; returns their ids."""
    found: dict[str, tuple[Content, Content]] = {}
    for dataset in datasets:
        for container in workspace.containers_of(dataset):
            content = container.content
            if not isinstance(content, Queried | TextContent) or content.stale or fresh(workspace, container):
                continue
            found[container.id] = content, content.model_copy(update={"stale": True})
    if found:
        set_contents(workspace, found, Actor(origin="data", source="data"), "refresh", alike=eq)
    return list(found)
