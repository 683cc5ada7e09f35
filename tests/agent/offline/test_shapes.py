"""Heatmaps, box plots, densities, small multiples, shares, running totals, growth, years side by side, overviews."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from agent.offline.asking import Asking
from agent.offline.frames import frame
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.workspace_views import views_of

pytestmark = pytest.mark.ledger("X1")


@pytest.fixture
def ask() -> Asking:
    return Asking(sales=frame("sales").assign(returned=lambda d: d["order_id"] % 5 == 0))


@pytest.mark.parametrize(
    ("prompt", "mark", "encoding"),
    [
        (
            "heatmap of revenue by product and region",
            "heatmap",
            {"x": "product", "y": "region", "color": "sum(revenue)"},
        ),
        ("a heat map of the number of orders per weekday and region", "heatmap", {"y": "region"}),
        ("a box plot of revenue by region", "box", {"x": "region", "y": "revenue"}),
        ("boxplot of units", "box", {"y": "units"}),
        ("density curve of revenue", "density", {"x": "revenue"}),
    ],
)
def test_kinds_with_a_shape_of_their_own(ask: Asking, prompt: str, mark: str, encoding: dict[str, str]):
    content = ask(prompt)
    assert content.mark == mark
    assert not ask.doubts
    assert {channel: content.request.get(channel) for channel in encoding} == encoding


def test_a_heatmap_holds_what_pandas_computes(ask: Asking):
    ask("heatmap of revenue by product and region")
    expected = ask.frames["sales"].groupby(["product", "region"])["revenue"].sum()
    drawn = {frozenset(each for each in row if isinstance(each, str)): max(
        each for each in row if not isinstance(each, str)) for row in ask.rows()}  # fmt: skip
    assert drawn == {frozenset(key): value for key, value in expected.items()}


def test_what_a_heatmap_lacks_is_asked_for(ask: Asking):
    assert ask("heatmap of revenue") is None
    assert ask.doubts[0].startswith("A heatmap needs two groupings, such as a heatmap of sales by ")


@pytest.mark.parametrize(
    "prompt",
    [
        "line chart of revenue per month, one chart per region",
        "small multiples of revenue per month by region as lines",
        "line of revenue by month faceted by region",
        "one line chart per region of revenue by month",
    ],
)
def test_one_small_chart_for_each_group(ask: Asking, prompt: str):
    content = ask(prompt)
    assert (content.mark, content.request["facet"], content.request.get("series")) == ("line", "region", None)
    assert not ask.doubts


@pytest.mark.parametrize(
    "prompt",
    ["a bar chart with one bar per region for the number of sales", "line of revenue by month, one line per region"],
)
def test_one_bar_or_line_for_each_group_is_one_chart(ask: Asking, prompt: str):
    assert ask(prompt).request.get("facet") is None
    assert not ask.doubts


def test_a_chart_on_the_canvas_is_split_apart_and_put_together_again(ask: Asking):
    ask("bar chart of units by product")
    assert ask("facet it by region").request["facet"] == "region"
    assert ask("remove the facets").request.get("facet") is None
    assert len(ask.workspace.document) == 1


def test_pies_are_not_repeated(ask: Asking):
    assert ask("pie of revenue by product, one chart per region").mark == "bar"


def test_a_donut_has_a_hole_and_a_pie_has_none(ask: Asking):
    assert ask("donut of revenue by region").request["hole"] is True
    assert not ask("make it a pie").request.get("hole")


@pytest.mark.parametrize(
    "prompt", ["return rate by region", "% of returned orders by region", "percentage of orders returned by region"]
)
def test_a_rate_is_a_share_and_not_a_count(ask: Asking, prompt: str):
    ask(prompt)
    expected = ask.frames["sales"].groupby("region")["returned"].mean()
    assert {row[0]: pytest.approx(row[1]) for row in ask.rows()} == dict(expected)


def test_a_rate_is_told_in_per_cent(ask: Asking):
    reading = read("what percentage of orders was returned?", *views_of(ask.workspace))
    (call,) = reading.calls
    assert call.said.startswith("share|share of returned ")


def test_several_numbers_are_several_tiles(ask: Asking):
    ask("KPI: total revenue and the return rate")
    told = {
        each.content.request["value"]: next(iter(ask.workspace.result_for(each.id).rows()[0].values()))
        for each in ask.workspace.document
    }
    assert told == {
        "sum(revenue)": pytest.approx(ask.frames["sales"]["revenue"].sum()),
        "mean(returned)": pytest.approx(ask.frames["sales"]["returned"].mean()),
    }


def _monthly(sales: pd.DataFrame) -> pd.Series[float]:
    return sales.groupby(sales["order_date"].dt.to_period("M"))["revenue"].sum()


def test_a_running_total_adds_up_along_the_months(ask: Asking):
    ask("running total of revenue per month")
    expected = _monthly(ask.frames["sales"]).cumsum()
    assert [row[1] for row in ask.rows()] == [pytest.approx(each) for each in expected]


def test_growth_is_told_from_the_period_before(ask: Asking):
    content = ask("monthly growth of revenue")
    expected = _monthly(ask.frames["sales"]).pct_change()
    drawn = [row[1] for row in ask.rows()]
    assert (content.mark, drawn[0]) == ("line", None)
    assert drawn[1:] == [pytest.approx(each) for each in expected[1:]]


def test_each_colour_has_a_running_total_of_its_own(ask: Asking):
    ask("cumulative revenue by month, split by region")
    by = (
        ask.frames["sales"]
        .assign(month=ask.frames["sales"]["order_date"].dt.to_period("M"))
        .groupby(["region", "month"])["revenue"]
        .sum()
    )
    last = by.groupby("region").cumsum().groupby("region").last()
    drawn: dict[Any, float] = {}
    for row in ask.rows():
        region, value = next(c for c in row if c in last.index), next(c for c in row if isinstance(c, float))
        drawn[region] = max(value, drawn.get(region, 0))
    assert drawn == {name: pytest.approx(value) for name, value in last.items()}


def test_growth_without_a_date_is_not_made_up(ask: Asking):
    ask("growth of revenue by region")
    assert any("growth" in doubt for doubt in ask.doubts)


@pytest.mark.parametrize("prompt", ["compare revenue in 2021 and 2023 by region", "revenue by region, 2021 vs 2023"])
def test_years_that_are_compared_stand_side_by_side(ask: Asking, prompt: str):
    ask(prompt)
    year = ask.frames["sales"]["order_date"].dt.year
    expected = ask.frames["sales"][year.isin([2021, 2023])].groupby(["region", year])["revenue"].sum()
    assert not ask.doubts
    assert sorted(row[-1] if isinstance(row[-1], float) else row[1] for row in ask.rows()) == sorted(expected)


def test_years_that_are_only_named_are_a_condition(ask: Asking):
    ask("number of orders in 2021 or 2022 by region")
    kept = ask.frames["sales"][ask.frames["sales"]["order_date"].dt.year < 2023]
    assert {row[0]: row[1] for row in ask.rows()} == dict(kept["region"].value_counts())


@pytest.mark.parametrize("prompt", ["dashboard of sales", "Give me an overview of the data", "please summarise sales"])
def test_an_overview_fills_an_empty_canvas_without_an_overlap(ask: Asking, prompt: str):
    ask(prompt)
    shown = list(ask.workspace.document)
    kinds = [each.content.kind for each in shown]
    assert (kinds.count("metric"), kinds.count("chart"), kinds.count("table")) == (4, 4, 1)
    boxes = [(each.x, each.y, each.x + each.width, each.y + each.height) for each in shown]
    assert all(right <= 1200 and bottom <= 900 for _, _, right, bottom in boxes)
    pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert not [1 for a, b in pairs if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]]


def test_the_numbers_of_an_overview_are_those_of_the_data(ask: Asking):
    ask("dashboard of sales")
    told = {
        each.title: next(iter(ask.workspace.result_for(each.id).rows()[0].values()))
        for each in ask.workspace.document
        if each.content.kind == "metric"
    }
    assert told["Number of sales"] == len(ask.frames["sales"])
    assert told["Total revenue"] == pytest.approx(ask.frames["sales"]["revenue"].sum())


@pytest.mark.parametrize("name", ["cars", "iris", "stocks", "us_employment", "barley", "wheat", "staff"])
def test_an_overview_of_any_data_is_drawn_in_full(name: str):
    asking = Asking(**{name: frame(name)})
    asking(f"an overview of {name.replace('_', ' ')}")
    made = {each.content.kind for each in asking.workspace.document}
    assert {"metric", "chart"} <= made
    assert not asking.doubts
    assert not asking.failures


@pytest.mark.parametrize(
    "data",
    [
        {"name": [f"n{k}" for k in range(40)]},
        {"id": list(range(40))},
        {"x": [None, None]},
        {"when": pd.to_datetime([])},
        {"flag": [True, False]},
    ],
    ids=["a unique text", "a key", "nulls only", "no row", "a flag"],
)
def test_an_overview_of_hardly_anything_says_how_much_there_is(data: dict[str, Any]):
    asking = Asking(bare=pd.DataFrame(data))
    asking("dashboard of bare")
    assert "metric" in {each.content.kind for each in asking.workspace.document}


@pytest.mark.parametrize(
    ("name", "along"), [("cars", "year(Year)"), ("seattle_weather", "yearmonth(date)"), ("wheat", "year")]
)
def test_an_overview_goes_along_time_in_the_steps_that_the_data_has(name: str, along: str):
    asking = Asking(**{name: frame(name)})
    asking("dashboard")
    line = next(each.content for each in asking.workspace.document if getattr(each.content, "mark", "") == "line")
    assert line.request["x"] == along


def test_what_has_one_row_at_each_time_has_a_line_of_its_own():
    asking = Asking(stocks=frame("stocks"))
    asking("dashboard of stocks")
    line = next(each.content for each in asking.workspace.document if getattr(each.content, "mark", "") == "line")
    assert line.request["series"] == "symbol"


def test_an_overview_of_something_else_is_not_made(ask: Asking):
    assert ask("an overview of the weather") is None
    assert ask.doubts


def test_a_follow_up_names_its_chart_at_its_end(ask: Asking):
    ask("bar chart of units by product")
    ask("pie of revenue by region")
    ask("only 2022 for the bar chart")
    drawn = {each.content.mark: bool(each.content.request.get("where")) for each in ask.workspace.document}
    assert drawn == {"bar": True, "arc": False}


def test_a_condition_kept_by_a_container_is_read_again(ask: Asking):
    ask("number of orders in 2021 or 2023 by region")
    ask("now by product")
    kept = ask.frames["sales"][ask.frames["sales"]["order_date"].dt.year != 2022]
    assert {row[0]: row[1] for row in ask.rows()} == dict(kept["product"].value_counts())


def test_it_is_limited_in_the_words_people_use(ask: Asking):
    ask("bar chart of revenue by product, largest first")
    assert ask("limit it to 3").request["limit"] == 3
