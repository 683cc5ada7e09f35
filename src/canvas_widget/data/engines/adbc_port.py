"""Tables of PostgreSQL by an ADBC connection that the user passes: Arrow all the way."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from canvas_widget.data.engines.postgres_port import COLUMNS, STATEMENT_SECONDS, TABLES, selected
from canvas_widget.data.engines.table_names import parts_of
from canvas_widget.data.names import missing, nearest
from canvas_widget.data.sql import identifier
from canvas_widget.errors import InvalidArgument, NotFound, QueryError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["AdbcPort"]


class AdbcPort:
    """A table or view of PostgreSQL, read in READ ONLY transactions of a clone of the connection.

    Decimals arrive as floats.
    """

    dialect = "postgres"

    def __init__(self, connection: Any, table: str) -> None:
        vendor = str(connection.adbc_get_info().get("vendor_name", ""))
        if vendor != "PostgreSQL":
            raise InvalidArgument(
                f"ADBC is read here for PostgreSQL only; this connection is to {vendor or 'something else'}, "
                "where it could not be told to read only. Pass the result as an Arrow table."
            )
        self._name = table
        self._table = ".".join(map(identifier, parts_of(table)))
        self.where = f'table "{table}"'
        self._connection = connection.adbc_clone()
        weakref.finalize(self, self._connection.close)
        self._cursor: Any = None
        self._columns: dict[str, tuple[str, pa.DataType]] | None = None

    def table(self) -> str:
        return self._table

    def schema(self) -> pa.Schema:
        import pyarrow as pa

        return pa.schema([(name, kind) for name, (_, kind) in self._known().items()])

    def _known(self) -> dict[str, tuple[str, pa.DataType]]:
        if self._columns is None:
            with self._cursing() as cursor:
                cursor.execute(COLUMNS.format("$1"), [self._table])
                rows = cursor.fetchall()
                if not rows:
                    cursor.execute(TABLES)
                    known = [row[0] for row in cursor.fetchall()]
                    raise NotFound(
                        missing("table", self._name, "", known, "Tables there"), alternatives=nearest(self._name, known)
                    )
            self._columns = {name: selected(name, kind, -1) for name, kind, _ in rows}
        return self._columns

    def count(self, most: int) -> int:
        with self._cursing() as cursor:
            cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {self._table} LIMIT {most + 1}) t")
            return int(cursor.fetch_arrow_table().column(0)[0].as_py())

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> pa.Table:
        import pyarrow as pa

        known = self._known()
        with self._cursing() as cursor:
            wanted = ", ".join(f"{known[name][0]} AS {identifier(name)}" for name in columns)
            cursor.execute(f"SELECT {wanted} FROM {self._table} LIMIT {most + 1}")
            reader = cursor.fetch_record_batch()
            batches, size = [], 0
            for batch in reader:
                batches.append(batch)
                size += batch.nbytes
                if size > nbytes:
                    break
            return pa.Table.from_batches(batches, schema=reader.schema)

    def interrupt(self, thread: int | None = None) -> None:  # noqa: ARG002
        if self._cursor is not None:
            self._cursor.adbc_cancel()

    @contextmanager
    def _cursing(self) -> Iterator[Any]:
        import adbc_driver_manager

        try:
            with self._connection.cursor() as cursor:
                self._cursor = cursor
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute("SET LOCAL TimeZone = 'UTC'")
                cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
                yield cursor
        except adbc_driver_manager.Error as error:
            first = str(error).strip().split("\n", 1)[0]
            raise QueryError(f"The {self.where} cannot be read: {first}") from error
        finally:
            self._cursor = None
            self._connection.rollback()
