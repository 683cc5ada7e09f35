"""Prefix sums for brushing: what a chart's values are for any range of a brush is then a subtraction.

A cube holds, for each group of a linked chart and each bin of the brush, how many values there are and what they add
up to, summed along the bins. Counts, sums and means follow from it; medians and distinct values do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canvas_widget.data.charts.bins import edges, literal_number
from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.equal import equals
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier

if TYPE_CHECKING:
    import numpy as np

__all__ = ["EXACT", "MOST_BINS", "MOST_CELLS", "Cube", "Measure", "Scale", "group_sql", "measures_of", "prefix_sums"]

MOST_BINS = 1_000
"""The most bins of a brush over a scale."""
MOST_CELLS = 4_000_000
"""The most groups times bins of one cube."""
EXACT = 2.0**53
"""Whole numbers up to here are exact in a cube."""
SUMMED = frozenset({"count", "sum", "mean"})


@dataclass(frozen=True)
class Scale:
    """What a brush can tell apart: bins of a number (`start`, `step`, `count` of them), or listed values.

    `sql` gives a number (of times: their microseconds) or, for values, what they are compared with; `held` are the
    values as the engine has them, an Arrow array in the order of `values`.
    """

    sql: str
    count: int
    start: float = 0.0
    step: float = 1.0
    values: tuple[Any, ...] | None = None
    held: Any = field(default=None, repr=False, compare=False)

    @property
    def index_sql(self) -> str:
        """The bin of a row: a whole number from 0, NULL where it has none."""
        if self.values is not None:
            cases = " ".join(f"WHEN {equals(self.sql, value)} THEN {at}" for at, value in enumerate(self.values))
            return f"CASE {cases} END"
        return f"TRY_CAST({self.place_sql} AS BIGINT)"

    @property
    def place_sql(self) -> str:
        """The bin of a row, as `index_sql`, in words that every engine has: a float where the bins are of a number."""
        if self.values is not None:
            return self.index_sql
        low, _ = edges(self.sql, self.start, self.step)
        return low.split(f" * {literal_number(self.step)}", 1)[0]

    @property
    def scanned_sql(self) -> str:
        """What a scan reads of a row: its bin, or the value that is looked up among `held`."""
        return self.index_sql if self.values is None or self.held is None else self.sql

    def condition(self, runs: Sequence[tuple[int, int]]) -> str:
        """The SQL condition that a row lies in one of some runs of bins (the ends not included)."""
        if self.values is not None:
            picked = [equals(self.sql, self.values[at]) for low, high in runs for at in range(low, high)]
            return f"({' OR '.join(picked)})" if picked else "FALSE"
        parts = [f"{self.place_sql} BETWEEN {low} AND {high - 1}" for low, high in runs if high > low]
        return f"({' OR '.join(parts)})" if parts else "FALSE"


@dataclass(frozen=True)
class Measure:
    """A value of a chart: `op` is count, sum or mean of `argument` (SQL; None counts rows)."""

    alias: str
    op: str
    argument: str | None = None
    whole: bool = False


def measures_of(channels: Mapping[str, Channel]) -> tuple[Measure, ...] | None:
    """The values of a chart, each once; None where one does not follow from counts and sums."""
    found = {channel.alias: channel for channel in channels.values() if channel.aggregate}.values()
    if not all(channel.encoding.op in SUMMED for channel in found):
        return None
    return tuple(
        Measure(each.alias, str(each.encoding.op), _argument(each), each.whole and each.encoding.op == "sum")
        for each in found
    )


def _argument(channel: Channel) -> str | None:
    """What a channel counts or adds up."""
    if channel.field is None:
        return None
    name = identifier(channel.field.name)
    return f"CAST({name} AS INTEGER)" if channel.field.type == "boolean" else name


@dataclass(frozen=True)
class Cube:
    """The prefix sums of one chart: per measure `counts` and `sums`, of shape (bins + 1, groups).

    A sum is held as two numbers, the second what the first has rounded off: a difference of two sums is then as exact
    as a sum of the rows between, whatever lies before them.
    """

    measures: tuple[Measure, ...]
    counts: tuple[np.ndarray[Any, Any], ...] = field(repr=False)
    sums: tuple[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None, ...] = field(repr=False)

    @property
    def nbytes(self) -> int:
        arrays = {id(each): each for each in self.counts}
        arrays |= {id(each): each for pair in self.sums if pair is not None for each in pair}
        return sum(int(each.nbytes) for each in arrays.values())

    def values(self, runs: Sequence[tuple[int, int]]) -> dict[str, list[Any]]:
        """Each measure by its alias: one value per group, as JSON has them (None: nothing to compute it from)."""
        found: dict[str, list[Any]] = {}
        for measure, counts, sums in zip(self.measures, self.counts, self.sums, strict=True):
            many = _between(counts, runs).tolist()
            if sums is None:
                found[measure.alias] = many
                continue
            total = (_between(sums[0], runs) + _between(sums[1], runs)).tolist()
            if measure.op == "mean":
                total = [value / count if count else None for value, count in zip(total, many, strict=True)]
            else:
                total = [value if count else None for value, count in zip(total, many, strict=True)]
            found[measure.alias] = [
                value if value is None else round(value) if measure.whole else float(f"{value:.12g}") + 0.0
                for value in total
            ]
        return found


def _between(prefix: np.ndarray[Any, Any], runs: Sequence[tuple[int, int]]) -> Any:
    total = prefix[0] * 0
    for low, high in runs:
        total = total + (prefix[high] - prefix[low])
    return total


def prefix_sums(cells: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Cells of shape (bins, groups) summed along the bins, from a row of zeros on: the sums and what they round off."""
    import numpy as np

    high = np.zeros((cells.shape[0] + 1, cells.shape[1]))
    low = np.zeros_like(high)
    for at, row in enumerate(cells):
        before = high[at]
        total = before + row
        part = total - before
        high[at + 1] = total
        low[at + 1] = low[at] + ((before - (total - part)) + (row - part))
    return high, low


def group_sql(source: Source, channels: Mapping[str, Channel], conditions: tuple[str, ...] = ()) -> str:
    """The groups of a chart with their values, under conditions, in no order."""
    found = {channel.alias: channel for channel in channels.values()}.values()
    keys = [str(number) for number, channel in enumerate(found, 1) if not channel.aggregate]
    group = f"\nGROUP BY {', '.join(keys)}" if keys else ""
    return f"SELECT {', '.join(channel.selected for channel in found)}\n{source.clause(conditions)}{group}"
