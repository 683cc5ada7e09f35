"""Charts fit the width they get: every legend entry is there, no name or label lies on another."""

from __future__ import annotations

import itertools
import json
import math
import re
from typing import Any

import pandas as pd
import pytest

from canvas_widget.render import render_svg
from canvas_widget.render.fit import fitted, label_room
from canvas_widget.render.measure import text_width
from render.kit import SVG, box, chart, document, parse, result

COLUMNS: dict[str, Any] = {
    "layer": [
        {"mark": "bar"},
        {
            "mark": {"type": "text", "baseline": "bottom", "dy": -4},
            "encoding": {"text": {"field": "n", "type": "quantitative", "format": ",.0f"}},
        },
    ],
    "encoding": {
        "x": {"field": "name", "type": "nominal", "sort": None, "title": None},
        "y": {"field": "n", "type": "quantitative", "title": None},
    },
}
LINES: dict[str, Any] = {
    "mark": "line",
    "encoding": {
        "x": {"field": "t", "type": "quantitative"},
        "y": {"field": "n", "type": "quantitative"},
        "color": {"field": "name", "type": "nominal", "title": "Name of the thing"},
    },
}


def drawn(spec: dict[str, Any], frame: pd.DataFrame, width: int = 380) -> str:
    return render_svg(document(box("c", chart(spec), at=(0, 0, width, 280))), {"c": result(frame)})


def places(svg: str, role: str) -> list[tuple[str, float, bool]]:
    """The texts of one role ("axis-label", "legend-label", …): words, x, and whether they are turned."""
    groups = [group for group in parse(svg).iter(f"{SVG}g") if f"role-{role}" in group.get("class", "").split()]
    found = []
    for group in groups:
        for text in group.iter(f"{SVG}text"):
            move = text.get("transform", "")
            found.append((text.text or "", float(re.search(r"translate\((-?[\d.]+)", move)[1]), "rotate" in move))
    return found


def columns(names: list[str], n: int = 1) -> pd.DataFrame:
    return pd.DataFrame({"name": names, "n": [n] * len(names)})


@pytest.mark.parametrize(
    "names", [["a", "b", "c"], [f"make {n}" for n in range(8)], [f"a quite long name {n}" for n in range(8)]]
)
@pytest.mark.parametrize("width", [300, 380, 760])
def test_every_entry_of_a_legend_is_inside_the_picture(names: list[str], width: int) -> None:
    frame = pd.DataFrame([{"name": name, "t": t, "n": t} for name in names for t in range(3)])
    svg = drawn(LINES, frame, width)
    labels = [text for text, _, _ in places(svg, "legend-label")]
    assert [label.rstrip("…") for label in labels] == [
        name[: len(label.rstrip("…"))] for name, label in zip(names, labels, strict=True)
    ]
    assert "Name of the thing" not in "".join(parse(svg).itertext())
    rights = [right(parse(svg), text) for text in labels]
    assert max(rights) <= width - 12


def right(root: Any, words: str) -> float:
    """Where a text of a chart ends, in px from the left of the picture."""
    found = []

    def walk(element: Any, x: float) -> None:
        moved = re.match(r"translate\((-?[\d.]+)", element.get("transform", ""))
        x += float(moved[1]) if moved else float(element.get("x", 0)) if element.tag == f"{SVG}svg" else 0
        if element.tag == f"{SVG}text" and element.text == words:
            found.append(x + text_width(words, 11))
        for child in element:
            walk(child, x)

    walk(root, 0)
    return max(found)


def test_short_names_stand_and_long_ones_turn() -> None:
    short, long = ["Japan", "Europe", "USA"], [f"manufacturer {n}" for n in range(9)]
    assert not any(turned for text, _, turned in places(drawn(COLUMNS, columns(short)), "axis-label") if text in short)
    turned = [turned for text, _, turned in places(drawn(COLUMNS, columns(long)), "axis-label") if text in long]
    assert turned == [True] * 9


@pytest.mark.parametrize("count", [3, 6, 9, 12])
def test_standing_names_do_not_touch(count: int) -> None:
    names = [f"{['ford', 'honda', 'toyota', 'mazda', 'audi'][n % 5]}{n}" for n in range(count)]
    labels = [
        (x, text)
        for text, x, turned in places(drawn(COLUMNS, columns(names)), "axis-label")
        if text in names and not turned
    ]
    for (x, text), (next_x, following) in itertools.pairwise(labels):
        assert x + text_width(text, 11) / 2 <= next_x - text_width(following, 11) / 2


def test_labels_on_columns_are_there_unless_they_would_touch() -> None:
    def labels(count: int) -> int:
        svg = drawn(COLUMNS, columns([f"n{n}" for n in range(count)], n=14_817))
        return sum(text.text == "14,817" for text in parse(svg).iter(f"{SVG}text"))

    assert (labels(5), labels(12)) == (5, 0)


