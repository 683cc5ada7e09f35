"""Time that passes when a test says so: a router whose pauses cost nothing and whose chance is known."""

from __future__ import annotations

import asyncio

from canvas_widget.agent.providers.health import HealthBook
from canvas_widget.agent.providers.patience import Within
from canvas_widget.agent.providers.router import Router


class Clock:
    """Seconds that only `sleep` and the test move on; `slept` holds each pause."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def router(clock: Clock | None = None, *, chance: float = 1.0, wait: Within | None = None) -> Router:
    """A router with figures of its own."""
    clock = clock or Clock()
    return Router(HealthBook(clock), sleep=clock.sleep, chance=lambda: chance, wait=wait)
