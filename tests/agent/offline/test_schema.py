"""Several datasets, and conditions that a typed request cannot say: the rows drawn are what pandas says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from agent.offline.test_end_to_end import ask
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.workspace_views import views_of
from canvas_widget.data import Catalogue
from canvas_widget.workspace import Workspace

pytestmark = pytest.mark.ledger("X1", "E7")

STAFF = pd.DataFrame(
    {
        "staff_id": range(100, 160),
        "first_name": [f"{'ABC'[n % 3]}lex{n}" for n in range(60)],
        "surname": [f"Sur{n}" for n in range(60)],
        "hire_date": pd.date_range("2010-01-01", periods=60, freq="37D"),
        "role_id": [f"R{n % 5}" for n in range(60)],
        "pay": [1000.0 + 100 * n for n in range(60)],
        "dept_no": [10 * (1 + n % 6) for n in range(60)],
        "insured": ["Y" if n % 4 else "N" for n in range(60)],
    }
)
DEPARTMENTS = pd.DataFrame(
    {
        "dept_no": [10, 20, 30, 40, 50, 60],
        "dept_title": ["Sales", "Law", "Research", "Care", "Works", "Lab"],
        "city": ["Rome", "Oslo", "Rome", "Bern", "Oslo", "Rome"],
    }
)
ROLES = pd.DataFrame(
    {"role_id": [f"R{n}" for n in range(5)], "role_title": ["Clerk", "Chef", "Guard", "Nurse", "Boss"]}
)
PAST_JOBS = pd.DataFrame({"staff_id": [100, 101, 105], "start_day": pd.to_datetime(["2001-01-01"] * 3)})
ALL = STAFF.merge(DEPARTMENTS, on="dept_no").merge(ROLES, on="role_id")


def workspace() -> Workspace:
    catalogue = Catalogue()
    for name, data in (
        ("staff_members", STAFF), ("departments", DEPARTMENTS), ("roles", ROLES), ("past_jobs", PAST_JOBS),
    ):  # fmt: skip
        catalogue.register(name, data)
    return Workspace(catalogue=catalogue)


async def drawn(prompt: str) -> dict[Any, Any]:
    """The last chart's values by category."""
    here = workspace()
    await ask(here, prompt)
    last = list(here.document)[-1]
    content: Any = last.content
    result = here.result_for(last.id)
    assert result is not None
    return {row[content.encoding["x"]]: row[content.encoding["y"]] for row in result.rows()}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("bar chart of the average pay per department title", ALL.groupby("dept_title")["pay"].mean),
        ("How many staff members work in each city? Draw a pie chart.", ALL.groupby("city").size),
        ("bar chart of the number of staff members by role title in Rome",
         lambda: ALL[ALL["city"] == "Rome"].groupby("role_title").size()),
        ("List the role titles and the total pay of their staff in a bar chart",
         ALL.groupby("role_title")["pay"].sum),
    ],
)  # fmt: skip
async def test_datasets_are_joined_where_a_request_needs_several(prompt: str, expected: Any):
    assert await drawn(prompt) == pytest.approx(expected().to_dict())


_BY_ROLE = [
    ("with pay below 2000 or above 5000", lambda s: (s["pay"] < 2000) | (s["pay"] > 5000)),
    ("whose pay is between 2000 and 4000 and whose dept no is 10 or whose role id is R1",
     lambda s: (s["pay"].between(2000, 4000) & (s["dept_no"] == 10)) | (s["role_id"] == "R1")),
    ("whose dept no is 10, 20 or 30", lambda s: s["dept_no"].isin([10, 20, 30])),
    ("who do not work in departments with dept no 10 or 20", lambda s: ~s["dept_no"].isin([10, 20])),
    ("whose pay is not between 1500 and 6000", lambda s: ~s["pay"].between(1500, 6000)),
    ("who have the letter A or B in their first name",
     lambda s: s["first_name"].str.lower().str.contains("a|b", regex=True)),
    ("whose first name does not contain the letter C", lambda s: ~s["first_name"].str.lower().str.contains("c")),
    ("whose surname ends with 7", lambda s: s["surname"].str.endswith("7")),
    ("with more than the average pay", lambda s: s["pay"] > s["pay"].mean()),
    ("who are insured", lambda s: s["insured"] == "Y"),
    ("who did not have any job in the past", lambda s: ~s["staff_id"].isin(PAST_JOBS["staff_id"])),
    ("that were hired before 2011 or after 2014",
     lambda s: (s["hire_date"] < "2011-01-01") | (s["hire_date"] >= "2015-01-01")),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "kept"), _BY_ROLE, ids=[clause for clause, _ in _BY_ROLE])
