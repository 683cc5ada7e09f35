"""Identifiers are normalised once, unique always, and never refused without a way on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import alternatives, normalise

pytestmark = pytest.mark.ledger("A7")


@pytest.mark.parametrize(
    ("proposed", "name"),
    [
        ("Sales by Region", "sales_by_region"),
        ("  mpg/origin ", "mpg_origin"),
        ("Umsätze 2024", "umsätze_2024"),
        ("日本", "日本"),
        ("ﬁgure", "figure"),
        ("🚗", "container"),
        ("", "container"),
        ("x" * 100, "x" * 64),
    ],
)
def test_a_proposed_name_becomes_an_identifier(proposed, name):
    assert normalise(proposed) == name


@given(st.text(max_size=80))
def test_an_identifier_stays_as_it_is_and_fits_a_path(proposed):
    name = normalise(proposed)
    assert normalise(name) == name
    assert 0 < len(name) <= 64
    assert not set(name) & set("/: \n")


def test_alternatives_are_numbered_suffixed_and_prefixed():
    assert alternatives("sales", {"sales", "sales_2"}.__contains__, "chart") == [
        "sales_3",
        "sales_4",
        "sales_5",
        "sales_copy",
        "chart_sales",
    ]


@given(st.text(max_size=80).map(normalise), st.sets(st.sampled_from(["_2", "_3", "_copy", "_new", "_alt"])))
def test_alternatives_are_five_free_identifiers(taken, endings):
    used = {taken, *(taken + ending for ending in endings)}
    free = alternatives(taken, used.__contains__, "chart")
    assert len(set(free)) == 5
    assert not used & set(free)
    assert all(normalise(name) == name for name in free)
