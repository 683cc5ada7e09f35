"""Numbers written the English way, with the marks of another locale and currency."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["localised"]


def localised(text: str, marks: Mapping[str, Any] | None) -> str:
    """A number written the English way, with other marks: as d3 has them, None for the English ones."""
    if marks is None:
        return text

    def digits(match: re.Match[str]) -> str:
        whole, _, fraction = match[0].partition(".")
        if "," in whole:
            whole = _grouped(whole.replace(",", ""), marks["grouping"], marks["thousands"])
        return f"{whole}{marks['decimal']}{fraction}" if fraction else whole

    written = re.sub(r"\d[\d,]*(?:\.\d+)?", digits, text)
    if "$" not in written:
        return written
    sign, _, number = written.partition("$")
    before, after = marks["currency"]
    return f"{sign}{before}{number}{after}"


def _grouped(digits: str, sizes: Sequence[int], mark: str) -> str:
    """Digits in groups from the right, the last size repeated."""
    groups: list[str] = []
    while digits:
        size = max(1, sizes[min(len(groups), len(sizes) - 1)]) if sizes else len(digits)
        groups.insert(0, digits[-size:])
        digits = digits[:-size]
    return mark.join(groups)
