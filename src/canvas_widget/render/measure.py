"""Measuring, cutting and wrapping text with the bundled font's own numbers (px in, px out)."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from canvas_widget.render.breaking import units
from canvas_widget.render.theme import FONTS

__all__ = ["baseline", "cut", "has_advance", "text_width", "wrap"]

ELLIPSIS = "…"
HANGUL = 0.92
"""The width of a Hangul syllable, in em: Chinese characters and kana are 1 em wide in every font, these are not."""
LONGEST = 4_000
"""The most characters of one line that are looked at; no canvas is wide enough for more to be legible."""


@dataclass(frozen=True)
class _Face:
    em: int
    ascent: int
    descent: int
    advances: dict[str, int]
    left: dict[str, int]
    right: dict[str, int]
    kerning: list[list[int]]


@cache
def _face(weight: int) -> _Face:
    """The numbers of one weight; `scripts/font_widths.py` writes them."""
    data: dict[str, Any] = json.loads((FONTS / "widths.json").read_text(encoding="utf-8"))[str(weight)]
    advances = {
        chr(code): int(width)
        for width, runs in data["advances"].items()
        for first, length in zip(runs[::2], runs[1::2], strict=True)
        for code in range(first, first + length)
    }
    return _Face(
        data["unitsPerEm"],
        data["ascent"],
        data["descent"],
        advances,
        {char: number for number, chars in enumerate(data["left"]) for char in chars},
        {char: number for number, chars in enumerate(data["right"]) for char in chars},
        data["kerning"],
    )


def _advance(char: str, face: _Face) -> int:
    """The advance of one character; those the font lacks are guessed wide, so that text rather ends early."""
    known = face.advances.get(char)
    if known is not None:
        return 0 if unicodedata.combining(char) else known
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    if "\uac00" <= char <= "\ud7a3" or "\u3131" <= char <= "\u318e":
        return round(face.em * HANGUL)
    if "\uff61" <= char <= "\uff9f":
        return face.em // 2
    if "\u2e80" <= char <= "\uffef" or 0x20000 <= ord(char) < 0x40000:
        return face.em
    wide = ord(char) > 0xFFFF or unicodedata.east_asian_width(char) in {"W", "F"}
    return round(face.em * (1.35 if wide else 0.9))


def has_advance(char: str) -> bool:
    """Whether the font for Latin, Greek and Cyrillic has a character."""
    return char in _face(400).advances


def text_width(text: str, size: float, weight: int = 400, spacing: float = 0.0) -> float:
    """How wide a line of text is, kerning included."""
    units = _short(text, weight) if len(text) <= 200 else _units(text, weight)
    return units * size / _face(weight).em + spacing * len(text)


@lru_cache(maxsize=8192)
def _short(text: str, weight: int) -> int:
    return _units(text, weight)


def _units(text: str, weight: int) -> int:
    """The width of a text in the font's own units."""
    face = _face(weight)
    total = 0
    before: int | None = None
    for char in text:
        total += _advance(char, face)
        after = face.right.get(char)
        if before is not None and after is not None:
            total += face.kerning[before][after]
        before = face.left.get(char)
    return total


def baseline(top: float, line: float, size: float) -> int:
    """Where the baseline of a line of text lies whose line box starts at `top`."""
    face = _face(400)
    ascent, descent = face.ascent * size / face.em, -face.descent * size / face.em
    return round(top + (line - ascent - descent) / 2 + ascent)


def cut(text: str, width: float, size: float, weight: int = 400) -> str:
    """The text if it fits, else as much of it as fits with an ellipsis; "" where not even that fits."""
    text = " ".join(text[:LONGEST].split())
    if text_width(text, size, weight) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + ELLIPSIS, size, weight) <= width:
            low = middle
        else:
            high = middle - 1
    if low == 0:
        return ELLIPSIS if text_width(ELLIPSIS, size, weight) <= width else ""
    return text[:low].rstrip() + ELLIPSIS


def wrap(text: str, width: float, size: float, weight: int = 400, lines: int | None = None) -> list[str]:
    """The lines a text breaks into: at spaces, where a browser breaks, and in a word where it alone is too wide.

    With `lines`, at most so many; the last one then ends in an ellipsis.
    """
    found: list[str] = []
    glued = 0
    line = ""
    for spaced, word in units(text):
        joined = f"{line}{' ' * spaced}{word}" if line else word
        if text_width(joined, size, weight) <= width:
            line = joined
            continue
        if line:
            found.append(line)
        pieces = _pieces(word, width, size, weight)
        found.extend(pieces[:-1])
        line = pieces[-1]
        if lines is not None and len(found) > lines:
            break
        glued = 0 if spaced else len(found)
    if line:
        found.append(line)
    if lines is not None and len(found) > lines:
        kept = found[:lines]
        if kept:
            gap = "" if glued == lines else " "
            kept[-1] = cut(f"{kept[-1]}{gap}{found[lines]}", width, size, weight)
        return kept
    return found


def _pieces(word: str, width: float, size: float, weight: int) -> list[str]:
    """A word in pieces that fit; a single character is never cut, however narrow the box."""
    pieces = [""]
    for char in word:
        if pieces[-1] and text_width(pieces[-1] + char, size, weight) > width:
            pieces.append("")
        pieces[-1] += char
    return pieces
