"""A dataset: a named, versioned frame or file, with its columns and, on demand, their profile."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from canvas_widget.data.database import Database
from canvas_widget.data.engines import remote
from canvas_widget.data.engines.remote import CROSS_BYTES, RemoteOrigin, run_there
from canvas_widget.data.frames import Kind
from canvas_widget.data.names import missing, nearest
from canvas_widget.data.origins import Origin
from canvas_widget.data.problems import query_error
from canvas_widget.data.types import Field, field_type
from canvas_widget.errors import QueryError

if TYPE_CHECKING:
    import duckdb

    from canvas_widget.data.profile import ColumnProfile

__all__ = ["Dataset"]


class Dataset:
    """One version of a dataset: data that can be seen to have changed is another version."""

    __slots__ = ("_database", "_fields", "_lock", "_origin", "_profile", "_slow", "name", "private", "version")

    def __init__(self, name: str, version: int, origin: Origin, database: Database, *, private: bool = False) -> None:
        self.name = name
        self.version = version
        self.private = private
        self._origin = origin
        self._database = database
        self._fields: tuple[Field, ...] | None = None
        self._profile: dict[str, ColumnProfile] = {}
        self._slow = False
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, {self.kind}, version {self.version})"

    @property
    def kind(self) -> Kind:
        """One of "pandas", "polars", "lazy", "arrow", "csv", "parquet", "database"."""
        return self._origin.kind

    @property
    def origin(self) -> Origin:
        return self._origin

    @property
    def source(self) -> Any:
        """The frame, path, relation or connection itself."""
        return self._origin.source

    @property
    def row_count(self) -> int:
        """The rows; of a database's table exactly up to the most that are fetched, above that one more than those."""
        return self._origin.row_count()

    def bind(self, connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str] | None = None) -> None:
        """Make the dataset readable on one connection, under a name.

        Args:
            columns: the ones that will be read; all of them when None.

        Raises:
            QueryError: it has no columns, or one the database cannot read; or it cannot be fetched.
        """
        readable = self._origin.readable(self.name, columns)
        _register(connection, name, readable, self.name)

    def interrupt(self, thread: int | None = None) -> None:
        """Stop what another database does for this one, where it can be told apart only what a thread waits for."""
        self._origin.interrupt(thread)

    def mentioned(self, names: frozenset[str] | None) -> list[str] | None:
        """The columns that a query mentions by those names (lower case); None for all of them."""
        if names is None or not self._origin.narrows:
            return None
        return [field.name for field in self.fields if field.name.lower() in names]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns, in order.

        Raises:
            QueryError: there is none, or one the database cannot read.
        """
        with self._lock:
            if self._fields is None:
                self._fields = self._describe()
            return self._fields

    def _describe(self) -> tuple[Field, ...]:
        shown, zones = self._origin.described(self.name)
        connection = self._database.cursor()
        try:
            _register(connection, "source", shown, self.name)
            rows = connection.execute("DESCRIBE source").fetchall()
        finally:
            connection.close()
        return tuple(Field(row[0], field_type(row[1]), row[1], zones.get(row[0])) for row in rows)

    def column(self, name: str) -> Field:
        """The column of that name; case aside when no column is spelt exactly so.

        Raises:
            QueryError: no such column; names the nearest and lists all.
        """
        return find_field(name, self.fields, f" in {self.name}")

    def profile(self, names: Sequence[str] | None = None) -> tuple[ColumnProfile, ...]:
        """Per column: range, distinct values, nulls, frequent values. Computed in the engine, once per version.

        Args:
            names: of these columns only; of all when None.
        """
        from canvas_widget.data.profile import AT_ONCE

        with self._lock:
            wanted = list(self.fields) if names is None else [self.column(name) for name in names]
            lacking = [field for field in wanted if field.name not in self._profile]
            for start in range(0, len(lacking), AT_ONCE):
                some = lacking[start : start + AT_ONCE]
                found = self._profiled(tuple(some))
                self._profile.update({column.name: column for column in found})
            return tuple(self._profile[field.name] for field in wanted)

    @property
    def stays(self) -> bool:
        """Whether it stays in an engine of the user's: queries run there, and its rows are not fetched."""
        return isinstance(self._origin, RemoteOrigin)

    @property
    def engine(self) -> str | None:
        """The engine that it stays in ("PostgreSQL"); None when its queries run here."""
        return str(self._origin.port.language.title) if isinstance(self._origin, RemoteOrigin) else None

    def there(self, connection: duckdb.DuckDBPyConnection, sql: str, most: int) -> Any:
        """At most `most` rows of a generated query over a dataset that stays in its engine, as an Arrow table."""
        return run_there(connection, sql, {self.name: self}, most, CROSS_BYTES)[0]

    def _profiled(self, fields: tuple[Field, ...]) -> list[ColumnProfile]:
        from canvas_widget.data.profile import profile

        with self._database.cursor() as connection:
            if self.stays:
                return self._profiled_there(connection, fields)
            self.bind(connection, "source", [field.name for field in fields])
            try:
                return profile(connection, "source", fields, self.row_count)
            except Exception as error:
                if not type(error).__module__.startswith(("duckdb", "_duckdb")):
                    raise
                raise query_error(error, [field.name for field in fields], [self.name]) from error

    def _profiled_there(self, connection: duckdb.DuckDBPyConnection, fields: tuple[Field, ...]) -> list[ColumnProfile]:
        """By the engine that it stays in, which is not kept waiting for: what took too long once is not tried again."""
        from canvas_widget.data.engines.remote_profile import profile_there

        port = getattr(self._origin, "port", None)
        problem = QueryError(
            f"{self.name} is not profiled: {self.engine} did not answer within {remote.PROFILE_SECONDS:g} s."
        )
        if self._slow:
            raise problem
        try:
            with remote.Hurried(port, remote.PROFILE_SECONDS) as asked:
                return profile_there(lambda sql, most: self.there(connection, sql, most), self.name, fields)
        except QueryError as error:
            self._slow = asked.late
            raise problem if asked.late else error from error


def _register(connection: duckdb.DuckDBPyConnection, name: str, prepared: Any, dataset: str) -> None:
    try:
        connection.register(name, prepared)
    except Exception as error:
        if not type(error).__module__.startswith(("duckdb", "_duckdb")):
            raise
        raise QueryError(f"{dataset} cannot be read: {str(error).split(': ', 1)[-1]}") from error


def find_field(name: str, fields: tuple[Field, ...], where: str) -> Field:
    """The field of that name, case aside when none is spelt exactly so."""
    for field in fields:
        if field.name == name:
            return field
    same = [field for field in fields if field.name.casefold() == name.casefold()]
    if len(same) == 1:
        return same[0]
    names = [field.name for field in fields]
    raise QueryError(missing("column", name, where, names, "Columns"), alternatives=nearest(name, names))
