"""Follow-ups on what is there: one part changes, the rest stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.offline.reading import calls, canvas_with, container, drawn, problems, reading_of, where
from canvas_widget.agent.views import CanvasView

pytestmark = pytest.mark.ledger("X1")

BAR = "average_miles_per_gallon_by_origin"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("make it a pie", "pie x=Origin y=mean(Miles_per_Gallon)"),
        ("turn it into a line chart", "line x=Origin y=mean(Miles_per_Gallon) -y"),
        ("sort it ascending", "bar x=Origin y=mean(Miles_per_Gallon) y"),
        ("sort by origin", "bar x=Origin y=mean(Miles_per_Gallon) x"),
        ("now by cylinders", "bar x=Cylinders y=mean(Miles_per_Gallon) -y"),
        ("per year instead", "bar x=year(Year) y=mean(Miles_per_Gallon)"),
        ("make it a line chart per year", "line x=year(Year) y=mean(Miles_per_Gallon)"),
        ("use the median instead", "bar x=Origin y=median(Miles_per_Gallon) -y"),
        ("show the top 2", "bar x=Origin y=mean(Miles_per_Gallon) -y 2"),
        ("colour it by cylinders", "bar x=Origin y=mean(Miles_per_Gallon) -y series=Cylinders"),
        ("what about horsepower?", "bar x=Origin y=mean(Horsepower) -y"),
        ("make it horizontal bars", "bar x=mean(Miles_per_Gallon) y=Origin -x"),
    ],
)
def test_one_part_of_a_chart_changes(prompt: str, expected: str):
    reading = reading_of(prompt, "cars", canvas=canvas_with("bar"))
    assert [drawn(call) for call in reading.calls] == [expected]
    assert reading.calls[0].arguments["container_id"] == BAR
    assert reading.calls[0].arguments["replace"] is True
    assert not problems(reading)


@pytest.mark.parametrize(
    ("prompt", "conditions"),
    [
        ("only USA", [("Origin", "=", "USA")]),
        ("just Japan and Europe", [("Origin", "in", ["Japan", "Europe"])]),
        ("exclude Japan", [("Origin", "!=", "Japan")]),
        ("without Japan", [("Origin", "!=", "Japan")]),
        ("only 1975", [("Year", ">=", "1975-01-01"), ("Year", "<", "1976-01-01")]),
        ("since 1975", [("Year", ">=", "1975-01-01")]),
        ("only cars with more than 100 horsepower", [("Horsepower", ">", 100)]),
    ],
)
def test_conditions_are_added(prompt: str, conditions: list[tuple[str, str, Any]]):
    (call,) = reading_of(prompt, "cars", canvas=canvas_with("bar")).calls
    assert where(call) == conditions
    assert drawn(call) == "bar x=Origin y=mean(Miles_per_Gallon) -y"


@pytest.mark.parametrize(
    ("prompt", "expected", "conditions"),
    [
        ("sort it", "bar x=product y=sum(revenue) -y", []),
        ("only 2019", "bar x=product y=sum(revenue)", [("2019-01-01", ">="), ("2020-01-01", "<")]),
        ("now by region", "bar x=region y=sum(revenue)", []),
    ],
)
def test_short_follow_ups_on_sales(prompt: str, expected: str, conditions: list[tuple[str, str]]):
    request = {"dataset": "sales", "mark": "bar", "x": "product", "y": "sum(revenue)"}
    shown = replace(container("by_product", "Revenue", mark="bar", request=request), dataset="sales")
    reading = reading_of(prompt, "sales", canvas=CanvasView(items=(shown,)))
    (call,) = reading.calls
    assert drawn(call) == expected
    assert where(call) == [("order_date", op, day) for day, op in conditions]
    assert (call.arguments["container_id"], call.arguments["replace"]) == ("by_product", True)
    assert not problems(reading)


def test_a_follow_up_is_about_the_named_container_else_the_newest():
    canvas = canvas_with("bar", "line", "table")
    assert [arguments["container_id"] for _, arguments in calls("only Japan", "cars", canvas=canvas)] == [
        "20_heaviest_cars"
    ]
    ((_, named),) = calls("make the line chart a bar chart", "cars", canvas=canvas)
    assert (named["container_id"], named["mark"]) == ("average_horsepower_by_year", "bar")
    ((_, table),) = calls("in the table, only Japan", "cars", canvas=canvas)
    assert (table["sort"], table["limit"], table["where"]) == (
        ["-Weight_in_lbs"],
        20,
        [{"field": "Origin", "op": "=", "value": "Japan"}],
    )


def test_the_title_follows_the_change_only_when_it_was_made_from_the_request():
    canvas = canvas_with("bar")
    assert calls("now by cylinders", "cars", canvas=canvas)[0][1]["title"] == "Average miles per gallon by cylinders"
    own = replace(canvas, items=(replace(canvas.items[0], title="My fuel chart"),))
    assert calls("now by cylinders", "cars", canvas=own)[0][1]["title"] == "My fuel chart"


def test_a_follow_up_in_the_same_prompt_changes_the_call_before_it_runs():
    reading = reading_of("bar chart of mean mpg by origin below. Sort it descending. Make it a pie. Only USA.", "cars")
    (call,) = reading.calls
    assert drawn(call) == "pie x=Origin y=mean(Miles_per_Gallon)"
    assert where(call) == [("Origin", "=", "USA")]
    assert "replace" not in call.arguments


def test_a_new_request_is_no_follow_up():
    ((tool, arguments),) = calls("bar chart of horsepower by cylinders", "cars", canvas=canvas_with("bar"))
    assert (tool, arguments["container_id"]) == ("create_chart", "average_horsepower_by_cylinders")
    assert "replace" not in arguments


def test_hand_written_sql_is_not_rewritten():
    own = container("own", "Own", mark="bar", sql="select 1", request={"sql": "select 1", "dataset": "cars"})
    reading = reading_of("make it a pie", "cars", canvas=CanvasView(items=(own,)))
    assert not reading.calls
    assert problems(reading) == [
        "own does not come from a request that can be changed by words. Ask for a new chart instead."
    ]
