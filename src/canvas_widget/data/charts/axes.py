"""What the specs of all marks share: axes, colours, tooltips. The colours themselves are the theme's."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.sheet import OTHER
from canvas_widget.data.charts.wording import (
    UNSEEN,
    axis_format,
    axis_money,
    label_format,
    share_title,
    short_money,
    value_format,
)
from canvas_widget.data.requests import AxisScale

__all__ = [
    "ONCE",
    "Drawing",
    "Spec",
    "base",
    "color",
    "measured",
    "ordered_names",
    "place",
    "scaled",
    "shade",
    "tooltip",
]

Spec = dict[str, Any]
Rows = Sequence[dict[str, Any]]

ONCE: Spec = {"values": [{}]}
"""One row without cells: what is drawn once, not once per row."""

CROWDED = 72
"""So many characters of labels stand side by side under a chart of usual width; more are slanted."""
_YEARS = re.compile(r"(?:^|[^a-z])(?:year|yr)s?(?:$|[^a-z])", re.IGNORECASE)
FEW = 3
"""Counts up to so many have a tick each."""
_TIME_FORMATS = {"yearmonth": "%b %Y", "yearquarter": "%b %Y", "day": "%d %b %Y", "week": "%d %b %Y"}
_TIME_UNITS = {"yearmonth": "yearmonth", "yearquarter": "yearquarter", "day": "yearmonthdate"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Channels and the rows they drew; `format` (d3) and `scheme` where they were asked for, `scales` by axis."""

    channels: dict[str, Channel]
    rows: Rows
    format: str | None = None
    scheme: str | None = None
    scales: Mapping[Literal["x", "y"], AxisScale] = field(default_factory=dict)
    marks: Mapping[str, Any] | None = None
    """Of numbers in words, as d3 has them; None for the English ones."""

    def __contains__(self, role: str) -> bool:
        return role in self.channels

    def values(self, role: str) -> list[Any]:
        alias = self.channels[role].alias
        return [row[alias] for row in self.rows]

    def distinct(self, role: str) -> list[Any]:
        return list(dict.fromkeys(self.values(role)))

    def numbers(self, role: str) -> list[float]:
        return [float(value) for value in self.values(role) if isinstance(value, int | float)]

    def totals(self, role: str, place: str) -> list[float]:
        """What the numbers of a role come to in each place: how high stacked bars stand."""
        sums: dict[Any, float] = {}
        for at, value in zip(self.values(place), self.values(role), strict=True):
            if isinstance(value, int | float):
                sums[at] = sums.get(at, 0.0) + value
        return list(sums.values())

    def value_format(self, role: str) -> str:
        """How the role's numbers read one by one."""
        if self.format is not None and role in self and not _is_place(self.channels[role]):
            return self.format
        if self.channels[role].share:
            return ".1%"
        return value_format(self.numbers(role), whole=self.channels[role].whole)

    def label_format(self, role: str) -> str:
        """How the role's numbers read where room is short."""
        if self.format is not None:
            return short_money(self.format, self.numbers(role))
        if self.channels[role].share:
            return ".0%" if max(self.numbers(role), default=0) >= 0.1 else ".1%"
        return label_format(self.numbers(role), whole=self.channels[role].whole)


def _is_place(channel: Channel) -> bool:
    """Whether a channel's numbers say where, not how much: years, hours, cylinders as categories."""
    return channel.measure != "quantitative" or channel.encoding.kind in {"time", "bin"}


def base(**parts: Any) -> Spec:
    """A spec over the rows of the query."""
    return {"data": {"name": "result"}, **parts}


def time_format(channel: Channel, values: Sequence[Any]) -> str:
    """How a point in time reads: as exact as the values are."""
    if channel.encoding.op in _TIME_FORMATS:
        return _TIME_FORMATS[channel.encoding.op]
    try:
        held = [datetime.fromisoformat(value) for value in values if isinstance(value, str)]
    except ValueError:
        return "%d %b %Y"
    if any((moment.hour, moment.minute, moment.second) != (0, 0, 0) for moment in held):
        return "%d %b %Y %H:%M"
    if held and all((moment.month, moment.day) == (1, 1) for moment in held):
        return "%Y"
    if held and all(moment.day == 1 for moment in held):
        return "%b %Y"
    return "%d %b %Y"


