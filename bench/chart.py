"""The first chart over a frame of 10 million rows: kernel time and bytes, against DuckDB alone and against other tools.

`CANVAS_WIDGET_BENCH_ROWS` sets another number of rows, `CANVAS_WIDGET_BENCH_PEERS` the Python that has the other tools.
"""

from __future__ import annotations

import asyncio
import os

from bench.chart_peers import NOT_INSTALLED, PEERS, frame, measured
from bench.edit import Wire
from bench.measure import Row, Sample, interleave, number, sample

__all__ = ["run"]

ROWS = int(os.environ.get("CANVAS_WIDGET_BENCH_ROWS", "10_000_000"))
LIMIT_BYTES = 4_096


def run(n: int = 7) -> list[Row]:
    """The rows of this benchmark."""
    import duckdb

    from canvas_widget.data import Catalogue, ChartRequest
    from canvas_widget.session import Session, Turns
    from canvas_widget.settings import load_settings
    from canvas_widget.workspace import Workspace

    sales = frame(ROWS)
    request = ChartRequest(dataset="sales", mark="bar", x="region", y="sum(revenue)", sort="-y")
    wire = Wire()
    sql = ""

    async def chart() -> None:
        """A new canvas and its first chart, to the bytes of every frame that the browser needs."""
        nonlocal sql
        workspace = Workspace("bench", catalogue=Catalogue(lambda: {"sales": sales}))
        session = Session(workspace, Turns(load_settings()))
        session.join(session.attach(wire), None)
        wire.bytes = 0
        outcome = workspace.chart("revenue", request)
        sql = outcome.result.sql if outcome.result else ""

    def ours() -> None:
        asyncio.run(chart())

    def bare() -> None:
        """DuckDB alone: a new connection, the same frame, the very query that the chart ran, its rows as Arrow."""
        connection = duckdb.connect()
        connection.register("sales", sales)
        connection.sql(sql).to_arrow_table()
        connection.close()

    ours()
    first, second = interleave(n, ours, bare)
    mine, duck = sample(first, wire.bytes), sample(second)
    claim = f"first chart over {ROWS:,} rows"
    return [
        Row("chart", claim, mine, "DuckDB's bare query", duck, "time", mine.p50 / duck.p50, 1.3),
        Row("chart", f"{claim}: bytes shipped", mine, "4 kB", None, "bytes", mine.bytes / LIMIT_BYTES, 1.0),
        *(_beside(name, claim, mine) for name in PEERS),
    ]


def _beside(name: str, claim: str, mine: Sample) -> Row:
    """The same chart by another tool, in the environment of peers or in this one; a tool that is not there is named."""
    found = measured(name, ROWS, os.environ.get("CANVAS_WIDGET_BENCH_PEERS"))
    if found == NOT_INSTALLED:  # one that is there and fails, or is slow, is told so
        found = measured(name, ROWS)
    if isinstance(found, str):
        return Row("chart", claim, mine, f"{name} ({found})", None, "time", None, None)
    peer = sample([found[0]], found[1])
    told = f"{claim}: {number(mine.bytes)} bytes against {peer.bytes:,}"
    return Row("chart", told, mine, f"{name}, the same chart", peer, "time", mine.p50 / peer.p50, 1.0)
