"""Which column plays which part in a chart, from what was asked for and what follows from it."""

from __future__ import annotations

from dataclasses import replace

from canvas_widget.data.charts.channels import Channel, resolve, unique_aliases
from canvas_widget.data.charts.wording import phrase
from canvas_widget.data.encode import TIME_UNITS, Encoding, parse
from canvas_widget.data.joined import Joined, spelled
from canvas_widget.data.names import listed, nearest
from canvas_widget.data.requests import ChartRequest
from canvas_widget.data.source import Source
from canvas_widget.errors import InvalidArgument

__all__ = ["FACETS", "channel_of", "channels_of", "quoted", "splits", "summed", "with_unit"]

SUMMED = {"bar", "area", "arc"}
"""Marks whose lengths add up: raw numbers on them are summed per group, and the title says so."""
FACETS = ("facet", "row", "column")


def channel_of(text: str, source: Source) -> Channel:
    """The channel of one encoding over a source."""
    channel = resolve(spelled(text, source), source.fields, source.where, source.dataset)
    if isinstance(source, Joined) and channel.field is not None:
        table, _, name = channel.field.name.partition(".")
        if table in source.others and name:
            encoding = replace(channel.encoding, field=name)
            return replace(channel, title=f"{phrase(encoding, source.dataset)} ({table})")
    return channel


def channels_of(request: ChartRequest, source: Source) -> dict[str, Channel]:
    """The channels "x", "y" and, where asked for, "series", "size", "facet", "row", "column" and "group1", …

    A missing value is a count; bars, areas and pies of raw numbers are sums.

    Raises:
        InvalidArgument: the request does not say enough.
        QueryError: it names what is not there.
    """
    x, y, series = with_unit(request), request.y, request.series
    if source.sql is not None and x is None and y is None:
        x, y, series = _guessed(source, series)
    if x is None and y is None:
        names = listed([field.name for field in source.fields])
        raise InvalidArgument(f"A chart needs x, and y when it is not a count. Columns: {names}.")
    if x is None or y is None:
        channels = _counted("y" if x is None else "x", str(x or y), source)
    else:
        channels = {"x": channel_of(x, source), "y": channel_of(y, source)}
    if series is not None:
        channels["series"] = _dimension("series", series, source)
    if request.size is not None:
        channels["size"] = channel_of(request.size, source)
        if channels["size"].measure != "quantitative" or channels["size"].encoding.kind == "bin":
            raise InvalidArgument(f'The size "{request.size}" must be a number: areas show how much.')
    for channel in channels.values():
        if channel.encoding.kind == "bin":
            raise InvalidArgument(f'"{channel.encoding}" belongs to a histogram: set mark to "histogram".')
    if request.mark != "point":
        channels = _valued(channels, request, source)
    return unique_aliases({**channels, **splits(request, source)})


def splits(request: ChartRequest, source: Source) -> dict[str, Channel]:
    """The channels that make several marks or charts of one: facets and columns to group by."""
    if request.facet is not None and (request.row is not None or request.column is not None):
        raise InvalidArgument("Small charts are wrapped (facet) or in a grid (row, column), not both.")
    if request.columns is not None and request.columns < 1:
        raise InvalidArgument(f"Small charts stand in 1 column or more, not {request.columns}.")
    found = {role: _dimension(role, text, source) for role in FACETS if (text := getattr(request, role)) is not None}
    for role, channel in list(found.items()):
        found[role] = channel if channel.measure == "nominal" else replace(channel, measure="ordinal")
    for number, text in enumerate(request.group, 1):
        found[f"group{number}"] = _dimension("group", text, source)
    return found


def with_unit(request: ChartRequest) -> str | None:
    """The x of a request, in its time unit where that stands apart."""
    x, unit = request.x, request.time_unit
    if unit is None or x is None:
        return x
    encoding = parse(x)
    if encoding.op is not None:
        return x
    written = str(Encoding("year", encoding.field)).replace("year(", f"{unit}(", 1)
    if parse(written).op not in TIME_UNITS:
        close = nearest(unit, TIME_UNITS, 1)
        raise InvalidArgument(f'No time unit "{unit}". Units: {listed(TIME_UNITS)}.', alternatives=close)
    return written


def _dimension(role: str, text: str, source: Source) -> Channel:
    channel = channel_of(text, source)
    if channel.aggregate or channel.encoding.kind == "bin":
        raise InvalidArgument(f'The {role} "{text}" must be a column or a time unit, not a value.')
    return channel


def _counted(role: str, text: str, source: Source) -> dict[str, Channel]:
    channel = channel_of(text, source)
    other = "y" if role == "x" else "x"
    if channel.aggregate:
        raise InvalidArgument(f'A chart of "{text}" needs {other} too: the column to group by.')
    return {role: channel, other: channel_of("count()", source)}


def _valued(channels: dict[str, Channel], request: ChartRequest, source: Source) -> dict[str, Channel]:
    x, y = channels["x"], channels["y"]
    if x.aggregate and y.aggregate:
        raise InvalidArgument("x and y are both values. One of them must be a column to group by.")
    if x.aggregate or y.aggregate:
        return channels
    role = "y" if y.measure == "quantitative" else "x" if x.measure == "quantitative" else None
    if role is None:
        raise InvalidArgument(f'Neither "{x.alias}" nor "{y.alias}" holds numbers. Use y="count()" to count rows.')
    if request.mark in SUMMED and source.sql is None:
        return {**channels, role: summed(channels[role], source)}
    return channels


def summed(channel: Channel, source: Source) -> Channel:
    """The sum of a column of numbers."""
    total = channel_of(str(Encoding("sum", channel.encoding.field)), source)
    return replace(total, alias=total.alias)


def quoted(name: str) -> str:
    """A column's name as an encoding that can mean nothing else."""
    return '"' + name.replace('"', '""') + '"'


def _guessed(source: Source, series: str | None) -> tuple[str, str | None, str | None]:
    """A query's columns in their roles: the last number is y, the first other column x, one more the series."""
    fields = list(source.fields)
    numbers = [field for field in fields[1:] if field.numeric]
    if not numbers:
        return quoted(fields[0].name), None, series
    y = numbers[-1]
    rest = [field for field in fields if field is not y]
    if series is None and len(rest) > 1 and rest[1].type in {"string", "boolean"}:
        series = quoted(rest[1].name)
    return quoted(rest[0].name), quoted(y.name), series
