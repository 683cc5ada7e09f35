"""Any server that speaks OpenAI's chat completions, through the `openai` SDK."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from canvas_widget.agent.providers.connection import Connection
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.mapping import explain, garbage
from canvas_widget.agent.stream import (
    Delta,
    Finish,
    FinishReason,
    Message,
    ReasoningDelta,
    Request,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from canvas_widget.agent.usage.prices import priced, warm_up

if TYPE_CHECKING:
    from openai import AsyncOpenAI

__all__ = ["OpenAICompatible", "connect"]

_FINISHED: dict[str, FinishReason] = {
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
}


class OpenAICompatible:
    """A provider behind an OpenAI-compatible endpoint. Each event loop gets connections of its own."""

    def __init__(self, endpoint: Endpoint, connection: Connection[AsyncOpenAI] | None = None) -> None:
        self.endpoint = endpoint
        self.connection = connection or Connection(lambda: connect(endpoint))

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

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        """The deltas of one answer.

        Raises:
            ProviderFailure: what went wrong, in plain words, with nothing secret in them.
        """
        chunks: Any = None
        usage: UsageDelta | None = None
        reason: Finish | None = None
        try:
            client = await self.connection.client()
            async with asyncio.timeout(self.endpoint.read_timeout + self.endpoint.connect_timeout):
                chunks = await client.chat.completions.create(**_payload(request, self.endpoint))
            waiting = aiter(chunks)
            while True:
                async with asyncio.timeout(self.endpoint.read_timeout):
                    chunk = await anext(waiting, None)
                if chunk is None:
                    break
                for delta in _read(chunk, self.endpoint):
                    match delta:
                        case UsageDelta():
                            usage = delta
                        case Finish():
                            reason = delta
                        case _:
                            yield delta
        except Exception as error:
            raise explain(error, self.endpoint, request.model) from None
        finally:
            if chunks is not None:
                await chunks.close()
        if usage is not None:
            model = request.model or self.endpoint.model
            yield priced(usage, self.endpoint.name, model, self.endpoint.base_url)
        if reason is not None:
            yield reason


def connect(endpoint: Endpoint) -> AsyncOpenAI:
    """The SDK's client, with nothing in it of what the environment sets for another server."""
    from openai import AsyncOpenAI, Omit, Timeout

    warm_up()
    key = endpoint.api_key.get_secret_value() if endpoint.api_key else ""
    headers: dict[str, Any] = {}
    if not (endpoint.name == "openai" and endpoint.built_in):
        for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n"):
            name = line.partition(":")[0].strip()
            if name and name.lower() != "authorization":
                headers[name] = Omit()
    if key:
        headers["Authorization"] = f"Bearer {key}"
    client = AsyncOpenAI(
        api_key=key or "none",
        admin_api_key="",
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=Timeout(endpoint.read_timeout, connect=endpoint.connect_timeout),
        default_headers=headers,
    )
    if not (endpoint.name == "openai" and endpoint.built_in):
        client.organization = None
        client.project = None
    return client


def _payload(request: Request, endpoint: Endpoint) -> dict[str, Any]:
    from openai import Omit

    model = request.model or endpoint.model
    payload: dict[str, Any] = {} if endpoint.api_key else {"extra_headers": {"Authorization": Omit()}}
    payload |= {
        "model": model,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        **endpoint.limits(model, request.temperature, request.max_tokens),
    }
    if request.tools:
        payload["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
            }
            for tool in request.tools
        ]
    return payload


def _message(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.content}
    if not message.tool_calls:
        return {"role": message.role, "content": message.content}
    return {
        "role": message.role,
        "content": message.content or None,
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": _json_object(call.arguments)},
            }
            for call in message.tool_calls
        ],
    }


def _json_object(arguments: str) -> str:
    """Arguments that a server can parse: a model's broken JSON is not sent back as it was."""
    try:
        readable = isinstance(json.loads(arguments), dict)
    except ValueError:
        readable = False
    return arguments if readable else "{}"


def _read(chunk: Any, endpoint: Endpoint) -> list[Delta]:
    """The deltas of one chunk, whatever shape the server gave it."""
    try:
        found: list[Delta] = []
        for choice in (chunk.choices or ())[:1]:
            found += _deltas(choice.delta)
            if (reason := _reason(choice, endpoint)) is not None:
                found.append(Finish(reason))
        if (usage := _usage(chunk)) is not None:
            found.append(usage)
    except (AttributeError, TypeError, ValueError, KeyError):
        raise garbage(endpoint) from None
    return found


def _deltas(delta: Any) -> Iterator[Delta]:
    if delta is None:
        return
    extra = delta.model_extra or {}
    for name in ("reasoning_content", "reasoning", "thinking"):
        if isinstance(extra.get(name), str) and extra[name]:
            yield ReasoningDelta(extra[name])
            break
    yield from _content(delta.content)
    if delta.refusal:
        yield TextDelta(str(delta.refusal))
    for number, call in enumerate(delta.tool_calls or ()):
        function = call.function
        yield ToolCallDelta(
            index=number if call.index is None else call.index,
            id=call.id or None,
            name=function.name if function else None,
            arguments=_arguments(function.arguments if function else None),
        )
    if delta.function_call is not None:
        yield ToolCallDelta(0, None, delta.function_call.name, _arguments(delta.function_call.arguments))


def _content(content: Any) -> Iterator[Delta]:
    if isinstance(content, str):
        if content:
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


def _reason(choice: Any, endpoint: Endpoint) -> FinishReason | None:
    given = choice.finish_reason
    if not given:
        return None
    if given == "error":
        raise ProviderFailure(f"{endpoint.label} failed in the middle of its answer. Ask again.", "unavailable")
    return _FINISHED.get(given, "stop")


def _usage(chunk: Any) -> UsageDelta | None:
    usage = chunk.usage
    if usage is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    cost = (usage.model_extra or {}).get("cost")
    known = float(cost) if isinstance(cost, int | float) else None
    return UsageDelta(int(usage.prompt_tokens), int(usage.completion_tokens), known)
