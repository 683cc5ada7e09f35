"""Tables that stay where they are: queries run in the engine that holds them, and only results travel."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, Self

from canvas_widget.data.engines.dialects import Dialect, Unproven
from canvas_widget.data.engines.remote_sql import Compiled, Table, compile_query
from canvas_widget.data.frames import Kind, prepare, time_zones, unique_names
from canvas_widget.data.telling import HEAVY_BYTES, HEAVY_ROWS, Listener
from canvas_widget.data.types import Cost, Field
from canvas_widget.errors import QueryError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["CROSS_BYTES", "CROSS_ROWS", "Hurried", "RemoteOrigin", "RemotePort", "compiled", "run_there", "together"]

CROSS_ROWS = 100_000
"""The most rows that are fetched from an engine to be read together with data from elsewhere."""
CROSS_BYTES = 256 * 2**20
COUNT_SECONDS = 5.0
"""How long an engine may count the rows of a table; then its estimate is taken."""
PROFILE_SECONDS = 10.0
"""How long an engine may work on the profile of a table; then only the types of its columns are told."""


class RemotePort(Protocol):
    """A table of an engine that can be asked, not only read. `key` is equal for tables that one query may join."""

    language: Dialect
    where: str

    @property
    def key(self) -> object: ...

    def schema(self) -> pa.Schema: ...

    def count(self, most: int) -> int: ...

    def estimate(self) -> int | None:
        """About how many rows there are; None when the engine does not say."""
        ...

    def relation(self) -> str:
        """What stands after FROM, its columns called k1, k2, … in the order of the schema."""
        ...

    def table(self) -> str:
        """The table itself after FROM, its columns as they are there."""
        ...

    def query(self, sql: str) -> RemotePort:
        """The port to what a query gives.

        Raises:
            QueryError: the engine refuses it, or two of its columns have one name.
        """
        ...

    def ask(self, sql: str, kinds: Sequence[str], types: Sequence[Any], most: int, nbytes: int) -> pa.Table:
        """The rows of a query whose columns are called c1, c2, …, in these Arrow types."""
        ...

    def cost(self, sql: str) -> Cost: ...

    def fetch(self, columns: Sequence[str], most: int, nbytes: int) -> pa.Table: ...

    def interrupt(self, thread: int | None = None) -> None: ...


class Hurried:
    """Stops what the calling thread asks of an engine when it takes longer than so many seconds; `late` says it did."""

    def __init__(self, port: Any, seconds: float) -> None:
        self.late = False
        self._port = port
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.get_ident()

    def __enter__(self) -> Self:
        threading.Thread(target=self._watch, name="canvas-hurry", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _watch(self) -> None:
        pause = self._seconds
        while not self._over.wait(pause):  # one interrupt before the engine has begun would be lost
            self.late, pause = True, 0.1
            self._port.interrupt(self._thread)


class RemoteOrigin:
    """A table of an engine. Queries over tables of one engine run there; with other data its rows are fetched."""

    renewable = narrows = True
    kind: Kind = "database"

    def __init__(self, source: Any, port: Any, make: Any) -> None:
        self.source = source
        self._port = port
        self._make = make
        self._lock = threading.Lock()

    @property
    def port(self) -> Any:
        return self._port

    def changed(self) -> bool:
        return False

    def renewed(self) -> RemoteOrigin:
        return RemoteOrigin(self.source, self._make(), self._make)

    def row_count(self) -> int:
        with self._lock:
            return self._rows

    def counted(self) -> int | None:
        """The rows, where they were counted already."""
        return self.__dict__.get("_rows")

    @cached_property
    def _rows(self) -> int:
        try:
            with Hurried(self._port, COUNT_SECONDS) as counting:
                counted = int(self._port.count(5_000_000))
        except QueryError:
            if not counting.late:
                raise
            estimate = self._port.estimate()
            return int(self._port.count(5_000_000)) if estimate is None else int(estimate)
        return counted if counted <= 5_000_000 else max(counted, self._port.estimate() or 0)

    @cached_property
    def names(self) -> dict[str, str]:
        """The columns of the engine by the names they have here."""
        there = self._port.schema().names
        return dict(zip(unique_names(there), there, strict=True))

    def readable(self, name: str, columns: Sequence[str] | None = None) -> Any:
        wanted = list(self.names) if columns is None else list(columns) or list(self.names)[:1]
        table = self._port.fetch([self.names[each] for each in wanted], CROSS_ROWS, CROSS_BYTES)
        if table.num_rows > CROSS_ROWS or table.nbytes > CROSS_BYTES:
            raise QueryError(
                f"{name} is in {self._port.language.title} and has more than {CROSS_ROWS:,} rows, too many to be read "
                "together with data from elsewhere. Filter or aggregate it there first: register a view."
            )
        return table.rename_columns(wanted)

    def described(self, name: str) -> tuple[Any, dict[str, str]]:
        empty = prepare("arrow", self._port.schema().empty_table(), name)
        return empty, time_zones("arrow", empty)

    def interrupt(self, thread: int | None = None) -> None:
        self._port.interrupt(thread)


def together(datasets: Mapping[str, Any]) -> list[RemoteOrigin] | None:
    """The origins of datasets that all stay in one engine; None for anything else."""
    origins = [each.origin for each in datasets.values()]
    if not origins or not all(isinstance(each, RemoteOrigin) for each in origins):
        return None
    return origins if len({each.port.key for each in origins}) == 1 else None


def kind_of(field: Field) -> str:
    """The kind of a column in generated SQL."""
    if field.type == "number":
        return "float" if field.db_type in {"DOUBLE", "FLOAT"} else "dec"
    if field.type == "datetime":
        return "tz" if field.db_type.endswith("TIME ZONE") else "ts"
    return {"integer": "int", "string": "text", "boolean": "bool", "date": "date", "time": "time"}.get(
        field.type, "other"
    )


def compiled(
    connection: duckdb.DuckDBPyConnection, sql: str, datasets: Mapping[str, Any], most: int | None
) -> Compiled:
    """A query as the engine of its datasets writes it.

    Raises:
        QueryError: a part of it is not proven there; says which.
    """
    tables = {}
    port = next(iter(datasets.values())).origin.port
    for name, dataset in datasets.items():
        columns = {each.name.lower(): (f"k{n}", kind_of(each)) for n, each in enumerate(dataset.fields, 1)}
        tables[name.lower()] = Table(dataset.origin.port.relation(), columns)
    answer = json.loads(connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0][0])
    try:
        return compile_query(answer["statements"][0]["node"], port.language, tables, most)
    except Unproven as error:
        title = port.language.title
        raise QueryError(
            f"{title} is not asked this: {error.message} is not proven to mean the same there as here. "
            "Ask for something simpler, or register a view that works it out."
        ) from error
    except (KeyError, TypeError, ValueError, IndexError) as error:
        title = port.language.title
        raise QueryError(f"This query cannot be written for {title}. Ask for something simpler.") from error


def _heavy(port: Any, sql: str, datasets: Mapping[str, Any]) -> Cost | None:
    """What a query over many rows will cost, where its engine tells; None for one that is not heavy."""
    counted = [each.origin.counted() for each in datasets.values()]
    if None not in counted and sum(counted) < HEAVY_ROWS:
        return None
    try:
        cost: Cost = port.cost(sql)
    except QueryError:  # what is wrong with it is said by the query itself
        return None
    rows, nbytes = cost.rows, cost.nbytes
    heavy = (rows is not None and rows >= HEAVY_ROWS) or (nbytes is not None and nbytes >= HEAVY_BYTES)
    return cost if heavy else None


def run_there(  # noqa: PLR0917
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    datasets: Mapping[str, Any],
    cap: int,
    nbytes: int,
    tell: Listener | None = None,
) -> tuple[Any, bool, str]:
    """Run a query in the engine that holds its datasets. Before a heavy one `tell` is told what it will cost.

    Returns its rows with the types that DuckDB would give them, whether there were more, and what a heavy one cost.
    """
    import pyarrow as pa

    for name, dataset in datasets.items():
        connection.register(name, dataset.origin.described(dataset.name)[0])
    schema = connection.sql(sql).to_arrow_table().schema
    query = compiled(connection, sql, datasets, cap + 1)
    port = next(iter(datasets.values())).origin.port
    types = [
        pa.float64() if pa.types.is_decimal(each.type) and kind == "float" else each.type
        for each, kind in zip(schema, query.kinds, strict=True)
    ]
    expected = _heavy(port, query.sql, datasets)
    cost = "" if expected is None else f"{port.language.title} reads {expected}"
    if tell is not None and cost:
        tell(cost, None)
    table = port.ask(query.sql, query.kinds, types, cap + 1, nbytes)
    truncated = table.num_rows > cap
    return table.slice(0, cap).rename_columns(schema.names), truncated, cost
