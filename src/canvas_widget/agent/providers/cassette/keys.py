"""What a recorded answer is found by: the messages before it, without what differs from run to run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from canvas_widget.agent.stream import Message

__all__ = ["fingerprint", "heard", "key_of"]

VOLATILE = frozenset({"elapsed_ms", "created_at", "updated_at", "timestamp", "filename", "bytes", "turn_id"})
"""Fields of tool results that say when or where, not what."""


def heard(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """The messages as a cassette shows them, without the system prompt, call ids and times."""
    return [_plain(message) for message in messages if message.role != "system"]


def fingerprint(message: dict[str, Any]) -> str:
    """Twelve hex digits that stand for a message of `heard`."""
    return hashlib.sha256(_canonical(message).encode()).hexdigest()[:12]


def key_of(messages: Sequence[dict[str, Any]]) -> str:
    """Sixteen hex digits that stand for all messages of `heard`, in order."""
    joined = "\n".join(fingerprint(message) for message in messages)
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def _plain(message: Message) -> dict[str, Any]:
    plain: dict[str, Any] = {"role": message.role}
    if message.role == "tool":
        plain["tool"] = message.name
        plain["result"] = _without_volatile(_parsed(message.content))
        return plain
    if message.content:
        plain["text"] = message.content
    if message.tool_calls:
        plain["calls"] = [{"tool": call.name, "arguments": _parsed(call.arguments)} for call in message.tool_calls]
    return plain


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _without_volatile(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_volatile(part) for key, part in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [_without_volatile(part) for part in value]
    return value


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
