"""A peer that speaks WebSocket byte by byte, so that it can do what no client does: fall silent, stall, go half way."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from typing import Any, Self
from urllib.parse import urlsplit

__all__ = ["Raw"]

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class Raw:
    """A connection after the upgrade. It answers pings only as often as it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.pings = 0
        self.frames: list[dict[str, Any]] = []

    @classmethod
    async def open(cls, url: str, token: str) -> Self:
        parts = urlsplit(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        key = base64.b64encode(os.urandom(16)).decode()
        head = [
            f"GET {parts.path} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Authorization: Bearer {token}",
        ]
        writer.write("\r\n".join([*head, "", ""]).encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in answer.split(b"\r\n")[0], answer
        return cls(reader, writer)

    async def say(self, payload: bytes, opcode: int = TEXT, *, final: bool = True, claimed: int | None = None) -> None:
        """Send one frame; with `claimed`, one that says it is longer than it is."""
        length = len(payload) if claimed is None else claimed
        head = bytes([(0x80 if final else 0) | opcode])
        if length < 126:
            head += bytes([0x80 | length])
        elif length < 65536:
            head += bytes([0x80 | 126]) + struct.pack("!H", length)
        else:
            head += bytes([0x80 | 127]) + struct.pack("!Q", length)
        self.writer.write(head + b"\0\0\0\0" + payload)  # a mask of zeros leaves the payload as it is
        await self.writer.drain()

    async def ask(self, kind: str, answer: str) -> dict[str, Any]:
        """Send a frame of the protocol and read until one of a type comes."""
        await self.say(json.dumps({"type": kind, "data": {}}).encode())
        while True:
            opcode, payload = await self.read()
            if opcode == TEXT and (frame := json.loads(payload))["type"] == answer:
                found: dict[str, Any] = frame
                return found

    async def read(self) -> tuple[int, bytes]:
        """The next frame of the server. Raises IncompleteReadError or ConnectionError when the connection is gone."""
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        return first & 0x0F, await self.reader.readexactly(length)

    async def until_dropped(self, pongs: int = 0) -> int:
        """Answer so many pings, then none; returns how many came before the connection was gone."""
        seen = 0
        try:
            async with asyncio.timeout(60):
                while True:
                    opcode, payload = await self.read()
                    if opcode == PING:
                        seen += 1
                        if seen <= pongs:
                            await self.say(payload, PONG)
        except (asyncio.IncompleteReadError, ConnectionError):
            return seen
        finally:
            self.writer.close()
