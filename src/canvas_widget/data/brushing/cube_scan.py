"""One scan over a dataset fills the cubes of all charts that are linked to a brush.

The engine streams what each row needs: the bin of the brush, the key of each group, the numbers to add up. NumPy counts
and adds them up batch by batch, so the memory is that of the cubes and of a few batches, however many rows there are.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canvas_widget.data.brushing.cubes import EXACT, MOST_CELLS, Cube, Measure, Scale, prefix_sums
from canvas_widget.data.engine import Engine
from canvas_widget.data.sql import identifier
from canvas_widget.data.views import View

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Cells", "Columns", "Filling", "Key", "Wanted", "codes", "numbers_of", "scan_cubes"]

TIMEOUT = 120.0


@dataclass(frozen=True)
class Wanted:
    """A chart whose cube is to be built.

    `table` is what stands after FROM and `conditions` after WHERE; `keys` the SQL of what it groups by and `groups`
    their values as an Arrow table, one column for each key and one row for each group, in the chart's order.
    """

    table: str
    conditions: tuple[str, ...]
    keys: tuple[str, ...]
    measures: tuple[Measure, ...]
    groups: Any = field(repr=False)

    def fits(self, scale: Scale) -> bool:
        """Whether its cube is small enough to be kept."""
        combined = math.prod(len(self.groups.column(at).unique()) for at in range(len(self.keys)))
        return max(1, int(self.groups.num_rows)) * scale.count <= MOST_CELLS and combined <= MOST_CELLS


class Columns:
    """What a scan selects, each expression once."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}
        self._keys: list[Key] = []

    def of(self, sql: str) -> int:
        return self._at.setdefault(sql, len(self._at))

    def key(self, sql: str, values: Any) -> Key:
        """A key of a chart; where charts have the same values of it, rows are looked up among them once."""
        made = Key(self.of(sql), values)
        made.number = next((at for at, each in enumerate(self._keys) if each.same(made)), len(self._keys))
        if made.number == len(self._keys):
            self._keys.append(made)
        return made

    @property
    def read(self) -> list[str]:
        """The SQL of each, in order."""
        return list(self._at)

    @property
    def selected(self) -> str:
        return ", ".join(f"{sql} AS {identifier(f'c{at}')}" for sql, at in self._at.items())


class Key:
    """What rows are grouped by: a column, and the values that it has in a chart, in an order of their own."""

    number = 0

    def __init__(self, column: int, values: Any) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        held: Any = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        held = held.dictionary_decode() if pa.types.is_dictionary(held.type) else held
        unique = held.unique()
        self.column = column
        self.values = unique.take(pc.array_sort_indices(unique))
        self.of_groups = codes(held, self.values)

    @property
    def size(self) -> int:
        return len(self.values)

    def same(self, other: Key) -> bool:
        return self.column == other.column and bool(self.values.equals(other.values))


