"""Where a dataset's rows come from: one small class per kind of source, all alike to the dataset above them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from canvas_widget.data import files
from canvas_widget.data.engines.ports import FETCH_BYTES, FETCH_ROWS, EnginePort, is_connection, port_of
from canvas_widget.data.engines.remote import RemoteOrigin
from canvas_widget.data.frames import Kind, is_of, planned_anew, prepare, sample, time_zones, unique_names
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["Origin", "origin_of"]


NARROW = 40
"""Up to so many columns a frame is handed over whole; of a wider one, what a query mentions."""


class Origin(Protocol):
    """A source of rows.

    `renewable` says whether reading again could give other data although nothing can be seen to have changed, so that
    `refresh` reads again.
    """

    kind: Kind
    renewable: bool

    @property
    def narrows(self) -> bool:
        """Whether it helps to say which columns are needed."""
        ...

    @property
    def source(self) -> Any: ...

    def row_count(self) -> int: ...

    def changed(self) -> bool:
        """Whether the source can be seen to hold other data than this origin read. Cheap."""
        ...

    def renewed(self) -> Origin:
        """The same source, to be read again."""
        ...

    def readable(self, name: str, columns: Sequence[str] | None = None) -> Any:
        """What the database registers: with at least these columns, all of them when None."""
        ...

    def described(self, name: str) -> tuple[Any, dict[str, str]]:
        """As little as shows the column types, and the time zone of the columns that have one."""
        ...

    def interrupt(self, thread: int | None = None) -> None:
        """Stop a `readable` that runs elsewhere, where it can be told apart only the one a thread waits for."""
        ...


class FrameOrigin:
    """A pandas or polars frame, or an Arrow table.

    A pandas frame is held by a shallow copy: when the notebook changes the frame in place, pandas first gives it
    memory of its own, so that running queries keep what they began with and the change can be seen.
    """

    def __init__(self, kind: Kind, frame: Any) -> None:
        self.kind = kind
        self.renewable = kind != "arrow"
        self.source = frame
        self._held = frame.copy(deep=False) if kind == "pandas" else planned_anew(frame) if kind == "lazy" else frame
        self._stamp = self._look()
        self._prepared: Any = None
        self._lock = threading.Lock()

    def _look(self) -> list[Any]:
        if self.kind == "pandas":
            manager = getattr(self.source, "_mgr", None)
            blocks = getattr(manager, "blocks", ())
            return [*getattr(manager, "axes", ()), *(getattr(block, "values", None) for block in blocks)]
        return []

    def changed(self) -> bool:
        if self.kind == "polars":
            return bool(self.source.shape != self._held_shape)
        now = self._look()
        return len(now) != len(self._stamp) or any(new is not old for new, old in zip(now, self._stamp, strict=True))

    @cached_property
    def _held_shape(self) -> Any:
        return self.source.shape

    @property
    def narrows(self) -> bool:
        return self.kind == "pandas" and len(self._held.columns) > NARROW

    def renewed(self) -> FrameOrigin:
        return FrameOrigin(self.kind, self.source)

    def row_count(self) -> int:
        if self.kind == "lazy":
            return self._lazy_rows
        return int(self._held.num_rows if self.kind == "arrow" else len(self._held))

    @cached_property
    def _lazy_rows(self) -> int:
        import polars as pl

        return int(_polars(lambda: self._held.select(pl.len()).collect().item()))

    def _whole(self, name: str) -> Any:
        with self._lock:
            if self._prepared is None:
                self._prepared = prepare(self.kind, self._held, name)
            return self._prepared

    def readable(self, name: str, columns: Sequence[str] | None = None) -> Any:
        whole = self._whole(name)
        if self.kind != "pandas" or columns is None or len(whole.columns) <= NARROW:
            return whole
        chosen = list(columns) or [whole.columns[0]]
        return type(whole)({name: whole[name] for name in chosen}, copy=False)  # a frame of the same memory

    def described(self, name: str) -> tuple[Any, dict[str, str]]:
        whole = self._whole(name)
        return sample(self.kind, whole), time_zones(self.kind, whole)

    def interrupt(self, thread: int | None = None) -> None: ...


def _polars(run: Any) -> Any:
    try:
        return run()
    except Exception as error:
        if not type(error).__module__.startswith("polars"):
            raise
        first = str(error).strip().split("\n", 1)[0]
        raise QueryError(f"The LazyFrame cannot be computed: {first}.") from error


class FileOrigin:
    """A CSV file, read at once; or Parquet files, read by each query."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.source = path
        self.renewable = self.narrows = False
        self._kind, self._files = files.files_of(path)
        self.kind: Kind = "csv" if self._kind == "csv" else "parquet"
        root = Path(path).expanduser()
        self._folder = root if root.is_dir() else None
        self._stamp = files.stamp_of(self._files, self._folder)
        held = files.read_csv(self._files[0]) if self.kind == "csv" else files.read_parquet(self._files, self._folder)
        self._held = held

    def changed(self) -> bool:
        now = files.stamp_of(self._files, self._folder)
        return now is not None and now != self._stamp

    def renewed(self) -> FileOrigin:
        return FileOrigin(self.source)

    def row_count(self) -> int:
        return self._rows

    @cached_property
    def _rows(self) -> int:
        return int(self._held.num_rows if self.kind == "csv" else self._held.count_rows())

    def readable(self, name: str, columns: Sequence[str] | None = None) -> Any:  # noqa: ARG002  (the protocol's)
        if self.kind == "csv":
            return prepare("arrow", self._held, name)
        names = self._held.schema.names
        if unique_names(names) == names:
            return self._held
        return prepare("arrow", self._held.to_table(), name)

    def described(self, name: str) -> tuple[Any, dict[str, str]]:
        empty = prepare("arrow", self._held.schema.empty_table(), name)
        return empty, time_zones("arrow", empty)

    def interrupt(self, thread: int | None = None) -> None: ...


