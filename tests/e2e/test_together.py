"""Two people in two browsers and the assistant on one canvas at once: by mouse only, read from the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from agent.scripted_server import ScriptedServer, calls, text
from e2e.conftest import VIEWPORT
from e2e.standalone import PASSWORD, Standalone
from server.process import Server

SIZE = (160, 96)
PLACES = {"one": (16, 16), "two": (16, 240), "three": (400, 240)}
GRID, REACH = 8, 6


@dataclass
class Both:
    mine: Standalone
    hers: Standalone
    provider: ScriptedServer
    http: httpx.Client
    session: str

    def kept(self) -> dict[str, tuple[int, int]]:
        """Where the session says that each container lies."""
        state = self.http.get("canvas/state", params={"session_id": self.session}).raise_for_status().json()
        return {box["id"]: (box["x"], box["y"]) for box in state["containers"]}


@pytest.fixture
def both(tmp_path: Path, page: Page, chromium: Browser) -> Iterator[Both]:
    with ScriptedServer([text("Nothing to do.")]) as provider:
        server = Server(tmp_path, base_url=provider.url, model="scripted")
        other = chromium.new_context(viewport=VIEWPORT)
        headers = {}
        try:
            server.add_user("ada", PASSWORD)
            headers["Authorization"] = f"Bearer {server.sign_in('ada', PASSWORD)}"
            with httpx.Client(base_url=server.http(""), headers=headers, timeout=60) as http:
                mine = Standalone(page, server.port).enter("ada")
                session = mine.make("Together")
                for name, (x, y) in PLACES.items():
                    box = {"id": name, "x": x, "y": y, "width": SIZE[0], "height": SIZE[1], "title": name}
                    content = {"kind": "text", "markdown": f"This is {name}."}
                    http.post("container/create", params={"session_id": session}, json=box | {"content": content})
                hers = Standalone(other.new_page(), server.port).enter("ada", f"session/{session}")
                for desk in (mine, hers):
                    desk.canvas.wait_live()
                    expect(desk.canvas.containers).to_have_count(len(PLACES))
                yield Both(mine, hers, provider, http, session)
        finally:
            other.close()
            server.stop()


@pytest.mark.ledger("C6", "C8", "C4", "X4")
def test_a_drag_never_jumps_while_another_person_and_the_assistant_edit_and_all_agree_in_the_end(both: Both) -> None:
    mine, hers = both.mine, both.hers
    view, mouse = mine.canvas, mine.page.mouse
    away = (GRID / 2) * view.scale() + REACH + 1
    start = view.box("one")
    grip = (start["width"] / 2, 8.0)
    steps = 0

    def to(dx: float, dy: float) -> None:
        """Moves the pointer by so much from where it took the box, and looks where the box is after each step."""
        nonlocal steps
        for _ in range(4):
            steps += 1
            along = steps / 16
            at = (start["x"] + grip[0] + dx * along, start["y"] + grip[1] + dy * along)
            mouse.move(*at)
            held(at)

    def held(at: tuple[float, float]) -> None:
        now = view.box("one")
        assert now["x"] == pytest.approx(at[0] - grip[0], abs=away)
        assert now["y"] == pytest.approx(at[1] - grip[1], abs=away)

    mouse.move(start["x"] + grip[0], start["y"] + grip[1])
    mouse.down()
    goal = (240 * view.scale(), 64 * view.scale())
    to(*goal)
    there = hers.drag("two", 96, 32)  # another box
    mine.at("two", there)
    to(*goal)
    hers.drag("one", 320, 160)  # the very box that is held
    to(*goal)
    both.provider.play(
        [
            calls(
                ("modify_container", {"container_id": "one", "x": 600, "y": 440}),
                ("create_container", {"container_id": "four", "x": 400, "y": 16, "width": 160, "height": 96}),
                ("modify_container", {"container_id": "three", "title": "Third"}),
            ),
            text("Moved and added."),
        ]
    )
    hers.ask("Move one away, add a fourth")
    expect(view.containers).to_have_count(4)
    to(*goal)
    assert steps == 16
    mouse.up()
    mine.page.wait_for_function("() => !document.querySelector('.react-flow__node.dragging')")
    end = mine.position("one")
    scale = view.scale()
    assert end[0] - PLACES["one"][0] == pytest.approx(goal[0] / scale, abs=away / scale)
    assert end[1] - PLACES["one"][1] == pytest.approx(goal[1] / scale, abs=away / scale)
    hers.at("one", end)
    expect(hers.canvas.container("three").locator("h2")).to_have_text("Third")
    for name, place in both.kept().items():
        assert mine.position(name) == hers.position(name) == place, name
    assert both.kept()["one"] == end
