"""A host that has only the comm, as VS Code, Colab and marimo have: the page of `tests/pages` and a real kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from vega_datasets import data

from e2e.bare import BareHost
from e2e.canvas import CanvasView, number

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    export default {
      initialize({ model }) { model.set("ready", true); model.save_changes(); },
      render({ model, el }) {
        const button = document.createElement("button");
        const show = () => { button.textContent = `count is ${model.get("count")}`; };
        button.onclick = () => { model.send({ add: 1 }, undefined, [new Uint8Array([1, 2, 255]).buffer]); };
        model.on("change:count", show);
        show();
        el.append(button);
      },
    };
    """
    count = traitlets.Int(3).tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)

counter = Counter()
counter.on_msg(lambda self, content, buffers: setattr(self, "count", self.count + sum(bytes(buffers[0]))))
counter
'''


@pytest.fixture
def host(page: Page, tmp_path: Path) -> Iterator[BareHost]:
    started = BareHost(page, tmp_path)
    yield started
    started.stop()


def test_the_host_carries_traits_messages_and_buffers_both_ways(host: BareHost) -> None:
    host.run(COUNTER)
    button = host.page.get_by_role("button")
    expect(button).to_have_text("count is 3")
    button.click()
    host.until(lambda: button.inner_text() == "count is 261")
    host.run("counter.count = 5")
    host.until(lambda: button.inner_text() == "count is 5")
    assert host.run("print(counter.count, counter.ready)") == "5 True"


LANDED = {"112 96", "112 104", "120 96", "120 104"}  # 40 and 24 px on, on the 8 px grid, less what begins a drag
CANVAS = """
from canvas_widget import Canvas
from vega_datasets import data
cars = data.cars()
canvas = Canvas()
canvas
"""


@pytest.mark.ledger("N1")
def test_a_canvas_needs_nothing_of_its_host_but_the_comm(host: BareHost) -> None:
    asked: list[str] = []
    host.page.on("request", lambda request: asked.append(request.url))
    host.run(CANVAS)
    canvas = CanvasView(host.page.locator("#out"))
    host.until(canvas.is_live)
    host.run("box = canvas.chart('origins', data='cars', mark='bar', x='Origin', y='count()', sort='-y')")
    host.until(lambda: canvas.container("origins").locator("table.drawn tbody tr").count() == 3)
    expected = data.cars()["Origin"].value_counts()
    drawn = {mark.cells["Origin"]: mark for mark in canvas.marks("origins")}
    (value,) = [column for column in canvas.columns("origins") if column != "Origin"]
    assert {name: number(mark.cells[value]) for name, mark in drawn.items()} == expected.to_dict()
    assert not [url for url in asked if not url.startswith(("blob:", "data:"))]


@pytest.mark.ledger("N1", "A16")
def test_a_drag_in_such_a_host_reaches_python(host: BareHost) -> None:
    host.run(CANVAS)
    canvas = CanvasView(host.page.locator("#out"))
    host.until(canvas.is_live)
    host.run("box = canvas.create_container('a', x=80, y=80, width=200, height=120)")
    host.until(lambda: canvas.containers.count() == 1)
    canvas.drag("a", 40 * canvas.scale(), 24 * canvas.scale())
    host.until(lambda: host.run("print(box.x, box.y)") in LANDED)


def test_a_closed_view_leaves_the_other_one_alone(host: BareHost) -> None:
    host.run(CANVAS)
    host.run("canvas")
    views = host.page.locator("section.cw")
    host.until(lambda: views.count() == 2)
    host.page.evaluate("() => window.closeView(0)")
    host.run("box = canvas.create_container('a')")
    host.until(lambda: views.last.locator("[data-container-id]").count() == 1)
    assert views.count() == 1
