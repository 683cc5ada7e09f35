"""“Rank the teams by total salary”: the groups stand before “by”, and what they are ranked by behind it."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.link.column import Link
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.query import Query, Sort
from canvas_widget.agent.providers.offline.words.lexicon import AGGREGATES
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["read_ranking"]

_VERBS = words("rank ranks ranked ranking order ordering sort sorting arrange arranging line")
_SMALL = words("the all our my its their these those different various up")
_BY = (
    ("by",), ("on",), ("according", "to"), ("based", "on"), ("in", "terms", "of"), ("in", "order", "of"),
    ("in", "the", "order", "of"), ("with", "respect", "to"),
)  # fmt: skip


def read_ranking(phrase: Phrase, links: Sequence[Link], query: Query) -> None:
    """Takes the verb, so that no later stage reads an order of rows; the largest come first until an order is said."""
    at = {link.start: link for link in links if link.value is None}
    for index in range(len(phrase)):
        if phrase.word(index) not in _VERBS or not phrase.free(index):
            continue
        group = _past(phrase, index + 1)
        end = _group(phrase, group, at, query)
        measured = _behind_by(phrase, end) if end is not None else None
        if measured is None or not _quantity(phrase, measured, at):
            continue
        phrase.take(index, index + 1, "sort")
        query.hints |= {"ranked", "relation"}
        query.sort = Sort("y", True)
        return


def _past(phrase: Phrase, index: int) -> int:
    while phrase.word(index) in _SMALL:
        index += 1
    return index


def _group(phrase: Phrase, index: int, at: dict[int, Link], query: Query) -> int | None:
    """The end of the word for the groups: a text or a key, or a dataset joined to the one whose rows are told of."""
    link = at.get(index)
    if link is not None and (not link.column.numeric or is_key(link.column)):
        return link.end
    part = query.source.part_at(phrase, index) if index < len(phrase) else None
    return index + len(part.words) if part is not None and part is not query.source.parts[0] else None


def _behind_by(phrase: Phrase, index: int) -> int | None:
    for said in _BY:
        if tuple(phrase.word(index + k) for k in range(len(said))) == said:
            return _past(phrase, index + len(said))
    return None


def _quantity(phrase: Phrase, index: int, at: dict[int, Link]) -> bool:
    if index < len(phrase) and AGGREGATES.at(phrase.tokens, index) is not None:
        return True
    link = at.get(index)
    return link is not None and link.column.numeric and not is_key(link.column)
