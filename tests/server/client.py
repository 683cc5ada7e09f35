"""A client written from docs/protocol.md alone: it knows WebSocket and JSON, and none of our Python."""

from __future__ import annotations

import asyncio
import json
import struct
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

__all__ = ["Client", "Frame"]

Frame = dict[str, Any]

WAIT = 90
"""Seconds after which what is waited for will not come, on however slow a machine."""


class Client:
    """A connection to a canvas. It keeps the canvas as the frames tell it, and every frame that came."""

    def __init__(self, url: str, token: str | None = None, **options: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= options.pop("headers", {})
        # The server asks who is there; a client that asks too gives up on a slow machine, or when a test makes it deaf.
        options = {"max_size": None, "proxy": None, "ping_interval": None, "open_timeout": WAIT} | options
        self._connect = connect(url, additional_headers=headers, **options)
        self.frames: list[Frame] = []
        self.buffers: list[bytes | None] = []
        self.canvas: Frame = {}
        self.seq = 0
        self.gaps = 0
        self.session_id = ""
        self._number = 0
        self._news = asyncio.Event()
        self.closed: tuple[int, str] | None = None

    async def __aenter__(self) -> Self:
        self.socket = await self._connect
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self.socket.close()
        await self._reader

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                self._arrived(message)
        except ConnectionClosed:
            pass
        await self.socket.wait_closed()
        self.closed = (self.socket.close_code or 0, self.socket.close_reason or "")
        self._news.set()

    def _arrived(self, message: str | bytes) -> None:
        buffer = None
        if isinstance(message, bytes):
            (length,) = struct.unpack(">I", message[:4])
            frame, buffer = json.loads(message[4 : 4 + length]), message[4 + length :]
        else:
            frame = json.loads(message)
        self._take(frame)
        self.frames.append(frame)
        self.buffers.append(buffer)
        self._news.set()

    # -- the canvas as the frames tell it --------------------------------------------------------------------------

    def _take(self, frame: Frame) -> None:
        kind, data = frame["type"], frame["data"]
        if kind in ("session_ready", "canvas_state"):
            if kind == "session_ready":
                self.session_id = data["session_id"]
                if data["resumed"] == "replay" and self.canvas:
                    return
            self.canvas = data["canvas"] if kind == "session_ready" else data
            self.canvas = {**self.canvas, "containers": {box["id"]: box for box in self.canvas["containers"]}}
            self.order = list(self.canvas["containers"])
            self.seq = frame["seq"]
        elif "seq" in frame and frame["seq"] > self.seq:
            if frame["seq"] != self.seq + 1:
                self.gaps += 1
            self.seq = frame["seq"]
            if kind in ("tree_update", "ack"):
                self._apply(data)

    def _apply(self, data: Frame) -> None:
        self.canvas["rev"] = data["rev"]
        boxes = self.canvas["containers"]
        for delta in data["deltas"]:
            where, node = delta["path"].split("/")[1:], delta.get("node")
            if where[0] != "containers":
                self.canvas[where[0]] = {**self.canvas[where[0]], **node}
            elif delta["action"] == "add":
                boxes[where[1]] = node
                self.order.append(where[1])
            elif delta["action"] == "update":
                boxes[where[1]] = {**boxes[where[1]], **node}
            elif delta["action"] == "move":
                self.order.remove(where[1])
                self.order.insert(node["index"], where[1])
            else:
                del boxes[where[1]]
                self.order.remove(where[1])

    # -- talking ---------------------------------------------------------------------------------------------------

    async def send(self, kind: str, data: Frame | None = None, **envelope: Any) -> str:
        """Send a frame; returns its id."""
        self._number += 1
        frame = {"type": kind, "data": data or {}, "id": str(self._number)} | envelope
        await self.socket.send(json.dumps(frame))
        return str(frame["id"])

    async def wait(self, *kinds: str, after: int = 0, reply_to: str | None = None) -> Frame:
        """The first frame of these types after the first `after`, or, with `reply_to`, the one that answers."""
        seen = after
        async with asyncio.timeout(WAIT):
            while True:
                for frame in self.frames[seen:]:
                    if frame["type"] in kinds and reply_to in (None, frame.get("reply_to")):
                        return frame
                seen = len(self.frames)
                if self.closed is not None:
                    raise AssertionError(f"closed {self.closed} before {kinds}")
                self._news.clear()
                await self._news.wait()

    async def ask(self, kind: str, data: Frame | None = None, answer: str = "", **envelope: Any) -> Frame:
        """Send a frame and wait for what answers it, an error included."""
        before = len(self.frames)
        sent = await self.send(kind, data, **envelope)
        return await self.wait(answer, "error", after=before, reply_to=sent)

    async def until_closed(self) -> tuple[int, str]:
        """The code and the reason with which the server closes."""
        async with asyncio.timeout(WAIT):
            await self._reader
        assert self.closed is not None
        return self.closed

    def of(self, kind: str) -> list[Frame]:
        """The frames of a type so far."""
        return [frame for frame in self.frames if frame["type"] == kind]
