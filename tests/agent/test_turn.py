"""A turn from its prompt to its end: rounds, answers, limits."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from agent.fakes import HANG, FakeProvider, asks, says
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import (
    Answered,
    Reasoning,
    Retracted,
    TextChunk,
    ToolEnded,
    ToolStarted,
)
from canvas_widget.agent.stream import Finish, TextDelta, ToolCallDelta, UsageDelta
from canvas_widget.agent.turn import MAX_CALLS, run_turn
from canvas_widget.errors import ProviderError
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor, Workspace

from .turns import BAR, ending, of, played, turn


@pytest.mark.ledger("A10", "E2")
async def test_calls_run_their_results_go_back_and_the_answer_follows(workspace: Workspace, cars: pd.DataFrame) -> None:
    provider = FakeProvider(
        asks(("create_chart", BAR), ("create_metric", {"container_id": "count", "value": "count()"}), say="I draw."),
        [*says("Three ", "bars."), UsageDelta(10, 5)],
    )
    events = await played(turn(workspace, provider))
    assert [type(event).__name__ for event in events] == [
        "Reasoning",
        "TextChunk",
        "ToolStarted",
        "ToolEnded",
        "ToolStarted",
        "ToolEnded",
        "TextChunk",
        "TextChunk",
        "Answered",
        "Done",
    ]
    expected = cars.groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False)
    [bar, count] = of(events, ToolEnded)
    assert [row["Origin"] for row in bar.result["rows"]] == list(expected.index)
    assert count.result["row_count"] == 1
    assert {container.id for container in workspace.document} == {"mpg", "count"}
    answered = of(events, Answered)[0]
    assert (answered.text, answered.confidence) == ("Three bars.", "High")
    assert answered.confidence_reason == "2 of 2 steps worked, 4 rows found"
    assert ending(events).reason == "complete"
    told = provider.requests[1].messages
    assert [message.role for message in told] == ["system", "user", "assistant", "tool", "tool"]
    assert [message.tool_call_id for message in told[3:]] == [call.id for call in told[2].tool_calls]
    assert json.loads(told[3].content)["ok"] is True


@pytest.mark.ledger("A10")
async def test_an_error_goes_back_with_alternatives_and_another_way_is_tried(workspace: Workspace) -> None:
    wrong = {**BAR, "x": "Orign"}
    provider = FakeProvider(asks(("create_chart", wrong)), asks(("create_chart", BAR)), says("Done."))
    events = await played(turn(workspace, provider))
    told = json.loads(provider.requests[1].messages[-1].content)
    assert told["ok"] is False
    assert "Origin" in told["error"]
    assert [event.ok for event in of(events, ToolEnded)] == [False, True]
    assert of(events, Answered)[0].confidence == "Medium"
    assert workspace.document.rev == 1


@pytest.mark.ledger("A10", "E2")
async def test_what_failed_and_stayed_so_lowers_the_confidence(workspace: Workspace) -> None:
    provider = FakeProvider(asks(("delete_container", {"container_id": "nope"})), says("There is none."))
    events = await played(turn(workspace, provider))
    answered = of(events, Answered)[0]
    assert (answered.confidence, answered.confidence_reason) == ("Low", "1 of 1 step failed")


@pytest.mark.ledger("E1")
async def test_an_empty_answer_is_asked_for_once_more(workspace: Workspace) -> None:
    provider = FakeProvider([TextDelta(" "), Finish("stop")], says("Here I am."))
    events = await played(turn(workspace, provider))
    assert of(events, Retracted)[0].attempt == 1
    assert [event.text for event in of(events, TextChunk)] == [" ", "Here I am."]
    assert [event.attempt for event in of(events, TextChunk)] == [1, 2]
    done = ending(events)
    assert (done.reason, done.attempts) == ("complete", 2)


@pytest.mark.ledger("E1")
async def test_a_second_empty_answer_is_an_error(workspace: Workspace) -> None:
    provider = FakeProvider([Finish("stop")])
    events = await played(turn(workspace, provider))
    done = ending(events)
    assert done.reason == "error"
    assert isinstance(done.error, ProviderError)
    assert "empty answer. It was asked twice." in done.error.message
    assert len(provider.requests) == 2
    assert not of(events, Answered)


@pytest.mark.ledger("A10", "B3")
@pytest.mark.parametrize(
    "script",
    [
        [TextDelta("Half an"), ProviderError("The line broke.")],
        [TextDelta("Half an")],
        [TextDelta("Half an"), ToolCallDelta(0, "1", "clear_canvas", "{}")],
        [TextDelta("Half an"), ToolCallDelta(0, "1", "clear_canvas", "{}"), Finish("length")],
        [TextDelta("Half an"), ToolCallDelta(0, "1", "clear_canvas", "{}"), ProviderError("The line broke.")],
    ],
)
async def test_nothing_runs_until_an_answer_is_whole(workspace: Workspace, script: list[Any]) -> None:
    workspace.create("kept")
    conversation = Conversation()
    settings = Settings(retries=0)
    events = await played(turn(workspace, FakeProvider(script), conversation=conversation, settings=settings))
    assert "kept" in workspace.document
    assert not of(events, ToolStarted)
    done = ending(events)
    assert done.error is not None
    assert of(events, Retracted) == [Retracted(1, done.error.message)]
    assert [message.role for message in conversation.messages] == ["user", "assistant"]
    assert done.error.message in conversation.messages[1].content


@pytest.mark.ledger("A10", "A11")
@pytest.mark.parametrize(("extended", "rounds"), [(False, 5), (True, 10)])
async def test_the_round_limit_ends_with_a_summary_and_can_go_on(
    workspace: Workspace, extended: bool, rounds: int
) -> None:
    scripts = [asks(("create_container", {"container_id": f"box {number}"})) for number in range(rounds + 1)]
    provider = FakeProvider(*scripts, says("Boxes are made; one is left."))
    conversation = Conversation(limit=100)
    events = await played(turn(workspace, provider, extended=extended, conversation=conversation))
    assert len(workspace.document) == rounds
    assert len(provider.requests) == rounds + 2
    assert provider.requests[-1].tools == ()
    assert of(events, Answered)[0].text == "Boxes are made; one is left."
    done = ending(events)
    assert (done.reason, done.can_continue) == ("limit", True)

    provider = FakeProvider(asks(("create_container", {"container_id": "the last"})), says("All made."))
    events = await played(turn(workspace, provider, "continue", turn_id="turn-2", conversation=conversation))
    assert ending(events).reason == "complete"
    assert len(workspace.document) == rounds + 1
    told = [message.content for message in provider.requests[0].messages]
    assert "Boxes are made; one is left." in told
    assert sum(content.startswith('{"ok":true,"container_id":"box_') for content in told) == rounds


@pytest.mark.ledger("A11")
async def test_a_model_that_never_stops_gets_a_summary_made_for_it(workspace: Workspace) -> None:
    provider = FakeProvider(asks(("create_container", {"container_id": "a"})))
    events = await played(turn(workspace, provider))
    answered = of(events, Answered)[0]
    assert "5 rounds" in answered.text
    assert "create_container a" in answered.text
    assert "continue" in answered.text
    assert ending(events).reason == "limit"


@pytest.mark.ledger("A10")
async def test_a_turn_has_fifty_calls_and_each_gets_an_answer(workspace: Workspace) -> None:
    wanted = [("get_canvas_size", {}) for _ in range(1000)]
    provider = FakeProvider(asks(*wanted), says("Enough."))
    events = await played(turn(workspace, provider))
    assert len(of(events, ToolStarted)) == MAX_CALLS
    results = [message for message in provider.requests[1].messages if message.role == "tool"]
    assert len(results) == 1000
    assert sum(json.loads(message.content)["ok"] for message in results) == MAX_CALLS
    assert (ending(events).reason, ending(events).can_continue) == ("limit", True)


@pytest.mark.ledger("X11")
async def test_a_turn_that_runs_again_replaces_in_place_and_sees_the_canvas_without_what_it_replaces(
    workspace: Workspace,
) -> None:
    scripts = asks(("create_chart", BAR)), asks(("get_canvas_state", {})), says("Done.")
    conversation = Conversation()
    await played(turn(workspace, FakeProvider(*scripts), conversation=conversation))
    workspace.create("other")
    before = workspace.document["mpg"]

    provider = FakeProvider(*scripts)
    actor = Actor(source="agent", turn_id="turn-2", replaces=frozenset({"mpg"}))
    request = turn(workspace, provider, turn_id="turn-2", conversation=conversation, actor=actor)
    events = await played(request)
    assert [event.ok for event in of(events, ToolEnded)] == [True, True]
    after = workspace.document["mpg"]
    assert (after.x, after.y, after.width, after.height) == (before.x, before.y, before.width, before.height)
    assert [view.id for view in provider.requests[0].canvas.containers()] == ["other"]
    assert {view.id for view in provider.requests[1].canvas.containers()} == {"mpg", "other"}
    assert '"mpg"' in provider.requests[0].messages[0].content
    assert len(provider.requests[0].messages) == 2
    state = of(events, ToolEnded)[1].result
    assert {container["container_id"] for container in state["containers"]} == {"mpg", "other"}


@pytest.mark.ledger("D1", "E6")
async def test_tokens_are_counted_or_said_to_be_estimated(workspace: Workspace) -> None:
    counted = FakeProvider(
        [*asks(("undo", {}))[:-1], UsageDelta(100, 20, 0.5), Finish("tool_calls")],
        [TextDelta("Done."), UsageDelta(150, 5, 0.25), Finish("stop")],
    )
    done = ending(await played(turn(workspace, counted)))
    assert done.usage.as_dict() == {
        "prompt_tokens": 250,
        "completion_tokens": 25,
        "total_tokens": 275,
        "estimated": False,
    }
    assert done.cost == 0.75
    done = ending(await played(turn(workspace, FakeProvider(says("Done.")))))
    assert done.usage.estimated
    assert done.cost is None
    assert (done.provider, done.model) == ("fake", "scripted")


@pytest.mark.ledger("A10")
async def test_events_come_as_they_happen(workspace: Workspace) -> None:
    provider = FakeProvider([TextDelta("Half"), HANG])
    events = run_turn(turn(workspace, provider))
    assert isinstance(await anext(events), Reasoning)
    assert await anext(events) == TextChunk(1, "Half")
    await events.aclose()
    assert provider.closed == 1


@pytest.mark.ledger("A10", "A11")
async def test_a_model_that_asks_the_same_for_ever_is_stopped(workspace: Workspace) -> None:
    provider = FakeProvider(asks(*[("get_canvas_size", {})] * 30))
    events = await played(turn(workspace, provider))
    assert len(of(events, ToolStarted)) == MAX_CALLS
    done = ending(events)
    assert (done.reason, done.can_continue) == ("limit", True)


@pytest.mark.ledger("A12")
async def test_calls_of_one_turn_never_share_an_id(workspace: Workspace) -> None:
    def call(name: str) -> list[Any]:
        return [
            ToolCallDelta(0, "call_0", "create_container", json.dumps({"container_id": name})),
            Finish("tool_calls"),
        ]

    provider = FakeProvider(call("a"), call("b"), says("Done."))
    events = await played(turn(workspace, provider))
    assert len({event.call_id for event in of(events, ToolEnded)}) == 2
    told = provider.requests[2].messages
    assert [message.tool_call_id for message in told if message.role == "tool"] == [
        call.id for message in told for call in message.tool_calls
    ]