async def test_conditions_keep_the_rows_that_they_say(clause: str, kept: Any):
    rows = await drawn(f"For staff members {clause}, draw a bar chart of the number of staff by role id.")
    assert rows == STAFF[kept(STAFF)].groupby("role_id").size().to_dict()


async def test_a_condition_on_groups():
    rows = await drawn("bar chart of the total pay by role id where the average pay is above 3950")
    means = STAFF.groupby("role_id")["pay"].mean()
    totals = STAFF.groupby("role_id")["pay"].sum()
    assert rows == totals[means > 3950].to_dict()


@pytest.mark.parametrize(
    "prompt",
    [
        "Draw a bar chart of the number of staff by role id, and show from low to high by the y-axis.",
        "What is the number of staff of each role id? Plot a bar chart. Please arrange the y-axis in ascending order.",
        "Bar chart. How many staff members are there for each role id? list the count in ascending order",
    ],
)
def test_an_order_said_apart_belongs_to_the_chart_before_it(prompt: str):
    reading = read(prompt, *views_of(workspace()))
    assert [(call.tool, call.arguments.get("sort")) for call in reading.calls] == [("create_chart", "y")]


@pytest.mark.parametrize("word", ["propotion", "proporton"])
def test_a_typing_error_in_the_words_of_a_request_is_forgiven(word: str):
    reading = read(f"Show me the {word} of staff by role id using a pie chart", *views_of(workspace()))
    assert [call.tool for call in reading.calls] == ["create_pie_chart"]
    assert not [text for part in reading.parts for text in (*part.asks, *part.unread)]


def test_foreign_keys_are_read_from_names_and_values():
    keys = Linker(views_of(workspace())[0]).relations.keys
    assert {(key.child, key.column, key.parent, key.key) for key in keys} == {
        ("staff_members", "dept_no", "departments", "dept_no"),
        ("staff_members", "role_id", "roles", "role_id"),
        ("past_jobs", "staff_id", "staff_members", "staff_id"),
    }


async def test_follow_ups_change_a_chart_of_joined_datasets():
    here = workspace()
    await ask(here, "bar chart of staff members by department title")
    await ask(here, "now by role title")
    await ask(here, "make it a pie")
    (container,) = here.document
    result = here.result_for(container.id)
    assert result is not None
    content: Any = container.content
    assert content.mark == "arc"
    rows = dict(tuple(row.values())[:2] for row in result.rows())
    assert rows == ALL.groupby("role_title").size().to_dict()


async def test_a_prompt_that_is_no_english_changes_nothing_and_is_told_so():
    here = workspace()
    text = await ask(here, "Zeige mir das Gehalt pro Abteilung")
    assert "reads English only" in text
    assert len(here.document) == 0


def test_of_two_datasets_the_exact_name_wins():
    catalogue = Catalogue()
    catalogue.register("e", pd.DataFrame({"a": [1]}))
    catalogue.register("e2", pd.DataFrame({"b": [1]}))
    (call,) = read("Table of e2", *views_of(Workspace(catalogue=catalogue))).calls
    assert call.arguments["dataset"] == "e2"


def test_rows_are_called_rows_in_a_title():
    (call,) = read("Number of rows in departments as a metric", *views_of(workspace())).calls
    assert call.arguments["title"] == "Number of rows in departments"
