"""What analysts ask of a chart that is there: explain, refresh, its SQL, swapped axes, shares, the peak, last year."""

from __future__ import annotations

import asyncio

import pandas as pd
import pytest

from agent.offline.asking import Asking
from agent.offline.frames import frame
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Answered
from canvas_widget.agent.providers.offline import OfflineProvider
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.workspace import Actor

pytestmark = pytest.mark.ledger("X1")


@pytest.fixture
def ask() -> Asking:
    return Asking(sales=frame("sales"))


def answer(ask: Asking, prompt: str) -> str:
    """What is answered to a prompt after what was asked before."""
    turn = TurnRequest("t", prompt, Conversation(), (OfflineProvider(),), ask.workspace, actor=Actor(source="agent"))

    async def told() -> str:
        return "".join([event.text async for event in run_turn(turn) if isinstance(event, Answered)])

    return asyncio.run(told())


@pytest.mark.parametrize("prompt", ["explain this chart", "what does this chart show?", "Explain the bar chart please"])
def test_a_chart_is_explained_by_its_highest_and_lowest_value(ask: Asking, prompt: str):
    ask("bar chart of total revenue by product")
    totals = ask.frames["sales"].groupby("product")["revenue"].sum().sort_values()
    told = answer(ask, prompt)
    assert "bar chart" in told
    assert f"**{totals.index[-1]}** has the highest total revenue: **{totals.iloc[-1]:,.0f}**" in told
    assert f"**{totals.index[0]}** has the lowest total revenue: **{totals.iloc[0]:,.0f}**" in told


def test_a_chart_is_drawn_again_over_the_data_as_it_is_now(ask: Asking):
    ask("bar chart of total revenue by product")
    new = ask.frames["sales"].assign(revenue=1.0)
    ask.workspace.catalogue.register("sales", new)
    ask("refresh")
    assert dict(ask.rows()) == new.groupby("product")["revenue"].sum().to_dict()


def test_refreshing_everything_draws_each_container_again(ask: Asking):
    ask("bar chart of total revenue by product. Total units as a metric. Table of the 3 largest orders by revenue.")
    before = [(each.id, each.content.kind, each.title) for each in ask.workspace.document]
    told = answer(ask, "refresh everything")
    assert [(each.id, each.content.kind, each.title) for each in ask.workspace.document] == before
    assert told.count("\n- ") == 2
    assert told.startswith("- ")


@pytest.mark.parametrize("prompt", ["show the SQL", "what is the SQL of this chart?", "Show me the query behind it"])
def test_the_query_of_a_chart_is_told(ask: Asking, prompt: str):
    content = ask("bar chart of average units by region")
    told = answer(ask, prompt)
    assert f"```sql\n{content.sql}\n```" in told
    assert len(list(ask.workspace.document)) == 1


@pytest.mark.parametrize("prompt", ["swap the axes", "flip the axes of the bar chart", "please swap x and y"])
def test_swapped_axes_lay_the_bars_down(ask: Asking, prompt: str):
    before = ask("bar chart of total revenue by product, largest first").encoding
    content = ask(prompt)
    assert (content.encoding["x"], content.encoding["y"]) == (before["y"], before["x"])
    totals = ask.frames["sales"].groupby("product")["revenue"].sum().sort_values(ascending=False)
    assert [row[1] for row in ask.rows()] == list(totals.index)
    again = ask(prompt)
    assert again.encoding == before


def test_a_line_keeps_its_time_along_x(ask: Asking):
    ask("line chart of revenue per month")
    before = ask.workspace.document
    ask("swap the axes")
    assert ask.workspace.document == before
    assert "nothing to swap" in ask.doubts[0]


@pytest.mark.parametrize("prompt", ["as percentages", "show it as percentages", "stack it to 100 %", "normalise it"])
def test_bars_with_colours_are_stacked_to_a_hundred_per_cent(ask: Asking, prompt: str):
    ask("bar chart of total revenue by product and region")
    content = ask(prompt)
    assert content.request["stack"] == "percent"
    sales = ask.frames["sales"]
    assert len(ask.rows()) == len(sales.groupby(["product", "region"]))
    ask("only North")
    assert next(iter(ask.workspace.document)).content.request["stack"] == "percent"


