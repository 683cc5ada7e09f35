"""Small results as plain JSON within a saved canvas."""

from __future__ import annotations

import re
from typing import Any

from canvas_widget.data.types import Field, Result
from canvas_widget.errors import InvalidArgument

__all__ = ["embed", "unembed"]

_ID = re.compile(r"[0-9a-f]{16}")
_DB = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP"}
MAX_COLUMNS = 1_000


def embed(result: Result) -> dict[str, Any]:
    """A result as JSON-ready data."""
    names = [field.name for field in result.fields]
    rows = [[row[name] for name in names] for row in result.rows()]
    versions = [list(each) for each in result.datasets]
    return {"schema": result.schema(), "rows": rows, "datasets": versions, "truncated": result.truncated}


def unembed(name: str, given: dict[str, Any], most: int) -> Result | None:
    """The result that `embed` wrote, of no known dataset's version; None for a column of a kind that is not kept.

    Raises:
        InvalidArgument: it is none, or has too many rows.
    """
    import pyarrow as pa

    schema, rows = given.get("schema"), given.get("rows")
    if not _ID.fullmatch(name) or not isinstance(schema, list) or not isinstance(rows, list) or len(rows) > most:
        raise InvalidArgument(f"The saved result {name!r:.40} is none.")
    types: dict[str, Any] = {
        "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.string(),
        "datetime": pa.string(), "string": pa.string(),
    }  # fmt: skip
    fields: list[Field] = []
    columns: dict[str, Any] = {}
    if len(schema) > MAX_COLUMNS or not all(isinstance(row, list) and len(row) == len(schema) for row in rows):
        raise InvalidArgument(f"The saved result {name!r} has rows that do not fit its columns.")
    for position, each in enumerate(schema):
        column, kind = (each.get("name"), each.get("type")) if isinstance(each, dict) else (None, None)
        if not isinstance(column, str) or column in columns or kind not in types:
            return None
        try:
            values = pa.array([_cell(row[position], kind) for row in rows], types[kind])
            if kind in {"date", "datetime"}:
                values = values.cast(pa.timestamp("us")) if kind == "datetime" else values.cast(pa.date32())
        except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError, TypeError, OverflowError) as error:
            raise InvalidArgument(f"The saved result {name!r} holds what {column!r:.80} cannot hold.") from error
        columns[column] = values
        fields.append(Field(column, kind, _DB.get(kind, "VARCHAR")))
    table = pa.table(columns)
    return Result(name, "", tuple(fields), table, table.num_rows, 0.0, (), bool(given.get("truncated")))


def _cell(value: Any, kind: str) -> Any:
    if kind == "integer" and isinstance(value, str):
        return int(value) if len(value) < 40 else None
    if kind == "datetime" and isinstance(value, str):
        return re.sub(r"(?:Z|[+-]\d{2}:?\d{2})$", "", value) if "T" in value else value
    return value
