"""Words of a request that carried something and that nothing has read."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.query import Query
from canvas_widget.agent.providers.offline.similar import GRAMMAR, nearest

__all__ = ["leftovers", "unread"]


def unread(phrase: Phrase, index: int) -> bool:
    """Whether the word at `index` carries something that nothing has read."""
    token = phrase.tokens[index]
    return phrase.free(index) and token.kind != "symbol" and token.stem not in GRAMMAR and token.lower not in GRAMMAR


def leftovers(phrase: Phrase, query: Query) -> list[str]:
    """These words in quotes, each with a hint at the nearest columns after a bar."""
    found: list[str] = []
    index = 0
    while index < len(phrase):
        if not unread(phrase, index):
            index += 1
            continue
        end = index + 1
        while end < len(phrase) and unread(phrase, end):
            end += 1
        words = phrase.written(index, end)
        close = nearest(words, [column.name for column in query.source.columns])
        hint = f"Closest in {query.source.name}: {', '.join(close)}." if close else ""
        if not hint:
            hint = f"{query.source.name} has {', '.join(column.name for column in query.source.columns[:8])}."
        found.append(f"{quote(words)}|{hint}")
        index = end
    return found
