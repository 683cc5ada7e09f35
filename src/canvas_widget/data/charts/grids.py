"""Heatmaps: a rectangle per pair of places, or per pair of bins where there are millions of points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from canvas_widget.data.charts.axes import Drawing, Spec, base, place, scaled, shade, tooltip
from canvas_widget.data.charts.bins import edges, nice
from canvas_widget.data.charts.channels import Channel, Measure, unique_aliases
from canvas_widget.data.charts.drawn import BuiltChart
from canvas_widget.data.charts.facets import few_facets
from canvas_widget.data.charts.overlays import annotated, faceted
from canvas_widget.data.charts.plan import Plan, sorting
from canvas_widget.data.charts.roles import channel_of, splits, with_unit
from canvas_widget.data.charts.sheet import MAX_MARKS, Sheet
from canvas_widget.data.charts.wording import axis_format, plural
from canvas_widget.data.encode import Encoding
from canvas_widget.data.filters import group_conditions
from canvas_widget.data.joined import spelled
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["DENSE", "MANY_PLACES", "Side", "build_heatmap", "cells_spec"]

DENSE = (60, 40)
"""Bins across and up where points are counted."""
FEW = 20
"""Bins of a side where a heatmap names only a column."""
MANY_PLACES = 60


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a heatmap: its channel, where it is binned the far edge, and of bins of a number their width."""

    channel: Channel
    end: Channel | None = None
    step: float | None = None


def build_heatmap(sheet: Sheet) -> BuiltChart:
    """Places by places, coloured by a value (a count when none is given); numbers are binned.

    Raises:
        InvalidArgument: a side is missing, or the colour is no value.
    """
    request, source = sheet.request, sheet.source
    x, y = with_unit(request), request.y
    if x is None or y is None:
        raise InvalidArgument("A heatmap needs x and y; its colour is color, or a count.")
    value = channel_of(request.color or request.series or "count()", source)
    if not value.aggregate:
        if value.measure != "quantitative":
            raise InvalidArgument(
                f'The colour of a heatmap is a value such as count() or mean(c), not "{value.alias}".'
            )
        value = channel_of(str(Encoding("mean", value.encoding.field)), source)
    found = few_facets(sheet, splits(request, source))
    sides = {"x": _side(sheet, x, 0), "y": _side(sheet, y, 1)}
    channels = {"x": sides["x"].channel, "y": sides["y"].channel, "color": value, **found}
    channels |= {f"{axis}2": side.end for axis, side in sides.items() if side.end is not None}
    channels = unique_aliases(channels)
    needs = tuple(dict.fromkeys(need for axis in ("x", "y") for need in channels[axis].needs))
    by, downwards = sorting(request.sort, {role: channels[role] for role in ("x", "y", "color")}, "x")
    having = group_conditions(request.having, sheet.source, spelled)
    plan = Plan(sheet.source, channels, by, downwards, request.limit, needs, having=having)
    result = sheet.run(plan.sql, limit=MAX_MARKS)
    drawing = Drawing(channels, result.rows(), sheet.format, sheet.scheme, marks=sheet.marks)
    _check_places(sheet, drawing, sides, result.truncated)
    sheet.note_left_out([channels["x"], channels["y"]])
    spec = annotated(sheet, plan, drawing, cells_spec(drawing, sides, ascending=request.sort is None))
    return sheet.built(result, channels, faceted(sheet, drawing, spec))


def cells_spec(drawing: Drawing, sides: dict[str, Side], *, ascending: bool) -> Spec:
    """A rectangle per cell, coloured by "color"."""
    encoding: Spec = {}
    for axis, side in sides.items():
        encoding |= _along(drawing, axis, side, ascending=ascending)
    encoding["color"] = shade(drawing, "color")
    ends = [role for axis in ("x", "y") for role in (axis, f"{axis}2") if role in drawing]
    encoding["tooltip"] = [*_tips(drawing, ends, sides), *tooltip(drawing, "color")]
    return base(mark={"type": "rect"}, encoding=encoding)