def codes(column: Any, values: Any) -> np.ndarray[Any, Any]:
    """The place of each cell among values, NULL among them too; -1 where it is not there."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found: np.ndarray[Any, Any]
    if pa.types.is_dictionary(column.type):
        words = codes(column.dictionary, values)
        words = np.append(words, codes(pa.nulls(1, column.type.value_type), values))  # what no word stands for
        found = words[column.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)]
        return found
    if column.type != values.type:
        column = column.cast(values.type)
    found = pc.index_in(column, value_set=values).fill_null(-1).to_numpy(zero_copy_only=False)
    return found


class Cells:
    """Counts and sums of the rows in each bin and combination of keys; charts over the same keys share them."""

    def __init__(self, bins: int, keys: Sequence[Key], mask: int | None) -> None:
        self.bins = bins
        self.keys = keys
        self.size = math.prod(key.size for key in keys)
        self.counts: dict[int | None, np.ndarray[Any, Any]] = {}
        self.sums: dict[int, np.ndarray[Any, Any]] = {}
        self._mask = mask

    def joined(self, held: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
        """The combination of keys, from the place of each."""
        import numpy as np

        joined: np.ndarray[Any, Any] = held[0].astype(np.int64)
        for key, each in zip(self.keys[1:], held[1:], strict=True):
            joined *= key.size
            joined += each
        return joined

    def add(self, bins: np.ndarray[Any, Any], cell: Callable[[int], Any], place: Callable[[Key], Any]) -> None:
        """Count and add up a batch: `bins` are of its rows (-1: in none)."""
        import numpy as np

        kept = None
        held = [place(key) for key in self.keys]
        for each in (bins, *held):
            if len(each) and each.min() < 0:
                kept = each >= 0 if kept is None else kept & (each >= 0)
        if self._mask is not None:
            mask = cell(self._mask).fill_null(False).to_numpy(zero_copy_only=False).astype(bool)
            kept = mask if kept is None else kept & mask
        at = bins * self.size + self.joined(held) if held else bins
        at = at if kept is None else at[kept]
        size = self.bins * self.size
        every = np.bincount(at, minlength=size) if self.counts else None
        for argument in self.counts:
            many = every
            if argument is not None and (column := cell(argument)).null_count:
                present = column.is_valid().to_numpy(zero_copy_only=False)
                many = np.bincount(at[present if kept is None else present[kept]], minlength=size)
            self.counts[argument] += many
        for argument in self.sums:
            numbers = numbers_of(cell(argument))
            self.sums[argument] += np.bincount(at, weights=numbers if kept is None else numbers[kept], minlength=size)


class Filling:
    """A cube in the making."""

    def __init__(self, wanted: Wanted, columns: Columns, keys: Sequence[Key], cells: Cells) -> None:
        import numpy as np

        self._wanted = wanted
        self._cells = cells
        self._groups = cells.joined([key.of_groups for key in keys]) if keys else np.zeros(1, dtype=np.int64)
        self._arguments = [_read(measure, columns) for measure in wanted.measures]
        size = cells.bins * cells.size
        for argument, measure in zip(self._arguments, wanted.measures, strict=True):
            cells.counts.setdefault(argument, np.zeros(size, dtype=np.int64))
            if measure.op != "count" and argument is not None:
                cells.sums.setdefault(argument, np.zeros(size))

    def cube(self) -> Cube | None:
        """The cube; None where its numbers are too large to be told apart after adding up."""
        import numpy as np

        shape = (self._cells.bins, self._cells.size)
        counted: dict[int | None, Any] = {}
        summed: dict[int, Any] = {}
        for argument, measure in zip(self._arguments, self._wanted.measures, strict=True):
            if argument not in counted:
                counts = self._cells.counts[argument].reshape(shape)[:, self._groups]
                counted[argument] = np.vstack([np.zeros_like(counts[:1]), np.cumsum(counts, axis=0)])
            if measure.op == "count" or argument is None:
                continue
            if argument not in summed:
                sums = self._cells.sums[argument].reshape(shape)[:, self._groups]
                if not np.isfinite(sums).all() or (measure.whole and float(np.abs(sums).sum()) >= EXACT):
                    return None
                summed[argument] = prefix_sums(sums)
        return Cube(
            self._wanted.measures,
            tuple(counted[argument] for argument in self._arguments),
            tuple(
                None if measure.op == "count" or argument is None else summed[argument]
                for argument, measure in zip(self._arguments, self._wanted.measures, strict=True)
            ),
        )


def _read(measure: Measure, columns: Columns) -> int | None:
    """The column that a measure adds up; to be counted, a value only has to be there."""
    if measure.argument is None:
        return None
    if measure.op == "count":
        return columns.of(f"CASE WHEN ({measure.argument}) IS NOT NULL THEN TRUE END")
    return columns.of(measure.argument)


def numbers_of(column: Any, missing: int = 0) -> Any:
    """The cells as floats, `missing` where there is none."""
    import numpy as np
    import pyarrow as pa

    if column.null_count:
        column = column.fill_null(pa.scalar(missing, column.type))
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64(), safe=False)
    return column.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)


def scan_cubes(
    engine: Engine,
    wanted: Sequence[Wanted],
    scale: Scale,
    views: Mapping[str, View],
    *,
    brush: str,
    rows: int | None = None,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Cube | None]:
    """Build the cubes of charts over one table in one scan.

    Args:
        wanted: all over the same `table`.
        views: what the names of datasets mean, such as the rows that other brushes leave.
        brush: the SQL of the row's bin or, for a scale of values, of its value.
        rows: how many there are in all, for `progress`, which is told the share that is done.

    Returns:
        per chart the cube; None where counts and sums do not tell its values exactly enough.

    Raises:
        as `Engine.run`.
    """
    import numpy as np

    columns = Columns()
    at_brush = columns.of(brush)
    common = [each for each in wanted[0].conditions if all(each in other.conditions for other in wanted)]
    cells: dict[Any, Cells] = {}
    filling = []
    for each in wanted:
        own = [condition for condition in each.conditions if condition not in common]
        mask = columns.of(" AND ".join(own)) if own else None
        keys = [columns.key(sql, each.groups.column(at)) for at, sql in enumerate(each.keys)]
        shared = cells.setdefault((*(key.number for key in keys), mask), Cells(scale.count, keys, mask))
        filling.append(Filling(each, columns, keys, shared))
    done = 0

    def add(batch: Any) -> None:
        nonlocal done
        if scale.held is not None:
            bins = codes(batch.column(at_brush), scale.held).astype(np.int64)
        else:
            given = batch.column(at_brush).fill_null(-1).to_numpy(zero_copy_only=False)
            bins = np.where((given >= 0) & (given < scale.count), given, -1)
        seen: dict[int, Any] = {}

        def place(key: Key) -> Any:
            if key.number not in seen:
                seen[key.number] = codes(batch.column(key.column), key.values)
            return seen[key.number]

        for each in cells.values():
            each.add(bins, batch.column, place)
        done += batch.num_rows
        if progress is not None and rows:
            progress(min(1.0, done / rows))

    where = f"\nWHERE {' AND '.join(common)}" if common else ""
    sql = f"SELECT {columns.selected}\nFROM {wanted[0].table}{where}"
    engine.scan(sql, add, cancel=cancel, timeout=TIMEOUT, views=views)
    return [each.cube() for each in filling]
