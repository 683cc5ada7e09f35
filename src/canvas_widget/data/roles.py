"""Which column plays which part in a chart, from what was asked for and what follows from it."""

from __future__ import annotations

from dataclasses import replace

from canvas_widget.data.channels import Channel, resolve, unique_aliases
from canvas_widget.data.encode import Encoding
from canvas_widget.data.names import listed
from canvas_widget.data.requests import ChartRequest
from canvas_widget.data.source import Source
from canvas_widget.errors import InvalidArgument

__all__ = ["channel_of", "channels_of", "quoted"]

SUMMED = {"bar", "area", "arc"}
"""Marks whose lengths add up: raw numbers on them are summed per group, and the title says so."""


def channel_of(text: str, source: Source) -> Channel:
    """The channel of one encoding over a source."""
    return resolve(text, source.fields, source.where, source.dataset)


def channels_of(request: ChartRequest, source: Source) -> dict[str, Channel]:
    """The channels "x", "y" and, where asked for, "series".

    A missing value is a count; bars, areas and pies of raw numbers are sums.

    Raises:
        InvalidArgument: the request does not say enough.
        QueryError: it names what is not there.
    """
    x, y, series = request.x, request.y, request.series
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
        channels["series"] = channel_of(series, source)
        if channels["series"].aggregate or channels["series"].encoding.kind == "bin":
            raise InvalidArgument(f'The series "{series}" must be a column or a time unit, not a value.')
    for channel in channels.values():
        if channel.encoding.kind == "bin":
            raise InvalidArgument(f'"{channel.encoding}" belongs to a histogram: set mark to "histogram".')
    if request.mark != "point":
        channels = _valued(channels, request, source)
    return unique_aliases(channels)


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
