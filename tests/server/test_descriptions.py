"""AsyncAPI and OpenAPI: whole in themselves, true of what the code does, and served as they are committed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from canvas_widget.data import Catalogue
from canvas_widget.server.asyncapi import ANSWERS, describe_socket
from canvas_widget.server.openapi import describe
from canvas_widget.session import MemoryClient, Session, Turns
from canvas_widget.session.protocol import CLIENT_FRAMES, SERVER_FRAMES
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

DOCS = Path(__file__).parents[2] / "docs"
BOX = {"id": "a", "x": 0, "y": 0, "width": 100, "height": 80}
TABLE = {**BOX, "id": "t", "content": {"kind": "table", "sql": "select 1 as n", "columns": ["n"]}}
DATA: dict[str, Any] = {
    "user_prompt": {"prompt": "create a container called notes"},
    "canvas_edit": {"changes": [{"op": "add", "path": "/containers/a", "value": BOX}]},
    "get_result": {"container_id": "t"},
    "take_screenshot": {"format": "svg"},
    "call_tool": {"name": "get_canvas_size"},
}
LIVE = set(CLIENT_FRAMES) - {"select", "rows_behind", "redraw", "set_control", "close_session"}
"""Frames that need no chart or control to be answered by more than an error."""


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [each for part in node for each in references(part)]
    if not isinstance(node, dict):
        return []
    mine = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return mine + [each for part in node.values() for each in references(part)]


def at(whole: Any, reference: str) -> Any:
    found = whole
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


@pytest.mark.ledger("C2", "B1")
@pytest.mark.parametrize("described", [describe_socket(), describe()], ids=["asyncapi", "openapi"])
def test_every_reference_of_a_description_leads_somewhere(described: dict[str, Any]) -> None:
    found = references(described)
    assert len(found) > 100
    for reference in found:
        assert at(described, reference) is not None


@pytest.mark.ledger("C2", "C3")
def test_every_frame_is_a_message_with_an_operation_on_each_channel() -> None:
    whole = describe_socket()
    frames = {f"client.{kind}" for kind in CLIENT_FRAMES} | {f"server.{kind}" for kind in SERVER_FRAMES}
    assert set(whole["components"]["messages"]) == frames
    for name, channel in whole["channels"].items():
        assert set(channel["messages"]) == frames
        mine = [each for each in whole["operations"].values() if each["channel"]["$ref"] == f"#/channels/{name}"]
        carried = {message["$ref"].rpartition("/")[2] for each in mine for message in each["messages"]}
        assert carried == frames
    assert {parameter for channel in whole["channels"].values() for parameter in channel.get("parameters", {})} == {
        "session_id",
        "kernel_id",
        "canvas",
    }


@pytest.mark.ledger("C2", "C3")
async def test_what_a_session_answers_is_what_is_described() -> None:
    whole = describe_socket()
    session = Session(Workspace("test", catalogue=Catalogue()), Turns(Settings()))
    client = MemoryClient()
    member = session.attach(client)
    await session.handle(member, {"type": "init_session"})
    await session.handle(
        member,
        {"type": "canvas_edit", "data": {"changes": [{"op": "add", "path": "/containers/t", "value": TABLE}]}},
    )
    for kind in (*sorted(LIVE - {"undo", "redo"}), "undo", "redo"):
        before = len(client.frames)
        sent = {"type": kind, "id": f"{kind}-1", "data": DATA.get(kind, {})}
        payload = whole["components"]["messages"][f"client.{kind}"]["payload"]
        Draft202012Validator({**payload, **whole}).validate(sent)
        await session.handle(member, sent)
        answers = [frame["type"] for frame in client.frames[before:] if frame.get("reply_to") == sent["id"]]
        assert tuple(answers) == ANSWERS[kind], kind
    await client.until("done")
    for frame in client.frames:
        payload = whole["components"]["messages"][f"server.{frame['type']}"]["payload"]
        Draft202012Validator({**payload, **whole}).validate(frame)
    await session.close()


@pytest.mark.ledger("C2", "B1")
def test_the_committed_descriptions_are_those_that_the_server_gives() -> None:
    assert json.loads((DOCS / "asyncapi.json").read_text(encoding="utf-8")) == describe_socket()
    assert json.loads((DOCS / "openapi.json").read_text(encoding="utf-8")) == describe()
