"""Whoever may only look: which frames they may send, and what of the data and of the machine they are shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from canvas_widget.agent.tools import DEFAULT_TOOLS
from canvas_widget.data import ChartRequest, TableRequest
from canvas_widget.session import MemoryClient
from canvas_widget.session.protocol import CLIENT_FRAMES
from canvas_widget.session.session import CHANGES, KEPT
from canvas_widget.session.tool_calls import LOOKS as TOOLS_TO_LOOK
from canvas_widget.settings import Settings

from .carriers import SALES, Door

LOOKS: dict[str, dict[str, Any]] = {
    "handshake": {},
    "init_session": {},
    "get_canvas_state": {},
    "get_result": {"container_id": "rows", "sort": [{"field": "units"}]},
    "rows_behind": {"container_id": "bars", "values": {"region": "north"}},
    "get_code": {},
    "get_history": {},
    "get_models": {},
    "get_help": {},
    "take_screenshot": {"format": "html"},
    "ping": {},
    "pong": {},
}
REFUSED: dict[str, dict[str, Any]] = {
    "user_prompt": {"prompt": "clear the canvas"},
    "cancel": {},
    "canvas_edit": {"changes": [{"op": "remove", "path": "/containers/bars"}]},
    "undo": {},
    "redo": {},
    "arrange": {},
    "redraw": {"container_id": "bars", "mark": "line"},
    "set_control": {"container_id": "pick", "value": "north"},
    "select": {"container_id": "bars", "selection": None},
    "refresh": {},
    "clear_conversation": {},
    "close_session": {},
}
KEY = "planted-key-9876543210"


@pytest.mark.ledger("C5")
def test_every_frame_is_known_to_look_or_to_change() -> None:
    assert set(CLIENT_FRAMES) == {*LOOKS, "call_tool", *REFUSED}
    assert {*REFUSED} - {"close_session"} == CHANGES
    assert KEPT < CHANGES


@pytest.fixture
def guest(door: Door, tmp_path: Path) -> Guest:
    """Who may look at a canvas that is drawn from one of the two datasets there."""
    door.session.turns.settings = Settings(openai_api_key=SecretStr(KEY))
    path = tmp_path / "files" / "trade.csv"
    path.parent.mkdir()
    SALES.to_csv(path, index=False)
    work = door.session.workspace
    work.catalogue.register("trade", str(path))
    work.catalogue.register("salaries", SALES.assign(salary=[1, 2, 3, 4, 5, 6]))
    work.chart("bars", ChartRequest(dataset="trade", x="region", y="sum(revenue)"))
    work.table("rows", TableRequest(dataset="trade"))
    work.control("pick", field="region", dataset="trade", targets=["bars"])
    return Guest(door)


class Guest:
    """A member with the right to look, and all that it was sent."""

    def __init__(self, door: Door) -> None:
        self.door, self.client = door, MemoryClient()
        self.member = door.loop.run(lambda: door.session.attach(self.client))
        self.member.scope = "read"

    def ask(self, kind: str, data: dict[str, Any]) -> list[dict[str, Any]]:
        """The frames that answer."""
        known = len(self.client.frames)
        self.door.loop.wait(
            self.door.session.handle(self.member, {"type": kind, "id": f"{kind}-{known}", "data": data})
        )
        return [frame for frame in self.client.frames[known:] if frame.get("reply_to") == f"{kind}-{known}"]


@pytest.mark.ledger("C5")
def test_who_may_look_changes_nothing_and_asks_nothing_new_of_the_data(guest: Guest) -> None:
    before = guest.door.session.workspace.document
    for kind, data in REFUSED.items():
        (answer,) = guest.ask(kind, data)
        assert (answer["type"], answer["error"]["code"]) == ("error", 403), kind
    for tool in DEFAULT_TOOLS:
        answers = guest.ask("call_tool", {"name": tool.name, "arguments": {"sql": "select * from salaries"}})
        refused = [answer for answer in answers if answer.get("error", {}).get("code") == 403]
        assert bool(refused) is (tool.name not in TOOLS_TO_LOOK), tool.name
    assert guest.door.session.workspace.document is before
    assert not guest.door.session.turns.busy


@pytest.mark.ledger("C5", "A15")
def test_who_may_look_sees_the_canvas_and_the_rows_behind_it_but_no_other_data_no_path_and_no_key(
    guest: Guest, tmp_path: Path
) -> None:
    for kind, data in LOOKS.items():
        answers = guest.ask(kind, data)
        assert kind == "pong" or answers, kind
        assert all(answer["type"] != "error" for answer in answers), answers
    (page,) = guest.ask("get_result", LOOKS["get_result"])
    assert [row["units"] for row in page["data"]["rows"]] == sorted(SALES.units)
    (behind,) = guest.ask("rows_behind", LOOKS["rows_behind"])
    assert [row["units"] for row in behind["data"]["rows"]] == list(SALES[SALES.region == "north"].units)
    guest.door.loop.run(guest.door.session.turns.suggestions.changed)
    guest.door.ask("init_session", "session_ready")
    guest.door.wait("suggestions")
    for frame in guest.client.frames:
        told = json.dumps(frame)
        for hidden in ("salar", str(tmp_path), KEY):
            assert hidden not in told, (frame["type"], frame.get("reply_to"))
    assert not [frame for frame in guest.client.frames if frame["type"] == "suggestions"]
