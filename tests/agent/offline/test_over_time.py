"""Several numbers along time, years kept as text, stacked areas, and what is compared without naming its column."""

from __future__ import annotations

import pandas as pd
import pytest

from agent.offline.asking import Asking

pytestmark = pytest.mark.ledger("X1")


def plants() -> pd.DataFrame:
    """The power that three kinds of plants gave in each year; the years are text."""
    return pd.DataFrame(
        {
            "year": [f"{year}-01-01" for year in range(2010, 2018) for _ in range(3)],
            "source": ["coal", "hydro", "wind"] * 8,
            "net_power": [900 - 31 * (n // 3) if n % 3 == 0 else 100 + 17 * n for n in range(24)],
        }
    )


def weather() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "day": pd.date_range("2019-01-01", periods=400, freq="D"),
            "temp_high": [float(10 + n % 17) for n in range(400)],
            "temp_low": [float(n % 11) for n in range(400)],
            "sky": ["sun", "rain", "fog", "rain"] * 100,
        }
    )


def people() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "full_name": [f"P{n}" for n in range(30)],
            "age": [16 + n * 7 % 40 for n in range(30)],
            "longitude": [n / 7 for n in range(30)],
            "joined": pd.date_range("2020-01-01", periods=30, freq="40D"),
        }
    )


@pytest.mark.parametrize(
    "prompt", ["temp high and temp low per month as lines", "temp high vs temp low over time, monthly, as lines"]
)
def test_two_numbers_along_time_are_two_lines(prompt: str):
    ask = Asking(weather=weather())
    content = ask(prompt)
    data = weather()
    months = data.groupby(data["day"].dt.to_period("M"))[["temp_high", "temp_low"]].mean()
    assert (content.mark, content.encoding["series"]) == ("line", "measure")
    assert sorted({row[1] for row in ask.rows()} | {row[2] for row in ask.rows()}, key=str)[-2:] == [
        "temp high", "temp low"
    ]  # fmt: skip
    drawn = sorted(value for row in ask.rows() for value in row[1:] if isinstance(value, float))
    assert drawn == pytest.approx(sorted([*months["temp_high"], *months["temp_low"]]))
    assert not ask.doubts


def test_a_stacked_area_runs_along_time_with_a_colour_for_each_group():
    ask = Asking(plants=plants())
    content = ask("stacked area of net power by source")
    assert (content.mark, content.request["x"], content.request["series"]) == ("area", "year", "source")
    assert sum(row[1] for row in ask.rows()) == plants()["net_power"].sum()


def test_a_chart_after_another_one_is_a_new_chart_also_when_it_starts_with_stacked():
    ask = Asking(plants=plants())
    ask("line of total net power per year")
    ask("stacked area of net power by source")
    assert [each.content.mark for each in ask.workspace.document] == ["line", "area"]


def test_a_year_that_is_kept_as_text_is_a_condition():
    ask = Asking(plants=plants())
    ask("share of each source in 2015")
    data = plants()
    kept = data[data["year"].str.startswith("2015")].set_index("source")["net_power"]
    assert {row[0]: row[1] for row in ask.rows()} == kept.to_dict()
    ask("total net power since 2014 by source as bars")
    later = data[data["year"] >= "2014"].groupby("source")["net_power"].sum()
    last = list(ask.workspace.document)[-1]
    assert {tuple(row.values()) for row in ask.workspace.result_for(last.id).rows()} == set(later.items())


def test_how_something_developed_is_its_only_number():
    ask = Asking(plants=plants())
    content = ask("how did wind develop?")
    wind = plants()[plants()["source"] == "wind"]
    assert content.mark == "line"
    assert [row[1] for row in ask.rows()] == list(wind["net_power"])


def test_groups_and_years_run_along_the_years():
    ask = Asking(weather=weather())
    content = ask("average temp high per sky and year")
    assert content.mark == "line"
    data = weather()
    expected = data.groupby([data["day"].dt.year, data["sky"]])["temp_high"].mean()
    assert {(row[0], row[2]): row[1] for row in ask.rows()} == pytest.approx(expected.to_dict())


def test_people_under_an_age_are_told_by_the_column_of_ages():
    ask = Asking(people=people())
    ask("number of people under 25 as a metric")
    ((count,),) = ask.rows()
    assert count == (people()["age"] < 25).sum()


def test_a_count_of_those_without_is_no_count_of_all():
    ask = Asking(
        ships=pd.DataFrame({"ship_id": range(1, 9), "ship_name": list("ABCDEFGH")}),
        trips=pd.DataFrame({"trip_id": range(1, 9), "ship_id": [1, 1, 2, 4, 4, 4, 2, 1], "days": range(8)}),
    )
    for prompt in (
        "number of ships that never made a trip as a metric",
        "how many ships have not taken any trip, as a metric",
    ):
        ask(prompt)
        last = list(ask.workspace.document)[-1]
        ((row),) = ask.workspace.result_for(last.id).rows()
        assert list(row.values()) == [5]


def test_a_negation_that_nothing_reads_is_named():
    ask = Asking(weather=weather())
    ask("average temp high by sky, not on weekends")
    assert any("not on weekends" in doubt for doubt in ask.doubts)
