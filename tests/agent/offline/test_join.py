"""Sentences that only say how to draw belong to the one before; conditions that cannot be read stop the drawing."""

from __future__ import annotations

import pytest

from agent.offline.reading import drawn, problems, reading_of

pytestmark = pytest.mark.ledger("X1")


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("How many cars are there per origin? Draw a pie chart.", "pie x=Origin y=count()"),
        ("What is the average weight for each origin? Visualize as a bar chart.", "bar x=Origin y=mean(Weight_in_lbs)"),
        ("Mean weight by origin. Show it in bars, order the y axis asc.", "bar x=Origin y=mean(Weight_in_lbs) y"),
        ("Find the weight and horsepower, and plot them as a scatter plot", "point x=Weight_in_lbs y=Horsepower"),
        ("For all cars since 1975, show the number of cars by origin as a bar chart", "bar x=Origin y=count()"),
        ("What are the different origins, and how many cars are from each? Bar chart.", "bar x=Origin y=count()"),
        ("bars of total weight by origin, and list the x-axis in desc order", "bar x=Origin y=sum(Weight_in_lbs) -x"),
    ],
)  # fmt: skip
def test_one_drawing_from_several_sentences(prompt: str, expected: str):
    reading = reading_of(prompt, "cars")
    assert [drawn(call) for call in reading.calls] == [expected]
    assert not problems(reading)


def test_a_kind_with_its_own_data_is_a_drawing_of_its_own():
    reading = reading_of("Average weight by origin. Draw a pie chart of cars by cylinders.", "cars")
    assert [drawn(call) for call in reading.calls] == [
        "bar x=Origin y=mean(Weight_in_lbs)",
        "pie x=Cylinders y=count()",
    ]


@pytest.mark.parametrize(
    ("prompt", "problem"),
    [
        ("average mpg by origin where flavour is over 12", "“flavour”"),
        ("average mpg by origin for cars older than 72 moons", "“72 moons”"),
    ],
)
def test_a_condition_that_is_not_read_stops_the_drawing(prompt: str, problem: str):
    reading = reading_of(prompt, "cars")
    assert not reading.calls
    assert any(text.startswith(problem) for text in problems(reading)), problems(reading)


def test_a_sort_that_the_chart_does_not_show_is_named():
    reading = reading_of("bar chart of mean weight by origin sorted by horsepower", "cars")
    assert [drawn(call) for call in reading.calls] == ["bar x=Origin y=mean(Weight_in_lbs)"]
    assert problems(reading) == ["sorting by Horsepower, which is not in the chart"]
