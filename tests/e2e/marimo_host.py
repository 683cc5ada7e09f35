"""The canvas in a marimo app, in a real browser. Run by `make marimo`: marimo weighs 150 MB, so it is not locked."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from e2e.canvas import CanvasView, number
from environment import private_environment
from ports import free_port

SALES = {"region": ["north", "south", "north", "east"], "revenue": [10.0, 20.5, 7.75, 5.25]}
APP = f"""import marimo

app = marimo.App(width="full")


@app.cell
def _():
    import pandas as pd
    from canvas_widget import Canvas

    canvas = Canvas()
    canvas.datasets.register("sales", pd.DataFrame({SALES!r}))
    canvas.chart("revenue", mark="bar", data="sales", x="region", y="sum(revenue)", title="Revenue")
    canvas
    return (canvas,)


if __name__ == "__main__":
    app.run()
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where a marimo server of its own shows the app."""
    (tmp_path / "app.py").write_text(APP)
    port = free_port()
    command = [sys.executable, "-m", "marimo", "-y", "run", "app.py", "--headless", "--no-token", f"--port={port}"]
    environment = private_environment(tmp_path)
    environment["PYTHONPATH"] = str(Path("build/marimo").resolve())
    with (tmp_path / "marimo.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host=127.0.0.1"], cwd=tmp_path, env=environment, stdout=log, stderr=log
        )
    found = f"http://127.0.0.1:{port}/"
    try:
        limit = time.monotonic() + 120
        while True:
            if process.poll() is not None or time.monotonic() > limit:
                pytest.fail((tmp_path / "marimo.log").read_text())
            try:
                urllib.request.urlopen(found, timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        yield found
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.ledger("N1", "A16", "C8")
def test_a_canvas_is_drawn_asked_and_dragged_in_marimo(address: str, page: Page) -> None:
    page.goto(address)
    expect(page.locator("section.cw")).to_be_attached(timeout=120_000)  # a kernel starts, and imports all it needs
    canvas = CanvasView(page.locator("body"))
    canvas.wait_live()
    canvas.settle()
    drawn = {mark.cells["region"]: mark for mark in canvas.marks("revenue")}
    (value,) = [column for column in canvas.columns("revenue") if column != "region"]
    wanted = pd.DataFrame(SALES).groupby("region")["revenue"].sum()
    assert {name: number(mark.cells[value]) for name, mark in drawn.items()} == wanted.to_dict()

    canvas.view.get_by_role("textbox", name="Question").fill("total revenue as a metric")
    page.keyboard.press("Enter")
    expect(canvas.containers).to_have_count(2)
    canvas.settle()
    number_ = canvas.view.locator("[data-kind='metric'] .n")
    assert number(number_.inner_text()) == pytest.approx(wanted.sum(), abs=0.05)

    before = canvas.box("revenue")
    canvas.drag("revenue", 160 * canvas.scale(), 80 * canvas.scale())
    undo = canvas.view.get_by_role("button", name="Undo", exact=True)
    expect(undo).not_to_have_attribute("aria-disabled", "true")
    assert canvas.box("revenue")["x"] > before["x"] + 40
    undo.click()  # the kernel knows of the drag: it takes it back
    expect(canvas.containers).to_have_count(2)
    page.wait_for_function(
        "([node, x]) => Math.abs(node.getBoundingClientRect().x - x) < 1",
        arg=[canvas.container("revenue").element_handle(), before["x"]],
    )
