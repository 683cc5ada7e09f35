"""More than 5,000 marks: points become a count per cell, a line the mean, lowest and highest per bin of its x."""

from __future__ import annotations

import math
from dataclasses import replace

from canvas_widget.data.charts.axes import Drawing
from canvas_widget.data.charts.bins import edges, nice
from canvas_widget.data.charts.channels import Channel, unique_aliases
from canvas_widget.data.charts.drawn import BuiltChart
from canvas_widget.data.charts.grids import DENSE, MANY_PLACES, Side, cells_spec
from canvas_widget.data.charts.marks import ERROR_HIGH, ERROR_LOW, line_spec
from canvas_widget.data.charts.overlays import annotated, clipped, faceted
from canvas_widget.data.charts.plan import Plan, category_of
from canvas_widget.data.charts.roles import FACETS, channel_of, quoted
from canvas_widget.data.charts.sheet import MAX_MARKS, MAX_SERIES, Sheet
from canvas_widget.data.charts.wording import plural
from canvas_widget.data.encode import Encoding
from canvas_widget.data.sql import identifier

__all__ = ["bucketed", "build_binned"]

LINE_BINS = 600
"""The most points of a binned line: about one for each pixel."""
FEWEST = 20
_S = 1_000_000
_DAY = 86_400 * _S
_WIDTHS = [
    *((n * 1_000, plural(n, "millisecond")) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *((n * _S, plural(n, "second")) for n in (1, 2, 5, 10, 15, 30)),
    *((n * 60 * _S, plural(n, "minute")) for n in (1, 2, 5, 10, 15, 30)),
    *((n * 3_600 * _S, plural(n, "hour")) for n in (1, 2, 3, 6, 12)),
    *((n * _DAY, plural(n, "day")) for n in (1, 2, 3)),
    *((n * 7 * _DAY, plural(n, "week")) for n in (1, 2)),
    *((n * 28 * _DAY, plural(n, "month")) for n in (1, 2, 3, 6)),
    *((n * 365 * _DAY, plural(n, "year")) for n in (1, 2, 5, 10, 20, 50, 100)),
]
"""Widths of bins of time, in microseconds at least, and as the database and people call them."""
_ANYWHERE = (("day", 1), ("week", 7), ("month", 28), ("quarter", 90), ("year", 365))
"""Bins of time that every engine has, and their days."""


def build_binned(sheet: Sheet, plan: Plan, rows: int) -> BuiltChart | None:
    """A chart of so many rows, counted or averaged per bin in the engine.

    None where bins would hide what the chart is of: colours and sizes within a cell, or places without an order. Those
    charts show a part of the rows.
    """
    request = sheet.request
    if any(scale.log for scale in request.scale.values()) or any(role.startswith("group") for role in plan.channels):
        return None
    if request.mark == "point":
        return _points(sheet, plan, rows)
    return _line(sheet, plan, rows) if request.mark in {"line", "area"} else None


def _points(sheet: Sheet, plan: Plan, rows: int) -> BuiltChart | None:
    if "series" in plan.channels or "size" in plan.channels:
        return None
    frames = {role: each for role, each in plan.channels.items() if role.split(" ")[0] in FACETS}
    each = _apart(sheet, plan, [each for role, each in frames.items() if role in FACETS])
    fewer = min(1.0, math.sqrt(MAX_MARKS / (DENSE[0] * DENSE[1] * each)))
    sides: dict[str, Side] = {}
    for axis, many in zip(("x", "y"), DENSE, strict=True):
        side = _side(sheet, plan.channels[axis], sheet.request.bins or int(many * fewer))
        if side is None:
            return None
        sides[axis] = side
    if all(side.end is None for side in sides.values()):
        return None
    channels = {axis: side.channel for axis, side in sides.items()} | {"color": channel_of("count()", sheet.source)}
    channels |= frames | {f"{axis}2": side.end for axis, side in sides.items() if side.end is not None}
    channels = unique_aliases(channels)
    cells = Plan(sheet.source, channels, "x", needs=plan.needs)
    result = sheet.run(cells.sql, limit=MAX_MARKS)
    drawing = Drawing(channels, result.rows(), sheet.format, sheet.scheme, sheet.request.scale, marks=sheet.marks)
    if result.truncated or any(
        side.end is None and len(drawing.distinct(axis)) > MANY_PLACES for axis, side in sides.items()
    ):
        return None
    sheet.notes.append(f"{plural(result.row_count, 'bin')} of {plural(rows, 'row')}")
    sheet.note_left_out([plan.channels["x"], plan.channels["y"]])
    spec = cells_spec(drawing, sides, ascending=True)
    spec = clipped(spec) if any(scale.domain is not None for scale in sheet.request.scale.values()) else spec
    return sheet.built(result, channels, faceted(sheet, drawing, annotated(sheet, cells, drawing, spec)))


def _side(sheet: Sheet, channel: Channel, most: int) -> Side | None:
    """One side of the cells; None where its values can neither be binned nor stand side by side."""
    if channel.measure not in {"quantitative", "temporal"}:
        return Side(channel)
    if channel.measure == "quantitative" and channel.encoding.kind == "field":
        channel = channel_of(f"bin({quoted(str(channel.encoding.field))})", sheet.source)
        least, largest = sheet.engine.bounds(channel.sql, sheet.source.clause(channel.needs), cancel=sheet.cancel)
        if least is None or largest is None:
            return None
        start, step = nice(float(least), float(largest), most)
        low, high = edges(channel.sql, start, step)
        return Side(replace(channel, sql=low), _end(channel, high), step)
    found = None if _stays(sheet) else _bucket(sheet, channel, most)
    if found is None:
        return None
    bucket, width = found
    return Side(bucket, _end(bucket, f"{bucket.sql} + INTERVAL '{width}'"))


def _end(channel: Channel, sql: str) -> Channel:
    """The far edge of a bin."""
    return replace(
        channel, sql=sql, alias=f"{channel.alias}_end", encoding=Encoding("bin", f"{channel.alias} end"), needs=()
    )


def _line(sheet: Sheet, plan: Plan, rows: int) -> BuiltChart | None:
    request, y = sheet.request, plan.channels["y"]
    single = "series" not in plan.channels
    fit = y.measure == "quantitative" and y.encoding.kind == "field" and category_of(plan.channels) == "x"
    if not fit or request.sort not in {None, "x"} or (request.mark == "area" and not single):
        return None
    found = _bucket(sheet, plan.channels["x"], _bins(sheet, plan))
    if found is None:
        return None
    bucket, width = found
    mean = channel_of(str(Encoding("mean", y.encoding.field)), sheet.source)
    channels = unique_aliases({**plan.channels, "x": bucket, "y": mean})
    band = request.mark == "line"
    ends = (f"min({y.sql}) AS {identifier(ERROR_LOW)}", f"max({y.sql}) AS {identifier(ERROR_HIGH)}")
    binned = Plan(sheet.source, channels, "x", needs=plan.needs, extra=ends if band else ())
    result = sheet.run(binned.sql, limit=MAX_MARKS)
    if result.truncated or ("series" in channels and len(set(result.column(channels["series"].alias))) > MAX_SERIES):
        return None
    sheet.notes.append(f"{plural(rows, 'row')} in bins of {width}")
    sheet.notes += ["band from lowest to highest"] if band else []
    sheet.note_left_out([plan.channels["x"], y])
    drawing = Drawing(channels, result.rows(), sheet.format, sheet.scheme, request.scale, marks=sheet.marks)
    spec = line_spec(drawing, request.mark)
    spec = clipped(spec) if any(scale.domain is not None for scale in request.scale.values()) else spec
    of_rows = replace(drawing, channels={**channels, "y": replace(y, alias=channels["y"].alias)})
    spec = annotated(sheet, replace(binned, extra=()), of_rows, spec)
    return sheet.built(result, channels, faceted(sheet, drawing, spec))


def bucketed(sheet: Sheet, plan: Plan) -> tuple[Plan, str] | None:
    """A plan of groups along a number or a time with fewer of them, and how wide they are; None where it has no such.

    Sums stay sums, means are of all rows in a bin.
    """
    x = plan.channels["x"]
    if sheet.request.mark not in {"line", "area"} or category_of(plan.channels) != "x" or plan.by != "x":
        return None
    found = _bucket(sheet, x, _bins(sheet, plan))
    return None if found is None else (replace(plan, channels={**plan.channels, "x": found[0]}), found[1])


def _bins(sheet: Sheet, plan: Plan) -> int:
    """So many bins of x that all marks are drawn: each of them has a point per series and small chart."""
    split = [each for role, each in plan.channels.items() if role == "series" or role in FACETS]
    return max(FEWEST, min(sheet.request.bins or LINE_BINS, MAX_MARKS // _apart(sheet, plan, split)))


def _apart(sheet: Sheet, plan: Plan, split: list[Channel]) -> int:
    """How many parts these channels make of the rows."""
    if not split:
        return 1
    keys = ", ".join(f"{each.sql} AS k{number}" for number, each in enumerate(split))
    parts = f"SELECT DISTINCT {keys}\n{sheet.source.clause(plan.needs)}"
    return max(1, sheet.number(f"SELECT count(*) FROM ({parts})"))


def _bucket(sheet: Sheet, channel: Channel, most: int) -> tuple[Channel, str] | None:
    """A column of numbers or times in at most so many bins, each told by its beginning, and how wide they are."""
    if channel.encoding.kind != "field" or channel.measure not in {"quantitative", "temporal"}:
        return None
    number = channel.measure == "quantitative"
    value = f"CAST({channel.sql} AS DOUBLE)" if number else f"epoch_us({channel.sql})"
    least, largest = sheet.engine.bounds(value, sheet.source.clause(channel.needs), cancel=sheet.cancel)
    if least is None or largest is None or not least < largest:
        return None
    if number:
        start, step = nice(float(least), float(largest), most)
        low, _ = edges(value, start, step)
        whole = channel.whole and step == int(step) and start == int(start)
        binned = replace(channel, sql=low, whole=whole, encoding=Encoding("bin", channel.encoding.field))
        return binned, f"{step:,.12g}"
    span = float(largest) - float(least)
    if _stays(sheet):
        for unit, days in _ANYWHERE:
            if span / (days * _DAY) + 1 <= most:
                return replace(channel, sql=f"CAST(date_trunc('{unit}', {channel.sql}) AS TIMESTAMP)"), f"1 {unit}"
        return None
    for width, words in _WIDTHS:
        if span / width + 1 <= most:
            return replace(channel, sql=f"time_bucket(INTERVAL '{words}', {channel.sql})"), words
    return None


def _stays(sheet: Sheet) -> bool:
    """Whether an engine of the user's is asked: not all of them have bins of an hour."""
    names = sheet.engine.guard(f"SELECT *\n{sheet.source.clause()}").tables
    return any(sheet.engine.catalogue.get(name).stays for name in names)
