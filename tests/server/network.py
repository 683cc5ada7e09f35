"""Clients behind a network that drops, holds back, reorders and repeats what they say."""

from __future__ import annotations

import random
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import Any

from .client import Client, Frame

__all__ = ["Tab"]


class Tab:
    """One client on many connections in turn. Its edits go through a network that the dice rule."""

    def __init__(self, stack: AsyncExitStack, dice: random.Random, url: str, token: str, name: str) -> None:
        self._stack, self._dice, self._url, self._token, self.name = stack, dice, url, token, name
        self._held: list[str] = []
        self._connections: list[Client] = []
        self.edits: dict[str, Frame] = {}
        """Every edit that was made, by its message id."""
        self.repeated = self.reordered = 0

    @property
    def client(self) -> Client:
        """The connection there is now."""
        return self._connections[-1]

    async def connect(self) -> None:
        """Connect, the first time or again, with what was seen before; and send again what was not answered."""
        fresh = await self._stack.enter_async_context(Client(self._url, self._token))
        if self._connections:
            fresh.seq, fresh.canvas, fresh.order = self.client.seq, self.client.canvas, self.client.order
        run, last = len(self._connections), {"last_seq": fresh.seq} if self._connections else {}
        self._connections.append(fresh)
        hello = {"client_type": "test", "client_id": self.name}
        await fresh.ask("handshake", hello, answer="server_info", id=f"hello{run}")
        await fresh.ask("init_session", last, answer="session_ready", id=f"init{run}")
        settled = {*self.answers(), *self._held}
        lost = [name for name in self.edits if name not in settled]
        await self._deliver(lost)

    async def drop(self) -> None:
        """Lose the connection, and what was under way on it."""
        self.client.socket.transport.abort()
        await self.client.until_closed()
        await self.connect()

    async def edit(self, change: Frame) -> None:
        """Make an edit; the network sends it now, or keeps it for later, when others have overtaken it."""
        name = f"e{len(self.edits)}"
        self.edits[name] = change
        self._held.append(name)
        if self._dice.random() < 0.6:
            await self.flush()

    async def flush(self) -> None:
        """Send what was held back, in any order, some of it twice, and an old message once more now and then."""
        names, self._held = self._held, []
        if self._dice.random() < 0.15:
            names.append(self._dice.choice(list(self.edits)))
        await self._deliver(names)

    async def _deliver(self, names: list[str]) -> None:
        again = [name for name in names if self._dice.random() < 0.3]
        sent = self._dice.sample(names + again, len(names + again))
        self.repeated += len(again)
        self.reordered += sum(int(one[1:]) > int(two[1:]) for one, two in pairwise(sent))
        for name in sent:
            await self.client.send("canvas_edit", {"changes": [self.edits[name]]}, id=name)

    async def settle(self) -> None:
        """Send what is left, and wait until every edit has its answer."""
        await self.flush()
        for name in self.edits.keys() - self.answers().keys():
            await self.client.wait("ack", "error", reply_to=name)

    def answers(self) -> dict[str, Frame]:
        """What each edit was answered; one answer each, however often it was sent and on whichever connection."""
        found: dict[str, Any] = {}
        for connection in self._connections:
            for frame in connection.frames:
                if frame.get("reply_to") in self.edits:
                    name = str(frame["reply_to"])
                    answer = {"type": frame["type"], "data": frame["data"], "error": frame.get("error")}
                    assert found.setdefault(name, answer) == answer, f"{self.name} {name} was answered in two ways"
        return found
