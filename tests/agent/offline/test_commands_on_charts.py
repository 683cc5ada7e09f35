"""Filters on the canvas, lines at an average or a goal, log scales, titles, and what is not for rules to answer."""

from __future__ import annotations

import pytest

from agent.offline.asking import Asking
from agent.offline.frames import frame
from canvas_widget.agent.providers.offline.answer.told import sentence

pytestmark = pytest.mark.ledger("X1")


@pytest.fixture
def ask() -> Asking:
    return Asking(sales=frame("sales"))


def test_a_filter_is_a_control_over_all_of_its_dataset(ask: Asking):
    ask("bar chart of revenue by product")
    content = ask("add a filter for region")
    assert (content.kind, content.field, content.control) == ("control", "region", "choice")
    assert sorted(content.options) == sorted(ask.frames["sales"]["region"].unique())


def test_filtering_everything_chooses_and_choosing_again_makes_no_second_control(ask: Asking):
    ask("total revenue as a metric")
    ask("filter everything to North")
    ask("filter everything to South")
    sales = ask.frames["sales"]
    kinds = [each.content.kind for each in ask.workspace.document]
    assert kinds.count("control") == 1
    shown = next(each for each in ask.workspace.document if each.content.kind == "metric")
    (row,) = ask.workspace.result_for(shown.id).rows()
    assert next(iter(row.values())) == pytest.approx(sales[sales["region"] == "South"]["revenue"].sum())


def test_several_filters_are_several_controls(ask: Asking):
    ask("add filters for product and order date")
    controls = {each.content.field: each.content.control for each in ask.workspace.document}
    assert controls == {"product": "choice", "order_date": "date"}


@pytest.mark.parametrize(
    ("prompt", "name", "expected"),
    [
        ("use a log scale for the line chart", "scale", {"y": {"log": True}}),
        ("add an average line to the line chart", "annotations", [{"y": "mean", "text": "Average"}]),
        ("add a target line at 900", "annotations", [{"y": 900, "text": "Target 900"}]),
    ],
)
def test_a_chart_that_is_there_is_dressed(ask: Asking, prompt: str, name: str, expected: object):
    ask("line chart of revenue per month")
    ask("table of the 5 largest orders by revenue")
    ask(prompt)
    line = next(each.content for each in ask.workspace.document if each.content.kind == "chart")
    assert (line.mark, line.request[name]) == ("line", expected)
    assert not ask.doubts
    assert not ask.failures


def test_a_new_chart_is_dressed_as_asked(ask: Asking):
    content = ask("bar chart of units by product with a goal of 150")
    assert (content.mark, content.request["annotations"]) == ("bar", [{"y": 150, "text": "Goal 150"}])


@pytest.mark.parametrize("follow_up", ["only North", "add an average line", "now for units"])
def test_a_histogram_stays_one_when_it_is_changed(ask: Asking, follow_up: str):
    ask("histogram of revenue")
    content = ask(follow_up)
    assert (content.mark, content.request.get("y")) == ("histogram", None)
    assert content.request["x"] == ("units" if "units" in follow_up else "revenue")


def test_the_title_of_what_was_made_last_is_changed(ask: Asking):
    ask("bar chart of units by product")
    ask('change the title to "Sold"')
    assert [each.title for each in ask.workspace.document] == ["Sold"]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [("why is revenue down?", "not for the built-in model"), ("forecast revenue for next year", "looks ahead")],
)
def test_what_rules_cannot_answer_is_said_and_nothing_is_drawn(ask: Asking, prompt: str, said: str):
    assert ask(prompt) is None
    assert said in ask.doubts[0]


def test_a_chart_of_some_rows_is_changed_and_keeps_its_filter(ask: Asking):
    ask("bar chart of units by product for North")
    content = ask("now by customer")
    sales = ask.frames["sales"]
    kept = sales[sales["region"] == "North"].groupby("customer")["units"].sum()
    assert content.request["x"] == "customer"
    assert {row[0]: row[1] for row in ask.rows()} == dict(kept)


@pytest.mark.ledger("X6")
def test_what_a_heavy_query_costs_is_said_in_the_answer():
    arguments = {
        "container_id": "a",
        "title": "Sales by part",
        "dataset": "sales",
        "mark": "bar",
        "x": "part",
        "y": "count()",
    }
    result = {"ok": True, "row_count": 3, "cost": "PostgreSQL reads about 2,000,000 rows"}
    said = sentence("create_chart", arguments, result, {"sales": 2_000_000})
    assert said.endswith("3 rows shown; PostgreSQL reads about 2,000,000 rows.")
