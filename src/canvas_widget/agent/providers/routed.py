"""One turn's way through its providers: tried in order, asked again, skipped while down, replaced when they fail.

Nothing leaves here as a step before it is whole, so nothing is ever executed of an answer that failed.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal, Protocol

from canvas_widget.agent.events import Attempt, Reasoning, Retracted, TextChunk, Usage
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.health import Admitted, Health, HealthBook, Refusal
from canvas_widget.agent.providers.patience import Patience, Within
from canvas_widget.agent.providers.policy import (
    BACKOFF,
    LONGEST_WAIT,
    WORTH_WAITING,
    After,
    Reason,
    all_failed,
    decide,
    ours,
)
from canvas_widget.agent.step import Step, StepBuilder, take_step
from canvas_widget.agent.stream import Provider, ReasoningDelta, Request, TextDelta
from canvas_widget.agent.usage.prices import price_at
from canvas_widget.errors import ProviderError
from canvas_widget.settings import Settings

__all__ = ["Book", "Routed", "label"]

STARTING = 10.0
"""Seconds that a client may take to load, beside connecting and waiting, before its very first answer begins."""
WHOLE = 5
"""Times `read_timeout` that one answer may be waited for in all."""

StepEvent = TextChunk | Reasoning | Retracted | Step


class Book(Protocol):
    """Where a session keeps what its requests cost."""

    def before(self, provider: Provider, request: Request) -> None:
        """Called before each request; raises when it may not be made."""

    def after(self, attempt: Attempt) -> None:
        """Called after each request."""


class Means(Protocol):
    """What a turn needs of the router it belongs to."""

    health: HealthBook
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]
    wait: Within | None


@dataclass(frozen=True, slots=True)
class _Failed:
    """A request that came to nothing; `begun` says that some of its answer had come."""

    failure: ProviderFailure
    begun: bool


class Routed:
    """The providers of one turn. Who answered a step is asked first in the next one.

    `attempts` is the receipt, `provider` who was asked last. `number` is that of the answer being shown, from 1; it
    changes whenever an answer fails, and what the failed one had shown is retracted.
    """

    def __init__(self, router: Means, order: tuple[Provider, ...], settings: Settings, book: Book | None) -> None:
        self.router = router
        self.settings = settings
        self.book = book
        self.attempts: list[Attempt] = []
        self.number = 1
        self.provider = self._leader = order[0]
        self._order = order
        self._shown: dict[int, str] = {}
        self._failed: _Failed | None = None
        self._waited = 0.0

    @property
    def usage(self) -> Usage:
        """Tokens of all attempts, the failed ones too: they are paid."""
        return Usage(
            sum(attempt.prompt_tokens for attempt in self.attempts),
            sum(attempt.completion_tokens for attempt in self.attempts),
            any(attempt.estimated for attempt in self.attempts),
        )

    @property
    def cost(self) -> float | None:
        """In USD; None when that of any attempt is unknown."""
        costs = [attempt.cost for attempt in self.attempts]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    async def step(self, request: Request, prefix: str = "call") -> AsyncGenerator[StepEvent, None]:
        """One step: its text as it comes, what is taken back of it, and at last the whole step.

        Raises:
            NoProvider: no provider may be asked now.
            ProviderError: all that were asked failed; says of each why.
        """
        waiting = deque(sorted(self._order, key=lambda provider: provider is not self._leader))
        reasons: dict[str, Reason] = {}
        asked: Counter[str] = Counter()
        wait = 0.0
        while waiting:
            provider, others = waiting[0], self._others(waiting)
            name, health = provider.name, self.router.health.of(provider)
            admitted = await self._admit(health, wait if asked[name] else health.pause, others=others)
            if isinstance(admitted, Refusal):
                if name not in reasons:
                    reasons[name] = admitted
                    self._skip(provider, admitted)
                waiting.popleft()
                continue
            asked[name] += 1
            try:
                if self.book is not None:
                    self.book.before(provider, request)
                async with aclosing(self._ask(provider, health, request, prefix)) as items:
                    async for item in items:
                        yield item
            finally:
                health.release(admitted)
            if (failed := self._failed) is None:
                return
            reasons[name] = failed.failure
            after = After(
                failed.failure,
                tries=asked[name],
                retries=self.settings.retries,
                begun=failed.begun,
                others=self._others(waiting),
                probe=admitted.probe,
                jitter=self.router.chance(),
            )
            decision = decide(after)
            if decision.then == "give up":
                break
            wait = decision.wait
            if decision.then == "next":
                waiting.popleft()
        raise all_failed(reasons, asked)

    def retract(self, reason: str) -> Retracted:
        """Take back all that was shown, and begin another answer."""
        former, self.number = self.number, self.number + 1
        self._shown.clear()
        return Retracted(former, reason)

    def _others(self, waiting: Iterable[Provider]) -> bool:
        """Whether one after the first could be asked now."""
        others = [self.router.health.of(provider) for provider in waiting][1:]
        return any(health.refusal() is None and health.pause <= WORTH_WAITING for health in others)

    async def _admit(self, health: Health, wait: float, *, others: bool) -> Refusal | Admitted:
        """Wait as long as it needs before a request, if that is not too long, and ask whether it may be made."""
        if (refused := health.refusal()) is not None:
            return refused
        if wait > (WORTH_WAITING if others else LONGEST_WAIT) + BACKOFF:
            return Refusal(f"{health.name} asked to be left alone for another {wait:.0f} s.", wait)
        if wait > 0:
            await self.router.sleep(wait)
        self._waited = wait
        return health.admit()

    async def _ask(
        self, provider: Provider, health: Health, request: Request, prefix: str
    ) -> AsyncGenerator[StepEvent, None]:
        """One request. `_failed` says afterwards how it failed, None when it gave the whole step."""
        self.provider, self._failed = provider, None
        builder = StepBuilder(label(provider), prefix)
        patience = self._patience(provider)
        shown, noted = "", False
        try:
            async with aclosing(take_step(provider, request, builder=builder, patience=patience)) as items:
                async for item in items:
                    match item:
                        case TextDelta(text=text):
                            piece = text if shown or not self._shown else f"\n\n{text}"
                            shown += piece
                            yield TextChunk(self.number, piece)
                        case ReasoningDelta(text=text):
                            yield Reasoning(text)
                        case Step():
                            health.succeeded(patience.waited * 1000)
                            self._note(provider, request, builder, patience)
                            noted = True
                            self._leader = provider
                            if shown:
                                self._shown[self.number] = self._shown.get(self.number, "") + shown
                            yield item
        except ProviderError as error:
            failure = _as_failure(error)
            self._failed = _Failed(failure, builder.begun)
            self._learn(health, failure)
            self._note(provider, request, builder, patience, failure)
        except (asyncio.CancelledError, GeneratorExit):
            if not noted:  # what was asked and said until then is paid
                self._note(provider, request, builder, patience, stopped=True)
            raise
        if self._failed is not None:
            for event in self._take_back(self._failed.failure, shown=bool(shown)):
                yield event

    def _patience(self, provider: Provider) -> Patience:
        gap, connect = self.settings.read_timeout, self.settings.connect_timeout
        return Patience(
            label(provider),
            begin=STARTING + connect + gap,
            gap=gap,
            whole=STARTING + connect + WHOLE * gap,
            clock=self.router.health.clock,
            wait=self.router.wait,
        )

    def _learn(self, health: Health, failure: ProviderFailure) -> None:
        if ours(failure):
            health.succeeded()
        elif failure.kind == "key":
            health.disable(failure.message)
        else:
            health.failed(
                failure.message,
                limit=self.settings.circuit_failures,
                seconds=self.settings.circuit_seconds,
                retry_after=failure.retry_after,
            )

    def _take_back(self, failure: ProviderFailure, *, shown: bool) -> Iterator[TextChunk | Retracted]:
        """Begin another answer; what earlier steps had shown under the retracted number is shown again."""
        former, self.number = self.number, self.number + 1
        if not shown:
            return
        yield Retracted(former, failure.message)
        if kept := self._shown.pop(former, ""):
            self._shown[self.number] = kept
            yield TextChunk(self.number, kept)

    def _note(
        self,
        provider: Provider,
        request: Request,
        builder: StepBuilder,
        patience: Patience,
        failure: ProviderFailure | None = None,
        *,
        stopped: bool = False,
    ) -> None:
        """Write a request into the receipt."""
        usage, cost = builder.counted(request)
        model = request.model or provider.model
        if cost is None:
            cost = price_at(provider, model, usage.prompt_tokens, usage.completion_tokens)
        self._receive(
            Attempt(
                provider=provider.name,
                model=model,
                outcome="cancelled" if stopped else _outcome(failure),
                why="" if failure is None else failure.message,
                status=None if failure is None else failure.status,
                wait_s=self._waited,
                latency_ms=patience.waited * 1000,
                prompt_tokens=usage.prompt_tokens,
                completion_tokens=usage.completion_tokens,
                cost=cost,
                estimated=usage.estimated,
            )
        )

    def _skip(self, provider: Provider, refused: Refusal) -> None:
        """Say once in the receipt why a provider was not asked."""
        skipped = Attempt(provider.name, provider.model, "skipped", refused.why)
        if not any((attempt.provider, attempt.outcome) == (provider.name, "skipped") for attempt in self.attempts):
            self.attempts.append(skipped)

    def _receive(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        if self.book is not None:
            self.book.after(attempt)


def _outcome(failure: ProviderFailure | None) -> Literal["answered", "empty", "failed"]:
    if failure is None:
        return "answered"
    return "empty" if failure.kind == "empty" else "failed"


def label(provider: Provider) -> str:
    """The provider's name in a sentence."""
    endpoint = getattr(provider, "endpoint", None)
    return provider.name if endpoint is None else str(endpoint.label)


def _as_failure(error: ProviderError) -> ProviderFailure:
    if isinstance(error, ProviderFailure):
        return error
    return ProviderFailure(error.message, "unavailable", retry_after=error.retry_after)
