"""The same widget in JupyterLab and Notebook 7, with the plugin that an installation brings along."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from vega_datasets import data

from agent.scripted_server import ScriptedServer, calls, text
from e2e.canvas import CanvasView, number
from e2e.lab import Lab
from e2e.notebook import Notebook
from e2e.test_panels import ANSWER, CHART, Desk
from e2e.test_story import ASK, SETUP, SHOW, STATE

# Altair draws by a script of its own from the network, unless it is told to leave that to JupyterLab.
OFFLINE = 'import altair\nresult = altair.renderers.enable("mimetype")\n'
HERE = """cars = data.cars()
canvas.chart("origins", mark="bar", data="cars", x="Origin", y="mean(Miles_per_Gallon)", title="Mpg by origin")
canvas.text("Read me", "note", title="A note")"""


@pytest.fixture(scope="module")
def four(shared: Callable[..., Notebook]) -> Notebook:
    """JupyterLab, for the tests of this file that begin with a canvas of their own."""
    return shared([OFFLINE + SETUP + "\n" + SHOW, HERE, "print('last')"])


@pytest.fixture(scope="module")
def seven(shared: Callable[..., Notebook]) -> Notebook:
    """Notebook 7, for the tests of this file that begin with a canvas of their own."""
    return shared([SETUP, SHOW, ASK, STATE], classic=True)


@pytest.fixture
def provider() -> Iterator[ScriptedServer]:
    with ScriptedServer([text("Nothing to do.")]) as server:
        yield server


def choose(canvas: CanvasView, container_id: str, entry: str) -> None:
    """Opens a container's menu by key and picks an entry by key."""
    canvas.container(container_id).focus()
    keys = canvas.page.keyboard
    keys.press("m")
    item = canvas.view.get_by_role("menuitem", name=entry, exact=True)
    expect(item).to_be_visible()
    item.focus()
    keys.press("Enter")


@pytest.mark.ledger("X3", "C8")
@pytest.mark.parametrize("classic", [False, True], ids=["JupyterLab", "Notebook 7"])
def test_the_code_of_a_container_goes_to_a_new_cell_below_and_runs(
    request: pytest.FixtureRequest, classic: bool
) -> None:
    tab: Notebook = request.getfixturevalue("seven" if classic else "four")
    book = tab.write([OFFLINE + SETUP + "\n" + SHOW, HERE, "print('last')"])
    book.run(0)
    canvas = CanvasView(book.output(0))
    canvas.wait_live()
    book.run(1)
    expect(canvas.containers).to_have_count(2)
    canvas.settle()
    before = book.panel.locator(".jp-Cell").count()
    choose(canvas, "origins", "Copy code to a new cell")
    expect(canvas.view.locator(".toast")).to_contain_text("new cell below")
    expect(book.panel.locator(".jp-Cell")).to_have_count(before + 1)
    expect(book.cell(1).locator(".jp-InputArea-editor")).to_contain_text("SELECT")
    expect(book.cell(2).locator(".jp-InputArea-editor")).to_contain_text("origins")
    assert "Error" not in book.run(1)
    means = data.cars().groupby("Origin")["Miles_per_Gallon"].mean()
    shown = json.loads(book.do("print(origins.to_json(orient='records'))"))
    (value,) = [column for column in shown[0] if column != "Origin"]
    assert {row["Origin"]: row[value] for row in shown} == pytest.approx(means.to_dict(), rel=1e-9)
    book.remove(1)


@pytest.mark.ledger("N1", "N2", "A16")
def test_the_story_runs_in_notebook_7(seven: Notebook) -> None:
    cars: pd.DataFrame = data.cars()
    book = seven.write([SETUP, SHOW, ASK, STATE])
    book.run(0)
    book.run(1)
    canvas = CanvasView(book.output(1))
    canvas.wait_live()
    canvas.watch()
    book.run(2)
    expect(canvas.containers).to_have_count(4)
    canvas.settle()
    appeared = canvas.appeared()
    assert len(appeared) == 4
    assert all(appeared.values()), "a container came only after its cell had ended"
    (bars,) = [each for each in canvas.ids() if canvas.marks_of_kind(each, "rect")]
    means = cars.groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    drawn = sorted(canvas.marks(bars), key=lambda mark: (mark.x, mark.y))
    (value,) = [column for column in canvas.columns(bars) if column != "Origin"]
    assert [number(mark.cells[value]) for mark in drawn] == pytest.approx(list(means), rel=1e-9)

    before = {row[0]: row[2:4] for row in json.loads(book.run(3))}
    scale = canvas.scale()
    canvas.drag(bars, 24 * scale, 16 * scale)
    after = {row[0]: row for row in json.loads(book.run(3))}[bars]
    assert after[2] - before[bars][0] == pytest.approx(24, abs=8)
    assert after[3] - before[bars][1] == pytest.approx(16, abs=8)
    assert after[6] == "pinned"


