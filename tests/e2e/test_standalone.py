"""The standalone page of a real server in a real browser: people at work on it, whatever the network does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from e2e.canvas import number
from e2e.conftest import VIEWPORT
from e2e.proxy import Proxy
from e2e.standalone import PASSWORD, PROMPT, Standalone, add, outside
from server.process import Server


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    between = Proxy(server.port)
    yield between
    between.close()


@pytest.fixture
def other(chromium: Browser) -> Iterator[BrowserContext]:
    """Another person's browser."""
    opened = chromium.new_context(viewport=VIEWPORT)
    yield opened
    opened.close()


@pytest.fixture
def arrow(csv: Path) -> Path:
    """The same rows as an Arrow file."""
    path = csv.with_suffix(".arrow")
    pd.read_csv(csv).to_feather(path, compression="uncompressed")
    return path


@pytest.fixture
def parquet(csv: Path) -> Path:
    """The same rows as Parquet."""
    path = csv.with_suffix(".parquet")
    pd.read_csv(csv).to_parquet(path)
    return path


def frames_of(page: Page) -> list[dict[str, Any]]:
    """Every frame that comes over a WebSocket of the page from now on."""
    found: list[dict[str, Any]] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: found.append(json.loads(text))))
    return found


@pytest.mark.ledger("C8", "C1", "C6", "B1")
def test_sign_in_upload_ask_and_see_then_a_second_tab_follows(
    server: Server, page: Page, context: BrowserContext, csv: Path, arrow: Path
) -> None:
    desk = Standalone(page, server.port).open()
    desk.sign_in("ada", "not her password")
    expect(page.get_by_role("alert")).to_contain_text("The user name or the password is wrong.")
    desk.sign_in("ada")
    expect(page.get_by_role("heading", name="No canvas yet")).to_be_visible()
    session = desk.make("Sales review")
    desk.upload(arrow)
    expect(page.locator(".em .sug").first).to_be_visible()
    desk.ask(PROMPT)
    expect(desk.canvas.containers).to_have_count(1)
    desk.canvas.settle()
    (chart,) = desk.canvas.ids()
    marks = desk.canvas.marks(chart)
    x, y = desk.canvas.columns(chart)[:2]
    wanted = pd.read_csv(csv).groupby("region")["revenue"].sum()
    assert {mark.cells[x]: number(mark.cells[y]) for mark in marks} == wanted.to_dict()
    tallest = max(marks, key=lambda mark: mark.height)
    assert tallest.cells[x] == wanted.idxmax()

    cookie = next(each for each in context.cookies() if each["name"].startswith("canvas-"))
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["path"] == "/base/canvas/"
    assert cookie["value"] not in json.dumps(desk.stored()), "no script of the page can read the token"

    second = Standalone(context.new_page(), server.port).open(f"session/{session}")
    second.canvas.wait_live()
    second.canvas.settle()
    assert [mark.cells for mark in second.canvas.marks(chart)] == [mark.cells for mark in marks]
    there = desk.drag(chart, 160, 96)
    second.at(chart, there)
    back = second.drag(chart, -80, -48)
    desk.at(chart, back)
    second.choose("Actions for Sales review", "Rename")
    second.dialog.get_by_label("Name").fill("Sales of 2025")
    second.page.keyboard.press("Enter")
    expect(page.locator("section.cw h1")).to_have_text("Sales of 2025")
    page.reload()
    desk.canvas.wait_live()
    expect(page.locator("section.cw h1")).to_have_text("Sales of 2025")
    desk.canvas.settle()
    assert desk.position(chart) == back, "it is kept"


