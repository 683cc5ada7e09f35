"""Blocking work beside the loop: a daemon thread for each call, so that a stuck tool never keeps the process alive.

A thread that has done its work waits for more: starting one anew takes longer than most tools.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
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

    try:
        _idle.pop().put((name, work))
    except IndexError:
        jobs: SimpleQueue[_Job] = SimpleQueue()
        jobs.put((name, work))
        threading.Thread(target=_run, args=(jobs,), name=name, daemon=True).start()
    return future


_Job = tuple[str, Callable[[], None]]

MOST_IDLE = 4
"""Threads that wait for work; any more end when theirs is done."""

_idle: deque[SimpleQueue[_Job]] = deque()


def _run(jobs: SimpleQueue[_Job]) -> None:
    thread = threading.current_thread()
    while True:
        thread.name, work = jobs.get()
        work()
        del work
        if len(_idle) >= MOST_IDLE:
            return
        thread.name = "canvas-idle"
        _idle.append(jobs)
