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


def _listed(text: str) -> list[str]:
    return text.split()


_SCALE = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9}
_COUNTS = {
    word: number
    for number, word in enumerate(
        _listed("""
            zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
            seventeen eighteen nineteen
        """)
    )
} | {"dozen": 12, "hundred": 100}
_TENS = {
    word: 10 * number for number, word in enumerate(_listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
_COUNTS |= _TENS
_POWERS = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}


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


def _spelled(found: list[Token]) -> list[Token]:
    """“twenty five”, “one hundred and fifty”, “3 million” as one number each."""
    merged: list[Token] = []
    index = 0
    while index < len(found):
        end, value = _cardinal(found, index)
        if end - index < 2:
            merged.append(found[index])
            index += 1
            continue
        first, last = found[index], found[end - 1]
        said = " ".join(token.lower for token in found[index:end])
        merged.append(Token(said, said, said, "number", first.start, last.end, value, first.glued))
        index = end
    return merged


def _cardinal(found: list[Token], index: int) -> tuple[int, int | float]:
    """The end and the value of the number in words that starts at `index`; `index` itself when none does."""
    total: int | float = 0
    group: int | float = 0
    at, last = index, ""
    while at < len(found):
        token = found[at]
        scale = _POWERS.get(token.lower) if token.kind == "word" else None
        if token.lower in ("a", "an") and at == index and at + 1 < len(found) and found[at + 1].lower in _POWERS:
            at += 1
            continue
        if scale is not None and at > index:
            group = max(group, 1) * scale
            total, group = (total + group, 0) if scale > 100 else (total, group)
        elif token.kind == "word" and token.lower in _COUNTS and scale is None and token.lower != "dozen":
            if last and not (last == "hundred" or last in _POWERS or (last in _TENS and _COUNTS[token.lower] < 10)):
                break
            group += _COUNTS[token.lower]
        elif token.kind == "number" and at == index and token.value is not None and not token.glued:
            group = token.value
        elif token.lower in ("and", "-") and last and at + 1 < len(found) and found[at + 1].lower in _COUNTS:
            if (token.lower == "and" and last not in _POWERS) or (token.lower == "-" and last not in _TENS):
                break
            at += 1
            continue
        else:
            break
        last = token.lower
        at += 1
    if at < 1 or found[at - 1].lower in ("and", "-"):
        return index, 0
    return (at, total + group) if abs(total + group) <= LARGEST else (index, 0)


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
            return tuple(_spelled(found[:limit]))
    return tuple(_spelled(found))


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
