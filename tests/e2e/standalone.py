"""The standalone page in a tab, worked by mouse and keyboard only."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from e2e.canvas import CanvasView

__all__ = ["PASSWORD", "Standalone", "violations"]

PASSWORD = "correct horse battery"
AXE = Path(__file__).resolve().parents[2] / "src/canvas_widget/js/node_modules/axe-core/axe.min.js"


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


class Standalone:
    """A tab with the page of a server that answers at `port`."""

    def __init__(self, page: Page, port: int, base: str = "/base/") -> None:
        self.page = page
        self.root = f"http://127.0.0.1:{port}{base}canvas/"

    def open(self, path: str = "") -> Standalone:
        self.page.goto(self.root + path)
        return self

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.keyboard.press("Enter")

    def enter(self, name: str, path: str = "") -> Standalone:
        """Open the page and sign in."""
        self.open(path).sign_in(name)
        expect(self.page.get_by_role("button", name=f"Account of {name}")).to_be_visible()
        return self

    def make(self, name: str) -> str:
        """A new canvas; returns its session's id."""
        self.page.get_by_role("button", name="New canvas").click()
        self.dialog.get_by_label("Name").fill(name)
        self.dialog.get_by_role("button", name="Make it").click()
        self.canvas.wait_live()
        expect(self.page.locator("section.cw h1")).to_have_text(name)
        found = re.search(r"/session/(\w+)$", self.page.url)
        assert found is not None
        return found[1]

    def upload(self, path: Path) -> None:
        self.page.get_by_role("button", name="Upload data").first.click()
        with self.page.expect_file_chooser() as chosen:
            self.dialog.get_by_text("choose one").click()
        chosen.value.set_files(path)
        self.dialog.get_by_role("button", name="Upload").click()
        expect(self.dialog).to_have_count(0)
        expect(self.page.locator(".toast")).to_contain_text("Ask about it in the chat")

    def ask(self, prompt: str) -> None:
        """Ask in the chat and wait until the turn has ended."""
        turns = self.page.locator("[data-turn='ended']")
        before = turns.count()
        self.page.locator("textarea[data-ask]").fill(prompt)
        self.page.keyboard.press("Enter")
        expect(turns).to_have_count(before + 1, timeout=60_000)

    def position(self, container_id: str) -> tuple[float, float]:
        """Where a container lies on the canvas, px of the canvas."""
        found = self.page.locator(f".react-flow__node[data-container-id='{container_id}']")
        x, y = found.evaluate(
            "(node) => { const m = new DOMMatrix(getComputedStyle(node).transform); return [m.e, m.f]; }"
        )
        return round(x), round(y)

    def at(self, container_id: str, where: tuple[float, float]) -> None:
        """Waits until a container lies there, on this tab."""
        limit = time.monotonic() + 30
        while self.position(container_id) != where:
            assert time.monotonic() < limit, f"{container_id} is at {self.position(container_id)}, not {where}"
            self.page.wait_for_timeout(50)

    def drag(self, container_id: str, dx: float, dy: float) -> tuple[float, float]:
        """Drag a container; returns where it lies then."""
        self.page.bring_to_front()
        before = self.position(container_id)
        self.canvas.drag(container_id, dx, dy)
        limit = time.monotonic() + 20
        while (after := self.position(container_id)) == before:
            assert time.monotonic() < limit, f"{container_id} was not moved by the mouse"
            self.page.wait_for_timeout(50)
        return after

    def choose(self, menu: str | re.Pattern[str], entry: str) -> None:
        self.page.get_by_role("button", name=menu).click()
        self.page.get_by_role("menu").get_by_text(entry, exact=True).click()

    @property
    def canvas(self) -> CanvasView:
        return CanvasView(self.page.locator("body"))

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def pill(self) -> Locator:
        return self.page.locator(".pill")

    @property
    def band(self) -> Locator:
        return self.page.locator(".band")

    def stored(self) -> dict[str, Any]:
        """What scripts of the page can read: cookies, storage, the address."""
        found: dict[str, Any] = self.page.evaluate(
            "() => ({ cookie: document.cookie, local: {...localStorage}, session: {...sessionStorage},"
            " url: location.href })"
        )
        return found
