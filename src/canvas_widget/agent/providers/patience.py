"""Bounds on waiting for one answer. Only waiting counts, never what the reader does with a piece it got."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, Protocol, TypeVar

from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.stream import Delta, Finish, UsageDelta

__all__ = ["Patience", "Watch", "Within"]

T = TypeVar("T")


class Within(Protocol):
    """Waits for something for so many seconds at most, else raises `TimeoutError`."""

    async def __call__(self, waiting: Awaitable[T], seconds: float, /) -> T: ...


class Watch:
    """Waits for one thing after another, so many seconds at most for each; what takes longer is cancelled.

    There is one timer for all of them, not one for each: an answer has thousands of pieces.
    """

    def __init__(self) -> None:
        self._task: asyncio.Task[Any] | None = None
        self._until = 0.0
        self._over = False
        self._timer: asyncio.TimerHandle | None = None

    async def __call__(self, waiting: Awaitable[T], seconds: float, /) -> T:
        """Wait.

        Raises:
            TimeoutError: the seconds are over.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101  (a coroutine runs in one)
        self._until, self._over = loop.time() + seconds, False
        if self._timer is None or self._timer.when() > self._until:
            self.close()
            self._timer = loop.call_at(self._until, self._ring, loop)
        cancelling = task.cancelling()
        self._task = task
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._over and task.cancelling() <= cancelling + 1:
                raise TimeoutError from None
            raise
        finally:
            self._task = None
            if self._over:
                task.uncancel()

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._task is None:
            return
        if loop.time() < self._until:
            self._timer = loop.call_at(self._until, self._ring, loop)
        else:
            self._over = True
            self._task.cancel()


class Patience:
    """How long one answer may take: to begin, between two pieces that say something, and in all.

    Args:
        who: the provider in a message.
        begin: seconds until the first piece; connecting, and on the very first request loading the client, are in it.
        gap: seconds between two pieces. A piece without content is no piece: a server may send them for ever.
        whole: seconds in all, so that a server which sends a letter now and then comes to an end too.
        clock: counts seconds.
        wait: how it is waited; by a watch when None.
    """

    def __init__(
        self,
        who: str,
        *,
        begin: float,
        gap: float,
        whole: float,
        clock: Callable[[], float],
        wait: Within | None = None,
    ) -> None:
        self.who = who
        self.begin = begin
        self.gap = gap
        self.whole = whole
        self.waited = 0.0
        self._clock = clock
        self._watch = Watch()
        self._wait = self._watch if wait is None else wait

    async def bounding(self, deltas: AsyncIterator[Delta]) -> AsyncGenerator[Delta, None]:
        """The deltas as they come.

        Raises:
            ProviderFailure: of kind "timeout", when one of the bounds is passed.
        """
        allowed, silent = self.begin, 0.0
        try:
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
        finally:
            self._watch.close()

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
