"""Families of words, directions of an order and degrees of adjectives, each by itself."""

from __future__ import annotations

import pytest

from canvas_widget.agent.providers.offline.conditions.comparing import behind_number, comparator
from canvas_widget.agent.providers.offline.link.degrees import degree_links
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.words.directions import direction_at
from canvas_widget.agent.providers.offline.words.normalise import tokens
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.roots import related
from canvas_widget.agent.views import DatasetView

pytestmark = pytest.mark.ledger("X1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acceleration", "accelerate"),
        ("rated", "rating"),
        ("membership", "member"),
        ("weigh", "weight"),
        ("sold", "sale"),
    ],
)
def test_forms_of_one_word_are_related(one: str, other: str):
    assert related(one, other)


@pytest.mark.parametrize(("one", "other"), [("station", "state"), ("party", "part"), ("country", "county")])
def test_words_that_only_look_alike_are_not(one: str, other: str):
    assert not related(one, other)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("from the dearest to the cheapest", "desc"),
        ("the highest to the lowest", "desc"),
        ("young to old", "asc"),
        ("with the smallest first", None),
        ("smallest first", "asc"),
        ("in reverse alphabetical order", "name desc"),
        ("reverse alphabetical order", "name desc"),
        ("a to z", "name"),
        ("a rising tide", None),
    ],
)
def test_a_direction_is_read_where_it_starts(text: str, way: str | None):
    hit = direction_at(tokens(text), 0)
    assert (hit.value if hit is not None else None) == way


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twenty-five", 25),
        ("one hundred and fifty", 150),
        ("two thousand five hundred", 2500),
        ("3 million", 3_000_000),
        ("a thousand", 1000),
        ("seventeen", 17),
    ],
)
def test_a_number_in_words_is_one_number(text: str, value: int):
    assert [token.value for token in tokens(text)] == [value]


def test_numbers_side_by_side_stay_apart():
    assert [t.value for t in tokens("four, six and eight") if t.value is not None] == [4, 6, 8]
    assert [t.value for t in tokens("two and three") if t.value is not None] == [2, 3]


@pytest.mark.parametrize(
    ("text", "op"),
    [("price over 5", ">"), ("no more than 5", "<="), ("price different from 5", "!="), ("page 5", None)],
)
def test_the_comparison_before_a_number(text: str, op: str | None):
    phrase = Phrase(tokens(text), text)
    found = comparator(phrase, len(phrase) - 1)
    assert (found[1] if found is not None else None) == op


@pytest.mark.parametrize(
    ("text", "op"), [("5 or more", ">="), ("5 or fewer", "<="), ("1999 onwards", ">="), ("5 and 6", None)]
)
def test_the_comparison_behind_a_number(text: str, op: str | None):
    found = behind_number(Phrase(tokens(text), text), 0, {})
    assert (found[1] if found is not None else None) == op


def test_how_heavy_is_the_weight_and_how_deep_is_nothing_here():
    source = Source.of(DatasetView("parcels", 3, types={"parcel_id": "integer", "weight": "number", "fee": "number"}))
    said = Phrase(tokens("how heavy are the parcels"), "how heavy are the parcels")
    assert [link.column.name for link in degree_links(said, source.columns)] == ["weight"]
    other = Phrase(tokens("how deep are the parcels"), "how deep are the parcels")
    assert not list(degree_links(other, source.columns))
