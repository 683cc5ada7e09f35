"""What a dataset holds, in a few figures per column: computed by the engine, so that no row needs to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canvas_widget.data.cells import json_columns
from canvas_widget.data.sql import identifier
from canvas_widget.data.types import Field, FieldType

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["AT_ONCE", "ColumnProfile", "matching", "profile"]

FREQUENT = 10
"""How many frequent values a column shows."""
SEARCHABLE = 1_000
"""Up to so many distinct values of a text column can be searched."""
EXACT = 1_000_000
"""Up to so many rows distinct values are counted exactly; above that, to within a few percent."""
CELLS = 5_000_000
"""So many cells are looked at together at most, so that what they take stays small beside a frame."""
AT_ONCE = 50
"""So many columns are looked at together: a statement over thousands of them takes longer to plan than to run."""
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
) -> list[ColumnProfile]:
    """The profile of some columns of a table of that many rows.

    Up to a million rows the columns are read as Arrow, some at a time, and counted there: planning a statement over
    hundreds of columns takes longer than that. Of more rows two scans of the engine count, and one for each column of
    many texts.
    """
    found: dict[str, ColumnProfile] = {}
    if rows <= EXACT:
        together = max(1, CELLS // max(1, rows))
        for start in range(0, len(fields), together):
            some = fields[start : start + together]
            names = ", ".join(identifier(field.name) for field in some)
            columns = connection.sql(f"SELECT {names} FROM {identifier(table)}").to_arrow_table().columns
            counted = map(column_profile, some, columns)
            found.update({each.name: each for each in counted if each is not None})
    rest = tuple(field for field in fields if field.name not in found)
    if rest:
        found.update({each.name: each for each in _asked(connection, table, rest, rows)})
    return [found[field.name] for field in fields]


def column_profile(field: Field, column: pa.ChunkedArray[Any]) -> ColumnProfile | None:
    """The profile of one column as the engine gives it; None for a type that only the engine can compare."""
    import pyarrow as pa
    import pyarrow.compute as pc

    types, nulls = pa.types, column.null_count
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    plain = (types.is_integer, types.is_boolean, types.is_string, types.is_timestamp, types.is_date32, types.is_time64)
    if field.type == "other" or not (
        types.is_float32(kind) or types.is_float64(kind) or any(is_(kind) for is_ in plain)
    ):
        return None
    if types.is_floating(kind):
        column = pc.add(column, pa.scalar(0.0, kind))  # type: ignore[arg-type]  # -0 is 0
    low = high = None
    if field.type in ORDERED:
        finite = column.filter(pc.is_finite(column)) if types.is_floating(kind) else column
        ends: Any = pc.min_max(finite)
        low, high = json_columns(pa.table({"ends": pa.array([ends["min"], ends["max"]], kind)}))[0]
    if field.type not in COUNTED:
        return ColumnProfile(field.name, field.type, low, high, pc.count_distinct(column).as_py(), nulls)
    counted = pc.value_counts(column.combine_chunks().drop_null())
    values = pa.table({"value": counted.field("values"), "rows": counted.field("counts")})
    distinct = values.num_rows
    few = distinct <= SEARCHABLE
    frequent: tuple[tuple[Any, int], ...] = ()
    if distinct and (few or field.type == "string"):
        keys = [("rows", "descending"), ("value", "ascending")]
        most = values.take(pc.select_k_unstable(values, min(FREQUENT, distinct), keys))  # type: ignore[call-overload]
        frequent = tuple(zip(*json_columns(most), strict=True))
    texts: tuple[str, ...] = ()
    if few and field.type == "string":
        texts = tuple(str(each) for each in values.column("value").combine_chunks().sort().to_pylist())
    return ColumnProfile(field.name, field.type, low, high, distinct, nulls, frequent, texts)


def _asked(
    connection: duckdb.DuckDBPyConnection, table: str, fields: tuple[Field, ...], rows: int
) -> list[ColumnProfile]:
    """The profile of columns by the engine's own counting."""
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
    distinct = {field.name: row[position * 4 + 1] or 0 for position, field in enumerate(fields)}
    few = [field for field in fields if field.type in COUNTED and 0 < distinct[field.name] <= SEARCHABLE]
    counted = _counted(connection, table, few)
    found = []
    for position, field in enumerate(fields):
        present, number, low, high = row[position * 4 : position * 4 + 4]
        frequent: tuple[tuple[Any, int], ...] = ()
        values: tuple[str, ...] = ()
        if field.name in counted:
            frequent = tuple(sorted(counted[field.name], key=lambda each: -each[1])[:FREQUENT])
            values = tuple(value for value, _ in counted[field.name]) if field.type == "string" else ()
        elif field.type == "string" and number:
            frequent = _frequent(connection, table, field)
        found.append(ColumnProfile(field.name, field.type, low, high, number, rows - present, frequent, values))
    return found


def _cells(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return list(zip(*json_columns(connection.sql(sql).to_arrow_table()), strict=True))


def _counted(
    connection: duckdb.DuckDBPyConnection, table: str, fields: list[Field]
) -> dict[str, list[tuple[Any, int]]]:
    """How often each value of columns with few of them occurs, the values in their order; one scan for all."""
    if not fields:
        return {}
    texts = {field.name: f"CAST({identifier(field.name)} AS VARCHAR)" for field in fields if field.type == "string"}
    parts = [f"histogram({texts.get(field.name, identifier(field.name))})" for field in fields]
    row = _cells(connection, f"SELECT {', '.join(parts)} FROM {identifier(table)}")[0]
    return {
        field.name: [(value, int(count)) for value, count in cells] for field, cells in zip(fields, row, strict=True)
    }


def _frequent(connection: duckdb.DuckDBPyConnection, table: str, field: Field) -> tuple[tuple[Any, int], ...]:
    name = identifier(field.name)
    rows = _cells(
        connection,
        f"SELECT {name}, count(*) FROM {identifier(table)} WHERE {name} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FREQUENT}",
    )
    return tuple((value, int(count)) for value, count in rows)


def matching(column: ColumnProfile, text: str) -> list[str]:
    """The values of a column that equal a text, case and outer blanks aside."""
    wanted = text.strip().casefold()
    return [value for value in column.values if value.strip().casefold() == wanted] if wanted else []
