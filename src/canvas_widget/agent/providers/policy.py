"""What to do after a provider failed: ask it again, ask the next one, or give up. Pure, so that a table can test it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from canvas_widget.agent.providers.failures import FailureKind, ProviderFailure
from canvas_widget.agent.providers.health import Refusal
from canvas_widget.errors import NoProvider, ProviderError

__all__ = [
    "BACKOFF",
    "LONGEST_BACKOFF",
    "LONGEST_WAIT",
    "WORTH_WAITING",
    "After",
    "Decision",
    "Reason",
    "all_failed",
    "decide",
    "ours",
]

BACKOFF = 0.5
"""Seconds that the first pause is at most; each further one is at most twice as long."""
LONGEST_BACKOFF = 8.0
"""Seconds."""
WORTH_WAITING = 20.0
"""Seconds that a provider may ask for while another one is there."""
LONGEST_WAIT = 60.0
"""Seconds that a provider may ask for when it is the only one."""

_NO_SUCH_THING = (404, 405, 410)
_ONCE: tuple[FailureKind, ...] = ("empty", "timeout")

Then = Literal["again", "next", "give up"]
Reason = ProviderFailure | Refusal


@dataclass(frozen=True, slots=True)
class After:
    """A failure, and where it happened.

    `tries` counts the requests of this step that this provider has had, this one included; `begun` says that it had
    begun its answer; `others` that another provider could be asked; `jitter` is a random number from 0 to 1.
    """

    failure: ProviderFailure
    tries: int
    retries: int
    begun: bool = False
    others: bool = False
    probe: bool = False
    jitter: float = 1.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do next, and how many seconds to wait before it."""

    then: Then
    wait: float = 0.0


def ours(failure: ProviderFailure) -> bool:
    """Whether what we sent is at fault, so that no provider would take it."""
    return failure.kind == "request" and failure.status not in _NO_SUCH_THING


def decide(after: After) -> Decision:
    """What comes after a failure.

    A fault of ours is nobody else's to mend. A refused key and an unknown model are not mended by asking again. An
    answer that broke off goes to another provider where there is one: its text is taken back already, so nothing is
    saved by insisting. Silence and emptiness are asked about once more, all else `retries` times; not at all past
    the time that the provider itself asked for, when that is longer than anybody waits.
    """
    failure = after.failure
    if ours(failure):
        return Decision("give up")
    if failure.kind in ("key", "request", "endless") or after.probe or (after.begun and after.others):
        return Decision("next")
    asked = failure.retry_after
    if asked is not None and asked > (WORTH_WAITING if after.others else LONGEST_WAIT):
        return Decision("next")
    if failure.kind == "empty":
        return Decision("again") if after.tries == 1 else Decision("next")
    allowed = min(after.retries, 1) if failure.kind in _ONCE else after.retries
    if after.tries > allowed:
        return Decision("next")
    longest = min(LONGEST_BACKOFF, BACKOFF * 2 ** (after.tries - 1))
    return Decision("again", after.jitter * longest if asked is None else asked + after.jitter * BACKOFF)


def all_failed(reasons: Mapping[str, Reason], asked: Mapping[str, int]) -> ProviderError:
    """The one error of a step that nobody answered: says of each provider why, and when to try again.

    Args:
        reasons: what each provider came to, by its name, in the order in which they were tried.
        asked: how often each was asked.
    """
    waits = [wait for reason in reasons.values() if (wait := reason.retry_after) is not None]
    retry_after = min(waits, default=None)
    said = {name: _said(reason, asked.get(name, 0)) for name, reason in reasons.items()}
    whole = " ".join(said.values())
    if len(said) > 1:
        whole = "No provider answered. " + " ".join(f"{name}: {text}" for name, text in said.items())
    last = [*reasons.values()][-1]
    if len(said) == 1 and isinstance(last, ProviderFailure) and whole == last.message:
        return last
    if len(said) == 1 and isinstance(last, ProviderFailure):
        return ProviderFailure(whole, last.kind, status=last.status, retry_after=retry_after)
    if all(isinstance(reason, Refusal) for reason in reasons.values()):
        return NoProvider(whole, retry_after=retry_after)
    return ProviderError(whole, retry_after=retry_after)


def _said(reason: Reason, asked: int) -> str:
    if isinstance(reason, Refusal):
        return reason.why
    often = {2: " It was asked twice."}.get(asked, f" It was asked {asked} times." if asked > 1 else "")
    hint = " Ask again, or ask another model." if reason.kind == "empty" else ""
    return f"{reason.message}{often}{hint}"
