"""The first chart over a frame of 10 million rows: kernel time and bytes, against DuckDB alone and against Altair."""

from __future__ import annotations

import asyncio
import gc
import time
from typing import Any

from bench.edit import Wire
from bench.measure import Row, interleave, number, sample

__all__ = ["run"]

ROWS = 10_000_000
LIMIT_BYTES = 4_096


def frame(rows: int = ROWS) -> Any:
    """Sales of eight regions: a text column, a number, an integer."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(20_260_101)
    names = np.array([f"Region {index}" for index in range(8)], dtype=object)
    return pd.DataFrame(
        {
            "region": pd.Series(names[rng.integers(0, 8, rows)], dtype="str"),
            "revenue": rng.gamma(2.0, 50.0, rows),
            "units": rng.integers(1, 9, rows),
        }
    )


def run(n: int = 7) -> list[Row]:
    """The rows of this benchmark."""
    import duckdb

    from canvas_widget.data import Catalogue, ChartRequest
    from canvas_widget.session import Session, Turns
    from canvas_widget.settings import load_settings
    from canvas_widget.workspace import Workspace

    sales = frame()
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
    altair = altairs(sales)
    return [
        Row("chart", claim, mine, "DuckDB's bare query", duck, "time", mine.p50 / duck.p50, 1.3),
        Row("chart", f"{claim}: bytes shipped", mine, "4 kB", None, "bytes", mine.bytes / LIMIT_BYTES, 1.0),
        Row(
            "chart",
            f"{claim}: {number(mine.bytes)} bytes against {altair.bytes:,}",
            mine,
            "Altair, the same chart",
            altair,
            "time",
            mine.p50 / altair.p50,
            None,
        ),
    ]


def altairs(sales: Any, n: int = 1) -> Any:
    """Altair's way to the same chart: the columns it needs, inline in the spec that goes to the browser."""
    import altair as alt

    alt.data_transformers.disable_max_rows()
    wire = Wire()
    times = []
    for _ in range(n):
        gc.collect()
        wire.bytes = 0
        start = time.perf_counter()
        shown = (
            alt.Chart(sales[["region", "revenue"]])
            .mark_bar()
            .encode(x=alt.X("region:N").sort("-y"), y="sum(revenue):Q")
        )
        wire.send(shown.to_dict(), [])
        times.append(time.perf_counter() - start)
    return sample(times, wire.bytes)
