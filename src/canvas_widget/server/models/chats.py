"""Prompts, answers and conversations."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from canvas_widget.server.models.common import Id, Model, OfCanvas

__all__ = ["Chat", "ChatAnswer", "History", "OfConversation", "Text"]

Conversation = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class OfConversation(OfCanvas):
    """Which conversation of which canvas."""

    conversation_id: Conversation | None = None


class Chat(Model):
    """A prompt. With `schema`, a JSON schema, the answer is a value of that shape; with `stream`, events are sent."""

    message: str = Field(min_length=1, max_length=100_000)
    conversation_id: Conversation | None = None
    session_id: Id | None = None
    provider: str | None = Field(default=None, max_length=100)
    model: str | None = Field(default=None, max_length=200)
    strategy: str | None = Field(default=None, max_length=100)
    extended: bool = False
    datasets: list[str] | None = None
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    stream: bool = False


class ChatAnswer(Model):
    """An answer, how far it can be trusted, and what it took."""

    success: bool
    response: str
    confidence: Literal["High", "Medium", "Low"] | None = None
    confidence_reason: str | None = None
    chart: str | None = None
    value: Any = None
    parse: dict[str, Any] | None = None
    conversation_id: str
    metadata: dict[str, Any]


class History(Model):
    """What was said in a conversation."""

    conversation_id: str
    messages: list[dict[str, Any]]


class Text(Model):
    """Text in markdown."""

    text: str
