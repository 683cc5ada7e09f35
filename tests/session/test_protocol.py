"""The protocol, the same over every carrier."""

from __future__ import annotations

import json
import threading
from typing import Any

import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from canvas_widget.session.protocol import CLIENT_FRAMES, SERVER_FRAMES, ErrorInfo, ServerFrame

from .carriers import SALES, Door, Scripted, call, say


def add(name: str, **fields: Any) -> dict[str, Any]:
    box = {"id": name, "x": 0, "y": 0, "width": 100, "height": 80} | fields
    return {"op": "add", "path": f"/containers/{name}", "value": box}


@pytest.mark.ledger("C2", "C3")
def test_joining_gives_the_document_and_its_tree_first(door: Door) -> None:
    ready = door.ask("init_session", "session_ready", id="1")
    kinds = [frame["type"] for frame in door.frames]
    assert kinds[0] == "session_ready"
    assert set(kinds[1:]) <= {"chat_history", "suggestions"}
    assert ready["reply_to"] == "1"
    assert ready["data"]["canvas"]["containers"] == []
    assert ready["data"]["initial_tree"]["kind"] == "canvas"
    assert ready["data"]["rev"] == ready["data"]["canvas"]["rev"] == 0
    assert ready["session_id"] == ready["data"]["session_id"]


@pytest.mark.ledger("C3")
def test_handshake_says_what_is_spoken(door: Door) -> None:
    info = door.ask("handshake", "server_info", {"client_type": "test", "version": "1"})["data"]
    assert info["protocol"] == 1
    assert set(info["features"]) > set(CLIENT_FRAMES)
    assert set(info["features"]) >= {"queue", "suggestions", "strategies", "typed"}


@pytest.mark.ledger("A2", "A16")
def test_an_edit_is_acknowledged_with_what_was_applied(door: Door) -> None:
    door.ask("init_session", "session_ready")
    ack = door.ask("canvas_edit", "ack", {"changes": [add("a", x=700, width=200)]}, id="e1")
    delta = ack["data"]["deltas"][0]
    assert (delta["action"], delta["path"]) == ("add", "/containers/a")
    assert delta["node"]["x"] + delta["node"]["width"] <= 800, "out of bounds was fitted inside"
    assert ack["reply_to"] == "e1"
    assert door.session.workspace.document["a"].x == delta["node"]["x"]
    assert not [frame for frame in door.frames if frame["type"] == "tree_update"], "the ack takes its place"


@pytest.mark.ledger("A16")
def test_other_clients_get_the_same_number_as_a_tree_update(door: Door) -> None:
    from canvas_widget.session import MemoryClient

    door.ask("init_session", "session_ready")
    other = MemoryClient()
    member = door.loop.run(lambda: door.session.attach(other))
    door.loop.wait(door.session.handle(member, {"type": "init_session"}))
    ack = door.ask("canvas_edit", "ack", {"changes": [add("a")]})
    updates = [frame for frame in other.frames if frame["type"] == "tree_update"]
    assert [frame["seq"] for frame in updates] == [ack["data"]["seq"]] == [ack["seq"]]
    assert updates[0]["data"]["deltas"] == ack["data"]["deltas"]


@pytest.mark.ledger("C2")
def test_a_repeated_id_gets_the_same_answer_and_no_second_effect(door: Door) -> None:
    door.ask("init_session", "session_ready")
    first = door.ask("canvas_edit", "ack", {"changes": [add("a")]}, id="same")
    second = door.ask("canvas_edit", "ack", {"changes": [add("b")]}, id="same")
    assert second == first
    assert list(door.session.workspace.document.ids()) == ["a"]


