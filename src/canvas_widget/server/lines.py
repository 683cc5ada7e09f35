"""Frames over plain HTTP, for pages that no WebSocket reaches: a queue that is read, and frames that are posted."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import CanvasError, NotFound, RateLimited
from canvas_widget.server.admission import MAX_RUNNING, MAX_WAITING_BYTES, admit
from canvas_widget.server.frames import encode, error_frame

if TYPE_CHECKING:
    from canvas_widget.server.hosts import Connection
    from canvas_widget.server.hub import Hub
    from canvas_widget.server.identity import Caller
    from canvas_widget.session import Frame

__all__ = ["HttpLine", "Lines"]

UNREAD = 60.0
"""Seconds after which a line that nobody reads is let go."""

MOST = 64
"""Lines that one user may hold at a time."""


class HttpLine:
    """One client's line to a canvas. It is read by one request at a time: a newer one takes over."""

    connection: Connection

    def __init__(self, hub: Hub, caller: Caller) -> None:
        self.hub = hub
        self.caller = caller
        self.name = secrets.token_urlsafe(18)
        self.used = time.monotonic()
        self.over = False
        self.readers = 0
        self._waiting: deque[Frame] = deque()
        self._bytes = 0
        self._overrun = self._snapshot = False
        self._news = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    # -- out -------------------------------------------------------------------------------------------------------

    def send(self, frame: Frame, buffers: list[bytes]) -> None:  # noqa: ARG002  (no client of ours asks for Arrow here)
        """Queue a frame; past the bound the queue is dropped, and a snapshot follows when the client reads again."""
        if self._overrun or self.over:
            return
        size = len(encode(frame))
        if self._waiting and not self._snapshot and self._bytes + size > MAX_WAITING_BYTES:
            self._waiting.clear()
            self._bytes, self._overrun = 0, True
        else:
            self._waiting.append(frame)
            self._bytes += size
        if frame["type"] == "session_closed":
            self.over = True
        self._news.set()

    def reader(self) -> int:
        """A number for a request that reads from now on, instead of the one that did: that one is told at once."""
        self.readers += 1
        self._news.set()
        return self.readers

    async def read(self, wait: float, mine: int) -> list[Frame]:
        """What waits, or what comes within `wait` seconds; nothing, too, when another request reads instead."""
        if mine != self.readers:
            return []
        self.used = time.monotonic()
        if self._overrun:
            await self._resync()
        if not self._waiting and not self.over:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), wait)
            except TimeoutError:
                pass
            finally:
                self.used = time.monotonic()
            if mine != self.readers:
                return []
        found = list(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return found

    async def _resync(self) -> None:
        """Give a client that fell behind the whole canvas again."""
        self.hub.metrics.snapshots.inc()
        self._overrun, self._snapshot = False, True
        try:
            await self.connection.receive({"type": "init_session", "data": {"last_seq": -1}})
        finally:
            self._snapshot = False

    @property
    def done(self) -> bool:
        """Whether nothing will ever come any more."""
        return self.over and not self._waiting

    # -- in --------------------------------------------------------------------------------------------------------

    async def receive(self, frame: dict[str, Any]) -> None:
        """Hand a frame to the canvas; one that is refused is answered on the line."""
        request_id = frame["id"] if isinstance(frame.get("id"), str) else None
        try:
            admit(self.hub, self.caller, frame)
        except CanvasError as error:
            self.hub.metrics.refused.labels(error.error_code).inc()
            self.send(error_frame(error, request_id, self.connection.session_id), [])
            return
        if frame.get("type") == "handshake" and isinstance(frame.get("data"), dict):
            frame = {**frame, "data": {**frame["data"], "arrow": False}}
        task = asyncio.get_running_loop().create_task(self.connection.receive(frame))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        if len(self._running) >= MAX_RUNNING:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    def close(self) -> None:
        """Leave the canvas and wake who reads."""
        self.over = True
        self.connection.close()
        self._news.set()


class Lines:
    """The lines of this server, each known to its caller alone."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._all: dict[str, HttpLine] = {}

    def new(self, caller: Caller) -> HttpLine:
        """A line that is not connected yet.

        Raises:
            RateLimited: the caller holds too many.
        """
        if sum(line.caller.user_id == caller.user_id for line in self._all.values()) >= MOST:
            raise RateLimited(f"At most {MOST} lines at a time. Let one go first.", retry_after=UNREAD)
        return HttpLine(self._hub, caller)

    def keep(self, line: HttpLine, connection: Connection) -> None:
        """Take in a line that is connected."""
        line.connection = connection
        self._all[line.name] = line

    def get(self, name: str, caller: Caller) -> HttpLine:
        """A line of the caller's.

        Raises:
            NotFound: there is none, or not any more, or it is another's.
        """
        line = self._all.get(name)
        if line is None or line.caller.user_id != caller.user_id or line.caller.jupyter != caller.jupyter:
            raise NotFound("There is no such line, or not any more. Begin another and resume with last_seq.")
        line.caller = caller  # a renewed token counts from now on
        return line

    def end(self, line: HttpLine) -> None:
        """Let a line go."""
        self._all.pop(line.name, None)
        line.close()

    def expire(self) -> None:
        """Let go of lines that nobody reads."""
        now = time.monotonic()
        for line in tuple(self._all.values()):
            if now - line.used > UNREAD:
                self.end(line)

    def drop(self) -> None:
        """Let go of lines whose tokens are good for nothing any more."""
        for line in tuple(self._all.values()):
            if not self._hub.tokens.good(line.caller):
                self.end(line)

    def close(self) -> None:
        """Let go of all."""
        for line in tuple(self._all.values()):
            self.end(line)
