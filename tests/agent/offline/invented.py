"""Dates and values for invented tables: the same in every run, without a random number."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["days", "some", "spread"]


def days(start: str, count: int, step: int) -> pd.DatetimeIndex:
    """`count` days from `start`, `step` days apart."""
    return pd.date_range(start, periods=count, freq=f"{step}D")


def some(values: tuple[Any, ...], count: int, step: int = 1) -> list[Any]:
    """`count` of the values in no order; the second comes twice as often as the first, the third three times."""
    return _picked(values, [step * 5 + 17 * n + n // 4 for n in range(count)])


def spread(values: tuple[Any, ...], count: int, step: int = 1) -> list[Any]:
    """As `some`, in another order."""
    return _picked(values, [step * 7 + 31 * n + n // 3 for n in range(count)])


def _picked(values: tuple[Any, ...], places: list[int]) -> list[Any]:
    weighted = [value for times, value in enumerate(values, 1) for _ in range(times)]
    return [weighted[place % len(weighted)] for place in places]