BROKEN = [
    (None, 422),
    ([1], 422),
    ("text", 422),
    ({}, 422),
    ({"type": 7}, 422),
    ({"type": "no_such_type"}, 400),
    ({"type": "canvas_edit", "data": "text"}, 422),
    ({"type": "canvas_edit", "data": {"changes": []}}, 422),
    ({"type": "canvas_edit", "data": {"changes": [{"op": "explode", "path": "/"}]}}, 422),
    ({"type": "canvas_edit", "data": {"changes": [{"op": "set", "path": "/containers/none/x", "value": 1}]}}, 404),
    ({"type": "user_prompt", "data": {"prompt": ""}}, 422),
    ({"type": "user_prompt", "data": {"prompt": "hello", "strategy": "FAST"}}, 422),
    ({"type": "user_prompt", "data": {"prompt": "hello", "datasets": ["nowhere"]}}, 404),
    ({"type": "get_result", "data": {"container_id": "none"}}, 404),
    ({"type": "ping", "id": "\ud800"}, 422),
    ({"type": "user_prompt", "data": {"prompt": "hello", "conversation_id": "\ud800"}}, 422),
    ({"type": "user_prompt", "data": {"prompt": "hello", "conversation_id": "a\x00b"}}, 422),
    ({"type": "clear_conversation", "data": {"conversation_id": "x" * 201}}, 422),
    ({"type": "call_tool", "data": {"name": "get_canvas_state", "arguments": {"\udfff": 1}}}, 422),
]


@pytest.mark.ledger("C2", "A2")
@pytest.mark.parametrize(("frame", "code"), BROKEN, ids=[str(number) for number in range(len(BROKEN))])
def test_a_broken_frame_is_an_error_and_the_connection_lives_on(door: Door, frame: object, code: int) -> None:
    door.ask("init_session", "session_ready")
    before = len(door.frames)
    door.send(frame)
    error = door.wait("error", before)["error"]
    assert error["code"] == code
    assert "Traceback" not in json.dumps(error)
    door.ask("ping", "pong")
    assert len(door.session.workspace.document) == 0


@pytest.mark.ledger("C2")
def test_unknown_fields_are_ignored(door: Door) -> None:
    ready = door.ask("init_session", "session_ready", {"colour": "red"}, mood="good")
    assert ready["data"]["resumed"] == "new"


@pytest.mark.ledger("A7", "A2")
def test_a_taken_id_is_a_conflict_with_alternatives_and_the_node(door: Door) -> None:
    door.ask("init_session", "session_ready")
    door.ask("canvas_edit", "ack", {"changes": [add("a")]})
    error = door.ask("canvas_edit", "error", {"changes": [add("a", x=300)]})["error"]
    assert error["code"] == 409
    assert 1 <= len(error["alternatives"]) <= 5
    assert "a" not in error["alternatives"]
    assert error["node"]["id"] == "a"


SPELLINGS = [
    {"type": "chat_message", "message": "hello"},
    {"type": "chat_message", "data": {"message": "hello", "allowExtendedIterations": True}},
    {"type": "userPrompt".replace("userPrompt", "user_prompt"), "prompt": "hello"},
    {"type": "user_prompt", "data": {"prompt": "hello", "conversationId": "default"}},
    {"message": "hello"},
]


@pytest.mark.ledger("C3")
@pytest.mark.parametrize("spelling", SPELLINGS, ids=[str(number) for number in range(len(SPELLINGS))])
def test_every_spelling_of_a_prompt_starts_the_same_turn(
    door: Door, provider: Scripted, spelling: dict[str, Any]
) -> None:
    provider.steps = [say("Hello there.")]
    door.send(spelling)
    accepted = door.wait("accepted")
    done = door.wait("done")
    assert done["data"]["turn_id"] == accepted["data"]["turn_id"]
    assert done["data"]["reason"] == "complete"
    assert provider.requests[0].messages[-1].content.endswith("hello")