def test_a_spec_is_left_as_it_was_and_other_charts_too() -> None:
    before = repr(COLUMNS)
    rows = [{"name": "a name that is far too long for its band", "n": 1}] * 2
    assert fitted(COLUMNS, rows, 60) != COLUMNS
    assert repr(COLUMNS) == before
    plain = {"mark": "point", "encoding": {"x": {"field": "n", "type": "quantitative"}}}
    assert fitted(plain, rows, 300) == plain


def test_room_is_measured_with_the_format_and_for_escaped_names() -> None:
    text = {"field": "a\\.b", "type": "quantitative", "format": ",.1f"}
    spec = {"layer": [{"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"text": text}}]}
    assert label_room(spec, [{"a.b": 12345.6}, {"a.b": None}]) == -int(-(4 + text_width("12,345.6", 11, 600)) // 1)
    assert label_room(COLUMNS, [{"n": 1}]) == 0


def test_labels_of_integers_past_2_to_the_53_are_measured_as_they_are_written() -> None:
    label = {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"text": {"field": "n", "format": ".3s"}}}
    assert label_room({"layer": [label]}, [{"n": str(2**60)}]) == math.ceil(4 + text_width("1.15E", 11, 600))


@pytest.mark.ledger("X7")
def test_axis_titles_go_where_a_chart_is_low_and_are_no_longer_than_it() -> None:
    axes = {"x": {"field": "a", "title": "Origin"}, "y": {"field": "n", "title": "Mean miles per gallon of all cars"}}
    spec = {"layer": [{"mark": "bar", "encoding": axes}, {"mark": "rule", "encoding": {"y": {"datum": 3}}}]}

    def titles(height: int) -> list[tuple[object, object]]:
        found = fitted(spec, [{"a": "x", "n": 1}], 300, height)["layer"][0]["encoding"]
        return [(found[axis]["title"], found[axis].get("axis", {}).get("titleLimit")) for axis in ("x", "y")]

    assert titles(100) == [(None, None), (None, None)]
    assert titles(150) == [("Origin", None), ("Mean miles per gallon of all cars", 112)]
    assert titles(400) == [("Origin", None), ("Mean miles per gallon of all cars", None)]
    assert spec["layer"][0]["encoding"] == axes


@pytest.mark.ledger("X7")
@pytest.mark.parametrize(
    ("size", "legend"),
    [
        ((600, 300), {"title": None}),
        ((260, 300), {"title": None, "columns": 3}),
        ((236, 144), {"title": None, "orient": "right", "labelLimit": 50}),
        ((236, 94), {"title": None, "orient": "right", "labelLimit": 60, "symbolLimit": 3}),
        ((176, 144), None),
        ((236, 50), None),
    ],
)
def test_a_legend_leaves_a_small_chart_room_to_draw_in(size: tuple[int, int], legend: dict[str, object] | None) -> None:
    color = {"field": "name", "type": "nominal"}
    rows = [{"name": name, "v": 1} for name in ("Alpha", "Beta", "Gamma", "Delta", "Epsilon")]
    layered = {"layer": [{"mark": "line", "encoding": {"x": {"field": "v"}, "color": color}}]}
    for spec in (layered["layer"][0], layered):
        done = fitted(spec, rows, *size)
        assert done.get("layer", [done])[0]["encoding"]["color"]["legend"] == legend


@pytest.mark.ledger("X7")
def test_the_legend_of_a_number_moves_beside_a_low_chart_and_goes_from_a_tiny_one() -> None:
    spec = {"mark": "rect", "encoding": {"color": {"field": "v", "type": "quantitative"}}}

    def legend(width: int, height: int) -> object:
        return fitted(spec, [{"v": 1}], width, height)["encoding"]["color"]["legend"]

    assert legend(300, 300) == {"title": None}
    assert legend(236, 144) == {"title": None, "orient": "right", "gradientLength": 84}
    assert legend(200, 144) is None
    assert legend(236, 94) is None


@pytest.mark.ledger("X7")
@pytest.mark.parametrize(
    ("size", "told"), [((144, 92), False), ((200, 92), True), ((176, 240), False), ((400, 240), True), ((400, 0), True)]
)
def test_the_words_around_a_pie_go_where_they_would_be_cut_and_the_pie_takes_their_room(
    size: tuple[int, int], told: bool
) -> None:
    radius = {"datum": 1, "type": "quantitative", "scale": {"type": "linear", "domain": [0, 1.3]}}
    pie = {
        "layer": [
            {
                "mark": {"type": "arc"},
                "encoding": {
                    "color": {"field": "name", "type": "nominal", "legend": {"orient": "right"}},
                    "radius": radius,
                },
            },
            {"mark": {"type": "text"}, "encoding": {"text": {"field": "share", "format": ".0%"}}},
        ]
    }
    rows = [{"name": name, "share": share} for name, share in (("Europe", 0.18), ("Japan", 0.19), ("USA", 0.63))]
    before = json.dumps(pie)
    layers = fitted(pie, rows, *size)["layer"]
    assert len(layers) == (2 if told else 1)
    assert layers[0]["encoding"]["radius"]["scale"]["domain"] == [0, 1.3 if told else 1]
    assert json.dumps(pie) == before
