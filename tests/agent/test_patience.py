"""How long an answer is waited for: only waiting counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import Any, TypeVar

import pytest

from agent.clock import Clock
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.patience import Patience, within
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


@pytest.mark.ledger("E4")
async def test_what_is_waited_for_is_stopped_when_time_is_over() -> None:
    stopped = asyncio.Event()

    async def silent() -> AsyncGenerator[Delta, None]:
        try:
            await asyncio.Event().wait()
            yield WORD
        finally:
            stopped.set()

    deltas = silent()
    with pytest.raises(TimeoutError):
        await within(anext(deltas), 0.01)
    assert stopped.is_set()
