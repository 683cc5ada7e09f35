"""The tools of a turn: their order, their time, their faults, what stops them, what they are asked twice."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pandas as pd
import pytest
from pydantic import Field

from agent.fakes import HANG, FakeProvider, asks, says
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import (
    Answered,
    Done,
    ToolEnded,
    ToolStarted,
    TurnEvent,
)
from canvas_widget.agent.stream import Finish, TextDelta
from canvas_widget.agent.tools import DEFAULT_TOOLS, Arguments, NoArguments, Tool, ToolContext, ToolOutput
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.errors import Cancelled
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

from .turns import BAR, ending, of, played, turn


class Wait(Arguments):
    """Waits."""

    name: str = Field(default="")


def waiting(release: threading.Event, started: list[str], *, heeds: bool = True, mutates: bool = False) -> Tool[Wait]:
    def run(arguments: Wait, context: ToolContext) -> ToolOutput:
        started.append(arguments.name)
        cancel = context.actor.cancel
        assert cancel is not None
        for _ in range(12_000):
            if heeds and cancel.wait(0.005):
                raise Cancelled("Stopped.")
            if release.wait(0.005):
                break
        return ToolOutput({"name": arguments.name})

    return Tool("wait", Wait, run, mutates=mutates)


@pytest.mark.ledger("A10")
@pytest.mark.parametrize("heeds", [True, False])
async def test_a_tool_past_its_time_is_stopped_and_the_model_told(workspace: Workspace, heeds: bool) -> None:
    release, started = threading.Event(), []
    tools = DEFAULT_TOOLS.having(waiting(release, started, heeds=heeds))
    provider = FakeProvider(asks(("wait", {})), says("It took too long."))
    settings = Settings(function_call_timeout=0.05)
    events = await played(turn(workspace, provider, tools=tools, settings=settings))
    release.set()
    assert "longer than 0.05 s" in of(events, ToolEnded)[0].error
    assert "longer than 0.05 s" in provider.requests[1].messages[-1].content
    assert ending(events).reason == "complete"


@pytest.mark.ledger("A10")
async def test_reading_calls_run_together_and_changing_ones_in_their_order(workspace: Workspace) -> None:
    order: list[str] = []
    together = threading.Barrier(2, timeout=60)
    reading = threading.Event()

    def read(arguments: Wait, context: ToolContext) -> ToolOutput:
        reading.set()
        together.wait()
        order.append("read")
        return ToolOutput({})

    def change(arguments: Wait, context: ToolContext) -> ToolOutput:
        early = arguments.name == "2" and reading.wait(0.05)
        order.append("overtaken" if early else arguments.name)
        return ToolOutput({})

    tools = DEFAULT_TOOLS.having(Tool("read", Wait, read), Tool("change", Wait, change, mutates=True))
    calls = [
        ("change", {"name": "1"}),
        ("change", {"name": "2"}),
        ("read", {}),
        ("read", {}),
        ("change", {"name": "3"}),
    ]
    await played(turn(workspace, FakeProvider(asks(*calls), says("Done.")), tools=tools))
    assert order == ["1", "2", "read", "read", "3"]


@pytest.mark.ledger("A10")
async def test_a_tool_with_a_fault_of_its_own_ends_the_call_not_the_turn(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(arguments: NoArguments, context: ToolContext) -> ToolOutput:
        raise ZeroDivisionError("division by zero")

    tools = DEFAULT_TOOLS.having(Tool("broken", NoArguments, broken))
    events = await played(turn(workspace, FakeProvider(asks(("broken", {})), says("It is broken.")), tools=tools))
    assert of(events, ToolEnded)[0].error == "broken failed: ZeroDivisionError: division by zero"
    assert ending(events).reason == "complete"


async def cancelled(request: TurnRequest, when: asyncio.Event | threading.Event) -> list[TurnEvent]:
    """The events up to the moment when the task is cancelled."""
    events: list[TurnEvent] = []

    async def collect() -> None:
        async for event in run_turn(request):
            events.append(event)  # noqa: PERF401  (what came before the cancellation counts)

    task = asyncio.ensure_future(collect())
    if isinstance(when, asyncio.Event):
        await when.wait()
    else:
        await asyncio.to_thread(when.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return events


@pytest.mark.ledger("A10")
async def test_cancelling_while_the_model_speaks_ends_its_request(workspace: Workspace) -> None:
    provider = FakeProvider(asks(("create_chart", BAR)), [TextDelta("Half"), HANG])
    conversation = Conversation()
    await cancelled(turn(workspace, provider, conversation=conversation), provider.hanging)
    assert provider.closed == 2
    assert "mpg" in workspace.document
    roles = [message.role for message in conversation.messages]
    assert roles == ["user", "assistant", "tool", "assistant"]
    assert "Stopped by the user" in conversation.messages[-1].content


@pytest.mark.ledger("A10")
async def test_cancelling_while_a_tool_runs_stops_it_and_keeps_what_was_done(workspace: Workspace) -> None:
    release, running = threading.Event(), threading.Event()

    class Started(list[str]):
        def append(self, item: str) -> None:
            super().append(item)
            running.set()

    started = Started()
    tools = DEFAULT_TOOLS.having(waiting(release, started, mutates=True))
    conversation = Conversation()
    provider = FakeProvider(asks(("create_chart", BAR), ("wait", {"name": "a"}), ("wait", {"name": "b"})), says("x"))
    events = await cancelled(turn(workspace, provider, tools=tools, conversation=conversation), running)
    assert started == ["a"]
    assert "mpg" in workspace.document
    assert not of(events, Done)
    results = [json.loads(message.content) for message in conversation.messages if message.role == "tool"]
    assert [result["ok"] for result in results] == [True, False, False]
    assert "Stopped by the user" in results[1]["error"]
    assert len(provider.requests) == 1


@pytest.mark.ledger("A10")
async def test_a_question_that_was_asked_before_is_answered_from_memory_until_something_changes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    query = workspace.query
    monkeypatch.setattr(workspace, "query", lambda sql, *rest, **more: asked.append(sql) or query(sql, *rest, **more))
    same = ("run_query", {"sql": "select count(*) from cars"})
    written = ("run_query", '{ "sql": "select count(*) from cars" }')
    provider = FakeProvider(
        asks(same),
        asks(written),
        asks(("create_container", {"container_id": "a"}), same),
        asks(("run_query", {"sql": "select * from nowhere"}), same),
        asks(("run_query", {"sql": "select * from nowhere"})),
        says("Six."),
    )
    events = await played(turn(workspace, provider))
    assert asked == ["select count(*) from cars"] * 2 + ["select * from nowhere"] * 2
    ended = of(events, ToolEnded)
    assert [event.ok for event in ended].count(False) == 2
    assert len({json.dumps(event.result) for event in ended if event.tool == "run_query" and event.ok}) == 1


@pytest.mark.ledger("A10")
@pytest.mark.parametrize("changed", ["the canvas", "the data"])
async def test_what_the_user_changes_while_a_turn_runs_is_read_anew(
    workspace: Workspace, cars: pd.DataFrame, changed: str
) -> None:
    class Interrupted(FakeProvider):
        async def stream(self, request: Any) -> Any:
            if len(self.requests) == 1 and changed == "the canvas":
                workspace.create("mine")
            elif len(self.requests) == 1:
                workspace.catalogue.register("cars", cars.head(2))
            async for delta in super().stream(request):
                yield delta

    if changed == "the canvas":
        reads = asks(("get_canvas_state", {}))
    else:
        reads = asks(("run_query", {"sql": "select count(*) as n from cars"}))
    events = await played(turn(workspace, Interrupted(reads, reads, says("Done."))))
    [before, after] = [event.result for event in of(events, ToolEnded)]
    if changed == "the canvas":
        assert (len(before["containers"]), len(after["containers"])) == (0, 1)
    else:
        assert (before["rows"][0]["n"], after["rows"][0]["n"]) == (6, 2)


@pytest.mark.ledger("A10")
async def test_ten_megabytes_of_arguments_end_the_answer_not_the_session(workspace: Workspace) -> None:
    huge = json.dumps({"container_id": "a", "text": "x" * 10_000_000})
    provider = FakeProvider(asks(("write_text", huge)))
    events = await played(turn(workspace, provider))
    done = ending(events)
    assert done.error is not None
    assert "more than 4,000,000 characters" in done.error.message
    assert len(provider.requests) == 1
    assert workspace.document.rev == 0
    events = await played(turn(workspace, FakeProvider(says("Here.")), turn_id="turn-2"))
    assert ending(events).reason == "complete"


@pytest.mark.ledger("A10")
async def test_long_arguments_that_are_no_json_are_told_short(workspace: Workspace) -> None:
    provider = FakeProvider(asks(("write_text", '{"text": "' + "x" * 3_000_000)), says("I could not."))
    events = await played(turn(workspace, provider))
    assert len(of(events, ToolStarted)[0].arguments["raw"]) < 1000
    assert "not valid JSON" in of(events, ToolEnded)[0].error
    assert ending(events).reason == "complete"


@pytest.mark.ledger("A10", "E1")
async def test_a_character_cut_in_two_by_a_provider_is_whole_in_the_answer(workspace: Workspace) -> None:
    provider = FakeProvider([TextDelta("Up \ud83d"), TextDelta("\ude00 and \ud800."), Finish("stop")])
    events = await played(turn(workspace, provider))
    assert of(events, Answered)[0].text == "Up 😀 and \ufffd."
    for event in events:
        repr(event).encode()


@pytest.mark.ledger("A10")
@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("create_chart", "{not json", "not valid JSON"),
        ("create_chart", "[1, 2]", "one JSON object"),
        ("create_chart", "[" * 100_000, "not valid JSON"),
        ("create_chart", '{"container_id": "a"}', "mark"),
        ("create_chart", '{"container_id": "a", "mark": "sparkle"}', "mark"),
        ("crate_chart", "{}", "create_chart"),
        ("edit_canvas_size", '{"width": "wide", "height": 10}', "width"),
        ("edit_canvas_size", '{"width": NaN, "height": 10}', "not valid JSON"),
        ("write_text", '{"text": "\\ud83d"}', "surrogate"),
        ("run_query", '{"sql": "select * from carz"}', "cars"),
    ],
)
async def test_a_call_that_cannot_be_made_says_what_to_mend(
    workspace: Workspace, name: str, arguments: str, said: str
) -> None:
    provider = FakeProvider(asks((name, arguments)), says("I could not."))
    events = await played(turn(workspace, provider))
    told = json.loads(provider.requests[1].messages[-1].content)
    assert told["ok"] is False
    assert said in told["error"] + str(told.get("alternatives"))
    assert ending(events).reason == "complete"
    assert workspace.document.rev == 0


@pytest.mark.ledger("A10")
async def test_a_taken_id_is_refused_with_free_ones(workspace: Workspace) -> None:
    workspace.create("mpg", title="Mine")
    provider = FakeProvider(asks(("create_container", {"container_id": "MPG"})), says("It is taken."))
    await played(turn(workspace, provider))
    told = json.loads(provider.requests[1].messages[-1].content)
    assert told["ok"] is False
    assert "mpg_2" in told["alternatives"]
