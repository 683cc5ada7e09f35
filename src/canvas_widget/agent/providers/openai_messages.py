"""A request as OpenAI-compatible servers want it, and what to leave out of it when one refuses."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.kept import Kept
from canvas_widget.agent.stream import Message, Request, ToolCall

__all__ = ["messages_of", "payload", "refused", "tools_of"]

_SPARE = ("stream_options", "temperature", "max_completion_tokens", "max_tokens")
"""What an answer can do without."""
_NINE = re.compile(r"[A-Za-z0-9]{9}")


def payload(
    request: Request, endpoint: Endpoint, kept: Kept[dict[str, Any]], refused: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The body of a request."""
    model = request.model or endpoint.model
    built: dict[str, Any] = {
        "model": model,
        "messages": messages_of(request, endpoint, kept),
        "stream": True,
        **endpoint.limits(model, request.temperature, request.max_tokens, refused),
    }
    if request.tools:
        built["tools"] = tools_of(request)
    return built


def messages_of(
    request: Request, endpoint: Endpoint | None = None, kept: Kept[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """The messages of a request."""
    nine = endpoint is not None and endpoint.quirks.nine
    return [_message(message, kept, nine=nine) for message in request.messages]


def tools_of(request: Request) -> list[dict[str, Any]]:
    """The tools of a request."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
        }
        for tool in request.tools
    ]


def refused(error: Any, sent: dict[str, Any]) -> str | None:
    """The parameter that a server refuses, if the answer can do without it."""
    if getattr(error, "status_code", 0) not in (400, 422):
        return None
    told = json.dumps(getattr(error, "body", None), default=str)
    return next((name for name in _SPARE if name in sent and re.search(rf"\b{name}\b", told)), None)


def _message(message: Message, kept: Kept[dict[str, Any]] | None, *, nine: bool) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": _id(message.tool_call_id or "", nine=nine), "content": message.content}
    if not message.tool_calls:
        return {"role": message.role, "content": message.content}
    calls = []
    back: dict[str, Any] = {}
    for call in message.tool_calls:
        extra = dict((kept.get(call.id) if kept is not None else None) or {})
        if (thought := extra.pop("reasoning_content", None)) is not None:
            back["reasoning_content"] = thought
        calls.append(_call(call, nine=nine) | extra)
    return {"role": message.role, "content": message.content or None, "tool_calls": calls, **back}


def _call(call: ToolCall, *, nine: bool) -> dict[str, Any]:
    function = {"name": call.name, "arguments": _json_object(call.arguments)}
    return {"id": _id(call.id, nine=nine), "type": "function", "function": function}


def _id(call_id: str, *, nine: bool) -> str:
    """The id of a call in the form the server takes; always the same one for the same call."""
    if not nine or _NINE.fullmatch(call_id):
        return call_id
    return hashlib.sha256(call_id.encode()).hexdigest()[:9]


def _json_object(arguments: str) -> str:
    """Arguments that a server can parse: a model's broken JSON is not sent back as it was."""
    try:
        readable = isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        readable = False
    return arguments if readable else "{}"