@pytest.mark.ledger("C8", "D1", "N1")
def test_the_chat_panel_works_in_notebook_7(seven: Notebook, provider: ScriptedServer) -> None:
    provider.play([calls(("create_chart", CHART)), text(*ANSWER.split(" ", 2)[0], ANSWER[3:])])
    desk = Desk(lambda cells: seven.write([*cells]), provider)
    turn = desk.ask("Count the cars by origin")
    expect(desk.canvas.containers).to_have_count(1)
    expect(turn.locator(".an strong")).to_have_text("USA")
    desk.canvas.settle()
    counts = data.cars()["Origin"].value_counts().to_dict()
    (value,) = [column for column in desk.canvas.columns("origins") if column != "Origin"]
    drawn = {mark.cells["Origin"]: number(mark.cells[value]) for mark in desk.canvas.marks("origins")}
    assert drawn == counts
    desk.open_tab("Outline")
    expect(desk.view.get_by_role("treeitem")).to_have_count(2)


@pytest.mark.ledger("X10", "N1")
def test_no_key_of_the_canvas_reaches_notebook_7(seven: Notebook) -> None:
    book, page = seven.write([SETUP + "\n" + SHOW, HERE]), seven.page
    book.run(0)
    canvas = CanvasView(book.output(0))
    canvas.wait_live()
    book.run(1)
    expect(canvas.containers).to_have_count(2)
    before = book.panel.locator(".jp-CodeCell").count(), canvas.box("origins")["width"]
    canvas.container("origins").focus()
    for key in ("x", "a", "b", "y", "z", "1", "ArrowRight", "Alt+ArrowRight"):
        page.keyboard.press(key)
    expect(canvas.container("origins")).to_be_focused()
    expect(canvas.containers).to_have_count(2)
    assert book.panel.locator(".jp-CodeCell").count() == before[0]
    assert canvas.box("origins")["width"] > before[1]
    assert book.panel.locator(".jp-Cell").count() == before[0]


@pytest.mark.ledger("X3", "C8")
def test_where_no_plugin_is_the_code_goes_to_the_clipboard_alone(page: Page, lab: Lab) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.route("**/extensions/canvas-widget/**", lambda route: route.abort())
    book = Notebook(page, lab, [SETUP + "\n" + SHOW, HERE])
    book.run(0)
    canvas = CanvasView(book.output(0))
    canvas.wait_live()
    book.run(1)
    canvas.settle()
    before = book.panel.locator(".jp-Cell").count()
    canvas.container("origins").focus()
    page.keyboard.press("m")
    expect(canvas.view.get_by_role("menuitem", name="Copy code", exact=True)).to_be_visible()
    expect(canvas.view.get_by_role("menuitem", name="Copy code to a new cell")).to_have_count(0)
    page.keyboard.press("Escape")
    choose(canvas, "origins", "Copy code")
    expect(canvas.view.locator(".toast")).to_contain_text("Copied")
    assert "SELECT" in page.evaluate("() => navigator.clipboard.readText()")
    assert book.panel.locator(".jp-Cell").count() == before


@pytest.mark.ledger("N1", "C8")
@pytest.mark.parametrize("served", [True, False], ids=["server has it", "server refuses"])
def test_a_notebook_that_mentions_the_canvas_has_its_code_before_the_cell_runs(
    page: Page, lab: Lab, served: bool
) -> None:
    sent: list[bytes] = []
    asked: list[str] = []

    def note(frame: bytes | str) -> None:
        sent.append(frame if isinstance(frame, bytes) else frame.encode())

    page.on("websocket", lambda socket: socket.on("framesent", note))
    page.on("request", lambda request: asked.append(request.url) if "/canvas/assets/" in request.url else None)
    if not served:
        page.route("**/canvas/assets/**", lambda route: route.abort())
    book = Notebook(page, lab, ["print('nothing of it')", "1"])
    book.run(0)
    assert asked == [], "a notebook without a canvas costs nothing"
    with page.expect_event("request", lambda request: request.url.endswith("assets/notebook.js")):
        book.type_into(1, "from canvas_widget import Canvas\nCanvas()")
    if served:
        page.wait_for_function("() => globalThis[Symbol.for('canvas_widget.bundles')]?.size === 1")
    book.run(1)
    CanvasView(book.output(1)).wait_live()
    assert any(b"bundle_request" in frame for frame in sent) is not served
