"""The WebSocket protocol as Tornado speaks it, but for three things."""

from __future__ import annotations

import asyncio
from typing import Any

from tornado.websocket import WebSocketProtocol13

__all__ = ["Wire"]

TEXT, BINARY = 0x1, 0x2


class Wire(WebSocketProtocol13):
    """Text comes undecoded, writing makes no task, and a peer that misses its ping is dropped at once.

    A frame that is no UTF-8 is answered, not punished. Tornado would wait five more seconds for a dead peer's goodbye.
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

    async def periodic_ping(self) -> None:
        """Ping as often as the settings say, until a ping is not answered in time."""
        await super().periodic_ping()
        self._abort()
