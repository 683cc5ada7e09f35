"""Ten analyst queries over 10 million rows: our builders and engine against DuckDB's bare query on the same frame.

The first of each, which asks for the ends of a column before it is binned, is measured for its memory only: the ends
are kept as long as the data is the same version.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import Row, interleave, sample

__all__ = ["frames", "run"]

ROWS = int(os.environ.get("CANVAS_WIDGET_BENCH_ROWS", "10000000"))

HOLISTIC = ("quantiles",)
"""What must hold every value while it counts: reported without a limit."""


def frames(rows: int = ROWS) -> dict[str, Any]:
    """Sales of 8 regions and 200,000 customers over three years, with a category; and the names of the regions."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(20_260_101)
    names = np.array([f"Region {index}" for index in range(8)], dtype=object)
    customers = np.array([f"customer {index}" for index in range(200_000)], dtype=object)
    start = np.datetime64("2022-01-01", "us")
    sales = pd.DataFrame(
        {
            "region": pd.Series(names[rng.integers(0, 8, rows)], dtype="str"),
            "customer": pd.Series(customers[rng.integers(0, 200_000, rows)], dtype="str"),
            "channel": pd.Categorical.from_codes(rng.integers(0, 4, rows), pd.Index(["web", "shop", "phone", "mail"])),
            "day": start + rng.integers(0, 3 * 365 * 86_400, rows).astype("timedelta64[s]"),
            "revenue": rng.gamma(2.0, 50.0, rows),
            "units": rng.integers(1, 9, rows),
        }
    )
    return {"sales": sales, "regions": pd.DataFrame({"region": names, "land": ["north", "south"] * 4})}


def queries() -> dict[str, Callable[[Any], Any]]:
    """Each query as a user of the package asks it; takes the engine, gives what was built."""
    from canvas_widget.data import ChartRequest, MetricRequest, TableRequest, build_chart, build_metric, build_table

    def chart(**request: Any) -> Callable[[Any], Any]:
        return lambda engine: build_chart(ChartRequest(dataset="sales", **request), engine)

    return {
        "group-by": chart(mark="bar", x="region", y="sum(revenue)", sort="-y"),
        "group-by of a category": chart(mark="bar", x="channel", y="sum(revenue)", sort="-y"),
        "histogram": chart(mark="histogram", x="revenue"),
        "time bucket": chart(mark="line", x="yearmonth(day)", y="sum(revenue)"),
        "top-N rows": lambda engine: build_table(TableRequest(dataset="sales", sort="-revenue", limit=20), engine),
        "top of many groups": chart(mark="bar", x="customer", y="sum(revenue)", sort="-y", limit=10),
        "density bins": chart(mark="density", x="units", y="revenue"),
        "quantiles": chart(mark="box", x="region", y="revenue"),
        "distinct count": lambda engine: build_metric(
            MetricRequest(dataset="sales", value="distinct(customer)"), engine
        ),
        "window": lambda engine: engine.run(
            "select day::date as d, sum(revenue) as r, sum(sum(revenue)) over (order by day::date) as total "
            "from sales group by 1 order by 1"
        ),
        "join": lambda engine: engine.run(
            "select land, sum(revenue) as r from sales join regions using (region) group by 1 order by 1"
        ),
    }


def run(n: int = 5) -> list[Row]:
    """The rows of this benchmark."""
    import duckdb

    from canvas_widget.data import Catalogue, Engine

    held = frames()
    engine = Engine(Catalogue(lambda: held), timeout=120)
    size = int(held["sales"].memory_usage(deep=False).sum())
    rows, peaks = [], {}
    for name, ask in queries().items():
        peaks[name], built = peak_of(lambda ask=ask: ask(engine))  # type: ignore[misc]
        sql = built.sql

        def ours(ask: Callable[[Any], Any] = ask) -> None:
            ask(engine)

        def bare(sql: str = sql) -> None:
            with duckdb.connect() as connection:
                for key, frame in held.items():
                    connection.register(key, frame)
                connection.sql(sql).to_arrow_table()

        first, second = interleave(n, ours, bare)
        mine, peer = sample(first), sample(second)
        claim = f"{name} over {ROWS:,} rows"
        rows.append(Row("queries", claim, mine, "DuckDB's bare query", peer, "time", mine.p50 / peer.p50, 1.2))
    for name, peak in peaks.items():
        claim = f"{name}: {peak / 2**20:,.0f} MB beside the frame's {size / 2**20:,.0f} MB"
        limit = None if name in HOLISTIC else 1.0
        rows.append(
            Row("queries", claim, sample([0.0]), "25 % of the frame", None, "memory", peak / size / 0.25, limit)
        )
    return rows


def peak_of(run: Callable[[], Any]) -> tuple[int, Any]:
    """The most memory that something took beside what was there before, in bytes, and what it gave."""
    status = Path("/proc/self/status")

    def read(key: str) -> int:
        line = next(each for each in status.read_text().splitlines() if each.startswith(key))
        return int(line.split()[1]) * 1024

    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = read("VmRSS")
    found = run()
    return max(0, read("VmHWM") - before), found
