"""The data behind charts in a real JupyterLab: brushing, looking behind a mark, redrawing, controls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from vega_datasets import data

from e2e.canvas import CanvasView, number
from e2e.looks import violations
from e2e.notebook import Notebook
from e2e.test_panels import choose_theme

SETUP = """from vega_datasets import data
from canvas_widget import Canvas
cars = data.cars()
canvas = Canvas()
canvas.metric("total", value="count()", data="cars", title="Cars")
canvas.chart("origins", mark="bar", data="cars", x="Origin", y="count()", title="Cars by origin")
canvas.chart("cylinders", mark="bar", data="cars", x="Cylinders", y="count()", title="Cars by cylinders")
canvas.chart("power", mark="histogram", data="cars", x="Horsepower", title="Horsepower")
canvas.control("pick", data="cars", field="Origin", title="Origin")
canvas"""
STATE = "import json; print(json.dumps({b.id: b.kind for b in canvas}))"

Open = Callable[[list[str] | Path], Notebook]


@pytest.fixture(scope="module")
def book(shared: Open) -> Notebook:
    return shared([SETUP, STATE])


@pytest.fixture
def page(book: Notebook) -> Page:
    return book.page


@pytest.fixture
def canvas(book: Notebook) -> CanvasView:
    """A new canvas in the tab and kernel that the tests of this file share."""
    book.run(0)
    shown = CanvasView(book.output(0))
    shown.wait_live()
    shown.view.scroll_into_view_if_needed()
    if shown.view.get_by_role("button", name="Hide chat and outline").count():
        shown.view.get_by_role("button", name="Hide chat and outline").first.click()
    shown.settle()
    return shown


def middle(canvas: CanvasView, container_id: str, at: int) -> tuple[float, float]:
    """The middle of a drawn mark, on the screen."""
    figure = canvas.container(container_id).locator("figure").bounding_box()
    assert figure is not None
    mark, scale = canvas.marks(container_id)[at], canvas.scale()
    return figure["x"] + (mark.x + mark.width / 2) * scale, figure["y"] + (mark.y + mark.height / 2) * scale


def total(canvas: CanvasView) -> float:
    return number(canvas.container("total").locator(".n").inner_text())


@pytest.mark.ledger("C4")
def test_a_bar_that_is_clicked_filters_the_other_containers_and_escape_lets_go(
    canvas: CanvasView, page: Page, pictures: Path | None
) -> None:
    cars: pd.DataFrame = data.cars()
    canvas.container("origins").focus()
    page.keyboard.press("b")
    at = [mark.cells["Origin"] for mark in canvas.marks("origins")].index("Japan")
    page.mouse.click(*middle(canvas, "origins", at))
    japan = cars[cars.Origin == "Japan"]
    expect(canvas.container("total").locator(".n")).to_have_text(str(len(japan)))
    expect(canvas.container("origins").locator(".picked")).to_contain_text("Japan")
    expected = {str(key): int(value) for key, value in japan.Cylinders.value_counts().items()}
    limit, drawn = time.monotonic() + 60, dict[str, float]()
    while {key: value for key, value in drawn.items() if value} != expected:
        assert time.monotonic() < limit, f"{drawn} is drawn, {expected} is meant"
        page.wait_for_timeout(50)
        drawn = {mark.cells["Cylinders"]: number(mark.cells["count"] or "0") for mark in canvas.marks("cylinders")}
    if pictures is not None:
        for theme in ("Light", "Dark"):
            choose_theme(page, f"JupyterLab {theme}")
            canvas.settle()
            canvas.view.screenshot(path=pictures / f"brush-{theme.lower()}.png")
    assert violations(page) == []
    canvas.container("origins").focus()
    page.keyboard.press("Escape")
    expect(canvas.container("total").locator(".n")).to_have_text(str(len(cars)))
    expect(canvas.view.locator(".picked")).to_have_count(0)


@pytest.mark.ledger("C4")
def test_an_interval_that_is_dragged_across_a_histogram_filters_by_it(canvas: CanvasView, page: Page) -> None:
    canvas.container("power").focus()
    page.keyboard.press("b")
    before = canvas.box("power")
    start, end = middle(canvas, "power", 2), middle(canvas, "power", 6)
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(start[0] + (end[0] - start[0]) * step / 8, start[1])
    page.mouse.up()
    expect(canvas.container("power").locator(".band")).to_be_visible()
    everything = len(data.cars())
    expect(canvas.container("total").locator(".n")).not_to_have_text(str(everything))
    assert 0 < total(canvas) < everything
    assert canvas.box("power") == before


@pytest.mark.ledger("C4")
def test_a_mark_of_the_selected_chart_opens_to_its_rows_with_their_sql(
    canvas: CanvasView, page: Page, pictures: Path | None
) -> None:
    cars: pd.DataFrame = data.cars()
    canvas.container("origins").locator("h2").click()
    expect(canvas.container("origins").locator("figure.drills")).to_be_visible()
    at = [mark.cells["Origin"] for mark in canvas.marks("origins")].index("Europe")
    page.mouse.click(*middle(canvas, "origins", at))
    panel = canvas.view.get_by_role("dialog")
    expect(panel.get_by_role("status")).to_have_text(f"{int((cars.Origin == 'Europe').sum())} rows")
    expect(panel.get_by_role("grid")).to_contain_text("Europe")
    panel.locator("summary").click()
    expect(panel.locator("details")).to_contain_text("SELECT *")
    for theme in ("Light", "Dark"):
        choose_theme(page, f"JupyterLab {theme}")
        canvas.settle()
        assert violations(page) == [], theme
        if pictures is not None:
            canvas.view.screenshot(path=pictures / f"behind-{theme.lower()}.png")
    choose_theme(page, "JupyterLab Light")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)


@pytest.mark.ledger("C8")
def test_a_choice_on_the_canvas_filters_its_containers_by_keyboard(canvas: CanvasView, page: Page) -> None:
    cars: pd.DataFrame = data.cars()
    choice = canvas.view.get_by_role("combobox", name="Origin")
    choice.focus()
    page.keyboard.type("Eu")
    expect(canvas.container("total").locator(".n")).to_have_text(str(int((cars.Origin == "Europe").sum())))
    page.keyboard.press("Home")
    expect(canvas.container("total").locator(".n")).to_have_text(str(len(cars)))


@pytest.mark.ledger("C4")
def test_a_chart_is_redrawn_as_another_kind_by_keyboard(canvas: CanvasView, book: Notebook, page: Page) -> None:
    canvas.container("origins").focus()
    page.keyboard.press("m")
    entry = canvas.view.get_by_role("menuitem", name="Change chart")
    expect(entry).to_be_visible()
    for _ in range(20):  # letters would do, but on a slow machine the second one may begin another word
        if entry.evaluate("(item) => item === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(canvas.view.get_by_role("combobox", name="Type")).to_be_focused()
    page.keyboard.type("Pie")
    page.keyboard.press("Enter")
    canvas.view.get_by_role("button", name="Redraw").press("Enter")
    expect(canvas.container("origins")).to_have_attribute("aria-label", "Cars by origin, pie chart")
    assert json.loads(book.run(1))["origins"] == "chart"
