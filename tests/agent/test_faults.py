"""Every fault of a provider, wherever in a turn it happens: one clean answer, and each tool effect exactly once.

Two scripted servers, the real `openai` SDK, the real workspace. The first provider has the fault, again and again; the
second has none.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from agent.clock import Clock, router
from agent.faults import FAULTS, Fault, Impatience
from agent.scripted_server import ScriptedServer, Turn, chunk, legacy_call, text, usage
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Answered, Done, Retracted, TextChunk, ToolEnded, ToolStarted, TurnEvent
from canvas_widget.agent.providers.catalog import Providers
from canvas_widget.agent.providers.router import Router
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor, Workspace

BAR = {"container_id": "mpg", "mark": "bar", "x": "Origin", "y": "mean(Miles_per_Gallon)"}
KEYS = {"openrouter": "sk-planted-first-0123456789", "openai": "sk-planted-second-0123456789"}


def drawing(say: tuple[str, ...] = ("I draw ", "it.")) -> list[Any]:
    """The step that draws: role, two pieces of text, the call, its arguments in four fragments, the end."""
    arguments = json.dumps(BAR)
    quarter = -(-len(arguments) // 4)
    head = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "create_chart", "arguments": ""}}
    return [
        chunk({"role": "assistant"}),
        *[chunk({"content": piece}) for piece in say],
        chunk({"tool_calls": [head]}),
        *[
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": arguments[at : at + quarter]}}]})
            for at in range(0, len(arguments), quarter)
        ],
        chunk({}, "tool_calls"),
        usage(100, 20),
    ]


def telling() -> list[Any]:
    """The step that answers: role, two pieces of text, the end."""
    return [*text("Japan leads ", "with 32 mpg."), usage(200, 10)]


@dataclass(frozen=True)
class Place:
    """Where a fault happens: the step of the turn, and how many chunks of it come before."""

    name: str
    step: int
    chunks: int

    def __str__(self) -> str:
        return self.name


PLACES = [
    Place("before the first token", 0, 0),
    Place("in mid-text", 0, 2),
    Place("in mid-tool-call", 0, 6),
    Place("after a tool effect", 1, 0),
    Place("after a tool effect in mid-text", 1, 2),
]


def steps_done(body: dict[str, Any]) -> int:
    """How many steps of the turn the messages of a request already hold."""
    messages = body["messages"]
    prompt = max(at for at, message in enumerate(messages) if message["role"] == "user")
    return sum(1 for message in messages[prompt:] if message.get("tool_calls"))


def answering(*steps: Turn) -> Any:
    """A model without faults: plays the step that comes next, whoever played the ones before."""
    return lambda body: steps[steps_done(body)]


def failing(fault: Fault, place: Place, *steps: Turn) -> Any:
    """The same with a fault at one place, every time."""

    def answer(body: dict[str, Any]) -> Turn:
        step = steps_done(body)
        return fault.at(steps[step], place.chunks) if step == place.step else steps[step]

    return answer


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[ScriptedServer, ScriptedServer]]:
    with ExitStack() as stack:
        yield stack.enter_context(ScriptedServer()), stack.enter_context(ScriptedServer())


@pytest.fixture
async def two(servers: tuple[ScriptedServer, ScriptedServer]) -> AsyncIterator[Two]:
    made = Two(*servers)
    yield made
    await made.providers.aclose()


class Two:
    """Two providers in their order, with a router whose time costs nothing."""

    def __init__(self, first: ScriptedServer, second: ScriptedServer) -> None:
        self.first, self.second = first, second
        first.play([])
        second.play([])
        self.settings = Settings(
            openrouter_base_url=first.url,
            openrouter_api_key=KEYS["openrouter"],
            openai_base_url=second.url,
            openai_api_key=KEYS["openai"],
            read_timeout=60,
        )
        self.providers = Providers(self.settings)
        self.clock = Clock()
        self.router: Router = router(self.clock, wait=Impatience(self.clock, [first, second]))

    def request(self, workspace: Workspace, **more: Any) -> TurnRequest:
        given: dict[str, Any] = {
            "turn_id": "turn-1",
            "prompt": "Draw it",
            "conversation": Conversation(),
            "route": self.providers.route(),
            "workspace": workspace,
            "actor": Actor(source="agent", turn_id="turn-1"),
            "settings": self.settings,
            "router": self.router,
        }
        return TurnRequest(**{**given, **more})


async def played(request: TurnRequest) -> tuple[list[TurnEvent], Done]:
    events = [event async for event in run_turn(request)]
    done = events.pop()
    assert isinstance(done, Done)
    return events, done


def shown(events: list[TurnEvent]) -> str:
    """The text that a client shows at the end: all attempts but the retracted ones."""
    texts: dict[int, str] = {}
    for event in events:
        match event:
            case TextChunk(attempt=attempt, text=piece):
                texts[attempt] = texts.get(attempt, "") + piece
            case Retracted(attempt=attempt):
                del texts[attempt]
    return "".join(texts.values())


def means(cars: pd.DataFrame) -> dict[str, float]:
    return cars.groupby("Origin")["Miles_per_Gallon"].mean().to_dict()


def requests_of(fault: Fault, place: Place) -> int:
    """How often a provider with this fault is asked before the next one is."""
    if place.chunks:
        return 1
    return {"again": 3, "once more": 2}.get(fault.means, 1)


async def check(two: Two, workspace: Workspace, cars: pd.DataFrame, fault: Fault, place: Place) -> None:
    """One turn with the fault at that place; everything that a user and a bill would notice."""
    if fault.name == "refused" and place == PLACES[0]:
        two.first.refuse()
    conversation = Conversation()
    events, done = await played(two.request(workspace, conversation=conversation))
    gone = fault.name == "refused"
    failed = requests_of(fault, place)
    before = place.step

    drawn = [event for event in events if isinstance(event, ToolEnded)]
    if fault.means == "ours":
        assert done.reason == "error"
        assert done.error is not None
        assert f"did not accept the request ({fault.status})" in done.error.message
        assert shown(events) == ("I draw it." if before else "")
        assert not two.second.requests
        assert len(drawn) == workspace.document.rev == before
        assert [attempt.outcome for attempt in done.receipt] == ["answered"] * before + ["failed"]
        return

    assert done.reason == "complete", done.error
    assert shown(events) == "I draw it.\n\nJapan leads with 32 mpg."
    [answered] = [event for event in events if isinstance(event, Answered)]
    assert answered.text == "Japan leads with 32 mpg."

    assert sum(isinstance(event, ToolStarted) for event in events) == 1
    assert [event.ok for event in drawn] == [True]
    assert workspace.document.ids() == ("mpg",)
    assert workspace.document.rev == 1
    assert drawn[0].result is not None
    assert {row["Origin"]: v for row in drawn[0].result["rows"] for k, v in row.items() if k != "Origin"} == means(cars)

    again = before + failed
    assert len(two.first.requests) == (before + (place != PLACES[0]) if gone else again)
    assert len(two.second.requests) == 2 - before
    receipt = [(attempt.provider, attempt.outcome) for attempt in done.receipt]
    outcome = "empty" if fault.name == "empty" else "failed"
    assert receipt == (
        [("openrouter", "answered")] * before
        + [("openrouter", outcome)] * failed
        + [("openai", "answered")] * (2 - before)
    )
    status = fault.status if fault.spoken else None
    assert {attempt.status for attempt in done.receipt if attempt.outcome == "failed"} <= {status}
    assert all(attempt.why for attempt in done.receipt if attempt.outcome != "answered")
    assert not any(key in str(done.receipt) for key in KEYS.values())
    assert (done.provider, done.attempts) == ("openai", 1 + failed)

    pauses = {"again": [0.5, 1.0], "once more": [] if fault.name == "empty" else [0.5]}.get(fault.means, [])
    if fault.wait is not None:
        pauses = [fault.wait + 0.5] * 2
    assert two.clock.slept == ([] if place.chunks else pauses)

    retracted = [event for event in events if isinstance(event, Retracted)]
    assert len(retracted) == (1 if place.chunks else 0)
    roles = [message.role for message in conversation.messages]
    assert roles == ["user", "assistant", "tool", "assistant"]
    health = two.router.health.of(two.request(workspace).route[0])
    assert health.requests == before + failed
    if fault.means == "key":
        assert "OPENROUTER_API_KEY" in str(health.disabled)
    else:
        assert health.circuit == ("open" if failed == 3 else "closed")


@pytest.mark.ledger("E1", "E4", "E5", "B3", "A10")
@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=str)
async def test_every_fault_everywhere(
    two: Two, workspace: Workspace, cars: pd.DataFrame, fault: Fault, place: Place
) -> None:
    two.first.play(failing(fault, place, drawing(), telling()))
    two.second.play(answering(drawing(), telling()))
    await check(two, workspace, cars, fault, place)


def older() -> list[Any]:
    """The step that draws in the format with one `function_call`, its arguments in two fragments."""
    return [*drawing()[:3], *legacy_call("create_chart", BAR), usage(100, 20)]


@pytest.mark.ledger("A12", "E4")
@pytest.mark.parametrize("place", [Place("in mid-call", 0, 5), PLACES[3]], ids=str)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=str)
async def test_every_fault_with_the_older_function_call(
    two: Two, workspace: Workspace, cars: pd.DataFrame, fault: Fault, place: Place
) -> None:
    two.first.play(failing(fault, place, older(), telling()))
    two.second.play(answering(older(), telling()))
    await check(two, workspace, cars, fault, place)
