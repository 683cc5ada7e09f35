"""Tables in the picture: the rows that fit, what is left out, and how cells are set."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import TableContent
from canvas_widget.render import render_svg
from canvas_widget.render.table import column_widths
from render.kit import SVG, box, document, parse, result, texts


def table(frame: pd.DataFrame, *, at: tuple[int, int, int, int] = (0, 0, 380, 280), **given: object) -> str:
    content = TableContent(sql="", columns=given.pop("columns", None), request=given.pop("request", None))
    return render_svg(document(box("t", content, at=at, title="T")), {"t": result(frame, **given)})


@pytest.mark.parametrize(
    ("rows", "shown", "note"), [(9, 9, None), (10, 8, "+ 2 more rows"), (400, 8, "+ 392 more rows")]
)
def test_as_many_rows_as_fit_and_the_rest_counted(rows: int, shown: int, note: str | None) -> None:
    drawn = texts(table(pd.DataFrame({"name": [f"row {n}" for n in range(rows)]})))
    assert [text for text in drawn if text.startswith("row ")] == [f"row {n}" for n in range(shown)]
    assert [text for text in drawn if text.startswith("+")] == ([note] if note else [])


@pytest.mark.parametrize(("rows", "shown", "more"), [(4, 4, ""), (9, 8, "1 more row and ")])
def test_columns_left_out_are_counted_even_where_all_rows_would_fit(rows: int, shown: int, more: str) -> None:
    frame = pd.DataFrame({f"number_{column}": [10**12 + row for row in range(rows)] for column in range(5)})
    drawn = texts(table(frame))
    assert drawn.count("number_0") == 1
    assert len([text for text in drawn if text.startswith("1,000,")]) == 2 * shown
    assert drawn[-1] == f"+ {more}3 more columns"


@pytest.mark.ledger("X7")
def test_columns_are_as_wide_as_in_the_live_table_that_knows_its_first_page() -> None:
    words = ["short"] * 20 + ["a far longer cell that is not in view"]
    below, plain = (table(pd.DataFrame({"a": values, "b": ["x"] * len(values)})) for values in (words, words[:20]))
    at = [next(float(t.get("x")) for t in parse(svg).iter(f"{SVG}text") if t.text == "b") for svg in (below, plain)]
    assert at[0] > at[1] + 50


def test_numbers_stand_right_and_text_left() -> None:
    svg = table(pd.DataFrame({"name": ["a"], "n": [2110], "f": [46.6]}))
    anchors = {"".join(text.itertext()): text.get("text-anchor", "start") for text in parse(svg).iter(f"{SVG}text")}
    assert anchors == {"T1 row": "start", "name": "start", "a": "start"} | dict.fromkeys(
        ("n", "2,110", "f", "46.6"), "end"
    )


def test_missing_values_are_dashes_and_big_integers_exact() -> None:
    frame = pd.DataFrame({"s": ["x", None], "f": [1.5, math.nan], "n": pd.array([2**60, None], dtype="Int64")})
    assert texts(table(frame))[2:] == ["s", "x", "–", "f", "1.5", "–", "n", "1,152,921,504,606,846,976", "–"]


def test_columns_in_the_order_asked_for() -> None:
    frame = pd.DataFrame({"a": ["1a"], "b": ["1b"], "c": ["1c"]})
    assert texts(table(frame, columns=["c", "a"]))[2:] == ["c", "1c", "a", "1a"]


def test_the_sorted_column_carries_an_arrow_and_bars_as_long_as_its_values() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "n": [200, 50]})
    svg = table(frame, request={"sort": "-n"})
    bars = [rect for rect in parse(svg).iter(f"{SVG}rect") if rect.get("height") == "8"]
    assert "n ↓" in texts(svg)
    assert float(bars[1].get("width")) / float(bars[0].get("width")) == 0.25


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({"rows_read": 406}, "2 of 406"),
        ({"truncated": True}, "first 2 rows"),
        ({}, "2 rows"),
        ({"rows_read": 2}, "2 rows"),
    ],
)
def test_the_note_says_how_much_of_the_data_it_is(given: dict[str, object], note: str) -> None:
    assert texts(table(pd.DataFrame({"n": [1, 2]}), **given))[1] == note


def test_columns_that_do_not_fit_are_counted() -> None:
    frame = pd.DataFrame({f"column {n}": ["some words in a cell"] for n in range(12)})
    drawn = texts(table(frame))
    assert drawn[-1] == f"+ {12 - sum(text.startswith('column') for text in drawn)} more columns"


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("kind", [int, str], ids=["numbers", "words"])
def test_the_arrow_of_the_column_that_sorts_stays_where_its_name_is_cut(kind: type) -> None:
    name = "a name that is longer than any of its values"
    frame = pd.DataFrame({name: [kind(7), kind(5)], "note": ["some words that need room"] * 2})
    (heading,) = [
        text for text in texts(table(frame, at=(16, 16, 200, 160), request={"sort": f"-{name}"})) if "↓" in text
    ]
    assert heading.endswith("… ↓")
    assert name.startswith(heading.removesuffix("… ↓"))


@pytest.mark.ledger("X7")
@pytest.mark.parametrize("width", [200, 260, 420])
@pytest.mark.parametrize("sort", ["-power", "power"])
def test_the_column_that_sorts_is_shown_however_narrow_the_table(width: int, sort: str) -> None:
    names = ["a rather long name of a car", "another long name of a car"]
    frame = pd.DataFrame({"name": names, "origin": ["USA"] * 2, "made": [1970, 1971], "power": [230, 225]})
    drawn = texts(table(frame, at=(16, 16, width, 200), request={"sort": sort}))
    assert f"power {'↓' if sort.startswith('-') else '↑'}" in drawn
    assert {"230", "225"} <= set(drawn)
    assert any(text.startswith("a r") for text in drawn)
    unsorted = texts(table(frame, at=(16, 16, width, 200)))
    assert ("power" in unsorted) == (width == 420)


@given(st.lists(st.tuples(st.floats(1, 400), st.floats(1, 400)), min_size=1, max_size=12), st.floats(1, 800))
def test_widths_fill_the_room_and_keep_their_least(columns: list[tuple[float, float]], room: float) -> None:
    natural, least = [max(pair) for pair in columns], [min(pair) for pair in columns]
    widths = column_widths(natural, least, room)
    assert 1 <= len(widths) <= len(natural)
    assert sum(widths) <= room + 0.01
    if len(widths) > 1:
        assert all(width >= floor - 0.01 for width, floor in zip(widths, least, strict=False))
    if sum(natural) <= room:
        assert sum(widths) == pytest.approx(room)
