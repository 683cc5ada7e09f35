"""The exported page, opened from disk in a real browser: it asks for nothing, runs no eval, and can be worked with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from canvas_widget import Canvas

SALES = pd.DataFrame({"地域": ["東京", "大阪", "서울", "Αθήνα", "Москва"], "売上": [120, 90, 80, 40, 60]})
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
"""


@pytest.fixture
def exported(tmp_path: Path) -> Iterator[Path]:
    canvas = Canvas(name="exported page", data={"sales": SALES})
    canvas.clear()
    canvas.chart("bars", data="sales", x="地域", y="sum(売上)", title="地域別の売上")
    canvas.table("rows", data="sales")
    canvas.metric("total", data="sales", value="sum(売上)")
    yield canvas.to_html(tmp_path / "page.html")
    canvas.close()


@pytest.fixture
def disk(chromium: Browser) -> Iterator[Page]:
    """A tab without any network; `asked` holds every address it wanted."""
    context = chromium.new_context(viewport={"width": 1000, "height": 800}, offline=True)
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.add_init_script(WATCH)
    yield page
    context.close()


@pytest.mark.ledger("X7")
def test_a_page_opens_from_disk_and_asks_for_nothing(exported: Path, disk: Page) -> None:
    disk.goto(exported.as_uri())
    disk.wait_for_selector("figure[data-marks]")
    asked = [url for url in disk.asked if not url.startswith(("blob:", "data:"))]
    assert asked == [exported.as_uri()]
    assert disk.evaluate("refused") == []
    policy = disk.locator("meta[http-equiv]").get_attribute("content") or ""
    assert "eval" not in policy.replace("'unsafe-inline'", "")
    assert policy.startswith("default-src 'none'")
    fonts = disk.evaluate(
        "[...document.fonts].filter((face) => face.unicodeRange.includes('4E00')).map((face) => face.status)"
    )
    assert "loaded" in fonts, "the page brings the Chinese, Japanese and Korean characters it shows"

    told = disk.get_by_text("Where the numbers come from")
    frame, line, box = (each.bounding_box() for each in (disk.locator(".cw"), told, disk.locator("figure[data-marks]")))
    assert frame is not None
    assert line is not None
    assert box is not None
    assert frame["height"] > 700, "the canvas fills a window of 800 pixels"
    assert line["y"] >= frame["y"] + frame["height"]
    assert line["y"] + line["height"] <= 800, "what is below it is in sight"
    for step in range(1, 9):
        disk.mouse.move(box["x"] + box["width"] * step / 9, box["y"] + box["height"] * 0.8)
        if disk.locator(".tip", has_text="地域").count():
            break
    assert disk.locator(".tip", has_text="地域").count() == 1, "a mark says what it is"
    told.click()
    assert SALES.売上.sum() == 390
    assert disk.get_by_text("390", exact=True).first.is_visible()
    assert 'sum("売上")' in (disk.locator("#sources").inner_text())


@pytest.mark.ledger("X7", "N6")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_a_picture_where_no_script_runs(
    exported: Path, chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(java_script_enabled=False, offline=True, color_scheme=scheme)
    page = context.new_page()
    page.goto(exported.as_uri())
    picture = page.locator("#canvas > svg:visible")
    assert picture.count() == 1
    assert picture.get_attribute("class") == scheme
    assert picture.locator("text", has_text="地域別の売上").first.is_visible()
    assert page.get_by_text("Where the numbers come from").is_visible()
    context.close()
