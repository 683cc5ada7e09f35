"""The anywidget carrier: frames as custom messages, at most thirty a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from canvas_widget.session import Frame

__all__ = ["WidgetClient"]

_log = logging.getLogger(__name__)

INTERVAL_SECONDS = 1 / 30

Send = Callable[[dict[str, Any], list[bytes]], None]


class WidgetClient:
    """Sends frames over a widget's comm.

    The notebook server drops what exceeds its message rate without a word, so frames that come faster than thirty a
    second leave together, as one message `{"type": "batch", "frames": […]}`.
    """

    def __init__(self, send: Send, loop: asyncio.AbstractEventLoop) -> None:
        self._send = send
        self._loop = loop
        self._waiting: list[Frame] = []
        self._timer: asyncio.TimerHandle | None = None
        self._free_at = 0.0

    def send(self, frame: Frame, buffers: list[bytes]) -> None:
        """Send a frame now, or with the next batch. Frames keep their order."""
        if buffers:
            self.flush()
            self._transmit(frame, buffers)
            return
        self._waiting.append(frame)
        if self._timer is None:
            delay = self._free_at - self._loop.time()
            if delay <= 0:
                self.flush()
            else:
                self._timer = self._loop.call_later(delay, self.flush)

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
        self._free_at = self._loop.time() + INTERVAL_SECONDS
        try:
            self._send(message, buffers)
        except Exception:
            _log.exception("A frame could not be sent over the widget's comm")
