"""Anthropic's own Messages interface, through the `anthropic` SDK."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from canvas_widget.agent.providers.anthropic_messages import ThinkingKept, payload
from canvas_widget.agent.providers.connection import Connection
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.mapping import explain, garbage
from canvas_widget.agent.stream import (
    Delta,
    Finish,
    FinishReason,
    ReasoningDelta,
    Request,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from canvas_widget.agent.usage.prices import priced, warm_up

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncStream

__all__ = ["AnthropicProvider", "connect", "stream_of_objects"]

_FINISHED: dict[str, FinishReason] = {
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "content_filter",
}


class AnthropicProvider:
    """Anthropic, or a server that speaks its Messages interface, behind the provider port."""

    def __init__(self, endpoint: Endpoint, connection: Connection[AsyncAnthropic] | None = None) -> None:
        self.endpoint = endpoint
        self.connection = connection or Connection(lambda: connect(endpoint))
        self._thinking = ThinkingKept()

    @property
    def name(self) -> str:
        return self.endpoint.name

    @property
    def model(self) -> str:
        return self.endpoint.model

    async def aclose(self) -> None:
        """Close its connections; the next request opens new ones."""
        await self.connection.aclose()

    async def warm_up(self) -> None:
        """Import the SDK and make the client, so that the first request need not wait for it."""
        await self.connection.client()

    def body(self, request: Request) -> dict[str, Any]:
        """What a request is sent as."""
        return payload(request, self.endpoint, self._thinking)

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        """The deltas of one answer.

        Raises:
            ProviderFailure: what went wrong, in plain words, with nothing secret in them.
        """
        endpoint = self.endpoint
        reader = _Reader(endpoint)
        events: Any = None
        try:
            client = await self.connection.client()
            async with asyncio.timeout(endpoint.read_timeout + endpoint.connect_timeout):
                events = await client.post(
                    "/v1/messages",
                    cast_to=object,
                    body=self.body(request),
                    stream=True,
                    stream_cls=stream_of_objects(),
                )
            waiting = aiter(events)
            while True:
                async with asyncio.timeout(endpoint.read_timeout):
                    event = await anext(waiting, None)
                if event is None:
                    break
                for delta in reader.read(event):
                    yield delta
        except Exception as error:
            raise explain(error, endpoint, request.model) from None
        finally:
            if events is not None:
                await events.close()
        self._thinking.keep(reader.thinking, reader.calls)
        if reader.prompt_tokens is not None and reader.completion_tokens is not None:
            usage = UsageDelta(
                reader.prompt_tokens,
                reader.completion_tokens,
                cache_read_tokens=reader.cache_read,
                cache_write_tokens=reader.cache_write,
            )
            yield priced(usage, endpoint.name, request.model or endpoint.model, endpoint.base_url)
        if reader.finished and reader.reason is not None:
            yield Finish(reader.reason)


class _Reader:
    """Takes the events of one message, gives deltas; what comes only once is kept for the end."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.reason: FinishReason | None = None
        self.finished = False
        self.prompt_tokens: int | None = None
        self.completion_tokens: int | None = None
        self.cache_read = 0
        self.cache_write = 0
        self.calls: list[str] = []
        self.thinking: list[dict[str, str]] = []
        self._open: dict[int, dict[str, str]] = {}
        self._given: dict[int, str] = {}

    def read(self, event: Any) -> list[Delta]:
        """The deltas of one event, whatever shape the server gave it."""
        try:
            return list(self._read(event))
        except (AttributeError, TypeError, ValueError, KeyError):
            raise garbage(self.endpoint) from None

    def _read(self, event: Any) -> Iterator[Delta]:
        match event["type"]:
            case "content_block_delta":
                yield from self._piece(event["index"], event["delta"])
            case "message_start":
                self._count(event["message"].get("usage"))
            case "content_block_start":
                yield from self._begin(event["index"], event["content_block"])
            case "content_block_stop":
                yield from self._end(event["index"])
            case "message_delta":
                self._count(event.get("usage"))
                self._stopped(event["delta"].get("stop_reason"))
            case "message_stop":
                self.finished = True

    def _begin(self, index: int, block: dict[str, Any]) -> Iterator[Delta]:
        match block["type"]:
            case "text" if block.get("text"):
                yield TextDelta(_text(block["text"]))
            case "tool_use":
                self.calls.append(block["id"])
                self._given[index] = json.dumps(block["input"], ensure_ascii=False) if block.get("input") else ""
                yield ToolCallDelta(index, _text(block["id"]), _text(block["name"]))
            case "thinking":
                held = self._open[index] = {
                    "type": "thinking",
                    "thinking": block.get("thinking") or "",
                    "signature": "",
                }
                self.thinking.append(held)
                if held["thinking"]:
                    yield ReasoningDelta(_text(held["thinking"]))
            case "redacted_thinking":
                self.thinking.append({"type": "redacted_thinking", "data": _text(block["data"])})

    def _piece(self, index: int, delta: dict[str, Any]) -> Iterator[Delta]:
        match delta["type"]:
            case "text_delta" if delta["text"]:
                yield TextDelta(_text(delta["text"]))
            case "input_json_delta" if delta["partial_json"]:
                self._given.pop(index, None)
                yield ToolCallDelta(index, arguments=_text(delta["partial_json"]))
            case "thinking_delta" if delta["thinking"]:
                if index in self._open:
                    self._open[index]["thinking"] += delta["thinking"]
                yield ReasoningDelta(_text(delta["thinking"]))
            case "signature_delta" if index in self._open:
                self._open[index]["signature"] += delta["signature"]

    def _end(self, index: int) -> Iterator[Delta]:
        """Some servers give a call's arguments whole at its beginning, and nothing after it."""
        if arguments := self._given.pop(index, ""):
            yield ToolCallDelta(index, arguments=arguments)

    def _count(self, usage: dict[str, Any] | None) -> None:
        if not usage:
            return
        if usage.get("input_tokens") is not None:
            self.cache_read = int(usage.get("cache_read_input_tokens") or 0)
            self.cache_write = int(usage.get("cache_creation_input_tokens") or 0)
            self.prompt_tokens = int(usage["input_tokens"]) + self.cache_read + self.cache_write
        if usage.get("output_tokens") is not None:
            self.completion_tokens = int(usage["output_tokens"])

    def _stopped(self, reason: str | None) -> None:
        if reason == "pause_turn":
            message = f"{self.endpoint.label} paused in the middle of its answer. Ask again."
            raise ProviderFailure(message, "unavailable")
        if reason:
            self.reason = _FINISHED.get(reason, "stop")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


@lru_cache(maxsize=1)
def stream_of_objects() -> type[AsyncStream[object]]:
    """A stream of events as they are: models made of each one would cost more than the rest of the work."""
    from anthropic import AsyncStream

    return AsyncStream[object]


def connect(endpoint: Endpoint) -> AsyncAnthropic:
    """The SDK's client, with nothing in it of what the environment or a profile sets for another server."""
    from anthropic import AsyncAnthropic, Omit, Timeout

    warm_up()
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    headers: dict[str, Any] = {}
    if not endpoint.built_in:
        for line in os.environ.get("ANTHROPIC_CUSTOM_HEADERS", "").split("\n"):
            if name := line.partition(":")[0].strip():
                headers[name] = Omit()
    headers = {name: value for name, value in headers.items() if name.lower() not in ("x-api-key", "authorization")}
    headers["X-Api-Key"] = key or Omit()
    headers["Authorization"] = Omit()
    return AsyncAnthropic(
        api_key=key,
        base_url=endpoint.base_url.removesuffix("/v1"),
        max_retries=0,
        timeout=Timeout(endpoint.read_timeout, connect=endpoint.connect_timeout),
        default_headers=headers,
        open_telemetry=False,
        webhook_key="",
    )
