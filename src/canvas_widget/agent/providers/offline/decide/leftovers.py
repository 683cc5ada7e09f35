"""Words of a request that carried something and that nothing has read."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR, nearest
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["leftovers", "unread"]

_LOOSE = words("type kind category attribute class size name title one entry group")
"""Words that may stand beside a column's name without being part of it."""


def unread(phrase: Phrase, index: int) -> bool:
    """Whether the word at `index` carries something that nothing has read."""
    token = phrase.tokens[index]
    if not phrase.free(index) or token.kind == "symbol" or token.stem in GRAMMAR or token.lower in GRAMMAR:
        return False
    if token.lower in RELATING:
        return False
    beside = phrase.role(index - 1), phrase.role(index + 1)
    return not (token.stem in _LOOSE and {"column", "rows"} & set(beside))


def _came_about(phrase: Phrase, index: int, query: Query) -> bool:
    """“goals scored”, “litres brewed”: behind a quantity a participle says how it came about, and which rows never."""
    said = phrase.tokens[index].text.lower()
    return said.endswith("ed") and phrase.role(index - 1) == "column" and "brought about" in query.hints


def leftovers(phrase: Phrase, query: Query) -> list[str]:
    """These words in quotes, each with a hint at the nearest columns after a bar."""
    found: list[str] = []
    index = 0
    while index < len(phrase):
        if not unread(phrase, index) or _came_about(phrase, index, query):
            index += 1
            continue
        end = index + 1
        while end < len(phrase) and unread(phrase, end):
            end += 1
        said = phrase.written(index, end)
        close = nearest(said, [column.name for column in query.source.columns])
        hint = f"Closest in {query.source.name}: {', '.join(close)}." if close else ""
        if not hint:
            hint = f"{query.source.name} has {', '.join(column.name for column in query.source.columns[:8])}."
        found.append(f"{quote(said)}|{hint}")
        index = end
    return found
