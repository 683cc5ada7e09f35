"""Charts: encodings are resolved, the query is generated and run, and its rows decide how they are drawn."""

from __future__ import annotations

import threading
from dataclasses import replace

from canvas_widget.data.charts.axes import Drawing
from canvas_widget.data.charts.binned import bucketed, build_binned
from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.curves import build_density
from canvas_widget.data.charts.drawn import BuiltChart
from canvas_widget.data.charts.facets import few_facets
from canvas_widget.data.charts.grids import build_heatmap
from canvas_widget.data.charts.marks import ERROR_HIGH, ERROR_LOW, bar_spec, line_spec, point_spec
from canvas_widget.data.charts.others import merged, ranked
from canvas_widget.data.charts.overlays import annotated, clipped, faceted
from canvas_widget.data.charts.plan import Plan, category_of, sorting
from canvas_widget.data.charts.roles import channels_of, summed
from canvas_widget.data.charts.rounds import build_arc, build_histogram
from canvas_widget.data.charts.sheet import MAX_CATEGORIES, MAX_MARKS, MAX_SERIES, OTHER, SHOWN_CATEGORIES, Sheet
from canvas_widget.data.charts.spreads import build_box
from canvas_widget.data.charts.style import ChartStyle
from canvas_widget.data.charts.wording import lower, plural
from canvas_widget.data.encode import parse
from canvas_widget.data.engine import Engine
from canvas_widget.data.filters import group_conditions
from canvas_widget.data.joined import read, spelled
from canvas_widget.data.requests import ChartRequest
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier, literal
from canvas_widget.data.types import Result
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["build_chart"]

FEW_LABELS = 4
"""So many bars keep the values at their ends beside annotations."""


def build_chart(
    request: ChartRequest,
    engine: Engine,
    *,
    cancel: threading.Event | None = None,
    style: ChartStyle | None = None,
) -> BuiltChart:
    """Draw a chart of a dataset, of several joined, or of a query.

    Only the aggregated result is read; a chart of rows holds at most 5,000 of them, and its subtitle says so.

    Raises:
        QueryError: no such dataset, column or function, nothing to draw, or SQL that cannot run.
        InvalidArgument: the request does not say enough.
    """
    for name, number in (("limit", request.limit), ("top", request.top)):
        if number is not None and number < 1:
            raise InvalidArgument(f"A {name} is at least 1, not {number}.")
    source = read(request, engine, cancel)
    sheet = Sheet(request, engine, source, cancel, style=style or ChartStyle())
    if not source.fields or source.rows == 0:
        raise QueryError(sheet.nothing())
    mark = request.mark
    if mark in {"bar", "area", "histogram"} and _binned(request, source):
        mark = "histogram"
    match mark:
        case "histogram":
            return build_histogram(sheet)
        case "box":
            return build_box(sheet)
        case "heatmap":
            return build_heatmap(sheet)
        case "density":
            return build_density(sheet) if request.x is None or request.y is None else build_heatmap(sheet)
        case "arc":
            return build_arc(sheet, channels_of(request, source))
        case _:
            return _build_axes(sheet, _turned(sheet, channels_of(request, source)))


def _binned(request: ChartRequest, source: Source) -> bool:
    """Whether bars stand over bins: a histogram, whatever it is called."""
    if request.x is None:
        return False
    value = request.y is None or parse(request.y, [field.name for field in source.fields]).kind == "aggregate"
    return value and parse(request.x, [field.name for field in source.fields]).kind == "bin"


def _turned(sheet: Sheet, channels: dict[str, Channel]) -> dict[str, Channel]:
    """The channels with x and y exchanged where the bars are asked to lie and would stand, or the other way."""
    request = sheet.request
    if request.orient is None or (category_of(channels) == "y") == (request.orient == "horizontal"):
        return channels
    if request.mark != "bar":
        raise InvalidArgument(f'Only bars and boxes lie: leave orient out for mark "{request.mark}".')
    axes = {"x": "y", "y": "x"}
    sort = request.sort
    if sort is not None and sort.lstrip("-") in axes:
        sort = sort.replace(sort.lstrip("-"), axes[sort.lstrip("-")])
    scale = {axes[axis]: each for axis, each in request.scale.items()}
    notes = tuple(note.model_copy(update={"x": note.y, "y": note.x}) for note in request.annotations)
    sheet.asked = request
    sheet.request = request.model_copy(update={"sort": sort, "scale": scale, "annotations": notes})
    return {**channels, "x": channels["y"], "y": channels["x"]}


