"""The query engine: guarded, capped, interruptible, and usable from any thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from canvas_widget.data.catalogue import Catalogue
from canvas_widget.data.database import Database
from canvas_widget.data.dataset import Dataset
from canvas_widget.data.engines.native import bases_of
from canvas_widget.data.engines.remote import run_there, together
from canvas_widget.data.guards.guard import guard
from canvas_widget.data.jobs import LOOK, Job
from canvas_widget.data.problems import query_error
from canvas_widget.data.sql import identifier
from canvas_widget.data.telling import Watch, listener
from canvas_widget.data.types import Field, GuardedQuery, Result, Versions, field_type, result_id
from canvas_widget.data.views import View
from canvas_widget.data.widths import Widths
from canvas_widget.errors import Cancelled, CanvasError, NotFound, QueryError, TimedOut

if TYPE_CHECKING:
    import duckdb

__all__ = ["Engine"]

T = TypeVar("T")

ROW_CAP = 1_000_000
BYTE_CAP = 512 * 2**20
BATCH_ROWS = 100_000
SCAN_ROWS = 500_000
MOST_BOUNDS = 1_000
NO_VIEWS: Mapping[str, View] = {}


class Engine:
    """Runs read-only SQL over the datasets of a catalogue.

    Args:
        row_cap: the most rows a result keeps; it then says `truncated`.
        memory_limit: of all queries together, as the database writes it ("2GB"); 60 % of the machine's when None.
        timeout: of one query, in seconds.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        row_cap: int = ROW_CAP,
        memory_limit: str | None = None,
        timeout: float = 30.0,
    ) -> None:
        self.catalogue = catalogue
        self.timeout = timeout
        self._row_cap = row_cap
        self._widths = Widths(self)
        self._bounds: dict[tuple[Any, ...], tuple[float | None, float | None]] = {}
        self._database = catalogue.database if memory_limit is None else Database(memory_limit)

    def guard(self, sql: str) -> GuardedQuery:
        """Check a query without running it.

        Raises:
            QueryError: it is no SQL, or names a data frame that is not there.
            QueryRefused: it does more than read data frames.
        """
        guarded, _ = self._checked(sql)
        return guarded

    def result_id(self, sql: str, versions: Versions) -> str:
        """The id that the result of this query over these versions has."""
        return result_id(sql.strip().rstrip(";").rstrip(), versions)

    def run(
        self,
        sql: str,
        *,
        limit: int | None = None,
        cancel: threading.Event | None = None,
        timeout: float | None = None,
        views: Mapping[str, View] = NO_VIEWS,
    ) -> Result:
        """Run a query and wait for it. An interrupt of the calling thread stops the query first, then is raised.

        Args:
            sql: one read-only statement.
            limit: keep at most that many rows.
            cancel: stops the query when it is set.
            timeout: in seconds; the engine's own when None.
            views: what the names of datasets mean in this query, where that is not the dataset itself.

        Raises:
            QueryError: the query cannot run; names what exists instead.
            QueryRefused: the guard does not let it through.
            Cancelled: `cancel` was set.
            TimedOut: it took too long.
        """
        guarded, datasets = self._checked(sql)
        self._widths.check(guarded, datasets, self._database.memory_bytes, cancel)
        cap = self._row_cap if limit is None else max(0, min(limit, self._row_cap))
        versions: Versions = tuple(sorted({each.name: each.version for each in bases_of(datasets.values())}.items()))

        remote, tell = together(datasets) is not None, listener()

        def work(connection: duckdb.DuckDBPyConnection) -> Result:
            started = time.perf_counter()
            if not remote:
                self._bind(connection, datasets, guarded, views)
            try:
                if remote:
                    table, truncated, cost = run_there(connection, guarded.sql, datasets, cap, BYTE_CAP, tell)
                    connection.register("here", table.schema.empty_table())
                    empty = connection.sql("FROM here")
                    fields = tuple(map(_field, empty.columns, empty.types))
                    return _result(guarded, fields, table, truncated, limit, started, versions, datasets, cost)
                relation = _relation(connection, guarded.sql)
                fields = tuple(map(_field, relation.columns, relation.types))
                table, truncated = _read(relation, fields, cap)
            except Exception as error:
                if not _of_database(error):
                    raise
                raise self._problem(error, datasets) from error
            return _result(guarded, fields, table, truncated, limit, started, versions, datasets)

        return self._supervise(work, cancel, self.timeout if timeout is None else timeout, datasets.values())

    def bounds(
        self, value: str, clause: str, *, cancel: threading.Event | None = None
    ) -> tuple[float | None, float | None]:
        """The least and the largest of a value (SQL) over the rows that a clause (`FROM …`) leaves; None without rows.

        They only say where bins begin and how wide they are. So they are kept, as a column's profile is, while the
        datasets are the versions that were asked; of data that stays in another engine they are asked each time.
        """
        sql = f"SELECT min({value}) AS low, max({value}) AS high\n{clause}"
        _, datasets = self._checked(sql)
        bases = bases_of(datasets.values())
        key = (sql, tuple(sorted((each.name, each.version) for each in bases)))
        held = self._bounds.get(key)
        if held is None:
            row = self.run(sql, cancel=cancel).rows()[0]
            held = (row["low"], row["high"])
            if not any(each.stays for each in bases):
                if len(self._bounds) >= MOST_BOUNDS:
                    self._bounds.pop(next(iter(self._bounds)), None)
                self._bounds[key] = held
        return held

    def scan(
        self,
        sql: str,
        each: Callable[[Any], None],
        *,
        cancel: threading.Event | None = None,
        timeout: float | None = None,
        views: Mapping[str, View] = NO_VIEWS,
    ) -> None:
        """Run a query and hand out its rows as Arrow batches, in their order, on a thread of the engine's.

        No more than a few batches are held at once, however many rows there are.

        Raises:
            as `run`; and whatever `each` raises, which ends the query.
        """
        guarded, datasets = self._checked(sql)
        self._widths.check(guarded, datasets, self._database.memory_bytes, cancel)

        def work(connection: duckdb.DuckDBPyConnection) -> None:
            self._bind(connection, datasets, guarded, views)
            try:
                with ThreadPoolExecutor(1, "canvas-scan") as pool:  # the next batch is read meanwhile
                    last: Future[Any] = pool.submit(bool)
                    for batch in connection.sql(guarded.sql).to_arrow_reader(SCAN_ROWS):
                        last.result()
                        if cancel is not None and cancel.is_set():
                            raise Cancelled("The query was stopped.")
                        last = pool.submit(each, batch)
                    last.result()
            except Exception as error:
                if not _of_database(error):
                    raise
                raise self._problem(error, datasets) from error

        self._supervise(work, cancel, self.timeout if timeout is None else timeout, datasets.values())

    def native_sql(self, sql: str) -> str:
        """A query of the user's or the model's as one to run here: over tables of an engine it is in that engine's SQL.

        Raises:
            QueryError, QueryRefused: the engine or the guard of its dialect refuses it.
        """
        there = self.catalogue.query_there(sql)
        return sql if there is None else f"SELECT * FROM {identifier(there.name)}"

    def fields(self, sql: str, *, cancel: threading.Event | None = None) -> tuple[Field, ...]:
        """The columns a query would give, without running it.

        Raises:
            QueryError, QueryRefused: as `run`.
        """
        guarded, datasets = self._checked(sql)

        def work(connection: duckdb.DuckDBPyConnection) -> tuple[Field, ...]:
            self._bind(connection, datasets, guarded)
            try:
                relation = _relation(connection, guarded.sql)
            except Exception as error:
                if not _of_database(error):
                    raise
                raise self._problem(error, datasets) from error
            return tuple(map(_field, relation.columns, relation.types))

        return self._supervise(work, cancel, self.timeout, datasets.values())

    def work(self, work: Callable[[duckdb.DuckDBPyConnection], T], cancel: threading.Event | None = None) -> T:
        """Run generated SQL on a connection with nothing registered, within the engine's bounds.

        Raises:
            QueryError: the database refuses it; Cancelled, TimedOut: it was stopped.
        """

        def guarded(connection: duckdb.DuckDBPyConnection) -> T:
            try:
                return work(connection)
            except Exception as error:
                if not _of_database(error):
                    raise
                raise self._problem(error, {}) from error

        return self._supervise(guarded, cancel, self.timeout)

    def whole(self, dataset: Dataset, columns: list[str], cancel: threading.Event | None = None) -> Any:
        """Columns of a dataset as one Arrow table, in its own order; None when they have more bytes than a result."""

        def work(connection: duckdb.DuckDBPyConnection) -> Any:
            dataset.bind(connection, "whole", columns)
            relation = connection.sql(f"SELECT {', '.join(map(identifier, columns))} FROM whole")
            fields = tuple(map(_field, relation.columns, relation.types))
            table, truncated = _read(relation, fields, dataset.row_count)
            return None if truncated else table

        return self.work(work, cancel)

    def _checked(self, sql: str) -> tuple[GuardedQuery, dict[str, Dataset]]:
        connection = self._database.cursor()
        try:
            guarded = guard(sql, connection)
        finally:
            connection.close()
        datasets: dict[str, Dataset] = {}
        spelt: dict[str, str] = {}
        for name in guarded.tables:
            try:
                dataset = self.catalogue.get(name)
            except NotFound as error:
                raise QueryError(error.message, alternatives=error.alternatives) from error
            first = spelt.setdefault(name.lower(), name)
            if datasets.setdefault(first, dataset) is not dataset:
                raise QueryError(
                    f'"{name}" and "{datasets[first].name}" differ only in case, which SQL does not see. '
                    "Register one of them under another name."
                )
        return guarded, datasets

    def _bind(
        self,
        connection: duckdb.DuckDBPyConnection,
        datasets: dict[str, Dataset],
        guarded: GuardedQuery,
        views: Mapping[str, View] = NO_VIEWS,
    ) -> None:
        for name, dataset in datasets.items():
            columns, view = dataset.mentioned(guarded.columns), views.get(dataset.name)
            if view is None:
                dataset.bind(connection, name, columns)
                continue
            if columns is not None:
                more = None if view.columns is None else [each for each in view.columns if each not in columns]
                columns = None if more is None else [*columns, *more]
            dataset.bind(connection, f"all of {name}", columns)
            view.make(connection, f"all of {name}", name)

    def _problem(self, error: Exception, datasets: dict[str, Dataset]) -> CanvasError:
        if not isinstance(error, _harmless()):
            self._database.doubt()
        if type(error).__name__ == "InterruptException":
            return Cancelled("The query was stopped.")
        columns = [field.name for each in datasets.values() for field in each.fields]
        names = [each.name for each in datasets.values()]
        return query_error(error, list(dict.fromkeys(columns)), names)

    def _supervise(
        self,
        work: Callable[[duckdb.DuckDBPyConnection], T],
        cancel: threading.Event | None,
        timeout: float,
        datasets: Iterable[Dataset] = (),
    ) -> T:
        """Run `work` on a thread and a connection of its own, and stop it when there is a reason to."""
        if cancel is not None and cancel.is_set():
            raise Cancelled("The query was stopped before it began.")
        job, watch = Job(work, self._database.cursor(), tuple(datasets)), Watch(datasets)
        deadline = time.monotonic() + timeout
        job.start()
        try:
            while not job.done.wait(LOOK):
                watch.look()
                if cancel is not None and cancel.is_set():
                    raise Cancelled("The query was stopped.")
                if time.monotonic() > deadline:
                    raise TimedOut(
                        f"The query took longer than {timeout:g} s and was stopped. Aggregate or filter first."
                    )
        except BaseException:
            job.stop()
            raise
        value: T = job.result()
        return value


