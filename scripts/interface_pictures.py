"""Takes the pictures of docs/interface.md: the canvas in a real JupyterLab, in its main states and both themes.

    python scripts/interface_pictures.py [NAME …]

A provider that plays a script answers, so that the pictures hold still; data, queries, charts and clicks are real.
Each picture is looked at before it is kept: a blank one, or one where something is clipped or overlaps, fails
(tests/e2e/looks.py).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import Browser, Locator, ViewportSize, expect, sync_playwright  # noqa: E402

import browser as browsers  # noqa: E402
from agent.scripted_server import HANG, ScriptedServer, calls, chunk, text, usage  # noqa: E402
from e2e.conftest import FLAGS  # noqa: E402
from e2e.lab import Lab  # noqa: E402
from e2e.looks import check_view, wait_sharp  # noqa: E402
from e2e.notebook import Notebook  # noqa: E402
from e2e.test_panels import Desk, choose_theme  # noqa: E402

__all__: list[str] = []

TARGET = ROOT / "docs" / "images" / "interface"
SETUP = """import os
os.environ.update(CANVAS_WIDGET_BASE_URL={url!r}, CANVAS_WIDGET_MODEL="scripted")
%load_ext canvas_widget
from vega_datasets import data
from canvas_widget import Canvas
names = {{"Name": "car", "Miles_per_Gallon": "mpg", "Weight_in_lbs": "weight", "Year": "date"}}
cars = data.cars().rename(columns=names).rename(columns=str.lower)
cars = cars[["car", "origin", "date", "mpg", "weight", "horsepower", "cylinders"]].assign(year=cars.date.dt.year)
canvas = Canvas(name="Fuel economy", width=1016, height=600)
canvas"""
DASHBOARD = """canvas.metric("mpg_now", data="cars", value="mean(mpg)", format=".1f", title="Mean mpg, 1980",
              where=[{"field": "year", "op": "<=", "value": 1980}], previous="year(date)", trend="year(date)",
              box=(16, 56, 240, 120))
canvas.metric("weight_now", data="cars", value="mean(weight)", format=",.0f", title="Mean weight, 1980",
              where=[{"field": "year", "op": "<=", "value": 1980}], previous="year(date)", trend="year(date)",
              box=(16, 192, 240, 120))
canvas.chart("by_year", data="cars", mark="line", x="year", y="mean(mpg)", series="origin",
             title="Mpg by model year", box=(272, 56, 440, 256))
canvas.text("stands_out",
            "- US mpg rose from **{select avg(mpg) from cars where origin = 'USA' and year = 1970 | .1f}** "
            "to **{select avg(mpg) from cars where origin = 'USA' and year = 1982 | .1f}**.\\n- Japan has the highest "
            "mean, **{select avg(mpg) from cars where origin = 'Japan' | .1f}**.\\n"
            "- Cars lost {select avg(weight) filter (year = 1970) - avg(weight) filter (year = 1982) from cars | ,.0f} "
            "lb on average.", title="What stands out", box=(728, 56, 272, 256))
canvas.chart("by_origin", data="cars", mark="bar", x="origin", y="mean(mpg)", series="origin", sort="-y",
             title="Mpg by origin", box=(16, 328, 328, 256))
canvas.table("best", data="cars", columns=["car", "origin", "year", "mpg", "weight"], sort="-mpg", limit=50,
             title="Most efficient cars", box=(360, 328, 640, 256))
None"""
MORE = """canvas.resize(1016, 1120)
canvas.chart("weight_mpg", data="cars", mark="point", x="weight", y="mpg", series="origin", title="Mpg against weight",
             box=(16, 600, 488, 256))
canvas.chart("power", data="cars", mark="histogram", x="horsepower", title="Horsepower", box=(520, 600, 480, 256))
canvas.chart("grid", data="cars", mark="heatmap", x="cylinders", y="origin", title="Cars by cylinders and origin",
             box=(16, 872, 488, 232))
