"""Identifiers: normalised once, unique always, and never refused without a way on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import count, islice

from canvas_widget.errors import InvalidArgument

__all__ = ["MAX_IDENTIFIER", "alternatives", "normalise"]

MAX_IDENTIFIER = 64

_NOT_WORD = re.compile(r"[^\w-]+")


def normalise(proposed: str, fallback: str = "container") -> str:
    """The identifier made from a proposed name: lower case, letters, digits, `_` and `-`, at most 64 long.

    Raises:
        InvalidArgument: the name is no text.
    """
    if not isinstance(proposed, str):
        raise InvalidArgument(f"An identifier is text, not {proposed!r:.80}.")
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", proposed).lower())
    text = _NOT_WORD.sub("_", text).strip("_-")
    return text[:MAX_IDENTIFIER].strip("_-") or fallback


def alternatives(taken: str, is_taken: Callable[[str], bool], kind: str = "new", limit: int = 5) -> list[str]:
    """Up to `limit` free identifiers near a taken one: most numbered, one suffixed, one prefixed."""
    stem = taken[: MAX_IDENTIFIER - 10]
    suffixed = [f"{stem}_{word}" for word in ("copy", "new", "alt")]
    prefixed = [f"{word}_{stem}" for word in (kind, "new", "other")]
    extra = [next((one for one in group if not is_taken(one)), None) for group in (suffixed, prefixed)]
    others = [one for one in dict.fromkeys(extra) if one is not None][: max(0, limit - 1)]
    numbered = (one for number in count(2) if not is_taken(one := f"{stem}_{number}"))
    return [*islice(numbered, limit - len(others)), *others]