def _build_axes(sheet: Sheet, channels: dict[str, Channel]) -> BuiltChart:
    request, category = sheet.request, category_of(channels)
    value = "y" if category == "x" else "x"
    by, downwards = sorting(request.sort, channels, category)
    by_value = by == value and request.sort is not None
    discrete = request.mark == "bar" and (
        channels[category].measure != "temporal" or by_value or request.top is not None
    )
    if discrete and channels[category].measure in {"quantitative", "temporal"}:
        channels[category] = replace(channels[category], measure="ordinal")
    if request.stack == "percent" and not channels[value].additive:
        raise InvalidArgument(f"{channels[value].title} does not add up to a whole: use count() or sum() for shares.")
    channels = few_facets(sheet, channels)
    scales = [] if discrete else [channels[role] for role in ("x", "y")]
    scales += [channels["size"]] if "size" in channels else []
    needs = tuple(need for channel in scales if not channel.aggregate for need in channel.needs)
    needs, having = _conditions(sheet, channels, needs)
    plan = Plan(sheet.source, channels, by, downwards, request.limit, needs, _errors(sheet, channels[value]), having)
    if plan.grouped:
        plan = _top(sheet, plan)
        plan, result = _grouped(sheet, plan, discrete=discrete)
        plan, result = _few_series(sheet, plan, result)
    else:
        found = _rows(sheet, plan)
        if isinstance(found, int):
            binned = build_binned(sheet, plan, found)
            if binned is not None:
                return binned
            found = _sampled(sheet, plan, found)
        result = found
        if discrete and _repeated(plan, result):
            return _build_axes(sheet, {**channels, value: summed(channels[value], sheet.source)})
    if scales:
        sheet.note_left_out(scales)
    if "size" in channels:
        sheet.notes.append(f"area: {lower(channels['size'].title)}")
    drawing = Drawing(plan.channels, result.rows(), sheet.format, sheet.scheme, request.scale, marks=sheet.marks)
    if request.mark == "bar":
        few = not request.annotations or len(drawing.rows) <= FEW_LABELS
        drawn = bar_spec(drawing, category, request.stack, labels=few)
    elif request.mark == "point":
        drawn = point_spec(drawing)
    else:
        drawn = line_spec(drawing, request.mark, request.stack)
    if any(scale.domain is not None for scale in request.scale.values()):
        drawn = clipped(drawn)
    drawn = faceted(sheet, drawing, annotated(sheet, plan, drawing, drawn))
    return sheet.built(result, plan.channels, drawn)


