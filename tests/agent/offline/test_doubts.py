"""What a reading guesses is said: groups nobody asked for, keys told by values or by a role, names cut to letters."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from agent.offline.asking import Asking
from agent.offline.charted import frames
from agent.offline.spoken_data import SPOKEN
from canvas_widget.agent.providers.offline.canvas.model import Part
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.link.relations import Key
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.providers.offline.words.shorthand import headed, shortened
from canvas_widget.agent.workspace_views import views_of
from canvas_widget.data import Catalogue
from canvas_widget.workspace import Workspace

pytestmark = pytest.mark.ledger("X1", "E7")


def views(database: str) -> Any:
    catalogue = Catalogue()
    for name, data in frames(database).items():
        catalogue.register(name, data)
    return views_of(Workspace(catalogue=catalogue))


def part(database: str, prompt: str) -> Part:
    (found,) = read(prompt, *views(database)).parts
    return found


def test_a_quantity_behind_the_groups_is_told_of_them_and_no_second_group():
    (call,) = part("store", "How much did every region make in revenue?").calls
    assert call.arguments["x"] == "region"
    assert call.arguments["y"] == "sum(revenue)"
    assert "series" not in call.arguments


def test_a_group_with_a_value_in_almost_every_row_is_no_colour_and_is_named():
    found = part("library", "Bar chart of the number of books by genre and title")
    assert "series" not in found.calls[0].arguments
    assert "what title is for" in found.unread


def test_who_shares_a_name_is_told_apart_and_never_added_up():
    buyers, sales = frames("shop")["buyers"].copy(), frames("shop")["sales"]
    buyers["name"] = [f"Twin{n // 2}" for n in range(len(buyers))]
    ask = Asking(buyers=buyers, sales=sales)
    ask("Top 3 buyers by total amount by name, bar chart")
    joined = sales.merge(buyers, left_on="buyer", right_on="id")
    expected = joined.groupby(["buyer", "name"])["amount"].sum().nlargest(3)
    assert ask.rows() == [(f"{name} ({number})", total) for (number, name), total in expected.items()]
    assert any("tells them apart" in note for note in ask.notes)


def test_a_key_is_told_by_its_values_where_the_names_say_nothing():
    found = Linker(views("cut")[0]).relations.keys
    assert [(key.child, key.column, key.parent, key.key) for key in found] == [("ordr", "buyer", "cust", "cid")]


@pytest.mark.parametrize(("first", "related"), [(1, False), (5001, True)])
def test_small_numbers_are_no_keys_by_their_values_alone(first: int, related: bool):
    catalogue = Catalogue()
    catalogue.register("shelves", pd.DataFrame({"label_no": range(first, first + 12), "wood": list("ABCDEF" * 2)}))
    catalogue.register("boxes", pd.DataFrame({"box": range(40, 80), "kilo": [first + n * 5 % 9 for n in range(40)]}))
    found = Linker(views_of(Workspace(catalogue=catalogue))[0]).relations.keys
    assert [key.column for key in found] == (["kilo"] if related else [])


@pytest.mark.parametrize(("said", "column"), [("home", "home_team_id"), ("away", "away_team_id")])
def test_of_two_keys_to_one_dataset_the_one_whose_role_is_said_joins(said: str, column: str):
    relations = Linker(views("league")[0]).relations
    path = relations.path(["game", "team"], said=frozenset([said]))
    assert path is not None
    assert [key.column for key in path] == [column]
    (call,) = part("league", f"Number of games per {said} team").calls
    assert f'"{column}" = t2."team_id"' in call.arguments["sql"]


def test_without_a_word_for_the_role_it_is_asked_which_is_meant():
    found = part("league", "Average attendance of games per team")
    assert not found.calls
    assert any("home_team_id" in text and "away_team_id" in text for text in found.asks)


@pytest.mark.parametrize(
    ("short", "full", "fits"),
    [("rgn", "region", 0.9), ("amt", "amount", 0.9), ("seg", "segment", 0.72), ("rgn", "region2x", 0.9),
     ("car", "cart", 0.0), ("sum", "summer", 0.72), ("ab", "about", 0.0), ("pea", "peanut", 0.0)],
)  # fmt: skip
def test_names_cut_to_letters_stand_for_words(short: str, full: str, fits: float):
    assert shortened(short, full) == fits


def test_the_letter_of_the_dataset_in_front_of_a_label_is_dropped():
    assert headed("cname", ("customer",)) == "name"
    assert headed("odate", ("order",)) == "date"
    assert headed("crate", ("customer",)) is None
    assert headed("name", ("customer",)) is None


def test_every_database_of_the_spoken_requests_has_a_key_between_its_tables():
    for database in SPOKEN:
        keys: tuple[Key, ...] = Linker(views(database)[0]).relations.keys
        children = {key.child for key in keys} | {key.parent for key in keys}
        assert len(frames(database)) == 1 or children == set(frames(database)), database


@pytest.mark.parametrize(
    ("prompt", "where"),
    [
        ("Number of sales per product, not counting West", [{"field": "region", "op": "!=", "value": "West"}]),
        ("Number of sales per product, West excluded", [{"field": "region", "op": "!=", "value": "West"}]),
        ("Number of sales per product with West left out", [{"field": "region", "op": "!=", "value": "West"}]),
        ("Number of sales per product outside of the West", [{"field": "region", "op": "!=", "value": "West"}]),
        ('Number of sales per "product" for quantities of at least 5', [{"field": "quantity", "op": ">=", "value": 5}]),
    ],
)
def test_exclusions_and_bounds_in_other_words(prompt: str, where: list[dict[str, Any]]):
    (call,) = part("store", prompt).calls
    assert call.arguments["where"] == where
    assert call.arguments["x"] == "product"


def test_an_order_by_a_column_without_a_direction_rises_and_says_so():
    found = part("library", "Bar chart of the price of each title, ordered by price")
    assert found.calls[0].arguments["sort"] == "y"
    assert any("smallest price comes first" in note for note in found.notes)


@pytest.mark.parametrize(
    ("database", "prompt", "drawn"),
    [
        ("league", "Rank the teams by their total salary", {"x": "team_name", "y": "sum(salary)", "sort": "-y"}),
        ("league", "Rank the teams by total salary, lowest first", {"x": "team_name", "sort": "y"}),
        ("library", "Number of books per genre costing between 8 and 12",
         {"where": [{"field": "price", "op": "between", "value": [8, 12]}]}),
        ("library", "What is the lowest book price in each genre? Bars", {"x": "genre", "y": "min(price)"}),
        ("store", "Largest single revenue for every region", {"x": "region", "y": "max(revenue)"}),
        ("clinic", "Number of appointments for each doctor in a bar chart, grouped by specialty",
         {"x": "specialty", "y": "count()"}),
        ("league", "How many home games did each team play?", {"x": "team_name", "y": "count()"}),
        ("store", "Count the sales per region", {"x": "region", "y": "count()"}),
    ],
)  # fmt: skip
def test_what_is_ranked_bounded_and_grouped(database: str, prompt: str, drawn: dict[str, Any]):
    (call,) = part(database, prompt).calls
    assert {name: call.arguments.get(name) for name in drawn} == drawn
