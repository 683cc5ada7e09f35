"""The chat panel, the outline and the tools in a real JupyterLab: by mouse and keyboard only, and checked by axe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from agent.scripted_server import HANG, ScriptedServer, calls, chunk, text
from e2e.canvas import CanvasView
from e2e.looks import check_view, violations, wait_sharp
from e2e.notebook import Notebook

CHART = {"container_id": "origins", "mark": "bar", "dataset": "cars", "x": "Origin", "y": "count()"}
ANSWER = "The **USA** leads with 254 cars."
SETUP = """import os
os.environ.update(CANVAS_WIDGET_BASE_URL={url!r}, CANVAS_WIDGET_MODEL="scripted")
%load_ext canvas_widget
from vega_datasets import data
from canvas_widget import Canvas
cars = data.cars()
canvas = Canvas()
canvas"""
BLOCK = """import time
limit = time.time() + 60
while len(canvas) == 0 and time.time() < limit: time.sleep(0.01)
print(len(canvas))"""
STATE = "import json; print(json.dumps([[b.id, b.kind, b.title, b.x, b.y, b.width, b.height] for b in canvas]))"

Open = Callable[[list[str] | Path], Notebook]


class Desk:
    """A notebook with a live canvas whose provider plays scripted turns, and the parts of the widget."""

    def __init__(self, open_: Open, server: ScriptedServer, *cells: str, setup: str = SETUP) -> None:
        self.book = open_([setup.format(url=server.url), STATE, *cells])
        self.book.run(0)
        self.canvas = CanvasView(self.book.output(0))
        self.canvas.wait_live()
        self.view = self.canvas.view
        self.page = self.book.page
        self.view.scroll_into_view_if_needed()

    @property
    def chat(self) -> Locator:
        return self.view.get_by_role("log", name="Conversation")

    def open_tab(self, name: str) -> None:
        if self.view.get_by_role("tab", name=name).count() == 0:
            self.view.get_by_role("button", name="Show chat and outline").click()
        self.view.get_by_role("tab", name=name).click()

    def ask(self, prompt: str) -> Locator:
        """Types a prompt into the question box and sends it; returns its turn."""
        self.open_tab("Chat")
        box = self.view.get_by_role("textbox", name="Question")
        box.click()
        self.page.keyboard.type(prompt)
        self.page.keyboard.press("Enter")
        turn = self.chat.locator(".turn").last
        expect(turn.locator(".me")).to_have_text(prompt)
        return turn

    def state(self) -> dict[str, dict[str, Any]]:
        """What Python says of the containers, by id."""
        fields = ("id", "kind", "title", "x", "y", "width", "height")
        return {row[0]: dict(zip(fields, row, strict=True)) for row in json.loads(self.book.run(1))}


@pytest.fixture(scope="module")
def book(shared: Open) -> Notebook:
    return shared(["", STATE, ""])


@pytest.fixture
def notebook(book: Notebook) -> Open:
    """Not a notebook of its own: the same tab and kernel for all tests of this file, each with a new canvas."""
    return lambda cells: book.write([*cells])


@pytest.fixture
def page(book: Notebook) -> Page:
    return book.page


@pytest.fixture
def provider() -> Iterator[ScriptedServer]:
    with ScriptedServer([text("Nothing to do.")]) as server:
        yield server


@pytest.mark.ledger("C8", "D1", "A16", "N1")
def test_a_prompt_from_the_chat_runs_and_streams_while_a_cell_blocks_the_kernel(
    notebook: Open, provider: ScriptedServer
) -> None:
    provider.play([calls(("create_chart", CHART)), text(*ANSWER.split(" ", 2)[0], ANSWER[3:])])
    desk = Desk(notebook, provider, BLOCK)
    desk.book.start(2)
    expect(desk.book.cell(2).locator(".jp-InputPrompt").first).to_contain_text("*")
    turn = desk.ask("Count the cars by origin")
    expect(desk.canvas.containers).to_have_count(1)
    expect(turn.locator(".an strong")).to_have_text("USA")
    desk.book.wait(2)
    assert desk.book.text(2) == "1"

    step = turn.get_by_role("button", name="create_chart")
    expect(step).to_have_attribute("aria-expanded", "false")
    step.click()
    expect(turn.locator(".opened .code").first).to_contain_text("FROM")
    expect(turn.locator(".opened .code").first).to_have_css("word-break", "normal")  # JupyterLab's own is break-all
    expect(turn.locator(".opened")).to_contain_text("Arguments")
    expect(step.locator(".tm")).to_contain_text("s")


@pytest.mark.ledger("X4", "C8")
def test_what_the_assistant_did_is_undone_as_one_step_from_the_chat(notebook: Open, provider: ScriptedServer) -> None:
    second = {**CHART, "container_id": "heavy", "y": "mean(Weight_in_lbs)"}
    provider.play([calls(("create_chart", CHART), ("create_chart", second)), text(ANSWER)])
    desk = Desk(notebook, provider)
    turn = desk.ask("Two charts of the cars by origin")
    expect(desk.canvas.containers).to_have_count(2)
    turn.get_by_role("button", name="Undo what this did").click()
    expect(desk.canvas.containers).to_have_count(0)
    expect(turn.get_by_role("button", name="Undone")).to_be_visible()
    assert desk.state() == {}


@pytest.mark.ledger("C11", "A10", "D1")
def test_a_turn_is_stopped_and_a_waiting_prompt_is_shown_and_taken_back(
    notebook: Open, provider: ScriptedServer
) -> None:
    provider.play([[chunk({"role": "assistant"}), chunk({"content": "Counting"}), HANG]])
    desk = Desk(notebook, provider)
    running = desk.ask("Count")
    expect(running.locator(".an")).to_have_text("Counting")
    waiting = desk.ask("And then by year")
    expect(waiting).to_contain_text("Waiting for the turn before")
    waiting.get_by_role("button", name="Cancel").click()
    expect(waiting).to_contain_text("Stopped")
    desk.view.get_by_role("button", name="Stop").click()
    expect(running).to_contain_text("Stopped. Finished parts stay.")
    expect(desk.view.get_by_role("button", name="Stop")).to_have_count(0)


@pytest.mark.ledger("C4", "X10")
def test_the_outline_is_walked_by_keyboard_and_follows_python(notebook: Open, provider: ScriptedServer) -> None:
    desk = Desk(notebook, provider, "for name in 'abc': canvas.create_container(name, title=name.upper())")
    desk.book.run(2)
    desk.open_tab("Outline")
    tree = desk.view.get_by_role("tree")
    expect(tree.get_by_role("treeitem")).to_have_count(4)
    tree.get_by_role("treeitem").first.focus()
    keys = desk.page.keyboard
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    expect(tree.locator("[data-row=b]")).to_be_focused()
    keys.press("F2")
    keys.type("Renamed")
    keys.press("Enter")
    expect(tree.locator("[data-row=b]")).to_be_focused()
    keys.press("Alt+ArrowUp")
    expect(tree.get_by_role("treeitem").nth(1)).to_have_attribute("data-row", "b")
    keys.press("End")
    keys.press("Delete")
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    state = desk.state()
    assert [(one["id"], one["title"]) for one in state.values()] == [("b", "Renamed"), ("a", "A")]


@pytest.mark.ledger("A9", "A16")
def test_arrange_and_duplicate_reach_python_and_say_what_they_did(notebook: Open, provider: ScriptedServer) -> None:
    made = "for name, x in (('a', 30), ('b', 330)): canvas.create_container(name, x=x, y=70, width=200, height=120)"
    desk = Desk(notebook, provider, made)
    desk.book.run(2)
    expect(desk.canvas.containers).to_have_count(2)
    desk.canvas.container("a").click(button="right")
    desk.view.get_by_role("menuitem", name="Duplicate").click()
    expect(desk.canvas.containers).to_have_count(3)
    desk.view.get_by_role("button", name="Arrange").click()
    expect(desk.view.locator(".toast")).to_contain_text("of the canvas")
    said = desk.view.locator(".toast").inner_text()
    state = desk.state()
    assert set(state) == {"a", "a_2", "b"}
    boxes = list(state.values())
    assert len({(box["width"], box["height"]) for box in boxes}) == 1
    share = sum(box["width"] * box["height"] for box in boxes) / (800 * 600)
    assert f"{round(share * 100)} %" in said


def walk_to_canvas(desk: Desk, key: str) -> None:
    """From a cell into the widget by `key`, and on to the canvas by F6."""
    keys, area = desk.page.keyboard, desk.view.locator(".cv")
    keys.press("Escape")
    for _ in range(60):
        if desk.view.evaluate("(view) => view.contains(document.activeElement)"):
            break
        keys.press(key)
    for _ in range(4):
        if area.evaluate("(area) => area === document.activeElement"):
            return
        keys.press("F6")
    raise AssertionError(f"{key} and F6 do not lead to the canvas")


@pytest.mark.ledger("X10", "N1")
def test_everything_is_done_by_keyboard_alone_and_no_key_reaches_the_notebook(
    notebook: Open, provider: ScriptedServer
) -> None:
    provider.play([[chunk({"role": "assistant"}), chunk({"content": "Working"}), HANG]])
    desk = Desk(notebook, provider)
    cells = desk.book.panel.locator(".jp-Cell").count()
    keys = desk.page.keyboard
    walk_to_canvas(desk, "Tab")
    keys.press("/")
    expect(desk.view.locator(".edit textarea")).to_be_focused()
    keys.type("Dear diary")
    keys.press("Control+Enter")
    note = desk.canvas.container("note")
    expect(note).to_be_focused()
    expect(note).to_contain_text("Dear diary")
    start = note.evaluate(
        "(e) => { const { e: x, f: y } = new DOMMatrix(getComputedStyle(e).transform); return [x, y] }"
    )
    for key in ("d", "d", "x", "a", "b", "ArrowUp", "ArrowDown"):
        keys.press(key)
    for _ in range(3):
        keys.press("ArrowRight")
    keys.press("ArrowDown")
    for _ in range(2):
        keys.press("Alt+ArrowRight")
    expect(note).to_have_css("width", "256px")  # in px of the canvas
    keys.press("F2")
    expect(desk.view.locator(".edit textarea")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Control+A")
    keys.type("Diary")
    keys.press("Enter")
    expect(note).to_be_focused()
    expect(note).to_contain_text("Diary")
    keys.press("Control+k")
    expect(desk.view.get_by_role("textbox", name="Question")).to_be_focused()
    keys.type("What is on the canvas?")
    keys.press("Enter")
    turn = desk.chat.locator(".turn").last
    expect(turn.locator(".an")).to_have_text("Working")
    keys.press("Escape")
    expect(turn).to_contain_text("Stopped")
    keys.press("Escape")
    expect(desk.view.locator(".cv")).to_be_focused()
    assert desk.book.panel.locator(".jp-Cell").count() == cells

    before = desk.state()["note"]
    assert (before["title"], before["width"]) == ("Diary", 256)
    assert [before["x"] - start[0], before["y"] - start[1]] == [3 * 8, 8]
    walk_to_canvas(desk, "Shift+Tab")
    keys.press("Control+z")
    expect(note).not_to_contain_text("Diary")
    after = desk.state()["note"]
    assert after["title"] != "Diary"
    assert after["x"] == before["x"]
    walk_to_canvas(desk, "Shift+Tab")
    keys.press("Control+Shift+z")
    expect(note).to_contain_text("Diary")
    assert desk.state()["note"] == before


def choose_theme(page: Page, name: str) -> None:
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item", has_text=name).first.click()


@pytest.mark.ledger("X10")
def test_axe_finds_nothing_wrong_with_charts_chat_tree_and_tools_in_both_themes(
    notebook: Open, provider: ScriptedServer, page: Page, pictures: Path | None
) -> None:
    table = {"container_id": "cars_table", "dataset": "cars", "limit": 50}
    lines = {"container_id": "years", "mark": "line", "x": "year(Year)", "y": "mean(Horsepower)", "series": "Origin"}
    provider.play(
        [calls(("create_chart", CHART), ("create_table", table), ("create_chart", {**CHART, **lines})), text(ANSWER)]
    )
    desk = Desk(notebook, provider)
    turn = desk.ask("Two charts and a table of the cars")
    expect(desk.canvas.containers).to_have_count(3)
    expect(turn.locator(".an strong")).to_have_text("USA")
    turn.get_by_role("button", name="create_chart").first.click()
    desk.canvas.settle()
    desk.canvas.container("years").get_by_role("button", name="Japan").click()
    for theme in ("Light", "Dark"):
        choose_theme(page, f"JupyterLab {theme}")
        expect(page.locator(f"body[data-jp-theme-light='{str(theme == 'Light').lower()}']")).to_be_attached()
        desk.canvas.settle()
        desk.open_tab("Chat")
        assert violations(page) == [], f"{theme}, chat"
        wait_sharp(desk.view)
        check_view(desk.view, desk.view.screenshot())
        if pictures is not None:
            desk.view.screenshot(path=pictures / f"chat-{theme.lower()}.png")
        desk.open_tab("Outline")
        desk.view.locator("[data-row=origins]").click()
        assert violations(page) == [], f"{theme}, outline and bar"
        wait_sharp(desk.view)
        check_view(desk.view, desk.view.screenshot())
        if pictures is not None:
            desk.view.screenshot(path=pictures / f"outline-{theme.lower()}.png")
        desk.canvas.container("cars_table").focus()
        page.keyboard.press("d")
        expect(desk.view.locator(".insp [role=grid]")).to_be_visible()
        assert violations(page) == [], f"{theme}, rows"
        page.keyboard.press("Escape")
        page.keyboard.press("m")
        expect(desk.view.get_by_role("menu")).to_be_visible()
        assert violations(page) == [], f"{theme}, menu"
        page.keyboard.press("Escape")
    choose_theme(page, "JupyterLab Light")
