"""How long an answer is waited for: only waiting counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable
from typing import Any, TypeVar

import pytest

from agent.clock import Clock
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.patience import Patience, Watch
from canvas_widget.agent.stream import Delta, Finish, ReasoningDelta, TextDelta, ToolCallDelta

T = TypeVar("T")

WORD, NOTHING = TextDelta("word"), TextDelta("")


class Played:
    """Deltas that each take their time on a clock; waiting for one ends where its time is over."""

    def __init__(self, *deltas: tuple[float, Delta]) -> None:
        self.clock = Clock()
        self.deltas = deltas
        self.closed = False
        self._takes = 0.0

    async def stream(self) -> AsyncGenerator[Delta, None]:
        try:
            for takes, delta in self.deltas:
                self._takes = takes
                yield delta
        finally:
            self.closed = True

    async def wait(self, waiting: Awaitable[T], seconds: float, /) -> T:
        self._takes = 0.0
        found = await waiting
        self.clock.now += min(self._takes, seconds)
        if self._takes > seconds:
            raise TimeoutError
        return found

    def patience(self, **more: float) -> Patience:
        bounds: dict[str, Any] = {"begin": 30, "gap": 10, "whole": 50, **more}
        return Patience("It", **bounds, clock=self.clock, wait=self.wait)

    async def read(self, thinks: float = 0.0) -> int:
        count = 0
        async for _ in self.patience().bounding(self.stream()):
            self.clock.now += thinks
            count += 1
        return count


@pytest.mark.ledger("E4")
async def test_an_answer_within_its_bounds_comes_through_however_slow_its_reader_is() -> None:
    played = Played((29, WORD), (9, WORD), (9, ToolCallDelta(0, arguments="{")), (1, Finish("stop")))
    assert await played.read(thinks=1000) == 4


@pytest.mark.ledger("E4")
@pytest.mark.parametrize(
    ("deltas", "said"),
    [
        ([(31, WORD)], "sent nothing for 30 s"),
        ([(1, WORD), (11, WORD)], "sent nothing for 10 s"),
        ([(1, WORD), *[(4, NOTHING)] * 3], "sent nothing for 10 s"),
        ([(1, WORD), *[(4, ReasoningDelta(""))] * 3], "sent nothing for 10 s"),
        ([(1, WORD), *[(4, ToolCallDelta(0))] * 3], "sent nothing for 10 s"),
        ([(9, WORD)] * 6, "was not done after 50 s"),
        ([(9, ToolCallDelta(0, arguments="x"))] * 6, "was not done after 50 s"),
    ],
)
async def test_an_answer_that_takes_too_long_is_given_up(deltas: list[tuple[float, Delta]], said: str) -> None:
    with pytest.raises(ProviderFailure, match=said) as caught:
        await Played(*deltas).read()
    assert caught.value.kind == "timeout"


async def for_ever(stopped: asyncio.Event, *first: Delta) -> AsyncGenerator[Delta, None]:
    try:
        for delta in first:
            yield delta
        await asyncio.Event().wait()
    finally:
        stopped.set()


@pytest.mark.ledger("E4")
async def test_what_is_waited_for_is_stopped_when_time_is_over() -> None:
    stopped, watch = asyncio.Event(), Watch()
    deltas = for_ever(stopped, WORD)
    assert await watch(anext(deltas), 60) == WORD
    with pytest.raises(TimeoutError):
        await watch(anext(deltas), 0.01)
    assert stopped.is_set()
    assert await watch(asyncio.sleep(0, "after it"), 60) == "after it"
    with pytest.raises(TimeoutError):
        await watch(asyncio.Event().wait(), 0.01)
    watch.close()
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()


@pytest.mark.ledger("A10")
async def test_stopping_what_waits_is_no_time_out() -> None:
    stopped, watch = asyncio.Event(), Watch()
    task = asyncio.ensure_future(watch(anext(for_ever(stopped)), 60))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stopped.is_set()
    watch.close()


@pytest.mark.ledger("E4")
async def test_a_silent_answer_ends_by_the_clock_on_the_wall() -> None:
    stopped = asyncio.Event()
    patience = Patience("It", begin=60, gap=0.01, whole=60, clock=time.monotonic)
    with pytest.raises(ProviderFailure, match=r"sent nothing for 0\.01 s"):
        async for _ in patience.bounding(for_ever(stopped, WORD)):
            pass
    assert stopped.is_set()
