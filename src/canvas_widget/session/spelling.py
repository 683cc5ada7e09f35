"""Other spellings of the protocol, turned into its own: one place, and nothing after it knows of them."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["canonical"]

_ENVELOPE = frozenset({"type", "data", "id", "session_id", "timestamp", "error", "seq", "reply_to"})
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def _snake(name: str) -> str:
    return _CAMEL.sub(lambda match: "_" + match.group(1).lower(), name)


def canonical(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame in the protocol's own spelling.

    Accepted: payload fields at top level, camelCase names, `chat_message` with `message` (and
    `allow_extended_iterations`) for `user_prompt`, and a bare `{"message": "…"}`.
    """
    named = {_snake(key): value for key, value in frame.items()}
    if "type" not in named and isinstance(named.get("message"), str):
        named["type"] = "chat_message"
    data = named.get("data")
    if data is None:
        data = {}
    if isinstance(data, dict):
        data = {_snake(str(key)): value for key, value in data.items()}
        data = {**{key: value for key, value in named.items() if key not in _ENVELOPE}, **data}
        if named.get("type") == "chat_message":
            named["type"] = "user_prompt"
            if "message" in data:
                data.setdefault("prompt", data.pop("message"))
            if "allow_extended_iterations" in data:
                data.setdefault("extended", data.pop("allow_extended_iterations"))
        if named.get("type") == "init_session":
            data.setdefault("session_id", named.get("session_id"))
    return {key: value for key, value in named.items() if key in _ENVELOPE} | {"data": data}
