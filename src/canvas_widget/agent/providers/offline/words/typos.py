"""Typing errors in the words of requests themselves: “propotion”, “averge”, “ench month”."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from canvas_widget.agent.providers.offline.words import charts, lexicon
from canvas_widget.agent.providers.offline.words.normalise import Token, fold
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR, distance
from canvas_widget.agent.providers.offline.words.synonyms import FILLERS
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["corrected"]

SHORTEST = 4
_TABLES = (lexicon.AGGREGATES, lexicon.GROUPERS, lexicon.DIRECTIONS, charts.KINDS, lexicon.UNITS, lexicon.COMPARISONS)
_MEANT = tuple(sorted({word for table in _TABLES for word in table.words if len(word) >= SHORTEST and word.isalpha()}))

_AXES = {"horizontal": "x", "vertical": "y"}
_COORDINATES = {"abscissa": "x", "ordinate": "y"}
_REAL = words(
    "width wide weight height depth excluding include exclude coast store state stage order older over even ever even "
    "then than them they this those three there here hear were wear rest past part port post cost host most must just "
    "list last lost mean mein main many mine time tame team item year bear hear dear gear rear lean leap lead load "
    "contain container filter letter better center title table tables panel pan pipe pile file fire line like life"
)
"""Words of their own that are one letter from a word of requests."""


def corrected(found: Sequence[Token], known: Callable[[str], bool]) -> tuple[Token, ...]:
    """The tokens, with words that are nothing else read as the word of a request they are one or two letters off.

    `known` tells whether the data has a word.
    """
    words = [_corrected(token, known) for token in _merged(found, known)]
    for index, token in enumerate(words[:-1]):
        if token.lower in _AXES and words[index + 1].stem in ("axis", "axe", "axes", "coordinate"):
            words[index] = replace(token, lower=_AXES[token.lower], stem=_AXES[token.lower])
            if words[index + 1].stem == "coordinate":
                words[index + 1] = replace(words[index + 1], lower="axis", stem="axis")
        elif token.lower in _COORDINATES and not known(token.stem):
            words[index] = replace(token, lower=_COORDINATES[token.lower], stem=_COORDINATES[token.lower])
    return tuple(words)


def _merged(found: Sequence[Token], known: Callable[[str], bool]) -> list[Token]:
    """“check-ins”, “data base” as one word where the data has it so."""
    merged: list[Token] = []
    index = 0
    while index < len(found):
        token = found[index]
        after = index + 1
        while after < len(found) and after == index + 1 and found[after].text == "-":
            after += 1
        following = found[after] if after < len(found) else None
        if token.kind == "word" and following is not None and following.kind == "word" and not following.glued:
            both = token.lower + following.stem
            if len(both) >= 6 and not known(token.stem) and known(both) and _written_so(both, known):
                text = token.text + following.text
                merged.append(replace(token, text=text, lower=fold(text), stem=both, end=following.end))
                index = after + 1
                continue
        merged.append(token)
        index += 1
    return merged


def _written_so(word: str, known: Callable[[str], bool]) -> bool:
    """Whether the data has exactly that word, and not one that only looks like it."""
    return known(f"={word}")


def _corrected(token: Token, known: Callable[[str], bool]) -> Token:
    if token.kind != "word" or len(token.stem) < SHORTEST or token.glued or token.text[:1].isupper():
        return token
    if token.stem in GRAMMAR or token.lower in GRAMMAR or token.lower in FILLERS or token.lower in RELATING:
        return token
    meant = _meant(token.stem)
    if meant is None or token.lower in _REAL or known(token.stem):
        return token
    return replace(token, lower=fold(meant), stem=meant)


@lru_cache(maxsize=4096)
def _meant(word: str) -> str | None:
    allowed = 1 if len(word) < 10 else 2
    close = [
        other
        for other in _MEANT
        if other[0] == word[0] and abs(len(other) - len(word)) <= 1 and distance(word, other, allowed) <= allowed
    ]
    return close[0] if len(close) == 1 else None
