"""A brush that filters charts over 10 million rows: kernel time per step, and what building its cubes takes.

Five charts of one dataset share one scan; a chart of joined data and one of SQL have one each.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bench.measure import Row, Sample, quantile
from bench.queries import ROWS, frames

if TYPE_CHECKING:
    from canvas_widget.workspace import Workspace

__all__ = ["LINKED", "run"]

STEPS = 300
LIMIT_MS = 2.0
FIVE = 5
BUILT_MS = 3_000.0
"""Building the cubes of five charts once."""
LINKED: tuple[dict[str, Any], ...] = (
    {"x": "region", "y": "sum(revenue)"},
    {"mark": "line", "x": "yearmonth(day)", "y": "count()"},
    {"x": "channel", "y": "mean(revenue)"},
    {"mark": "arc", "x": "region", "y": "sum(units)"},
    {"x": "weekday(day)", "y": "sum(units)", "series": "channel"},
)
JOINS = "select land, sum(revenue) as r from sales join regions using (region) group by land order by land"


def run() -> list[Row]:
    """Builds the cubes once, then moves the brush `STEPS` times over the histogram."""
    from canvas_widget.data import Catalogue, ChartRequest
    from canvas_widget.workspace import Workspace

    catalogue = Catalogue()
    for name, frame in frames(ROWS).items():
        catalogue.register(name, frame)
    brush = {"mark": "histogram", "x": "bin(revenue, 40)"}
    other: tuple[dict[str, Any], ...] = (
        {"x": "land", "y": "sum(revenue)", "joins": [{"dataset": "regions", "left": "region"}]},
        {"sql": JOINS},
    )
    rows = []
    for more, words in (((), "5 charts"), (other, "5 charts, 1 of joined data and 1 of SQL")):
        work = Workspace("brush", 2000, 1600, catalogue=catalogue)
        for number, one in enumerate((brush, *LINKED, *more)):
            work.chart(f"c{number}", ChartRequest(**({} if "sql" in one else {"dataset": "sales"}) | one))
        rows += _brushed(work, f"{words}, {ROWS / 1e6:g} M rows", len(LINKED) + len(more))
    return rows


def _brushed(work: Workspace, words: str, charts: int) -> list[Row]:
    began, busy = time.perf_counter(), time.process_time()
    work.select("c0", {"bin_revenue": {"range": [0, 100]}})
    built, busy = (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000
    steps = []
    for number in range(STEPS):
        low = 100.0 * number / STEPS
        began = time.perf_counter()
        found = work.select("c0", {"bin_revenue": {"range": [low, low + 150.0]}})
        steps.append((time.perf_counter() - began) * 1000)
        if len(found.linked) != charts or any(each.error for each in found.filtered):
            raise AssertionError(found)
    p95 = quantile(steps, 0.95)
    step = Sample(STEPS, quantile(steps, 0.5), p95)
    once = Sample(1, built, built)
    limit = 1.0 if charts == FIVE else None
    return [
        Row("brush", f"brush to {words}", step, "2 ms", None, "p95 of it", p95 / LIMIT_MS, 1.0),
        Row(
            "brush", f"their cubes, {number_of(busy)} of processor", once, "3 s", None, "time", built / BUILT_MS, limit
        ),
    ]


def number_of(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f} s"
