"""One client per server and event loop, made on first use and used again by every request after it."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

__all__ = ["Connection"]


class _Client(Protocol):
    async def close(self) -> None: ...


C = TypeVar("C", bound=_Client)


class Connection(Generic[C]):
    """A client that keeps its connections open between requests.

    Making it imports an SDK, most of a second once, so that happens off the loop; requests that begin meanwhile wait
    for the same client. An event loop that comes after another one gets a client of its own.
    """

    def __init__(self, make: Callable[[], C]) -> None:
        self._make = make
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making: asyncio.Task[C] | None = None

    async def client(self) -> C:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        making = self._making
        if making is None or self._loop is not loop or (making.done() and not _made(making)):
            making = self._making = loop.create_task(asyncio.to_thread(self._make))
            self._loop = loop
        return making.result() if making.done() else await asyncio.shield(making)

    async def aclose(self) -> None:
        """Close its connections; the next request opens new ones."""
        making, self._making = self._making, None
        if making is not None and self._loop is asyncio.get_running_loop():
            await asyncio.wait({making})
            if _made(making):
                await making.result().close()

    def close_soon(self, seconds: float = 1.0) -> None:
        """Close its connections from another thread than the loop's, waiting so long at most."""
        loop, making = self._loop, self._making
        if loop is None or making is None or not loop.is_running() or _current_loop() is loop:
            return
        with suppress(TimeoutError, concurrent.futures.CancelledError):
            asyncio.run_coroutine_threadsafe(self.aclose(), loop).result(seconds)


def _current_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _made(task: asyncio.Task[C]) -> bool:
    return not task.cancelled() and task.exception() is None
