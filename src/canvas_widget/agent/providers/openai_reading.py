"""The chunks of an OpenAI-compatible answer as deltas, whatever shape a server gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.kept import Kept
from canvas_widget.agent.providers.mapping import garbage, reported
from canvas_widget.agent.providers.think_tags import ThinkTags
from canvas_widget.agent.stream import Delta, Finish, FinishReason, ReasoningDelta, TextDelta, ToolCallDelta, UsageDelta

__all__ = ["Reader"]

_FINISHED: dict[str, FinishReason] = {
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
}
_THINKING = ("reasoning_content", "reasoning", "thinking")
_NOTHING: list[Delta] = []


class Reader:
    """Takes the chunks of one answer. Tokens and the end are kept for last: servers send them in any order."""

    def __init__(self, endpoint: Endpoint, model: str, kept: Kept[dict[str, Any]]) -> None:
        self.endpoint = endpoint
        self.model = model
        self.usage: UsageDelta | None = None
        self.finish: Finish | None = None
        self._kept = kept
        self._thought: list[str] = []
        self._tags = ThinkTags()

    def read(self, chunk: Any) -> list[Delta]:
        """The deltas of one chunk.

        Raises:
            ProviderFailure: it is no chunk, or reports an error.
        """
        try:
            if chunk.get("error"):
                raise reported(chunk["error"], self.endpoint, self.model)
            if (usage := chunk.get("usage") or (chunk.get("x_groq") or _EMPTY).get("usage")) is not None:
                self._count(usage)
            choices = chunk.get("choices")
            if not choices:
                return _NOTHING
            choice = choices[0]
            if reason := choice.get("finish_reason"):
                self._end(reason, choice)
            delta = choice.get("delta")
            if delta is None:
                delta = choice.get("message")
            return list(self._deltas(delta)) if delta else _NOTHING
        except (AttributeError, TypeError, ValueError, KeyError, IndexError):
            raise garbage(self.endpoint) from None

    def rest(self) -> list[Delta]:
        """What is left to say when the answer is over."""
        return list(self._tags.end())

    def _deltas(self, delta: dict[str, Any]) -> Iterator[Delta]:
        for name in _THINKING:
            if (text := delta.get(name)) and isinstance(text, str):
                self._thought.append(text)
                yield ReasoningDelta(text)
                break
        if content := delta.get("content"):
            for said in _content(content):
                yield from self._tags.split(said.text) if isinstance(said, TextDelta) else (said,)
        if refusal := delta.get("refusal"):
            yield TextDelta(str(refusal))
        if calls := delta.get("tool_calls"):
            for number, call in enumerate(calls):
                yield self._call(number, call)
        if function := delta.get("function_call"):
            yield ToolCallDelta(0, None, function.get("name"), _arguments(function.get("arguments")))

    def _call(self, number: int, call: dict[str, Any]) -> ToolCallDelta:
        function = call.get("function") or _EMPTY
        index, call_id = call.get("index"), call.get("id") or None
        if call_id is not None:
            self._keep(str(call_id), call)
        return ToolCallDelta(
            index=number if index is None else int(index),
            id=None if call_id is None else str(call_id),
            name=function.get("name"),
            arguments=_arguments(function.get("arguments")),
        )

    def _keep(self, call_id: str, call: dict[str, Any]) -> None:
        """What must come back with the call: Gemini's signature, and where it is wanted the thinking before it."""
        back: dict[str, Any] = {}
        if isinstance(call.get("extra_content"), dict):
            back["extra_content"] = call["extra_content"]
        if self.endpoint.quirks.thinking_back and self._thought:
            back["reasoning_content"] = "".join(self._thought)
        if back:
            self._kept.put(call_id, back)

    def _end(self, given: str, choice: dict[str, Any]) -> None:
        if given == "error":
            if choice.get("error"):
                raise reported(choice["error"], self.endpoint, self.model)
            raise ProviderFailure(
                f"{self.endpoint.label} failed in the middle of its answer. Ask again.", "unavailable"
            )
        self.finish = Finish(_FINISHED.get(given, "stop"))

    def _count(self, usage: dict[str, Any]) -> None:
        prompt, answer = usage.get("prompt_tokens"), usage.get("completion_tokens")
        if prompt is None or answer is None:
            return
        cost = usage.get("cost")
        known = float(cost) if isinstance(cost, int | float) and not isinstance(cost, bool) and cost >= 0 else None
        cached = (usage.get("prompt_tokens_details") or _EMPTY).get("cached_tokens") or 0
        self.usage = UsageDelta(int(prompt), int(answer), known, cache_read_tokens=int(cached))


_EMPTY: dict[str, Any] = {}


def _content(content: Any) -> Iterator[TextDelta | ReasoningDelta]:
    if isinstance(content, str):
        yield TextDelta(content)
    elif isinstance(content, list):
        for part in content:
            if not isinstance(part, dict):
                continue
            if isinstance(part.get("text"), str):
                yield TextDelta(part["text"])
            elif isinstance(part.get("thinking"), list):
                yield ReasoningDelta("".join(str(piece.get("text", "")) for piece in part["thinking"]))


def _arguments(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
