"""The same boxes by plain React Flow and by gridstack, beside ours in the same run; packages go into build/ only."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.frames import WATCH, drag, figures, head, traced, wheel
from bench.measure import Row, Sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["beside"]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PACKAGES = ROOT / "src" / "canvas_widget" / "js" / "node_modules"
KEPT = ROOT / "build" / "bench" / "peers"
GRIDSTACK = "gridstack@14.1.0"
ORIGIN = "http://localhost/"
PAGE = (
    '<!doctype html><meta charset="utf-8"><style>body{margin:0}</style><script type="module" src="peers.js"></script>'
)
SECONDS = 3


def beside(browser: Browser) -> list[Row]:
    """Ours against each peer: 5,000 moves a second of 1,000 boxes, and one box dragged among them."""
    from bench.front import look, page_of

    found = built()
    page = page_of(browser)
    page.evaluate("() => { bench.open(bench.crowd(1000)); }")
    page.wait_for_timeout(500)
    ours = {"5,000 moves/s of 1,000 boxes": work(browser, page, f"() => bench.stream(5000, {SECONDS})")}
    page.locator(".cv").focus()
    look(page, "0")
    page.wait_for_timeout(500)
    ours["a drag among 1,000 boxes"] = figures(
        traced(browser, page, partial(drag, page, *head(page, ".react-flow__node")))
    )
    ours["a pan among 1,000 boxes"] = figures(traced(browser, page, partial(wheel, page)))
    page.close()
    rows = []
    for name in found:
        for what, peer in measured(browser, name).items():
            mine = ours[what]
            claim = f"{what}: main thread per frame"
            rows.append(
                Row("front: peers", claim, mine, name, peer, "p95", mine.p95 / peer.p95 if peer.p95 else None, 1.0)
            )
    return rows


def work(browser: Browser, page: Page, script: str) -> Sample:
    return figures(traced(browser, page, lambda: page.evaluate(script)))


def measured(browser: Browser, name: str) -> dict[str, Sample]:
    """The figures of one peer."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.route(f"{ORIGIN}**", serve)
    page.goto(ORIGIN)
    page.wait_for_function("() => window.ready")
    page.evaluate(WATCH)
    page.evaluate("async (name) => { window.move = await peers[name](1000); }", name)
    box = ".react-flow__node" if name == "reactFlow" else ".grid-stack-item"
    page.wait_for_selector(box)
    page.wait_for_timeout(500)
    done = {"5,000 moves/s of 1,000 boxes": work(browser, page, f"() => stream(5000, {SECONDS})")}
    done["a drag among 1,000 boxes"] = figures(traced(browser, page, partial(drag, page, *head(page, box, ".peer"))))
    if name == "reactFlow":
        done["a pan among 1,000 boxes"] = figures(traced(browser, page, partial(wheel, page)))
    page.close()
    return done


def serve(route: Any) -> None:
    name = route.request.url.removeprefix(ORIGIN)
    files = {
        "peers.js": KEPT / "peers.js",
        "gridstack.js": KEPT / "gridstack.js",
        "gridstack.css": KEPT / "node_modules" / "gridstack" / "dist" / "gridstack.min.css",
    }
    if name in files:
        route.fulfill(path=files[name])
    else:
        route.fulfill(body=PAGE, content_type="text/html")


def built() -> list[str]:
    """Builds the peers' page; the names of those that are there. A missing one is named on the terminal."""
    KEPT.mkdir(parents=True, exist_ok=True)
    bundle(HERE / "front_peers.js", "peers.js", "--external:./gridstack.js")
    install = ["npm", "install", "--prefix", str(KEPT), "--ignore-scripts", "--no-audit", "--no-fund", GRIDSTACK]
    done = subprocess.run(install, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"front: no gridstack to compare with: {done.stderr.strip()[-200:]}", file=sys.stderr)
        return ["reactFlow"]
    bundle(KEPT / "node_modules" / "gridstack" / "dist" / "gridstack.js", "gridstack.js")
    return ["reactFlow", "gridstack"]


def bundle(source: Path, name: str, *more: str) -> None:
    options = [
        "--bundle",
        "--format=esm",
        "--minify",
        "--loader:.css=text",
        '--define:process.env.NODE_ENV="production"',
    ]
    command = [str(PACKAGES / ".bin" / "esbuild"), str(source), *options, f"--outfile={KEPT / name}", *more]
    subprocess.run(command, check=True, env={**os.environ, "NODE_PATH": str(PACKAGES)}, capture_output=True)