@pytest.mark.ledger("C8", "C6")
def test_a_cut_connection_comes_back_and_nothing_is_lost(server: Server, page: Page, proxy: Proxy) -> None:
    frames = frames_of(page)
    desk = Standalone(page, proxy.port).enter("bob")
    session = desk.make("Wall")
    with outside(server, "bob") as http:
        add(http, session, "one", 16, 16)
        add(http, session, "two", 16, 300)
        expect(desk.canvas.containers).to_have_count(2)
        proxy.cut()
        expect(desk.band).to_contain_text("Connection lost")
        expect(desk.band).to_contain_text(re.compile(r"Reconnecting in \d+ s"))
        expect(desk.pill).not_to_have_text("Live")
        mine = desk.drag("one", 240, 64)
        for number_ in range(5):
            add(http, session, f"late{number_}", 400, 16 + 40 * number_)
        http.put("container/two", params={"session_id": session}, json={"x": 32, "y": 400}).raise_for_status()
        before = len(frames)
        # So long before its next try that the page does not come back by itself while the button is pressed.
        expect(desk.band).to_contain_text(re.compile(r"Reconnecting in ([4-9]|\d\d) s"), timeout=60_000)
        proxy.mend()
        desk.band.get_by_role("button", name="Try now").click()
        expect(desk.pill).to_have_text("Live")
        expect(desk.band).to_have_count(0)
        expect(desk.canvas.containers).to_have_count(7)
        desk.at("two", (32, 400))
        desk.at("one", mine)
        ready = next(frame for frame in frames[before:] if frame["type"] == "session_ready")
        assert ready["data"]["resumed"] == "replay"
        seqs = [frame["seq"] for frame in frames if "seq" in frame and frame["type"] != "session_ready"]
        assert sorted(set(seqs)) == list(range(min(seqs), max(seqs) + 1)), "no frame is missing"
        known = http.get("container/one", params={"session_id": session}).json()
        assert (known["x"], known["y"]) == mine, "what was dragged meanwhile arrived"


@pytest.mark.ledger("C8", "D6", "C6")
def test_a_restart_of_the_server_is_waited_for(tmp_path: Path, page: Page) -> None:
    """The page reconnects by itself, with longer and longer waits, to a server that was down."""
    first = Server(tmp_path, jwt_secret="x" * 40)
    proxy = Proxy(first.port)
    try:
        first.add_user("ada", PASSWORD)
        desk = Standalone(page, proxy.port).enter("ada")
        session = desk.make("Kept")
        with outside(first, "ada") as http:
            add(http, session, "one", 16, 16)
            expect(desk.canvas.containers).to_have_count(1)
        first.stop()
        expect(desk.band).to_contain_text("Reconnecting in")
        second = Server(tmp_path, jwt_secret="x" * 40, token=first.token)
        proxy.target = second.port
        try:
            expect(desk.pill).to_have_text("Live", timeout=60_000)
            with outside(second, "ada") as http:
                add(http, session, "two", 200, 16)
            expect(desk.canvas.containers).to_have_count(2)
        finally:
            second.stop()
    finally:
        proxy.close()
        first.stop()


@pytest.mark.ledger("C8", "B1", "D1")
def test_where_no_websocket_comes_through_http_carries_the_same_canvas(
    server: Server, page: Page, other: BrowserContext, csv: Path, parquet: Path
) -> None:
    blocked = Proxy(server.port, websockets=False)
    try:
        desk = Standalone(page, blocked.port).enter("cleo")
        session = desk.make("Behind a wall")
        expect(desk.pill).to_have_text("Live over HTTP")
        desk.upload(parquet)
        desk.ask(PROMPT)
        expect(page.locator(".turn .an")).to_contain_text("Total revenue by region")
        desk.canvas.settle()
        (chart,) = desk.canvas.ids()
        x, y = desk.canvas.columns(chart)[:2]
        drawn = {mark.cells[x]: number(mark.cells[y]) for mark in desk.canvas.marks(chart)}
        assert drawn == pd.read_csv(csv).groupby("region")["revenue"].sum().to_dict()
        free = Standalone(other.new_page(), server.port).enter("cleo", f"session/{session}")
        free.canvas.wait_live()
        expect(free.pill).to_have_text("Live")
        free.canvas.settle()
        free.at(chart, desk.drag(chart, 200, 120))
        desk.at(chart, free.drag(chart, -64, -32))
        blocked.cut()
        expect(desk.band).to_contain_text("Reconnecting in")
        moved = free.drag(chart, 0, 80)
        blocked.mend()
        expect(desk.pill).to_have_text("Live over HTTP", timeout=60_000)
        desk.at(chart, moved)
    finally:
        blocked.close()


