"""What a dataset holds, in a few figures per column: computed by the engine, so that no row needs to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canvas_widget.data.cells import json_columns
from canvas_widget.data.sql import identifier
from canvas_widget.data.types import Field, FieldType

if TYPE_CHECKING:
    import duckdb

__all__ = ["ColumnProfile", "matching", "profile"]

FREQUENT = 10
"""How many frequent values a column shows."""
SEARCHABLE = 1_000
"""Up to so many distinct values of a text column can be searched."""
EXACT = 1_000_000
"""Up to so many rows distinct values are counted exactly; above that, to within a few percent."""
COPIED = 5_000_000
"""Up to so many cells are copied first: each query over a wide frame looks at all its columns again."""
AT_ONCE = 100
"""So many columns are counted in one scan: a statement over thousands of them takes longer to plan than to run."""
COUNTED = ("string", "boolean", "integer")
ORDERED = ("integer", "number", "date", "datetime", "time")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column in figures. `min`, `max` and values are cells as JSON has them; `frequent` holds (value, rows).

    `distinct` does not count nulls and is exact up to a million rows. `values` holds all distinct texts of a text
    column with at most 1,000 of them, in alphabetical order; else it is empty.
    """

    name: str
    type: FieldType
    min: Any
    max: Any
    distinct: int | None
    nulls: int
    frequent: tuple[tuple[Any, int], ...] = ()
    values: tuple[str, ...] = ()


def profile(
    connection: duckdb.DuckDBPyConnection, table: str, fields: tuple[Field, ...], rows: int
) -> tuple[ColumnProfile, ...]:
    """The profile of each column of a table of that many rows, in one pass and one or two more per text column."""
    if rows * len(fields) <= COPIED:
        names = ", ".join(identifier(field.name) for field in fields)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE profiled AS SELECT {names} FROM {identifier(table)}")
        table = "profiled"
    return tuple(
        column
        for start in range(0, len(fields), AT_ONCE)
        for column in _profile(connection, table, fields[start : start + AT_ONCE], rows)
    )


def _profile(
    connection: duckdb.DuckDBPyConnection, table: str, fields: tuple[Field, ...], rows: int
) -> list[ColumnProfile]:
    parts = []
    for field in fields:
        name = identifier(field.name)
        ordered = field.type in ORDERED
        comparable = field.type != "other"
        count = f"count(DISTINCT {name})" if rows <= EXACT else f"approx_count_distinct({name})"
        low = f"FILTER (WHERE isfinite({name}))" if field.db_type in {"DOUBLE", "FLOAT"} else ""
        parts += [
            f"count({name})",
            count if comparable else "NULL",
            f"min({name}) {low}" if ordered else "NULL",
            f"max({name}) {low}" if ordered else "NULL",
        ]
    row = _cells(connection, f"SELECT {', '.join(parts)} FROM {identifier(table)}")[0]
    found = []
    for position, field in enumerate(fields):
        counted, distinct, low, high = row[position * 4 : position * 4 + 4]
        frequent: tuple[tuple[Any, int], ...] = ()
        values: tuple[str, ...] = ()
        if field.type in COUNTED and distinct and (field.type == "string" or distinct <= SEARCHABLE):
            frequent = _frequent(connection, table, field)
        if field.type == "string" and distinct and distinct <= SEARCHABLE:
            values = _values(connection, table, field)
        found.append(ColumnProfile(field.name, field.type, low, high, distinct, rows - counted, frequent, values))
    return found


def _cells(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return list(zip(*json_columns(connection.sql(sql).to_arrow_table()), strict=True))


def _frequent(connection: duckdb.DuckDBPyConnection, table: str, field: Field) -> tuple[tuple[Any, int], ...]:
    name = identifier(field.name)
    rows = _cells(
        connection,
        f"SELECT {name}, count(*) FROM {identifier(table)} WHERE {name} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FREQUENT}",
    )
    return tuple((value, int(count)) for value, count in rows)


def _values(connection: duckdb.DuckDBPyConnection, table: str, field: Field) -> tuple[str, ...]:
    name = identifier(field.name)
    rows = _cells(
        connection,
        f"SELECT DISTINCT CAST({name} AS VARCHAR) FROM {identifier(table)} WHERE {name} IS NOT NULL ORDER BY 1",
    )
    return tuple(value for (value,) in rows)


def matching(column: ColumnProfile, text: str) -> list[str]:
    """The values of a column that equal a text, case and outer blanks aside."""
    wanted = text.strip().casefold()
    return [value for value in column.values if value.strip().casefold() == wanted] if wanted else []
