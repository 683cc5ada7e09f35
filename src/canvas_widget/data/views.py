"""A dataset as one query is to see it: some of its rows, with columns of ours beside its own.

The query itself stays as it was written; the name in it means the view. So any SQL can be asked of a selection.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canvas_widget.data.sql import identifier
from canvas_widget.data.types import Field

if TYPE_CHECKING:
    import duckdb

__all__ = ["View", "apart"]


def apart(name: str, fields: Iterable[Field]) -> str:
    """A column name that is not taken, case aside."""
    taken = {each.name.casefold() for each in fields}
    while name.casefold() in taken:
        name += "_"
    return name


@dataclass(frozen=True)
class View:
    """Rows that meet `conditions`, over the dataset's columns and the added ones.

    `added` are columns computed row by row (name and SQL); `position` is the name of a column with the number of the
    row, from 0; `beside` are columns with values given row by row, Arrow arrays. `columns` are those of the dataset
    that all this reads; None where that is not known.
    """

    conditions: tuple[str, ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    position: str | None = None
    beside: tuple[tuple[str, Any], ...] = field(default=(), repr=False)
    columns: tuple[str, ...] | None = None

    def make(self, connection: duckdb.DuckDBPyConnection, rows: str, name: str) -> None:
        """Give the dataset that is registered as `rows` this shape, under a name, on one connection."""
        more = [f"{sql} AS {identifier(alias)}" for alias, sql in self.added]
        if self.position is not None:
            more.append(f"row_number() OVER () - 1 AS {identifier(self.position)}")
        shown, table = "*", identifier(rows)
        if self.beside:
            import pyarrow as pa

            connection.register(f"{rows} beside", pa.table(dict(self.beside)))
            table += f" POSITIONAL JOIN {identifier(f'{rows} beside')}"
        sql = f"SELECT {', '.join([shown, *more])} FROM {table}"
        if self.conditions:
            sql = f"SELECT * FROM ({sql}) WHERE {' AND '.join(self.conditions)}"
        connection.execute(f"CREATE TEMP VIEW {identifier(name)} AS {sql}")