@pytest.mark.ledger("C8", "C1")
def test_who_is_signed_out_signs_in_again_over_the_canvas_and_goes_on(
    server: Server, page: Page, context: BrowserContext
) -> None:
    desk = Standalone(page, server.port).enter("dan")
    session = desk.make("Mine")
    with outside(server, "dan") as http:
        add(http, session, "one", 16, 16)
        expect(desk.canvas.containers).to_have_count(1)
        token = next(each["value"] for each in context.cookies() if each["name"].startswith("canvas-"))
        server.anonymous.post(server.http("logout"), headers={"Authorization": f"Bearer {token}"}).raise_for_status()
        expect(desk.dialog.get_by_role("heading")).to_have_text("Sign in to go on")
        expect(desk.pill).to_have_text("Signed out")
        expect(desk.canvas.containers).to_have_count(1)
        add(http, session, "two", 200, 16)
        desk.sign_in("dan", "wrong password")
        expect(desk.dialog.get_by_role("alert")).to_contain_text("wrong")
        desk.sign_in("dan")
        expect(desk.dialog).to_have_count(0)
        expect(desk.pill).to_have_text("Live")
        expect(desk.canvas.containers).to_have_count(2)
        desk.choose("Account of dan", "Sign out")
        expect(page.get_by_role("heading", name="Canvas", exact=True)).to_be_visible()
        assert not [each for each in context.cookies() if each["name"].startswith("canvas-")]


@pytest.mark.ledger("C8", "C1")
def test_a_token_is_renewed_before_it_ends_and_asked_for_again_where_that_fails(
    tmp_path: Path, page: Page, context: BrowserContext
) -> None:
    server = Server(tmp_path, jwt_minutes=0.15)
    try:
        server.add_user("ada", PASSWORD)
        desk = Standalone(page, server.port).enter("ada")
        session = desk.make("Long")
        with outside(server, "ada") as http:
            assert 0 < http.get("me").json()["expires_in"] <= 9
        with page.expect_response("**/api/renew"):
            pass
        with page.expect_event("websocket", timeout=30_000):
            pass  # the first token's socket has ended with it; the renewed one opens another
        expect(desk.pill).to_have_text("Live")
        with outside(server, "ada") as http:
            add(http, session, "one", 16, 16)
        expect(desk.canvas.containers).to_have_count(1)
        context.route("**/api/renew", lambda route: route.abort())
        expect(desk.dialog.get_by_role("heading")).to_have_text("Sign in to go on", timeout=30_000)
    finally:
        server.stop()


@pytest.mark.ledger("C8", "C5")
def test_anothers_canvas_is_not_there_until_it_is_shared(server: Server, page: Page, other: BrowserContext) -> None:
    ada = Standalone(page, server.port).enter("ada")
    session = ada.make("Private")
    with outside(server, "ada") as http:
        add(http, session, "one", 16, 16)
    eve = Standalone(other.new_page(), server.port).enter("eve", f"session/{session}")
    expect(eve.page.get_by_role("heading", name="There is no such canvas")).to_be_visible()
    for path in (f"session/{'0' * 32}", "kernel/none/main"):
        eve.open(path)
        expect(eve.page.get_by_role("heading", name="There is no such canvas")).to_be_visible()
    page.get_by_role("button", name="Share").click()
    ada.dialog.get_by_label("User name").fill("nobody-of-that-name")
    page.keyboard.press("Enter")
    expect(ada.dialog.get_by_role("alert")).to_contain_text("No user")
    ada.dialog.get_by_label("User name").fill("eve")
    page.keyboard.press("Enter")
    expect(ada.dialog.get_by_role("status")).to_contain_text("eve may now view this canvas")
    page.keyboard.press("Escape")
    eve.open()
    eve.page.get_by_role("link", name="Private").click()
    eve.canvas.wait_live()
    expect(eve.canvas.containers).to_have_count(1)
    expect(eve.page.get_by_text("Shared, view only")).to_be_visible()
    expect(eve.page.get_by_role("button", name="Upload data")).to_have_count(0)
    before = eve.position("one")
    eve.canvas.drag("one", 120, 80)
    expect(eve.page.get_by_role("alert").filter(has_text="shared with you to read only")).to_be_visible()
    eve.at("one", before)
    ada.choose("Actions for Private", "End")
    ada.dialog.get_by_role("button", name="End session").click()
    expect(page.get_by_role("heading", name="Canvases")).to_be_visible()
    expect(eve.pill).to_have_text("Session ended")
    expect(eve.band).to_contain_text("The session has ended")
    page.get_by_role("button", name="ended session").click()
    expect(page.locator(".row.over").filter(has_text="Private")).to_be_visible()
