"""The eye of the pictures itself: what is blank, cut off or overlaps is found, and a sound view passes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from e2e.looks import check_view, problems_of

VIEW = """<section class="cw" style="position:relative;width:600px;height:300px;overflow:hidden;background:#fff">
<header class="hd" style="height:40px"><h1 style="width:200px;float:left">Cars</h1><button>Add</button></header>
<div class="react-flow__node" data-container-id="a" style="position:absolute;left:16px;top:60px;width:200px;
height:120px;overflow:hidden;background:#fff"><p style="margin:8px;{text}">Horsepower by model year</p>{drawn}</div>
<div class="react-flow__node" data-container-id="b" style="position:absolute;left:{left}px;top:60px;width:200px;
height:120px;background:linear-gradient(90deg,#147,#fa3)"></div>
<div class="fl" style="position:absolute;left:{bar}px;top:240px;width:120px;height:32px">100 %</div></section>"""
SOUND = {
    "text": "",
    "left": "232",
    "bar": "16",
    "drawn": '<div style="height:60px;background:linear-gradient(90deg,#fa3,#147)"></div>',
}


def shown(page: Page, **changed: str) -> list[str]:
    page.set_content(VIEW.format(**{**SOUND, **changed}))
    return problems_of(page.locator("section.cw"))


def test_a_sound_view_passes(page: Page) -> None:
    assert shown(page) == []
    view = page.locator("section.cw")
    check_view(view, view.screenshot())


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"text": "white-space:nowrap;width:120px;overflow:hidden"}, "cut"),
        ({"text": "white-space:nowrap;font-size:30px"}, "cut"),
        ({"left": "180"}, "overlap"),
        ({"bar": "560"}, "outside"),
    ],
)
def test_what_is_cut_off_overlaps_or_leaves_the_view_is_found(page: Page, changed: dict[str, str], found: str) -> None:
    assert any(line.startswith(found) for line in shown(page, **changed))


def test_a_text_that_ends_in_an_ellipsis_is_not_cut(page: Page) -> None:
    assert shown(page, text="white-space:nowrap;width:120px;overflow:hidden;text-overflow:ellipsis") == []


def test_a_blank_container_is_found(page: Page) -> None:
    shown(page, drawn="", text="color:#fff")
    view = page.locator("section.cw")
    with pytest.raises(AssertionError, match="blank: a"):
        check_view(view, view.screenshot())
