"""Where a line may end inside a word, as browsers break it: after a hyphen, and between Chinese, Japanese and Korean
characters, save before what closes and after what opens (the parts of UAX #14 that such text needs).
"""

from __future__ import annotations

__all__ = ["may_break", "units"]

_NEVER_FIRST = frozenset(
    "!%),.:;?]}¢°·’”‰′″℃、。〃々〉》」』】〕〗〙〛〜〞〟〻‐–—…‥‼⁇⁈⁉・ーヽヾゝゞ！％），．：；？］｝～｡｣､･ｰﾞﾟ￠"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ\u3099\u309a"
)
"""Closing brackets, points, and what belongs to the character before it."""
_NEVER_LAST = frozenset("([{‘“$£¥€〈《「『【〔〖〘〚〝（［｛｢＄￡￥")


def _is_wide(char: str) -> bool:
    """Whether a line may end on either side of a character: ideographs, kana, Hangul, wide signs."""
    return (
        "\u2e80" <= char <= "\ua4cf"
        or "\uac00" <= char <= "\ud7a3"
        or "\uf900" <= char <= "\ufaff"
        or "\uff00" <= char <= "\uffef"
        or 0x20000 <= ord(char) < 0x40000
    )


def may_break(earlier: str, before: str, after: str) -> bool:
    """Whether a line may end between two characters without a blank; `earlier` stands before them, or is ""."""
    if _is_wide(before) or _is_wide(after):
        return before not in _NEVER_LAST and after not in _NEVER_FIRST
    return before == "-" and after.isalnum() and earlier.isalnum()


def units(text: str) -> list[tuple[bool, str]]:
    """What a text's lines are made of: each with whether a blank stands before it."""
    found: list[tuple[bool, str]] = []
    for word in text.split():
        start, spaced = 0, bool(found)
        for at in range(1, len(word)):
            if may_break(word[at - 2] if at > 1 else "", word[at - 1], word[at]):
                found.append((spaced, word[start:at]))
                start, spaced = at, False
        found.append((spaced, word[start:]))
    return found
