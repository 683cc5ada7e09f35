"""What a brush tells apart, and which of it is picked."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from canvas_widget.data import Engine
from canvas_widget.data.brushing.cubes import MOST_BINS, Scale
from canvas_widget.data.charts.bins import nice
from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier
from canvas_widget.errors import InvalidArgument

__all__ = ["Picks", "pick", "scale_of"]

MOST_VALUES = 500


@dataclass(frozen=True)
class Picks:
    """Runs of bins, their ends not included, and what they stand for."""

    runs: tuple[tuple[int, int], ...]
    range: tuple[Any, Any] | None = None
    values: tuple[Any, ...] | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"range": list(self.range)} if self.range is not None else {"values": list(self.values or ())}


def scale_of(  # noqa: PLR0917
    engine: Engine,
    source: Source,
    channel: Channel,
    rows: Sequence[Mapping[str, Any]],
    table: Any = None,
    cancel: threading.Event | None = None,
) -> Scale:
    """The scale of a channel: bins of a number or a time, else the values that its chart shows.

    Args:
        rows, table: of the chart, as JSON has them and as Arrow.

    Raises:
        InvalidArgument: there are too many values, or none.
    """
    if channel.encoding.kind == "bin" and channel.field is not None and rows:
        lows = sorted({float(row[channel.alias]) for row in rows if row[channel.alias] is not None})
        ends = [float(row[f"{channel.alias}_end"]) for row in rows if row.get(f"{channel.alias}_end") is not None]
        if lows and ends:
            width = min(float(row[f"{channel.alias}_end"]) - float(row[channel.alias]) for row in rows)
            parts = max(1, MOST_BINS // max(1, round((max(ends) - lows[0]) / width)))
            parts = next((each for each in (10, 5, 4, 2) if each <= parts), 1)
            step = float(f"{width / parts:.12g}")
            value = f"CAST({identifier(channel.field.name)} AS DOUBLE)"
            return Scale(value, round((max(ends) - lows[0]) / step), lows[0], step)
    if channel.measure in {"quantitative", "temporal"}:
        value = f"CAST({channel.sql} AS DOUBLE)"
        if channel.measure == "temporal":
            value = f"CAST(epoch_us({channel.sql}) AS DOUBLE)"
        sql = f"SELECT min({value}) AS low, max({value}) AS high\n{source.clause(channel.needs)}"
        ends_of = engine.run(sql, cancel=cancel).rows()[0]
        if ends_of["low"] is not None:
            start, step = nice(float(ends_of["low"]), float(ends_of["high"]), MOST_BINS)
            return Scale(value, math.floor((float(ends_of["high"]) - start) / step) + 1, start, step)
    values = tuple(dict.fromkeys(row[channel.alias] for row in rows))
    if not 0 < len(values) <= MOST_VALUES:
        raise InvalidArgument(f"In {channel.title} nothing can be selected: it has {len(values):,} values.")
    return Scale(channel.sql, len(values), values=values, held=_held(rows, table, channel.alias))


def _held(rows: Sequence[Mapping[str, Any]], table: Any, name: str) -> Any:
    """The values in Arrow's types, in order; None where a cell as JSON does not tell two of them apart."""
    import pyarrow as pa

    if table is None or name not in table.column_names:
        return None
    first: dict[Any, int] = {}
    for at, row in enumerate(rows):
        first.setdefault(row[name], at)
    cells = table.column(name).combine_chunks()
    cells = cells.dictionary_decode() if pa.types.is_dictionary(cells.type) else cells
    types, kind = pa.types, cells.type
    exact = types.is_string(kind) or types.is_large_string(kind) or types.is_integer(kind) or types.is_boolean(kind)
    return cells.take(pa.array(list(first.values()))) if exact or types.is_date32(kind) else None


def pick(scale: Scale, wanted: Any, name: str, *, temporal: bool) -> Picks:
    """The bins that a range or values mean.

    Raises:
        InvalidArgument: it is neither, or holds what the scale does not have.
    """
    given = wanted if isinstance(wanted, Mapping) else {}
    between, values = given.get("range"), given.get("values")
    if (between is None) == (values is None):
        raise InvalidArgument(f'A selection of {name!r} is {{"range": [low, high]}} or {{"values": […]}}.')
    if scale.values is not None:
        return _of_values(scale.values, between, values, name)
    if between is None:
        held = sorted({_bin(scale, _number(each, name, temporal)) for each in values or ()})
        return Picks(tuple((each, each + 1) for each in held if 0 <= each < scale.count), values=tuple(values or ()))
    if len(between) != 2:
        raise InvalidArgument(f"A range of {name!r} has a low and a high end.")
    low, high = sorted(_number(each, name, temporal) for each in between)
    first = min(max(round((low - scale.start) / scale.step), 0), scale.count - 1)
    last = min(max(round((high - scale.start) / scale.step), first + 1), scale.count)
    if temporal:
        first, last = max(_bin(scale, low), 0), min(_bin(scale, high) + 1, scale.count)
        return Picks(((first, max(first, last)),), tuple(between))
    ends = (float(f"{scale.start + first * scale.step:.12g}"), float(f"{scale.start + last * scale.step:.12g}"))
    return Picks(((first, last),), ends)


def _bin(scale: Scale, value: float) -> int:
    return math.floor(round((value - scale.start) / scale.step, 9))


def _of_values(there: tuple[Any, ...], between: Any, values: Any, name: str) -> Picks:
    place = {value: at for at, value in enumerate(there)}
    picked = list(between if between is not None else values)
    if any(isinstance(each, list | dict) or each not in place for each in picked):
        shown = ", ".join(map(str, there[:8]))
        raise InvalidArgument(f"{name!r} does not show all of {picked!r:.120}. It shows: {shown}.")
    if between is not None:
        if len(picked) != 2:
            raise InvalidArgument(f"A range of {name!r} has a low and a high end.")
        first, last = sorted(place[each] for each in picked)
        return Picks(((first, last + 1),), values=there[first : last + 1])
    return Picks(tuple((place[each], place[each] + 1) for each in dict.fromkeys(picked)), values=tuple(picked))


def _number(value: Any, name: str, temporal: bool) -> float:
    """A number, or a time in microseconds."""
    try:
        if temporal and isinstance(value, str):
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
            return moment.timestamp() * 1e6
        number = float(value) * (1e3 if temporal else 1.0)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise InvalidArgument(f"{value!r:.80} is no {'time' if temporal else 'number'} to select {name!r} by.")
    return number
