"""What stands over or around a chart: rules, bands and labels, and the frame that repeats it per value."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from canvas_widget.data.charts.axes import ONCE, Drawing, Spec
from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.close_words import set_apart
from canvas_widget.data.charts.plan import Plan
from canvas_widget.data.charts.sheet import Sheet
from canvas_widget.data.charts.wording import number_text
from canvas_widget.data.requests import Annotation
from canvas_widget.data.sql import identifier
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["annotated", "clipped", "faceted"]

GREY = "#808080"
WORDS = {"mean": "Mean", "median": "Median", "min": "Lowest", "max": "Highest", "overall": "Overall"}
_SPELLED = {"average": "mean", "avg": "mean", "minimum": "min", "maximum": "max"}
_SQL = {"mean": "avg", "median": "median", "min": "min", "max": "max"}


def annotated(sheet: Sheet, plan: Plan, drawing: Drawing, spec: Spec) -> Spec:
    """The chart with its annotations: bands below its marks, rules and labels above.

    Raises:
        InvalidArgument: an annotation has no place on this chart.
    """
    notes = sheet.request.annotations
    if not notes:
        return spec
    below: list[Spec] = []
    above: list[Spec] = []
    for note in notes:
        layers = _layers(note, sheet, plan, drawing)
        (below if layers[0]["mark"]["type"] == "rect" else above).extend(layers)
    above = set_apart(above, lambda axis, where: _share(where, drawing, axis))
    core = {key: part for key, part in spec.items() if key != "data"}
    return {"data": spec["data"], "layer": [*below, core, *above]}


def _layers(note: Annotation, sheet: Sheet, plan: Plan, drawing: Drawing) -> list[Spec]:
    if note.x is not None and note.y is not None:
        if isinstance(note.x, list) or isinstance(note.y, list):
            raise InvalidArgument("A label stands at one x and one y.")
        at = {axis: _at(place, axis, sheet, plan, drawing)[0] for axis, place in (("x", note.x), ("y", note.y))}
        align = _side(at["x"], drawing, centre=True)
        return [_text(note.text or "", at, {"align": align, "baseline": "bottom", "dy": -6})]
    axis, place = ("x", note.x) if note.x is not None else ("y", note.y)
    if isinstance(place, list):
        ends = [_at(each, axis, sheet, plan, drawing)[0] for each in place]
        band = {"mark": {"type": "rect", "opacity": 0.14, "color": GREY}}
        layers = [{"data": ONCE, **band, "encoding": {axis: ends[0], f"{axis}2": {"datum": ends[1]["datum"]}}}]
        return layers + ([_inside(note.text, axis, ends, drawing)] if note.text else [])
    where, words = _at(place, axis, sheet, plan, drawing)
    layers = [{"data": ONCE, "mark": {"type": "rule"}, "encoding": {axis: where}}]
    text = note.text if note.text is not None else words
    return layers + ([_beside(text, axis, where, drawing)] if text else [])


def _side(where: Spec, drawing: Drawing, *, centre: bool = False) -> str:
    """How words at a place of x are aligned, so that they end inside the plot."""
    share = _share(where, drawing)
    if centre:
        return "left" if share < 0.25 else "right" if share > 0.75 else "center"
    return "right" if share > 0.5 else "left"


def _share(where: Spec, drawing: Drawing, axis: Literal["x", "y"] = "x") -> float:
    """How far along an axis a place stands, from 0 to 1."""
    held = [value for value in drawing.distinct(axis) if value is not None]
    place = where["datum"]
    if where["type"] in {"nominal", "ordinal"}:
        return (held.index(place) + 0.5) / len(held)
    if where["type"] == "temporal":
        numbers = [datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() for value in held]
        day = datetime(place["year"], place["month"], place["date"], tzinfo=UTC)
        place = day.timestamp() + 3600 * place.get("hours", 0) + 60 * place.get("minutes", 0) + place.get("seconds", 0)
    else:
        numbers = [float(value) for value in held]
        numbers += [0.0] if drawing.channels[axis].aggregate else []
    asked = drawing.scales.get(axis)
    if asked is not None and asked.domain is not None and where["type"] == "quantitative":
        numbers = [float(end) for end in asked.domain]
    low, high = min([*numbers, place]), max([*numbers, place])
    return (place - low) / (high - low) if high > low else 0.0


def _beside(text: str, axis: str, where: Spec, drawing: Drawing) -> Spec:
    """A text along a rule: at its right end above it, or at the top of it on the side that has more room."""
    if axis == "y":
        shape = {"align": "right", "baseline": "bottom", "dx": -2, "dy": -3}
        return _text(text, {"y": where, "x": {"value": "width"}}, shape)
    return _standing(text, where, _side(where, drawing))


def _standing(text: str, where: Spec, side: str) -> Spec:
    shape = {"align": side, "baseline": "top", "dx": 4 if side == "left" else -4, "dy": 1}
    return _text(text, {"x": where, "y": {"value": 0}}, shape)


def _inside(text: str, axis: str, ends: list[Spec], drawing: Drawing) -> Spec:
    """A text in an upper corner of a band: of one that stands in that away from the edge, else on the right."""
    if axis == "y":
        upper = max(ends, key=lambda end: float(end["datum"])) if ends[0].get("type") == "quantitative" else ends[0]
        shape = {"align": "right", "baseline": "top", "dx": -2, "dy": 3}
        return _text(text, {"y": upper, "x": {"value": "width"}}, shape)
    first, last = sorted(ends, key=lambda end: _share(end, drawing))
    side = _side(first, drawing)
    return _standing(text, first if side == "left" else last, side)


def _text(text: str, at: Spec, shape: Spec) -> Spec:
    return {"data": ONCE, "mark": {"type": "text", "text": text.replace("\\", "/"), **shape}, "encoding": at}


def _at(place: Any, axis: str, sheet: Sheet, plan: Plan, drawing: Drawing) -> tuple[Spec, str]:
    """A place on an axis as Vega-Lite has it, and its words where it is computed."""
    channel = drawing.channels[axis]
    kind = channel.measure
    word = _SPELLED.get(str(place).casefold(), str(place).casefold())
    if kind == "quantitative" or (kind == "ordinal" and isinstance(place, str) and word in WORDS):
        if isinstance(place, str) and word in WORDS:
            value = _computed(word, axis, sheet, plan, drawing)
            return {"datum": value, "type": "quantitative"}, f"{WORDS[word]} {_number(value, channel, drawing)}"
        try:
            return {"datum": float(place), "type": "quantitative"}, ""
        except (TypeError, ValueError) as error:
            known = ", ".join(f'"{each}"' for each in WORDS)
            raise InvalidArgument(
                f'"{place}" is no place on {axis}, which has numbers. Write a number, or one of {known}.'
            ) from error
    if kind == "temporal":
        return {"datum": _moment(place), "type": "temporal"}, ""
    known_places = drawing.distinct(axis)
    if place not in known_places:
        found = [each for each in known_places if str(each).casefold() == str(place).casefold()]
        if not found:
            raise InvalidArgument(f'"{place}" is not on {axis}.')
        place = found[0]
    return {"datum": place, "type": "nominal" if kind == "nominal" else "ordinal"}, ""


def _moment(place: Any) -> Spec:
    text = str(place).strip()
    try:
        moment = datetime.fromisoformat(f"{text}-01-01" if len(text) == 4 else f"{text}-01" if len(text) == 7 else text)
    except ValueError as error:
        raise InvalidArgument(f'"{place}" is no point in time. Write 2024-12-31.') from error
    parts = {"year": moment.year, "month": moment.month, "date": moment.day}
    clock = {"hours": moment.hour, "minutes": moment.minute, "seconds": moment.second}
    return {**parts, **{name: value for name, value in clock.items() if value}}


def _computed(word: str, axis: str, sheet: Sheet, plan: Plan, drawing: Drawing) -> float:
    channel = drawing.channels[axis]
    if word == "overall" or not channel.aggregate:
        plain = channel.sql
        if channel.encoding.kind == "bin" and channel.field is not None:
            plain = identifier(channel.field.name)  # not the edge of its bin
        sql = channel.sql if channel.aggregate else f"{_SQL.get(word, 'avg')}({plain})"
        row = sheet.run(f'SELECT {sql} AS "value"\n{sheet.source.clause(plan.needs)}').rows()[0]
        value = row["value"]
    else:
        place = "y" if axis == "x" else "x"
        stacked = "series" in drawing and channel.additive and sheet.request.mark in {"bar", "area"}
        numbers: Sequence[float] = drawing.totals(axis, place) if stacked else drawing.numbers(axis)
        value = None
        if numbers:
            value = {"mean": statistics.fmean, "median": statistics.median, "min": min, "max": max}[word](numbers)  # type: ignore[operator]
    if value is None:
        raise QueryError(f"{channel.title} has no value, so nothing says where {WORDS[word].lower()} would be.")
    return float(f"{float(value):.12g}")


def _number(value: float, channel: Channel, drawing: Drawing) -> str:
    return number_text(value, drawing.format, whole=channel.whole and value == int(value), marks=drawing.marks)


def faceted(sheet: Sheet, drawing: Drawing, spec: Spec) -> Spec:
    """The chart once per value of its facets."""
    frame: Spec = {}
    for role in ("facet", "row", "column"):
        if role not in drawing:
            continue
        channel = drawing.channels[role]
        part: Spec = {"field": channel.alias, "type": "nominal", "title": channel.title, "header": {"title": None}}
        if f"{role} order" in drawing:
            part["sort"] = {"field": drawing.channels[f"{role} order"].alias, "op": "min"}
        frame[role] = part
    if not frame:
        return spec
    core = {key: part for key, part in spec.items() if key != "data"}
    if "facet" in frame:
        many = len(drawing.distinct("facet"))
        columns = min(many, sheet.request.columns or _columns(many))
        return {"data": spec["data"], "facet": frame["facet"], "columns": columns, "spec": core}
    return {"data": spec["data"], "facet": frame, "spec": core}


def _columns(many: int) -> int:
    """How many small charts stand side by side where nobody said."""
    return many if many <= 4 else 3 if many in (5, 6, 9) else 4


def clipped(spec: Spec) -> Spec:
    """Marks end where the axes do, where a domain was asked for."""
    if "layer" in spec:
        return {**spec, "layer": [clipped(layer) for layer in spec["layer"]]}
    return {**spec, "mark": {**spec["mark"], "clip": True}} if "mark" in spec else spec
