"""Identifiers: normalised once, unique always, and never refused without a way on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

__all__ = ["MAX_IDENTIFIER", "alternatives", "normalise"]

MAX_IDENTIFIER = 64

_NOT_WORD = re.compile(r"[^\w-]+")


def normalise(proposed: str, fallback: str = "container") -> str:
    """The identifier made from a proposed name: lower case, letters, digits, `_` and `-`, at most 64 long."""
    text = unicodedata.normalize("NFKC", proposed).strip().lower()
    text = _NOT_WORD.sub("_", text).strip("_-")
    return text[:MAX_IDENTIFIER].strip("_-") or fallback


def alternatives(taken: str, is_taken: Callable[[str], bool], kind: str = "new", limit: int = 5) -> list[str]:
    """Up to `limit` free identifiers near a taken one: numbered, then suffixed, then prefixed."""
    stem = taken[: MAX_IDENTIFIER - 10]
    numbered = (f"{stem}_{number}" for number in range(2, 1000))
    free: list[str] = []
    for candidate in numbered:
        if not is_taken(candidate):
            free.append(candidate)
        if len(free) >= max(1, limit - 2):
            break
    for candidate in (f"{stem}_copy", f"{kind}_{stem}"):
        if len(free) < limit and candidate not in free and not is_taken(candidate):
            free.append(candidate)
    return free
