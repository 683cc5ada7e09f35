"""The loop thread: work from any thread, interrupts that wait for clean-up."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest

from canvas_widget.errors import CanvasError
from canvas_widget.notebook.runtime import Job, LoopThread


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    made = LoopThread("test-runtime")
    yield made
    made.close()


@pytest.mark.ledger("N2")
def test_functions_run_on_the_one_thread_from_any(loop: LoopThread) -> None:
    owner = loop.run(threading.current_thread)
    seen: list[threading.Thread] = []
    workers = [threading.Thread(target=lambda: seen.append(loop.run(threading.current_thread))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(seen) == {owner}
    assert owner is not threading.current_thread()
    assert loop.run(lambda: loop.run(lambda: 7)) == 7, "and from the thread itself"


@pytest.mark.ledger("N2")
def test_an_error_comes_back_to_who_asked(loop: LoopThread) -> None:
    async def fail() -> None:
        raise CanvasError("no")

    with pytest.raises(CanvasError, match="no"):
        loop.wait(fail())


@pytest.mark.ledger("N2")
def test_waiting_on_the_thread_itself_is_refused_instead_of_hanging(loop: LoopThread) -> None:
    with pytest.raises(CanvasError, match="_async"):
        loop.run(lambda: loop.wait(asyncio.sleep(0)))


@pytest.mark.ledger("N2", "A10")
def test_an_interrupt_cancels_the_work_and_waits_for_its_clean_up(loop: LoopThread) -> None:
    events: list[str] = []

    async def work() -> None:
        try:
            threading.Timer(0.05, lambda: signal.raise_signal(signal.SIGINT)).start()
            await asyncio.sleep(600)
        finally:
            await asyncio.sleep(0.05)
            events.append("cleaned")

    main = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            loop.wait(work())
    finally:
        signal.signal(signal.SIGINT, main)
    assert events == ["cleaned"]


@pytest.mark.ledger("N2", "A10")
def test_an_interrupt_in_the_moment_the_work_begins_leaves_nothing_running(
    loop: LoopThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Job.start

    def interrupted(job: Job[None], work: Coroutine[Any, Any, None]) -> None:
        start(job, work)
        raise KeyboardInterrupt

    monkeypatch.setattr(Job, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        loop.wait(asyncio.sleep(600))
    assert loop.run(lambda: asyncio.all_tasks(loop.loop)) == set()


@pytest.mark.ledger("N2")
async def test_awaiting_from_another_loop_returns_the_value(loop: LoopThread) -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 42

    assert await loop.wait_async(work()) == 42
