"""The provider port: what the loop asks of any source of completions, and the neutral deltas it gets back.

A provider is one async generator of deltas. Live, scripted and built-in ones are the same to the loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from canvas_widget.agent.views import CanvasView, CatalogueView

__all__ = [
    "Delta",
    "Finish",
    "FinishReason",
    "Message",
    "Provider",
    "ReasoningDelta",
    "Request",
    "Role",
    "TextDelta",
    "ToolCall",
    "ToolCallDelta",
    "ToolSpec",
    "UsageDelta",
]

Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "tool_calls", "length", "content_filter"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call the model asks for; `arguments` is the JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    An assistant message may carry `tool_calls`; each is answered by one message of role "tool" with its
    `tool_call_id` and the tool's `name`, whose content is compact JSON (`{"ok": true, …}` or
    `{"ok": false, "error": …, "alternatives": […]}`).
    """

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it; `parameters` is a JSON schema of type object."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One step's question: messages (the system prompt first), tools, and read-only views of data and canvas.

    `model` overrides the provider's own; `max_tokens` bounds the answer. Live providers send the messages; the
    built-in one reads the views and the last user message, and never parses the system prompt.
    """

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...]
    catalogue: CatalogueView
    canvas: CanvasView
    model: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of the model's own thinking, where it is given."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of the call at `index`: `id` and `name` come once, `arguments` in fragments that are joined."""

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """Tokens of this step (the last one given counts); `cost` in USD, None when unknown.

    Tokens read from and written to the provider's cache of prompts are part of `prompt_tokens`.
    """

    prompt_tokens: int
    completion_tokens: int
    cost: float | None = None
    estimated: bool = False
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """The answer is whole; a stream that ends without one was cut."""

    reason: FinishReason


Delta = TextDelta | ReasoningDelta | ToolCallDelta | UsageDelta | Finish


class Provider(Protocol):
    """A source of completions.

    `stream` raises `ProviderError` (plain words, never a secret) and nothing else; closing its iterator or
    cancelling the task that reads it ends the request.
    """

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    def stream(self, request: Request) -> AsyncIterator[Delta]: ...
