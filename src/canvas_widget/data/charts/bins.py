"""Bins of a histogram: round edges, and the SQL that sorts a number into one."""

from __future__ import annotations

import math

__all__ = ["edges", "literal_number", "nice"]


def nice(low: float, high: float, most: int) -> tuple[float, float]:
    """Where bins begin and how wide they are: round numbers, at most `most` bins from `low` to `high`."""
    if not low < high:
        return low, 1.0
    rough = (high - low) / most
    if not math.isfinite(rough) or rough == 0:
        return low, max(1.0, high / most - low / most)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 2.5, 5, 10, 20, 25, 50):
        step = float(f"{factor * power:.12g}")
        start = math.floor(low / step) * step
        if math.floor((high - start) / step) + 1 <= most:
            return float(f"{start:.12g}"), step
    return low, rough


def edges(value: str, start: float, step: float) -> tuple[str, str]:
    """The SQL of the lower and the upper edge of the bin that a value (SQL too) lies in."""
    shift = "" if start == 0 else f" - {literal_number(start)}" if start > 0 else f" + {literal_number(-start)}"
    back = "" if start == 0 else f" + {literal_number(start)}" if start > 0 else f" - {literal_number(-start)}"
    index = f"floor(({value}{shift}) / {literal_number(step)})"
    if step != int(step):  # 0.3 / 0.1 is 2.9999999999999996
        index = f"floor(round(({value}{shift}) / {literal_number(step)}, 9))"
    return f"{index} * {literal_number(step)}{back}", f"({index} + 1) * {literal_number(step)}{back}"


def literal_number(value: float) -> str:
    """A number as SQL: whole ones plain, others as the shortest text of 12 digits."""
    if value == int(value) and abs(value) < 2**53:
        return repr(int(value))
    text = repr(float(f"{value:.12g}"))
    return f"CAST('{text}' AS DOUBLE)" if "e" in text else text
