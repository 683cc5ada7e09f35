"""A notebook in a tab of JupyterLab or Notebook 7, worked by mouse and keyboard only."""

from __future__ import annotations

import contextlib
import secrets
import time
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, expect

from e2e.lab import Lab

__all__ = ["Notebook", "write_notebook"]

RUN_LIMIT = 60_000
READY = """async () => {
    const until = async (get) => {
        for (;;) {
            const value = get();
            if (value) return value;
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    };
    const app = await until(() => window.jupyterapp);
    await app.restored;
    const panel = await until(() => app.shell.currentWidget?.sessionContext && app.shell.currentWidget);
    await panel.context.ready;
    await panel.sessionContext.ready;
    const kernel = await until(() => panel.sessionContext.session?.kernel);
    await kernel.info;
    await until(() => kernel.status === "idle");
}"""
WATCH_RESTART = """() => {
    window.restarted = false;
    window.jupyterapp.shell.currentWidget.sessionContext.statusChanged.connect((_, status) => {
        if (status === "restarting" || status === "autorestarting") window.restarted = true;
    });
}"""

WATCH_RUN = """(cell) => {
    cell.dataset.run = "started";
    const prompt = cell.querySelector(".jp-InputPrompt");
    const observer = new MutationObserver(() => {
        if (prompt.textContent.includes("*")) cell.dataset.run = "running";
        else if (cell.dataset.run === "running") {
            cell.dataset.run = "ended";
            observer.disconnect();
        }
    });
    observer.observe(prompt, { childList: true, characterData: true, subtree: true });
}"""


def write_notebook(path: Path, cells: list[str]) -> None:
    """Saves a notebook with `cells` of code and no outputs; its cells get ids that hold still."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, source in enumerate(cells):
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}"))
    nbformat.write(notebook, path)


class Notebook:
    """An open notebook. Cells are counted from 0; `run` returns when the cell has ended."""

    def __init__(self, page: Page, lab: Lab, cells: list[str] | Path, *, classic: bool = False) -> None:
        """`classic` opens it in Notebook 7."""
        self.page = page
        self.lab = lab
        self.classic = classic
        self.saved: list[str] = []
        if isinstance(cells, Path):
            self.path = cells
        else:
            self.saved = list(cells)
            self.path = lab.notebooks / f"test-{secrets.token_hex(4)}.ipynb"
            write_notebook(self.path, cells)
        self.open()

    def open(self) -> None:
        """Opens it (again) in the tab, as it was saved, and waits until its kernel is ready."""
        self.written = list(self.saved)
        self.page.goto(self.lab.url(self.path.name, classic=self.classic))
        self.page.evaluate(READY)
        expect(self.panel).to_be_visible()

    @property
    def panel(self) -> Locator:
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def cell(self, number: int) -> Locator:
        return self.panel.locator(f".jp-CodeCell[data-windowed-list-index='{number}']")

    def output(self, number: int) -> Locator:
        return self.cell(number).locator(".jp-Cell-outputArea")

    def text(self, number: int) -> str:
        """The plain text that a cell printed or returned, errors included."""
        return "\n".join(self.output(number).locator(".jp-OutputArea-output").all_inner_texts()).strip()

    def focus(self, number: int) -> None:
        editor = self.cell(number).locator(".jp-InputArea-editor")
        editor.scroll_into_view_if_needed()
        editor.click()

    def start(self, number: int) -> None:
        """Clicks into a cell and presses Ctrl+Enter; does not wait for its end."""
        self.focus(number)
        self.cell(number).evaluate(WATCH_RUN)
        self.page.keyboard.press("Control+Enter")

    def run(self, number: int, timeout: float = RUN_LIMIT) -> str:
        """Runs a cell and returns its text."""
        self.start(number)
        self.wait(number, timeout=timeout)
        return self.text(number)

    def prompt(self, number: int) -> str:
        return (self.cell(number).locator(".jp-InputPrompt").first.text_content() or "").strip()

    def wait(self, number: int, *, timeout: float = RUN_LIMIT) -> None:
        """Waits until a started cell has ended: its prompt has shown the star and then a number."""
        expect(self.cell(number)).to_have_attribute("data-run", "ended", timeout=timeout)

    def is_running(self, number: int) -> bool:
        return "*" in self.prompt(number)

    def type_into(self, number: int, source: str) -> None:
        """Replaces a cell's source by typing."""
        self.focus(number)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)

    def write(self, cells: list[str]) -> Notebook:
        """Types `cells` over the first ones: the same tab and kernel for another test. A canvas that a cell makes anew
        knows nothing of the one before.
        """
        self.page.keyboard.press("Escape")
        for number, source in enumerate(cells):
            if self.written[number] != source:
                self.type_into(number, source)
                self.written[number] = source
        return self

    def append(self, source: str) -> int:
        """Adds a cell below the last one by keyboard and types `source` into it; returns its number."""
        last = self.panel.locator(".jp-Cell").count() - 1
        self.focus(last)
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        expect(self.cell(last + 1)).to_be_visible()
        self.type_into(last + 1, source)
        return last + 1

    def remove(self, number: int) -> None:
        """Deletes a cell by keyboard."""
        before = self.panel.locator(".jp-Cell").count()
        self.focus(number)
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("d")
        self.page.keyboard.press("d")
        expect(self.panel.locator(".jp-Cell")).to_have_count(before - 1)

    def do(self, source: str) -> str:
        """Runs `source` in a new last cell; returns its text."""
        return self.run(self.append(source))

    def interrupt(self) -> None:
        self.panel.locator("[data-jp-item-name='interrupt']").click()

    def restart_kernel(self) -> None:
        self.page.evaluate(WATCH_RESTART)
        self.panel.locator("[data-jp-item-name='restart']").click()
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_function("() => window.restarted", timeout=RUN_LIMIT)
        self.page.evaluate(READY)

    def save(self) -> Any:
        """Saves with Ctrl+S; returns the file's content."""
        self.saved = list(self.written)
        before = self.path.stat().st_mtime_ns
        self.panel.locator(".jp-InputPrompt").first.click()
        self.page.keyboard.press("Control+S")
        limit = time.monotonic() + 60
        while True:
            if self.path.stat().st_mtime_ns != before:
                self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
                with contextlib.suppress(nbformat.reader.NotJSONError):  # the server is still writing it
                    return nbformat.read(self.path, as_version=4)
            assert time.monotonic() < limit, "the notebook was not saved"
            self.page.wait_for_timeout(50)
