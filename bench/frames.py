"""What a page does in each frame: Chromium's own trace, and the mouse and wheel that make it work.

Main thread per frame is the CPU time of the main thread's tasks between two frames, so that other processes of the
machine do not count. The steps come from outside at the screen's pace: what is asked of the page
after each of them would count as its own work.
"""

from __future__ import annotations

import bisect
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.measure import Row, Sample, quantile

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = [
    "WATCH", "centre", "chromium", "drag", "dropped", "figures", "goal", "head", "live", "paced", "place", "spread",
    "traced", "wheel",
]  # fmt: skip

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--enable-precise-memory-info",
]
TRACE = ["toplevel", "disabled-by-default-devtools.timeline", "devtools.timeline"]
FRAME = 1000 / 60
# In any page: the next frame, and the times between frames, ms, until `done` answers true.
WATCH = """() => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const frames = async (done) => {
        const gaps = [];
        for (let last = performance.now(); !done(); ) {
            await frame();
            const now = performance.now();
            gaps.push(now - last);
            last = now;
        }
        return gaps;
    };
    window.bench = { frame, frames, ...window.bench };
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the tests, ended afterwards."""
    from playwright.sync_api import sync_playwright

    import browser

    path = browser.find()
    if path is None:
        raise SystemExit(browser.HELP)
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield started
        finally:
            started.close()


def dropped(name: str, gaps: list[float]) -> Row:
    """The share of frames that were not drawn in time, of the times between those that were, ms."""
    missed = sum(max(0, round(gap / FRAME) - 1) for gap in gaps)
    share = missed / max(1, missed + len(gaps))
    claim = f"{name}: {share:.0%} of frames dropped"
    return Row(f"front: {name}", claim, figures(gaps), "", None, "reported: time between frames", None, None)


def traced(browser: Browser, page: Page, act: Callable[[], None]) -> list[float]:
    """The main thread's work between two frames of the page while `act` runs, ms."""
    browser.start_tracing(page=page, categories=TRACE)
    page.evaluate("() => console.timeStamp('bench')")
    act()
    events = json.loads(browser.stop_tracing())["traceEvents"]
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


def head(page: Page, selector: str, within: str = ".cv") -> tuple[float, float]:
    """The head of the first such element that lies in sight, px: of thousands the first may be far outside."""
    found = page.evaluate(
        """([selector, within]) => {
        const outer = document.querySelector(within).getBoundingClientRect();
        for (const element of document.querySelectorAll(selector)) {
            const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
            const inside = left > outer.left + 8 && top > outer.top + 8;
            if (inside && right < outer.right && bottom < outer.bottom)
                return [left + Math.min(20, width / 2), top + Math.min(10, height / 3)];
        }
        return null; }""",
        [selector, within],
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
    for step in paced(page, steps):
        page.mouse.move(x + 4 * (step % 30), y + 2 * (step % 20))
    page.mouse.up()


def wheel(page: Page, steps: int = 60, *, control: bool = False, at: tuple[float, float] = (700, 500)) -> None:
    """Pans by the wheel, or zooms with Control. A wheel that something on the canvas takes for itself is no pan."""
    page.mouse.move(*at)
    if control:
        page.keyboard.down("Control")
    with counted(page, ".react-flow__viewport") as changes:
        for step in paced(page, steps):
            way = 1 if step % 30 < 15 else -1
            page.mouse.wheel(0 if control else 24 * way, 40 * way)
    if control:
        page.keyboard.up("Control")
    if changes[0] < steps * (0.4 if control else 0.8):  # a zoom comes to its end and back
        raise RuntimeError(f"The view moved at {changes[0]} of {steps} turns of the wheel.")


def paced(page: Page, steps: int) -> Iterator[int]:
    """One step a frame, as a hand makes them, while the page counts its frames; nothing is asked of it meanwhile."""
    page.evaluate("() => { window.over = false; window.gaps = bench.frames(() => window.over); }")
    due = time.perf_counter()
    for step in range(steps):
        yield step
        due = max(due + FRAME / 1000, time.perf_counter())
        time.sleep(max(0.0, due - time.perf_counter()))
    page.evaluate("async () => { await bench.frame(); window.over = true; await window.gaps; }")


@contextmanager
def counted(page: Page, selector: str) -> Iterator[list[int]]:
    """In how many tasks of the page the style of an element changes meanwhile."""
    page.evaluate(
        """(selector) => {
        window.changes = 0;
        window.observer = new MutationObserver(() => { window.changes += 1; });
        window.observer.observe(document.querySelector(selector), { attributeFilter: ["style"] }); }""",
        selector,
    )
    found = [0]
    yield found
    found[0] = page.evaluate("() => { window.observer.disconnect(); return window.changes; }")


def live(page: Page) -> None:
    """Puts the focus into the canvas, so that the wheel belongs to it."""
    page.locator(".cv").focus()
    page.wait_for_timeout(100)


def spread(page: Page, act: Callable[[], None]) -> list[float]:
    """The times between frames while `act` takes its steps, ms."""
    act()
    gaps: list[float] = page.evaluate("() => window.gaps")
    return gaps
