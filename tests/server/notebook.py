"""A kernel of a running server, and what a notebook says to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

import httpx
from websockets.asyncio.client import ClientConnection, connect

from .process import Server

__all__ = ["SETUP", "Notebook", "opened"]

SETUP = """
import pandas as pd
sales = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.5, 7.75]})
from canvas_widget import Canvas
canvas = Canvas(name="main")
"""


class Notebook:
    """A kernel and the channels that a notebook has to it."""

    def __init__(self, server: Server, kernel_id: str, socket: ClientConnection) -> None:
        self.server, self.kernel_id, self.socket = server, kernel_id, socket
        self.number = 0

    async def start(self, code: str) -> str:
        """Begin a cell."""
        self.number += 1
        name = f"cell-{self.number}"
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        header = {"msg_id": name, "username": "", "session": "notebook", "msg_type": "execute_request"}
        header |= {"version": "5.4", "date": "2026-01-01T00:00:00Z"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        await self.socket.send(json.dumps(message))
        return name

    async def end(self, name: str) -> str:
        """Wait for a cell; returns what it printed."""
        text, waiting = "", {"execute_reply", "idle"}
        async with asyncio.timeout(120):
            while waiting:
                raw = await self.socket.recv()
                message = json.loads(raw) if isinstance(raw, str) else {"parent_header": {}}
                if message["parent_header"].get("msg_id") != name:
                    continue
                if message["msg_type"] == "stream":
                    text += message["content"]["text"]
                waiting -= {message["msg_type"], message["content"].get("execution_state", "")}
                if message["msg_type"] == "execute_reply":
                    assert message["content"]["status"] == "ok", message["content"]
        return text

    async def run(self, code: str) -> str:
        return await self.end(await self.start(code))

    def url(self, canvas: str = "main") -> str:
        return self.server.ws(f"/kernel/{self.kernel_id}/{quote(canvas, safe='')}")


@asynccontextmanager
async def opened(server: Server, setup: str) -> AsyncIterator[Notebook]:
    """A notebook on a kernel of its own, whose first cell has run."""
    base = f"http://127.0.0.1:{server.port}/base/api/kernels"
    async with httpx.AsyncClient(headers=server.headers, timeout=60) as http:
        kernel_id = (await http.post(base, json={"name": "python3"})).json()["id"]
        url = f"{base.replace('http', 'ws')}/{kernel_id}/channels?session_id=notebook"
        async with connect(url, additional_headers=server.headers, max_size=None, proxy=None) as socket:
            running = Notebook(server, kernel_id, socket)
            await running.run(setup)
            yield running
        await http.delete(f"{base}/{kernel_id}")
