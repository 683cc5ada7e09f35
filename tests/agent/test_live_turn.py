"""Whole turns: the real `openai` SDK, a scripted server, the real workspace and engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pandas as pd
import pytest

from agent.clock import router
from agent.scripted_server import CUT, HANG, ScriptedServer, Status, calls, legacy_call, text, usage
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Answered, Done, Retracted, TextChunk, ToolEnded, TurnEvent
from canvas_widget.agent.providers.catalog import Providers
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor, Workspace

BAR = ("create_chart", {"container_id": "mpg", "mark": "bar", "x": "Origin", "y": "mean(Miles_per_Gallon)"})
COUNT = ("create_metric", {"container_id": "cars", "value": "count()", "top": True})
KEY = "sk-planted-0123456789"

Ask = Callable[..., TurnRequest]


@pytest.fixture
async def ask(workspace: Workspace) -> AsyncIterator[Ask]:
    made: list[Providers] = []

    def asked(server: ScriptedServer, prompt: str = "Draw it", **more: Any) -> TurnRequest:
        settings = Settings(base_url=server.url, api_key=KEY, model="scripted", read_timeout=5)
        made.append(Providers(settings))
        given: dict[str, Any] = {
            "turn_id": "turn-1",
            "prompt": prompt,
            "conversation": Conversation(),
            "route": made[-1].route(),
            "workspace": workspace,
            "actor": Actor(source="agent", turn_id="turn-1"),
            "settings": settings,
            "router": router(),
        }
        return TurnRequest(**{**given, **more})

    yield asked
    for providers in made:
        await providers.aclose()


async def played(request: TurnRequest) -> tuple[list[TurnEvent], Done]:
    events = [event async for event in run_turn(request)]
    done = events.pop()
    assert isinstance(done, Done)
    return events, done


@pytest.mark.ledger("A10", "D1", "E7")
async def test_a_turn_of_several_calls(ask: Ask, workspace: Workspace, cars: pd.DataFrame) -> None:
    turns = [
        [*calls(BAR, COUNT), usage(900, 60)],
        [*calls(("check_container_content", {"container_id": "mpg"})), usage(1000, 10)],
        [*text("Japan leads ", "with 32 mpg."), usage(1100, 9)],
    ]
    with ScriptedServer(turns) as server:
        events, done = await played(ask(server))
    assert [event.tool for event in events if isinstance(event, ToolEnded)] == [
        "create_chart",
        "create_metric",
        "check_container_content",
    ]
    assert [event.text for event in events if isinstance(event, TextChunk)] == ["Japan leads ", "with 32 mpg."]
    assert (done.reason, done.usage.total_tokens, done.usage.estimated) == ("complete", 3079, False)
    assert (done.provider, done.model) == ("custom", "scripted")
    assert {container.kind for container in workspace.document} == {"chart", "metric"}
    told = server.requests[0]["messages"]
    assert told[-1] == {"role": "user", "content": "Draw it"}
    assert "Miles_per_Gallon" in told[0]["content"]
    results = [
        json.loads(message["content"]) for message in server.requests[1]["messages"] if message["role"] == "tool"
    ]
    means = cars.groupby("Origin")["Miles_per_Gallon"].mean().to_dict()
    assert {row["Origin"]: value for row in results[0]["rows"] for k, value in row.items() if k != "Origin"} == means
    assert results[1]["row_count"] == 1


@pytest.mark.ledger("A12")
async def test_a_server_with_the_older_format_draws_too(ask: Ask, workspace: Workspace) -> None:
    with ScriptedServer([legacy_call(*BAR), text("Drawn.")]) as server:
        _, done = await played(ask(server))
    assert done.reason == "complete"
    assert "mpg" in workspace.document
    called = server.requests[1]["messages"][-2]
    assert called["tool_calls"][0]["function"]["name"] == "create_chart"
    assert server.requests[1]["messages"][-1]["tool_call_id"] == called["tool_calls"][0]["id"]


@pytest.mark.ledger("A10", "B3")
@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ([*text("Half", finish=None), CUT], "broke in the middle"),
        (text("Half", finish=None), "stopped in the middle"),
        ([*text("Half", finish=None), "data: {garbage\n\n"], "no answer"),
        ([*text("Half", finish=None), *calls(BAR)[:-1], CUT], "broke in the middle"),
        ([Status(401, {"error": {"message": f"Bad key {KEY}"}})], "CANVAS_WIDGET_API_KEY"),
        ([Status(429, {"error": {"message": "slow down"}}, {"retry-after": "3"})], "Try again in 3 s"),
        (text(""), "empty answer. It was asked twice."),
    ],
)
async def test_a_failing_provider_ends_the_turn_in_plain_words(
    ask: Ask, workspace: Workspace, turn: list[Any], said: str
) -> None:
    with ScriptedServer([calls(COUNT), turn]) as server:
        events, done = await played(ask(server))
    assert done.reason == "error"
    assert done.error is not None
    assert said in done.error.message
    assert KEY not in done.error.message
    shown = any(isinstance(event, TextChunk) for event in events)
    assert any(isinstance(event, Retracted) for event in events) == shown
    assert not any(isinstance(event, Answered) for event in events)
    assert workspace.document.ids() == ("cars",)


@pytest.mark.ledger("A10", "E1")
async def test_bad_arguments_and_an_empty_answer_are_got_over(ask: Ask, workspace: Workspace) -> None:
    with ScriptedServer([calls(("create_chart", '{"container_id": ')), text(""), calls(BAR), text("Drawn.")]) as server:
        events, done = await played(ask(server))
    assert [event.ok for event in events if isinstance(event, ToolEnded)] == [False, True]
    assert (done.reason, done.attempts) == ("complete", 2)
    assert server.requests[1]["messages"][-2]["tool_calls"][0]["function"]["arguments"] == "{}"


@pytest.mark.ledger("A11")
async def test_five_rounds_then_a_summary(ask: Ask, workspace: Workspace) -> None:
    boxes = [calls(("create_container", {"container_id": f"box{number}"})) for number in range(6)]
    with ScriptedServer([*boxes, text("Five boxes are made.")]) as server:
        _, done = await played(ask(server))
    assert (done.reason, done.can_continue) == ("limit", True)
    assert len(workspace.document) == 5
    assert "tools" not in server.requests[-1]


@pytest.mark.ledger("A10")
async def test_cancelling_in_mid_stream_leaves_what_was_finished(ask: Ask, workspace: Workspace) -> None:
    with ScriptedServer([calls(COUNT), [*text("Half", finish=None), *calls(BAR)[:-1], HANG]]) as server:
        request = ask(server)
        task = asyncio.ensure_future(played(request))
        await asyncio.to_thread(server.hanging.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert workspace.document.ids() == ("cars",)
        server.turns.append(text("Here."))
        _, done = await played(ask(server, "Go on", turn_id="turn-2", conversation=request.conversation))
    assert done.reason == "complete"
    told = [message["content"] for message in server.requests[-1]["messages"]]
    assert "(Stopped by the user before it was finished.)" in told
