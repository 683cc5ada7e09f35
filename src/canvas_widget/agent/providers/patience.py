"""Bounds on waiting for one answer. Only waiting counts, never what the reader does with a piece it got."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeVar

from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.stream import Delta, Finish, UsageDelta

__all__ = ["Patience", "Within", "within"]

T = TypeVar("T")


class Within(Protocol):
    """Waits for something for so many seconds at most, else raises `TimeoutError`."""

    async def __call__(self, waiting: Awaitable[T], seconds: float, /) -> T: ...


async def within(waiting: Awaitable[T], seconds: float, /) -> T:
    """Wait so many seconds at most; what is waited for is cancelled when they are over.

    Raises:
        TimeoutError: they are over.
    """
    async with asyncio.timeout(seconds):
        return await waiting


class Patience:
    """How long one answer may take: to begin, between two pieces that say something, and in all.

    Args:
        who: the provider in a message.
        begin: seconds until the first piece; connecting, and on the very first request loading the client, are in it.
        gap: seconds between two pieces. A piece without content is no piece: a server may send them for ever.
        whole: seconds in all, so that a server which sends a letter now and then comes to an end too.
        clock: counts seconds.
        wait: how it is waited.
    """

    def __init__(
        self, who: str, *, begin: float, gap: float, whole: float, clock: Callable[[], float], wait: Within = within
    ) -> None:
        self.who = who
        self.begin = begin
        self.gap = gap
        self.whole = whole
        self.waited = 0.0
        self._clock = clock
        self._wait = wait

    async def bounding(self, deltas: AsyncIterator[Delta]) -> AsyncGenerator[Delta, None]:
        """The deltas as they come.

        Raises:
            ProviderFailure: of kind "timeout", when one of the bounds is passed.
        """
        allowed, silent = self.begin, 0.0
        while True:
            in_all = self.whole - self.waited
            left = min(allowed - silent, in_all)
            since = self._clock()
            try:
                if left <= 0:
                    raise TimeoutError
                delta = await self._wait(anext(deltas, None), left)
            except TimeoutError:
                raise self._late(None if left == in_all else allowed) from None
            took = self._clock() - since
            self.waited += took
            silent += took
            if delta is None:
                return
            if _says_something(delta):
                allowed, silent = self.gap, 0.0
            yield delta

    def _late(self, silent: float | None) -> ProviderFailure:
        if silent is None:
            message = f"{self.who} was not done after {self.whole:g} s of waiting; it was stopped."
        else:
            message = f"{self.who} sent nothing for {silent:g} s."
        return ProviderFailure(message, "timeout")


def _says_something(delta: Delta) -> bool:
    if isinstance(delta, Finish | UsageDelta):
        return True
    if hasattr(delta, "text"):
        return bool(delta.text)
    return bool(delta.arguments or delta.name or delta.id)
