"""What the specs of all marks share: axes, colours, tooltips. The colours themselves are the theme's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canvas_widget.data.channels import Channel
from canvas_widget.data.sheet import OTHER
from canvas_widget.data.wording import UNSEEN, axis_format, value_format

__all__ = ["Drawing", "Spec", "base", "color", "measured", "ordered_names", "place", "tooltip"]

Spec = dict[str, Any]
Rows = Sequence[dict[str, Any]]

CROWDED = 72
"""So many characters of labels stand side by side under a chart of usual width; more are slanted."""
_TIME_FORMATS = {"yearmonth": "%b %Y", "yearquarter": "%b %Y", "day": "%d %b %Y", "week": "%d %b %Y"}
_TIME_UNITS = {"yearmonth": "yearmonth", "yearquarter": "yearquarter", "day": "yearmonthdate"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Channels and the rows they drew."""

    channels: dict[str, Channel]
    rows: Rows

    def __contains__(self, role: str) -> bool:
        return role in self.channels

    def values(self, role: str) -> list[Any]:
        alias = self.channels[role].alias
        return [row[alias] for row in self.rows]

    def distinct(self, role: str) -> list[Any]:
        return list(dict.fromkeys(self.values(role)))

    def numbers(self, role: str) -> list[float]:
        return [float(value) for value in self.values(role) if isinstance(value, int | float)]


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
    if channel.measure == "quantitative" and not discrete:
        return at | {"type": "quantitative", "scale": {"zero": False}, "axis": {"grid": False, "tickCount": 5}}
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


def measured(drawing: Drawing, role: str, *, zero: bool, stack: str | bool | None = False) -> Spec:
    """An axis that says how much. `stack` as Vega-Lite has it; False leaves it out."""
    channel = drawing.channels[role]
    axis: Spec = {"tickCount": 4}
    form = axis_format(drawing.numbers(role))
    if form is not None:
        axis["format"] = form
    if channel.whole:
        axis["tickMinStep"] = 1
    much: Spec = {"field": channel.alias, "type": "quantitative", "title": channel.title, "axis": axis}
    if not zero:
        much["scale"] = {"zero": False}
    if stack is not False:
        much["stack"] = stack
    return much


def tooltip(drawing: Drawing, *roles: str) -> list[Spec]:
    """A line per channel, with its title and in its format."""
    shown: dict[str, Spec] = {}
    for role in roles:
        if role not in drawing or drawing.channels[role].alias in shown:
            continue
        channel = drawing.channels[role]
        line: Spec = {"field": channel.alias, "title": channel.title, "type": channel.measure}
        if channel.measure == "quantitative":
            line["format"] = value_format(drawing.numbers(role), whole=channel.whole)
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
    if channel.key:
        hue["sort"] = None
    elif OTHER in names and not any(UNSEEN.search(str(name)) for name in names):
        # not `sort`: Vega-Lite would write the names into an expression, which a name such as "if" breaks
        hue["scale"] = {"domain": ordered_names(names)}
    if not legend:
        hue["legend"] = None
    elif _beyond_the_plane(names):
        hue["legend"] = {"labelLimit": 0}
    return hue
