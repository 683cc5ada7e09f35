"""Prompts cut into requests."""

from __future__ import annotations

import pytest

from canvas_widget.agent.providers.offline.split import MAX_REQUESTS, split

pytestmark = pytest.mark.ledger("X1")


@pytest.mark.parametrize(
    ("prompt", "requests"),
    [
        ("Bar chart of a by b. Next to it a line chart of c.", ["Bar chart of a by b", "Next to it a line chart of c"]),
        (
            "Put the number of cars on top as a metric, and a table of the 20 heaviest cars below.",
            ["Put the number of cars on top as a metric", "a table of the 20 heaviest cars below"],
        ),
        ("total revenue as a metric; clear the canvas", ["total revenue as a metric", "clear the canvas"]),
        ("- bar chart of a\n- a pie of b", ["bar chart of a", "a pie of b"]),
        ("1. bar chart of a\n2. pie of b", ["bar chart of a", "pie of b"]),
        ("move it to 10, 20 and rename it to Sales", ["move it to 10, 20", "rename it to Sales"]),
        ("bar chart of a by b, then arrange", ["bar chart of a by b", "arrange"]),
        ("a pie of a on the left and b by year on the right", ["a pie of a on the left", "b by year on the right"]),
        ("add a bar chart of a, a pie of b and a table of c", ["add a bar chart of a", "a pie of b", "a table of c"]),
    ],
)  # fmt: skip
def test_several_requests(prompt: str, requests: list[str]):
    assert [phrase.text for phrase in split(prompt)] == requests


@pytest.mark.parametrize(
    "prompt",
    [
        "Show mpg and horsepower by origin and year as a bar chart",
        "Delete the table and the pie chart",
        "bar chart of revenue by region, sorted descending",
        "bar chart of a by b and list in desc order by the y-axis",
        "average price vs. average weight",
        "revenue between 10 and 20 by region",
        "average of 3.5 and 4.25",
        "bar chart of revenue\nby region",
    ],
)
def test_one_request_stays_whole(prompt: str):
    assert [phrase.text for phrase in split(prompt)] == [prompt]


def test_the_number_of_requests_is_bounded():
    assert len(split("clear. " * 500)) == MAX_REQUESTS
