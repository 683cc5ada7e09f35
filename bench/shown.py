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
# What is to be seen: first that it is there with all that it shows, then that its session answers.
SHOWN = {CANVAS: ("section.cw .em h2", "section.cw[data-connection='live']"), BARE: (".bare-widget", ".bare-widget")}
# In the page, from the key that runs the cell to the first frame that shows it: a wait from outside looks too seldom.
WATCH = """(selectors) => {
    window.took = [];
    let start = null;
    addEventListener("keydown", (event) => { if (event.key === "Enter") start ??= performance.now(); }, true);
    const look = () => {
        const next = document.querySelector(`.jp-OutputArea ${selectors[window.took.length]}`);
        if (next?.getBoundingClientRect().height > 0) window.took.push(performance.now() - start);
        if (window.took.length < selectors.length) requestAnimationFrame(look);
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
    times: dict[str, list[list[float]]] = {CANVAS: [], BARE: []}
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
                for source, selectors in SHOWN.items():
                    page = chromium.new_page(viewport={"width": 1440, "height": 1000})
                    book = Notebook(page, lab, [source])
                    book.focus(0)
                    page.evaluate(WATCH, selectors)
                    page.keyboard.press("Control+Enter")
                    page.wait_for_function("() => window.took.length === 2")
                    took = [each / 1000 for each in page.evaluate("() => window.took")]
                    if round_:
                        times[source].append(took)
                    lab.shut_kernels()
                    page.close()
        finally:
            chromium.close()
            lab.stop()
    shown, live = (sample([each[step] for each in times[CANVAS]]) for step in (0, 1))
    bare = sample([each[0] for each in times[BARE]])
    claim, peer = "kernel ready to Canvas() shown in JupyterLab", "a bare anywidget of 50 kB"
    return [
        Row("shown", claim, shown, peer, bare, "time", shown.p50 / bare.p50, 1.5),
        Row("shown", "and to its session's first answer", live, peer, bare, "time", live.p50 / bare.p50, None),
    ]