def test_a_new_chart_can_be_asked_for_as_percentages(ask: Asking):
    content = ask("bar chart of total revenue by product, coloured by region, stacked to 100 %")
    assert content.request["stack"] == "percent"
    assert not ask.doubts


def test_bars_of_one_colour_have_nothing_to_stack(ask: Asking):
    ask("bar chart of total revenue by product")
    ask("as percentages")
    assert "make it a pie" in ask.doubts[0]


@pytest.mark.parametrize(("prompt", "which"), [("annotate the peak", "max"), ("mark the lowest point", "min")])
def test_a_line_stands_at_the_peak(ask: Asking, prompt: str, which: str):
    ask("line chart of total revenue per month")
    content = ask(prompt)
    assert [note["y"] for note in content.request["annotations"]] == [which]
    months = ask.frames["sales"].groupby(pd.to_datetime(ask.frames["sales"]["order_date"]).dt.to_period("M"))
    (rule,) = [layer["encoding"]["y"]["datum"] for layer in content.spec["layer"] if layer["mark"]["type"] == "rule"]
    assert rule == getattr(months["revenue"].sum(), which)()


def test_no_line_is_drawn_at_a_part_of_a_stack(ask: Asking):
    ask("bar chart of total revenue by product and region")
    ask("annotate the peak")
    assert "stacked" in ask.doubts[0]


@pytest.mark.parametrize(("prompt", "word"), [("hide the legend", "No colours"), ("label the bars", "at most 12")])
def test_what_cannot_be_done_is_said(ask: Asking, prompt: str, word: str):
    ask("bar chart of total revenue by product and region")
    before = ask.workspace.document
    ask(prompt)
    assert word in ask.doubts[0]
    assert ask.workspace.document == before


@pytest.mark.parametrize("prompt", ["undo the last two", "undo twice", "undo 2 steps"])
def test_several_steps_are_taken_back(ask: Asking, prompt: str):
    for asked in ("bar chart of total revenue by product", "total units as a metric", "pie of orders by region"):
        answer(ask, asked)
    answer(ask, prompt)
    assert [each.content.kind for each in ask.workspace.document] == ["chart"]


def test_it_is_renamed_and_coloured(ask: Asking):
    ask("bar chart of total revenue by product")
    content = ask("colour it by product")
    assert content.request["series"] == "product"
    ask("rename it to Takings")
    assert [each.title for each in ask.workspace.document] == ["Takings"]


def test_a_line_is_compared_with_last_year_month_by_month(ask: Asking):
    ask("line chart of total revenue per month")
    ask("compare with last year")
    sales = ask.frames["sales"]
    day = pd.to_datetime(sales["order_date"])
    latest = day.dt.year.max()
    kept = sales[day.dt.year >= latest - 1]
    expected = kept.groupby([day.dt.year, day.dt.month])["revenue"].sum()
    assert sorted(row[1] for row in ask.rows()) == pytest.approx(sorted(expected))
    assert str(latest) in " ".join(ask.notes)


def test_groups_are_compared_with_last_year_side_by_side(ask: Asking):
    ask("bar chart of total revenue by region")
    content = ask("compare it with last year")
    sales = ask.frames["sales"]
    year = pd.to_datetime(sales["order_date"]).dt.year
    expected = sales[year >= year.max() - 1].groupby([sales["region"], year])["revenue"].sum()
    assert sorted(row[1] for row in ask.rows()) == pytest.approx(sorted(expected))
    assert content.request["stack"] == "grouped"


def test_a_number_is_compared_with_last_year(ask: Asking):
    ask("total revenue as a metric")
    content = ask("compare with last year")
    assert content.request["previous"] == "year(order_date)"
    assert not ask.failures


def test_words_on_looks_inside_a_request_for_data_stay_data(ask: Asking):
    ask("bar chart of total revenue by product")
    ask("table of the 5 orders with the highest revenue")
    assert [each.content.kind for each in ask.workspace.document] == ["chart", "table"]
