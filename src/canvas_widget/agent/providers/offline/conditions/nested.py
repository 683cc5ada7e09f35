"""Comparisons with an aggregate: “older than the average”, “price above the mean price”."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.conditions.comparing import comparative_than, owner
from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.query.query import Condition, Nested, Query
from canvas_widget.agent.providers.offline.words.lexicon import AGGREGATES, COMPARISONS
from canvas_widget.agent.providers.offline.words.phrases import Phrase

__all__ = ["read_nested"]

_OPS = (">", "<", ">=", "<=", "=", "!=")
_OVERALL = ("mean", "median", "max", "min")


def read_nested(phrase: Phrase, links: Sequence[Link], query: Query) -> None:
    """Finds the comparisons and takes their words."""
    at = {link.start: link for link in links if link.value is None}
    ends = {link.end: link for link in links if link.value is None}
    for index in range(len(phrase)):
        found = _comparison(phrase, index)
        if found is None:
            continue
        end, op = found
        at_word = end
        while phrase.word(at_word) in ("the", "that", "of", "all", "their", "its", "-"):
            at_word += 1
        aggregate = AGGREGATES.at(phrase.tokens, at_word) if at_word < len(phrase) else None
        if aggregate is None or aggregate.value not in _OVERALL or op not in _OPS[:4]:
            continue
        after = aggregate.end
        while phrase.word(after) in ("of", "the", "all", "their", "for"):
            after += 1
        named = at.get(after)
        before = owner(phrase, index, ends)
        column: Column | None = named.column if named is not None else before.column if before is not None else None
        held = before.column if before is not None and before.column.numeric else column
        if column is None or not column.numeric or held is None:
            continue
        query.conditions.append(Condition(held.name, op, Nested(aggregate.value, column.name), index))
        stop = named.end if named is not None else aggregate.end
        phrase.take(before.start if before is not None else index, stop, "filter")


def _comparison(phrase: Phrase, index: int) -> tuple[int, str] | None:
    if not phrase.free(index):
        return None
    hit = COMPARISONS.at(phrase.tokens, index)
    if hit is not None and hit.value in _OPS[:4]:
        return hit.end, hit.value
    return comparative_than(phrase, index)
