"""Pages of a table of 10 million rows: sorted and filtered, after the order is built once."""

from __future__ import annotations

import random
import time
from typing import Any

from bench.measure import Row, interleave, sample
from bench.queries import ROWS, frames

__all__ = ["run"]

PAGE = 100
LIMIT_MS = 2.0


def run(n: int = 400) -> list[Row]:
    """The rows of this benchmark."""
    import duckdb

    from canvas_widget.data import Catalogue, Filter, TableRequest
    from canvas_widget.workspace import Workspace

    held = frames()
    workspace = Workspace("bench", catalogue=Catalogue(lambda: held))
    workspace.table("t", TableRequest(dataset="sales"))
    how: dict[str, Any] = {"sort": [("revenue", True)], "filters": [Filter(field="region", value="Region 3")]}
    rows = []
    start = time.perf_counter()
    total = workspace.page("t", 0, PAGE, **how).row_count
    built = sample([time.perf_counter() - start])
    claim = f"first sorted and filtered page over {ROWS:,} rows"
    rows.append(Row("tables", claim, built, "–", None, "time", None, None))

    rng = random.Random(1)

    def page(filters: dict[str, Any], count: int) -> None:
        workspace.page("t", rng.randrange(count - PAGE), PAGE, **filters).as_result().ipc()

    def later() -> None:
        page(how, total)

    def plain() -> None:
        page({}, ROWS)

    for name, ask in {"a page after it, as Arrow bytes": later, "a page in the frame's own order": plain}.items():
        (times,) = interleave(n, ask)
        found = sample(times)
        rows.append(Row("tables", f"{name}: p95", found, "2 ms", None, "time", found.p95 / LIMIT_MS, 1.0))

    def bare() -> None:
        with duckdb.connect() as connection:
            connection.register("sales", held["sales"])
            connection.sql(
                "select * from sales where region = 'Region 3' order by revenue desc "
                f"limit {PAGE} offset {rng.randrange(total - PAGE)}"
            ).to_arrow_table()

    (times,) = interleave(3, bare)
    peer = sample(times)
    (ours,) = interleave(20, later)
    mine = sample(ours)
    ratio = mine.p50 / peer.p50
    rows.append(Row("tables", "the same page by LIMIT and OFFSET", mine, "DuckDB", peer, "time", ratio, 1.0))
    return rows
