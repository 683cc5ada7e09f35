"""Pies and histograms: the two charts whose query is not just their channels."""

from __future__ import annotations

from dataclasses import replace

from canvas_widget.data.charts.axes import Drawing
from canvas_widget.data.charts.bins import edges, nice
from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.drawn import BuiltChart
from canvas_widget.data.charts.facets import few_facets
from canvas_widget.data.charts.marks import arc_spec, histogram_spec
from canvas_widget.data.charts.others import merged
from canvas_widget.data.charts.overlays import annotated, faceted
from canvas_widget.data.charts.plan import Plan, sorting
from canvas_widget.data.charts.roles import FACETS, channel_of, quoted, splits, summed
from canvas_widget.data.charts.sheet import MAX_MARKS, MAX_SERIES, Sheet
from canvas_widget.data.charts.wording import lower, plural
from canvas_widget.data.filters import group_conditions
from canvas_widget.data.joined import spelled
from canvas_widget.data.sql import identifier
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["build_arc", "build_histogram"]

DEFAULT_BINS = 20
SHARE = "share"


def build_arc(sheet: Sheet, channels: dict[str, Channel]) -> BuiltChart:
    """A pie: at most eight slices, each with its share of the whole."""
    if sheet.request.annotations:
        raise InvalidArgument("A pie has no axes, so it takes no annotations: draw bars.")
    if any(role in channels for role in FACETS):
        raise InvalidArgument("Pies are not repeated: bars side by side compare, angles do not. Use mark bar.")
    x, y = channels["x"], channels["y"]
    if x.aggregate or (not y.aggregate and x.measure == "quantitative" and y.measure != "quantitative"):
        x, y = y, x
    if not y.aggregate and y.measure == "quantitative":
        y = summed(y, sheet.source)
    x = replace(x, measure="nominal")
    by, downwards = sorting(sheet.request.sort, {"x": x, "y": y}, "-y")
    having = group_conditions(sheet.request.having, sheet.source, spelled)
    plan = Plan(sheet.source, {"x": x, "y": y}, by, downwards, sheet.request.limit, having=having)
    if sheet.request.top is not None:
        plan = replace(plan, by="y", downwards=True, limit=sheet.request.top)
    rows = sheet.run(replace(plan, limit=None).sql, limit=MAX_MARKS).rows()
    if any(isinstance(row[y.alias], int | float) and row[y.alias] < 0 for row in rows):
        raise QueryError(f"{y.title} is negative for some {lower(x.title)}: a pie cannot show that, bars can.")
    total = len(rows) if len(rows) < MAX_MARKS else sheet.number(plan.count_sql)
    note = plural(total, "group")
    merge = sheet.request.other and plan.limit is not None and total > plan.limit
    if (plan.limit is None and total > MAX_SERIES) or merge:
        largest = sorted(rows, key=lambda row: -float(row[y.alias] or 0))
        kept = [row[x.alias] for row in largest if row[x.alias] is not None][: plan.limit or MAX_SERIES - 1]
        plan = replace(plan, limit=None)
        plan = replace(plan, channels={"x": merged(x, kept), "y": y})
        note = f"{len(kept)} of {plural(total, 'group')}, the rest as Other"
    elif plan.limit is not None and total > plan.limit:
        note = f"{plan.limit:,} of {plural(total, 'group')}, shares of all"
    sheet.notes.append(note)
    share = f"{y.sql} / sum({y.sql}) OVER () AS {identifier(SHARE)}"
    result = sheet.run(replace(plan, extra=(share,)).sql)
    drawing = Drawing(plan.channels, result.rows(), sheet.format, sheet.scheme, marks=sheet.marks)
    return sheet.built(result, plan.channels, arc_spec(drawing, SHARE, hole=sheet.request.hole))


def build_histogram(sheet: Sheet) -> BuiltChart:
    """Counts (or another value) per bin of a column of numbers; bins have round edges."""
    request, source = sheet.request, sheet.source
    text = request.x or request.y
    if text is None and source.sql is not None:
        text = quoted(source.fields[0].name)
    if text is None:
        raise InvalidArgument("A histogram needs x: a column of numbers.")
    channel = channel_of(text, source)
    if channel.encoding.kind == "field":
        channel = channel_of(f"bin({quoted(str(channel.encoding.field))})", source)
    if channel.encoding.kind != "bin":
        raise InvalidArgument(f'A histogram needs a column of numbers as x, not "{text}".')
    value = channel_of(request.y if request.x and request.y else "count()", source)
    if not value.aggregate:
        raise InvalidArgument("A histogram shows counts: leave y out, or give it a function such as sum(column).")
    least, largest = sheet.engine.bounds(channel.sql, source.clause(channel.needs), cancel=sheet.cancel)
    if least is None or largest is None:
        raise QueryError(sheet.nothing())
    most = channel.encoding.bins or request.bins or DEFAULT_BINS
    start, step = nice(float(least), float(largest), most)
    low, high = edges(channel.sql, start, step)
    channels = {
        "x": replace(channel, sql=low),
        "x2": replace(channel, sql=high, alias=f"{channel.alias}_end"),
        "y": replace(value, alias="count" if value.encoding.field is None else value.alias),
    }
    if request.series is not None:
        channels["series"] = channel_of(request.series, source)
    channels = few_facets(sheet, {**channels, **splits(request, source)})
    plan = Plan(sheet.source, channels, "x", needs=channel.needs)
    result = sheet.run(plan.sql, limit=MAX_MARKS)
    drawing = Drawing(channels, result.rows(), sheet.format, sheet.scheme, sheet.request.scale, marks=sheet.marks)
    sheet.notes.append(f"bins of {step:,.12g}")
    sheet.note_left_out([channel])
    drawn = annotated(sheet, plan, drawing, histogram_spec(drawing, step))
    return sheet.built(result, channels, faceted(sheet, drawing, drawn))
