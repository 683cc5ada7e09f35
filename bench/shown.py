"""Kernel ready to `Canvas()` shown in JupyterLab, against an anywidget of 50 kB that does nothing.

Byte code is kept, as an installation by pip has it; the first round of each, which compiles it, does not count.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from bench.imports import compiled
from bench.measure import Row, sample

__all__ = ["run"]

CANVAS = "from canvas_widget import Canvas\nCanvas()"
BARE = '''import anywidget

class Bare(anywidget.AnyWidget):
    _esm = """
    const filler = "%s";
    export default { render({ el }) { el.className = "bare-widget"; el.textContent = `shown ${filler.length}`; } };
    """

Bare()''' % ("x" * 50_000)
SHOWN = {CANVAS: "section.cw[data-connection='live']", BARE: ".bare-widget"}
# In the page, from the key that runs the cell to the first frame that shows it: a wait from outside looks too seldom.
WATCH = """(selector) => {
    window.took = null;
    let start = null;
    addEventListener("keydown", (event) => { if (event.key === "Enter") start ??= performance.now(); }, true);
    const look = () => {
        const shown = document.querySelector(selector)?.getBoundingClientRect().height > 0;
        if (shown) window.took = performance.now() - start;
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def run(n: int = 5) -> list[Row]:
    """The rows of this benchmark; each time in a new notebook with a new kernel."""
    from playwright.sync_api import sync_playwright

    import browser
    from e2e.lab import Lab
    from e2e.notebook import Notebook

    path = browser.find()
    if path is None:
        raise SystemExit(browser.HELP)
    times: dict[str, list[float]] = {CANVAS: [], BARE: []}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, sync_playwright() as playwright:
        notebooks = Path(home) / "notebooks"
        notebooks.mkdir()
        with patch.dict(os.environ, compiled(str(Path(home) / "bytecode")), clear=True):
            lab = Lab(Path(home), notebooks)
        flags = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            for round_ in range(n + 1):
                for source, selector in SHOWN.items():
                    page = chromium.new_page(viewport={"width": 1440, "height": 1000})
                    book = Notebook(page, lab, [source])
                    book.focus(0)
                    page.evaluate(WATCH, f".jp-OutputArea {selector}")
                    page.keyboard.press("Control+Enter")
                    page.wait_for_function("() => window.took !== null")
                    took = page.evaluate("() => window.took") / 1000
                    if round_:
                        times[source].append(took)
                    lab.shut_kernels()
                    page.close()
        finally:
            chromium.close()
            lab.stop()
    ours, bare = sample(times[CANVAS]), sample(times[BARE])
    claim = "kernel ready to Canvas() shown in JupyterLab"
    return [Row("shown", claim, ours, "a bare anywidget of 50 kB", bare, "time", ours.p50 / bare.p50, 1.5)]
