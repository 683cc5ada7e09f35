"""Takes the pictures of docs/server.md: the standalone page of a real server, in its main states and both themes.

    python scripts/page_pictures.py [NAME …]

No provider is set, so the built-in model answers and the pictures hold still. Names give the pictures to keep.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import httpx  # noqa: E402
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright  # noqa: E402
from vega_datasets import local_data  # noqa: E402

import browser as browsers  # noqa: E402
from e2e.conftest import FLAGS  # noqa: E402
from e2e.looks import check_view, wait_sharp  # noqa: E402
from e2e.standalone import PASSWORD, Standalone  # noqa: E402
from server.process import Server  # noqa: E402

__all__: list[str] = []

TARGET = ROOT / "docs" / "images" / "page"
LIMIT = 250_000
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 420, "height": 840}
NAMES = {"Name": "car", "Miles_per_Gallon": "mpg", "Weight_in_lbs": "weight", "Year": "date"}
PROMPTS = (
    "line chart of mean mpg by year by origin",
    "bar chart of mean mpg by origin",
    "mean mpg as a metric",
    "table of cars with the highest mpg",
)


class Album:
    """One user's page in one theme, and the way to keep a picture of it."""

    def __init__(self, page: Page, theme: str, wanted: list[str]) -> None:
        self.page, self.theme, self.wanted = page, theme, wanted

    def keep(self, name: str) -> None:
        """Keeps a picture of the whole page; where a canvas is seen, it is looked at first."""
        if self.wanted and name not in self.wanted:
            return
        self.page.mouse.move(2, 400)
        wait_sharp(self.page.locator("body"))
        picture = self.page.screenshot(animations="disabled")
        if self.page.locator("section.cw").count():
            check_view(self.page.locator("body"), picture)
        assert len(picture) <= LIMIT, f"{name} has {len(picture):,} bytes; {LIMIT:,} is the limit"
        (TARGET / f"{name}-{self.theme}.png").write_bytes(picture)


def take(album: Album, desk: Standalone, server: Server, name: str, table: Path) -> None:
    page = album.page
    desk.open()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    album.keep("sign-in")
    desk.enter(name)
    desk.make("Fuel economy")
    desk.upload(table)
    for prompt in PROMPTS:
        desk.ask(prompt)
    expect(desk.canvas.containers).to_have_count(len(PROMPTS))
    desk.canvas.settle()
    expect(page.locator(".toast")).to_have_count(0, timeout=20_000)
    album.keep("canvas")
    page.get_by_role("button", name="Share").click()
    desk.dialog.get_by_label("User name").fill("ben")
    page.keyboard.press("Enter")
    expect(desk.dialog.get_by_role("status")).to_contain_text("ben may now view")
    album.keep("share")
    page.keyboard.press("Escape")
    page.set_viewport_size(NARROW)
    page.locator(".cv").focus()
    page.keyboard.press("1")
    desk.canvas.settle()
    album.keep("narrow")
    page.set_viewport_size(WIDE)
    page.get_by_role("link", name="All canvases").click()
    signed = {"Authorization": f"Bearer {server.sign_in(name, PASSWORD)}"}
    with httpx.Client(base_url=server.http(""), headers=signed, timeout=60) as http:
        for title in ("Churn by cohort", "Support load"):
            http.post("sessions", json={"name": title}).raise_for_status()
        old = http.post("sessions", json={"name": "Spring campaign"}).json()["session_id"]
        http.delete(f"sessions/{old}").raise_for_status()
    page.reload()
    expect(page.get_by_role("link", name="Support load")).to_be_visible()
    page.get_by_role("button", name="ended session").click()
    album.keep("list")
    page.get_by_role("button", name="Actions for Support load").click()
    expect(page.get_by_role("menu")).to_be_visible()
    album.keep("menu")


def shoot(browser: Browser, server: Server, theme: str, wanted: list[str], table: Path) -> None:
    name = {"light": "ada", "dark": "dora"}[theme]
    server.add_user(name, PASSWORD)
    context = browser.new_context(
        viewport=WIDE,
        device_scale_factor=1.25,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    take(Album(page, theme, wanted), Standalone(page, server.port), server, name, table)
    context.close()


def main() -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="canvas-widget-pictures-") as folder, sync_playwright() as playwright:
        table = Path(folder) / "cars.csv"
        cars = local_data.cars().rename(columns=NAMES).rename(columns=str.lower)
        cars = cars[["car", "origin", "date", "mpg", "weight", "horsepower", "cylinders"]]
        cars.assign(year=cars.date.dt.year).drop(columns="date").to_csv(table, index=False)
        server = Server(Path(folder))
        browser = playwright.chromium.launch(executable_path=browsers.find(), args=[*FLAGS, "--no-sandbox"])
        try:
            server.add_user("ben", PASSWORD)
            for theme in ("light", "dark"):
                shoot(browser, server, theme, sys.argv[1:], table)
        finally:
            browser.close()
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
