"""On whose behalf the running code changes the canvas: the user's, or a turn's when a tool of the user's own runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from canvas_widget.workspace import USER, Actor

__all__ = ["acting", "acting_as"]

_ACTOR: ContextVar[Actor] = ContextVar("canvas_widget_actor", default=USER)


def acting() -> Actor:
    """Who acts now."""
    return _ACTOR.get()


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Let what runs inside, in this thread or task, act for somebody."""
    token = _ACTOR.set(actor)
    try:
        yield
    finally:
        _ACTOR.reset(token)
