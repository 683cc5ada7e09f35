"""How a provider failed, in plain words and in a form that the router can act on."""

from __future__ import annotations

from typing import Literal

from canvas_widget.errors import ProviderError

__all__ = ["EmptyAnswer", "FailureKind", "ProviderFailure"]

FailureKind = Literal[
    "key", "request", "limited", "unavailable", "unreachable", "timeout", "garbage", "cut", "empty", "endless"
]


class ProviderFailure(ProviderError):
    """A provider that failed.

    `kind` says whose fault it is: "key" (it refuses the key or wants money), "request" (it refuses what we sent, or
    answers it in a way that asking again does not mend), "limited" (too many requests; `retry_after` in seconds when
    it said so), "unavailable" (its own error), "unreachable", "timeout", "garbage" (what it sent is no answer), "cut"
    (its answer has no end), "empty" (nothing is in it) or "endless". `status` is its HTTP status, when there was one.
    """

    def __init__(
        self, message: str, kind: FailureKind, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.kind = kind
        self.status = status


class EmptyAnswer(ProviderFailure):
    """An answer with no text and no tool call."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "empty")