def _conditions(
    sheet: Sheet, channels: dict[str, Channel], needs: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Conditions on rows and on groups: those asked for, and that a logarithmic axis has only what is above 0."""
    having = group_conditions(sheet.request.having, sheet.source, spelled)
    if having and not any(channel.aggregate for channel in channels.values()):
        raise InvalidArgument('"having" is about groups: give x or y a function such as count() or sum(column).')
    for axis, scale in sheet.request.scale.items():
        channel = channels[axis]
        if not scale.log or channel.measure != "quantitative":
            continue
        if channel.aggregate:
            having = (*having, f"{channel.sql} > 0")
        else:
            needs = (*needs, f"{channel.sql} > 0")
            lost = sheet.number(f"SELECT count(*) FILTER (WHERE {channel.sql} <= 0)\n{sheet.source.clause()}")
            if lost:
                sheet.notes.append(f"{plural(lost, 'row')} at 0 or below left out")
        sheet.notes.append("log scale")
    return needs, having


def _errors(sheet: Sheet, value: Channel) -> tuple[str, ...]:
    """The ends of error bars as columns."""
    kind = sheet.request.error
    if kind is None:
        return ()
    if value.encoding.op != "mean" or value.field is None:
        raise InvalidArgument("Error bars stand on means: give y as mean(column).")
    name = identifier(value.field.name)
    name = f"CAST({name} AS INTEGER)" if value.field.type == "boolean" else name
    spread = f"stddev_samp({name})" + ("" if kind == "stdev" else f" / sqrt(count({name}))")
    spread = f"1.96 * {spread}" if kind == "ci" else spread
    words = {"stdev": "± 1 standard deviation", "stderr": "± 1 standard error", "ci": "95 % confidence interval"}
    sheet.notes.append(words[kind])
    low, high = f"{value.sql} - {spread}", f"{value.sql} + {spread}"
    return (f"{low} AS {identifier(ERROR_LOW)}", f"{high} AS {identifier(ERROR_HIGH)}")


def _top(sheet: Sheet, plan: Plan) -> Plan:
    """The plan with only its largest categories, the others together where that was asked for."""
    top = sheet.request.top
    if top is None or plan.category.aggregate:
        return plan
    value = "x" if category_of(plan.channels) == "y" else "y"
    largest = replace(plan, by=value, downwards=True, limit=top, last=None)
    shown, counted = sheet.counted(largest, MAX_MARKS)
    names = list(dict.fromkeys(shown.column(plan.category.alias)))
    total = sheet.number(plan.count_sql) if counted is None else counted
    plan = replace(plan, by=value, downwards=True) if sheet.request.sort is None else plan
    if total <= top:
        return plan
    sheet.notes.insert(0, f"{len(names)} largest of {plural(total, 'group')}")
    if sheet.request.other:
        sheet.notes[0] += ", the rest as Other"
        category = category_of(plan.channels)
        return replace(plan, channels={**plan.channels, category: merged(plan.category, names)}, last=OTHER)
    held = ", ".join(literal(str(name)) for name in names if name is not None)
    kept = [f"CAST({plan.category.sql} AS VARCHAR) IN ({held})"] if held else []
    kept += [f"{plan.category.sql} IS NULL"] if None in names else []
    return replace(plan, needs=(*plan.needs, f"({' OR '.join(kept)})"))


def _grouped(sheet: Sheet, plan: Plan, *, discrete: bool) -> tuple[Plan, Result]:
    """Run a chart of groups; when they are too many and nobody said how many, draw the largest or the first."""
    most = MAX_CATEGORIES if discrete else MAX_MARKS
    result, counted = sheet.counted(plan, MAX_MARKS)
    alias, noun = plan.category.alias, "group" if discrete else "point"
    shown = len(set(result.column(alias)))
    total = shown
    if plan.limit is None and result.truncated and not discrete and (coarser := bucketed(sheet, plan)) is not None:
        total = sheet.number(plan.count_sql)
        plan, width = coarser
        result = sheet.run(plan.sql, limit=MAX_MARKS)
        bins = len(set(result.column(alias)))
        sheet.notes.append(f"{plural(bins, 'bin')} of {width} for {plural(total, 'point')}")
        return plan, result
    if plan.limit is None and (shown > most or result.truncated):
        truncated = result.truncated
        if discrete and plan.category.measure == "nominal" and sheet.request.sort is None:
            value = "x" if category_of(plan.channels) == "y" else "y"
            plan = replace(plan, by=value, downwards=True)
        plan = replace(plan, limit=min(SHOWN_CATEGORIES if discrete else MAX_MARKS, shown))
        result, counted = sheet.counted(plan, MAX_MARKS)
        total = shown if not truncated else sheet.number(plan.count_sql) if counted is None else counted
        shown = len(set(result.column(alias)))
    elif plan.limit is not None and shown >= plan.limit:
        total = sheet.number(plan.count_sql) if counted is None else counted
    if result.truncated:
        sheet.notes.append(f"first {plural(result.row_count, 'mark')}")
    if sheet.request.top is None or not sheet.notes or "largest of" not in sheet.notes[0]:
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


def _rows(sheet: Sheet, plan: Plan) -> Result | int:
    """Run a chart of rows; of rows that are too many to be drawn, how many there are."""
    source = sheet.source
    given = source.sql is not None and source.ordered and sheet.request.sort is None
    if plan.limit is None and source.rows is not None and source.rows > MAX_MARKS:
        total = sheet.number(plan.count_sql)
        if total > MAX_MARKS:
            return total
    result = sheet.run(plan.in_given_order() if given else plan.sql, limit=MAX_MARKS)
    shown = plural(result.row_count, "row")
    if result.truncated or (plan.limit is not None and result.row_count >= plan.limit):
        total = sheet.number(replace(plan, limit=None).count_sql)
        if plan.limit is None:
            return total
        shown = f"{result.row_count:,} of {plural(total, 'row')}" if total > result.row_count else shown
    sheet.notes.append(shown)
    return result


def _sampled(sheet: Sheet, plan: Plan, total: int) -> Result:
    """A part of the rows, where bins would hide what the chart is of."""
    sheet.notes.append(f"{MAX_MARKS:,} of {plural(total, 'row')}, evenly spread")
    return sheet.run(plan.sampled(total, MAX_MARKS), limit=MAX_MARKS)


def _repeated(plan: Plan, result: Result) -> bool:
    """Whether two bars would stand in one place."""
    places = list(result.column(plan.category.alias))
    if "series" in plan.channels:
        places = list(zip(places, result.column(plan.channels["series"].alias), strict=True))
    return len(set(places)) < len(places)
