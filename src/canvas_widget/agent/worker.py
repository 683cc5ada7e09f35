"""Blocking work beside the loop: one daemon thread per call, so that a stuck tool never keeps the process alive."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["in_worker"]

T = TypeVar("T")


def in_worker(function: Callable[[], T], name: str = "canvas-tool") -> asyncio.Future[T]:
    """Run a function in a thread of its own; the future is set on the running loop, unless nobody waits any more."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = context.run(function)
        except BaseException as raised:
            error = raised
        try:
            loop.call_soon_threadsafe(settle, result, error)
        except RuntimeError:
            """The loop is closed: nobody waits."""

    threading.Thread(target=work, name=name, daemon=True).start()
    return future
