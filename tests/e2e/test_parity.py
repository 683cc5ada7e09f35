"""One look: what the browser draws of a canvas is what the headless renderer draws, mark by mark and line by line."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from canvas_widget.render.page import page_result
from canvas_widget.render.svg import cjk_faces
from e2e.parity import CANVASES, NO_ROWS, Drawing, Line, build, headless, texts

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT.parent / "src" / "canvas_widget" / "static" / "widget.js"
ORIGIN = "http://localhost/"
PAGE = (
    '<!doctype html><meta charset="utf-8"><div id="out" style="width:1100px"></div>'
    '<script type="module" src="/parity.js"></script>'
)

WITHIN = 1.5
"""How far a mark may stand elsewhere, px: less than a reader sees, more than two text measurers differ by."""

CUT_ELSEWHERE = {"bars of many names": 6.0, "bars of long names": 6.0}
"""Turned names end in an ellipsis; the two measurers may cut one letter apart, which moves the plot by its width."""

HALF_STEPS = {"odd.name[1]": 10.0}
"""Where counts stay below 3, the headless vega-scale (8.1.0) labels half steps too, which need more room on the left.
Axes are not compared here; marks and their labels are."""

FILLED = {"shares over time"}

Draw = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def draw(page: Page) -> Draw:
    files = {"widget.js": BUNDLE, "parity.js": ROOT / "pages" / "parity.js"}

    def answer(route: Any) -> None:
        path = files.get(route.request.url.removeprefix(ORIGIN))
        if path is None:
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            route.fulfill(path=path, content_type="text/javascript")

    page.route(f"{ORIGIN}**", answer)
    page.goto(ORIGIN)
    page.wait_for_function("() => window.ready")
    return lambda picture: dict(page.evaluate("(picture) => window.draw(picture)", picture))


def extent(item: dict[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of an item in the chart's box, from its own numbers; px. Text has its anchor alone."""
    left, top = item["left"] + item.get("x", 0), item["top"] + item.get("y", 0)
    right, bottom = item["left"] + item.get("x2", item.get("x", 0)), item["top"] + item.get("y2", item.get("y", 0))
    if item["mark"] in {"rect", "group", "image"}:
        right, bottom = left + item.get("width", 0), top + item.get("height", 0)
    elif item["mark"] == "symbol":
        radius = math.sqrt(item.get("size", 64)) / 2
        left, top, right, bottom = left - radius, top - radius, left + radius, top + radius
    elif item["mark"] == "arc":
        angles = (item.get("startAngle", 0), item.get("endAngle", 0))
        radius = item.get("outerRadius", 0)
        ends = [(radius * math.sin(angle), -radius * math.cos(angle)) for angle in angles]
        return left + ends[0][0], top + ends[0][1], left + ends[1][0], top + ends[1][1]
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def farthest(one: Sequence[float], other: Sequence[float]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def words(drawing: Drawing) -> list[tuple[str, str, str]]:
    return [(item["mark"], item["role"], str(item.get("text", ""))) for item in drawing]


def placed(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Lines by their words, those with the same words from the top and the left."""
    found = defaultdict(list)
    for line in sorted(lines, key=lambda line: (round(line.y), round(line.x))):
        found[line.words].append(line)
    return dict(found)


def compared(name: str, ours: list[Line], theirs: list[Line]) -> float:
    """The farthest that two drawings of the same lines are apart, px."""
    one, other = placed(ours), placed(theirs)
    assert {text: len(lines) for text, lines in one.items()} == {text: len(lines) for text, lines in other.items()}, (
        name
    )
    pairs = [pair for text in one for pair in zip(one[text], other[text], strict=True)]
    assert all(a.size == pytest.approx(b.size) for a, b in pairs), name
    return max((farthest((a.x, a.y), (b.x, b.y)) for a, b in pairs), default=0.0)


@pytest.mark.ledger("X7", "N6")
def test_browser_and_headless_draw_the_same(draw: Draw) -> None:
    count = 0
    marks, lines = {}, {}
    for name, work, mode in build():
        count += 1
        results = {box.id: found for box in work.document if (found := work.result_for(box.id)) is not None}
        if name == NO_ROWS:
            results["chart"] = replace(results["chart"], table=results["chart"].table.slice(0, 0), row_count=0)
        wire = {key: page_result(result) for key, result in results.items()}
        picture = {"document": work.document.to_wire(), "results": wire, "theme": mode}
        told = draw(picture | {"faces": cjk_faces(json.dumps(picture, ensure_ascii=False), "600 700")})
        assert told["zoom"] == 1
        for box, seen in zip(work.document, told["containers"], strict=True):
            result = results.get(box.id)
            where = f"{name}: {box.id}"
            there = [Line(**line) for line in seen["lines"]]
            lines[where] = compared(where, texts(box, result, mode), there)
            if box.kind != "chart" or result is None or not result.row_count:
                continue
            scene = headless(box, result, mode)
            live = seen["scene"]
            if name in HALF_STEPS:
                live, scene = ([item for item in one if item["role"] == "mark"] for one in (live, scene))
            assert words(live) == words(scene), where
            marks[name] = max(farthest(extent(a), extent(b)) for a, b in zip(live, scene, strict=True))
            filled = name in FILLED  # a stacked area has a point in every place, for series without a row there too
            assert 0 < len(seen["marks"]) <= result.row_count or filled, where
            assert {kind for kind, *_ in seen["marks"]} <= {item["mark"] for item in live}, where
    assert count == CANVASES
    bounds = CUT_ELSEWHERE | HALF_STEPS
    assert {name: apart for name, apart in marks.items() if apart > bounds.get(name, WITHIN)} == {}
    assert {where: apart for where, apart in lines.items() if apart > WITHIN} == {}
