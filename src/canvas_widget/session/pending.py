"""A prompt that runs or waits, and what its frames say of it."""

from __future__ import annotations

import asyncio
import threading
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canvas_widget.agent import Done
from canvas_widget.errors import Cancelled, CanvasError
from canvas_widget.session.protocol import UserPrompt
from canvas_widget.session.turn import Turn

if TYPE_CHECKING:
    from canvas_widget.agent.providers.cassette import CassetteMode
    from canvas_widget.agent.typed import Typed

__all__ = ["Pending", "ending", "named", "started", "typed_of", "wanted_of"]


@dataclass(eq=False, slots=True)
class Pending:
    """A prompt with its options, and what ends it."""

    turn: Turn
    payload: UserPrompt
    cell: str | None
    append: bool
    source: str
    cassette: CassetteMode | None
    typed: Typed | None = None
    context: Context = field(default_factory=copy_context)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    cancel: threading.Event = field(default_factory=threading.Event)


def typed_of(payload: UserPrompt) -> Typed | None:
    """The shape that a prompt's schema asks for."""
    if payload.schema_ is None:
        return None
    from canvas_widget.agent.typed import typed

    return typed(payload.schema_)


def named(turn: Turn) -> dict[str, Any]:
    """A turn as `queue` and `turn_started` name it."""
    return {"turn_id": turn.turn_id, "prompt": turn.prompt, "conversation_id": turn.conversation_id}


def started(pending: Pending) -> dict[str, Any]:
    """The payload of `turn_started`."""
    return {**named(pending.turn), "source": pending.source}


def wanted_of(payload: UserPrompt) -> str | None:
    """The provider and model that a prompt names, as PROVIDER/MODEL."""
    if payload.provider and payload.model:
        return f"{payload.provider}/{payload.model}"
    return payload.model or payload.provider


def ending(error: BaseException | None) -> Done:
    """How a turn ended that did not say so itself."""
    if error is None or isinstance(error, Cancelled | asyncio.CancelledError):
        return Done("cancelled")
    if isinstance(error, CanvasError):
        return Done("error", error=error)
    failure = CanvasError(f"The turn failed: {type(error).__name__}: {error}. What it had finished stays.")
    failure.__cause__ = error
    return Done("error", error=failure)
