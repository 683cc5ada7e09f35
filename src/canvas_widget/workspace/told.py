"""Progress of a preparation, told as often as a person can see it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

__all__ = ["Progress", "Told"]

Progress = Callable[[str, float | None], None]
"""Told what goes on, and the share that is done where it is known."""
OFTEN = 0.1
"""How often progress is told at most, in seconds."""


class Told:
    """Progress over several scans."""

    def __init__(self, progress: Progress | None, charts: int, scans: int) -> None:
        self._progress = progress
        self._message = f"Preparing {charts} {'chart' if charts == 1 else 'charts'} for brushing"
        self._scans = scans
        self._last = -math.inf
        self._said = False

    def of(self, number: int) -> Callable[[float], None]:
        """What one scan tells its share to."""

        def tell(share: float) -> None:
            now = time.monotonic()
            if self._progress is not None and now - self._last >= OFTEN:
                self._last, self._said = now, True
                self._progress(self._message, (number + share) / self._scans)

        return tell

    def end(self) -> None:
        if self._progress is not None and self._said:
            self._progress("", None)
