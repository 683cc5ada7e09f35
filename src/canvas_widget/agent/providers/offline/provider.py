"""The built-in model as a provider: deterministic, without network and weights."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from typing import Any

from canvas_widget.agent.providers.offline.answer.answer import answer, outline
from canvas_widget.agent.providers.offline.answer.suggest import suggest
from canvas_widget.agent.providers.offline.canvas.model import Reading
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.stream import (
    Delta,
    Finish,
    Message,
    ReasoningDelta,
    Request,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)

__all__ = ["OfflineProvider"]

MAX_CALLS = 50
REMEMBERED = 64


class OfflineProvider:
    """Plans canvas and data requests by rules. The first step answers with tool calls, the one after them with text.

    What a prompt was read as is remembered under the digest that its call ids carry, so that the answer can tell it;
    equal digests mean equal readings, and a forgotten one only makes the answer shorter.
    """

    name = "offline"
    model = "built-in"

    def __init__(self) -> None:
        self._readings: OrderedDict[str, Reading] = OrderedDict()

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        """The deltas of one step; see `Provider`."""
        prompt, since = _last_prompt(request.messages)
        size = len(prompt)
        if any(message.role == "tool" for message in since):
            text = self._finish(request, since)
            yield TextDelta(text)
            yield _usage(size, len(text))
            yield Finish("stop")
            return
        reading = read(prompt, request.catalogue, request.canvas)
        calls = reading.calls
        if not calls:
            text = answer([], reading, {}, suggest(request.catalogue))
            yield TextDelta(text)
            yield _usage(size, len(text))
            yield Finish("stop")
            return
        steps = outline(reading)
        digest = _digest(prompt, reading)
        self._remember(digest, reading)
        yield ReasoningDelta(steps)
        written = 0
        for index, call in enumerate(calls):
            arguments = json.dumps(call.arguments, ensure_ascii=False)
            written += len(arguments)
            yield ToolCallDelta(index, id=f"offline_{digest}_{index}", name=call.tool, arguments=arguments)
        yield _usage(size, written)
        yield Finish("tool_calls")

    def _remember(self, digest: str, reading: Reading) -> None:
        self._readings[digest] = reading
        self._readings.move_to_end(digest)
        while len(self._readings) > REMEMBERED:
            self._readings.popitem(last=False)

    def _finish(self, request: Request, since: tuple[Message, ...]) -> str:
        results = {message.tool_call_id: _loads(message.content) for message in since if message.role == "tool"}
        calls = [call for message in since for call in message.tool_calls]
        done = [(call.name, _loads(call.arguments), results.get(call.id, {})) for call in calls]
        digests = [
            call.id.split("_")[1] for call in calls if call.id.startswith("offline_") and call.id.count("_") == 2
        ]
        reading = self._readings.get(digests[-1]) if digests else None
        rows = {view.name: view.row_count for view in request.catalogue.datasets()}
        wanted = reading is not None and any(part.examples for part in reading.parts)
        return answer(done, reading, rows, suggest(request.catalogue) if wanted else [])


def _last_prompt(messages: tuple[Message, ...]) -> tuple[str, tuple[Message, ...]]:
    """The last user message, and what came after it."""
    for index in range(len(messages) - 1, -1, -1):
        if messages[index].role == "user":
            return messages[index].content, messages[index + 1 :]
    return "", ()


def _digest(prompt: str, reading: Reading) -> str:
    parts = [
        [part.words, part.notes, part.asks, part.unread, [[c.tool, c.arguments] for c in part.calls]]
        for part in reading.parts
    ]
    return hashlib.sha256(
        json.dumps([prompt, parts], sort_keys=True, default=str).encode("utf-8", "replace")
    ).hexdigest()[:12]


def _loads(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _usage(prompt: int, answered: int) -> UsageDelta:
    return UsageDelta(prompt // 4, answered // 4, cost=0.0, estimated=True)
