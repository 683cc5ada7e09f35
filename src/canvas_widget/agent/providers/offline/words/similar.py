"""How alike two words are: abbreviations, synonyms, the start of a word, and typing errors."""

from __future__ import annotations

from functools import lru_cache

from canvas_widget.agent.providers.offline.words import charts, lexicon
from canvas_widget.agent.providers.offline.words.normalise import stem
from canvas_widget.agent.providers.offline.words.roots import related
from canvas_widget.agent.providers.offline.words.shorthand import shortened
from canvas_widget.agent.providers.offline.words.synonyms import (
    ABBREVIATIONS,
    COMPARATIVES,
    FILLERS,
    SUPERLATIVES,
    alike,
)
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["GRAMMAR", "closest", "distance", "likeness", "nearest"]

_PARTS = words("""
    score head population rated paid sold key grid course account association function wheel cake circle ring sector
    comment heat north south word
""")
"""Words inside such phrases that alone are nouns of data as well."""
GRAMMAR = (
    frozenset(
        {stem(word) for word in (*FILLERS, *SUPERLATIVES, *COMPARATIVES)}
        | set(FILLERS)
        | lexicon.AGGREGATES.words
        | lexicon.DIRECTIONS.words
        | lexicon.COMPARISONS.words
        | lexicon.GROUPERS.words
        | lexicon.UNITS.words
        | charts.KINDS.words
    )
    - _PARTS
)
"""Words that have a reading of their own; they name a column only when they are its whole name."""

_INFLECTED = ("ing", "ings")
EXACT, SHORT, FAMILY, SYNONYM, ONE_OFF, TWO_OFF = 1.0, 0.95, 0.86, 0.72, 0.8, 0.65


def distance(one: str, other: str, limit: int) -> int:
    """The typing errors (insert, drop, change, swap of neighbours) between two words; `limit` + 1 when more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _allowed(length: int) -> int:
    """Typing errors forgiven in a word of that length."""
    return 0 if length < 4 else 1 if length < 7 else 2


def _expanded(word: str) -> str:
    return ABBREVIATIONS.get(word, word)


@lru_cache(maxsize=65536)
def likeness(said: str, named: str, *, typos: bool = True) -> float:
    """How well the stem `said` stands for the stem `named` of a column or dataset: 0 (not at all) to 1."""
    if said == named:
        return EXACT
    if (
        _expanded(said) == named
        or said == _expanded(named)
        or (_expanded(said) == _expanded(named) and named.isalpha())
    ):
        return SHORT
    if said in GRAMMAR:
        return 0.0
    if not said.isalpha() or not named.isalpha():
        return 0.0
    cut = shortened(named, said) if named not in GRAMMAR else 0.0
    if cut:
        return cut
    small, large = sorted((len(said), len(named)))
    if small >= 3 and named not in GRAMMAR and related(said, named):
        return FAMILY
    if (
        small >= 4
        and (named.startswith(said) or said.startswith(named))
        and small / large >= 0.4
        and named not in GRAMMAR
    ):
        return 0.6 + 0.3 * small / large
    if named in alike(said) or (named.endswith(_INFLECTED) and any(_inflects(named, word) for word in alike(said))):
        return SYNONYM
    if typos and small >= 4 and said[0] == named[0]:
        errors = distance(said, named, _allowed(small))
        if errors <= _allowed(small):
            return ONE_OFF if errors == 1 else TWO_OFF
    return 0.0


@lru_cache(maxsize=65536)
def closest(said: str, names: tuple[str, ...]) -> tuple[float, str]:
    """How well the stem `said` stands for the word of `names` it is most like, and that word (the first of equals)."""
    best = max(names, key=lambda name: likeness(said, name))
    return likeness(said, best), best


def _inflects(named: str, word: str) -> bool:
    """Whether a name is the verbal form of a word: “seating” of seats, “staffing” of staff."""
    return len(word) >= 3 and any(named in (f"{word}{end}", f"{word.removesuffix('e')}{end}") for end in _INFLECTED)


def nearest(said: str, names: list[str], limit: int = 3) -> list[str]:
    """The names that look most like what was said, best first."""
    import difflib

    lowered = {name.lower().replace("_", " "): name for name in names[:2000]}
    close = difflib.get_close_matches(said.lower()[:60], list(lowered), n=limit, cutoff=0.4)
    return [lowered[name] for name in close]
