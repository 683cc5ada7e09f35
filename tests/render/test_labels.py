"""Words beside rules, in bands and at places: whole and inside the picture, however long they are."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.data import Catalogue, ChartRequest
from canvas_widget.layout import Box, Placing
from canvas_widget.render import render_container_svg
from canvas_widget.render.labels import lined
from canvas_widget.render.measure import text_width
from canvas_widget.workspace import Workspace
from render.kit import SVG, parse

MONTHS = pd.DataFrame({"month": pd.date_range("2024-01-01", periods=24, freq="MS"), "v": range(24), "n": range(24)})
LONG = "The new price list came into force on this very day in all our shops"


def words(svg: str) -> list[tuple[float, float, str]]:
    """Left end, right end and words of each line of the text marks, px in the picture."""
    found = []

    def walk(element: Any, x: float, mark: bool) -> None:
        moved = re.match(r"translate\((-?[\d.]+)", element.get("transform", ""))
        x += float(moved[1]) if moved else float(element.get("x", 0)) if element.tag == f"{SVG}svg" else 0
        mark = mark or "mark-text role-mark" in element.get("class", "")
        if element.tag == f"{SVG}text" and mark:
            for line in [part.text for part in element.iter(f"{SVG}tspan")] or [element.text]:
                width = text_width(line or "", 11, 600)
                left = x - {"end": width, "middle": width / 2}.get(element.get("text-anchor"), 0)
                found.append((left, left + width, line or ""))
        for child in element:
            walk(child, x, mark)

    walk(parse(svg), 0, False)
    return found


@pytest.mark.ledger("X7", "E7")
@pytest.mark.parametrize("width", [240, 400, 720])
@pytest.mark.parametrize(
    "note",
    [
        *({"x": f"{year}-{month:02}"} for year in (2024, 2025) for month in (1, 6, 12)),
        {"x": ["2025-09", "2025-12"]},
        {"x": "2025-12", "y": 10},
        {"x": "2024-01", "y": 10},
        {"y": 12},
    ],
    ids=str,
)
def test_long_words_are_whole_and_inside(note: dict[str, Any], width: int) -> None:
    work = Workspace("labels", 800, 600, catalogue=Catalogue(lambda: {"d": MONTHS}))
    request = {"dataset": "d", "mark": "line", "x": "month", "y": "v", "annotations": [{**note, "text": LONG}]}
    work.chart("c", ChartRequest.model_validate(request), placing=Placing(box=Box(0, 0, width, 300)))
    found = words(render_container_svg(work.document["c"], work.result_for("c"), theme="light"))
    shown = " ".join(line for _, _, line in found)
    assert shown == LONG if width >= 400 else LONG.startswith(shown.rstrip("…").rstrip())
    assert all(left >= 0 and right <= width for left, right, _ in found)


@pytest.mark.ledger("E7")
def test_words_turn_away_from_the_nearer_edge() -> None:
    frame = pd.DataFrame({"name": list("abcdef"), "n": [9, 5, 7, 3, 8, 2]})
    for name in frame["name"]:
        work = Workspace("labels", 800, 600, catalogue=Catalogue(lambda: {"d": frame}))
        note = {"x": name, "text": "A label of some length"}
        work.chart(
            "c", ChartRequest.model_validate({"dataset": "d", "x": "name", "y": "sum(n)", "annotations": [note]})
        )
        mark = next(layer["mark"] for layer in work.document["c"].content.spec["layer"] if "text" in layer["mark"])
        assert mark["align"] == ("left" if name in "abc" else "right")


@given(st.text(st.sampled_from("ab cdefghij-漢😀"), max_size=120), st.integers(60, 800))
def test_no_line_is_wider_than_its_room_and_no_word_is_lost(text: str, plot: int) -> None:
    shape = {"type": "text", "text": text, "baseline": "bottom", "dy": -3}
    mark = lined({"mark": shape, "encoding": {"x": {"value": "width"}}}, plot)["mark"]
    lines = mark["text"] if isinstance(mark["text"], list) else [mark["text"]]
    assert len(lines) <= 3
    assert all(text_width(line, 11, 600) <= max(plot - 8, 14) for line in lines)
    shown = "".join(lines).replace(" ", "")
    assert text.replace(" ", "").startswith(shown.removesuffix("…"))
    assert shown.endswith("…") or shown == text.replace(" ", "")
    assert mark["dy"] == -3 - 13 * (len(lines) - 1)


def placed(svg: str) -> list[tuple[float, float, float, str]]:
    """Left end, right end, baseline and words of each text mark of one line."""
    found: list[tuple[float, float, float, str]] = []

    def walk(element: Any, x: float, y: float) -> None:
        moved = re.match(r"translate\((-?[\d.]+),(-?[\d.]+)", element.get("transform", ""))
        x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
        for child in element:
            walk(child, x, y)
        if element.tag == f"{SVG}text" and element.get("font-weight") == "600" and element.text in NAMES:
            width = text_width(element.text, 11, 600)
            left = x - (width if element.get("text-anchor") == "end" else 0)
            found.append((left, left + width, y, element.text))

    walk(parse(svg), 0, 0)
    return found


NAMES = ("Price list", "Strike", "Opening day")


@pytest.mark.ledger("X7")
@pytest.mark.parametrize(
    "places",
    [
        ({"x": "2024-12"}, {"x": "2025-01"}),
        ({"x": "2025-10"}, {"x": "2025-12"}),
        ({"x": "2024-01"}, {"x": "2024-03"}),
        ({"x": "2025-08"}, {"x": "2025-10"}, {"x": "2025-12"}),
        ({"y": 11}, {"y": 11.5}),
        ({"y": 11}, {"y": 10.5}, {"y": 11.5}),
    ],
    ids=str,
)
def test_words_of_close_rules_do_not_lie_on_one_another(places: tuple[dict[str, Any], ...]) -> None:
    work = Workspace("labels", 800, 600, catalogue=Catalogue(lambda: {"d": MONTHS}))
    notes = [{**place, "text": name} for place, name in zip(places, NAMES, strict=False)]
    request = {"dataset": "d", "mark": "line", "x": "month", "y": "v", "annotations": notes}
    work.chart("c", ChartRequest.model_validate(request), placing=Placing(box=Box(0, 0, 480, 300)))
    found = placed(render_container_svg(work.document["c"], work.result_for("c"), theme="light"))
    assert sorted(name for *_, name in found) == sorted(NAMES[: len(places)])
    for at, (left, right, line, name) in enumerate(found):
        for start, end, other, beside in found[:at]:
            assert right < start or end < left or abs(line - other) >= 12, f"{name} lies on {beside}"
