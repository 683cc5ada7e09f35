"""An event loop as the one thread that changes documents."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["LoopOwner"]

T = TypeVar("T")


class LoopOwner:
    """Runs functions on the loop of the thread that made it; from another thread it waits for them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def run(self, function: Callable[[], T]) -> T:
        """Run a function on the loop's thread and return what it returns."""
        if threading.get_ident() == self._thread:
            return function()
        future: concurrent.futures.Future[T] = concurrent.futures.Future()

        def call() -> None:
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)

        self._loop.call_soon_threadsafe(call)
        return future.result()
