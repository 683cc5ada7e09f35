"""What a provider would be sent for a request: exactly the messages and the tools of its HTTP body."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from canvas_widget.agent.stream import Provider, Request

__all__ = ["sent"]


def sent(provider: Provider, request: Request) -> dict[str, Any]:
    """The part of the body that says anything: its system text where that stands apart, messages, and tools.

    For a provider that sends nothing (a replayed one) what the request holds.
    """
    body = getattr(provider, "body", None)
    found: dict[str, Any]
    if body is not None:
        found = body(request)
    else:
        found = {"messages": list(map(asdict, request.messages)), "tools": list(map(asdict, request.tools))}
    return {key: found[key] for key in ("system", "messages", "tools") if found.get(key)}
