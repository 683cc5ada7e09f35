"""The one daemon thread with one event loop per kernel that owns every canvas, its agent and all sends."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from canvas_widget.errors import Cancelled, CanvasError

__all__ = ["Job", "LoopThread", "loop_thread"]

T = TypeVar("T")

POLL_SECONDS = 0.05
"""How often a waiting main thread looks for a kernel interrupt."""

SETTLE_SECONDS = 5.0
"""How long an interrupted wait gives the work to clean up."""


class LoopThread:
    """An event loop on a daemon thread; the owner that changes documents."""

    def __init__(self, name: str = "canvas_widget") -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def close(self) -> None:
        """Stop the loop and end the thread. Not for the kernel's shared one, which ends with its process."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    @property
    def current(self) -> bool:
        """Whether the caller runs on this thread."""
        return threading.current_thread() is self._thread

    def run(self, function: Callable[[], T]) -> T:
        """Run a function on the loop's thread and return what it returns, from any thread."""
        if self.current:
            return function()
        future: concurrent.futures.Future[T] = concurrent.futures.Future()

        def call() -> None:
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)

        self.loop.call_soon_threadsafe(call)
        return future.result()

    def post(self, function: Callable[..., object], *args: object) -> None:
        """Have a function called on the loop's thread, soon."""
        self.loop.call_soon_threadsafe(function, *args)

    def submit(self, work: Coroutine[Any, Any, T]) -> Job[T]:
        """Start a coroutine on the loop, from any thread."""
        job: Job[T] = Job(self.loop)
        job.start(work)
        return job

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and wait; a kernel interrupt cancels it and waits for its clean-up.

        Raises:
            CanvasError: called on the loop's own thread, where waiting would wait for ever.
        """
        if self.current:
            work.close()
            raise CanvasError("A synchronous call cannot wait on the canvas's own thread. Use the _async form.")
        job: Job[T] = Job(self.loop)
        try:  # from before the work begins: an interrupt that comes while it does would leave it running
            job.start(work)
            while not job.wait(POLL_SECONDS):
                pass
        except KeyboardInterrupt:
            job.cancel()
            job.wait(SETTLE_SECONDS)
            raise
        return job.result()

    async def wait_async(self, work: Coroutine[Any, Any, T]) -> T:
        """The same for a caller on another event loop, such as the kernel's, where an interrupt may cancel the wait."""
        job: Job[T] = Job(self.loop)
        done = asyncio.Event()
        here = asyncio.get_running_loop()
        job.on_done(lambda: here.call_soon_threadsafe(done.set))
        waiter = asyncio.ensure_future(done.wait())
        try:
            job.start(work)
            while not waiter.done():
                await asyncio.wait({waiter}, timeout=POLL_SECONDS)
        except (KeyboardInterrupt, asyncio.CancelledError):
            job.cancel()
            job.wait(SETTLE_SECONDS)
            waiter.cancel()
            raise KeyboardInterrupt from None
        return job.result()


class Job(Generic[T]):
    """A coroutine running on the loop, watched from another thread. Cancelling it leaves time for its clean-up."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._task: asyncio.Task[T] | None = None
        self._ended = threading.Event()

    def start(self, work: Coroutine[Any, Any, T]) -> None:
        """Run a coroutine, from any thread."""
        self._loop.call_soon_threadsafe(self._start, work)

    def _start(self, work: Coroutine[Any, Any, T]) -> None:
        self._task = self._loop.create_task(work)
        self._task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self._outcome.set_exception(Cancelled("The work was stopped."))
        elif (error := task.exception()) is not None:
            self._outcome.set_exception(error)
        else:
            self._outcome.set_result(task.result())
        self._ended.set()

    def on_done(self, callback: Callable[[], object]) -> None:
        """Call back, on the loop's thread, once the coroutine has ended."""
        self._outcome.add_done_callback(lambda _: callback())

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most `seconds`; whether it has come."""
        return self._ended.wait(seconds)

    def cancel(self) -> None:
        """Ask the coroutine to stop."""
        self._loop.call_soon_threadsafe(lambda: self._task.cancel() if self._task else None)

    def result(self) -> T:
        """What the coroutine returned, or its error. Waits for it."""
        return self._outcome.result()


_lock = threading.Lock()
_shared: LoopThread | None = None


def loop_thread() -> LoopThread:
    """The kernel's loop thread, started on first use."""
    global _shared  # noqa: PLW0603  (one per process, by design)
    with _lock:
        if _shared is None:
            _shared = LoopThread()
        return _shared
