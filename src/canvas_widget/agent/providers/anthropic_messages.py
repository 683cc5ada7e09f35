"""A request as Anthropic's Messages interface wants it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.kept import Kept
from canvas_widget.agent.stream import Message, Request

__all__ = ["ThinkingKept", "payload"]

MOST_TOKENS = 4096
"""Tokens of an answer where the request does not say: the interface needs a number."""

_UNFIT = re.compile(r"[^a-zA-Z0-9_-]")
_TAKES_TEMPERATURE = re.compile(r"claude-(2|3|instant|(opus|sonnet|haiku)-4(-[0-6])?(-\d{8}|-latest)?$)")
_MARK = {"type": "ephemeral"}

Block = dict[str, Any]


class ThinkingKept(Kept[tuple[Block, ...]]):
    """The thinking before a call, by the call's id. The server wants its own, signed blocks back with the call."""

    def keep(self, blocks: Sequence[Block], calls: Sequence[str]) -> None:
        """Keep what can be given back: thinking without its signature cannot."""
        whole = tuple(dict(block) for block in blocks if block.get("signature") or block.get("data"))
        if whole and calls:
            self.put(calls[0], whole)

    def before(self, call_id: str) -> list[Block]:
        """The blocks that came before a call."""
        return [dict(block) for block in self.get(call_id) or ()]


def payload(request: Request, endpoint: Endpoint, thinking: ThinkingKept) -> dict[str, Any]:
    """The body of a request."""
    model = request.model or endpoint.model
    system = "\n\n".join(message.content for message in request.messages if message.role == "system")
    built: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens or MOST_TOKENS,
        "messages": _alternating(request.messages, thinking),
        "stream": True,
    }
    tools = [
        {"name": tool.name, "description": tool.description, "input_schema": tool.parameters} for tool in request.tools
    ]
    if not tools:
        tools = _named(request.messages)
        if tools:
            built["tool_choice"] = {"type": "none"}
    if tools:
        tools[-1]["cache_control"] = _MARK
        built["tools"] = tools
    if system.strip():
        block: Block = {"type": "text", "text": system}
        if request.tools:
            block["cache_control"] = _MARK
        built["system"] = [block]
    if request.temperature is not None and _TAKES_TEMPERATURE.search(model):
        built["temperature"] = min(request.temperature, 1.0)
    return built


def _named(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The tools that the messages speak of: where no tool is offered any more they must still be known."""
    names = dict.fromkeys(_fit(call.name) for message in messages for call in message.tool_calls)
    return [{"name": name, "input_schema": {"type": "object"}} for name in names]


def _alternating(messages: Sequence[Message], thinking: ThinkingKept) -> list[dict[str, Any]]:
    """User and assistant in turn; results of calls made together stand in one user message, before any text."""
    turns: list[tuple[str, list[Block]]] = []
    for message in messages:
        if message.role == "system":
            continue
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message, thinking)
        if not blocks:
            continue
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(blocks)
        else:
            turns.append((role, blocks))
    if turns and turns[0][0] == "assistant":
        turns.insert(0, ("user", [{"type": "text", "text": "(What was said before is left out.)"}]))
    for role, blocks in turns:
        if role == "user":
            blocks.sort(key=lambda block: block["type"] != "tool_result")
    return [{"role": role, "content": blocks} for role, blocks in turns]


def _blocks(message: Message, thinking: ThinkingKept) -> list[Block]:
    if message.role == "tool":
        result: Block = {"type": "tool_result", "tool_use_id": _fit(message.tool_call_id or "")}
        result["content"] = message.content
        if message.content.startswith('{"ok":false'):
            result["is_error"] = True
        return [result]
    blocks: list[Block] = thinking.before(message.tool_calls[0].id) if message.tool_calls else []
    if message.content.strip():
        blocks.append({"type": "text", "text": message.content})
    blocks += [
        {"type": "tool_use", "id": _fit(call.id), "name": _fit(call.name), "input": _object(call.arguments)}
        for call in message.tool_calls
    ]
    return blocks


def _fit(name: str) -> str:
    """An id or a name in the letters that the interface takes; those of other providers may have more."""
    return _UNFIT.sub("_", name)[:128] or "_"


def _object(arguments: str) -> dict[str, Any]:
    try:
        found = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
