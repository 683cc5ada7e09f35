"""A provider that plays scripted deltas, for tests of the loop alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from canvas_widget.agent.stream import Delta, Finish, Request, TextDelta, ToolCallDelta

HANG = "hang"


def says(*pieces: str) -> list[Any]:
    """A step that answers with text."""
    return [*map(TextDelta, pieces), Finish("stop")]


def asks(*wanted: tuple[str, Any], say: str = "") -> list[Any]:
    """A step that calls tools; arguments that are a str are sent as they are."""
    deltas: list[Any] = [TextDelta(say)] if say else []
    for index, (name, arguments) in enumerate(wanted):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        deltas.append(ToolCallDelta(index, f"{name}-{index}", name, text))
    return [*deltas, Finish("tool_calls")]


class FakeProvider:
    """Plays one script per request, the last one again when all are played; an exception in a script is raised."""

    name = "fake"
    model = "scripted"

    def __init__(self, *scripts: Sequence[Any]) -> None:
        self.scripts = scripts
        self.requests: list[Request] = []
        self.hanging = asyncio.Event()
        self.closed = 0

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        self.requests.append(request)
        try:
            for delta in self.scripts[min(len(self.requests), len(self.scripts)) - 1]:
                if isinstance(delta, Exception):
                    raise delta
                if delta is HANG:
                    self.hanging.set()
                    await asyncio.Event().wait()
                yield delta
        finally:
            self.closed += 1
