"""The one operation layer: what a user sees of creating, filling, replacing, refreshing and taking back."""

from __future__ import annotations

import threading
from itertools import count

import pandas as pd
import pytest

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest, TableRequest
from canvas_widget.document import Commit, Relations, Set
from canvas_widget.errors import Conflict, NotFound, QueryError
from canvas_widget.layout import Box, Placing
from canvas_widget.workspace import Actor, Workspace

SALES = pd.DataFrame({"region": ["north", "south", "north", "east"], "revenue": [10.0, 20.0, 5.0, 1.5]})


@pytest.fixture
def workspace() -> Workspace:
    ticks = count()
    catalogue = Catalogue()
    catalogue.register("sales", SALES)
    return Workspace("test", catalogue=catalogue, clock=lambda: f"2026-01-01T00:00:{next(ticks):02d}Z")


def bar(workspace: Workspace, name: str = "by_region", **how: object) -> str:
    request = ChartRequest(dataset="sales", mark="bar", x="region", y="sum(revenue)", sort="-y")
    outcome = workspace.chart(name, request, **how)
    assert outcome.container_id is not None
    return outcome.container_id


@pytest.mark.ledger("A2", "X3")
def test_a_chart_holds_its_query_and_its_rows_are_what_pandas_says(workspace: Workspace) -> None:
    name = bar(workspace)
    content = workspace.document[name].content
    expected = SALES.groupby("region").revenue.sum().sort_values(ascending=False)
    rows = workspace.result_for(name).rows()
    assert [row[content.encoding["x"]] for row in rows] == list(expected.index)
    assert [row[content.encoding["y"]] for row in rows] == list(expected)
    assert "sales" in content.sql
    assert not any(str(value) in str(content.spec) for value in expected), "rows are not in the document"


@pytest.mark.ledger("A2")
def test_a_failing_query_leaves_no_trace(workspace: Workspace) -> None:
    bar(workspace)
    before = workspace.document
    for request in (
        ChartRequest(dataset="sales", mark="bar", x="regoin", y="count()"),
        ChartRequest(dataset="sales", mark="bar", x="region", y="sum(revenu)"),
        TableRequest(sql="select * from secrets"),
        MetricRequest(dataset="sale", value="count()"),
    ):
        with pytest.raises((QueryError, NotFound)):
            workspace.chart("new", request)
    assert workspace.document is before


@pytest.mark.ledger("A7", "X11")
def test_a_taken_id_is_refused_an_empty_one_filled_and_replace_upserts_in_place(workspace: Workspace) -> None:
    workspace.create("box", title="Mine", placing=Placing(box=Box(x=40, y=40, width=300, height=200)))
    bar(workspace, "box")
    container = workspace.document["box"]
    assert (container.kind, container.title, container.x, container.width) == ("chart", "Mine", 40, 300)
    with pytest.raises(Conflict) as refused:
        bar(workspace, "box")
    assert "box" not in refused.value.alternatives
    workspace.metric("box", MetricRequest(dataset="sales", value="count()"), placing=Placing(replace=True))
    replaced = workspace.document["box"]
    assert (replaced.kind, replaced.x, replaced.y, replaced.width) == ("metric", 40, 40, 300)


@pytest.mark.ledger("X11")
def test_a_turn_that_replaces_keeps_what_a_person_moved(workspace: Workspace) -> None:
    bar(workspace, "a")
    bar(workspace, "b", placing=Placing(relations=Relations(right_of="a")))
    workspace.modify("b", box=Box(x=300, y=320))
    made: list[str] = []
    again = Actor(source="agent", turn_id="t", replaces=frozenset({"a", "b"}), moved=frozenset({"b"}), made=made)
    bar(workspace, "a", actor=again)
    bar(workspace, "b", placing=Placing(relations=Relations(right_of="a")), actor=again)
    assert (workspace.document["b"].x, workspace.document["b"].y) == (300, 320)
    assert made == ["a", "b"], "also what came out the same counts as made"
    with pytest.raises(Conflict):
        bar(workspace, "a", actor=Actor(turn_id="other"))


@pytest.mark.ledger("X4")
def test_undo_takes_a_turn_back_and_keeps_later_edits(workspace: Workspace) -> None:
    workspace.create("mine", placing=Placing(box=Box(x=0, y=0, width=100, height=100)))
    turn = Actor(source="agent", turn_id="turn")
    workspace.modify("mine", title="Agent's title", box=Box(x=200, y=200), actor=turn)
    bar(workspace, "chart", actor=turn)
    workspace.edit([Set(path="/containers/mine/x", value=400)])
    outcome = workspace.undo("turn")
    assert "chart" not in workspace.document
    mine = workspace.document["mine"]
    assert (mine.title, mine.x, mine.y) == ("", 400, 0)
    assert outcome.kept == ("/containers/mine/x",)


@pytest.mark.ledger("X4", "A3")
def test_undo_fits_what_comes_back_into_a_canvas_that_has_shrunk_since(workspace: Workspace) -> None:
    workspace.create("far", placing=Placing(box=Box(x=600, y=400, width=180, height=180)))
    workspace.delete("far", actor=Actor(source="agent", turn_id="turn"))
    workspace.resize(400, 300)
    workspace.undo("turn")
    far = workspace.document["far"]
    assert far.right <= 400
    assert far.bottom <= 300


@pytest.mark.ledger("X14")
def test_registering_again_marks_stale_and_refresh_draws_the_new_data(workspace: Workspace) -> None:
    bar(workspace, "a")
    workspace.metric("n", MetricRequest(sql="select count(*) as n from sales"))
    more = pd.concat([SALES, SALES])
    workspace.catalogue.register("sales", more)
    assert set(workspace.poll()) == {"a", "n"}
    assert workspace.document["a"].content.stale
    assert workspace.refresh() == {"a": None, "n": None}
    assert not workspace.document["a"].content.stale
    assert list(workspace.result_for("n").rows()[0].values()) == [len(more)]
    assert workspace.poll() == []


@pytest.mark.ledger("X14")
def test_a_refresh_that_fails_says_why_and_leaves_the_old_picture(workspace: Workspace) -> None:
    bar(workspace, "a")
    before = workspace.document["a"].content
    workspace.catalogue.register("sales", SALES.drop(columns="region"))
    report = workspace.refresh(["a"])
    assert "region" in str(report["a"])
    assert workspace.document["a"].content.sql == before.sql


@pytest.mark.ledger("A16")
def test_each_commit_is_told_once_in_order_and_a_failing_listener_stops_nobody(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[int] = []

    def broken(_: Commit) -> None:
        raise RuntimeError("no")

    workspace.subscribe(broken)
    end = workspace.subscribe(lambda commit: told.append(commit.rev))
    for number in range(3):
        workspace.create(f"c{number}")
    end()
    workspace.create("unheard")
    assert told == [1, 2, 3]
    assert "listener failed" in caplog.text


@pytest.mark.ledger("A2", "A16")
def test_threads_that_edit_at_once_lose_nothing(workspace: Workspace) -> None:
    def work(number: int) -> None:
        for step in range(10):
            workspace.create(f"c{number}_{step}", placing=Placing(box=Box(x=number * 8, y=step * 8, width=8, height=8)))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(workspace.document) == 80
    assert workspace.document.rev == 80
