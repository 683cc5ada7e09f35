"""Conditions on the letters of a text: “with the letter D or S in their first name”, “whose name starts with A”."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.conditions.comparing import owner
from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.query.query import Condition, Query
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["read_letters"]

_LETTERS = words("letter letters character characters substring string word words")
_EDGES = {"start": "starts", "begin": "starts", "end": "ends"}
_SMALL = words("the a an with by in of its their his her any either word letter letters")
_NOT = words("without not no lacking")


def read_letters(phrase: Phrase, links: Sequence[Link], query: Query) -> None:
    """Finds the conditions and takes their words."""
    at = {link.start: link for link in links if link.value is None}
    ends = {link.end: link for link in links if link.value is None}
    for index, token in enumerate(phrase.tokens):
        if not phrase.free(index):
            continue
        edge = _EDGES.get(token.lower.removesuffix("s").removesuffix("ning").removesuffix("ing"))
        if edge is not None and phrase.word(index + 1) in ("with", "in", "by"):
            _read(phrase, index, edge, (at, ends), query)
        elif token.lower in _LETTERS:
            _read(phrase, index, "contains", (at, ends), query)


def _read(phrase: Phrase, index: int, op: str, linked: tuple[dict[int, Link], dict[int, Link]], query: Query) -> None:
    at, ends = linked
    texts, end = _texts(phrase, index + 1)
    if not texts:
        return
    link = owner(phrase, _before(phrase, index), ends)
    column: Column | None = link.column if link is not None else None
    start = link.start if link is not None else index
    after = end
    while phrase.word(after) in ("in", "of", "for", "as", "the", "their", "its", "his", "her"):
        after += 1
    if column is None and after in at and after > end:
        column, end = at[after].column, at[after].end
    if column is None or column.numeric or column.temporal:
        return
    refused = any(phrase.word(k) in _NOT or phrase.word(k).endswith("n't") for k in range(max(0, index - 3), index))
    found = [Condition(column.name, op, text, index) for text in texts]
    one = found[0] if len(found) == 1 else Condition("", "or", tuple(found), index)
    query.conditions.append(Condition("", "not", one, index) if refused else one)
    phrase.take(min(start, index), end, "filter")


def _before(phrase: Phrase, index: int) -> int:
    """Where “has the letter”, “contain the letter” starts."""
    while phrase.word(index - 1) in (
        "the",
        "a",
        "has",
        "have",
        "having",
        "contain",
        "contains",
        "containing",
        "include",
        "includes",
        "not",
        "with",
        "without",
        "does",
        "do",
        "any",
        "that",
    ):
        index -= 1
    return index


def _texts(phrase: Phrase, index: int) -> tuple[list[str], int]:
    """The letters or words at `index`, with “or” and commas between them, and where they end."""
    found: list[str] = []
    end = index
    lettered = phrase.word(index - 1).startswith("letter")
    if lettered and len(phrase.word(index)) == 1 and phrase.tokens[index].kind == "word":
        found, index, end = [phrase.tokens[index].text], index + 2, index + 1
        if phrase.word(end) not in ("or", ",", "and"):
            return found, end
    while index < len(phrase):
        while phrase.word(index) in _SMALL and not _letter(phrase, index):
            index += 1
        if index >= len(phrase) or not _letter(phrase, index):
            break
        found.append(phrase.tokens[index].text)
        index = end = index + 1
        if phrase.word(index) not in ("or", ",", "and"):
            break
        index += 1
    return found, end


def _letter(phrase: Phrase, index: int) -> bool:
    token = phrase.tokens[index]
    if token.kind == "quoted":
        return True
    lone = len(token.text) == 1 and token.text.isalpha() and (token.text.isupper() or token.lower != "a")
    if token.kind == "number":
        return token.value is not None and len(token.text) <= 4
    return token.kind == "word" and (lone or (token.text.isupper() and len(token.text) <= 4))
