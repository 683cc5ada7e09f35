"""The canvas in words: equal when the canvas is equal, different when anything shown is different."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from canvas_widget.document import (
    Container,
    Document,
    MetricContent,
    Set,
    TableContent,
    TextContent,
    Transaction,
    apply,
)
from canvas_widget.render import content_hash, kind_words, render_text
from render.kit import BAR, box, cars, chart, document, result

CARS = cars()
MPG = CARS.groupby("Origin").Miles_per_Gallon.mean().sort_values(ascending=False).rename("mpg").reset_index()


def boxes() -> tuple[Container, ...]:
    spec = {**BAR, "description": "Mean"}
    return (
        box("mpg", chart(spec), at=(16, 112, 376, 216), title="Mpg by origin"),
        box(
            "count",
            MetricContent(sql="SELECT count(*) FROM cars", format=","),
            at=(16, 16, 768, 80),
            title="Number of cars",
        ),
        box("note", TextContent(markdown="Japan **leads**.\n- one\n- two"), at=(408, 112, 376, 216), title="Note"),
        box("cars", TableContent(sql="SELECT * FROM cars"), at=(16, 344, 768, 240), title="Cars"),
    )


def rows(mpg: pd.DataFrame = MPG) -> dict[str, Any]:
    return {
        "mpg": result(mpg),
        "count": result(pd.DataFrame({"n": [406]})),
        "cars": result(CARS[["Name", "Weight_in_lbs"]].head(22)),
    }


def changed(canvas: Document, path: str, value: object) -> Document:
    return apply(canvas, Transaction(changes=(Set(path=path, value=value),), at="2030-01-01T00:00:00Z")).document


@pytest.mark.ledger("N5")
def test_the_text_says_what_stands_where_with_its_values() -> None:
    text = render_text(document(*boxes(), name="main"), rows())
    assert text.splitlines()[:16] == [
        "Canvas main: 800 × 600 px, 4 containers",
        "",
        "1. Number of cars – metric at 16, 16, 768 × 80 px",
        "   406",
        "",
        "2. Mpg by origin – bar chart at 16, 112, 376 × 216 px",
        "   Mean",
        "   Origin | mpg",
        "   Japan | 30.4506329114",
        "   Europe | 27.8914285714",
        "   USA | 20.0835341365",
        "",
        "3. Note – note at 408, 112, 376 × 216 px",
        "   Japan leads.",
        "   • one",
        "   • two",
    ]
    assert "   + 2 more rows" in text.splitlines()


CHANGES = [
    ("/containers/mpg/title", "Mpg by region"),
    ("/containers/mpg/x", 17),
    ("/containers/mpg/height", 217),
    ("/containers/count/hidden", True),
    ("/containers/note/z", 3),
    ("/containers/note/content", {"kind": "text", "markdown": "Japan **leads**.\n- one\n- three"}),
    ("/containers/mpg/content", chart({**BAR, "description": "Median"})),
    ("/containers/mpg/content", chart({**BAR, "mark": "line", "description": "Mean"})),
    ("/containers/count/content", MetricContent(sql="SELECT count(*) FROM cars", format=",", stale=True)),
    ("/containers/cars/content", TableContent(sql="SELECT * FROM cars LIMIT 5")),
]


@pytest.mark.ledger("N5")
@pytest.mark.parametrize(("path", "value"), CHANGES)
def test_whatever_is_shown_differently_reads_differently(path: str, value: object) -> None:
    canvas = document(*boxes())
    assert render_text(canvas, rows()) == render_text(document(*boxes()), rows())
    assert render_text(changed(canvas, path, value), rows()) != render_text(canvas, rows())
    assert content_hash(changed(canvas, path, value), rows()) != content_hash(canvas, rows())


@pytest.mark.ledger("N5")
@pytest.mark.parametrize("place", range(3))
def test_one_changed_value_or_label_reads_differently(place: int) -> None:
    canvas = document(*boxes())
    value, label = MPG.copy(), MPG.copy()
    value.loc[place, "mpg"] += 1e-8
    label.loc[place, "Origin"] += " "
    assert render_text(canvas, rows(value)) != render_text(canvas, rows())
    assert content_hash(canvas, rows(label)) != content_hash(canvas, rows())


def test_a_changed_value_far_down_a_table_changes_the_hash() -> None:
    canvas, frame = document(box("t", TableContent(sql=""))), pd.DataFrame({"n": range(500)})
    other = frame.copy()
    other.loc[499, "n"] = -1
    assert render_text(canvas, {"t": result(frame)}) != render_text(canvas, {"t": result(other)})


def test_the_noise_behind_the_twelfth_digit_does_not_count() -> None:
    canvas, noisy = document(*boxes()), MPG.copy()
    noisy["mpg"] += 1e-14
    assert list(noisy.mpg) != list(MPG.mpg)
    assert render_text(canvas, rows(noisy)) == render_text(canvas, rows())


def test_times_revisions_ids_and_versions_do_not_count() -> None:
    canvas = document(*boxes())
    moved = changed(changed(canvas, "/containers/mpg/x", 40), "/containers/mpg/x", 16)
    again = {
        name: result(found.table.to_pandas(), result_id="other", elapsed_ms=99.0) for name, found in rows().items()
    }
    assert (moved.rev, moved.updated_at) != (canvas.rev, canvas.updated_at)
    assert render_text(moved, again) == render_text(canvas, rows())


def test_big_integers_missing_values_and_markup_are_written_out() -> None:
    frame = pd.DataFrame({"a<b>": ["x\ny", None], "n": [2**60, 1]})
    lines = render_text(document(box("t", TableContent(sql=""))), {"t": result(frame)}).splitlines()
    assert lines[3:6] == ["   a<b> | n", f"   x y | {2**60}", "   – | 1"]


@pytest.mark.parametrize(
    ("mark", "words"), [("arc", "pie chart"), ("point", "scatter plot"), ("boxplot", "boxplot chart")]
)
def test_marks_have_names(mark: str, words: str) -> None:
    assert kind_words(box("c", chart().model_copy(update={"mark": mark}))) == words


@pytest.mark.ledger("N5")
@pytest.mark.parametrize("side", ["x", "y", "width", "height", "z"])
def test_the_hash_of_the_canvas_tells_where_a_container_stands_and_what_lies_above_it(side: str):
    placed = box("a", TextContent(markdown="note"), at=(16, 32, 300, 200), title="Note", z=1)
    moved = placed.model_copy(update={side: getattr(placed, side) + 1})
    assert content_hash(document(placed), {}) != content_hash(document(moved), {})
    assert content_hash(document(placed), {}) == content_hash(document(placed.model_copy()), {})


@pytest.mark.ledger("N5")
def test_the_last_line_of_the_text_changes_when_two_notes_change_places_in_depth():
    one, other = (box(name, TextContent(markdown=name), title=name) for name in "ab")
    above, below = (document(one.model_copy(update={"z": z}), other) for z in (1, -1))
    first, second = (render_text(each, {}).splitlines() for each in (above, below))
    assert first[:-1] == second[:-1]
    assert first[-1] != second[-1]


@pytest.mark.ledger("N5")
@pytest.mark.parametrize(("mark", "words"), [("box", "box plot"), ("heatmap", "heat map"), ("point", "scatter plot")])
def test_each_kind_of_chart_is_called_by_its_name(mark: str, words: str):
    shown = box("a", chart().model_copy(update={"mark": mark}), title="A")
    assert f"1. A – {words} at" in render_text(document(shown), {})