canvas.chart("spread", data="cars", mark="box", x="origin", y="weight", title="Weight by origin",
             box=(520, 872, 480, 232))
None"""
QUESTION = "How did mpg change by origin, and which cars lead?"
BY_YEAR = {
    "container_id": "by_year",
    "mark": "line",
    "dataset": "cars",
    "x": "year",
    "y": "mean(mpg)",
    "series": "origin",
    "title": "Mpg by model year",
    "replace": True,
}
QUERY = {"sql": "SELECT year, origin, avg(mpg) AS mpg, count(*) AS n FROM cars GROUP BY ALL ORDER BY ALL"}
ANSWER = (
    "Mpg rose for every origin between 1970 and 1982.\n\n- **USA** cars nearly doubled.\n- **Japan** has the highest ",
    "mean over all years.\n- **Europe** ends on few cars, so its last point says little.",
)
SPENT = usage(1604, 238)
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
LIMIT = 250_000
NARROW: ViewportSize = {"width": 620, "height": 900}


class Studio:
    """A notebook with the dashboard in one theme, and the way to keep a picture of it."""

    def __init__(self, browser: Browser, lab: Lab, server: ScriptedServer, theme: str, wanted: list[str]) -> None:
        self.theme, self.wanted = theme.lower(), wanted
        self.context = browser.new_context(viewport=VIEWPORT, device_scale_factor=1.25, reduced_motion="reduce")
        page = self.context.new_page()
        page.set_default_timeout(60_000)
        self.desk = Desk(lambda cells: Notebook(page, lab, cells), server, DASHBOARD, MORE, setup=SETUP)
        choose_theme(page, f"JupyterLab {theme}")
        page.keyboard.press("Control+b")  # the file browser away
        self.page, self.view, self.canvas = page, self.desk.view, self.desk.canvas

    def keep(self, name: str, over: Locator | None = None) -> None:
        """Keeps a picture of the widget once it was looked at; the pointer rests `over` something, or outside."""
        if self.wanted and name not in self.wanted:
            return
        self.canvas.settle()
        wait_sharp(self.view)
        if over is None:
            self.page.mouse.move(2, 2)
        else:
            over.hover()
        picture = self.view.screenshot(animations="disabled")
        check_view(self.view, picture)
        assert len(picture) <= LIMIT, f"{name} has {len(picture):,} bytes; {LIMIT:,} is the limit"
        TARGET.mkdir(parents=True, exist_ok=True)
        (TARGET / f"{name}-{self.theme}.png").write_bytes(picture)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focus(self, container_id: str) -> None:
        self.canvas.container(container_id).focus()


def main_states(studio: Studio, server: ScriptedServer) -> None:
    desk, view = studio.desk, studio.view
    expect(view.locator(".em button").first).to_be_visible()
    studio.keep("empty")
    desk.book.run(2)
    expect(studio.canvas.containers).to_have_count(6)
    server.play(
        [
            [*calls(("run_query", QUERY), ("create_chart", BY_YEAR)), SPENT],
            [chunk({"role": "assistant"}), *[chunk({"content": piece}) for piece in ANSWER], HANG],
        ]
    )
    desk.ask(QUESTION)
    expect(desk.chat.locator(".turn .an")).to_contain_text("Europe")
    desk.chat.get_by_role("button", name="create_chart").click()
    studio.canvas.container("by_year").locator("h2").click()
    studio.keep("main")
    view.get_by_role("button", name="Stop").click()
    expect(desk.chat.locator(".turn").last).to_contain_text("Stopped")
    studio.focus("by_year")
    studio.press("s")
    expect(view.get_by_role("dialog")).to_be_visible()
    studio.keep("provenance")
    studio.press("Escape")
    studio.focus("best")
    studio.press("d")
    view.get_by_role("textbox", name="Filter mpg").fill("> 40")
    expect(view.locator(".insp .foot")).to_contain_text("of")
    studio.keep("rows")
    studio.press("Escape", "Escape")
    studio.focus("by_origin")
    studio.press("m")
    expect(view.get_by_role("menu")).to_be_visible()
    studio.keep("menu")
    studio.press("Escape")


def other_states(studio: Studio, server: ScriptedServer) -> None:
    desk, view, page = studio.desk, studio.view, studio.page
    desk.open_tab("Outline")
    view.locator("[data-row=by_origin]").click()
    expect(view.locator("[data-row=by_origin]")).to_be_focused()
    studio.press("ArrowUp", "ArrowDown")
    studio.keep("outline")
    studio.focus("by_origin")
    studio.press("b")
    figure = studio.canvas.container("by_origin").locator("figure").bounding_box()
    mark, scale = studio.canvas.marks("by_origin")[1], studio.canvas.scale()
    assert figure is not None
    page.mouse.click(figure["x"] + (mark.x + mark.width / 2) * scale, figure["y"] + (mark.y + mark.height / 2) * scale)
    expect(view.locator(".picked").first).to_be_visible()
    studio.keep("brush")
    studio.focus("by_origin")
    studio.press("Escape", "b")
    studio.focus("stands_out")
    studio.press("Delete")
    expect(view.locator(".toast")).to_be_visible()
    studio.keep("toast", view.locator(".toast span"))
    view.locator(".toast").get_by_role("button", name="Undo").click()
    expect(studio.canvas.containers).to_have_count(6)

    desk.book.do("cars.loc[cars.year == 1982, 'mpg'] += 1\ncanvas.datasets.register('cars', cars)")
    view.scroll_into_view_if_needed()
    wrong = {"container_id": "by_power", "mark": "point", "dataset": "cars", "x": "wieght", "y": "mpg"}
    server.play([[*calls(("create_chart", wrong)), SPENT], text("One of two steps failed: there is no *wieght*.")])
    desk.ask("Add mpg against weight")
    expect(desk.chat.locator(".turn").last.locator(".an")).to_be_visible()
    studio.keep("stale")

    desk.book.run(3)
    view.scroll_into_view_if_needed()
    desk.open_tab("Outline")
    studio.view.locator(".cv").focus()
    studio.press("1")
    expect(studio.canvas.containers).to_have_count(10)
    studio.keep("ten")
    for _ in range(6):
        studio.press("-")
    expect(view.locator(".react-flow__node")).to_have_count(0)  # they are drawn plainly now
    studio.keep("zoomed-out")
    studio.press("1")
    expect(view.locator(".react-flow__node")).to_have_count(10)
    page.set_viewport_size(NARROW)
    expect(view.locator(".react-flow__node")).to_have_count(0)
    studio.keep("narrow")
    page.set_viewport_size(VIEWPORT)
    desk.book.restart_kernel()
    expect(view.locator(".banner")).to_be_visible(timeout=60_000)
    studio.keep("gone")


SCENES: tuple[Callable[[Studio, ScriptedServer], None], ...] = (main_states, other_states)


def main() -> int:
    wanted = sys.argv[1:]
    with (
        tempfile.TemporaryDirectory(prefix="canvas-widget-pictures-") as folder,
        ScriptedServer([text("Nothing to do.")]) as server,
        sync_playwright() as playwright,
    ):
        (Path(folder) / "home").mkdir()
        (Path(folder) / "notebooks").mkdir()
        lab = Lab(Path(folder) / "home", Path(folder) / "notebooks")
        browser = playwright.chromium.launch(executable_path=browsers.find(), args=[*FLAGS, "--no-sandbox"])
        try:
            for theme in ("Light", "Dark"):
                studio = Studio(browser, lab, server, theme, wanted)
                for scene in SCENES:
                    scene(studio, server)
                studio.context.close()
        finally:
            browser.close()
            lab.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
