"""Superlatives: “the 20 heaviest”, “the most expensive”, “lowest price”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from canvas_widget.agent.providers.offline.link import Column, Link
from canvas_widget.agent.providers.offline.phrases import Phrase
from canvas_widget.agent.providers.offline.query import Query
from canvas_widget.agent.providers.offline.similar import likeness
from canvas_widget.agent.providers.offline.synonyms import SUPERLATIVES, UNIT_WORDS, Superlative
from canvas_widget.agent.providers.offline.vocabulary import words

__all__ = ["Ranked", "read_superlative"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A superlative at tokens `start:end`: the column it ranks by (None: any quantity) and its direction."""

    start: int
    end: int
    column: Column | None
    descending: bool
    word: str
    plain: bool
    singular: bool = False


def read_superlative(phrase: Phrase, links: Sequence[Link], query: Query) -> Ranked | None:
    """Finds "the 20 heaviest", "most expensive", "lowest price"; takes its words and the count before it."""
    at = {link.start: link for link in links}
    for index, token in enumerate(phrase.tokens):
        if not phrase.free(index):
            continue
        adjective = SUPERLATIVES.get(token.lower)
        if adjective is None or (index in at and at[index].score > 0.9):
            continue
        end = index + 1
        word = token.lower
        if (
            token.lower in ("most", "least", "highest", "best", "lowest")
            and phrase.word(end) in SUPERLATIVES
            and (SUPERLATIVES[phrase.word(end)].words or SUPERLATIVES[phrase.word(end)].date)
        ):
            inner = SUPERLATIVES[phrase.word(end)]
            flips = token.lower in ("least", "lowest")
            adjective = Superlative(inner.words, inner.descending != flips, inner.date)
            word = f"{word} {phrase.word(end)}"
            end += 1
        elif token.lower in _NEEDS_MOST:
            continue
        start = index
        if phrase.word(end) == "-":
            end += 1
        count = phrase.tokens[index - 1] if index else None
        if count is not None and count.value is not None and phrase.free(index - 1) and count.kind != "date":
            query.limit = max(1, int(min(count.value, 100_000)))
            start -= 1
        elif end < len(phrase) and phrase.tokens[end].value is not None and phrase.free(end):
            query.limit = max(1, int(min(phrase.tokens[end].value or 1, 100_000)))
            end += 1
        link = at.get(end)
        if (
            link is not None
            and link.value is None
            and (link.column.numeric or link.column.temporal)
            and not adjective.words
        ):
            phrase.take(start, end, "superlative")
            return Ranked(start, link.end, link.column, adjective.descending, word, plain=True)
        column = _fitting(adjective, query, word)
        noun = phrase.tokens[end] if end < len(phrase) else None
        one = noun is not None and noun.kind == "word" and noun.lower == noun.stem and phrase.word(start - 1) == "the"
        phrase.take(start, end, "superlative")
        descending = adjective.descending
        if column is not None and column.temporal and adjective.date:
            descending = adjective.date == "desc"
        return Ranked(
            start, end, column, descending, word, plain=not adjective.words and not adjective.date, singular=one
        )
    return None


_NEEDS_MOST = words(
    """
    powerful expensive efficient economical popular recent populous populated profitable selling paid rated sold
    spacious
    """
)


def _fitting(adjective: Superlative, query: Query, word: str) -> Column | None:
    """The column that tells how heavy, expensive, … a row is; ties become a question."""
    columns = query.source.columns
    for concept in adjective.words:
        found = [
            c
            for c in columns
            if c.numeric and any(likeness(concept, name, typos=False) >= 0.9 for name in c.core | c.initials)
        ]
        if found:
            best = [c for c in found if len(c.core) == min(len(c.core) for c in found)]
            if len(best) > 1:
                query.asks.append(f"“{word}” fits {' and '.join(c.name for c in best[:4])}. Which one?")
            return best[0]
    if adjective.date:
        dates = [c for c in columns if c.temporal] or [c for c in columns if c.words[-1] == "year" and c.numeric]
        if dates:
            return dates[0]
    for concept in adjective.words:
        near = [c for c in columns if c.numeric and any(likeness(concept, name, typos=False) >= 0.7 for name in c.core)]
        if len(near) == 1:
            query.notes.append(f"“{word}” was read as {near[0].name}.")
            return near[0]
    if "efficiency" in adjective.words:
        rates = [c for c in columns if c.numeric and "per" in c.words and c.core & UNIT_WORDS]
        return rates[0] if len(rates) == 1 else None
    return None
