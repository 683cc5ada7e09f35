"""What analysts type at a desk: rows left out behind a comma, two steps, guesses that the answer names."""

from __future__ import annotations

import pytest

from agent.offline.asking import Asking
from agent.offline.desk_data import desk_frames
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.workspace_views import views_of

pytestmark = pytest.mark.ledger("X1")


@pytest.mark.parametrize(
    "prompt",
    [
        "Crashes by road type, clear weather excluded",
        "Crashes by road type, clear weather left out",
        "How many crashes did not happen in clear weather, per road type?",
    ],
)
def test_a_cell_that_is_also_a_command_is_left_out_where_its_column_is_named(prompt: str):
    ask = Asking(**desk_frames("roads"))
    ask(prompt)
    crash = ask.frames["crash"]
    wanted = crash[crash["weather"] != "clear"].groupby("road_type").size()
    assert sorted(ask.rows()) == sorted(wanted.items())
    assert len(ask.workspace.document) == 1


def test_rows_kept_in_a_first_step_are_those_that_the_second_counts():
    ask = Asking(**desk_frames("roads"))
    ask("First keep the crashes in rain, then count them per road type.")
    crash = ask.frames["crash"]
    wanted = crash[crash["weather"] == "rain"].groupby("road_type").size()
    assert sorted(ask.rows()) == sorted(wanted.items())


def test_a_column_between_the_comparison_and_the_number_is_compared():
    ask = Asking(**desk_frames("derby"))
    ask("Cards shown after minute 80, per colour")
    cards = ask.frames["cards"]
    assert sorted(ask.rows()) == sorted(cards[cards["minute"] > 80].groupby("colour").size().items())


def test_the_worst_of_what_nobody_wants_is_the_most():
    ask = Asking(**desk_frames("roads"))
    ask("Bars: crashes per road type, worst first")
    assert [row[1] for row in ask.rows()] == sorted(ask.frames["crash"].groupby("road_type").size(), reverse=True)


def test_dates_binned_in_a_second_clause_have_the_width_that_it_says():
    ask = Asking(**desk_frames("roads"))
    content = ask("How many crashes happened over time? Show a line chart, bin happened_on by year.")
    assert content.mark == "line"
    assert ask.doubts == []
    assert [row[1] for row in ask.rows()] == list(
        ask.frames["crash"].groupby(ask.frames["crash"]["happened_on"].dt.year).size()
    )


def test_bars_that_ascend_without_an_axis_name_the_guess():
    ask = Asking(**desk_frames("stay"))
    ask("Show the number of bookings per channel in bars, in ascending order")
    assert any("ascends" in doubt for doubt in ask.doubts)
    named = Asking(**desk_frames("stay"))
    named("Show the number of bookings per channel in bars, smallest first")
    assert named.doubts == []


def test_different_names_are_the_bars_of_a_quantity_that_is_compared():
    ask = Asking(**desk_frames("brewery"))
    ask("Compare the ibu among different beer names in a bar chart")
    assert sorted(ask.rows()) == sorted(ask.frames["beers"][["beer_name", "ibu"]].itertuples(index=False, name=None))


def test_a_dataset_of_two_letters_is_known_by_the_word_it_is_cut_from():
    ask = Asking(**desk_frames("stay"))
    ask("Rooms per hotel name, bars from A to Z")
    rooms = ask.frames["rm"].merge(ask.frames["htl"], on="htl_id").groupby("htl_nm").size()
    assert ask.rows() == sorted(rooms.items())


def test_a_participle_behind_a_quantity_is_no_condition():
    ask = Asking(**desk_frames("derby"))
    ask("Home goals scored by year, line")
    assert ask.doubts == []
    matches = ask.frames["matches"]
    assert [row[1] for row in ask.rows()] == list(matches.groupby(matches["played_on"].dt.year)["home_goals"].sum())


def test_a_quantity_and_how_it_came_about_is_told_of_by_its_total():
    ask = Asking(**desk_frames("brewery"))
    ask("Litres brewed by tank")
    assert ask.doubts == []
    assert sorted(ask.rows()) == sorted(ask.frames["batches"].groupby("tank")["litres"].sum().items())


def test_whole_numbers_named_in_the_plural_are_added_up():
    ask = Asking(**desk_frames("brewery"))
    ask("Returned kegs by pub name, worst first")
    frames = ask.frames
    wanted = frames["deliveries"].merge(frames["pubs"], on="pub_id").groupby("pub_name")["returned_kegs"].sum()
    assert sorted(ask.rows()) == sorted(wanted.items())
    assert [row[1] for row in ask.rows()] == sorted(wanted, reverse=True)


def test_the_month_that_leads_is_said_by_its_name():
    crash = desk_frames("roads")["crash"]
    kept = crash[crash["happened_on"].dt.month != 3]
    month = kept["happened_on"].dt.month_name().value_counts().idxmax()
    workspace = Asking(crash=kept).workspace
    reading = read("Which calendar month sees the most crashes?", *views_of(workspace))
    (call,) = reading.calls
    assert call.tool == "run_query"
    assert next(iter(workspace.query(call.arguments["sql"]).rows()[0].values())) == month