def _side(sheet: Sheet, text: str, place: int) -> Side:
    channel = channel_of(text, sheet.source)
    if channel.aggregate:
        raise InvalidArgument(f'A side of a heatmap is a column, a time unit or bins, not "{text}".')
    dense = sheet.request.mark == "density"
    many = channel.measure == "quantitative" and channel.encoding.kind == "field" and (dense or _many(sheet, channel))
    if channel.encoding.kind != "bin" and not many:
        if dense and channel.measure != "quantitative":
            raise InvalidArgument(f'A density needs columns of numbers, and "{text}" is none. Use a heatmap.')
        measure: Measure = "nominal" if channel.measure == "nominal" else "ordinal"
        return Side(replace(channel, measure=measure))
    if channel.encoding.kind != "bin":
        channel = channel_of(str(Encoding("bin", channel.encoding.field)), sheet.source)
    least, largest = sheet.engine.bounds(channel.sql, sheet.source.clause(channel.needs), cancel=sheet.cancel)
    if least is None or largest is None:
        raise QueryError(sheet.nothing())
    most = channel.encoding.bins or sheet.request.bins or (DENSE[place] if dense else FEW)
    start, step = nice(float(least), float(largest), most)
    low, high = edges(channel.sql, start, step)
    end = replace(channel, sql=high, alias=f"{channel.alias}_end", encoding=Encoding("bin", f"{channel.alias} end"))
    return Side(replace(channel, sql=low), end, step)


def _many(sheet: Sheet, channel: Channel) -> bool:
    """Whether a column of numbers has more different values than a side has places."""
    places = sheet.number(f"SELECT count(DISTINCT {channel.sql})\n{sheet.source.clause(channel.needs)}")
    return places > 2 * FEW


def _check_places(sheet: Sheet, drawing: Drawing, sides: dict[str, Side], truncated: bool) -> None:
    binned = [side.step for side in sides.values() if side.step is not None]
    if truncated:
        sheet.notes.append(f"first {plural(MAX_MARKS, 'cell')}")
    for axis, side in sides.items():
        many = len(drawing.distinct(axis))
        if side.step is None and side.channel.measure == "nominal" and many > MANY_PLACES:
            raise InvalidArgument(
                f"{side.channel.title} has {many:,} values, too many to stand side by side: filter it."
            )
    rows = sheet.source.rows
    cells = plural(len(drawing.rows), "bin" if len(binned) == 2 else "cell")
    whole = rows is not None and not sheet.source.conditions
    sheet.notes.insert(0, f"{cells} of {plural(rows or 0, 'row')}" if whole else cells)


def _along(drawing: Drawing, axis: str, side: Side, *, ascending: bool) -> Spec:
    channel = drawing.channels[axis]
    if side.end is not None and channel.measure == "temporal":
        return {axis: place(drawing, axis, discrete=False), f"{axis}2": {"field": drawing.channels[f"{axis}2"].alias}}
    if side.step is None:
        at = {**place(drawing, axis, discrete=True), "scale": {"paddingInner": 0.05, "paddingOuter": 0}}
        if ascending and channel.encoding.kind == "field" and channel.measure != "temporal":
            at["sort"] = "ascending"  # not the order of the cells, in which a place without the first cells comes late
        return {axis: at}
    scale = {"zero": False, "nice": False} | scaled(drawing, axis)
    parts: Spec = {"tickCount": 6 if axis == "x" else 4, "grid": False}
    form = axis_format(drawing.numbers(axis))
    if form is not None:
        parts["format"] = form
    at = {"field": channel.alias, "type": "quantitative", "title": channel.title, "scale": scale, "axis": parts}
    return {
        axis: at | {"bin": {"binned": True, "step": side.step}},
        f"{axis}2": {"field": drawing.channels[f"{axis}2"].alias},
    }


def _tips(drawing: Drawing, roles: list[str], sides: dict[str, Side]) -> list[Any]:
    lines = []
    for role in roles:
        channel = drawing.channels[role]
        if sides[role[0]].step is None:
            if role.endswith("2"):  # of a bin of time its beginning is told
                continue
            lines += tooltip(drawing, role)
            continue
        word = "below" if role.endswith("2") else "from"
        title = f"{channel.title} {word}"
        lines.append({"field": channel.alias, "type": "quantitative", "title": title, "format": ",~g"})
    return lines
