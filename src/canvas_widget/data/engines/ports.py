"""The seam to other engines: what a canvas needs of a database of the user's to read one table of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from canvas_widget.errors import InvalidArgument

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FETCH_BYTES", "FETCH_ROWS", "EnginePort", "is_connection", "port_of"]

FETCH_ROWS = 5_000_000
"""The most rows of a database's table that are fetched. A larger one is refused: a part would give false totals."""
FETCH_BYTES = 2**30
"""The most bytes of a database's table that are fetched."""


class EnginePort(Protocol):
    """One table of a database that somebody else runs. Whoever implements this only ever reads.

    `dialect` is the SQL the database speaks ("duckdb", "postgres"); `where` says which table, for messages.
    """

    dialect: str
    where: str

    def schema(self) -> pa.Schema:
        """The columns as they arrive.

        Raises:
            NotFound: there is no such table; names the nearest.
            QueryError: the database cannot be asked.
        """
        ...

    def count(self, most: int) -> int:
        """The rows, exactly up to `most`; above that at least `most + 1`."""
        ...

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> pa.Table:
        """The rows of these columns, at most `most + 1` of them and not many more bytes than `nbytes`."""
        ...

    def interrupt(self, thread: int | None = None) -> None:
        """Stop what runs, only what one thread waits for where that can be told apart. Any thread may call it."""
        ...


def _is(value: Any, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def is_connection(value: Any) -> bool:
    """Whether a value is a connection that `port_of` knows, without importing any library."""
    return (
        _is(value, "duckdb", "DuckDBPyConnection")
        or _is(value, "psycopg", "Connection")
        or _is(value, "psycopg", "AsyncConnection")
        or _is(value, "adbc_driver_manager.dbapi", "Connection")
        or _is(value, "chdb.session", "Session")
        or _is(value, "pyspark.sql", "SparkSession")
    )


def port_of(connection: Any, table: str | None) -> EnginePort:
    """The port to one table of a connection.

    Args:
        connection: of DuckDB, psycopg 3, ADBC, chdb or Spark. It stays the user's: nothing closes it or commits on it.
        table: its name, with schema where that is needed ("public.sales").

    Raises:
        InvalidArgument: no table is named, or the connection is of a kind that cannot be used.
    """
    if not isinstance(table, str) or not table.strip():
        raise InvalidArgument('Which table? Write canvas.datasets.register("sales", connection, table="sales").')
    if _is(connection, "duckdb", "DuckDBPyConnection"):
        from canvas_widget.data.engines.duckdb_port import DuckDBPort

        return DuckDBPort(connection, table)
    if _is(connection, "psycopg", "Connection"):
        from canvas_widget.data.engines.postgres_port import PostgresPort

        return PostgresPort(connection, table)
    if _is(connection, "adbc_driver_manager.dbapi", "Connection"):
        from canvas_widget.data.engines.adbc_port import AdbcPort

        return AdbcPort(connection, table)
    if _is(connection, "chdb.session", "Session"):
        from canvas_widget.data.engines.clickhouse_port import ClickHousePort

        return ClickHousePort(connection, table)
    if _is(connection, "pyspark.sql", "SparkSession"):
        from canvas_widget.data.engines.spark_port import SparkPort

        return SparkPort(connection, table)
    if _is(connection, "psycopg", "AsyncConnection"):
        raise InvalidArgument("An asynchronous connection cannot be read from here. Pass psycopg.connect(…).")
    raise InvalidArgument(
        f"A {type(connection).__name__} cannot be read. Pass one of duckdb, psycopg (3) or ADBC for PostgreSQL."
    )
