"""What the data room hands out: fields, results and the names of types. Nothing here imports a heavy library."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from canvas_widget.data.cells import json_rows

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Field", "FieldType", "GuardedQuery", "Result", "Versions", "field_type", "result_id"]

FieldType = Literal["integer", "number", "string", "boolean", "date", "datetime", "time", "other"]
Versions = tuple[tuple[str, int], ...]
"""The datasets a result was computed from: (name, version) each."""

_BY_NAME: dict[str, FieldType] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "number"),
    **dict.fromkeys(("VARCHAR", "UUID", "CHAR", "TEXT"), "string"),
    "BOOLEAN": "boolean",
    "DATE": "date",
    **dict.fromkeys(("TIME", "TIME_NS", "TIME WITH TIME ZONE"), "time"),
}


def field_type(db_type: str) -> FieldType:
    """The type of a column, from the name the database gives it ("BIGINT", "DECIMAL(10,2)", "ENUM('a')", …)."""
    name = db_type.upper()
    if name.endswith("]"):
        return "other"
    if name.startswith("DECIMAL"):
        return "integer" if name.replace(" ", "").endswith(",0)") else "number"
    if name.startswith("ENUM"):
        return "string"
    if name.startswith("TIMESTAMP"):
        return "datetime"
    return _BY_NAME.get(name, "other")


def result_id(sql: str, versions: Versions, limit: int | None = None) -> str:
    """The id of a query's result: 16 hex digits of the hash of the SQL and the versions of what it reads."""
    key = json.dumps([sql, list(map(list, versions)), limit], ensure_ascii=False)
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, its type, and the database's own name of the type.

    `time_zone` is the zone of a column whose times carry one (hours and days of it are that zone's).
    """

    name: str
    type: FieldType
    db_type: str
    time_zone: str | None = None

    @property
    def numeric(self) -> bool:
        return self.type in {"integer", "number"}

    @property
    def temporal(self) -> bool:
        return self.type in {"date", "datetime"}


@dataclass(frozen=True, slots=True)
class Made:
    """What functions make of a row: `copies` of the longest text of a column, and `others` of one of `constant` bytes.

    `repeats` is where a row of a dataset may be met more than once; `columns` are the names, in lower case, of columns
    that are met at their full length, None where all may be meant.
    """

    copies: float = 0.0
    others: float = 0.0
    constant: int = 0
    repeats: bool = False
    columns: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class GuardedQuery:
    """SQL that the guard let through, and the datasets it names (as they are spelt there).

    `columns` holds every name that could be a column's, in lower case; None where all columns may be meant (`*`).
    `made` says what its functions make of each row.
    """

    sql: str
    tables: tuple[str, ...]
    ordered: bool = False
    columns: frozenset[str] | None = None
    made: Made = Made()


@dataclass(frozen=True, slots=True)
class Cost:
    """What an engine expects of a query: rows and bytes to read, None where it does not tell."""

    rows: int | None
    nbytes: int | None = None

    def __str__(self) -> str:
        known = [] if self.rows is None else [f"about {self.rows:,} rows"]
        return ", ".join(known + ([] if self.nbytes is None else [f"{self.nbytes / 2**20:,.1f} MiB"])) or "unknown"


@dataclass(frozen=True)
class Result:
    """The rows of a query, kept as an Arrow table.

    `row_count` counts the rows kept; with `truncated` there were more. `rows_read` counts the rows of the datasets
    that were read, None when unknown. `cost` is what another engine expected to read for a heavy query, in words
    ("PostgreSQL reads about 1,200,000 rows"), and "" for any other.
    """

    result_id: str
    sql: str
    fields: tuple[Field, ...]
    table: pa.Table = field(repr=False)
    row_count: int
    elapsed_ms: float
    datasets: Versions = ()
    truncated: bool = False
    rows_read: int | None = None
    cost: str = ""

    def rows(self, offset: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
        """Rows as JSON holds them, canonical: the same data give the same text.

        Integers past 2^53 are strings; NaN, infinity and NaT are None; dates and times ISO strings (with `Z` where
        they carry a zone); decimals floats; floats rounded to 12 significant digits.
        """
        return json_rows(self.table.slice(offset, limit))

    def schema(self) -> list[dict[str, str]]:
        """`[{"name", "type"}]`, in column order."""
        return [{"name": each.name, "type": each.type} for each in self.fields]

    def ipc(self, offset: int = 0, limit: int | None = None) -> bytes:
        """The rows as an Arrow IPC stream."""
        import pyarrow as pa

        sink = pa.BufferOutputStream()
        part = self.table.slice(offset, limit)
        with pa.ipc.new_stream(sink, part.schema) as writer:
            writer.write_table(part)
        return bytes(sink.getvalue().to_pybytes())

    def column(self, name: str) -> Sequence[Any]:
        """The values of one column, canonical."""
        return [row[name] for row in json_rows(self.table.select([name]))]

    @property
    def nbytes(self) -> int:
        return int(self.table.nbytes)
