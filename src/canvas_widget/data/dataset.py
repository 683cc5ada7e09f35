"""A dataset: a named, versioned frame or file, with its columns and, on demand, their profile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from canvas_widget.data.database import Database
from canvas_widget.data.frames import Kind, prepare, row_count, sample, time_zones
from canvas_widget.data.names import missing, nearest
from canvas_widget.data.types import Field, field_type
from canvas_widget.errors import QueryError

if TYPE_CHECKING:
    import duckdb

    from canvas_widget.data.profile import ColumnProfile

__all__ = ["Dataset"]


class Dataset:
    """One version of a dataset. Changing a frame in place cannot be noticed; rebinding its name makes a new version."""

    __slots__ = (
        "_database",
        "_fields",
        "_lock",
        "_prepared",
        "_profile",
        "_source",
        "kind",
        "name",
        "private",
        "version",
    )

    def __init__(
        self, name: str, version: int, kind: Kind, source: Any, database: Database, *, private: bool = False
    ) -> None:
        self.name = name
        self.version = version
        self.kind = kind
        self.private = private
        self._source = source
        self._database = database
        self._prepared: Any = None
        self._fields: tuple[Field, ...] | None = None
        self._profile: tuple[ColumnProfile, ...] | None = None
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, version {self.version}, {self.row_count:,} rows)"

    @property
    def source(self) -> Any:
        """The frame or table itself."""
        return self._source

    @property
    def row_count(self) -> int:
        return row_count(self.kind, self._source)

    def bind(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        """Make the dataset readable on one connection, under a name.

        Raises:
            QueryError: it has no columns, or one the database cannot read.
        """
        with self._lock:
            if self._prepared is None:
                self._prepared = prepare(self.kind, self._source, self.name)
        _register(connection, name, self._prepared, self.name)

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
        connection = self._database.cursor()
        try:
            with self._lock:
                if self._prepared is None:
                    self._prepared = prepare(self.kind, self._source, self.name)
            _register(connection, "source", sample(self.kind, self._prepared), self.name)
            rows = connection.execute("DESCRIBE source").fetchall()
        finally:
            connection.close()
        zones = time_zones(self.kind, self._prepared)
        return tuple(Field(row[0], field_type(row[1]), row[1], zones.get(row[0])) for row in rows)

    def column(self, name: str) -> Field:
        """The column of that name; case aside when no column is spelt exactly so.

        Raises:
            QueryError: no such column; names the nearest and lists all.
        """
        return find_field(name, self.fields, f" in {self.name}")

    def profile(self) -> tuple[ColumnProfile, ...]:
        """Per column: range, distinct values, nulls, frequent values. Computed in the engine, once per version."""
        from canvas_widget.data.profile import profile

        with self._lock:
            if self._profile is None:
                connection = self._database.cursor()
                try:
                    self.bind(connection, "source")
                    self._profile = profile(connection, "source", self.fields, self.row_count)
                finally:
                    connection.close()
            return self._profile


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