@pytest.mark.ledger("C3", "D1", "A16")
def test_a_turn_streams_its_tools_its_deltas_its_rows_and_its_answer(door: Door, provider: Scripted) -> None:
    chart = {"container_id": "r", "mark": "bar", "dataset": "sales", "x": "region", "y": "sum(revenue)", "sort": "-y"}
    provider.steps = [call("create_chart", json.dumps(chart)), say("Made a chart of revenue by region.")]
    door.ask("init_session", "session_ready")
    door.ask("user_prompt", "accepted", {"prompt": "revenue by region"})
    done = door.wait("done")["data"]
    kinds = [frame["type"] for frame in door.frames]
    order = ["accepted", "tool_call", "tree_update", "result", "tool_result", "assistant_response", "done"]
    assert [kind for kind in dict.fromkeys(kinds) if kind in order] == order
    expected = SALES.groupby("region").revenue.sum().sort_values(ascending=False)
    rows = door.wait("result")["data"]["rows"]
    encoding = door.session.workspace.document["r"].content.encoding
    assert [row[encoding["x"]] for row in rows] == list(expected.index)
    assert [row[encoding["y"]] for row in rows] == pytest.approx(list(expected))
    answers = [frame["data"] for frame in door.frames if frame["type"] == "assistant_response"]
    assert "".join(answer["text"] for answer in answers if answer["chunk"]) == answers[-1]["text"]
    assert answers[-1]["confidence"] in ("High", "Medium", "Low")
    assert (done["reason"], done["provider"], done["model"]) == ("complete", "scripted", "script")


@pytest.mark.ledger("C4")
def test_deltas_alone_keep_a_client_equal_to_the_document(door: Door, provider: Scripted) -> None:
    ready = door.ask("init_session", "session_ready")
    mirror = {box["id"]: box for box in ready["data"]["canvas"]["containers"]}
    door.ask("canvas_edit", "ack", {"changes": [add("a"), add("b", x=200)]})
    door.ask("canvas_edit", "ack", {"changes": [{"op": "set", "path": "/containers/a/title", "value": "Hi"}]})
    door.ask("canvas_edit", "ack", {"changes": [{"op": "remove", "path": "/containers/b"}]})
    for frame in door.frames:
        if frame["type"] not in ("ack", "tree_update"):
            continue
        for delta in frame["data"]["deltas"]:
            name = delta["path"].split("/")[2]
            if delta["action"] == "remove":
                del mirror[name]
            else:
                mirror[name] = mirror.get(name, {}) | delta["node"]
    state = door.ask("get_canvas_state", "canvas_state")["data"]
    assert mirror == {box["id"]: box for box in state["containers"]}


@pytest.mark.ledger("C6", "C2")
def test_a_client_that_was_away_gets_what_it_missed(door: Door) -> None:
    door.ask("init_session", "session_ready")
    first = door.ask("canvas_edit", "ack", {"changes": [add("a")]})
    second = door.ask("canvas_edit", "ack", {"changes": [add("b", x=300)]})
    before = len(door.frames)
    ready = door.ask("init_session", "session_ready", {"last_seq": first["seq"]})
    assert ready["data"]["resumed"] == "replay"
    replayed = door.wait("tree_update", before)
    assert replayed["seq"] == second["seq"]
    assert replayed["data"]["deltas"][0]["path"] == "/containers/b"
    snapshot = door.ask("init_session", "session_ready", {"last_seq": 10_000})
    assert snapshot["data"]["resumed"] == "snapshot"
    assert [box["id"] for box in snapshot["data"]["canvas"]["containers"]] == ["a", "b"]


@pytest.mark.ledger("X4")
def test_undo_takes_a_whole_turn_back_in_one_step(door: Door, provider: Scripted) -> None:
    provider.steps = [
        call("create_container", '{"container_id": "a"}'),
        call("create_container", '{"container_id": "b"}', "call_2"),
        say("Made two."),
    ]
    door.ask("init_session", "session_ready")
    door.ask("user_prompt", "accepted", {"prompt": "two boxes"})
    door.wait("done")
    assert set(door.session.workspace.document.ids()) == {"a", "b"}
    door.ask("undo", "ack")
    assert len(door.session.workspace.document) == 0
    door.ask("redo", "ack")
    assert set(door.session.workspace.document.ids()) == {"a", "b"}


