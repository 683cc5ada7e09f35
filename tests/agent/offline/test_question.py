"""Questions about the data are answered by a sentence whose number comes from a query; nothing is drawn."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from agent.offline.frames import frame
from agent.offline.test_end_to_end import ask, workspace_of
from canvas_widget.data import Catalogue
from canvas_widget.workspace import Workspace

pytestmark = pytest.mark.ledger("X1", "A11")


def _told(value: Any) -> str:
    return f"**{value:,.0f}**" if float(value).is_integer() else f"**{value:,.2f}**"


@pytest.mark.parametrize(
    ("name", "question", "expected"),
    [
        ("cars", "how many cars are there?", len),
        ("cars", "how many cars have 8 cylinders?", lambda cars: (cars["Cylinders"] == 8).sum()),
        ("cars", "what is the average horsepower?", lambda cars: cars["Horsepower"].mean()),
        ("cars", "What is the maximum weight of Japanese cars?",
         lambda cars: cars[cars["Origin"] == "Japan"]["Weight_in_lbs"].max()),
        ("staff", "how many people are active?", lambda staff: staff["active"].sum()),
        ("sales", "how much is the total revenue?", lambda sales: sales["revenue"].sum()),
    ],
)  # fmt: skip
async def test_one_number_is_told_and_nothing_is_drawn(name: str, question: str, expected: Any):
    workspace = workspace_of(name)
    text = await ask(workspace, question)
    assert _told(expected(frame(name))) in text
    assert f"from {name}" in text
    assert len(workspace.document) == 0


@pytest.mark.parametrize(
    ("name", "question", "group", "value", "how", "least"),
    [
        ("cars", "which origin has the highest average horsepower?", "Origin", "Horsepower", "mean", False),
        ("cars", "Which origin has the lowest average weight?", "Origin", "Weight_in_lbs", "mean", True),
        ("sales", "which product sold most?", "product", "units", "sum", False),
        ("sales", "Which region has the most orders?", "region", "order_id", "count", False),
    ],
)
async def test_the_best_group_is_told_with_its_number(
    name: str, question: str, group: str, value: str, how: str, *, least: bool
):
    data = frame(name).groupby(group)[value].agg(how)
    best = data.min() if least else data.max()
    workspace = workspace_of(name)
    text = await ask(workspace, question)
    for winner in data[data == best].index:
        assert f"**{winner}**" in text
    assert _told(best) in text
    assert len(workspace.document) == 0


async def test_where_groups_tie_all_of_them_are_told():
    workspace = Workspace(catalogue=Catalogue())
    workspace.catalogue.register("visits", pd.DataFrame({"place": ["Rome", "Oslo", "Rome", "Oslo", "Bern"]}))
    text = await ask(workspace, "Which place has the most visits?")
    assert text.startswith("**Oslo** and **Rome** have the highest number of visits: **2**, before Bern with 1")


async def test_a_question_over_joined_datasets():
    workspace = Workspace(catalogue=Catalogue())
    workspace.catalogue.register("clubs", pd.DataFrame({"club_id": [1, 2], "club_name": ["Ajax", "Porto"]}))
    workspace.catalogue.register(
        "players", pd.DataFrame({"player_id": [1, 2, 3], "player_name": ["A", "B", "C"], "club_id": [2, 2, 1]})
    )
    text = await ask(workspace, "Which club name has the most players?")
    assert "**Porto** has the highest number of players: **2**" in text


async def test_a_question_for_each_group_is_drawn():
    workspace = workspace_of("cars")
    await ask(workspace, "what is the average horsepower of each origin?")
    assert [container.content.kind for container in workspace.document] == ["chart"]
