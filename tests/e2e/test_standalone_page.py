"""The standalone page itself: what it lets in, in every state, by keys, with less motion, on the whole screen."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from canvas_widget.notebook.bundle import bundle_hash
from e2e.looks import violations
from e2e.standalone import PASSWORD, PROMPT, Standalone, add, outside
from server.process import Server

THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


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
def test_axe_finds_nothing_wrong_in_any_state_of_both_themes(
    server: Server, chromium: Browser, csv: Path, pictures: Path | None
) -> None:
    scheme = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    try:
        _walk(Standalone(scheme.new_page(), server.port), server, csv, pictures)
    finally:
        scheme.close()


def _walk(desk: Standalone, server: Server, csv: Path, pictures: Path | None) -> None:
    page = desk.page
    page.set_default_timeout(30_000)

    def look(name: str) -> None:
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            light = str(theme == "light").lower()
            expect(page.locator(f"body[data-jp-theme-light='{light}']")).to_be_attached()
            assert violations(page, "html") == [], f"{theme}, {name}"
            if pictures is not None and name in ("sign-in", "canvases", "canvas"):
                page.screenshot(path=pictures / f"page-{name}{'-dark' if theme == 'dark' else ''}.png")

    name = "looker"
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
    with outside(server, name) as http:
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
        expect(page.get_by_label("User name")).to_be_focused()
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
        assert violations(page, "html") == []
        page.get_by_role("button", name="Actions for By keys").focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("menu")).to_be_visible()
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
    (chart,) = desk.canvas.ids()
    bar = page.get_by_role("toolbar", name="View")

    def zoomed(percent: str) -> None:
        bar.get_by_role("button", name="Zoom to 100 %").click()
        expect(bar).to_contain_text("100 %")
        desk.canvas.rest(chart)
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
    with outside(server, "cleo") as http:
        add(http, session, "one", 16, 16)
    expect(desk.canvas.containers).to_have_count(1)
    view = desk.canvas.view
    before = view.bounding_box()
    page.get_by_role("button", name="Full screen").click()
    leave = page.get_by_role("button", name="Leave full screen")
    expect(leave).to_be_visible()
    screen = page.evaluate("() => ({ x: 0, y: 0, width: innerWidth, height: innerHeight })")
    desk.until(lambda: view.bounding_box() == screen, "the canvas does not fill the screen")
    assert violations(page, "html") == []
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
    desk.until(lambda: view.bounding_box() == before, "the canvas is not as it was")
