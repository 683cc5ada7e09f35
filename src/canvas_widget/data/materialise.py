"""A dataset's rows as Arrow, without copying them where they are Arrow or NumPy already; and the order of rows."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from canvas_widget.data.dataset import Dataset
from canvas_widget.data.engine import Engine
from canvas_widget.data.pages import Base
from canvas_widget.data.sql import identifier

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["arrow_of", "positions"]

POSITION = "row position"
PLAIN = ("int", "uint", "float32", "float64", "bool", "datetime64", "str", "string", "Int", "UInt", "Float", "boolean")
"""The pandas types whose columns become Arrow as the database would read them (by the start of their names)."""


def arrow_of(engine: Engine, dataset: Dataset, cancel: threading.Event | None = None) -> pa.Table | None:
    """All rows of a dataset, in its own order; None when they come from elsewhere and are too many to be held."""
    import pyarrow as pa

    names = [field.name for field in dataset.fields]
    readable = dataset.origin.readable(dataset.name)
    if isinstance(readable, pa.Table):
        return readable.select(names)
    if dataset.kind != "pandas":
        found: pa.Table | None = engine.whole(dataset, names, cancel)
        return found
    columns: dict[str, Any] = {}
    for name in names:
        series = readable[name]
        if str(series.dtype).startswith(PLAIN):
            columns[name] = pa.array(series, from_pandas=True)
    others = [name for name in names if name not in columns]
    if others:
        rest = engine.whole(dataset, others, cancel)
        if rest is None:
            return None
        columns.update({name: rest.column(name) for name in others})
    return pa.table({name: columns[name] for name in names})


def positions(
    engine: Engine, base: Base, order: tuple[str, ...], where: tuple[str, ...], cancel: threading.Event | None
) -> Any:
    """The positions of the rows that meet the conditions, in the order; rows that are equal keep their order.

    Raises:
        QueryError: it cannot be computed; Cancelled, TimedOut: it was stopped.
    """
    import numpy as np
    import pyarrow as pa

    names = list(dict.fromkeys(base.table.column_names))
    taken = POSITION
    while taken in names:
        taken += "_"
    numbers = pa.array(np.arange(base.table.num_rows, dtype=np.int32 if base.table.num_rows < 2**31 else np.int64))
    numbered = base.table.append_column(taken, numbers)
    number = identifier(taken)
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    sql = f"SELECT {number} FROM sorted{clause} ORDER BY {', '.join((*order, number))}"

    def work(connection: duckdb.DuckDBPyConnection) -> Any:
        connection.register("sorted", numbered)
        return connection.sql(sql).to_arrow_table().column(0).combine_chunks()

    return engine.work(work, cancel)
