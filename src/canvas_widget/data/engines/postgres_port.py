"""Tables of PostgreSQL by a psycopg connection that the user passes: in a READ ONLY transaction, by COPY."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from canvas_widget.data.engines.postgres_sql import Postgres
from canvas_widget.data.engines.table_names import parts_of
from canvas_widget.data.names import differ, missing, nearest
from canvas_widget.data.sql import identifier
from canvas_widget.data.types import Cost
from canvas_widget.errors import NotFound, QueryError

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa

__all__ = ["COLUMNS", "TABLES", "PostgresPort", "selected"]

STATEMENT_SECONDS = 60
"""How long the server may work on one statement of ours."""
READING: Any = (
    "SET TRANSACTION READ ONLY; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; "
    f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'"
)
"""What each look begins with, sent at once."""
_locks: dict[int, threading.RLock] = {}
_at_work: dict[int, int] = {}
"""The thread that a connection works for."""

COLUMNS = """
SELECT a.attname::text, a.atttypid::int, a.atttypmod
FROM pg_attribute a
WHERE a.attrelid = to_regclass({}) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
TABLES = """
SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'p', 'f') AND pg_table_is_visible(oid)
AND relnamespace <> 'pg_catalog'::regnamespace ORDER BY 1
"""


class PostgresPort:
    """A table or view of PostgreSQL.

    Each look is one READ ONLY transaction (inside one that the user has open: a savepoint), so nothing can be written
    by it. While it lasts the connection is busy: a connection of its own is best.
    """

    dialect = "postgres"

    def __init__(self, connection: psycopg.Connection[Any], table: str) -> None:
        self._connection = connection
        self.language = Postgres(
            0 if connection.closed else connection.info.server_version
        )  # the first look will say so
        self._name = table
        self._table = ".".join(map(identifier, parts_of(table)))
        self._columns: dict[str, tuple[str, pa.DataType]] | None = None
        self.where = f'table "{table}"'

    def schema(self) -> pa.Schema:
        import pyarrow as pa

        return pa.schema([(name, kind) for name, (_, kind) in self._known().items()])

    def count(self, most: int) -> int:
        sql: Any = f"SELECT count(*) FROM (SELECT 1 FROM {self._table} LIMIT {most + 1}) t"
        with self._reading():
            row = self._connection.execute(sql).fetchone()
        return int(row[0]) if row else 0

    @property
    def key(self) -> object:
        return ("postgres", id(self._connection))

    def estimate(self) -> int | None:
        planned: Any = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {self._table}"
        with self._reading():
            row = self._connection.execute(planned).fetchone()
        return round(row[0][0]["Plan"]["Plan Rows"]) if row else None

    def relation(self) -> str:
        columns = ", ".join(f"{sql} AS k{n}" for n, (sql, _) in enumerate(self._known().values(), 1))
        return f"(SELECT {columns} FROM {self._table})"

    def table(self) -> str:
        return self._table

    def query(self, sql: str) -> PostgresPort:
        port = PostgresPort(self._connection, self._name)
        port.where = "query"
        asked: Any = f"SELECT * FROM (\n{sql}\n) AS q LIMIT 0"
        with port._reading():
            cursor = self._connection.execute(asked)
            found = [
                (
                    each.name,
                    each.type_code,
                    -1 if each.precision is None else ((each.precision << 16) | (each.scale or 0)) + 4,
                )
                for each in cursor.description or ()
            ]
        differ([name for name, _, _ in found])
        port._table = f"(\n{sql}\n) AS q"
        port._columns = {name: selected(name, kind, more) for name, kind, more in found}
        return port

    def cost(self, sql: str) -> Cost:
        asked: Any = f"EXPLAIN (FORMAT JSON) {sql}"
        with self._reading():
            row = self._connection.execute(asked).fetchone()
        return Cost(_scanned(row[0][0]["Plan"])) if row else Cost(None)

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> pa.Table:
        known = self._known()
        wanted = ", ".join(known[name][0] for name in columns)
        sql = f"SELECT {wanted} FROM {self._table} LIMIT {most + 1}"
        return self._copied(sql, [known[name][1] for name in columns], nbytes).rename_columns(list(columns))

    def ask(self, sql: str, kinds: Sequence[str], types: Sequence[pa.DataType], most: int, nbytes: int) -> pa.Table:  # noqa: ARG002
        return self._copied(sql, list(types), nbytes)

    def _copied(self, query: str, types: list[pa.DataType], nbytes: int) -> pa.Table:
        """The rows of a query by COPY, its columns called c1, c2, …"""
        import pyarrow as pa
        from pyarrow import csv

        names = [f"c{position}" for position in range(1, len(types) + 1)]
        sql: Any = f"COPY (\n{query}\n) TO STDOUT WITH (FORMAT csv)"
        with self._reading(), self._connection.cursor() as cursor, cursor.copy(sql) as copy:
            stream: Any = _Stream(copy, nbytes)
            try:
                table = csv.read_csv(
                    stream,
                    read_options=csv.ReadOptions(column_names=names, use_threads=False),
                    parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                    convert_options=csv.ConvertOptions(
                        column_types=dict(zip(names, types, strict=True)),
                        null_values=[""],
                        strings_can_be_null=True,
                        quoted_strings_can_be_null=False,
                        true_values=["t"],
                        false_values=["f"],
                    ),
                )
            except pa.ArrowInvalid as error:
                if not stream.read(1) and "Empty CSV" in str(error):
                    return pa.schema(list(zip(names, types, strict=True))).empty_table()
                raise QueryError(f"The {self.where} cannot be read: {error}") from error
        return table

    def interrupt(self, thread: int | None = None) -> None:
        if thread is None or _at_work.get(id(self._connection)) == thread:
            self._connection.cancel_safe(timeout=1)

    def _known(self) -> dict[str, tuple[str, pa.DataType]]:
        if self._columns is None:
            asked: Any = COLUMNS.format("%s")
            with self._reading():
                rows = self._connection.execute(asked, [self._table]).fetchall()
                tables = [] if rows else [str(row[0]) for row in self._connection.execute(TABLES).fetchall()]
            if not rows:
                raise NotFound(
                    missing("table", self._name, "", tables, "Tables there"),
                    alternatives=nearest(self._name, tables),
                )
            self._columns = {str(name): selected(str(name), int(kind), int(more)) for name, kind, more in rows}
        return self._columns

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One look at a time: a connection has one transaction, and what cancels it must know whose it is."""
        with _locks.setdefault(id(self._connection), threading.RLock()):
            outer = _at_work.get(id(self._connection))
            _at_work[id(self._connection)] = threading.get_ident()
            try:
                with self._transaction():
                    yield
            finally:
                _at_work.pop(id(self._connection), None)
                if outer is not None:
                    _at_work[id(self._connection)] = outer

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        import psycopg

        failed = self._connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR
        if failed:
            raise QueryError(
                f"The {self.where} cannot be read: the connection's transaction has failed. Call its rollback() first."
            )
        try:
            with self._connection.transaction(force_rollback=True):
                self._connection.execute(READING, prepare=False)  # several statements cannot be prepared
                yield
        except psycopg.Error as error:
            first = str(error).strip().split("\n", 1)[0] or type(error).__name__
            raise QueryError(f"The {self.where} cannot be read: PostgreSQL says: {first}.") from error


class _Stream(io.RawIOBase):
    """What COPY sends, as a file to read; ends with an error past so many bytes."""

    def __init__(self, copy: Any, most: int) -> None:
        super().__init__()
        self._parts: Iterator[Any] = iter(copy)
        self._rest = b""
        self._left = most

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        held, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            part = next(self._parts, None)
            if part is None:
                break
            held.append(bytes(part))
            length += len(part)
            self._left -= len(part)
            if self._left < 0:
                raise QueryError("It has more bytes than may be fetched. Name fewer columns, or register a view.")
        joined = b"".join(held)
        size = length if size < 0 else size
        self._rest = joined[size:]
        return joined[:size]


def selected(name: str, kind: int, more: int) -> tuple[str, pa.DataType]:
    """A column as it is selected, and the type it arrives with. What has no type of ours arrives as text.

    Infinite dates, those before the year 1 and after 9999, and NaN decimals arrive as missing.
    """
    import pyarrow as pa

    column = identifier(name)
    plain: dict[int, pa.DataType] = {
        16: pa.bool_(),
        21: pa.int16(),
        23: pa.int32(),
        20: pa.int64(),
        26: pa.int64(),
        700: pa.float32(),
        701: pa.float64(),
        1083: pa.time64("us"),
        25: pa.string(),
        1042: pa.string(),
        1043: pa.string(),
    }
    moments: dict[int, pa.DataType] = {
        1082: pa.date32(),
        1114: pa.timestamp("us"),
        1184: pa.timestamp("us", "UTC"),
    }
    if kind in plain:
        return column, plain[kind]
    if kind in moments:
        return f"CASE WHEN {column} >= '0001-01-01' AND {column} < '9999-12-31' THEN {column} END", moments[kind]
    if kind == 1700:
        precision, scale = (more - 4) >> 16, (more - 4) & 0x7FF
        if more >= 4 and precision <= 38 and 0 <= scale <= precision:
            return f"nullif({column}, 'NaN')", pa.decimal128(precision, scale)
        return f"{column}::float8", pa.float64()
    return f"{column}::text", pa.string()


def _scanned(plan: dict[str, Any], share: float = 1.0) -> int:
    """The rows that the leaves of a plan are expected to read. Those of a parallel leaf are told per worker.

    What a plan divides them by is in PostgreSQL's `get_parallel_divisor`: the leader helps less the more
    workers there are.
    """
    workers = plan.get("Workers Planned")
    if workers is not None:
        share = workers + max(0.0, 1 - 0.3 * workers)
    inner = plan.get("Plans") or []
    if inner:
        return sum(_scanned(each, share) for each in inner)
    return round(int(plan.get("Plan Rows", 0)) * (share if plan.get("Parallel Aware") else 1))
