"""The main job: the story's prompt over the cars, as tool calls."""

from __future__ import annotations

import pytest

from agent.offline.frames import catalogue
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.views import CanvasView

STORY = (
    "Bar chart of average miles per gallon by origin, sorted descending. Next to it a line chart of mean horsepower "
    "per year. Put the number of cars on top as a metric, and a table of the 20 heaviest cars below."
)


@pytest.mark.ledger("X1")
def test_the_story_becomes_four_placed_containers():
    reading = read(STORY, catalogue("cars"), CanvasView())
    bar, line, metric, table = reading.calls
    assert (bar.tool, bar.arguments) == (
        "create_chart",
        {
            "container_id": "average_miles_per_gallon_by_origin",
            "dataset": "cars",
            "mark": "bar",
            "x": "Origin",
            "y": "mean(Miles_per_Gallon)",
            "sort": "-y",
            "title": "Average miles per gallon by origin",
        },
    )
    assert line.tool == "create_chart"
    assert {key: line.arguments[key] for key in ("mark", "x", "y", "right_of")} == {
        "mark": "line",
        "x": "year(Year)",
        "y": "mean(Horsepower)",
        "right_of": "average_miles_per_gallon_by_origin",
    }
    assert (metric.tool, metric.arguments["value"], metric.arguments["top"]) == ("create_metric", "count()", True)
    assert table.tool == "create_table"
    assert (table.arguments["sort"], table.arguments["limit"]) == (["-Weight_in_lbs"], 20)
    assert table.arguments["below"] == "average_miles_per_gallon_by_origin"
    assert not [problem for part in reading.parts for problem in (*part.asks, *part.unread)]
