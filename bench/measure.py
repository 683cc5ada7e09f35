"""Samples and the rows that a benchmark reports."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Row", "Sample", "interleave", "sample"]


@dataclass(frozen=True)
class Sample:
    """How long something took, n times, in ms; `bytes` is what one time shipped (0 where nothing is shipped)."""

    n: int
    p50: float
    p95: float
    bytes: int = 0

    def __str__(self) -> str:
        return f"{number(self.p50)} / {number(self.p95)} ms (n {self.n})"


@dataclass(frozen=True)
class Row:
    """One claim: ours and the peer's sample, the ratio that is claimed, and its limit.

    `at_most` is the largest ratio that keeps the claim (None: reported only). `what` tells the ratio's meaning.
    """

    benchmark: str
    claim: str
    ours: Sample
    peer_name: str
    peer: Sample | None
    what: str
    ratio: float | None
    at_most: float | None

    @property
    def holds(self) -> bool | None:
        if self.ratio is None or self.at_most is None:
            return None
        return self.ratio <= self.at_most

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Row:
        peer = data["peer"]
        return cls(**{**data, "ours": Sample(**data["ours"]), "peer": Sample(**peer) if peer else None})


def number(value: float) -> str:
    """A figure with three significant digits."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 4)}f}"


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def sample(times: Sequence[float], shipped: int = 0) -> Sample:
    """Summary of times in seconds."""
    return Sample(len(times), quantile(times, 0.5) * 1000, quantile(times, 0.95) * 1000, shipped)


def interleave(n: int, *sides: Callable[[], Any], warm: int = 1) -> list[list[float]]:
    """Runs the sides in turn, `n` times each after `warm` unmeasured ones; the seconds of each side.

    The rubbish collector runs between the measurements, never within one.
    """
    times: list[list[float]] = [[] for _ in sides]
    for round_ in range(n + warm):
        for side, run in enumerate(sides):
            gc.collect()
            gc.disable()
            try:
                start = time.perf_counter()
                run()
                took = time.perf_counter() - start
            finally:
                gc.enable()
            if round_ >= warm:
                times[side].append(took)
    return times
