"""The front end in Chromium: the built bundle in a bare page, driven by real mouse and wheel input.

Main thread per frame is read from Chromium's own trace: the CPU time of the main thread's tasks between two frames, so
that other processes of the machine do not count.
"""

from __future__ import annotations

import bisect
import gzip
import itertools
import json
import os
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.measure import Row, Sample, quantile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["run"]

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "src" / "canvas_widget" / "static"
FONTS = HERE.parent / "src" / "canvas_widget" / "theme" / "fonts"
FIXTURES = HERE.parent / "src" / "canvas_widget" / "js" / "src" / "testing"
ORIGIN = "http://localhost/"
PAGE = (
    '<!doctype html><meta charset="utf-8"><style>body{margin:0}.cw{height:960px!important}</style>'
    '<script type="module" src="front.js"></script>'
)
FILES = {"front.js": HERE / "front.js", "widget.js": STATIC / "widget.js", "built.json": FIXTURES / "built.json"}
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--enable-precise-memory-info",
]
TRACE = ["toplevel", "disabled-by-default-devtools.timeline", "devtools.timeline"]
FRAME = 1000 / 60
MANY = 10_000


def run() -> list[Row]:
    """The rows of this benchmark."""
    from playwright.sync_api import sync_playwright

    import browser

    path = browser.find()
    if path is None:
        raise SystemExit(browser.HELP)
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            return [
                *board(chromium),
                *crowd(chromium),
                *stream(chromium),
                *charts(chromium),
                *cycles(chromium),
                *bundle(),
            ]
        finally:
            chromium.close()


def page_of(chromium: Browser) -> Page:
    page = chromium.new_page(viewport={"width": 1440, "height": 1000})

    def serve(route: Any) -> None:
        name = route.request.url.removeprefix(ORIGIN)
        if name in FILES:
            route.fulfill(path=FILES[name])
        else:
            route.fulfill(body=PAGE, content_type="text/html")

    page.route(f"{ORIGIN}**", serve)
    page.goto(ORIGIN)
    page.wait_for_function("() => window.ready")
    return page


def traced(chromium: Browser, page: Page, act: Callable[[], None]) -> list[float]:
    """The main thread's work between two frames of the page while `act` runs, ms."""
    chromium.start_tracing(page=page, categories=TRACE)
    page.evaluate("() => console.timeStamp('bench')")
    act()
    events = json.loads(chromium.stop_tracing())["traceEvents"]
    threads: dict[tuple[int, int], int] = {}
    for event in events:
        if event.get("name") == "TimeStamp" and "bench" in json.dumps(event.get("args", {})):
            threads[event["pid"], event["tid"]] = 1
    if not threads:
        raise RuntimeError("The trace names no page.")
    own = [event for event in events if (event.get("pid"), event.get("tid")) in threads]
    begins = sorted(event["ts"] for event in own if event.get("name") == "FireAnimationFrame")
    starts = [begins[0]] if begins else []
    starts += [after for before, after in itertools.pairwise(begins) if after - before > 2_000]
    tasks = [
        (event["ts"] + event["dur"], event.get("tdur", event["dur"]))
        for event in own
        if event.get("name", "").endswith("::RunTask") and "dur" in event
    ]
    took = [0.0] * max(0, len(starts) - 1)
    for end, length in tasks:
        at = bisect.bisect_right(starts, end) - 1
        if 0 <= at < len(took):
            took[at] += length / 1000
    return took


def figures(values: list[float]) -> Sample:
    if not values:
        return Sample(0, 0, 0)
    return Sample(len(values), quantile(values, 0.5), quantile(values, 0.95))


def goal(name: str, claim: str, sample: Sample, most: float, what: str, *, value: float | None = None) -> Row:
    """A row whose ratio is the figure over its goal."""
    figure = sample.p95 if value is None else value
    return Row(f"front: {name}", f"{name}: {claim}", sample, "", None, what, figure / most, 1.0)


def head(page: Page, selector: str) -> tuple[float, float]:
    """The head of the first such element that lies in sight, px: of thousands the first may be far outside."""
    found = page.evaluate(
        """(selector) => {
        const outer = document.querySelector(".cv").getBoundingClientRect();
        for (const element of document.querySelectorAll(selector)) {
            const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
            const inside = left > outer.left + 8 && top > outer.top + 8;
            if (inside && right < outer.right && bottom < outer.bottom)
                return [left + Math.min(20, width / 2), top + Math.min(10, height / 3)];
        }
        return null; }""",
        selector,
    )
    if found is None:
        raise RuntimeError(f"No {selector} is in sight.")
    return found[0], found[1]