@pytest.mark.ledger("C3", "A10")
def test_cancel_ends_the_turn_and_keeps_what_was_finished(door: Door, provider: Scripted) -> None:
    provider.gate = threading.Event()
    provider.gate.set()
    held = threading.Event()

    def hold(_: object) -> list[Any]:
        assert provider.gate is not None
        provider.gate.clear()
        held.set()
        return say("never finished")

    provider.steps = [call("create_container", '{"container_id": "a"}'), hold]
    door.ask("init_session", "session_ready")
    door.ask("user_prompt", "accepted", {"prompt": "one box"})
    assert held.wait(20)
    door.send({"type": "cancel"})
    done = door.wait("done")["data"]
    assert done["reason"] == "cancelled"
    assert "a" in door.session.workspace.document
    provider.gate.set()
    provider.steps = [say("Here again.")]
    before = len(door.frames)
    door.ask("user_prompt", "accepted", {"prompt": "are you there"})
    assert door.wait("done", before)["data"]["reason"] == "complete"


@pytest.mark.ledger("C3")
def test_rows_are_paged_and_sorted_on_request(door: Door) -> None:
    door.ask("init_session", "session_ready")
    from canvas_widget.data import TableRequest

    door.session.workspace.table("t", TableRequest(dataset="sales"))
    wanted = {"container_id": "t", "offset": 1, "limit": 2, "sort": [{"field": "revenue", "order": "descending"}]}
    door.send({"type": "get_result", "data": wanted, "id": "page"})
    page = door.wait("result", matching=lambda frame: frame.get("reply_to") == "page")
    expected = SALES.sort_values("revenue", ascending=False)["revenue"].tolist()
    assert page["data"]["row_count"] == len(SALES)
    assert [row["revenue"] for row in page["data"]["rows"]] == expected[1:3]


@pytest.mark.ledger("C3")
def test_help_history_and_screenshot_answer(door: Door, provider: Scripted) -> None:
    provider.steps = [say("Fine.")]
    door.ask("init_session", "session_ready")
    door.ask("user_prompt", "accepted", {"prompt": "how are you"})
    door.wait("done")
    assert "%%canvas" in door.ask("get_help", "help")["data"]["text"]
    before = len(door.frames)
    door.send({"type": "get_history"})
    messages = door.wait("chat_history", before)["data"]["messages"]
    assert [(message["role"], message["content"]) for message in messages] == [
        ("user", "how are you"),
        ("assistant", "Fine."),
    ]
    door.ask("clear_conversation", "conversation_cleared")
    shot = door.ask("take_screenshot", "screenshot", {"format": "svg", "filename": "page"})["data"]
    assert shot["filename"] == "page.svg"
    refused = door.ask("take_screenshot", "error", {"filename": "../../etc/passwd"})
    assert refused["error"]["code"] == 422


@pytest.mark.ledger("C3", "E7")
def test_who_joins_is_told_prompts_that_fit_the_data_and_all_when_the_data_change(door: Door) -> None:
    door.ask("init_session", "session_ready")
    prompts = door.wait("suggestions")["data"]["prompts"]
    assert len(prompts) == 3
    assert any("revenue" in prompt for prompt in prompts)
    before = len(door.frames)
    door.session.workspace.catalogue.register("rivers", pd.DataFrame({"name": list("abcdefgh"), "length": range(8)}))
    door.loop.run(door.session.turns.suggestions.changed)
    again = door.wait("suggestions", before)["data"]["prompts"]
    assert any("rivers" in prompt for prompt in again)


@pytest.mark.ledger("B2", "E6")
def test_the_models_that_can_be_asked_are_listed_with_what_the_session_has_cost(door: Door, provider: Scripted) -> None:
    provider.steps = [say("Fine.")]
    door.ask("user_prompt", "accepted", {"prompt": "how are you"})
    door.wait("done")
    told = door.ask("get_models", "models")["data"]
    listed = {model["provider"]: model for model in told["models"]}
    assert listed["openai"]["usable"] is False
    assert "OPENAI_API_KEY" in listed["openai"]["why_not"]
    assert (listed["offline"]["usable"], listed["offline"]["default"]) == (True, True)
    assert told["budget"] is None
    assert told["cost"]["tokens"] == 15


