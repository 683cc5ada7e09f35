"""Which day, month or year had the most; days told by their weather; a look asked for in the same sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from agent.offline.asking import Asking
from agent.offline.test_end_to_end import ask
from canvas_widget.data import Catalogue
from canvas_widget.workspace import Workspace

pytestmark = pytest.mark.ledger("X1")


def weather() -> pd.DataFrame:
    random = np.random.default_rng(3)
    days = pd.date_range("2021-03-01", periods=700, freq="D")
    return pd.DataFrame(
        {
            "date": days,
            "sky": random.choice(["rain", "sun", "fog", "snow"], len(days)),
            "temp_max": random.normal(14, 9, len(days)).round(3),
            "temp_min": random.normal(4, 9, len(days)).round(3),
        }
    )


def takings() -> pd.DataFrame:
    random = np.random.default_rng(4)
    days = pd.date_range("2019-11-01", periods=500, freq="D").repeat(2)
    return pd.DataFrame(
        {"day": days, "shop": ["harbour", "station"] * 500, "revenue": random.integers(1, 900, len(days))}
    )


def quotes() -> pd.DataFrame:
    months = pd.date_range("2015-01-01", periods=60, freq="MS")
    parts = [pd.DataFrame({"date": months, "symbol": symbol, "price": np.arange(60) + 10.0}) for symbol in "ABCD"]
    return pd.concat(parts, ignore_index=True).replace({"symbol": {"A": "ACME", "B": "BOLT", "C": "CORD", "D": "DUNE"}})


def workspace() -> Workspace:
    catalogue = Catalogue()
    for name, frame in {"weather": weather(), "takings": takings(), "quotes": quotes()}.items():
        catalogue.register(name, frame)
    return Workspace(catalogue=catalogue)


@pytest.mark.parametrize(
    ("question", "column", "best"),
    [
        ("what was the hottest day in 2022?", "temp_max", "idxmax"),
        ("which day of 2022 was the hottest?", "temp_max", "idxmax"),
        ("What was the coldest day in 2022?", "temp_min", "idxmin"),
    ],
)
async def test_the_hottest_day_is_a_day_of_the_data_that_has_temperatures(question: str, column: str, best: str):
    frame = weather()
    there = frame[frame["date"].dt.year == 2022]
    row = there.loc[getattr(there[column], best)()]
    told = await ask(workspace(), question)
    assert f"**{row['date']:%Y-%m-%d}** has the {'highest' if best == 'idxmax' else 'lowest'}" in told
    assert f"**{row[column]:,.2f}**" in told


@pytest.mark.parametrize("least", [False, True])
async def test_a_period_is_told_by_its_total(least: bool):
    frame = takings()
    totals = frame.groupby(frame["day"].dt.month_name())["revenue"].sum().sort_values(ascending=least)
    told = await ask(workspace(), f"which month had the {'lowest' if least else 'most'} revenue?")
    assert f"**{totals.index[0]}** has the {'lowest' if least else 'highest'} total revenue" in told
    assert f"**{totals.iloc[0]:,.0f}**" in told


async def test_a_year_is_written_as_a_year():
    frame = takings()
    totals = frame.groupby(frame["day"].dt.year)["revenue"].sum()
    assert f"**{totals.idxmax()}** has" in await ask(workspace(), "which year had the most revenue?")


@pytest.mark.parametrize(("said", "sky"), [("rainy", "rain"), ("sunny", "sun"), ("foggy", "fog"), ("snowy", "snow")])
def test_days_are_told_by_their_weather(said: str, sky: str):
    asking = Asking(weather=weather())
    asking(f"bar chart of the number of {said} days by year")
    frame = weather()
    expected = frame[frame["sky"] == sky].groupby(frame["date"].dt.year).size()
    assert [row[-1] for row in asking.rows()] == expected.to_list()
    assert asking.doubts == []


def test_a_word_that_only_ends_so_is_no_value():
    parts = pd.DataFrame({"part": ["arm", "leg", "arm"], "weight": [1, 2, 3]})
    asking = Asking(soldiers=parts)
    asking("bar chart of the total weight by part in the army")
    assert dict(asking.rows()) == {"arm": 4, "leg": 2}


def test_values_that_are_compared_develop_along_time():
    asking = Asking(quotes=quotes())
    drawn = asking("how did the price of ACME develop compared with DUNE?")
    assert (drawn.mark, drawn.request["series"]) == ("line", "symbol")
    frame = quotes()
    assert len(asking.rows()) == frame["symbol"].isin(["ACME", "DUNE"]).sum()


def test_boxes_are_a_kind_of_chart():
    assert Asking(weather=weather())("compare temp_max between kinds of sky as boxes").mark == "box"


@pytest.mark.parametrize("look", ["highlight the peak", "annotate the maximum"])
def test_the_peak_is_asked_for_in_the_same_sentence(look: str):
    asking = Asking(takings=takings())
    drawn = asking(f"line chart of total revenue by month, {look}")
    assert asking.doubts == []
    assert [rule["y"] for rule in drawn.request["annotations"]] == ["max"]
