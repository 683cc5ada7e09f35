"""The in-memory carrier: a client in the same process, for tests and for programs."""

from __future__ import annotations

import asyncio
import json

from canvas_widget.session.outbox import Frame

__all__ = ["MemoryClient"]


class MemoryClient:
    """Keeps what it is sent, each frame having gone through JSON as on any other carrier."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.buffers: list[list[bytes]] = []
        self._news = asyncio.Event()

    def send(self, frame: Frame, buffers: list[bytes]) -> None:
        """Take a frame."""
        self.frames.append(json.loads(json.dumps(frame, allow_nan=False)))
        self.buffers.append(list(buffers))
        self._news.set()

    async def until(self, kind: str, after: int = 0) -> Frame:
        """Wait for the first frame of a type among those after the first `after`."""
        while True:
            for frame in self.frames[after:]:
                if frame["type"] == kind:
                    return frame
            self._news.clear()
            await self._news.wait()

    def of(self, kind: str) -> list[Frame]:
        """The frames of a type so far."""
        return [frame for frame in self.frames if frame["type"] == kind]
