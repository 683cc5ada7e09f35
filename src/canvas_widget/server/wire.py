"""The WebSocket protocol as Tornado speaks it, but for four things."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

from tornado.iostream import IOStream
from tornado.websocket import WebSocketProtocol13

__all__ = ["Wire"]

TEXT, BINARY = 0x1, 0x2

DIRECT = 65_536
"""Bytes up to which a message is handed to the system by itself; Windows takes no more than twice that at a time."""


class Wire(WebSocketProtocol13):
    """Text comes undecoded, writing makes no task, and a peer that misses its ping is dropped at once.

    A frame that is no UTF-8 is answered, not punished. Tornado would wait five more seconds for a dead peer's goodbye.
    Where nothing waits, a message goes straight to the system: Tornado's way makes a future, a callback and a turn of
    the loop for each, which is most of what one delivery costs.
    """

    def _handle_message(self, opcode: int, data: bytes) -> Any:
        if opcode == TEXT and not self.client_terminated:
            return self._run_callback(self.handler.on_text, data)  # type: ignore[attr-defined]
        return super()._handle_message(opcode, data)

    @property
    def busy(self) -> bool:
        """Whether the network has not taken yet what was written."""
        return self.stream.writing()

    def put(self, message: bytes, *, binary: bool) -> asyncio.Future[None]:
        """Write a message; the future is done when the network has taken it.

        Raises:
            StreamClosedError: the connection is gone.
        """
        return self._write_frame(True, BINARY if binary else TEXT, message)

    def put_at_once(self, message: bytes, *, binary: bool) -> None:
        """Write a message before which nothing waits; `busy` tells whether the network has taken it.

        Raises:
            StreamClosedError: the connection is gone.
        """
        frame, taken = _frame(message, binary), 0
        self._wire_bytes_out += len(frame)
        if type(self.stream) is IOStream and not self.stream.closed() and len(frame) <= DIRECT:
            try:
                taken = self.stream.write_to_fd(memoryview(frame))
            except OSError:  # no room, or no connection: Tornado meets the same, and waits or closes
                taken = 0
        if taken < len(frame):
            self.stream.write(frame[taken:])

    async def periodic_ping(self) -> None:
        """Ping as often as the settings say, until a ping is not answered in time."""
        await super().periodic_ping()
        self._abort()


class _Cache:
    """The message framed last: a broadcast hands the same one to every client."""

    __slots__ = ("frame", "message")

    def __init__(self) -> None:
        self.message: bytes | None = None
        self.frame = b""


_last = _Cache()


def _frame(message: bytes, binary: bool) -> bytes:
    """A whole message as one unmasked frame (RFC 6455, 5.2)."""
    if _last.message is not message or binary:
        size = len(message)
        if size < 126:
            length = struct.pack("B", size)
        elif size <= 0xFFFF:
            length = struct.pack("!BH", 126, size)
        else:
            length = struct.pack("!BQ", 127, size)
        frame = bytes([0x80 | (BINARY if binary else TEXT)]) + length + message
        if binary:
            return frame
        _last.message, _last.frame = message, frame
    return _last.frame
