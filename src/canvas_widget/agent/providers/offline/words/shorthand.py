"""Names cut to letters: `rgn` is a region, `seg` a segment, `ordr` an order, `cname` of cust a customer's name."""

from __future__ import annotations

from functools import lru_cache

from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["headed", "shortened"]

_VOWELS = frozenset("aeiou")
_SHORTEST, _LONGEST = 3, 5
_LABELS = words("name date id no num nbr code type title price status stat amount amt time year cost city key nm dt")
"""Words behind the letter that stands for the dataset: `odate`, `cname`."""


@lru_cache(maxsize=65536)
def shortened(short: str, full: str, *, letters: int = 3) -> float:
    """How well `short` stands for `full`: 0.9 when it keeps the consonants in order, 0.72 when it is its beginning.

    `letters` is the least that `short` must have; two say enough of a dataset only.
    """
    if letters <= len(short) <= _SHORTEST and len(full) <= _LONGEST and _skeleton(short, full):
        return 0.72
    if not (_SHORTEST <= len(short) <= _LONGEST and len(short) < len(full) and short[0] == full[0]):
        return 0.0
    if not _VOWELS & set(short[1:]):
        left = iter(full)
        kept = all(letter in left for letter in short)
        return 0.9 if kept and len(full) - len(short) <= 6 else 0.0
    opening = full.startswith(short) and len(full) >= len(short) + 3 and short[-1] not in _VOWELS
    return 0.72 if opening and len(short) == _SHORTEST else 0.0


def _skeleton(short: str, full: str) -> bool:
    """`rm` of rooms, `nts` of nights: two letters, the first and the last, or all the consonants."""
    cut = short[:-1] if len(short) == _SHORTEST and short[-1] == "s" else short
    if len(cut) != 2 or _VOWELS & set(cut) or len(full) < 3 or short == full:
        return False
    left = "".join(letter for letter in full if letter not in _VOWELS)
    return left == cut or (cut != short and cut == full[0] + full[-1])


def headed(word: str, table: tuple[str, ...]) -> str | None:
    """What stands behind the dataset's letter in a name of one word: “name” in `cname` of customers."""
    if not table or len(word) < 3 or word[0] != table[0][0]:
        return None
    return word[1:] if word[1:] in _LABELS else None
