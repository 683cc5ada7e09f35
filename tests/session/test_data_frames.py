"""The frames of the data side, the same over every carrier."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest

from canvas_widget.data import ChartRequest, MetricRequest

from .carriers import SALES, Door


def draw(door: Door) -> None:
    work = door.session.workspace
    work.chart("by_region", ChartRequest(dataset="sales", x="region", y="sum(revenue)"))
    work.chart("counts", ChartRequest(dataset="sales", x="region", y="count()", mark="arc"))
    work.metric("total", MetricRequest(dataset="sales", value="sum(revenue)"))


@pytest.mark.ledger("X3")
def test_rows_behind_a_mark_come_as_a_page_with_their_sql(door: Door) -> None:
    draw(door)
    region = str(SALES.region.iloc[0])
    before = door.session.workspace.document
    door.send({"type": "rows_behind", "id": "r", "data": {"container_id": "by_region", "values": {"region": region}}})
    mine = door.wait("result", 0, lambda frame: frame.get("reply_to") == "r")
    expected = SALES[SALES.region == region]
    assert [row["revenue"] for row in mine["data"]["rows"]] == pytest.approx(list(expected.revenue))
    assert mine["data"]["row_count"] == len(expected)
    assert "sales" in mine["data"]["sql"]
    assert door.session.workspace.document is before


@pytest.mark.ledger("X5")
def test_a_selection_filters_the_linked_charts_of_all_clients(door: Door) -> None:
    door.ask("init_session", "session_ready")
    draw(door)
    region = str(SALES.region.iloc[0])
    door.ask("ping", "pong")
    before = len(door.frames)
    wanted = {"container_id": "by_region", "selection": {"region": {"values": [region]}}}
    door.ask("select", "ack", wanted)
    state = door.wait("selection", before)["data"]
    assert state["selection"] == {"region": {"values": [region]}}
    assert set(state["linked"]) == {"counts", "total"}
    result = door.wait("result", before, lambda f: f["data"]["container_id"] == "total")["data"]
    expected = SALES[SALES.region == region].revenue.sum()
    assert next(iter(result["rows"][0].values())) == pytest.approx(expected)
    counts = door.wait("result", before, lambda f: f["data"]["container_id"] == "counts")["data"]["rows"]
    assert {row["region"] for row in counts} == set(SALES.region), "the others keep their place"
    before = len(door.frames)
    door.ask("select", "ack", {"container_id": "by_region", "selection": None})
    whole = door.wait("result", before, lambda f: f["data"]["container_id"] == "total")["data"]
    assert next(iter(whole["rows"][0].values())) == pytest.approx(SALES.revenue.sum())


@pytest.mark.ledger("X5", "C2")
@pytest.mark.parametrize(
    ("frame", "data", "code"),
    [
        ("select", {"container_id": "none", "selection": {"a": {"values": []}}}, 404),
        ("select", {"container_id": "by_region", "selection": {"nothing": {"values": ["a"]}}}, 422),
        ("select", {"container_id": "by_region", "selection": {"region": {"values": ["'; drop table"]}}}, 422),
        ("select", {"container_id": "by_region", "selection": {"region": {"expr": "1"}}}, 422),
        ("rows_behind", {"container_id": "by_region", "values": {"nothing": 1}}, 422),
        ("rows_behind", {"container_id": "by_region", "values": {"region": [1]}}, 422),
        ("redraw", {"container_id": "by_region", "mark": "image"}, 422),
        ("redraw", {"container_id": "total", "mark": "bar"}, 422),
        ("get_code", {"container_id": "none"}, 404),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(door: Door, frame: str, data: dict, code: int) -> None:
    draw(door)
    before = door.session.workspace.document
    assert door.ask(frame, "error", data)["error"]["code"] == code
    assert door.session.workspace.document is before


@pytest.mark.ledger("A9")
def test_a_chart_is_redrawn_with_another_mark_and_undone(door: Door) -> None:
    draw(door)
    door.ask("redraw", "ack", {"container_id": "by_region", "mark": "line"})
    assert door.session.workspace.document["by_region"].content.mark == "line"
    door.ask("undo", "ack", {})
    assert door.session.workspace.document["by_region"].content.mark == "bar"


@pytest.mark.ledger("X3")
def test_code_comes_as_python_and_sql(door: Door) -> None:
    draw(door)
    code = door.ask("get_code", "code", {"container_id": "by_region"})["data"]
    compile(code["python"], "canvas", "exec")
    assert "sum(" in code["sql"]
    assert "altair" in code["python"]


@pytest.mark.ledger("X7")
@pytest.mark.parametrize(("form", "head"), [("pdf", b"%PDF"), ("html", b"<!doctype html>"), ("png", b"\x89PNG")])
def test_the_canvas_is_exported_in_each_format(door: Door, form: str, head: bytes) -> None:
    draw(door)
    shot = door.ask("take_screenshot", "screenshot", {"format": form})["data"]
    assert base64.b64decode(shot["data"]).startswith(head)
    assert shot["filename"].endswith(f".{form}")


@pytest.mark.ledger("X4", "X5", "C6")
def test_what_an_undo_filters_otherwise_is_drawn_while_others_are_answered(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queries of an undo, and of a control's removal, run beside the loop that everybody's frames go through."""
    door.ask("init_session", "session_ready")
    draw(door)
    work, region = door.session.workspace, str(SALES.region.iloc[0])
    work.control("pick", field="region", dataset="sales", value=region)
    asked, may_go, run = threading.Event(), threading.Event(), work.engine.run

    def slowly(*arguments: Any, **how: Any) -> Any:
        asked.set()
        assert may_go.wait(60)
        return run(*arguments, **how)

    monkeypatch.setattr(work.engine, "run", slowly)
    removal = {"changes": [{"op": "remove", "path": "/containers/pick"}]}
    whole, part = SALES.revenue.sum(), SALES[SALES.region == region].revenue.sum()
    for kind, data, expected in (("canvas_edit", removal, whole), ("undo", {}, part)):
        before = len(door.frames)
        try:
            door.ask(kind, "ack", data)
            assert asked.wait(60), "something has to be drawn again"
            door.ask("ping", "pong")
        finally:
            may_go.set()
        shown = door.wait("result", before, lambda frame: frame["data"]["container_id"] == "total")["data"]["rows"]
        assert next(iter(shown[0].values())) == pytest.approx(expected)
        asked.clear()
        may_go.clear()
    may_go.set()


@pytest.mark.ledger("X5", "C2")
def test_a_control_is_set_over_the_wire(door: Door) -> None:
    door.ask("init_session", "session_ready")
    draw(door)
    region = str(SALES.region.iloc[0])
    door.session.workspace.control("pick", field="region", dataset="sales", targets=["total"])
    door.ask("ping", "pong")
    before = len(door.frames)
    door.ask("set_control", "ack", {"container_id": "pick", "value": region})
    result = door.wait("result", before, lambda f: f["data"]["container_id"] == "total")["data"]
    assert next(iter(result["rows"][0].values())) == pytest.approx(SALES[SALES.region == region].revenue.sum())
    assert door.session.workspace.document["pick"].content.value == region
    error = door.ask("set_control", "error", {"container_id": "pick", "value": "nowhere"})["error"]
    assert error["code"] == 422
