"""Words of a request that carried something and that nothing has read."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.query import Query
from canvas_widget.agent.providers.offline.similar import GRAMMAR, nearest

__all__ = ["leftovers"]


def leftovers(phrase: Phrase, query: Query) -> list[str]:
    """The words that carried something and were not read, each with the nearest columns."""
    found: list[str] = []
    index = 0
    while index < len(phrase):
        token = phrase.tokens[index]
        meaningful = (
            token.kind in ("word", "quoted", "number", "date")
            and token.stem not in GRAMMAR
            and token.lower not in GRAMMAR
        )
        if not phrase.free(index) or not meaningful:
            index += 1
            continue
        end = index + 1
        while (
            end < len(phrase)
            and phrase.free(end)
            and phrase.tokens[end].kind in ("word", "quoted", "number")
            and phrase.tokens[end].stem not in GRAMMAR
        ):
            end += 1
        words = phrase.written(index, end)
        close = nearest(words, [column.name for column in query.source.columns])
        hint = f" Closest in {query.source.name}: {', '.join(close)}." if close and token.kind != "number" else ""
        found.append(f"{quote(words)}{'|' + hint if hint else ''}")
        index = end
    return found