@pytest.mark.ledger("C11", "A16")
def test_prompts_wait_are_shown_to_all_and_can_be_cancelled(door: Door, provider: Scripted) -> None:
    from canvas_widget.session import MemoryClient

    gate = provider.gate = threading.Event()
    provider.steps = [say("First."), say("Third.")]
    door.ask("handshake", "server_info", {"client_type": "widget"})
    door.ask("init_session", "session_ready")
    other = MemoryClient()
    member = door.loop.run(lambda: door.session.attach(other))
    door.loop.wait(door.session.handle(member, {"type": "init_session"}))
    first, second, third = (
        door.ask("user_prompt", "accepted", {"prompt": prompt}, id=prompt)["data"] for prompt in ("one", "two", "three")
    )
    assert [turn["queued"] for turn in (first, second, third)] == [False, True, True]
    full = door.wait("queue", matching=lambda frame: len(frame["data"]["turns"]) == 2)["data"]["turns"]
    assert [(turn["turn_id"], turn["prompt"], turn["conversation_id"]) for turn in full] == [
        (second["turn_id"], "two", "default"),
        (third["turn_id"], "three", "default"),
    ]
    late = MemoryClient()
    latecomer = door.loop.run(lambda: door.session.attach(late))
    door.loop.wait(door.session.handle(latecomer, {"type": "init_session"}))
    assert late.of("turn_started")[0]["data"]["prompt"] == "one"
    assert [turn["prompt"] for turn in late.of("queue")[0]["data"]["turns"]] == ["two", "three"]
    door.send({"type": "cancel", "data": {"turn_id": second["turn_id"]}})
    ended = door.wait("done", matching=lambda frame: frame["data"]["turn_id"] == second["turn_id"])
    assert ended["data"]["reason"] == "cancelled"
    gate.set()
    door.wait("done", matching=lambda frame: frame["data"]["turn_id"] == third["turn_id"])
    queues = [[turn["prompt"] for turn in frame["data"]["turns"]] for frame in door.frames if frame["type"] == "queue"]
    assert queues == [["two"], ["two", "three"], ["three"], []]
    started = [frame["data"] for frame in other.frames if frame["type"] == "turn_started"]
    assert [(turn["prompt"], turn["source"]) for turn in started] == [("one", "widget"), ("three", "widget")]


@pytest.mark.ledger("C11")
def test_the_queue_is_bounded_and_says_so(door: Door, provider: Scripted) -> None:
    gate = provider.gate = threading.Event()
    provider.steps = [say(f"Answer {number}.") for number in range(9)]
    door.ask("init_session", "session_ready")
    for number in range(9):
        last = door.ask("user_prompt", "accepted", {"prompt": f"prompt {number}"}, id=str(number))
        if number == 0:
            door.wait("turn_started")
    refused = door.ask("user_prompt", "error", {"prompt": "one too many"})["error"]
    assert (refused["code"], refused["error_code"]) == (429, "RATE_LIMIT")
    assert "waiting" in refused["message"]
    gate.set()
    door.wait("done", matching=lambda frame: frame["data"]["turn_id"] == last["data"]["turn_id"])
    assert len(provider.requests) == 9


@pytest.mark.ledger("D3")
def test_the_strategy_is_the_first_thing_a_turn_says_and_can_be_forced(door: Door, provider: Scripted) -> None:
    provider.steps = [say("Fine."), say("Fine.")]
    door.ask("user_prompt", "accepted", {"prompt": "why is north low"})
    door.wait("done")
    thought = next(frame["data"] for frame in door.frames if frame["type"] == "reasoning")
    assert thought["strategy"] == "ANALYTICAL"
    assert "“why”" in thought["steps"][0]
    before = len(door.frames)
    door.ask("user_prompt", "accepted", {"prompt": "why is north low", "strategy": "tool_heavy"})
    door.wait("done", before)
    assert door.wait("reasoning", before)["data"]["strategy"] == "TOOL_HEAVY"
    refused = door.ask("user_prompt", "error", {"prompt": "x", "strategy": "FAST"})["error"]
    assert "FAST_CONCISE" in refused["message"]
    assert "ANALYTICAL" in door.ask("get_models", "models")["data"]["strategies"]


