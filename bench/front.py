"""The front end in Chromium: the built bundle in a bare page, driven by real mouse and wheel input."""

from __future__ import annotations

import gzip
import re
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.frames import centre, chromium, drag, dropped, figures, goal, head, live, place, spread, traced, wheel
from bench.measure import Row, Sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["run"]

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent / "src" / "canvas_widget" / "static"
FONTS = HERE.parent / "src" / "canvas_widget" / "theme" / "fonts"
FIXTURES = HERE.parent / "src" / "canvas_widget" / "js" / "src" / "testing"
ORIGIN = "http://localhost/"
# A note or table that has more to show takes a wheel that begins over it; here every turn is to move the view.
PAGE = (
    '<!doctype html><meta charset="utf-8"><style>body{margin:0}.cw{height:960px!important}'
    ".cw .react-flow__nodes .nowheel{pointer-events:none}</style>"
    '<script type="module" src="front.js"></script>'
)
FILES = {"front.js": HERE / "front.js", "widget.js": STATIC / "widget.js", "built.json": FIXTURES / "built.json"}
MANY = 10_000


def run() -> list[Row]:
    """The rows of this benchmark."""
    from bench.front_peers import beside

    with chromium() as browser:
        return [
            *board(browser),
            *crowd(browser),
            *stream(browser),
            *charts(browser),
            *cycles(browser),
            *bundle(),
            *beside(browser),
        ]


def page_of(browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})

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


def board(browser: Browser) -> list[Row]:
    """40 charts and 5 tables, all in sight."""
    page = page_of(browser)
    page.evaluate("() => { bench.open(bench.board(40, 5)); }")
    page.wait_for_function("() => document.querySelectorAll('figure[data-marks]').length >= 40", timeout=60_000)
    page.wait_for_timeout(500)
    live(page)
    rows = []
    for name, act in (
        ("pan", lambda: wheel(page)),
        ("drag", lambda: drag(page, *head(page, "[data-container-id=c3]"))),
    ):
        took = traced(browser, page, act)
        rows.append(
            goal(
                f"40 charts, 5 tables: {name}",
                "at most 8 ms of main thread per frame",
                figures(took),
                8,
                "p95 against 8 ms",
            )
        )
        rows.append(dropped(f"40 charts, 5 tables, {name}", spread(page, act)))
    page.close()
    return rows


def crowd(browser: Browser) -> list[Row]:
    """10,000 containers."""
    rows = []
    page = page_of(browser)
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
        look(page, key)
        at = head(page, ".react-flow__node") if key == "0" else (700.0, 500.0)
        took = traced(browser, page, partial(wheel, page, at=at))
        rows.append(
            goal(f"10,000 containers: pan, {zoom}", "at most 17 ms per frame", figures(took), 17, "p95 against 17 ms")
        )
    for key, zoom in (("1", "all in sight"), ("0", "100 %")):
        look(page, key)
        x, y = head(page, ".react-flow__node") if key == "0" else centre(page, "n5050")
        held = place(page)
        took = traced(browser, page, partial(drag, page, x, y))
        if place(page) == held:
            raise RuntimeError(f"Nothing was dragged at {zoom}.")
        rows.append(
            goal(f"10,000 containers: drag, {zoom}", "at most 17 ms per frame", figures(took), 17, "p95 against 17 ms")
        )
    took = traced(browser, page, partial(wheel, page, 90, control=True))
    rows.append(
        goal("10,000 containers: zoom sweep", "at most 34 ms per frame", figures(took), 34, "p95 against 34 ms")
    )
    page.close()
    return rows


def look(page: Page, key: str) -> None:
    """Zooms by a key; back once the view rests and all that it draws in full is there."""
    page.keyboard.press(key)
    page.wait_for_timeout(400)
    page.wait_for_function("() => document.querySelector('.cv').dataset.moving !== 'zoom'")
    page.evaluate(
        """async () => {
        const drawn = () => document.querySelectorAll('.react-flow__node').length;
        for (let same = 0, last = -1; same < 10; same = drawn() === last ? same + 1 : 0, last = drawn())
            await bench.frame(); }"""
    )


def heap(page: Page, session: Any) -> float:
    """The page's heap after collection, bytes."""
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        time.sleep(0.05)
    return float(page.evaluate("() => performance.memory.usedJSHeapSize"))


def stream(browser: Browser) -> list[Row]:
    """5,000 changes a second of 1,000 containers."""
    page = page_of(browser)
    page.evaluate("() => { bench.open(bench.crowd(1000)); }")
    page.wait_for_timeout(500)
    took = traced(browser, page, lambda: page.evaluate("() => bench.stream(5000, 3)"))
    page.close()
    return [goal("5,000 deltas/s", "at most 8 ms of main thread per frame", figures(took), 8, "p95 against 8 ms")]


def charts(browser: Browser) -> list[Row]:
    """50 charts drawn one after the other."""
    page = page_of(browser)
    gaps = page.evaluate(
        """() => { bench.open(bench.board(50, 0));
        return bench.frames(() => document.querySelectorAll('figure[data-marks]').length >= 50); }"""
    )
    page.close()
    worst = max(gaps)
    claim = f"no frame over 120 ms; all drawn after {sum(gaps) / 1000:.1f} s"
    return [goal("50 charts paint", claim, figures(gaps), 120, "longest against 120 ms", value=worst)]


def cycles(browser: Browser) -> list[Row]:
    """20 times opened and closed."""
    page = page_of(browser)
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
