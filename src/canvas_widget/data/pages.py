"""Pages of large tables: the order is computed once, then a page is a `take` of some rows.

A base is the rows as Arrow, without copying what is Arrow already; an index holds the positions of the rows that meet
the filters, in the order asked for. Both are kept, within bounds, until the data has another version.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canvas_widget.data.types import Field, Result, Versions

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Base", "Page", "Pages", "Progress"]

CAPACITY = 256 * 2**20
"""The bytes of indexes that are kept."""
BASES = 8
"""How many bases are kept."""
CHUNKS = 8
"""A column in more pieces than this is put together once: picking rows from many pieces is slow."""

Progress = Callable[[str, float | None], None]
"""Told what goes on, and the share that is done where it is known."""


@dataclass(frozen=True, eq=False)
class Base:
    """Rows to page through. `key` names them for good; `versions` are the datasets they were read from."""

    key: Hashable
    fields: tuple[Field, ...]
    table: pa.Table = field(repr=False)
    versions: Versions = ()


@dataclass(frozen=True)
class Page:
    """Some rows of a table; `row_count` counts all that meet the filters. `truncated` tells that there were more."""

    result_id: str
    fields: tuple[Field, ...]
    table: pa.Table = field(repr=False)
    row_count: int
    offset: int
    truncated: bool = False
    rows_read: int | None = None
    cost: str = ""

    def as_result(self) -> Result:
        """The page's rows as a result, to be written as JSON or Arrow."""
        return Result(self.result_id, "", self.fields, self.table, self.table.num_rows, 0.0)


class Pages:
    """Bases and indexes, the least recently used leave first. Any thread may use it.

    Args:
        capacity: of the indexes together, in bytes. A larger one is used once and not kept.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._building: dict[Hashable, threading.Lock] = {}
        self._bases: OrderedDict[Hashable, Base] = OrderedDict()
        self._indexes: OrderedDict[Hashable, Any] = OrderedDict()
        self.built = 0

    @property
    def nbytes(self) -> int:
        """The bytes of all indexes that are kept."""
        with self._lock:
            return sum(int(index.nbytes) for index in self._indexes.values())

    def base(self, key: Hashable, make: Callable[[], Base]) -> Base:
        """The base of that key, made when it is not kept."""
        with self._one_at_a_time(key):
            with self._lock:
                if key in self._bases:
                    self._bases.move_to_end(key)
                    return self._bases[key]
            made = make()
            made = Base(made.key, made.fields, _joined(made.table), made.versions)
            with self._lock:
                self._bases[key] = made
                while len(self._bases) > BASES:
                    self._forget(next(iter(self._bases)))
            return made

    def index(self, base: Base, order: tuple[str, ...], where: tuple[str, ...], build: Callable[[], Any]) -> Any:
        """The positions in an order, built when they are not kept: an Arrow array of integers."""
        key = (base.key, order, where)
        with self._one_at_a_time(key):
            with self._lock:
                if key in self._indexes:
                    self._indexes.move_to_end(key)
                    return self._indexes[key]
            made = build()
            with self._lock:
                self.built += 1
                self._indexes[key] = made
                while self._indexes and sum(index.nbytes for index in self._indexes.values()) > self._capacity:
                    self._indexes.popitem(last=False)
            return made

    def keep(self, current: Callable[[Versions], bool]) -> None:
        """Forget what was read from older versions, so that the memory of a frame that is gone can be freed."""
        with self._lock:
            bases = list(self._bases.items())
        old = [key for key, base in bases if not current(base.versions)]
        with self._lock:
            for key in old:
                self._forget(key)

    def _forget(self, key: Hashable) -> None:
        self._bases.pop(key, None)
        for each in [each for each in self._indexes if isinstance(each, tuple) and each[0] == key]:
            del self._indexes[each]

    def _one_at_a_time(self, key: Hashable) -> threading.Lock:
        with self._lock:
            if len(self._building) > 1_000:
                self._building = {each: lock for each, lock in self._building.items() if lock.locked()}
            return self._building.setdefault(key, threading.Lock())


def _joined(table: pa.Table) -> pa.Table:
    for position, name in enumerate(table.column_names):
        column = table.column(position)
        if column.num_chunks > CHUNKS:
            table = table.set_column(position, name, column.combine_chunks())
    return table


def rows_at(table: pa.Table, positions: Any) -> pa.Table:
    """The rows at some positions, in their order."""
    import pyarrow as pa

    if all(table.column(number).num_chunks <= 1 for number in range(table.num_columns)):
        return table.take(positions)
    import numpy as np

    wanted = positions.to_numpy(zero_copy_only=False)
    columns = []
    for number in range(table.num_columns):
        chunks = table.column(number).chunks
        ends = np.cumsum([len(chunk) for chunk in chunks])
        which = np.searchsorted(ends, wanted, side="right")
        parts: list[Any] = []
        places: list[Any] = []
        for chunk in np.unique(which):
            here = np.flatnonzero(which == chunk)
            inside: Any = pa.array(wanted[here] - (ends[chunk] - len(chunks[chunk])))
            parts.append(chunks[chunk].take(inside))
            places.append(here)
        back = np.argsort(np.concatenate(places)) if places else np.array([], dtype=np.int64)
        column: Any = pa.chunked_array(parts, type=table.schema.field(number).type)
        columns.append(column.combine_chunks().take(pa.array(back)))
    return pa.table(columns, schema=table.schema)


def order_terms(keys: Sequence[tuple[str, bool]]) -> tuple[str, ...]:
    """(column, downwards) as SQL; what is missing comes last."""
    from canvas_widget.data.sql import identifier

    return tuple(f"{identifier(name)} {'DESC' if down else 'ASC'} NULLS LAST" for name, down in keys)
