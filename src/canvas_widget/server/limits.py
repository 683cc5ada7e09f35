"""How often a user may do something: token buckets, one kind apart from the other."""

from __future__ import annotations

import time
from collections.abc import Callable

from canvas_widget.errors import RateLimited
from canvas_widget.settings import RateLimit

__all__ = ["Buckets"]

MOST = 10_000
"""Users that are remembered at a time."""


class Buckets:
    """One bucket per key: it holds `limit.count`, and fills up again in `limit.seconds`."""

    def __init__(self, limit: RateLimit, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._what = what
        self._clock = clock
        self._held: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> None:
        """Take one.

        Raises:
            RateLimited: none is left; says when there is one.
        """
        now = self._clock()
        per_second = self.limit.count / self.limit.seconds
        left, at = self._held.pop(key, (float(self.limit.count), now))
        left = min(float(self.limit.count), left + (now - at) * per_second)
        if left < 1:
            self._held[key] = (left, now)
            wait = round((1 - left) / per_second, 2)
            raise RateLimited(
                f"At most {self.limit.count} {self._what} in {self.limit.seconds:g} s. Try again in {wait:g} s.",
                retry_after=max(wait, 0.01),
            )
        self._held[key] = (left - 1, now)
        if len(self._held) > MOST:
            del self._held[next(iter(self._held))]
