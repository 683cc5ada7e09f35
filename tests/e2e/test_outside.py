"""A client written from docs/protocol.md alone drives canvases, and people see it live in a real browser."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from e2e.canvas import CanvasView, number
from e2e.lab import Lab
from e2e.notebook import Notebook
from e2e.standalone import Standalone
from server.client import Client

SETUP = """import pandas as pd
from canvas_widget import Canvas
sales = pd.DataFrame({"region": ["north", "south", "east", "north"], "revenue": [10.0, 20.5, 30.0, 7.75]})
canvas = Canvas(name="outside")
canvas"""
STATE = "import json; print(json.dumps({b.id: [b.x, b.y, b.title] for b in canvas}))"
TOTALS = {"north": 17.75, "south": 20.5, "east": 30.0}
NOTE = {"id": "note", "title": "From outside", "x": 480, "y": 32, "width": 200, "height": 120}
ADD = {"op": "add", "path": "/containers/note", "value": NOTE | {"content": {"kind": "text", "markdown": "Hello."}}}

Open = Callable[[list[str] | Path], Notebook]


class Outside:
    """The client in a thread and a loop of its own, as it would be in another program."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.clients: list[Client] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(90)

    def connect(self, url: str, token: str) -> Client:
        async def enter() -> Client:
            client = Client(url, token)
            await client.__aenter__()
            await client.ask("init_session", answer="session_ready")
            return client

        client: Client = self.run(enter())
        self.clients.append(client)
        return client

    def edit(self, client: Client, *changes: dict[str, Any]) -> None:
        answer = self.run(client.ask("canvas_edit", {"changes": list(changes)}, answer="ack"))
        assert answer["type"] == "ack", answer

    def ask(self, client: Client, prompt: str) -> None:
        before = len(client.frames)
        self.run(client.ask("user_prompt", {"prompt": prompt}, answer="accepted"))
        assert self.run(client.wait("done", after=before))["data"]["reason"] == "complete"

    def sees(self, client: Client, container_id: str, where: tuple[float, float]) -> None:
        """Waits until the client's own copy of the canvas has a container there."""

        async def wait() -> None:
            while (box := client.canvas["containers"][container_id]) and (box["x"], box["y"]) != where:
                await client.wait("tree_update", after=len(client.frames))

        self.run(wait())

    def close(self) -> None:
        for client in self.clients:
            self.run(client.__aexit__(None, None, None))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)
        self.loop.close()


@pytest.fixture
def outside() -> Iterator[Outside]:
    started = Outside()
    yield started
    started.close()


def kernel_of(lab: Lab, book: Notebook) -> str:
    """The kernel that runs a notebook, as Jupyter says it."""
    found: list[str] = [each["kernel"]["id"] for each in lab.get("api/sessions") if each["path"] == book.path.name]
    return found[-1]


def chart_of(canvas: CanvasView, title: str) -> dict[str, float]:
    """What is drawn in the chart of that title."""
    container = canvas.view.locator("[data-container-id]:has([data-kind='chart'])").filter(has_text=title)
    expect(container).to_have_count(1)
    canvas.settle()
    name = str(container.get_attribute("data-container-id"))
    x, y = canvas.columns(name)[:2]
    return {mark.cells[x]: number(mark.cells[y]) for mark in canvas.marks(name)}


@pytest.mark.ledger("N4", "C8", "A16")
def test_a_client_from_the_protocol_page_drives_a_notebooks_canvas_seen_in_lab_and_on_the_page(
    notebook: Open, page: Page, lab: Lab, outside: Outside
) -> None:
    book = notebook([SETUP, STATE])
    book.run(0)
    inside = CanvasView(book.output(0))
    inside.wait_live()
    kernel = kernel_of(lab, book)
    client = outside.connect(f"ws://127.0.0.1:{lab.port}/canvas/ws/kernel/{kernel}/outside", lab.token)
    desk = Standalone(page.context.new_page(), lab.port, "/").open()
    desk.page.get_by_role("link", name="outside").click()
    desk.canvas.wait_live()

    outside.edit(client, ADD)
    outside.ask(client, "bar chart of total revenue by region")
    for canvas in (inside, desk.canvas):
        canvas.page.bring_to_front()
        expect(canvas.container("note")).to_contain_text("From outside")
        assert chart_of(canvas, "Total revenue by region") == TOTALS
    outside.edit(client, {"op": "set", "path": "/containers/note/title", "value": "Renamed"})
    expect(inside.container("note")).to_contain_text("Renamed")
    expect(desk.canvas.container("note")).to_contain_text("Renamed")

    there = desk.drag("note", 64, 240)
    outside.sees(client, "note", there)
    page.bring_to_front()
    state = json.loads(book.run(1))
    assert state["note"] == [*there, "Renamed"], "Python has what the page did"


@pytest.mark.ledger("N4", "C8", "A16")
def test_the_same_client_drives_a_session_seen_live_on_the_page(page: Page, lab: Lab, outside: Outside) -> None:
    client = outside.connect(f"ws://127.0.0.1:{lab.port}/canvas/ws", lab.token)
    file = {"file": ("sales.csv", "region,revenue\nnorth,10\nsouth,20.5\neast,30\nnorth,7.75\n")}
    url, headers = f"http://127.0.0.1:{lab.port}/canvas/api/datasets", {"Authorization": f"token {lab.token}"}
    httpx.post(url, data={"name": "sales", "session_id": client.session_id}, files=file, headers=headers, timeout=60)
    desk = Standalone(page, lab.port, "/").open(f"session/{client.session_id}?token={lab.token}")
    desk.canvas.wait_live()
    outside.edit(client, ADD)
    expect(desk.canvas.container("note")).to_contain_text("From outside")
    outside.ask(client, "bar chart of total revenue by region")
    assert chart_of(desk.canvas, "Total revenue by region") == TOTALS
    expect(page.locator(".turn .me")).to_have_text("bar chart of total revenue by region")
    outside.sees(client, "note", desk.drag("note", 32, 200))
    outside.edit(client, {"op": "remove", "path": "/containers/note"})
    expect(desk.canvas.container("note")).to_have_count(0)
