"""Reads word lists and tables of phrases written as plain text."""

from __future__ import annotations

__all__ = ["table", "words"]


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def table(text: str) -> dict[str, str]:
    """Phrases to what they stand for. An entry is `meaning:: phrase, phrase, …` and may run over lines."""
    found: dict[str, str] = {}
    entries: list[tuple[str, str]] = [("", "")]
    for line in text.strip().splitlines():
        head, colon, rest = line.partition("::")
        if colon:
            entries.append((head.strip(), rest))
        else:
            meaning, before = entries[-1]
            entries[-1] = (meaning, f"{before} {line.strip()}")
    for meaning, phrases in entries:
        found.update((phrase.strip(), meaning) for phrase in phrases.split(",") if phrase.strip())
    return found