class PortOrigin:
    """A table in a database of the user's: the columns that queries mention are fetched once and kept."""

    renewable = narrows = True

    def __init__(self, source: Any, port: EnginePort, make: Any) -> None:
        self.kind: Kind = "database"
        self.source = source
        self._port = port
        self._make = make
        self._lock = threading.Lock()
        self._fetched: Any = None

    @property
    def port(self) -> EnginePort:
        return self._port

    def changed(self) -> bool:
        return False

    def renewed(self) -> PortOrigin:
        return PortOrigin(self.source, self._make(), self._make)

    def row_count(self) -> int:
        with self._lock:
            return self._rows

    @cached_property
    def _rows(self) -> int:
        return self._port.count(FETCH_ROWS)

    @cached_property
    def _names(self) -> dict[str, str]:
        """The columns of the database by the names they have here."""
        there = self._port.schema().names
        return dict(zip(unique_names(there), there, strict=True))

    def readable(self, name: str, columns: Sequence[str] | None = None) -> Any:
        with self._lock:
            held = [] if self._fetched is None else self._fetched.column_names
            wanted = list(self._names) if columns is None else list(columns) or list(self._names)[:1]
            if not self._names:
                raise QueryError(f"{name} has no columns, so there is nothing to read.")
            if not set(wanted) <= set(held):
                chosen = [each for each in self._names if each in {*wanted, *held}]
                self._fetched = self._fetch(name, chosen)
            return self._fetched

    def _fetch(self, name: str, columns: list[str]) -> Any:
        table = self._port.fetch([self._names[each] for each in columns], FETCH_ROWS, FETCH_BYTES)
        if table.num_rows > FETCH_ROWS or table.nbytes > FETCH_BYTES:
            raise QueryError(
                f"{name} is too large to be fetched: at most {FETCH_ROWS:,} rows and {FETCH_BYTES >> 20:,} MiB are "
                "read from a database, and a part would give false totals. Register a view that filters or aggregates."
            )
        return table.rename_columns(columns)

    def described(self, name: str) -> tuple[Any, dict[str, str]]:
        with self._lock:
            schema = self._port.schema()
        empty = prepare("arrow", schema.empty_table(), name)
        return empty, time_zones("arrow", empty)

    def interrupt(self, thread: int | None = None) -> None:
        self._port.interrupt(thread)


def origin_of(source: Any, table: str | None = None, *, remote: bool = False) -> Origin:
    """The origin of a source.

    Args:
        remote: leave the rows in the database and run queries there.

    Raises:
        InvalidArgument: it is nothing that can be a dataset.
        NotFound: no such file, or no such table of the connection.
        QueryError: the database cannot be asked.
    """
    if is_of(source, "pyspark.sql", "DataFrame"):
        from canvas_widget.data.engines.spark_port import SparkPort

        return RemoteOrigin(source, SparkPort(source), lambda: SparkPort(source))
    if remote or is_of(source, "pyspark.sql", "SparkSession"):
        return _staying(source, table)
    if is_connection(source):
        return _remote(source, lambda: port_of(source, table))
    if table is not None:
        raise InvalidArgument(f"`table` goes with a database connection, not with a {type(source).__name__}.")
    if is_of(source, "duckdb", "DuckDBPyRelation"):
        from canvas_widget.data.engines.duckdb_port import RelationPort

        return _remote(source, lambda: RelationPort(source))
    for module, name, kind in _FRAMES:
        if is_of(source, module, name):
            return FrameOrigin(kind, source)
    if is_of(source, "pyarrow", "RecordBatchReader"):
        return FrameOrigin("arrow", source.read_all())
    if is_of(source, "pyarrow", "RecordBatch"):
        return FrameOrigin("arrow", sys.modules["pyarrow"].Table.from_batches([source]))
    if isinstance(source, str | os.PathLike):
        return FileOrigin(source)
    raise InvalidArgument(
        f"A dataset cannot be made of a {type(source).__name__}. Give a pandas or polars frame, an Arrow table, the "
        "path of a CSV or Parquet file, a DuckDB relation, a table of Spark, or a database connection and `table`."
    )


_FRAMES: tuple[tuple[str, str, Kind], ...] = (
    ("pandas", "DataFrame", "pandas"),
    ("polars", "DataFrame", "polars"),
    ("polars", "LazyFrame", "lazy"),
    ("pyarrow", "Table", "arrow"),
)


def _staying(source: Any, table: str | None) -> RemoteOrigin:
    made = port_of(source, table)
    if not hasattr(made, "ask"):
        raise InvalidArgument(
            f"Queries cannot run in a {type(source).__name__}. Leave remote out: its rows are fetched."
        )
    made.schema()
    return RemoteOrigin(source, made, lambda: port_of(source, table))


def _remote(source: Any, make: Any) -> PortOrigin:
    origin = PortOrigin(source, make(), make)
    origin.port.schema()
    return origin
