"""How a provider failed, in plain words and in a form that a router can act on."""

from __future__ import annotations

from typing import Literal

from canvas_widget.errors import ProviderError

__all__ = ["FailureKind", "ProviderFailure"]

FailureKind = Literal["key", "request", "limited", "unavailable", "unreachable", "timeout", "garbage"]


class ProviderFailure(ProviderError):
    """A provider that failed.

    `kind` says whose fault it is: "key" (it refuses the key or wants money), "request" (it refuses what we sent),
    "limited" (too many requests; `retry_after` in seconds when it said so), "unavailable" (its own error),
    "unreachable", "timeout" or "garbage" (what it sent is no answer). `status` is its HTTP status, when there was one.
    """

    def __init__(
        self, message: str, kind: FailureKind, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.kind = kind
        self.status = status