def centre(page: Page, container: str) -> tuple[float, float]:
    """Where a container's middle is on the screen, also where it has no element."""
    found = page.evaluate(
        """(id) => {
        const outer = document.querySelector(".cv").getBoundingClientRect();
        const { a, e, f } = new DOMMatrix(getComputedStyle(document.querySelector(".react-flow__viewport")).transform);
        const { x, y, width, height } = scene.session.store.node(id);
        return [outer.left + (x + width / 2) * a + e, outer.top + (y + height / 2) * a + f]; }""",
        container,
    )
    return found[0], found[1]


def place(page: Page) -> str:
    """Where all containers stand."""
    places: str = page.evaluate(
        """() => scene.session.store.order
            .map((id) => { const { x, y } = scene.session.store.node(id); return `${x} ${y}`; }).join(",")"""
    )
    return places


def drag(page: Page, x: float, y: float, steps: int = 60) -> None:
    """Carries about what stands at a place."""
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(steps):
        page.mouse.move(x + 4 * (step % 30), y + 2 * (step % 20))
        page.evaluate("() => bench.frame()")
    page.mouse.up()


def wheel(page: Page, steps: int = 60, *, control: bool = False) -> None:
    """Pans by the wheel, or zooms with Control."""
    page.mouse.move(700, 500)
    if control:
        page.keyboard.down("Control")
    for step in range(steps):
        way = 1 if step % 30 < 15 else -1
        page.mouse.wheel(0 if control else 24 * way, 40 * way)
        page.evaluate("() => bench.frame()")
    if control:
        page.keyboard.up("Control")


def live(page: Page) -> None:
    """Puts the focus into the canvas, so that the wheel belongs to it."""
    page.locator(".cv").focus()
    page.wait_for_timeout(100)


def spread(page: Page, act: Callable[[], None]) -> list[float]:
    """The times between frames while `act` runs, ms."""
    page.evaluate("() => { window.over = false; window.gaps = bench.frames(() => window.over); }")
    act()
    gaps: list[float] = page.evaluate("() => { window.over = true; return window.gaps; }")
    return gaps


def board(chromium: Browser) -> list[Row]:
    """40 charts and 5 tables, all in sight."""
    page = page_of(chromium)
    page.evaluate("() => { bench.open(bench.board(40, 5)); }")
    page.wait_for_function("() => document.querySelectorAll('figure[data-marks]').length >= 40", timeout=60_000)
    page.wait_for_timeout(500)
    live(page)
    rows = []
    for name, act in (
        ("pan", lambda: wheel(page)),
        ("drag", lambda: drag(page, *head(page, "[data-container-id=c3]"))),
    ):
        took = traced(chromium, page, act)
        rows.append(
            goal(
                f"40 charts, 5 tables: {name}",
                "at most 8 ms of main thread per frame",
                figures(took),
                8,
                "p95 against 8 ms",
            )
        )
        gaps = spread(page, act)
        dropped = sum(max(0, round(gap / FRAME) - 1) for gap in gaps)
        share = dropped / max(1, dropped + len(gaps))
        rows.append(
            Row(
                f"front: 40 charts, 5 tables: {name}",
                f"40 charts, 5 tables, {name}: {share:.0%} of frames dropped",
                figures(gaps),
                "",
                None,
                "reported: time between frames",
                None,
                None,
            )
        )
    page.close()
    return rows