def place(drawing: Drawing, role: str, *, discrete: bool) -> Spec:
    """An axis that says where, not how much: categories in drawn order, years, points in time, numbers."""
    channel = drawing.channels[role]
    at: Spec = {"field": channel.alias, "title": channel.title}
    if channel.measure == "temporal":
        return at | _time_axis(drawing, role, discrete=discrete)
    if channel.measure == "ordinal" and _is_time(channel):
        return at | _time_places(drawing, role)
    if channel.measure == "quantitative" and not discrete and is_years(channel, drawing.values(role)):
        scale = {"zero": False, "nice": False} | scaled(drawing, role)
        return at | {"type": "quantitative", "scale": scale, "axis": {"format": "d", "tickMinStep": 1, "grid": False}}
    if channel.measure == "quantitative" and not discrete:
        scale = {"zero": False} | scaled(drawing, role)
        return at | {"type": "quantitative", "scale": scale, "axis": {"grid": False, "tickCount": 5}}
    if not discrete and _years_with_gaps(channel, drawing.values(role)):
        scale = {"zero": False, "nice": False}
        return at | {"type": "quantitative", "scale": scale, "axis": {"format": "d", "tickMinStep": 1, "grid": False}}
    at["type"] = "nominal" if channel.measure == "nominal" else "ordinal"
    at["sort"] = None
    axis: Spec = {"labelLimit": 140}
    lengths = [len(str(value)) for value in drawing.distinct(role)]
    if role == "x":
        crowded = channel.measure == "nominal" and max(lengths, default=0) > 3 and sum(lengths) > CROWDED
        axis = {"labelAngle": -40, "labelLimit": 96} if crowded else {"labelAngle": 0, "labelLimit": 110}
        if channel.measure == "ordinal":
            axis["labelOverlap"] = "parity"
        else:
            axis["labelOverlap"] = False if len(lengths) <= 30 else "greedy"
    if _beyond_the_plane(drawing.distinct(role)):
        axis["labelLimit"] = 0
    at["axis"] = axis
    return at


def _beyond_the_plane(names: Sequence[Any]) -> bool:
    """Whether a name holds an emoji or the like: Vega cuts names between the halves of such characters and fails."""
    return any(ord(character) > 0xFFFF for name in names if isinstance(name, str) for character in name)


def _years_with_gaps(channel: Channel, values: Sequence[Any]) -> bool:
    """Years in a row are places on an axis; years with gaps between them keep their distances."""
    if channel.encoding.op != "year":
        return False
    years = {value for value in values if isinstance(value, int)}
    return bool(years) and max(years) - min(years) + 1 != len(years)


def is_years(channel: Channel, values: Sequence[Any]) -> bool:
    """Whether a column of whole numbers holds years, by its name and by what stands in it: 1982, not 1,982."""
    held = [value for value in values if value is not None]
    named = channel.encoding.op is None and bool(_YEARS.search(str(channel.encoding.field)))
    return named and bool(held) and all(isinstance(value, int) and 1000 <= value < 3000 for value in held)


def _time_axis(drawing: Drawing, role: str, *, discrete: bool) -> Spec:
    channel = drawing.channels[role]
    at: Spec = {"type": "temporal"}
    form = time_format(channel, drawing.values(role))
    axis: Spec = {"grid": False}
    if discrete and channel.encoding.op in _TIME_UNITS:
        at["timeUnit"] = _TIME_UNITS[channel.encoding.op]
        axis["format"] = form
    elif form == "%Y":
        axis["format"] = form
    at["axis"] = axis
    return at


def scaled(drawing: Drawing, role: str) -> Spec:
    """The parts of a scale that were asked for."""
    asked = drawing.scales.get("x" if role == "x" else "y") if role in {"x", "y"} else None
    if asked is None:
        return {}
    scale: Spec = {"type": "log"} if asked.log else {}
    if asked.zero is not None and not asked.log:
        scale["zero"] = asked.zero
    if asked.domain is not None:
        scale |= {"domain": list(asked.domain), "nice": False}
    return scale


def _is_time(channel: Channel) -> bool:
    """Whether a channel's places are points in time, each of them a place of its own."""
    return channel.encoding.op in _TIME_UNITS or (
        channel.encoding.op is None and channel.field is not None and channel.field.temporal
    )


def _time_places(drawing: Drawing, role: str) -> Spec:
    """Points in time side by side like names, in drawn order."""
    channel = drawing.channels[role]
    form = time_format(channel, drawing.values(role))
    unit = _TIME_UNITS.get(str(channel.encoding.op), "yearmonthdate")
    if form.endswith("%M"):
        unit = "yearmonthdatehoursminutesseconds"
    axis: Spec = {"format": form, "labelAngle": -40 if role == "x" else 0, "labelOverlap": "parity"}
    return {"type": "ordinal", "timeUnit": unit, "sort": None, "axis": axis}


