"""Whether a frame may go on to its canvas, by whichever carrier it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canvas_widget.errors import Unauthenticated
from canvas_widget.session.protocol import CLIENT_FRAMES
from canvas_widget.session.spelling import canonical

if TYPE_CHECKING:
    from canvas_widget.server.hub import Hub
    from canvas_widget.server.identity import Caller

__all__ = ["MAX_RUNNING", "MAX_WAITING_BYTES", "admit"]

MAX_WAITING_BYTES = 1_048_576
"""What may wait for a slow client before it gets a snapshot instead."""

MAX_RUNNING = 32
"""Frames of one client that are handled at a time."""

EDITS = ("canvas_edit", "undo", "redo", "arrange", "redraw", "set_control", "clear_conversation", "call_tool")
BUCKETS = {"user_prompt": "prompts", "take_screenshot": "work", "refresh": "work", **dict.fromkeys(EDITS, "edits")}
"""What a frame is counted as."""


def admit(hub: Hub, caller: Caller, frame: dict[str, Any]) -> None:
    """Count a frame of a caller.

    Raises:
        Unauthenticated: the caller's token is good for nothing any more.
        RateLimited: their prompts, or their edits, are used up for now.
    """
    if hub.stopping or not hub.tokens.good(caller):
        raise Unauthenticated("The token has expired or was revoked. Sign in again.")
    kind = str(canonical(frame).get("type", ""))
    hub.metrics.frames.labels(kind if kind in CLIENT_FRAMES else "unknown").inc()
    if (bucket := BUCKETS.get(kind)) is not None:
        hub.buckets[bucket].take(caller.user_id)
