"""Spans of time in words, periods that are ranked, values that are compared: beside what pandas computes."""

from __future__ import annotations

import pandas as pd
import pytest

from agent.offline.asking import Asking
from agent.offline.frames import frame

pytestmark = pytest.mark.ledger("X1")


@pytest.fixture
def ask() -> Asking:
    return Asking(weather=frame("seattle_weather"))


SPANS = [
    ("in July 2014", "2014-07-01", "2014-08-01"),
    ("for Jul 2014", "2014-07-01", "2014-08-01"),
    ("from March to June 2014", "2014-03-01", "2014-07-01"),
    ("between November 2013 and February 2014", "2013-11-01", "2014-03-01"),
    ("in Q3 2013", "2013-07-01", "2013-10-01"),
    ("in the third quarter of 2013", "2013-07-01", "2013-10-01"),
    ("in the first half of 2013", "2013-01-01", "2013-07-01"),
    ("since October 2014", "2014-10-01", "2099-01-01"),
    ("after October 2014", "2014-11-01", "2099-01-01"),
    ("before May 2013", "1900-01-01", "2013-05-01"),
    ("until May 2013", "1900-01-01", "2013-06-01"),
    ("on 4 July 2014", "2014-07-04", "2014-07-05"),
    ("on July 4, 2014", "2014-07-04", "2014-07-05"),
    ("in 2013 and 2014", "2013-01-01", "2015-01-01"),
]


@pytest.mark.parametrize(("said", "low", "high"), SPANS)
def test_a_span_of_time_keeps_the_days_that_lie_in_it(ask: Asking, said: str, low: str, high: str):
    ask(f"bar chart of the number of days by weather {said}")
    days = ask.frames["weather"]
    kept = days[(days["date"] >= low) & (days["date"] < high)]
    assert not ask.doubts
    assert {row[0]: row[1] for row in ask.rows()} == dict(kept["weather"].value_counts())


@pytest.mark.parametrize(("said", "months"), [("in December", [12]), ("in July and August", [7, 8])])
def test_a_month_without_a_year_is_that_month_of_every_year(ask: Asking, said: str, months: list[int]):
    ask(f"number of days by weather {said}")
    days = ask.frames["weather"]
    kept = days[days["date"].dt.month.isin(months)]
    assert {row[0]: row[1] for row in ask.rows()} == dict(kept["weather"].value_counts())


@pytest.mark.parametrize(
    ("said", "low"),
    [
        ("over the last 6 months", "2015-07-01"),
        ("in the last 30 days", "2015-12-02"),
        ("in the last year", "2015-01-01"),
    ],
)
def test_the_last_months_end_where_the_data_ends_and_it_says_so(ask: Asking, said: str, low: str):
    ask(f"number of days by weather {said}")
    days = ask.frames["weather"]
    kept = days[days["date"] >= low]
    assert {row[0]: row[1] for row in ask.rows()} == dict(kept["weather"].value_counts())
    assert any(low in note and "2015-12-31" in note for note in ask.notes)


def test_a_word_that_is_a_month_only_by_its_letters_is_none(ask: Asking):
    ask("may I see the average wind by weather?")
    expected = ask.frames["weather"].groupby("weather")["wind"].mean()
    assert {row[0]: pytest.approx(row[1]) for row in ask.rows()} == dict(expected)


def test_the_hottest_months_are_months_and_no_days(ask: Asking):
    ask("hottest months")
    days = ask.frames["weather"]
    expected = days.groupby(days["date"].dt.month)["temp_max"].mean().sort_values(ascending=False)
    assert [row[1] for row in ask.rows()] == [pytest.approx(each) for each in expected]


def test_values_that_are_compared_over_time_have_a_colour_each_and_show_the_number():
    ask = Asking(stocks=frame("stocks"))
    content = ask("AAPL vs MSFT over time")
    assert (content.mark, content.request["series"]) == ("line", "symbol")
    shown = ask.frames["stocks"]
    kept = shown[shown["symbol"].isin(["AAPL", "MSFT"])]
    assert sorted(next(c for c in row if isinstance(c, float)) for row in ask.rows()) == sorted(kept["price"])


@pytest.mark.parametrize("prompt", ["how did the price of each stock develop?", "price over time by symbol"])
def test_what_there_is_one_row_of_at_each_time_is_told_apart(prompt: str):
    ask = Asking(stocks=frame("stocks"))
    content = ask(prompt)
    assert (content.mark, content.request["series"]) == ("line", "symbol")
    assert len(ask.rows()) == len(ask.frames["stocks"])


def test_a_change_between_times_that_are_not_said_is_asked_about():
    ask = Asking(stocks=frame("stocks"))
    assert ask("which stock grew the most?") is None
    assert "“grew” is a change between two times" in ask.doubts[0]


def test_a_table_of_groups_is_titled_by_all_of_them():
    ask = Asking(stocks=frame("stocks"))
    ask("average price per year by symbol as a table")
    assert next(iter(ask.workspace.document)).title == "Average price by year and symbol"


def test_a_date_of_another_name_keeps_it_in_the_title():
    ask = Asking(sales=pd.DataFrame({"sold_on": pd.to_datetime(["2024-01-05", "2024-02-01"]), "amount": [1.0, 2.0]}))
    ask("total amount in January 2024")
    assert next(iter(ask.workspace.document)).title == "Total amount, sold on in January 2024"
