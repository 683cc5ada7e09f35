"""What all turns of a process share about their providers: how they are doing, in which order they are asked.

routed = ROUTER.begin(route, settings)         # once per turn
async for item in routed.step(request): ...    # text as it comes, what is taken back, at last the whole `Step`
routed.attempts                                # the receipt
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence

from canvas_widget.agent.providers.health import HEALTH, HealthBook
from canvas_widget.agent.providers.patience import Within
from canvas_widget.agent.providers.routed import Book, Routed
from canvas_widget.agent.stream import Provider
from canvas_widget.settings import Settings

__all__ = ["ROUTER", "Router"]


class Router:
    """What all turns of a process share: how the providers are doing, and how time passes.

    Args:
        health: the figures that decide who is asked.
        sleep: waits between two requests.
        chance: a random number from 0 to 1, for the jitter.
        wait: waits for the next piece of an answer; by a watch when None.
    """

    def __init__(
        self,
        health: HealthBook = HEALTH,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        wait: Within | None = None,
    ) -> None:
        self.health = health
        self.sleep = sleep
        self.chance = chance
        self.wait = wait

    def begin(
        self, route: Sequence[Provider], settings: Settings, *, preferred: str | None = None, book: Book | None = None
    ) -> Routed:
        """A turn's way through its providers."""
        return Routed(self, self.order(route, preferred), settings, book)

    def order(self, route: Sequence[Provider], preferred: str | None = None) -> tuple[Provider, ...]:
        """The preferred one; the others as given, once all are measured by failure rate (in tenths), then latency.

        The built-in model stays the last: it never fails and is always fast, but it is nobody's first choice.
        """
        first = [provider for provider in route if provider.name == preferred][:1]
        rest = [provider for provider in route if not any(provider is taken for taken in first)]
        last = [provider for provider in rest if provider.name == "offline"]
        rest = [provider for provider in rest if provider.name != "offline"]
        if all(self.health.of(provider).measured for provider in rest):
            rest.sort(key=self._rank)
        return (*first, *rest, *last)

    def _rank(self, provider: Provider) -> tuple[int, float]:
        health = self.health.of(provider)
        return int(health.failure_rate * 10), math.inf if health.latency_ms is None else health.latency_ms


ROUTER = Router()
"""The one that every turn uses."""