def measured(drawing: Drawing, role: str, *, zero: bool, stack: str | bool | None = False) -> Spec:
    """An axis that says how much. `stack` as Vega-Lite has it; False leaves it out."""
    channel = drawing.channels[role]
    axis: Spec = {"tickCount": 4}
    numbers = drawing.numbers(role)
    if stack == "zero":
        numbers = drawing.totals(role, "y" if role == "x" else "x")
    scale: Spec = ({} if zero else {"zero": False}) | scaled(drawing, role)
    form = (drawing.format and axis_money(drawing.format, numbers)) or ("~%" if channel.share else axis_format(numbers))
    if stack == "normalize":
        form = ".0%"
    elif channel.whole and zero and not scale and numbers and min(numbers) >= 0 and max(numbers) <= FEW:
        axis["values"] = list(range(int(max(numbers)) + 1))  # or half a car would be labelled
        form = form or "d"
    elif channel.whole:
        axis["tickMinStep"] = 1
    if scale.get("type") == "log":
        form = form or "~s"
        axis["values"] = _log_ticks(numbers)
    if form is not None:
        axis["format"] = form
    title = share_title(channel.title) if stack == "normalize" else channel.title
    much: Spec = {"field": channel.alias, "type": "quantitative", "title": title, "axis": axis}
    if scale:
        much["scale"] = scale
    if stack is not False:
        much["stack"] = stack
    return much


def _log_ticks(numbers: Sequence[float]) -> list[float]:
    """Powers of ten over the numbers, with twos and fives between where these are few."""
    above = [number for number in numbers if number > 0] or [1.0]
    low, high = math.floor(math.log10(min(above))), math.ceil(math.log10(max(above)))
    steps = (1, 2, 5) if high - low <= 2 else (1,)
    apart = max(1, (high - low) // 6)
    return [float(f"{step * 10.0**power:.3g}") for power in range(low, high + 1, apart) for step in steps]


def tooltip(drawing: Drawing, *roles: str) -> list[Spec]:
    """A line per channel, with its title and in its format."""
    shown: dict[str, Spec] = {}
    for role in roles:
        if role not in drawing or drawing.channels[role].alias in shown:
            continue
        channel = drawing.channels[role]
        line: Spec = {"field": channel.alias, "title": channel.title, "type": channel.measure}
        if channel.measure == "quantitative":
            years = is_years(channel, drawing.values(role))
            line["format"] = "d" if years else drawing.value_format(role)
        elif channel.measure == "temporal":
            line["format"] = time_format(channel, drawing.values(role))
        shown[channel.alias] = line
    return list(shown.values())


def ordered_names(names: Sequence[Any]) -> list[Any]:
    """Names in an order of their own, so that one name has one colour in every chart; "Other" comes last."""
    held = [name for name in names if name is not None]
    numbers = all(isinstance(name, int | float) for name in held)
    kept = sorted((name for name in held if name != OTHER), key=None if numbers else str)
    return kept + [OTHER] * (OTHER in held)


def color(drawing: Drawing, role: str = "series", *, legend: bool = True) -> Spec:
    """A colour per name; the palette is the theme's."""
    channel = drawing.channels[role]
    hue: Spec = {"field": channel.alias, "type": "nominal", "title": channel.title}
    names = drawing.distinct(role)
    if drawing.scheme is not None:
        hue["scale"] = {"scheme": drawing.scheme}
    if channel.key:
        hue["sort"] = None
    elif OTHER in names and not any(UNSEEN.search(str(name)) for name in names):
        # not `sort`: Vega-Lite would write the names into an expression, which a name such as "if" breaks
        hue["scale"] = {**hue.get("scale", {}), "domain": ordered_names(names)}
    said = any(drawing.channels[at].alias == channel.alias for at in ("x", "y") if at in drawing)
    if not legend or (said and role == "series"):  # the axis names them already
        hue["legend"] = None
    elif _beyond_the_plane(names):
        hue["legend"] = {"labelLimit": 0}
    return hue


def shade(drawing: Drawing, role: str) -> Spec:
    """A colour that says how much, from pale to strong; about a middle of nothing where values lie on both sides."""
    channel = drawing.channels[role]
    numbers = drawing.numbers(role)
    legend: Spec = {"format": drawing.format or axis_format(numbers) or ",.3~r", "tickCount": 3}
    hue: Spec = {"field": channel.alias, "type": "quantitative", "title": channel.title, "legend": legend}
    both = bool(numbers) and min(numbers) < 0 < max(numbers)
    if drawing.scheme is not None:
        hue["scale"] = {"scheme": drawing.scheme} | ({"domainMid": 0} if both else {})
    elif both:
        hue["scale"] = {"scheme": "blueorange", "domainMid": 0}
    return hue
