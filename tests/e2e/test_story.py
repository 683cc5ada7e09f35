"""The user's story in a real JupyterLab: ask in a cell, see it on the canvas. Mouse and keyboard only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import expect
from vega_datasets import data

from agent.scripted_server import HANG, ScriptedServer, calls, chunk
from e2e.canvas import CanvasView, number
from e2e.looks import check_view, wait_sharp
from e2e.notebook import Notebook

PROMPT = (
    "Bar chart of average miles per gallon by origin, sorted descending. Next to it a line chart of mean horsepower "
    "per year. Put the number of cars on top as a metric, and a table of the 20 heaviest cars below."
)
SETUP = "%load_ext canvas_widget\nfrom vega_datasets import data\nfrom canvas_widget import Canvas\ncars = data.cars()"
SHOW = "canvas = Canvas()\ncanvas"
SHOW_EMPTY = """empty = Canvas()
box = empty.create_container("a", x=80, y=80, width=200, height=120)
empty"""
ASK = f"%%canvas\n{PROMPT}"
STATE = "import json; print(json.dumps([[b.id, b.kind, b.x, b.y, b.width, b.height, b.placement] for b in canvas]))"

Open = Callable[[list[str] | Path], Notebook]


@pytest.fixture(scope="module")
def cars() -> pd.DataFrame:
    return data.cars()


class Story:
    """The notebook of the story after its first three cells, and what Python and the page know about it."""

    def __init__(self, book: Notebook) -> None:
        self.book = book.write([SETUP, SHOW, ASK, STATE])
        self.book.run(0)
        self.book.run(1)
        self.canvas = CanvasView(self.book.output(1))
        self.canvas.wait_live()
        self.canvas.watch()
        self.answer = self.book.run(2)
        expect(self.canvas.containers).to_have_count(4)
        self.canvas.settle()

    def state(self) -> dict[str, dict[str, Any]]:
        """What Python says of the containers, by id."""
        fields = ("id", "kind", "x", "y", "width", "height", "placement")
        return {row[0]: dict(zip(fields, row, strict=True)) for row in json.loads(self.book.run(3))}

    def encoding(self, container_id: str) -> tuple[str, str]:
        """The fields that a chart shows on x and y, from Python."""
        shown = json.loads(self.book.do(f"print(json.dumps(canvas[{container_id!r}].encoding))"))
        return str(shown["x"]), str(shown["y"])

    def one(self, kind: str, mark: str | None = None) -> str:
        """The id of the only container of a kind, and of a mark where it is a chart."""
        found = [
            name
            for name, box in self.state().items()
            if box["kind"] == kind and (mark is None or self.canvas.marks(name)[0].kind == mark)
        ]
        assert len(found) == 1
        return found[0]


@pytest.fixture(scope="module")
def told(shared: Open) -> Story:
    """The story told once, for the tests that look at it or change it in ways that the others do not mind."""
    return Story(shared([SETUP, SHOW, ASK, STATE]))


@pytest.mark.ledger("N1", "N2", "X1")
def test_the_containers_appear_on_the_live_canvas_while_the_cell_runs(told: Story) -> None:
    appeared = told.canvas.appeared()
    assert set(appeared) == set(told.state())
    assert all(appeared.values()), "a container came only after its cell had ended"


@pytest.mark.ledger("A4", "A6", "A8")
def test_they_stand_where_they_were_asked_for_and_overlap_nowhere(told: Story) -> None:
    state = told.state()
    bar, line, metric, table = (
        state[told.one("chart", "rect")],
        state[told.one("chart", "line")],
        state[told.one("metric")],
        state[told.one("table")],
    )
    assert line["x"] >= bar["x"] + bar["width"]
    assert max(bar["y"], line["y"]) < min(bar["y"] + bar["height"], line["y"] + line["height"])
    assert metric["y"] + metric["height"] <= min(bar["y"], line["y"])
    assert table["y"] >= max(bar["y"] + bar["height"], line["y"] + line["height"])
    boxes = [told.canvas.box(name) for name in state]
    for one, other in combinations(boxes, 2):
        apart_x = one["x"] + one["width"] <= other["x"] + 0.5 or other["x"] + other["width"] <= one["x"] + 0.5
        apart_y = one["y"] + one["height"] <= other["y"] + 0.5 or other["y"] + other["height"] <= one["y"] + 0.5
        assert apart_x or apart_y


@pytest.mark.ledger("N3", "X1")
def test_the_drawn_bars_are_the_means_that_pandas_computes(told: Story, cars: pd.DataFrame) -> None:
    expected = cars.groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    name = told.one("chart", "rect")
    category, value = told.encoding(name)
    marks = sorted(told.canvas.marks(name), key=lambda mark: (mark.x, mark.y))
    assert [mark.cells[category] for mark in marks] == list(expected.index)
    assert [number(mark.cells[value]) for mark in marks] == pytest.approx(list(expected), rel=1e-9)
    upright = len({mark.width for mark in marks}) == 1
    lengths = [mark.height if upright else mark.width for mark in marks]
    assert [length / lengths[0] for length in lengths] == pytest.approx(list(expected / expected.iloc[0]), abs=0.02)


@pytest.mark.ledger("N3", "X1")
def test_the_drawn_line_is_the_mean_of_each_year(told: Story, cars: pd.DataFrame) -> None:
    expected = cars.groupby(cars["Year"].dt.year)["Horsepower"].mean()
    name = told.one("chart", "line")
    _, value = told.encoding(name)
    marks = sorted(told.canvas.marks(name), key=lambda mark: mark.x)
    assert [number(mark.cells[value]) for mark in marks] == pytest.approx(list(expected), rel=1e-9)
    falls = -expected.reset_index(drop=True).rank()
    assert falls.corr(pd.Series([mark.y for mark in marks]).rank()) > 0.99


@pytest.mark.ledger("N3", "X1")
def test_the_metric_counts_the_cars_and_the_table_lists_the_heaviest(told: Story, cars: pd.DataFrame) -> None:
    shown = told.canvas.container(told.one("metric")).locator(".n")
    assert number(shown.inner_text()) == len(cars)
    table = told.canvas.container(told.one("table"))
    heaviest = cars.sort_values("Weight_in_lbs", ascending=False)["Weight_in_lbs"].head(20).tolist()
    weights = "\n".join(table.locator("td, [role=gridcell], [role=cell]").all_inner_texts()).replace(",", "")
    for weight in heaviest[:3]:
        assert str(weight) in weights
    rows = told.book.do(f"print(*[row['Weight_in_lbs'] for row in canvas[{told.one('table')!r}].rows()])")
    assert [int(weight) for weight in rows.split()] == heaviest


@pytest.mark.ledger("X4", "N2")
def test_one_undo_takes_the_whole_turn_back(told: Story) -> None:
    told.book.do("%canvas undo")
    expect(told.canvas.containers).to_have_count(0)
    told.book.do("%canvas redo")
    expect(told.canvas.containers).to_have_count(4)


@pytest.mark.ledger("A2", "A16", "X11")
def test_a_dragged_container_is_known_to_python_and_stays_when_the_cell_runs_again(told: Story) -> None:
    name = told.one("chart", "rect")
    before, scale = told.state(), told.canvas.scale()
    told.canvas.drag(name, 24 * scale, 16 * scale)
    expect(told.canvas.container(name)).to_be_visible()
    after = told.state()
    assert (after[name]["x"] - before[name]["x"], after[name]["y"] - before[name]["y"]) != (0, 0)
    assert after[name]["x"] - before[name]["x"] == pytest.approx(24, abs=8)
    assert after[name]["y"] - before[name]["y"] == pytest.approx(16, abs=8)
    assert after[name]["placement"] == "pinned"
    assert told.book.do(f"print(canvas[{name!r}].x, canvas[{name!r}].placement)") == f"{after[name]['x']} pinned"

    again = told.book.run(2)
    told.canvas.settle()
    rerun = told.state()
    assert set(rerun) == set(before)
    assert {key: rerun[name][key] for key in ("x", "y", "width", "height")} == {
        key: after[name][key] for key in ("x", "y", "width", "height")
    }
    expect(told.canvas.containers).to_have_count(4)
    assert again


@pytest.mark.ledger("A2", "A16")
def test_a_resize_by_mouse_reaches_python(told: Story) -> None:
    name = told.one("metric")
    before = told.state()[name]
    told.canvas.view.scroll_into_view_if_needed()
    container = told.canvas.container(name)
    container.click(position={"x": 12, "y": 8})
    corner = container.locator(".hdl.bottom.right").bounding_box()
    assert corner is not None
    x, y = corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2
    told.book.page.mouse.move(x, y)
    told.book.page.mouse.down()
    told.book.page.mouse.move(x - 20, y)
    told.book.page.mouse.move(x - 40, y)
    told.book.page.mouse.up()
    after = told.state()[name]
    assert after["width"] < before["width"]
    assert after["placement"] == "pinned"
    assert (after["x"], after["y"]) == (before["x"], before["y"])


@pytest.mark.ledger("A16", "N1")
def test_a_drag_reaches_python_while_a_cell_blocks_the_kernel(told: Story) -> None:
    book = told.book
    shown = book.append(SHOW_EMPTY)
    book.run(shown)
    canvas = CanvasView(book.output(shown))
    canvas.wait_live()
    expect(canvas.containers).to_have_count(1)
    wait = "import time\nlimit = time.time() + 30\nwhile box.x == 80 and time.time() < limit: time.sleep(0.01)"
    blocked = book.append(f"{wait}\nprint(box.x, box.y)")
    book.start(blocked)
    expect(book.cell(blocked).locator(".jp-InputPrompt").first).to_contain_text("*")
    canvas.drag("a", 40 * canvas.scale(), 24 * canvas.scale())
    book.wait(blocked)
    assert book.text(blocked) in {"112 96", "112 104", "120 96", "120 104"}


@pytest.mark.ledger("N1")
def test_two_views_show_the_same_canvas(told: Story) -> None:
    number_ = told.book.append("canvas")
    told.book.run(number_)
    second = CanvasView(told.book.output(number_))
    second.wait_live()
    expect(second.containers).to_have_count(4)
    told.book.do("extra = canvas.create_container('extra')")
    for view in (second, told.canvas):
        expect(view.container("extra")).to_be_attached()
    told.book.do("extra.delete()")
    for view in (second, told.canvas):
        expect(view.containers).to_have_count(4)
        expect(view.container("extra")).to_have_count(0)


@pytest.mark.ledger("N1")
def test_the_canvas_follows_jupyterlabs_dark_theme(told: Story, pictures: Path | None) -> None:
    page = told.book.page

    def picture(name: str) -> None:
        wait_sharp(told.canvas.view)
        check_view(told.canvas.view, told.canvas.view.screenshot())
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            told.canvas.view.scroll_into_view_if_needed()
            told.canvas.view.screenshot(path=pictures / name)

    def surface() -> str:
        return str(
            told.canvas.view.locator("[data-kind='metric']").evaluate("(e) => getComputedStyle(e).backgroundColor")
        )

    light = surface()
    picture("canvas.png")
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item", has_text="JupyterLab Dark").first.click()
    expect(page.locator("body[data-jp-theme-light='false']")).to_be_attached()
    expect(told.canvas.view).to_have_class("cw dark")
    assert surface() != light
    told.canvas.settle()
    picture("canvas-dark.png")
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item", has_text="JupyterLab Light").first.click()
    expect(page.locator("body[data-jp-theme-light='true']")).to_be_attached()


@pytest.mark.ledger("N6", "N1")
def test_a_canvas_whose_kernel_went_stays_readable_and_a_reopened_notebook_shows_its_picture(told: Story) -> None:
    story = Story(told.book)
    book = story.book
    book.save()
    book.restart_kernel()
    banner = story.canvas.view.locator(".banner")
    expect(banner).to_contain_text("Run the cell again", timeout=30_000)
    expect(story.canvas.containers).to_have_count(4)
    assert story.canvas.marks(story.canvas.ids()[1])

    book.save()
    book.lab.shut_kernels()
    book.open()
    picture = book.output(1).locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.naturalWidth") >= 800
    book.run(0)
    book.run(1)
    CanvasView(book.output(1)).wait_live()
    expect(picture).to_be_hidden()


@pytest.fixture
def provider() -> Iterator[ScriptedServer]:
    """A provider that makes a chart and then streams an answer that never ends."""
    chart = {"container_id": "done", "mark": "bar", "dataset": "cars", "x": "Origin", "y": "count()"}
    turns = [calls(("create_chart", chart)), [chunk({"role": "assistant"}), chunk({"content": "Now"}), HANG]]
    with ScriptedServer(turns) as server:
        yield server


@pytest.mark.ledger("A10", "N2")
def test_an_interrupted_cell_keeps_what_was_done_and_the_next_one_works(told: Story, provider: ScriptedServer) -> None:
    keys = f"import os\nos.environ.update(CANVAS_WIDGET_BASE_URL={provider.url!r}, CANVAS_WIDGET_MODEL='scripted')\n"
    book = told.book.write([keys + SETUP, SHOW, "%%canvas\nCount the cars by origin", "print(len(canvas))"])
    book.run(0)
    book.run(1)
    canvas = CanvasView(book.output(1))
    canvas.wait_live()
    book.start(2)
    expect(canvas.containers).to_have_count(1)
    assert provider.hanging.wait(30)
    assert book.is_running(2)
    book.interrupt()
    book.wait(2)
    assert "KeyboardInterrupt" in book.text(2)
    assert "stays" in book.text(2)
    assert book.run(3) == "1"
    expect(canvas.containers).to_have_count(1)
    book.do("os.environ.pop('CANVAS_WIDGET_BASE_URL'), os.environ.pop('CANVAS_WIDGET_MODEL')")
