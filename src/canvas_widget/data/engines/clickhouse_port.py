"""Tables of ClickHouse by a chdb session of the user's. Each query is sent with bounds that ClickHouse itself keeps."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from canvas_widget.data.database import MEMORY_SHARE, machine_memory
from canvas_widget.data.engines.clickhouse_sql import MOMENT, ClickHouse
from canvas_widget.data.engines.table_names import parts_of
from canvas_widget.data.names import differ, missing, nearest
from canvas_widget.data.types import Cost
from canvas_widget.errors import NotFound, QueryError

__all__ = ["ClickHousePort"]

STATEMENT_SECONDS = 60
HINTS = {
    "TOO_MANY_ROWS_OR_BYTES": "Aggregate or filter first.",
    "TIMEOUT_EXCEEDED": "Aggregate or filter first.",
    "MEMORY_LIMIT_EXCEEDED": "Aggregate or filter before joining or sorting.",
}
"""What to do about an error, by the word at its end."""
_locks: dict[int, threading.RLock] = {}


class ClickHousePort:
    """A table of ClickHouse. One query at a time runs on a session; the engine ends it after its time-out.

    chdb knows no read-only session, but each query here is one (`readonly = 2`), and ClickHouse itself ends one that
    takes too long, gives more rows or bytes than were asked for, or fills the memory. What `readonly` lets through,
    such as the table function `file`, is the guard's to refuse.
    """

    dialect = "clickhouse"

    def __init__(self, session: Any, table: str) -> None:
        self._session = session
        self._parts = parts_of(table)
        self.language = ClickHouse()
        self._name = table
        self._table = ".".join(map(self.language.identifier, self._parts))
        self._columns: dict[str, tuple[str, Any]] | None = None
        self._lock = _locks.setdefault(id(session), threading.RLock())
        self._running: dict[int, str] = {}
        self.where = f'table "{table}"'

    @property
    def key(self) -> object:
        return ("clickhouse", id(self._session))

    def schema(self) -> Any:
        import pyarrow as pa

        return pa.schema([(name, kind) for name, (_, kind) in self._known().items()])

    def count(self, most: int) -> int:  # noqa: ARG002  (it knows how many, whatever their number)
        return int(self._sent(f"SELECT count(*) AS n FROM {self._table}").column(0)[0].as_py())

    def estimate(self) -> int | None:
        return None

    def relation(self) -> str:
        columns = ", ".join(f"{sql} AS k{n}" for n, (sql, _) in enumerate(self._known().values(), 1))
        return f"(SELECT {columns} FROM {self._table})"

    def table(self) -> str:
        return self._table

    def query(self, sql: str) -> ClickHousePort:
        port = ClickHousePort(self._session, self._name)
        port.where = "query"
        found = [(str(each["name"]), str(each["type"])) for each in port._sent(f"DESCRIBE (\n{sql}\n)").to_pylist()]
        if not found:  # every query has columns: one that is killed as it begins may end with no row and no error
            raise QueryError("The query cannot be read: ClickHouse stopped it before it told its columns. Try again.")
        differ([name for name, _ in found])
        port._table = f"(\n{sql}\n)"
        port._columns = {name: port._selected(name, kind) for name, kind in found}
        return port

    def cost(self, sql: str) -> Cost:
        table = self._sent(f"SELECT sum(rows) AS n, count(*) AS parts FROM (EXPLAIN ESTIMATE {sql})")
        return Cost(int(table["n"][0].as_py()) if table["parts"][0].as_py() else None)

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> Any:
        known = self._known()
        wanted = ", ".join(f"{known[name][0]} AS c{n}" for n, name in enumerate(columns, 1))
        types = [known[name][1] for name in columns]
        table = self.ask(f"SELECT {wanted} FROM {self._table} LIMIT {most + 1}", (), types, most + 1, nbytes)
        return table.rename_columns(list(columns))

    def ask(self, sql: str, kinds: Sequence[str], types: Sequence[Any], most: int, nbytes: int) -> Any:  # noqa: ARG002
        import pyarrow as pa

        table = self._sent(sql, most, nbytes)
        try:
            columns = [_as(column, kind) for column, kind in zip(table.columns, types, strict=True)]
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise QueryError(f"What ClickHouse gave for the {self.where} cannot be read: {error}.") from error
        return pa.table(dict(zip((f"c{n}" for n in range(1, len(types) + 1)), columns, strict=True)))

    def interrupt(self, thread: int | None = None) -> None:
        """Kill what a thread waits for, of all threads when None, over a connection of its own to the same database.

        ClickHouse looks for it between blocks of rows. Where no second connection can be had the time-out ends it.
        """
        named = [name for waiting, name in list(self._running.items()) if thread is None or waiting == thread]
        path = getattr(self._session, "_path", None)
        if not named or path is None:
            return
        listed = ", ".join(map(self.language.text, named))
        with suppress(Exception):  # the session may have been closed meanwhile, which ends its queries too
            other = type(self._session)(path)
            try:
                other.query(f"KILL QUERY WHERE Settings['log_comment'] IN ({listed}) ASYNC", "Null")
            finally:
                other.close()

    def _known(self) -> dict[str, tuple[str, Any]]:
        if self._columns is None:
            text = self.language.text
            database = text(self._parts[-2]) if len(self._parts) > 1 else "currentDatabase()"
            rows = self._sent(
                f"SELECT name, type FROM system.columns WHERE database = {database} "
                f"AND table = {text(self._parts[-1])} ORDER BY position"
            ).to_pylist()
            if not rows:
                tables = self._sent(
                    f"SELECT name FROM system.tables WHERE database = {database} ORDER BY 1"
                ).to_pylist()
                names = [str(each["name"]) for each in tables]
                raise NotFound(
                    missing("table", self._name, "", names, "Tables there"), alternatives=nearest(self._name, names)
                )
            self._columns = {str(each["name"]): self._selected(str(each["name"]), str(each["type"])) for each in rows}
        return self._columns

    def _selected(self, name: str, kind: str) -> tuple[str, Any]:
        """A column as it is selected, and the type it arrives with. What has no type of ours arrives as text."""
        import pyarrow as pa

        column, inner = self.language.identifier(name), kind
        while found := re.fullmatch(r"(?:Nullable|LowCardinality)\((.*)\)", inner):
            inner = found[1]
        if re.fullmatch(r"U?Int(8|16|32)|Int64", inner):
            return column, pa.int64()
        if inner == "Float64":
            return column, pa.float64()
        if inner == "Float32":
            return f"CAST({column} AS Nullable(Float64))", pa.float64()
        if inner == "Bool":
            return column, pa.bool_()
        if inner == "Date32":
            return column, pa.date32()
        if inner == "Date":
            return f"CAST({column} AS Nullable(Date32))", pa.date32()
        if re.fullmatch(r"DateTime(64)?(\(\d*\))?|DateTime(64)?\((\d+, )?'UTC'\)", inner):
            return f"CAST(toTimeZone({column}, 'UTC') AS {MOMENT})", pa.timestamp("us")
        if inner == "String":
            return column, pa.string()
        return f"CAST({column} AS Nullable(String))", pa.string()

    def _sent(self, sql: str, most: int | None = None, nbytes: int | None = None) -> Any:
        """The rows of one query. ClickHouse refuses to give more than `most` rows or `nbytes` bytes."""
        name, thread = f"canvas-{uuid.uuid4().hex}", threading.get_ident()
        settings = [
            f"log_comment = '{name}'",
            "readonly = 2", f"max_execution_time = {STATEMENT_SECONDS}", "timeout_overflow_mode = 'throw'",
            f"max_memory_usage = {int(machine_memory() * MEMORY_SHARE)}", "result_overflow_mode = 'throw'",
            f"max_result_rows = {0 if most is None else most}", f"max_result_bytes = {0 if nbytes is None else nbytes}",
            "join_use_nulls = 1", "prefer_column_name_to_alias = 1",
            "enable_extended_results_for_datetime_functions = 1", "least_greatest_legacy_null_behavior = 0",
        ]  # fmt: skip
        with self._lock:
            self._running[thread] = name
            try:
                return self._session.query(f"{sql}\nSETTINGS {', '.join(settings)}", "ArrowTable")
            except Exception as error:  # chdb raises RuntimeError and its own
                self._drain()
                first = str(error).strip().split("\n", 1)[0]
                hint = next((f" {more}" for word, more in HINTS.items() if f"({word})" in first), "")
                raise QueryError(f"The {self.where} cannot be read: ClickHouse says: {first[:300]}.{hint}") from error
            finally:
                self._running.pop(thread, None)

    def _drain(self) -> None:
        """Take away what chdb 4 puts before the next result: the end of the Arrow file of a query that failed."""
        with suppress(Exception):  # a session that was closed has nothing to take away
            self._session.query("SELECT 1", "Null")


def _as(column: Any, kind: Any) -> Any:
    """A column in the type that it would have here: whole numbers of 128 bits come as bytes, times in UTC."""
    import pyarrow as pa

    if pa.types.is_fixed_size_binary(column.type):
        numbers = [None if each is None else int.from_bytes(each, "little", signed=True) for each in column.to_pylist()]
        column = pa.chunked_array([pa.array(numbers, pa.decimal128(38, 0))])
    if pa.types.is_timestamp(column.type) and column.type.tz and not kind.tz:
        column = column.cast(pa.timestamp(column.type.unit, "UTC")).cast(pa.timestamp("us", "UTC"))
        return pa.chunked_array([each.view(pa.int64()).view(kind) for each in column.chunks], type=kind)
    if pa.types.is_decimal(column.type) and pa.types.is_floating(kind):
        return column.cast(pa.float64())
    return column.cast(kind)
