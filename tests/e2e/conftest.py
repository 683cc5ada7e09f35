"""The browser and servers of the end-to-end tests. They never skip: without a browser they fail, naming what helps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

import browser as browsers
from e2e.lab import Lab
from e2e.notebook import Notebook
from e2e.standalone import PASSWORD
from server.process import Server

# No name is looked up but this machine's. Asking Playwright about each request instead would slow every page, and keep
# none of what was fetched for the next one.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
HERE = ("http://127.0.0.1", "http://localhost")
FLAGS = [
    ALONE,
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
]
# What Notebook 7 itself throws while it loads its settings, with or without a canvas.
FOREIGN = ("Cannot read properties of undefined (reading 'schema')", "Command 'filebrowser:open-path' not registered")
VIEWPORT = {"width": 1440, "height": 1000}
expect.set_options(timeout=20_000)  # a machine with two slow cores is no reason to fail


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = browsers.find()
    if path is None:
        pytest.fail(browsers.HELP, pytrace=False)
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    started = Lab(tmp_path_factory.mktemp("lab-home"), tmp_path_factory.mktemp("notebooks"))
    yield started
    started.stop()


@contextmanager
def profile(chromium: Browser, pictures: Path | None) -> Iterator[BrowserContext]:
    """A fresh profile that reaches this machine only: any other request is noted."""
    opened = chromium.new_context(viewport=VIEWPORT, device_scale_factor=2 if pictures else 1)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    opened.close()
    strangers = [url for url in asked if url.startswith("http") and not url.startswith(HERE)]
    assert not strangers, f"the page asked for {strangers}"


@contextmanager
def tab(context: BrowserContext) -> Iterator[Page]:
    """A tab whose uncaught errors fail the test."""
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    problems: list[str] = []

    def uncaught(error: Error) -> None:
        if "/static/notebook/" not in (error.stack or "") or not any(known in str(error) for known in FOREIGN):
            problems.append((error.stack or str(error))[:2000])

    opened.on("pageerror", uncaught)
    opened.console_errors = []  # type: ignore[attr-defined]

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            opened.console_errors.append(message.text)  # type: ignore[attr-defined]

    opened.on("console", note)
    yield opened
    assert not problems, "uncaught errors in the page:\n" + "\n".join(problems)


@pytest.fixture
def context(chromium: Browser, pictures: Path | None) -> Iterator[BrowserContext]:
    with profile(chromium, pictures) as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    with tab(context) as opened:
        yield opened


@pytest.fixture
def notebook(page: Page, lab: Lab) -> Iterator[Callable[[list[str] | Path], Notebook]]:
    """Opens a notebook with the given cells in a tab; its kernel ends with the test."""
    opened: list[Notebook] = []

    def open_(cells: list[str] | Path) -> Notebook:
        opened.append(Notebook(page, lab, cells))
        return opened[-1]

    yield open_
    lab.let_go(book.path.name for book in opened)


@pytest.fixture(scope="module")
def shared(chromium: Browser, lab: Lab, pictures: Path | None) -> Iterator[Callable[..., Notebook]]:
    """The same in tabs that the tests of a module share: for what only looks, puts back what it changes, or begins with
    a cell that makes all anew. Each has a profile of its own: two tabs of JupyterLab in one talk about their names.
    """
    books: list[Notebook] = []

    with ExitStack() as tabs:

        def open_(cells: list[str] | Path, *, classic: bool = False) -> Notebook:
            page = tabs.enter_context(tab(tabs.enter_context(profile(chromium, pictures))))
            books.append(Notebook(page, lab, cells, classic=classic))
            return books[-1]

        yield open_
    lab.let_go(book.path.name for book in books)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("standalone"))
    for name in ("ada", "bob", "cleo", "dan", "eve"):
        started.add_user(name, PASSWORD)
    yield started
    started.stop()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "sales 2025.csv"
    path.write_text("region,revenue,units\nnorth,10,1\nsouth,20.5,2\neast,30,3\nwest,5.25,4\nnorth,7.75,5\n")
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A failed test leaves a picture of its tab in build/e2e/."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if call.when == "call" and call.excinfo is not None and page is not None:
        folder = Path(item.config.rootpath) / "build" / "e2e"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{item.name}.png")
    return report
