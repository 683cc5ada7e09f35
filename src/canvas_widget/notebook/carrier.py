"""The anywidget carrier: frames as custom messages, at once as long as the notebook server lets so many through."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from canvas_widget.session import Frame

__all__ = ["Allowance", "WidgetClient"]

_log = logging.getLogger(__name__)

INTERVAL_SECONDS = 1 / 30
"""Between two messages of one client, once the allowance is used up."""

BURST, PER_SECOND = 600, 300
"""Messages of all clients of a kernel: at most 1,500 in any 3 s, half of what the notebook server lets through."""

Send = Callable[[dict[str, Any], list[bytes]], None]


class Allowance:
    """How many messages may leave at once: a token bucket."""

    def __init__(self, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        self._burst, self._per_second = burst, per_second
        self._left, self._at = float(burst), 0.0

    def take(self, now: float) -> bool:
        """Count a message that leaves at `now` (seconds); whether the next one may follow at once."""
        self._left = min(float(self._burst), self._left + max(0.0, now - self._at) * self._per_second)
        self._at = now
        self._left = max(0.0, self._left - 1)
        return self._left >= 1


_KERNEL = Allowance()
"""The one that all clients of this kernel share: the server counts all of a kernel's messages."""


class WidgetClient:
    """Sends frames over a widget's comm.

    The notebook server drops what exceeds its message rate without a word. So frames that come in one turn of the loop
    leave together, as one message `{"type": "batch", "frames": […]}`, and when the kernel's allowance is used up,
    those that come within a thirtieth of a second. An answer to somebody who asks waits for neither.
    """

    def __init__(self, send: Send, loop: asyncio.AbstractEventLoop, allowance: Allowance = _KERNEL) -> None:
        self._send = send
        self._loop = loop
        self._allowance = allowance
        self._waiting: list[Frame] = []
        self._timer: asyncio.Handle | None = None

    def send(self, frame: Frame, buffers: list[bytes]) -> None:
        """Send a frame now, or with the next batch. Frames keep their order."""
        if buffers:
            self.flush()
            self._transmit(frame, buffers)
            return
        self._waiting.append(frame)
        if self._timer is None:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        if len(waiting) == 1:
            self._transmit(waiting[0], [])
        elif waiting:
            self._transmit({"type": "batch", "frames": waiting}, [])

    def _transmit(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        at_once = self._allowance.take(self._loop.time())
        self._timer = (
            self._loop.call_soon(self.flush) if at_once else self._loop.call_later(INTERVAL_SECONDS, self.flush)
        )
        try:
            self._send(message, buffers)
        except Exception:
            _log.exception("A frame could not be sent over the widget's comm")
