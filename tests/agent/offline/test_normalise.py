"""Tokens, numbers, quoted strings, and the words inside names."""

from __future__ import annotations

import pytest

from canvas_widget.agent.providers.offline.words.normalise import human, name_words, stem, tokens

pytestmark = pytest.mark.ledger("X1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Miles_per_Gallon", ["miles", "per", "gallon"]),
        ("petalLength", ["petal", "length"]),
        ("GDPGrowth2019", ["gdp", "growth", "2019"]),
        ("year-over-year", ["year", "-", "over", "-", "year"]),
        ("Don't stop", ["don't", "stop"]),
        ("naïve Größe 平均", ["naïve", "größe", "平均"]),
    ],
)
def test_words(text: str, expected: list[str]):
    assert [token.lower for token in tokens(text)] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [("3,000", 3000), ("2.5k", 2500), ("-5", -5), ("1.5M", 1_500_000), ("ten", 10), ("400px", 400), ("0.25", 0.25)],
)
def test_numbers(text: str, value: float):
    assert tokens(text)[0].value == value


def test_a_size_without_blanks_is_two_numbers():
    assert [token.value for token in tokens("400x300")] == [400, None, 300]


@pytest.mark.parametrize("text", ['"Heavy cars"', "“Heavy cars”", "'Heavy cars'", "`Heavy cars`", "«Heavy cars»"])
def test_quoted_strings_are_one_token_in_their_own_case(text: str):
    (token,) = tokens(text)
    assert (token.kind, token.text) == ("quoted", "Heavy cars")


def test_an_apostrophe_opens_no_quotation():
    assert not [token for token in tokens("the cars' weight isn't the drivers' fault") if token.kind == "quoted"]


@pytest.mark.parametrize(
    ("word", "singular"),
    [
        ("countries", "country"),
        ("boxes", "box"),
        ("classes", "class"),
        ("cars", "car"),
        ("gas", "gas"),
        ("status", "status"),
        ("miles", "mile"),
        ("region's", "region"),
        ("axis", "axis"),
    ],
)
def test_stems(word: str, singular: str):
    assert stem(word) == singular


def test_spellings_of_a_name_have_the_same_words():
    assert name_words("Miles_per_Gallon") == name_words("milesPerGallon") == name_words("miles per gallons")


def test_human_names_keep_acronyms():
    assert (human("Weight_in_lbs"), human("GDP_growth"), human("unitPrice")) == (
        "weight in lbs",
        "GDP growth",
        "unit price",
    )
