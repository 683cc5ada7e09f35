"""Text to tokens: words with their stems, numbers, dates, quoted strings, and the words inside identifiers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["MAX_TOKENS", "Token", "fold", "human", "name_words", "stem", "tokens"]

MAX_TOKENS = 4000
"""Tokens read of one prompt; what follows is named as unread in the answer."""

LARGEST = 10**18
TokenKind = Literal["word", "number", "date", "quoted", "symbol"]

_PIECE = re.compile(
    r""""(?P<dq>[^"\n]{1,4000})"|“(?P<cq>[^”\n]{1,4000})”|«(?P<gq>[^»\n]{1,4000})»|`(?P<bq>[^`\n]{1,4000})`"""
    r"""|(?<![^\s(,:=])['‘](?P<sq>[^'’\n]{1,400})['’](?!\w)"""
    r"""|(?P<date>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?)(?![\d-])"""
    r"""|(?P<num>(?:(?<![\w)\]])[-−])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)(?P<suffix>(?:k|m|bn|b|st|nd|rd|th|px)\b|%)?"""
    r"""|(?P<word>[^\W\d_]+(?:['’](?:s|t|re|ll|ve|m|d)\b)?\d*)"""
    r"""|(?P<op><=|>=|!=|<>|==|≤|≥|≠)|(?P<sym>[^\s])""",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?")
_SCALE = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9}
_COUNTS = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
} | {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "dozen": 12}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the prompt at `start:end`.

    `lower` is the folded word, `stem` its singular; `value` the number of a number (also of a spelled one), else
    None; quoted tokens hold what stood between the quotes in `text`. `glued`: no blank before it, so it belongs to
    the same written word as the token in front.
    """

    text: str
    lower: str
    stem: str
    kind: TokenKind
    start: int
    end: int
    value: int | float | None = None
    glued: bool = False


def fold(text: str) -> str:
    """Lower case with plain apostrophes."""
    return text.replace("’", "'").replace("‘", "'").lower()


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The singular of an English word, folded; words of other kinds come back as they are."""
    word = fold(word)
    word = word.removesuffix("'s")
    if len(word) <= 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + ("ie" if word in ("movies", "cookies", "calories", "series") else "y")
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s"):
        return word[:-1]
    return word


def _number(text: str, suffix: str | None) -> int | float:
    plain = text.replace(",", "").replace("−", "-")
    if len(plain) > 300:
        return LARGEST
    value = float(plain) * _SCALE.get(fold(suffix or ""), 1.0)
    if not math.isfinite(value):
        return LARGEST
    return int(value) if value.is_integer() else value


def _pieces(text: str) -> list[tuple[int, int]]:
    """Where the words inside a written word lie: `petalLength2` has three, `GDPGrowth` two, `naïve` one."""
    cuts = [0]
    for index in range(1, len(text)):
        before, here = text[index - 1], text[index]
        raised = before.islower() and here.isupper()
        ended = before.isupper() and here.isupper() and text[index + 1 : index + 2].islower()
        if raised or ended or before.isdecimal() != here.isdecimal():
            cuts.append(index)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _words(text: str, start: int, *, glued: bool) -> list[Token]:
    """The words inside one written word."""
    if "'" in text or "’" in text:
        return [Token(text, fold(text), stem(text), "word", start, start + len(text), None, glued)]
    found: list[Token] = []
    for begin, end in _pieces(text):
        piece = text[begin:end]
        number = piece.isdecimal()
        value = _number(piece, None) if number else _COUNTS.get(fold(piece))
        kind: TokenKind = "number" if number else "word"
        joined = glued or bool(found)
        found.append(Token(piece, fold(piece), stem(piece), kind, start + begin, start + end, value, joined))
    return found


def tokens(text: str, limit: int = MAX_TOKENS) -> tuple[Token, ...]:
    """The tokens of a text, at most `limit`, in order. Underscores join words and leave no token."""
    found: list[Token] = []
    for match in _PIECE.finditer(text):
        start, end = match.span()
        before = text[start - 1] if start else " "
        glued = bool(found) and found[-1].kind == "word" and found[-1].end >= start - 1 and before == "_"
        glued = glued or (bool(found) and found[-1].end == start and found[-1].kind in ("word", "number"))
        kind = match.lastgroup
        piece = match.group()
        if kind in ("dq", "cq", "gq", "bq", "sq"):
            inner = match.group(kind)
            if _DAY.fullmatch(inner):
                found.append(Token(inner, inner, inner, "date", start, end))
                continue
            found.append(Token(inner, fold(inner), fold(inner), "quoted", start, end))
        elif kind == "date":
            found.append(Token(piece, piece, piece, "date", start, end))
        elif match.group("num") is not None:
            found.append(
                Token(piece, fold(piece), fold(piece), "number", start, end,
                      _number(match.group("num"), match.group("suffix")), glued)
            )  # fmt: skip
        elif kind == "word":
            found.extend(_words(piece, start, glued=glued))
        elif piece != "_":
            found.append(Token(piece, piece, piece, "symbol", start, end))
        if len(found) >= limit:
            return tuple(found[:limit])
    return tuple(found)


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """The stems of the words in a name: `Miles_per_Gallon`, `milesPerGallon` and `miles per gallon` are alike."""
    return tuple(token.stem for token in tokens(name[:400]) if token.kind != "symbol")


def human(name: str) -> str:
    """A name as it reads in a sentence: `Miles_per_Gallon` is "miles per gallon", `GDP` stays."""
    words = [token for token in tokens(name[:400]) if token.kind != "symbol"]
    if len(words) > 1 and all(word.text.isupper() or word.kind == "number" for word in words):
        return " ".join(word.lower for word in words)
    return " ".join(w.text if w.text.isupper() and 1 < len(w.text) <= 4 else w.lower for w in words) or name
