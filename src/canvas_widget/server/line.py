"""A line to a canvas for one call over HTTP: ask with frames, wherever the canvas lives."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Self

from canvas_widget.errors import CanvasError, TimedOut
from canvas_widget.session import Frame

if TYPE_CHECKING:
    from canvas_widget.server.hosts import Connection

__all__ = ["Line"]

PATIENCE = 60.0
"""Seconds that an answer other than a turn may take."""


class Line:
    """A client of a canvas that is no tab: it asks, waits for what answers it, and leaves."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self._numbers = itertools.count(1)
        self._frames: asyncio.Queue[tuple[Frame, list[bytes]]] = asyncio.Queue()
        self._waiting: dict[str, asyncio.Future[Frame]] = {}
        self._turn = False

    def send(self, frame: Frame, buffers: list[bytes]) -> None:
        """Take a frame from the canvas."""
        future = self._waiting.get(str(frame.get("reply_to", "")))
        if future is not None and not future.done():
            future.set_result(frame)
        elif self._turn:
            self._frames.put_nowait((frame, buffers))

    async def opened(self, connection: Connection) -> Self:
        """Say what kind of client this is."""
        self.connection = connection
        await connection.receive({"type": "handshake", "data": {"client_type": "http"}})
        return self

    def close(self) -> None:
        """Leave."""
        if self.connection is not None:
            self.connection.close()

    async def ask(self, kind: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a frame; returns the data of what answers it.

        Raises:
            CanvasError: the canvas refused, as it said.
            TimedOut: nothing came back.
        """
        assert self.connection is not None  # noqa: S101  (opened before it is asked)
        name = f"http-{next(self._numbers)}"
        future = self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            await self.connection.receive({"type": kind, "id": name, "data": data or {}})
            async with asyncio.timeout(PATIENCE):
                frame = await future
        except TimeoutError:
            raise TimedOut("The canvas does not answer. Is its kernel busy or gone?") from None
        finally:
            del self._waiting[name]
        if frame["type"] == "error":
            raise error_of(frame["error"])
        answer: dict[str, Any] = frame["data"]
        return answer

    async def prompt(self, data: dict[str, Any]) -> str:
        """Ask the agent; returns the turn's id. Its frames come by `turn`."""
        self._turn = True
        return str((await self.ask("user_prompt", data))["turn_id"])

    async def turn(self, turn_id: str) -> AsyncIterator[Frame]:
        """The frames of a turn, to its `done`; an `error` frame of it comes before that."""
        while True:
            frame, _ = await self._frames.get()
            kind = frame["type"]
            if kind == "error" or frame["data"].get("turn_id") == turn_id:
                yield frame
            if kind == "session_closed" or (kind == "done" and frame["data"]["turn_id"] == turn_id):
                return


def error_of(info: dict[str, Any]) -> CanvasError:
    """The error that an envelope carries."""
    error = CanvasError(info["message"], alternatives=info.get("alternatives", ()), retry_after=info.get("retry_after"))
    error.code, error.error_code = info["code"], info["error_code"]
    return error