def crowd(chromium: Browser) -> list[Row]:
    """10,000 containers."""
    rows = []
    page = page_of(chromium)
    session = page.context.new_cdp_session(page)
    page.evaluate("() => { window.made = bench.crowd(10000); }")
    page.evaluate("() => { bench.open(bench.crowd(3)); }")
    page.wait_for_timeout(300)
    page.evaluate("() => window.scene.close()")
    before = heap(page, session)
    took = page.evaluate("() => bench.firstPaint(window.made, '.react-flow__node, .far canvas')")
    rows.append(goal("10,000 containers: first paint", "at most 130 ms", Sample(1, took, took), 130, "against 130 ms"))
    page.wait_for_timeout(500)
    grown = (heap(page, session) - before) / 1e6
    rows.append(
        goal("10,000 containers: heap", f"{grown:.1f} MB more", Sample(1, 0, 0), 20, "MB against 20", value=grown)
    )
    live(page)
    for key, zoom in (("1", "all in sight"), ("0", "100 %")):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
        took = traced(chromium, page, lambda: wheel(page))
        rows.append(
            goal(f"10,000 containers: pan, {zoom}", "at most 17 ms per frame", figures(took), 17, "p95 against 17 ms")
        )
    for key, zoom in (("1", "all in sight"), ("0", "100 %")):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
        x, y = head(page, ".react-flow__node") if key == "0" else centre(page, "n5050")
        held = place(page)
        took = traced(chromium, page, partial(drag, page, x, y))
        if place(page) == held:
            raise RuntimeError(f"Nothing was dragged at {zoom}.")
        rows.append(
            goal(f"10,000 containers: drag, {zoom}", "at most 17 ms per frame", figures(took), 17, "p95 against 17 ms")
        )
    took = traced(chromium, page, lambda: wheel(page, 90, control=True))
    rows.append(
        goal("10,000 containers: zoom sweep", "at most 34 ms per frame", figures(took), 34, "p95 against 34 ms")
    )
    page.close()
    return rows


def heap(page: Page, session: Any) -> float:
    """The page's heap after collection, bytes."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        time.sleep(0.05)
    return float(page.evaluate("() => performance.memory.usedJSHeapSize"))


def stream(chromium: Browser) -> list[Row]:
    """5,000 changes a second of 1,000 containers."""
    page = page_of(chromium)
    page.evaluate("() => { bench.open(bench.crowd(1000)); }")
    page.wait_for_timeout(500)
    took = traced(chromium, page, lambda: page.evaluate("() => bench.stream(5000, 3)"))
    page.close()
    return [goal("5,000 deltas/s", "at most 8 ms of main thread per frame", figures(took), 8, "p95 against 8 ms")]


def charts(chromium: Browser) -> list[Row]:
    """50 charts drawn one after the other."""
    page = page_of(chromium)
    gaps = page.evaluate(
        """() => { bench.open(bench.board(50, 0));
        return bench.frames(() => document.querySelectorAll('figure[data-marks]').length >= 50); }"""
    )
    page.close()
    worst = max(gaps)
    claim = f"no frame over 120 ms; all drawn after {sum(gaps) / 1000:.1f} s"
    return [goal("50 charts paint", claim, figures(gaps), 120, "longest against 120 ms", value=worst)]


def cycles(chromium: Browser) -> list[Row]:
    """20 times opened and closed."""
    page = page_of(chromium)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def cycle(times: int) -> None:
        for _ in range(times):
            page.evaluate("() => { bench.open(bench.board(6, 1)); }")
            page.wait_for_function("() => document.querySelectorAll('figure[data-marks]').length >= 6")
            page.evaluate("() => { window.scene.close(); window.scene = null; }")

    def counted() -> dict[str, float]:
        size = heap(page, session)
        found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
        return {"heap": size, "listeners": found["JSEventListeners"], "nodes": found["Nodes"]}

    cycle(3)
    before = counted()
    cycle(20)
    after = counted()
    page.close()
    grown = {name: after[name] - before[name] for name in after}
    claim = f"{grown['heap'] / 1e6:+.1f} MB, {grown['listeners']:+.0f} listeners, {grown['nodes']:+.0f} nodes"
    return [
        goal(
            "20 times open and close",
            claim,
            Sample(20, 0, 0),
            5,
            "listeners against 5",
            value=max(0, grown["listeners"]),
        )
    ]


def bundle() -> list[Row]:
    """What a page loads, gzipped, with Vega and without."""
    text = gzip.decompress((STATIC / "notebook.js.gz").read_bytes()).decode()
    fonts = sum(path.stat().st_size for path in FONTS.glob("*.woff2")) / 1000
    whole = len(gzip.compress(text.encode(), 9)) / 1000
    packed = max(re.findall(r'"([A-Za-z0-9+/=]{100000,})"', text), key=len, default="")
    bare = len(gzip.compress(text.replace(packed, "").encode(), 9)) / 1000
    return [
        goal(
            "bundle without Vega",
            f"{bare:.0f} kB gzip, and {fonts:.0f} kB of fonts beside it",
            Sample(1, 0, 0),
            200,
            "kB against 200",
            value=bare,
        ),
        goal("bundle with Vega", f"{whole:.0f} kB gzip", Sample(1, 0, 0), 480, "kB against 480", value=whole),
    ]
