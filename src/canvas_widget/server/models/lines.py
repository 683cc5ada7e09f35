"""What the routes take and give that carry frames where no WebSocket can be had."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from canvas_widget.server.models.common import Model

__all__ = ["Frames", "LineInfo", "LineQuery"]


class LineInfo(Model):
    """A line to a canvas: frames over HTTP, where no WebSocket can be had."""

    line: str
    session_id: str | None = None


class Frames(Model):
    """Frames for a canvas, in order."""

    frames: list[dict[str, Any]] = Field(max_length=200)


class LineQuery(Model):
    """How to read: wait up to so many seconds for a frame, or have them all as server-sent events."""

    wait: float = Field(default=20, ge=0, le=30)
    stream: bool = False