TOP = {
    "type": "object",
    "properties": {"region": {"type": "string"}, "total": {"type": "number"}},
    "required": ["total"],
}


@pytest.mark.ledger("E8")
def test_a_prompt_with_a_schema_is_answered_with_a_value_or_with_why_there_is_none(
    door: Door, provider: Scripted
) -> None:
    provider.steps = [say('```json\n{"region": "east", "total": 30.0}\n```'), say("It is east."), say("Still east.")]
    door.ask("user_prompt", "accepted", {"prompt": "top region", "schema": TOP})
    assert door.wait("done")["data"]["reason"] == "complete"
    whole = door.wait("assistant_response", matching=lambda frame: not frame["data"]["chunk"])["data"]
    assert whole["value"] == {"region": "east", "total": 30.0}
    assert whole["parse"] is None
    before = len(door.frames)
    door.ask("user_prompt", "accepted", {"prompt": "top region", "schema": TOP})
    assert door.wait("done", before)["data"]["reason"] == "error"
    whole = door.wait("assistant_response", before, lambda frame: not frame["data"]["chunk"])["data"]
    assert whole["value"] is None
    assert whole["parse"]["raw_response"] == "Still east."
    assert set(whole["parse"]) == {"error", "raw_response", "parse_error"}
    assert door.wait("error", before)["error"]["error_code"] == "PARSE_FAILED"
    refused = door.ask("user_prompt", "error", {"prompt": "x", "schema": {"type": "nonsense"}})["error"]
    assert refused["code"] == 422


@pytest.mark.ledger("A11")
def test_a_turn_that_stopped_at_its_limit_goes_on_when_told_to(door: Door, provider: Scripted) -> None:
    def box(number: int) -> list[Any]:
        return call("create_container", json.dumps({"container_id": f"b{number}"}), f"c{number}")

    provider.steps = [*[box(number) for number in range(6)], say("Five are there."), box(5), say("All six.")]
    door.ask("user_prompt", "accepted", {"prompt": "six boxes"})
    done = door.wait("done")["data"]
    assert (done["reason"], done["can_continue"]) == ("limit", True)
    before = len(door.frames)
    door.ask("user_prompt", "accepted", {"prompt": "yes, carry on"})
    assert door.wait("done", before)["data"]["reason"] == "complete"
    asked = provider.requests[-1].messages[-3].content
    assert "yes, carry on" in asked
    assert "six boxes" in asked
    assert '{"container_id": "b5"}' in asked
    assert len(door.session.workspace.document) == 6


@pytest.mark.ledger("C2")
def test_every_frame_is_what_the_models_and_the_schema_say(door: Door, provider: Scripted) -> None:
    from pathlib import Path

    schema = json.loads((Path(__file__).parents[2] / "docs" / "protocol.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    provider.steps = [call("create_container", '{"container_id": "a"}'), call("nonsense", "{}"), say("Done.")]
    door.ask("handshake", "server_info")
    door.ask("init_session", "session_ready")
    door.ask("user_prompt", "accepted", {"prompt": "one box"})
    door.wait("done")
    door.ask("canvas_edit", "ack", {"changes": [{"op": "set", "path": "/containers/a/x", "value": 8}]})
    door.ask("canvas_edit", "error", {"changes": [{"op": "set", "path": "/containers/a/x", "value": "left"}]})
    door.ask("get_models", "models")
    door.wait("suggestions")
    for frame in door.frames:
        envelope = ServerFrame.model_validate(frame)
        SERVER_FRAMES[frame["type"]].model_validate(frame["data"])
        if envelope.error is not None:
            ErrorInfo.model_validate(frame["error"])
        table = {"$ref": schema["x-server-frames"][frame["type"]]["$ref"], "$defs": schema["$defs"]}
        Draft202012Validator(table).validate(frame["data"])
