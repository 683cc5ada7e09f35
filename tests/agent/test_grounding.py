"""Which numbers of an answer come from nowhere: a table of sentences over one set of results."""

from __future__ import annotations

import pytest

from canvas_widget.agent.grounding import seen_in, ungrounded

pytestmark = pytest.mark.ledger("E2")

PROMPT = "Mean miles per gallon by origin for cars over 3,000 lbs built since 1972, target 25 mpg"
BY_ORIGIN = {
    "ok": True,
    "row_count": 3,
    "columns": [{"name": "Origin"}, {"name": "mean_mpg"}, {"name": "cars"}],
    "rows": [
        {"Origin": "Japan", "mean_mpg": 30.450632911392404, "cars": 79},
        {"Origin": "Europe", "mean_mpg": 27.891428571428573, "cars": 73},
        {"Origin": "USA", "mean_mpg": 20.08353413654618, "cars": 254},
    ],
}
SALES = {
    "rows": [
        {"day": "2024-01-31", "revenue": 1234567.89, "share": 0.4231},
        {"day": "2024-03-15", "revenue": 345678.0, "share": 0.1185},
    ]
}
TOTAL = {"rows": [{"sum": -1250.5}], "row_count": 1}
CONTEXT = {"dataset": "cars", "rows": 406, "columns": {"Year": {"range": ["1970-01-01", "1982-01-01"], "distinct": 12}}}
ARGUMENTS = {"limit": 20, "container_id": "mpg_by_origin_42"}

GROUNDED = [
    "Japan leads with 30.45 mpg.",
    "Japan leads with 30.5 mpg, Europe has 27.9 and the USA 20.1.",
    "Japan averages about 30 mpg.",
    "Japan: **30.45**, Europe: **27.89**.",
    "There are 79 cars from Japan and 254 from the USA.",
    "All 406 cars have an origin.",  # the sum of the three counts, and the rows of the dataset
    "Most cars, 254 of 406, come from the USA.",
    "63 % of the cars are American (254 of 406).",
    "62.6% of the cars are American.",
    "Some 63 percent are American.",
    "Japan and Europe together have 152 cars.",
    "The gap between Japan and the USA is 10.4 mpg.",
    "Japan's mean is 1.5 times that of the USA.",
    "Japanese cars go 52% further than American ones.",
    "Revenue was 1,234,567.89 in January.",
    "Revenue was $1.23M in January.",
    "Revenue was 1.2 million in January.",
    "Revenue was $1,235k in January and 346k in March.",
    "Revenue was about 1.2M.",
    "January's share is 42.3 %, March's 11.9 %.",
    "January's share is 0.42.",
    "Total revenue is 1,580,245.89.",
    "The balance is -1,250.50.",
    "The balance is −1,250.5, a loss.",
    "Der Umsatz war 1.234.567,89 Euro.",
    "1 234 568 were sold.",
    "Only cars over 3,000 lbs were counted.",
    "You asked for 25 mpg; only Japan and Europe reach it.",
    "The data start in 1970 and end in 1982.",
    "Between 1975 and 1978 little changed.",
    "It peaked on 2024-01-31.",
    "It peaked in 2024-01.",
    "It peaked on January 31, 2024.",
    "The table shows the first 20 rows.",
    "I made 2 charts and 1 table.",
    "1. Japan\n2. Europe\n3. USA",
    "The chart mpg_by_origin_42 is 380 × 280 px at 10, 10.",
    "The query is `select * from cars limit 5000`.",
    "```sql\nselect 12345 from cars where x > 99.9\n```\nThat is all.",
    'See the container "top 500" for more.',
    "There are three origins.",
    "The Q3 figures and version 2.1.7 are not in the data.",
    "The top 15 would look the same.",
    "Nothing was found.",
    "",
    "It ran at 12:30 for the 21st time.",
    "Japan (30.45) beats Europe (27.89) by 2.56 mpg.",
    "The average of the three means is 26.14.",
    "1972 is where it begins.",
]

FLAGGED = [
    ("Japan leads with 31.2 mpg.", ["31.2"]),
    ("Japan leads with 30.45 mpg, ahead of the world average of 24.7.", ["24.7"]),
    ("There are 81 cars from Japan.", ["81"]),
    ("All 1,406 cars have an origin.", ["1,406"]),
    ("Revenue was $9.87M in January.", ["$9.87M"]),
    ("Fully 88.8 % of the cars are American.", ["88.8 %"]),
    ("Japanese cars go 37.5% further than American ones.", ["37.5%"]),
    ("Revenue grew to 2,345,678.90.", ["2,345,678.90"]),
    ("The balance is 1,999.", ["1,999"]),
    ("The data end in 1999.", ["1999"]),
    ("Global sales were 17.3 billion, 44.4 per head.", ["17.3 billion", "44.4"]),
    ("Exactly 417 of 406 cars.", ["417"]),
]


def seen() -> object:
    return seen_in([PROMPT, BY_ORIGIN, SALES, TOTAL, CONTEXT, ARGUMENTS])


@pytest.mark.parametrize("sentence", GROUNDED, ids=[str(number) for number in range(len(GROUNDED))])
def test_numbers_that_the_turn_has_seen_or_that_follow_from_them_are_fine(sentence: str) -> None:
    assert ungrounded(sentence, seen()) == []


@pytest.mark.parametrize(("sentence", "flagged"), FLAGGED, ids=[str(number) for number in range(len(FLAGGED))])
def test_numbers_from_nowhere_are_named_as_they_are_written(sentence: str, flagged: list[str]) -> None:
    assert ungrounded(sentence, seen()) == flagged


def test_without_any_query_every_claim_comes_from_nowhere() -> None:
    assert ungrounded("There are 42 cars worth 17 million.", seen_in(["how many cars?"])) == ["42", "17 million"]
    assert ungrounded("Two charts, 3 tables, a top 20.", seen_in(["draw"])) == []


def test_a_number_is_named_once_and_a_long_answer_is_quick() -> None:
    assert ungrounded("99.9 and again 99.9", seen()) == ["99.9"]
    rows = [{"a": number * 1.7, "b": number} for number in range(2000)]
    text = " ".join(f"Row {number} has {number * 1.7:.1f}." for number in range(0, 2000, 40))
    assert ungrounded(text, seen_in([{"rows": rows}])) == []


@pytest.mark.parametrize(
    "large",
    ["77E999", "9" * 400, "1.5e-999", 10**5000, float("inf"), 10**400],
    ids=["e", "9", "-e", "int", "inf", "400"],
)
def test_a_number_past_all_reckoning_grounds_nothing_and_breaks_nothing(large: object) -> None:
    seen = seen_in([PROMPT, {"rows": [{"sku": large, "n": large}, {"sku": large, "n": large}]}, [large, large]])
    assert ungrounded("There are 12,345 of them.", seen) == ["12,345"]
    if isinstance(large, str):
        assert ungrounded(f"It is {large}.", seen_in([PROMPT])) == [large]
