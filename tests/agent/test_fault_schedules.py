"""Random schedules of faults over two or three providers: the canvas is that of a run without faults, or of the part
that the turn reports as done; never an effect twice, never one lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.clock import Clock, router
from agent.faults import FAULTS, Fault, Impatience
from agent.scripted_server import ScriptedServer, Turn, calls, chunk, text
from agent.test_faults import played, shown, steps_done
from canvas_widget.agent.conversation import Conversation, whole_groups
from canvas_widget.agent.events import Answered, ToolEnded, ToolStarted
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.openai_compatible import OpenAICompatible
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.data import Catalogue
from canvas_widget.document import Document
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor, Workspace

FRAME = pd.DataFrame({"Origin": ["Japan", "USA", "USA"], "mpg": [33.0, 15.0, 21.0]})
CATALOGUE = Catalogue()
CATALOGUE.register("cars", FRAME)

ACTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("create_container", {"container_id": "box"}),
    ("create_chart", {"container_id": "chart", "mark": "bar", "x": "Origin", "y": "mean(mpg)"}),
    ("create_metric", {"container_id": "count", "value": "count()"}),
    ("modify_container", {"container_id": "box", "title": "Again"}),
    ("get_canvas_state", {}),
    ("delete_container", {"container_id": "chart"}),
    ("write_text", {"container_id": "note", "text": "Twice is once too often."}),
)


@dataclass(frozen=True)
class Schedule:
    """The steps of a turn as numbers of actions, and for each provider the faults of its requests, in their order."""

    steps: tuple[tuple[int, ...], ...]
    faults: tuple[tuple[tuple[Fault, int] | None, ...], ...]


faults = st.one_of(st.none(), st.tuples(st.sampled_from([*FAULTS.values()]), st.integers(0, 8)))
actions = st.lists(st.integers(0, len(ACTIONS) - 1), min_size=1, max_size=3).map(tuple)
schedules = st.builds(
    Schedule,
    st.lists(actions, min_size=1, max_size=3).map(tuple),
    st.lists(st.lists(faults, max_size=5).map(tuple), min_size=2, max_size=3).map(tuple),
)


def model(schedule: Schedule) -> list[Turn]:
    """The turn's steps as a provider without faults plays them."""
    called = [
        [chunk({"role": "assistant"}), *calls(*(ACTIONS[number] for number in step), say=f"Step {at}.")]
        for at, step in enumerate(schedule.steps)
    ]
    return [*called, text("All ", "done.")]


@dataclass
class Player:
    """One provider's side: its faults in the order of its requests, none when they are used up."""

    steps: list[Turn]
    faults: tuple[tuple[Fault, int] | None, ...]
    asked: int = field(default=0)

    def __call__(self, body: dict[str, Any]) -> Turn:
        turn = self.steps[steps_done(body)]
        fault = self.faults[self.asked] if self.asked < len(self.faults) else None
        self.asked += 1
        return turn if fault is None else fault[0].at(turn, min(fault[1], len(turn) - 2))


class Stage:
    """Three servers, and clients that stay connected from one example to the next."""

    def __init__(self, servers: list[ScriptedServer]) -> None:
        self.servers = servers
        self.runner = asyncio.Runner()
        self.providers = [
            OpenAICompatible(Endpoint(name, "m", server.url, None, f"{name.upper()}_KEY", "MODEL"))
            for name, server in zip("abc", servers, strict=True)
        ]

    def close(self) -> None:
        for provider in self.providers:
            self.runner.run(provider.aclose())
        self.runner.close()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with ExitStack() as stack:
        made = Stage([stack.enter_context(ScriptedServer()) for _ in range(3)])
        yield made
        made.close()


def content(document: Document) -> list[dict[str, Any]]:
    """What is on the canvas, without the times and ids of one run."""
    kept = ("id", "kind", "title", "x", "y", "width", "height")
    return [{name: getattr(container, name) for name in kept} for container in document]


def done_by_hand(executed: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """What is on a canvas after just these calls, by a provider that has no faults."""

    class Plain:
        name, model = "plain", "m"

        async def stream(self, request: Any) -> Any:
            from canvas_widget.agent.stream import Finish, TextDelta, ToolCallDelta

            if any(message.role == "tool" for message in request.messages) or not executed:
                yield TextDelta("Done.")
                yield Finish("stop")
                return
            for index, (name, arguments) in enumerate(executed):
                yield ToolCallDelta(index, f"call-{index}", name, json.dumps(arguments))
            yield Finish("tool_calls")

    workspace = Workspace("plain", catalogue=CATALOGUE)

    async def run() -> None:
        request = TurnRequest("t", "Do it", Conversation(), (Plain(),), workspace, Actor(source="agent"))
        async for _ in run_turn(request):
            pass

    asyncio.run(run())
    return content(workspace.document)


@pytest.mark.ledger("E4", "B3", "A10")
@settings(max_examples=settings.default.max_examples * 5 // 3)  # 100, and 1,000 in `make soak`
@given(schedule=schedules)
def test_no_schedule_of_faults_repeats_or_loses_an_effect(stage: Stage, schedule: Schedule) -> None:
    used = stage.servers[: len(schedule.faults)]
    for server, of_it in zip(used, schedule.faults, strict=True):
        server.play(Player(model(schedule), of_it))
    clock = Clock()
    workspace = Workspace("test", catalogue=CATALOGUE)
    conversation = Conversation(limit=100)
    request = TurnRequest(
        "turn-1",
        "Do it",
        conversation,
        tuple(stage.providers[: len(used)]),
        workspace,
        Actor(source="agent", turn_id="turn-1"),
        Settings(read_timeout=60),
        router=router(clock, wait=Impatience(clock, used, polls=1)),
    )
    events, done = stage.runner.run(played(request))

    wanted = [ACTIONS[number] for step in schedule.steps for number in step]
    started = [(event.tool, event.arguments) for event in events if isinstance(event, ToolStarted)]
    ended = [event for event in events if isinstance(event, ToolEnded)]
    finished = next(
        (n for n in range(len(schedule.steps) + 1) if sum(map(len, schedule.steps[:n])) == len(started)), -1
    )
    assert finished >= 0, "a step was executed in part"
    assert started == wanted[: len(started)]
    assert len(ended) == len(started)
    assert content(workspace.document) == done_by_hand(started)
    assert len({event.call_id for event in ended}) == len(ended)

    texts = [f"Step {at}." for at in range(finished)]
    if done.reason == "complete":
        assert len(started) == len(wanted)
        assert shown(events) == "\n\n".join([*texts, "All done."])
        assert [event.text for event in events if isinstance(event, Answered)] == ["All done."]
    else:
        assert done.reason == "error"
        assert done.error is not None
        assert shown(events) == "\n\n".join(texts)
        assert conversation.messages[-1].content == f"(This turn failed: {done.error.message})"
        assert any(of_it for of_it in schedule.faults)

    answered = [attempt for attempt in done.receipt if attempt.outcome == "answered"]
    assert len(answered) == finished + (done.reason == "complete")
    assert sum(attempt.outcome != "skipped" for attempt in done.receipt) >= len(answered)
    results = [message for message in conversation.messages if message.role == "tool"]
    assert len(results) == len(started)
    assert sum(map(len, whole_groups(conversation.messages))) == len(conversation.messages)
