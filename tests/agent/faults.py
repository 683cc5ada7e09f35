"""Everything that can go wrong with a provider, as changes of a scripted turn; and waiting that costs no time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from agent.clock import Clock
from agent.scripted_server import END, GONE, HANG, RESET, SILENT, ScriptedServer, Status, Trickle, Turn, chunk

__all__ = ["FAULTS", "Fault", "Impatience"]

T = TypeVar("T")
Means = Literal["again", "once more", "next", "key", "ours"]
"""What the router does when it happens before the first token: ask `retries` times more, once more, the next provider,
disable the key, or give up."""


@dataclass(frozen=True)
class Fault:
    """A fault: `at(turn, k)` is the turn with its first k steps played and then the fault.

    `status` is what the receipt says of it before the first token (or in mid-answer when `spoken`).
    """

    name: str
    at: Callable[[Turn, int], list[Any]]
    means: Means = "again"
    status: int | None = None
    spoken: bool = False
    wait: float | None = None

    def __str__(self) -> str:
        return self.name


def _status(code: int, means: Means = "again", retry_after: float | None = None, name: str = "") -> Fault:
    """An HTTP status instead of an answer; in mid-answer the same as an event, as routers of models send it."""
    error = {"error": {"message": "It does not work.", "code": code, "type": "error"}}
    headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}

    def at(turn: Turn, k: int) -> list[Any]:
        return [Status(code, error, headers)] if k == 0 else [*turn[:k], error]

    return Fault(name or str(code), at, means, code, spoken=True, wait=retry_after)


def _then(name: str, *steps: Any, means: Means = "again") -> Fault:
    """Steps in place of the rest of a turn, whose first one (without a token) always comes."""
    return Fault(name, lambda turn, k: [*turn[: k or 1], *steps], means)


def _empty(turn: Turn, k: int) -> list[Any]:
    """Nothing, or in place of half an answer only white space."""
    return [turn[0], *([chunk({"content": " \n"})] if k else []), chunk({}, "stop")]


def _trickle(turn: Turn, k: int) -> list[Any]:
    """The last piece that was sent comes again and again: text or a fragment of arguments; before them, nothing."""
    return [*turn[: k or 1], Trickle(turn[k - 1] if k else chunk({}))]


FAULTS = {
    fault.name: fault
    for fault in (
        _status(429),
        _status(429, retry_after=3, name="429, wait 3 s"),
        _status(500),
        _status(503),
        _status(529),
        _status(401, "key"),
        _status(402, "key"),
        _status(403, "key"),
        _status(400, "ours"),
        _status(422, "ours"),
        _status(404, "next"),
        Fault("refused", lambda turn, k: [*turn[:k], GONE]),
        Fault("silent", lambda turn, k: [*turn[:k], HANG] if k else [SILENT], "once more"),
        _then("stall", HANG, means="once more"),
        Fault("trickle", _trickle, "once more"),
        _then("drop", RESET),
        _then("clean cut", END),
        _then("no end"),
        _then("bad JSON", "data: {garbage\n\n"),
        _then("error event", 'data: {"error": {"message": "Overloaded", "type": "server_error"}}\n\n'),
        Fault("empty", _empty, "once more"),
    )
}


class Impatience:
    """Waiting that is over as soon as a server stops to answer; the clock is then moved on as if it had been waited.

    What had been sent before gets `polls` fiftieths of a second to arrive. An answer that trickles moves the clock on
    with every piece, as long as it comes from the server that was asked last: one that was given up may trickle on.
    """

    def __init__(self, clock: Clock, servers: Sequence[ScriptedServer], polls: int = 5) -> None:
        self.clock = clock
        self.servers = servers
        self.polls = polls
        self._slow = sum(server.slow for server in servers)
        self._pieces = [server.trickled for server in servers]
        self._asked = [len(server.requests) for server in servers]
        self._current = 0

    async def __call__(self, waiting: Awaitable[T], seconds: float, /) -> T:
        task = asyncio.ensure_future(waiting)
        silent = 0
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=0.02)
                slow = sum(server.slow for server in self.servers)
                silent = silent + 1 if slow > self._slow else 0
                if silent > self.polls and not task.done():
                    self._slow = slow
                    self.clock.now += seconds
                    raise TimeoutError
            if trickled := self._trickled():
                self._slow = sum(server.slow for server in self.servers)  # it says something: that is no silence
                self.clock.now += 5.0 * min(trickled, 5)
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})

    def _trickled(self) -> int:
        """The pieces of such an answer that the server asked last has sent since it was last looked at."""
        asked, self._asked = self._asked, [len(server.requests) for server in self.servers]
        for number, (before, now) in enumerate(zip(asked, self._asked, strict=True)):
            self._current = number if now > before else self._current
        pieces, self._pieces = self._pieces, [server.trickled for server in self.servers]
        return self._pieces[self._current] - pieces[self._current]
