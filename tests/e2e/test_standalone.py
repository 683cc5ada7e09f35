"""The standalone page of a real server in a real browser: by mouse and keyboard only, whatever the network does."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from canvas_widget.notebook.bundle import bundle_hash
from e2e.canvas import number
from e2e.conftest import VIEWPORT
from e2e.proxy import Proxy
from e2e.standalone import PASSWORD, Standalone, violations
from server.process import Server

PROMPT = "bar chart of total revenue by region"
ROWS = "region,revenue,units\nnorth,10,1\nsouth,20.5,2\neast,30,3\nwest,5.25,4\nnorth,7.75,5\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("standalone"))
    for name in ("ada", "bob", "cleo", "dan", "eve"):
        started.add_user(name, PASSWORD)
    yield started
    started.stop()


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
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "sales 2025.csv"
    path.write_text(ROWS)
    return path


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


def client(server: Server, name: str) -> httpx.Client:
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


@pytest.mark.ledger("C8", "C6")
def test_a_cut_connection_comes_back_and_nothing_is_lost(server: Server, page: Page, proxy: Proxy) -> None:
    frames = frames_of(page)
    desk = Standalone(page, proxy.port).enter("bob")
    session = desk.make("Wall")
    with client(server, "bob") as http:
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
        with client(first, "ada") as http:
            add(http, session, "one", 16, 16)
            expect(desk.canvas.containers).to_have_count(1)
        first.stop()
        expect(desk.band).to_contain_text("Reconnecting in")
        second = Server(tmp_path, jwt_secret="x" * 40, token=first.token)
        proxy.target = second.port
        try:
            expect(desk.pill).to_have_text("Live", timeout=60_000)
            with client(second, "ada") as http:
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
    with client(server, "dan") as http:
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
    server = Server(tmp_path, jwt_minutes=0.1)
    try:
        server.add_user("ada", PASSWORD)
        desk = Standalone(page, server.port).enter("ada")
        session = desk.make("Long")
        tokens = [next(each["value"] for each in context.cookies() if each["name"].startswith("canvas-"))]
        answered = server.anonymous.get(server.http("me"), headers={"Authorization": f"Bearer {tokens[0]}"})
        assert 0 < answered.json()["expires_in"] <= 6
        with page.expect_response("**/api/renew"):
            pass
        with page.expect_event("websocket", timeout=30_000):
            pass  # the first token's socket has ended with it; the renewed one opens another
        expect(desk.pill).to_have_text("Live")
        with client(server, "ada") as http:
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
    with client(server, "ada") as http:
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


@pytest.mark.ledger("C8", "C1")
def test_the_page_lets_no_script_in_and_opens_nothing_but_itself(server: Server, page: Page) -> None:
    root = server.http("").removesuffix("api/")
    for path in ("", f"session/{'0' * 32}", "kernel/a/b"):
        answer = server.anonymous.get(root + path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        nonce = re.search(r"script-src 'nonce-([\w-]+)' 'strict-dynamic'", policy)
        assert nonce is not None
        assert nonce[1] in answer.text
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
    for name in ("page.js", "page.css", "widget.js", "icon.svg"):
        assert server.anonymous.get(f"{root}assets/{name}").status_code == 200
    for name in ("canvas-sans-400.woff2", "canvas-sans-600.woff2"):
        assert server.anonymous.get(f"{root}assets/{name}").content.startswith(b"wOF2")
    for encoding in ("gzip", "identity"):  # what a kernel would send, whoever unpacks it
        sent = server.anonymous.get(f"{root}assets/notebook.js", headers={"Accept-Encoding": encoding})
        assert hashlib.sha256(sent.content).hexdigest() == bundle_hash()
    assert server.anonymous.get(f"{root}assets/manifest.json").status_code == 404
    assert server.anonymous.get(f"{root}assets/..%2f__init__.py").status_code == 404
    Standalone(page, server.port).open()
    got = page.evaluate(
        """async () => {
            const tried = {};
            // In a task of its own: what a debugger runs itself is let off.
            await new Promise((resolve) => setTimeout(() => {
                try { tried.eval = (0, eval)("1 + 1"); } catch (error) { tried.eval = error.name; }
                resolve();
            }));
            const script = document.createElement("img");
            script.src = "x:";
            script.setAttribute("onerror", "window.pwned = true");
            document.body.append(script);
            await fetch("https://elsewhere.example/").catch((error) => { tried.fetch = error.name; });
            const frame = "<iframe srcdoc='<script>parent.pwned = true</script>'></iframe>";
            document.body.insertAdjacentHTML("beforeend", frame);
            await new Promise((resolve) => setTimeout(resolve, 100));
            return { ...tried, pwned: window.pwned ?? false };
        }"""
    )
    assert got == {"eval": "EvalError", "fetch": "TypeError", "pwned": False}


@pytest.mark.ledger("C8", "C1")
def test_jupyters_own_user_is_in_already_and_a_token_leaves_the_address(server: Server, page: Page) -> None:
    desk = Standalone(page, server.port).open(f"?token={server.token}")
    expect(page.get_by_role("button", name="Account of You")).to_be_visible()
    assert page.url == desk.root
    desk.make("Owner's")
    page.reload()
    desk.canvas.wait_live()


@pytest.mark.ledger("C8", "X10")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_in_any_state(
    server: Server, chromium: Browser, csv: Path, theme: Any, pictures: Path | None
) -> None:
    scheme = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme=theme)
    try:
        _walk(Standalone(scheme.new_page(), server.port), server, csv, theme, pictures)
    finally:
        scheme.close()


def _walk(desk: Standalone, server: Server, csv: Path, theme: str, pictures: Path | None) -> None:
    page = desk.page
    page.set_default_timeout(30_000)

    def look(name: str) -> None:
        assert violations(page) == [], f"{theme}, {name}"
        if pictures is not None and name in ("sign-in", "canvases", "canvas"):
            page.screenshot(path=pictures / f"page-{name}{'-dark' if theme == 'dark' else ''}.png")

    name = f"{theme}-user"
    server.add_user(name, PASSWORD)
    desk.open()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    look("sign-in")
    desk.enter(name)
    expect(page.get_by_role("heading", name="No canvas yet")).to_be_visible()
    look("no canvas")
    desk.make("Quarterly sales")
    look("empty canvas")
    page.get_by_role("button", name="Upload data").first.click()
    look("upload")
    page.keyboard.press("Escape")
    desk.upload(csv)
    desk.ask(PROMPT)
    desk.ask("total revenue as a metric")
    desk.ask("table of sales_2025 sorted by revenue")
    desk.canvas.settle()
    page.mouse.move(5, 400)
    look("canvas")
    page.get_by_role("tab", name="Outline").click()
    icon, box = (page.locator(f".find {part}").bounding_box() for part in (".i", "input"))
    panel = page.locator(".find").bounding_box()
    assert icon
    assert box
    assert panel
    assert icon["x"] + icon["width"] <= box["x"] < box["x"] + box["width"] <= panel["x"] + panel["width"]
    look("outline")
    page.get_by_role("tab", name="Chat").click()
    page.get_by_role("button", name="Share").click()
    look("share")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="All canvases").click()
    with client(server, name) as http:
        for title in ("Churn by cohort", "Support load"):
            http.post("sessions", json={"name": title}).raise_for_status()
        old = http.post("sessions", json={"name": "Spring campaign"}).json()["session_id"]
        http.delete(f"sessions/{old}").raise_for_status()
    page.reload()
    expect(page.get_by_role("link", name="Support load")).to_be_visible()
    look("canvases")
    page.get_by_role("button", name="Actions for Support load").click()
    look("menu")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(desk.dialog.get_by_role("heading")).to_have_text("Erase Support load?")
    look("erase")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="ended session").click()
    look("ended")


@pytest.mark.ledger("C8", "X10")
def test_the_page_is_worked_by_keys_alone_on_a_narrow_screen(server: Server, chromium: Browser) -> None:
    narrow = chromium.new_context(viewport={"width": 390, "height": 780}, has_touch=True)
    try:
        page = narrow.new_page()
        desk = Standalone(page, server.port).open()
        page.keyboard.type("ada")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Canvases")).to_be_visible()
        fits = "() => document.documentElement.scrollWidth <= innerWidth"
        assert page.evaluate(fits)
        page.get_by_role("button", name="New canvas").focus()
        page.keyboard.press("Enter")
        expect(desk.dialog.get_by_label("Name")).to_be_focused()
        page.keyboard.type("By keys")
        page.keyboard.press("Enter")
        desk.canvas.wait_live()
        assert page.evaluate(fits)
        assert violations(page) == []
        page.get_by_role("button", name="Actions for By keys").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Actions for By keys")).to_be_focused()
    finally:
        narrow.close()


# Notes in each frame what is animated, and where the view stands.
MOTION = """() => {
    window.motion = { running: [], places: [] };
    const note = (list, one) => { if (!list.includes(one)) list.push(one); };
    const look = () => {
        for (const one of document.getAnimations())
            if (one.playState === "running") note(window.motion.running, one.animationName ?? one.transitionProperty);
        const view = document.querySelector(".react-flow__viewport");
        if (view) note(window.motion.places, view.style.transform);
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.mark.ledger("X10", "C8")
def test_who_asks_for_less_motion_gets_none(server: Server, page: Page, csv: Path) -> None:
    page.emulate_media(reduced_motion="reduce")
    desk = Standalone(page, server.port).enter("cleo")
    desk.make("Calm")
    desk.upload(csv)
    page.evaluate(MOTION)
    desk.ask(PROMPT)
    desk.canvas.settle()
    bar = page.get_by_role("toolbar", name="View")

    def zoomed(percent: str) -> None:
        bar.get_by_role("button", name="Zoom to 100 %").click()
        expect(bar).to_contain_text("100 %")
        page.evaluate("() => { window.motion.places = []; }")
        bar.get_by_role("button", name="Zoom in").click()
        expect(bar).to_contain_text(percent)

    zoomed("120 %")
    motion = page.evaluate("() => window.motion")
    assert motion["running"] == []
    assert len(motion["places"]) <= 2, "the view was moved in one step"
    page.emulate_media(reduced_motion="no-preference")
    zoomed("120 %")
    page.wait_for_function("() => window.motion.places.length > 3")  # what was counted above can be counted


@pytest.mark.ledger("C8", "X10")
def test_full_screen_is_the_whole_screen_with_all_that_opens_there(server: Server, page: Page) -> None:
    desk = Standalone(page, server.port).enter("cleo")
    session = desk.make("Wide")
    with client(server, "cleo") as http:
        add(http, session, "one", 16, 16)
    expect(desk.canvas.containers).to_have_count(1)
    view = desk.canvas.view
    before = view.bounding_box()
    page.get_by_role("button", name="Full screen").click()
    leave = page.get_by_role("button", name="Leave full screen")
    expect(leave).to_be_visible()
    screen = page.evaluate("() => ({ x: 0, y: 0, width: innerWidth, height: innerHeight })")
    assert view.bounding_box() == screen
    assert violations(page) == []
    desk.canvas.container("one").click(position={"x": 20, "y": 10})
    page.keyboard.press("m")
    entry = page.get_by_role("menu").get_by_role("menuitem", name="Lock")
    expect(entry).to_be_visible()
    entry.click()  # Playwright clicks only what really lies under the pointer
    page.keyboard.press("m")
    expect(page.get_by_role("menu").get_by_role("menuitem", name="Unlock")).to_be_visible()
    page.keyboard.press("Escape")
    leave.click()
    expect(page.get_by_role("button", name="Full screen", exact=True)).to_be_visible()
    page.wait_for_function("(width) => document.querySelector('section.cw').clientWidth <= width", arg=before["width"])
    assert view.bounding_box() == before
