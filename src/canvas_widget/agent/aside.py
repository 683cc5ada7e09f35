"""What the built-in model cannot know by itself: the user's notes, the user's tools, and what a limit left undone.

`Aside` stands before the built-in model. It answers “what is revenue?” from the notes, makes a tool call that a prompt
spells out, and goes on after a limit; everything else it hands on.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from canvas_widget.agent.knowledge import Knowledge
from canvas_widget.agent.proceed import Unfinished, says_continue
from canvas_widget.agent.stream import Delta, Finish, Message, Provider, Request, TextDelta, ToolCallDelta, UsageDelta

__all__ = ["Aside", "beside"]

NOTHING_LEFT = "There is nothing to go on with: the last turn was finished. Say what you want to see."

_ABOUT = re.compile(
    r"^\s*(?:please\s+)?(?:what\s+(?:is|are|does|do)|what's|define|explain|look\s?up|tell me about|meaning of|"
    r"definition of|was\s+(?:ist|sind|bedeutet|heißt))\s+(?:the\s+|a\s+|an\s+)?(?:meaning of\s+|definition of\s+)?"
    r"(?P<topic>[^?.!]{1,80}?)(?:\s+(?:mean|means|stand for|here))?\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"^\s*(?:please\s+)?(?:call|use|run|apply|ask)?\s*(?:the\s+)?(?:tool\s+)?(?P<rest>.+?)\s*[.!?]*\s*$",
    re.IGNORECASE | re.DOTALL,
)
_PAIR = re.compile(r"(\w+)\s*[=:]\s*(\"[^\"]*\"|'[^']*'|[^\s,;()]+)")


class Aside:
    """A provider before the built-in one, of the same name and model."""

    def __init__(
        self, inner: Provider, knowledge: Knowledge, tools: Sequence[str] = (), left: Unfinished | None = None
    ) -> None:
        self._inner = inner
        self._knowledge = knowledge
        self._tools = tuple(tools)
        self._left = left

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def model(self) -> str:
        return self._inner.model

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        """The deltas of one step; see `Provider`."""
        prompt, since = _last_prompt(request.messages)
        said = prompt.partition("\n\n(Go on with the prompt")[0]
        made = [call for message in since for call in message.tool_calls]
        if made and all(call.name in (*self._tools, "lookup_knowledge") for call in made):
            for delta in _says(_told(since)):
                yield delta
            return
        if not made:
            if says_continue(said):
                for delta in self._go_on():
                    yield delta
                return
            wanted = self._lookup(said) or self._call(said, request)
            if wanted is not None:
                tool, arguments = wanted
                yield ToolCallDelta(0, id="aside_0", name=tool, arguments=json.dumps(arguments, ensure_ascii=False))
                yield UsageDelta(len(prompt) // 4, 10, cost=0.0, estimated=True)
                yield Finish("tool_calls")
                return
        async for delta in self._inner.stream(request):
            yield delta

    def _go_on(self) -> list[Delta]:
        if self._left is None or not self._left.wanted:
            return _says(NOTHING_LEFT)
        calls = [
            ToolCallDelta(number, id=f"{call.id}c", name=call.name, arguments=call.arguments)
            for number, call in enumerate(self._left.wanted)
        ]
        return [*calls, UsageDelta(0, 0, cost=0.0, estimated=True), Finish("tool_calls")]

    def _lookup(self, prompt: str) -> tuple[str, dict[str, Any]] | None:
        """A question for the meaning of something that a note's topic names."""
        found = _ABOUT.match(prompt)
        if found is None:
            return None
        topic = found["topic"].strip(" \"'“”")
        if not self._knowledge.names(topic):
            return None
        return "lookup_knowledge", {"topic": topic}

    def _call(self, prompt: str, request: Request) -> tuple[str, dict[str, Any]] | None:
        """A call that is spelt out: `fx_rate EUR`, `call fx_rate(currency="EUR")`, `use fx_rate with currency EUR`."""
        found = _CALL.match(prompt)
        rest = found["rest"] if found else ""
        for name in self._tools:
            after = re.match(rf"{re.escape(name)}\b(?P<given>.*)$", rest, re.IGNORECASE | re.DOTALL)
            spec = next((spec for spec in request.tools if spec.name == name), None)
            if after is not None and spec is not None:
                return name, _arguments(after["given"], spec.parameters)
        return None


def beside(
    route: Sequence[Provider], knowledge: Knowledge, tools: Sequence[str], left: Unfinished | None
) -> tuple[Provider, ...]:
    """A route with the user's notes and tools beside the built-in model."""
    return tuple(
        Aside(provider, knowledge, tools, left) if provider.name == "offline" else provider for provider in route
    )


def _arguments(given: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    text = given.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    found: dict[str, Any] = {
        key: _value(value, properties[key]) for key, value in _PAIR.findall(text) if key in properties
    }
    if found:
        return found
    text = re.sub(r"^(?:with|for|of|on|to|in)\b", "", text.strip(), flags=re.IGNORECASE)
    parts = [
        part for part in re.findall(r"\"[^\"]*\"|'[^']*'|[^\s,;]+", text) if part.casefold() not in ("and", "with")
    ]
    names = list(properties)
    while len(parts) >= 2 and parts[0] in names:
        found[parts[0]] = _value(parts[1], properties[parts[0]])
        parts = parts[2:]
    for name, part in zip([name for name in names if name not in found], parts, strict=False):
        found[name] = _value(part, properties[name])
    return found


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    plain = text.strip("\"'")
    if schema.get("type") in ("integer", "number", "boolean", "array", "object"):
        try:
            return json.loads(plain.casefold() if schema["type"] == "boolean" else plain)
        except ValueError:
            return plain
    return plain


def _told(since: Sequence[Message]) -> str:
    """The results of the calls, as sentences."""
    lines = []
    for message in since:
        if message.role != "tool":
            continue
        try:
            result = json.loads(message.content)
        except ValueError:
            result = {"result": message.content}
        if not result.get("ok", True):
            lines.append(str(result.get("error")))
        elif message.name == "lookup_knowledge":
            lines += [f"**{note['topic']}**: {note['note']}" for note in result.get("notes", ())]
        else:
            value = {key: part for key, part in result.items() if key != "ok"}
            shown = value["result"] if set(value) == {"result"} else value
            lines.append(
                f"{message.name}: {shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)}"
            )
    return "\n\n".join(lines) or "Done."


def _says(text: str) -> list[Delta]:
    return [TextDelta(text), UsageDelta(0, len(text) // 4, cost=0.0, estimated=True), Finish("stop")]


def _last_prompt(messages: Sequence[Message]) -> tuple[str, Sequence[Message]]:
    for index in range(len(messages) - 1, -1, -1):
        if messages[index].role == "user":
            return messages[index].content, messages[index + 1 :]
    return "", ()
