"""The WebSocket: frames in, frames out, and nothing a client sends can break it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable
from typing import Any
from urllib.parse import unquote

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.websocket import WebSocketMixin
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketHandler, WebSocketProtocol

from canvas_widget.errors import CanvasError, Forbidden
from canvas_widget.server.admission import MAX_RUNNING, MAX_WAITING_BYTES, admit
from canvas_widget.server.base import SUBPROTOCOL, CanvasHandler
from canvas_widget.server.frames import encode, encode_binary, error_frame, parse
from canvas_widget.server.hosts import Connection
from canvas_widget.server.identity import Caller
from canvas_widget.server.wire import Wire
from canvas_widget.session import Frame

__all__ = ["CanvasSocket", "KernelSocket", "NewSocket", "SessionSocket"]


class CanvasSocket(WebSocketMixin, WebSocketHandler, CanvasHandler):  # type: ignore[misc,unused-ignore]
    """A client on a socket. Subclasses say which canvas it is for."""

    connection: Connection | None = None
    wire: Wire | None = None

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        """An empty queue: a canvas may speak before the upgrade is done."""
        super().initialize(*args, **kwargs)
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self._waiting_bytes = 0
        self._news = asyncio.Event()
        self._overrun = self._snapshot = False
        self._running: set[asyncio.Task[None]] = set()

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuse before the upgrade who shows no credential or comes from a foreign page."""
        await self.identify()
        if not self.origin_allowed() or (self.caller is None and self.refusal is None):
            self.send_error_info(Forbidden("Sign in first, and from a page of this server."))
        elif self.refusal is None:
            try:
                self.hub.ready()
                await self.locate(self.known())
            except CanvasError as error:
                self.send_error_info(error)

    def check_origin(self, origin: str | None = None) -> bool:  # noqa: ARG002  (tornado's signature)
        """As for every request."""
        return self.origin_allowed()

    @property
    def ping_interval(self) -> float:
        """Seconds between control pings."""
        return self.hub.settings.ping_interval

    @property
    def ping_timeout(self) -> float:
        """Seconds a pong may take."""
        return min(self.hub.settings.ping_timeout, self.hub.settings.ping_interval)

    @property
    def max_message_size(self) -> int:
        """What the transport takes; a smaller frame that is still too long is answered with an error."""
        return 4 * self.hub.settings.max_message_bytes

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        """Ours, which does not close on bytes that are no text, and drops a dead peer at once."""
        made = super().get_websocket_protocol()
        self.wire = None if made is None else Wire(self, False, made.params)  # type: ignore[attr-defined]
        return self.wire

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """`canvas.v1` where it is offered; a token among them is never repeated."""
        return SUBPROTOCOL if SUBPROTOCOL in subprotocols else None

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade; `prepare` has decided whether. Who is gone already is not waited for."""
        if not self._finished and not self._left:
            await super().get(*args, **kwargs)

    async def locate(self, caller: Caller) -> None:
        """Find the canvas this address names, before the upgrade: one that is not there is a plain 404."""
        raise NotImplementedError

    async def connect(self, caller: Caller) -> Connection:
        """A line to the canvas that was found."""
        raise NotImplementedError

    # -- life ------------------------------------------------------------------------------------------------------

    async def open(self, *_: str, **__: str) -> None:
        """The socket is there: find the canvas it is for."""
        self._writer = asyncio.get_running_loop().create_task(self._write())
        self.set_nodelay(True)
        self.hub.sockets.add(self)
        self._opened = asyncio.Event()
        if self.refusal is not None:
            self.end(1008, self.refusal.message)
            self._opened.set()
            return
        self._until_expiry()
        try:
            self.connection = await self.connect(self.known())
        except CanvasError as error:
            self.send(error_frame(error), [])
            self.end(1008 if error.code == 401 else 4000 + error.code, error.message)
        finally:
            self._opened.set()
        if self._left and self.connection is not None:
            self.connection.close()

    def on_close(self) -> None:
        """The socket is gone, it may be before it was open; the canvas lives on."""
        self._left = True
        self.hub.sockets.discard(self)
        if self.connection is not None:
            self.connection.close()
        if self._expiry is not None:
            self._expiry.cancel()
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None

    def end(self, code: int, reason: str) -> None:
        """Close, once what waits has been sent."""
        self._ending = (code, reason)
        self._news.set()

    _left = False
    _writer: asyncio.Task[None] | None = None
    _ending: tuple[int, str] | None = None
    _expiry: asyncio.TimerHandle | None = None

    def _until_expiry(self) -> None:
        """A token that expires closes the socket it opened."""
        if self.caller is not None and self.caller.expires is not None:
            left = max(0.0, self.caller.expires - time.time())
            loop = asyncio.get_running_loop()
            self._expiry = loop.call_later(left, self.end, 1008, "The token has expired. Sign in again.")

    # -- in --------------------------------------------------------------------------------------------------------

    def on_text(self, data: bytes) -> Awaitable[object] | None:
        """A message from the client; what is returned must end before the next one is taken."""
        return self._take(data) if self._opened.is_set() else self._take_later(data)

    async def _take_later(self, data: bytes) -> None:
        await self._opened.wait()
        if (more := self._take(data)) is not None:
            await more

    def _take(self, data: bytes) -> Awaitable[object] | None:
        if self.connection is None:
            return None
        request_id = None
        try:
            frame = parse(data, self.hub.settings.max_message_bytes)
            if isinstance(frame, dict):
                request_id = frame["id"] if isinstance(frame.get("id"), str) else None
                self._count(frame)
        except CanvasError as error:
            self.hub.metrics.refused.labels(error.error_code).inc()
            self.send(error_frame(error, request_id, self.connection.session_id), [])
            return None
        task = asyncio.get_running_loop().create_task(self.connection.receive(frame))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        if len(self._running) < MAX_RUNNING:
            return None
        return asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    def _count(self, frame: dict[str, Any]) -> None:
        """Count a frame, and refuse one too many.

        Raises:
            RateLimited: the user's prompts, or their edits, are used up for now.
        """
        admit(self.hub, self.known(), frame)

    def on_message(self, message: str | bytes) -> None:
        """A binary message: no client sends one."""
        size = len(message)
        error = CanvasError(f"A client's frames are text; a binary message of {size:,} bytes came.")
        error.code, error.error_code = 400, "MALFORMED"
        self.send(error_frame(error), [])

    # -- out -------------------------------------------------------------------------------------------------------

    def send(self, frame: Frame, buffers: list[bytes]) -> None:
        """Queue a frame; past the bound the queue is dropped, and a snapshot follows when the client reads again."""
        if self._overrun or self._ending is not None:
            return
        message = encode_binary(frame, buffers[0]) if buffers else encode(frame)
        if not self._waiting and self._writer is not None and self._at_once(message, bool(buffers)):
            pass
        elif not self._snapshot and self._waiting_bytes + len(message) > MAX_WAITING_BYTES and self._waiting:
            self._waiting.clear()
            self._waiting_bytes = 0
            self._overrun = True
            self._news.set()
        else:
            self._waiting.append((message, bool(buffers)))
            self._waiting_bytes += len(message)
            self._news.set()
        if frame["type"] == "session_closed":
            self.end(1000, "The session has ended.")

    def _at_once(self, message: bytes, binary: bool) -> bool:
        """Hand a message to the network, unless what came before is not through yet."""
        if self.wire is None or self.wire.busy:
            return False
        try:
            self.wire.put_at_once(message, binary=binary)
        except StreamClosedError:
            return False
        return True

    async def _write(self) -> None:
        assert self.wire is not None  # noqa: S101  (the socket is open)
        try:
            while True:
                while self._waiting:
                    message, binary = self._waiting.popleft()
                    self._waiting_bytes -= len(message)
                    await self.wire.put(message, binary=binary)
                if self._overrun:
                    await self._resync()
                    continue
                if self._ending is not None:
                    self.close(*self._ending)
                    return
                self._news.clear()
                await self._news.wait()
        except StreamClosedError:
            return

    async def _resync(self) -> None:
        """Give a client that fell behind the whole canvas again."""
        self.hub.metrics.snapshots.inc()
        self._overrun, self._snapshot = False, True
        try:
            if self.connection is not None:
                await self.connection.receive({"type": "init_session", "data": {"last_seq": -1}})
        finally:
            self._snapshot = False


class SessionSocket(CanvasSocket):
    """`canvas/ws/session/{id}`: join or resume a session."""

    async def locate(self, caller: Caller) -> None:
        """Find the session."""
        self.live = await self.hub.sessions.get(self.path_args[0], caller)

    async def connect(self, caller: Caller) -> Connection:
        """Join it."""
        return self.hub.sessions.connect(self.live, self, caller)


class NewSocket(SessionSocket):
    """`canvas/ws`: a session of one's own, made with the connection."""

    async def locate(self, caller: Caller) -> None:
        """There is nothing to find."""

    async def connect(self, caller: Caller) -> Connection:
        """Make the session."""
        self.hub.buckets["work"].take(caller.user_id)
        self.live = await self.hub.sessions.create(caller)
        return await super().connect(caller)


class KernelSocket(CanvasSocket):
    """`canvas/ws/kernel/{kernel_id}/{canvas}`: a canvas that lives in a kernel."""

    async def locate(self, caller: Caller) -> None:
        """Open a line into the kernel; it is there before the upgrade, so that what is not there is a plain 404."""
        await self.may_use_kernels()
        canvas = unquote(self.path_args[1], errors="replace")
        self.line = await self.hub.kernels.connect(self.path_args[0], canvas, self, caller)
        if self._left:
            self.line.close()

    async def connect(self, caller: Caller) -> Connection:  # noqa: ARG002  (the kernel knows who it is)
        """That line."""
        return self.line
