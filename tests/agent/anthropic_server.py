"""A server on loopback that speaks Anthropic's Messages interface: scripted answers, and its rules for requests.

    with AnthropicServer([said("Hello"), used(("list_datasets", {}))]) as server:
        ...  # CANVAS_WIDGET_ANTHROPIC_BASE_URL=server.address

A turn's steps are those of `ScriptedServer`; the builders here give whole events as text. A request that breaks a
rule of the interface is refused with 400, whatever was scripted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from typing import Any

from agent.scripted_server import ScriptedServer, Status, Turn

__all__ = ["AnthropicServer", "begin", "end", "event", "piece", "said", "thought", "used"]

ID = re.compile(r"^[a-zA-Z0-9_-]+$")


def event(kind: str, **more: Any) -> str:
    """One server-sent event."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n"


def begin(tokens: int = 12, **cache: int) -> str:
    """The event that a message begins with."""
    usage = {"input_tokens": tokens, "output_tokens": 1, **cache}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "scripted"}
    return event("message_start", message={**message, "stop_reason": None, "stop_sequence": None, "usage": usage})


def piece(index: int, kind: str, **more: Any) -> str:
    """A piece of a block."""
    return event("content_block_delta", index=index, delta={"type": kind, **more})


def end(reason: str | None = "end_turn", tokens: int = 3, **more: int) -> list[str]:
    """The events that a message ends with."""
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [
        event("message_delta", delta=delta, usage={"output_tokens": tokens, **more}),
        event("message_stop"),
    ]


def block(index: int, start: dict[str, Any], *pieces: str) -> list[str]:
    """A whole block."""
    opened = event("content_block_start", index=index, content_block=start)
    return [opened, *pieces, event("content_block_stop", index=index)]


def said(*pieces: str, reason: str | None = "end_turn", index: int = 0, whole: bool = True) -> list[str]:
    """A turn that answers with text; without its last events when it is not `whole`."""
    texts = [piece(index, "text_delta", text=text) for text in pieces]
    body = [begin(), event("ping"), *block(index, {"type": "text", "text": ""}, *texts)]
    return [*body, *end(reason)] if whole else body


def used(*wanted: tuple[str, Any], pieces: int = 3, say: str = "") -> list[str]:
    """A turn that calls tools, each call's arguments in fragments."""
    played = [begin()]
    if say:
        played += block(0, {"type": "text", "text": ""}, piece(0, "text_delta", text=say))
    for number, (name, given) in enumerate(wanted, start=1 if say else 0):
        arguments = given if isinstance(given, str) else json.dumps(given)
        size = max(1, -(-len(arguments) // pieces))
        parts = [arguments[start : start + size] for start in range(0, len(arguments), size)]
        fragments = [piece(number, "input_json_delta", partial_json=part) for part in ["", *parts]]
        played += block(
            number, {"type": "tool_use", "id": f"toolu_{name}_{number}", "name": name, "input": {}}, *fragments
        )
    return [*played, *end("tool_use")]


def thought(text: str, signature: str) -> list[str]:
    """A block of thinking at index 0."""
    start = {"type": "thinking", "thinking": "", "signature": ""}
    return block(0, start, piece(0, "thinking_delta", thinking=text), piece(0, "signature_delta", signature=signature))


def broken_rule(request: dict[str, Any]) -> str:
    """The rule that a request breaks; empty when it breaks none."""
    messages = request["messages"]
    if not isinstance(request.get("max_tokens"), int):
        return "max_tokens: Field required"
    if not messages or messages[0]["role"] != "user":
        return "messages: first message must use the user role"
    roles = [message["role"] for message in messages]
    if any(one == other for one, other in pairwise(roles)):
        return "messages: roles must alternate"
    tools = {tool["name"] for tool in request.get("tools", ())}
    if "tool_choice" in request and not tools:
        return "tool_choice: may only be specified while providing tools"
    waiting: set[str] = set()
    for message in messages:
        blocks = message["content"]
        kinds = [found["type"] for found in blocks]
        if any(found["type"] == "text" and not found["text"].strip() for found in blocks):
            return "messages: text content blocks must be non-empty"
        answered = {found["tool_use_id"] for found in blocks if found["type"] == "tool_result"}
        if answered != waiting:
            return f"messages: tool_use ids {waiting ^ answered} were found without tool_result blocks after them"
        if "tool_result" in kinds and kinds[0] != "tool_result":
            return "messages: tool_result blocks must come first"
        waiting = {found["id"] for found in blocks if found["type"] == "tool_use"}
        if any(not ID.match(name) for name in waiting):
            return "messages: tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"
        if waiting and not tools:
            return "Requests which include `tool_use` or `tool_result` blocks must define tools"
    return ""


class AnthropicServer(ScriptedServer):
    """Plays turns; `paths` holds where each request went."""

    def __init__(self, turns: Sequence[Turn] = (), *, port: int = 0) -> None:
        self.paths: list[str] = []
        super().__init__(turns, port=port)

    @property
    def address(self) -> str:
        """The base URL to give a client."""
        return self.url.removesuffix("/v1")

    def next_turn(self, request: dict[str, Any], headers: dict[str, str]) -> Turn:
        turn = super().next_turn(request, headers)
        if rule := broken_rule(request):
            return [Status(400, {"type": "error", "error": {"type": "invalid_request_error", "message": rule}})]
        return turn

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        base: Any = super()._handler()
        paths = self.paths

        class Handler(base):  # type: ignore[misc]
            def do_POST(self) -> None:  # noqa: N802
                paths.append(self.path)
                super().do_POST()

        return Handler
