"""Charts: encodings are resolved, the query is generated and run, and its rows decide how they are drawn."""

from __future__ import annotations

import threading
from dataclasses import replace

from canvas_widget.data.axes import Drawing
from canvas_widget.data.channels import Channel
from canvas_widget.data.drawn import BuiltChart
from canvas_widget.data.engine import Engine
from canvas_widget.data.marks import bar_spec, line_spec, point_spec
from canvas_widget.data.others import merged, ranked
from canvas_widget.data.plan import Plan, category_of, sorting
from canvas_widget.data.requests import ChartRequest
from canvas_widget.data.roles import channels_of, summed
from canvas_widget.data.rounds import build_arc, build_histogram
from canvas_widget.data.sheet import MAX_CATEGORIES, MAX_MARKS, MAX_SERIES, SHOWN_CATEGORIES, Sheet
from canvas_widget.data.source import source_of
from canvas_widget.data.types import Result
from canvas_widget.data.wording import plural
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["build_chart"]


def build_chart(request: ChartRequest, engine: Engine, *, cancel: threading.Event | None = None) -> BuiltChart:
    """Draw a chart of a dataset or a query.

    Only the aggregated result is read; a chart of rows holds at most 5,000 of them, and its subtitle says so.

    Raises:
        QueryError: no such dataset, column or function, nothing to draw, or SQL that cannot run.
        InvalidArgument: the request does not say enough.
    """
    if request.limit is not None and request.limit < 1:
        raise InvalidArgument(f"A limit is at least 1, not {request.limit}.")
    source = source_of(engine, request.dataset, request.sql, request.where, cancel)
    sheet = Sheet(request, engine, source, cancel)
    if not source.fields or source.rows == 0:
        raise QueryError(sheet.nothing())
    match request.mark:
        case "histogram":
            return build_histogram(sheet)
        case "arc":
            return build_arc(sheet, channels_of(request, source))
        case _:
            return _build_axes(sheet, channels_of(request, source))


def _build_axes(sheet: Sheet, channels: dict[str, Channel]) -> BuiltChart:
    request, category = sheet.request, category_of(channels)
    discrete = request.mark == "bar" and channels[category].measure != "temporal"
    if discrete and channels[category].measure == "quantitative":
        channels[category] = replace(channels[category], measure="ordinal")
    scales = [] if discrete else [channels[role] for role in ("x", "y")]
    needs = tuple(need for channel in scales if not channel.aggregate for need in channel.needs)
    by, downwards = sorting(request.sort, channels, category)
    plan = Plan(sheet.source, channels, by, downwards, request.limit, needs)
    if plan.grouped:
        plan, result = _grouped(sheet, plan, discrete=discrete)
        plan, result = _few_series(sheet, plan, result)
    else:
        result = _rows(sheet, plan)
        if discrete and _repeated(plan, result):
            value = "y" if category == "x" else "x"
            return _build_axes(sheet, {**channels, value: summed(channels[value], sheet.source)})
    if scales:
        sheet.note_left_out(scales)
    drawing = Drawing(plan.channels, result.rows())
    if request.mark == "bar":
        drawn = bar_spec(drawing, category)
    elif request.mark == "point":
        drawn = point_spec(drawing)
    else:
        drawn = line_spec(drawing, request.mark)
    return sheet.built(result, plan.channels, drawn)


def _grouped(sheet: Sheet, plan: Plan, *, discrete: bool) -> tuple[Plan, Result]:
    """Run a chart of groups; when they are too many and nobody said how many, draw the largest or the first."""
    most = MAX_CATEGORIES if discrete else MAX_MARKS
    result = sheet.run(plan.sql, limit=MAX_MARKS)
    alias, noun = plan.category.alias, "group" if discrete else "point"
    shown = len(set(result.column(alias)))
    total = shown
    if plan.limit is None and (shown > most or result.truncated):
        total = sheet.number(plan.count_sql) if result.truncated else shown
        if discrete and plan.category.measure == "nominal" and sheet.request.sort is None:
            value = "x" if category_of(plan.channels) == "y" else "y"
            plan = replace(plan, by=value, downwards=True)
        plan = replace(plan, limit=min(SHOWN_CATEGORIES if discrete else MAX_MARKS, shown))
        result = sheet.run(plan.sql, limit=MAX_MARKS)
        shown = len(set(result.column(alias)))
    elif plan.limit is not None and shown >= plan.limit:
        total = sheet.number(plan.count_sql)
    if result.truncated:
        sheet.notes.append(f"first {plural(result.row_count, 'mark')}")
    sheet.notes.insert(0, f"{shown:,} of {plural(total, noun)}" if total > shown else plural(shown, noun))
    empty = sum(value is None for value in result.column(plan.value.alias))
    if empty:
        sheet.notes.append(f"{plural(empty, noun)} without a value")
    return plan, result


def _few_series(sheet: Sheet, plan: Plan, result: Result) -> tuple[Plan, Result]:
    """At most eight colours: the seven series with the largest values, the others together."""
    series = plan.channels.get("series")
    if series is None:
        return plan, result
    names = ranked(result.rows(), series.alias, plan.value.alias)
    if len(names) <= MAX_SERIES:
        return plan, result
    kept = names[: MAX_SERIES - 1]
    sheet.notes.append(f"{len(kept)} of {plural(len(names), 'series')} shown, the rest as Other")
    plan = replace(plan, channels={**plan.channels, "series": merged(series, kept)})
    return plan, sheet.run(plan.sql, limit=MAX_MARKS)


def _rows(sheet: Sheet, plan: Plan) -> Result:
    """Run a chart of rows; of too many, every n-th, and say so."""
    source = sheet.source
    given = source.sql is not None and source.ordered and sheet.request.sort is None
    total: int | None = None
    if plan.limit is None and (source.rows is None or source.rows > MAX_MARKS):
        if source.rows is not None:
            total = sheet.number(plan.count_sql)
        else:
            result = sheet.run(plan.in_given_order() if given else plan.sql, limit=MAX_MARKS)
            if not result.truncated:
                sheet.notes.append(plural(result.row_count, "row"))
                return result
            total = sheet.number(plan.count_sql)
    if total is not None and total > MAX_MARKS:
        step = -(-total // MAX_MARKS)
        sheet.notes.append(f"1 in {step:,} of {plural(total, 'row')}")
        return sheet.run(plan.sampled(step), limit=MAX_MARKS)
    result = sheet.run(plan.in_given_order() if given else plan.sql, limit=MAX_MARKS)
    shown = plural(result.row_count, "row")
    if result.truncated or (plan.limit is not None and result.row_count >= plan.limit):
        total = sheet.number(replace(plan, limit=None).count_sql)
        shown = f"{result.row_count:,} of {plural(total, 'row')}" if total > result.row_count else shown
    sheet.notes.append(shown)
    return result


def _repeated(plan: Plan, result: Result) -> bool:
    """Whether two bars would stand in one place."""
    places = list(result.column(plan.category.alias))
    if "series" in plan.channels:
        places = list(zip(places, result.column(plan.channels["series"].alias), strict=True))
    return len(set(places)) < len(places)
