"""Prefix sums for brushing: one scan per linked chart, then any range of the brush is a subtraction.

A cube holds, for each group of a linked chart and each bin of the brush, how many values there are and what they add
up to, summed along the bins. Counts, sums and means follow from it; medians and distinct values do not.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canvas_widget.data.bins import edges, literal_number
from canvas_widget.data.channels import Channel
from canvas_widget.data.engine import Engine
from canvas_widget.data.equal import equals
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier, literal

if TYPE_CHECKING:
    import numpy as np

__all__ = ["MOST_BINS", "Cube", "Scale", "build_cube", "group_sql", "summable"]

MOST_BINS = 1_000
"""The most bins of a brush over a scale."""
MOST_CELLS = 4_000_000
"""The most groups times bins of one cube."""
SUMMED = frozenset({"count", "sum", "mean"})


@dataclass(frozen=True)
class Scale:
    """What a brush can tell apart: bins of a number (`start`, `step`, `count` of them), or listed values.

    `sql` gives a number (of times: their microseconds) or, for values, what they are compared with.
    """

    sql: str
    count: int
    start: float = 0.0
    step: float = 1.0
    values: tuple[Any, ...] | None = None

    @property
    def index_sql(self) -> str:
        """The bin of a row: a whole number from 0, NULL where it has none."""
        if self.values is not None:
            cases = " ".join(f"WHEN {equals(self.sql, value)} THEN {at}" for at, value in enumerate(self.values))
            return f"CASE {cases} END"
        low, _ = edges(self.sql, self.start, self.step)
        index = low.split(f" * {literal_number(self.step)}", 1)[0]
        return f"CAST({index} AS BIGINT)"

    def condition(self, runs: Sequence[tuple[int, int]]) -> str:
        """The SQL condition that a row lies in one of some runs of bins (the ends not included)."""
        if self.values is not None:
            picked = [equals(self.sql, self.values[at]) for low, high in runs for at in range(low, high)]
            return f"({' OR '.join(picked)})" if picked else "FALSE"
        parts = [f"{self.index_sql} BETWEEN {low} AND {high - 1}" for low, high in runs if high > low]
        return f"({' OR '.join(parts)})" if parts else "FALSE"


def summable(channels: Mapping[str, Channel]) -> bool:
    """Whether all values of a chart follow from counts and sums."""
    return all(channel.encoding.op in SUMMED for channel in channels.values() if channel.aggregate)


@dataclass(frozen=True)
class Cube:
    """The prefix sums of one chart: per aggregate `counts` and `sums`, of shape (bins + 1, groups)."""

    channels: tuple[Channel, ...]
    counts: tuple[np.ndarray[Any, Any], ...] = field(repr=False)
    sums: tuple[np.ndarray[Any, Any], ...] = field(repr=False)

    @property
    def nbytes(self) -> int:
        return sum(int(each.nbytes) for each in (*self.counts, *self.sums))

    def values(self, runs: Sequence[tuple[int, int]]) -> dict[str, list[Any]]:
        """Each aggregate by its alias: one value per group, as JSON has them (None: nothing to compute it from)."""
        found: dict[str, list[Any]] = {}
        for channel, counts, sums in zip(self.channels, self.counts, self.sums, strict=True):
            many = _between(counts, runs)
            if channel.encoding.op == "count":
                found[channel.alias] = many.tolist()
                continue
            total = _between(sums, runs).tolist()
            whole = channel.whole and channel.encoding.op == "sum"
            if channel.encoding.op == "mean":
                total = [value / count if count else None for value, count in zip(total, many.tolist(), strict=True)]
            else:
                total = [value if count else None for value, count in zip(total, many.tolist(), strict=True)]
            found[channel.alias] = [
                value if value is None else round(value) if whole else float(f"{value:.12g}") for value in total
            ]
        return found


def _between(prefix: np.ndarray[Any, Any], runs: Sequence[tuple[int, int]]) -> Any:
    total = prefix[0] * 0
    for low, high in runs:
        total = total + (prefix[high] - prefix[low])
    return total


def _argument(channel: Channel) -> str:
    """What a channel counts or adds up."""
    if channel.field is None:
        return "*"
    name = identifier(channel.field.name)
    return f"CAST({name} AS INTEGER)" if channel.field.type == "boolean" else name


def group_sql(source: Source, channels: Mapping[str, Channel], conditions: tuple[str, ...]) -> str:
    """The groups of a chart with their values, under conditions, in no order."""
    found = {channel.alias: channel for channel in channels.values()}.values()
    keys = [str(number) for number, channel in enumerate(found, 1) if not channel.aggregate]
    group = f"\nGROUP BY {', '.join(keys)}" if keys else ""
    return f"SELECT {', '.join(channel.selected for channel in found)}\n{source.clause(conditions)}{group}"


def build_cube(  # noqa: PLR0917
    engine: Engine,
    source: Source,
    channels: Mapping[str, Channel],
    scale: Scale,
    conditions: tuple[str, ...],
    groups: Sequence[Mapping[str, Any]],
    cancel: threading.Event | None = None,
) -> Cube | None:
    """Scan a linked chart's rows once.

    Args:
        channels: of the chart; all its aggregates must be `summable`.
        conditions: of the other brushes.
        groups: the chart's own rows, which give the order of the groups. Other groups are left out.

    Returns:
        the cube; None when it would be too large.
    """
    import numpy as np

    if len(groups) * scale.count > MOST_CELLS:
        return None
    keys = list({channel.alias: channel for channel in channels.values() if not channel.aggregate}.values())
    values = tuple({channel.alias: channel for channel in channels.values() if channel.aggregate}.values())
    parts = [channel.selected for channel in keys] + [f'{scale.index_sql} AS "brush"']
    for number, channel in enumerate(values):
        what = _argument(channel)
        parts.append(f'count({what}) AS "n{number}"')
        summed = "0" if channel.encoding.op == "count" else f"CAST(sum({what}) AS DOUBLE)"
        parts.append(f'{summed} AS "s{number}"')
    inner = f"SELECT {', '.join(parts)}\n{source.clause(conditions)}"
    inner += "\nGROUP BY " + ", ".join(str(number + 1) for number in range(len(keys) + 1))
    names = ["brush", *(f"{kind}{number}" for number in range(len(values)) for kind in "ns")]
    lists = ", ".join(f'list({identifier(name)}) AS "{name}"' for name in names)
    heads = "".join(f"{identifier(channel.alias)}, " for channel in keys)
    where = f'WHERE "brush" BETWEEN 0 AND {literal(scale.count - 1)}'
    by = f"\nGROUP BY {', '.join(str(number + 1) for number in range(len(keys)))}" if keys else ""
    result = engine.run(f"SELECT {heads}{lists}\nFROM (\n{inner}\n)\n{where}{by}", cancel=cancel, timeout=120.0)
    places = {tuple(row[channel.alias] for channel in keys): at for at, row in enumerate(groups)}
    found = result.table.select([channel.alias for channel in keys])
    from canvas_widget.data.cells import json_rows

    heads_of = [tuple(row.values()) for row in json_rows(found)] if keys else [()] * result.row_count
    counts = tuple(np.zeros((scale.count + 1, len(groups)), dtype=np.int64) for _ in values)
    sums = tuple(np.zeros((scale.count + 1, len(groups))) for _ in values)
    for row, key in enumerate(heads_of):
        at = places.get(key)
        cells = result.table.column("brush")[row].values
        if at is None or cells is None:
            continue
        bins = cells.to_numpy(zero_copy_only=False).astype(np.int64) + 1
        for number in range(len(values)):
            counts[number][bins, at] = result.table.column(f"n{number}")[row].values.to_numpy(zero_copy_only=False)
            held = result.table.column(f"s{number}")[row].values.to_numpy(zero_copy_only=False).astype(float)
            sums[number][bins, at] = np.nan_to_num(held)
    for array in (*counts, *sums):
        np.cumsum(array, axis=0, out=array)
    return Cube(values, counts, sums)
