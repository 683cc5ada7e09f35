"""Tables of ClickHouse by a chdb session that the user passes. Only queries written here are ever sent."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any

from canvas_widget.data.clickhouse_sql import MOMENT, ClickHouse
from canvas_widget.data.names import differ, missing, nearest
from canvas_widget.data.ports import parts_of
from canvas_widget.data.remote import Cost
from canvas_widget.errors import NotFound, QueryError

__all__ = ["ClickHousePort"]

STATEMENT_SECONDS = 60
_locks: dict[int, threading.RLock] = {}


class ClickHousePort:
    """A table of ClickHouse. One query at a time runs on a session; the engine ends it after its time-out."""

    dialect = "clickhouse"

    def __init__(self, session: Any, table: str) -> None:
        self._session = session
        self._parts = parts_of(table)
        self.language = ClickHouse()
        self._name = table
        self._table = ".".join(map(self.language.identifier, self._parts))
        self._columns: dict[str, tuple[str, Any]] | None = None
        self._lock = _locks.setdefault(id(session), threading.RLock())
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
        differ([name for name, _ in found])
        port._table = f"(\n{sql}\n)"
        port._columns = {name: port._selected(name, kind) for name, kind in found}
        return port

    def cost(self, sql: str) -> Cost:
        table = self._sent(f"EXPLAIN ESTIMATE {sql}")
        return Cost(sum(table.column("rows").to_pylist()) if table.num_rows else None)

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> Any:
        known = self._known()
        wanted = ", ".join(f"{known[name][0]} AS c{n}" for n, name in enumerate(columns, 1))
        types = [known[name][1] for name in columns]
        table = self.ask(f"SELECT {wanted} FROM {self._table} LIMIT {most + 1}", (), types, most, nbytes)
        return table.rename_columns(list(columns))

    def ask(self, sql: str, kinds: Sequence[str], types: Sequence[Any], most: int, nbytes: int) -> Any:  # noqa: ARG002
        import pyarrow as pa

        table = self._sent(sql)
        try:
            columns = [_as(column, kind) for column, kind in zip(table.columns, types, strict=True)]
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise QueryError(f"What ClickHouse gave for the {self.where} cannot be read: {error}.") from error
        return pa.table(dict(zip((f"c{n}" for n in range(1, len(types) + 1)), columns, strict=True)))

    def interrupt(self, thread: int | None = None) -> None:
        """Nothing: a session of chdb cannot be stopped from outside, its queries end by their time-out."""

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

    def _sent(self, sql: str) -> Any:
        settings = (
            f"max_execution_time = {STATEMENT_SECONDS}, join_use_nulls = 1, prefer_column_name_to_alias = 1, "
            "enable_extended_results_for_datetime_functions = 1, least_greatest_legacy_null_behavior = 0"
        )
        with self._lock:
            try:
                return self._session.query(f"{sql}\nSETTINGS {settings}", "ArrowTable")
            except Exception as error:  # chdb raises RuntimeError and its own
                first = str(error).strip().split("\n", 1)[0][:300]
                raise QueryError(f"The {self.where} cannot be read: ClickHouse says: {first}.") from error


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
