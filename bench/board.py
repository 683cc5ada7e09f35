"""40 charts and 5 tables of a real kernel in a real JupyterLab, panned and dragged, against an `ipywidgets` box of the
same charts, scrolled.

The peer shows the same Vega-Lite specs with the same rows by JupyterLab's own renderer, in an output widget each, and
the same tables as HTML. It has nothing that could be dragged.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.frames import WATCH, chromium, drag, dropped, figures, goal, head, live, paced, spread, traced, wheel
from bench.measure import Row, Sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from e2e.notebook import Notebook

__all__ = ["run"]

CHARTS, TABLES, COLUMNS = 40, 5, 8
# Six rows of eight fit into the view of a cell's output at a zoom that still draws charts.
ROWS = 6
MAKE = f"""
import numpy as np, pandas as pd
from canvas_widget import Canvas

chance = np.random.default_rng(5)
n = 5_000
cars = pd.DataFrame({{
    "origin": chance.choice(["Europe", "Japan", "USA"], n),
    "maker": chance.choice([f"Maker {{i}}" for i in range(12)], n),
    "year": chance.integers(1970, 1983, n), "power": chance.normal(105, 30, n).round(1),
    "weight": chance.normal(2_900, 700, n).round(), "mpg": chance.normal(23, 7, n).round(1),
}})
KINDS = [
    dict(mark="bar", x="origin", y="mean(mpg)"), dict(mark="line", x="year", y="mean(power)", series="origin"),
    dict(mark="histogram", x="weight"), dict(mark="bar", x="maker", y="count()", sort="-y"),
    dict(mark="area", x="year", y="sum(weight)"), dict(mark="point", x="weight", y="mpg", limit=300),
    dict(mark="heatmap", x="origin", y="maker"), dict(mark="arc", x="origin", y="count()"),
]
canvas = Canvas({COLUMNS * 336 + 16}, {ROWS * 236 + 64}, name="board", data={{"cars": cars}})
for at in range({CHARTS + TABLES}):
    box = (16 + at % {COLUMNS} * 336, 48 + at // {COLUMNS} * 236, 320, 220)
    if at < {CHARTS}:
        canvas.chart(f"c{{at}}", data="cars", box=box, **KINDS[at % len(KINDS)])
    else:
        canvas.table(f"t{{at}}", data="cars", limit=100, box=box)
"""
PEER = f"""
import ipywidgets
from IPython.display import display

def shown(at):
    if at >= {CHARTS}:
        return ipywidgets.HTML(cars.head(100).to_html(), layout={{"height": "220px", "overflow": "auto"}})
    chart, out = canvas[f"c{{at}}"], ipywidgets.Output()
    spec = {{**chart.spec, "data": {{"name": "result", "values": chart.rows()}}, "width": 260, "height": 150}}
    with out:
        display({{"application/vnd.vegalite.v5+json": spec, "text/plain": ""}}, raw=True)
    return out

ipywidgets.GridBox([shown(at) for at in range({CHARTS + TABLES})], layout={{"grid_template_columns": "repeat(3, 1fr)"}})
"""
SCROLLED = ".jp-WindowedPanel-outer"
# A table takes a wheel that begins over it, after a pause of a slow machine too; here every turn is to move the view.
NO_WHEEL = ".cw .react-flow__nodes .nowheel { pointer-events: none; }"


def run() -> list[Row]:
    """The rows of this benchmark."""
    from e2e.lab import Lab
    from e2e.notebook import Notebook

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, chromium() as browser:
        notebooks = Path(home) / "notebooks"
        notebooks.mkdir()
        lab = Lab(Path(home), notebooks)
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            book = Notebook(page, lab, [MAKE, "canvas", PEER])
            page.evaluate(WATCH)
            told = book.run(0, timeout=120_000)
            if "Error" in told:
                raise RuntimeError(told)
            mine, theirs = ours(browser, page, book), peer(browser, page, book)
        finally:
            lab.stop()
    what, box = f"{CHARTS} charts, {TABLES} tables", "an ipywidgets box of the same"
    rows = []
    for name, (took, gaps) in mine.items():
        claim = "at most 8 ms of main thread per frame"
        rows += [goal(f"{what}: {name}", claim, took, 8, "p95 against 8 ms"), dropped(f"{what}, {name}", gaps)]
    took, gaps = theirs
    pan = mine["pan"][0]
    claim = f"{what}: main thread per frame of a pan"
    rows.append(Row("board", claim, pan, f"{box}, scrolled", took, "p95", pan.p95 / took.p95, 1.0))
    rows.append(dropped(f"{box}, scrolled", gaps))
    return [replace(row, benchmark="board") for row in rows]


def ours(browser: Browser, page: Page, book: Notebook) -> dict[str, tuple[Sample, list[float]]]:
    """The main thread's work per frame, and the times between frames, of each act."""
    book.run(1)
    view = book.output(1).locator(".cv")
    view.scroll_into_view_if_needed()
    book.output(1).get_by_role("button", name="Hide chat and outline").last.click()
    page.add_style_tag(content=NO_WHEEL)
    live(page)
    page.keyboard.press("1")
    page.wait_for_function(
        "(count) => document.querySelectorAll('figure[data-marks]').length >= count", arg=CHARTS, timeout=120_000
    )
    page.wait_for_timeout(500)
    box = view.bounding_box()
    if box is None:
        raise RuntimeError("The canvas is not in sight.")
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    acts: dict[str, Callable[[], None]] = {
        "pan": partial(wheel, page, at=middle),
        "drag": lambda: drag(page, *head(page, "[data-container-id=c3]")),
    }
    return {name: (figures(traced(browser, page, act)), spread(page, act)) for name, act in acts.items()}


def peer(browser: Browser, page: Page, book: Notebook) -> tuple[Sample, list[float]]:
    """The same of the box, scrolled."""
    told = book.run(2, timeout=120_000)
    if "Error" in told:
        raise RuntimeError(told)
    page.wait_for_function(
        "(count) => document.querySelectorAll('.jp-RenderedVegaCommon5 :is(canvas, svg)').length >= count",
        arg=CHARTS,
        timeout=120_000,
    )
    page.wait_for_timeout(500)
    book.output(2).locator(".jp-RenderedVegaCommon5").nth(12).scroll_into_view_if_needed()
    box = book.panel.locator(SCROLLED).bounding_box()
    if box is None:
        raise RuntimeError("The notebook is not in sight.")
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    act = partial(scroll, page, middle)
    return figures(traced(browser, page, act)), spread(page, act)


def scroll(page: Page, at: tuple[float, float], steps: int = 60) -> None:
    """Turns the wheel over the notebook, to and fro."""
    page.evaluate(
        """(selector) => {
        const outer = document.querySelector(selector);
        window.moved = 0;
        outer.addEventListener("scroll", () => { window.moved += 1; }); }""",
        SCROLLED,
    )
    page.mouse.move(*at)
    for step in paced(page, steps):
        page.mouse.wheel(0, 40 if step % 30 < 15 else -40)
    moved = page.evaluate("() => window.moved")
    if moved < steps * 0.8:
        raise RuntimeError(f"The notebook moved at {moved} of {steps} turns of the wheel.")
