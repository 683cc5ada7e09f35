"""One turn over a scripted provider: what is asked for, played to its end, and what came."""

from __future__ import annotations

from typing import Any

from agent.clock import router
from agent.fakes import FakeProvider
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import (
    Done,
    TurnEvent,
)
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.workspace import Actor, Workspace

__all__ = ["BAR", "ending", "of", "played", "turn"]

BAR = {"container_id": "mpg", "mark": "bar", "x": "Origin", "y": "mean(Miles_per_Gallon)", "sort": "-y"}


def turn(workspace: Workspace, provider: FakeProvider, prompt: str = "Do it", **more: Any) -> TurnRequest:
    given: dict[str, Any] = {
        "turn_id": "turn-1",
        "prompt": prompt,
        "conversation": Conversation(),
        "route": (provider,),
        "workspace": workspace,
        "actor": Actor(source="agent", turn_id="turn-1"),
        "router": router(),
    }
    return TurnRequest(**{**given, **more})


async def played(request: TurnRequest) -> list[TurnEvent]:
    return [event async for event in run_turn(request)]


def of(events: list[TurnEvent], kind: type[Any]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def ending(events: list[TurnEvent]) -> Done:
    assert isinstance(events[-1], Done)
    assert len(of(events, Done)) == 1
    return events[-1]
