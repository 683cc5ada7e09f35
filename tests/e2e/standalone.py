"""The standalone page in a tab, worked by mouse and keyboard only."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from e2e.canvas import CanvasView
from server.process import Server

__all__ = ["PASSWORD", "PROMPT", "Standalone", "add", "outside"]

PASSWORD = "correct horse battery"
PROMPT = "bar chart of total revenue by region"


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
        self.until(lambda: self.position(container_id) == where, f"{container_id} is not at {where}")

    def drag(self, container_id: str, dx: float, dy: float) -> tuple[float, float]:
        """Drag a container; returns where it lies then."""
        self.page.bring_to_front()
        before = self.position(container_id)
        self.canvas.drag(container_id, dx, dy)
        self.until(lambda: self.position(container_id) != before, f"{container_id} was not moved by the mouse")
        self.canvas.rest(container_id)
        return self.position(container_id)

    def until(self, what: Callable[[], bool], otherwise: str) -> None:
        """Waits for a state of the page that no `expect` knows."""
        limit = time.monotonic() + 30
        while not what():
            assert time.monotonic() < limit, otherwise
            self.page.wait_for_timeout(50)

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


def outside(server: Server, name: str) -> httpx.Client:
    """The same user outside the browser."""
    return httpx.Client(
        base_url=server.http(""), headers={"Authorization": f"Bearer {server.sign_in(name, PASSWORD)}"}, timeout=60
    )


def add(http: httpx.Client, session: str, container_id: str, x: int = 0, y: int = 0) -> None:
    """A note, put on a canvas by somebody else."""
    box = {"id": container_id, "x": x, "y": y, "width": 160, "height": 100, "title": container_id}
    content = {"kind": "text", "markdown": f"This is {container_id}."}
    made = http.post("container/create", params={"session_id": session}, json=box | {"content": content})
    assert made.status_code == 201, made.text