def _result(  # noqa: PLR0917
    guarded: GuardedQuery,
    fields: tuple[Field, ...],
    table: Any,
    truncated: bool,
    limit: int | None,
    started: float,
    versions: Versions,
    datasets: dict[str, Dataset],
    cost: str = "",
) -> Result:
    return Result(
        result_id=result_id(guarded.sql, versions, limit),
        sql=guarded.sql,
        fields=fields,
        table=table,
        row_count=table.num_rows,
        elapsed_ms=(time.perf_counter() - started) * 1000,
        datasets=versions,
        truncated=truncated,
        rows_read=sum(each.row_count for each in bases_of(datasets.values())),
        cost=cost,
    )


def _relation(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """The query, bound but not run. When it cannot be bound, the error says where."""
    try:
        return connection.sql(sql)
    except Exception as error:
        if not _of_database(error):
            raise
        connection.execute(sql)  # raises the same with the line and a caret
        raise


def _harmless() -> tuple[type[Exception], ...]:
    """Errors that are the query's own fault and leave the database whole."""
    import duckdb

    return duckdb.BinderException, duckdb.CatalogException, duckdb.ConversionException, duckdb.ParserException


def _of_database(error: Exception) -> bool:
    """Whether the database says so; while rows are read, it says so as an `OSError` of Arrow."""
    return type(error).__module__.startswith(("duckdb", "_duckdb")) or " Error: " in str(error)[:40]


def _field(name: str, kind: object) -> Field:
    return Field(name, field_type(str(kind)), str(kind))


def _read(relation: duckdb.DuckDBPyRelation, fields: tuple[Field, ...], cap: int) -> tuple[Any, bool]:
    """Read at most `cap` rows, batch by batch, so that what is cut off is never held."""
    import pyarrow as pa

    reader = relation.to_arrow_reader(BATCH_ROWS)
    batches: list[Any] = []
    rows = size = 0
    truncated = False
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        size += batch.nbytes
        if rows > cap or size > BYTE_CAP:
            truncated = True
            break
    table = pa.Table.from_batches(batches, schema=reader.schema)
    if truncated:
        table = table.slice(0, cap if size <= BYTE_CAP else min(cap, table.num_rows))
    names = [field.name for field in fields]
    return (table if table.column_names == names else table.rename_columns(names)), truncated
