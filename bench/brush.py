"""A brush that filters five charts over 10 million rows: kernel time per step, and what building its cubes takes."""

from __future__ import annotations

import time

from bench.measure import Row, Sample, quantile
from bench.queries import ROWS, frames

__all__ = ["run"]

STEPS = 300
LIMIT_MS = 2.0


def run() -> list[Row]:
    """Builds the cubes once, then moves the brush `STEPS` times over the histogram."""
    from canvas_widget.data import Catalogue, ChartRequest
    from canvas_widget.workspace import Workspace

    catalogue = Catalogue()
    catalogue.register("sales", frames(ROWS)["sales"])
    work = Workspace("brush", 2000, 1600, catalogue=catalogue)
    brush = {"mark": "histogram", "x": "bin(revenue, 40)"}
    linked = (
        {"x": "region", "y": "sum(revenue)"},
        {"mark": "line", "x": "yearmonth(day)", "y": "count()"},
        {"x": "channel", "y": "mean(revenue)"},
        {"mark": "arc", "x": "region", "y": "sum(units)"},
        {"x": "weekday(day)", "y": "sum(units)", "series": "channel"},
    )
    for number, more in enumerate((brush, *linked)):
        work.chart(f"c{number}", ChartRequest(dataset="sales", **more))
    began = time.perf_counter()
    work.select("c0", {"bin_revenue": {"range": [0, 100]}})
    built = (time.perf_counter() - began) * 1000
    steps = []
    for number in range(STEPS):
        low = 100.0 * number / STEPS
        began = time.perf_counter()
        found = work.select("c0", {"bin_revenue": {"range": [low, low + 150.0]}})
        steps.append((time.perf_counter() - began) * 1000)
        if len(found.linked) != len(linked):
            raise AssertionError(found.linked)
    p95 = quantile(steps, 0.95)
    millions = f"{ROWS / 1e6:g} M rows"
    step = Sample(STEPS, quantile(steps, 0.5), p95)
    once = Sample(1, built, built)
    return [
        Row("brush", f"brush to 5 charts, {millions}", step, "2 ms", None, "p95 of it", p95 / LIMIT_MS, 1.0),
        Row("brush", f"its cubes, built once, {millions}", once, "", None, "", None, None),
    ]
