"""Prompts through the real loop, tools, engine and layout; the values come from pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from agent.offline.frames import frame
from agent.offline.test_story import STORY
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Answered, Done, ToolEnded
from canvas_widget.agent.providers.offline import OfflineProvider
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.data import Catalogue
from canvas_widget.workspace import Actor, Workspace

pytestmark = pytest.mark.ledger("X1")


def workspace_of(*names: str) -> Workspace:
    catalogue = Catalogue()
    for name in names:
        catalogue.register(name, frame(name))
    return Workspace(catalogue=catalogue)


async def ask(workspace: Workspace, prompt: str, actor: Actor | None = None) -> str:
    turn = TurnRequest(
        "turn-1", prompt, Conversation(), (OfflineProvider(),), workspace, actor=actor or Actor(source="agent")
    )
    events = [event async for event in run_turn(turn)]
    assert not [event.error for event in events if isinstance(event, ToolEnded) and not event.ok]
    assert isinstance(events[-1], Done)
    assert events[-1].reason == "complete"
    return next(event.text for event in events if isinstance(event, Answered))


def rows(workspace: Workspace, container_id: str) -> list[tuple[Any, ...]]:
    result = workspace.result_for(container_id)
    assert result is not None
    return [tuple(row.values()) for row in result.rows()]


@pytest.mark.ledger("X1", "A6")
async def test_the_story_draws_what_pandas_computes_and_overlaps_nowhere():
    cars, workspace = frame("cars"), workspace_of("cars")
    text = await ask(workspace, STORY)

    means = cars.groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    assert rows(workspace, "average_miles_per_gallon_by_origin") == [
        (name, pytest.approx(value)) for name, value in means.items()
    ]
    power = cars.groupby(cars["Year"].dt.year)["Horsepower"].mean()
    assert [row[1] for row in rows(workspace, "average_horsepower_by_year")] == pytest.approx(list(power))
    assert rows(workspace, "number_of_cars") == [(len(cars),)]
    table = workspace.result_for("20_heaviest_cars")
    assert table is not None
    weights = [row["Weight_in_lbs"] for row in table.rows()]
    assert weights == sorted(cars["Weight_in_lbs"], reverse=True)[:20]

    boxes = {container.id: container for container in workspace.document}
    bar, line = boxes["average_miles_per_gallon_by_origin"], boxes["average_horsepower_by_year"]
    metric, below = boxes["number_of_cars"], boxes["20_heaviest_cars"]
    assert line.x >= bar.right
    assert metric.bottom <= min(bar.y, line.y)
    assert below.y >= max(bar.bottom, line.bottom)
    every = list(boxes.values())
    for one in every:
        for other in every:
            apart = one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
            assert one is other or apart
    assert "Bar chart **Average miles per gallon by origin**" in text
    assert "from cars (406 rows)" in text


@pytest.mark.parametrize(
    ("name", "prompt", "expected"),
    [
        (
            "sales",
            "bar chart of total revenue by region where product is Office Chair, highest first",
            lambda sales: (
                sales[sales["product"] == "Office Chair"]
                .groupby("region")["revenue"]
                .sum()
                .sort_values(ascending=False)
            ),
        ),
        (
            "seattle_weather",
            "bar chart of mean max temperature by weather in 2013 in alphabetical order",
            lambda data: data[data["date"].dt.year == 2013].groupby("weather")["temp_max"].mean().sort_index(),
        ),
        (
            "barley",
            "bar chart of median yield by site in 1931, smallest first",
            lambda data: data[data["year"] == 1931].groupby("site")["yield"].median().sort_values(),
        ),
        (
            "stocks",
            "bar chart of the highest price by symbol, sorted descending",
            lambda data: data.groupby("symbol")["price"].max().sort_values(ascending=False),
        ),
        (
            "cars",
            "bar chart of number of cars with more than 100 horsepower since 1975 by origin, sorted descending",
            lambda data: (
                data[(data["Horsepower"] > 100) & (data["Year"] >= "1975-01-01")]
                .groupby("Origin")["Name"]
                .count()
                .sort_values(ascending=False)
            ),
        ),
    ],
)
async def test_charts_draw_what_pandas_computes(name: str, prompt: str, expected: Any):
    workspace = workspace_of(name)
    await ask(workspace, prompt)
    (container,) = workspace.document
    series: pd.Series[float] = expected(frame(name))
    assert rows(workspace, container.id) == [(label, pytest.approx(value)) for label, value in series.items()]


async def test_a_grouped_table_holds_what_pandas_computes():
    workspace = workspace_of("cars")
    await ask(workspace, "table of average mpg by origin, highest first")
    means = frame("cars").groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    (container,) = workspace.document
    assert rows(workspace, container.id) == [(name, pytest.approx(value)) for name, value in means.items()]


@pytest.mark.ledger("X1", "X11")
async def test_a_re_run_replaces_what_it_made():
    workspace = workspace_of("cars")
    await ask(workspace, STORY)
    made = frozenset(container.id for container in workspace.document)
    await ask(workspace, STORY, Actor(source="agent", turn_id="turn-2", replaces=made))
    assert frozenset(container.id for container in workspace.document) == made


@pytest.mark.ledger("X1", "A8")
async def test_commands_act_on_the_canvas():
    workspace = workspace_of("cars")
    await ask(workspace, "pie of cars by origin; number of cars as a metric; make the canvas 1000 by 700")
    await ask(workspace, "move the metric to 600, 500, rename it to All cars and delete the pie")
    (metric,) = workspace.document
    assert (metric.title, metric.x, metric.y, metric.placement) == ("All cars", 600, 500, "pinned")
    assert (workspace.document.width, workspace.document.height) == (1000, 700)
    assert await ask(workspace, "what is on the canvas?") == (
        f"The canvas (1000 × 700 px) holds number_of_cars (metric, 600 500 {metric.width} {metric.height})."
    )


@pytest.mark.ledger("X1", "X4")
async def test_follow_ups_change_the_chart_in_place_and_undo_takes_them_back():
    cars, workspace = frame("cars"), workspace_of("cars")
    await ask(workspace, "bar chart of mean mpg by origin, sorted descending", Actor(source="agent", turn_id="turn-1"))
    before = workspace.document["average_miles_per_gallon_by_origin"]
    await ask(workspace, "now by cylinders, only USA", Actor(source="agent", turn_id="turn-2"))
    (changed,) = workspace.document
    assert (changed.id, changed.x, changed.y, changed.width) == (before.id, before.x, before.y, before.width)
    expected = (
        cars[cars["Origin"] == "USA"].groupby("Cylinders")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    )
    assert [value for _, value in rows(workspace, changed.id)] == pytest.approx(list(expected))

    await ask(workspace, "undo that", Actor(source="agent", turn_id="turn-3"))
    means = cars.groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    assert [value for _, value in rows(workspace, before.id)] == pytest.approx(list(means))

    text = await ask(workspace, "redo it", Actor(source="agent", turn_id="turn-4"))
    assert text.startswith("Done again")
    assert [value for _, value in rows(workspace, changed.id)] == pytest.approx(list(expected))
