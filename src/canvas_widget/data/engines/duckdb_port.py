"""Tables of a DuckDB connection, and relations of one, that the user passes: read only, on a cursor of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from canvas_widget.data.engines.table_names import parts_of
from canvas_widget.data.names import listed, missing, nearest
from canvas_widget.data.sql import identifier
from canvas_widget.errors import NotFound, QueryError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["DuckDBPort", "RelationPort"]


class DuckDBPort:
    """A table or view of a DuckDB database, read in a READ ONLY transaction on a cursor beside the user's own."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        self._cursor = connection.cursor()
        self._table = ".".join(map(identifier, parts_of(table)))
        self.where = f'table "{table}"'

    def table(self) -> str:
        return self._table

    def schema(self) -> pa.Schema:
        return self._ask(f"SELECT * FROM {self._table} LIMIT 0").schema

    def count(self, most: int) -> int:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {self._table} LIMIT {most + 1})"
        return int(self._ask(sql).column(0)[0].as_py())

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> pa.Table:
        names = ", ".join(map(identifier, columns))
        return self._ask(f"SELECT {names} FROM {self._table} LIMIT {most + 1}", nbytes)

    def interrupt(self, thread: int | None = None) -> None:  # noqa: ARG002
        self._cursor.interrupt()

    def _ask(self, sql: str, nbytes: int | None = None) -> pa.Table:
        import duckdb

        try:
            self._cursor.execute("BEGIN TRANSACTION READ ONLY")
            try:
                return _limited(self._cursor.sql(sql), nbytes)
            finally:
                self._cursor.execute("ROLLBACK")
        except duckdb.CatalogException as error:
            raise self._unknown() from error
        except duckdb.Error as error:
            raise QueryError(f"{self.where} cannot be read: {_first(error)}") from error

    def _unknown(self) -> NotFound:
        rows = self._cursor.execute("SELECT DISTINCT table_name FROM information_schema.tables ORDER BY 1").fetchall()
        known = [str(row[0]) for row in rows]
        name = self.where.removeprefix('table "').removesuffix('"')
        hint = " A temporary table, or a registered frame, belongs to one connection: register its relation instead."
        return NotFound(missing("table", name, "", known, "Tables there") + hint, alternatives=nearest(name, known))


class RelationPort:
    """A relation of the user's own connection (`con.sql(…)`), computed there when a query first needs it."""

    dialect = "duckdb"

    def __init__(self, relation: duckdb.DuckDBPyRelation) -> None:
        self._relation = relation
        self.where = f"relation with {listed(relation.columns, 3)}"

    def schema(self) -> pa.Schema:
        return self._ask(self._relation.limit(0)).schema

    def count(self, most: int) -> int:
        return int(self._ask(self._relation.limit(most + 1).aggregate("count(*)")).column(0)[0].as_py())

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> pa.Table:
        return self._ask(self._relation.project(", ".join(map(identifier, columns))).limit(most + 1), nbytes)

    def interrupt(self, thread: int | None = None) -> None:
        """A relation runs on the user's own connection, which is not ours to interrupt."""

    def _ask(self, relation: Any, nbytes: int | None = None) -> pa.Table:
        import duckdb

        try:
            return _limited(relation, nbytes)
        except duckdb.Error as error:
            raise QueryError(f"The {self.where} cannot be read: {_first(error)}") from error


def _limited(relation: Any, nbytes: int | None) -> pa.Table:
    """The rows, batch by batch; one batch more than the bytes that are allowed."""
    import pyarrow as pa

    if nbytes is None:
        whole: pa.Table = relation.to_arrow_table()
        return whole
    reader = relation.to_arrow_reader(100_000)
    batches, size = [], 0
    for batch in reader:
        batches.append(batch)
        size += batch.nbytes
        if size > nbytes:
            break
    return pa.Table.from_batches(batches, schema=reader.schema)


def _first(error: Exception) -> str:
    return str(error).split("\n", 1)[0].split(": ", 1)[-1]
