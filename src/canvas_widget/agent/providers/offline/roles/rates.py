"""Numbers made of others: the share of rows that are so (“return rate”), running totals, growth between periods."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.link.column import Link
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.words.lexicon import GROUPERS, Unit
from canvas_widget.agent.providers.offline.words.phrases import Phrase, PhraseTable
from canvas_widget.agent.providers.offline.words.roots import related
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["over_periods", "read_change", "read_derived", "read_rate"]

_RATES = words("rate share percentage percent proportion fraction quota ratio")
_BETWEEN = words("of the all our that which who are is were was have has been being a an their with to")
_NOT = words("not no non un without never")
_MOST = words("most least fastest slowest best worst more")
_CHANGED = words("""
    grew grow grown growing rose rise risen fell fall fallen increased increase decreased decrease declined decline
    dropped improved improve shrank shrunk gained
""")
_DEVELOPED = words(
    "develop developed evolve evolved change changed progress progressed go gone move moved perform performed"
)
_HELPING = words("did do does has have had")
_DERIVED: PhraseTable[str] = PhraseTable(
    table("""
running:: running total, running total of, running sum, running sum of, running count, running count of, running,
    cumulative, cumulative total, cumulative sum, cumulative total of, cumulative sum of, cumulative number of,
    cumulatively, year to date
growth:: growth, growth of, growth rate, growth rate of, growth in, percentage growth, percent growth, percentage
    change, percentage change of, percentage change in, percent change, percent change in, rate of change,
    relative change, relative change of
""")
)


def read_rate(phrase: Phrase, links: Sequence[Link], query: Query) -> None:
    """“Return rate”, “% of orders that were returned”: the mean of a column that is true or false."""
    flags = [link for link in links if link.value is None and link.column.type == "boolean"]
    for index, token in enumerate(phrase.tokens):
        if not phrase.free(index) or not (token.stem in _RATES or token.text == "%"):
            continue
        found = next((each for each in flags if _follows(phrase, index, each, links, query)), None) or _before(
            phrase, index, query
        )
        if found is None or _apart(phrase, found.start):
            continue
        phrase.take(index, index + 1, "aggregate")
        phrase.take(found.start, found.end, "column")
        query.measures.append(Measure("mean", found.column))
        return


def _apart(phrase: Phrase, start: int) -> bool:
    """Whether a flag is negated, or what the rows are grouped by."""
    hits = (GROUPERS.at(phrase.tokens, start - length) for length in (1, 2, 3) if start >= length)
    by = any(hit is not None and hit.end == start and hit.value in ("group", "series") for hit in hits)
    return by or phrase.word(start - 1) in _NOT


def _before(phrase: Phrase, index: int, query: Query) -> Link | None:
    """“Return rate” of a column `returned`."""
    stem = phrase.tokens[index - 1].stem if index else ""
    flags = [c for c in query.source.columns if c.type == "boolean"]
    fits = [c for c in flags if stem and (stem in c.words or any(related(stem, word) for word in c.core))]
    return Link(index - 1, index, fits[0], 1.0) if len(fits) == 1 and phrase.free(index - 1) else None


def _follows(phrase: Phrase, index: int, link: Link, links: Sequence[Link], query: Query) -> bool:
    """Whether only small words and what a row is called stand between “percentage” and the flag."""
    at, nouns = index + 1, 0
    others = {k for each in links if each is not link for k in range(each.start, each.end)}
    while at < link.start:
        end = query.source.named_at(phrase, at)
        if end is None and phrase.word(at) not in _BETWEEN:
            if at in others or nouns or phrase.tokens[at].kind != "word":
                return False
            nouns += 1
        at = at + 1 if end is None else end
    return at == link.start


def read_derived(phrase: Phrase, query: Query) -> None:
    """Finds “running total of …” and “growth of …” and takes the words."""
    hit = _DERIVED.first(phrase)
    if hit is None or any(column.words[:1] == (phrase.tokens[hit.start].stem,) for column in query.source.columns):
        return
    query.derived = hit.value
    phrase.take(hit.start, hit.end, "aggregate")


def read_change(phrase: Phrase, query: Query) -> None:
    """“How did … develop?” runs along time; “which grew the most?” does not say from when to when, so it asks."""
    values = any(hint.startswith("apart:") for hint in query.hints)  # “How did AAPL develop compared with MSFT?”
    told_of = not values and any(hit.value == "versus" for hit in GROUPERS.scan(phrase))
    asked = phrase.word(0) == "how" and phrase.word(1) in _HELPING and not told_of
    if asked and any(token.lower in _CHANGED | _DEVELOPED for token in phrase.tokens[2:]):
        query.hints.add("time")
    said = [token for token in phrase.tokens if token.lower in _CHANGED]
    if said and phrase.word(0) in ("which", "what", "who") and any(token.lower in _MOST for token in phrase.tokens):
        query.asks.append(
            f"“{said[0].text}” is a change between two times, and it does not say which. "
            "Ask for the growth by month or year, or name two years to compare."
        )


def _along(each: Dimension) -> Dimension:
    """Months that run along the years, where the date has a year."""
    recurs = each.unit is not None and each.unit.function in ("month", "quarter") and each.column.temporal
    return Dimension(each.column, Unit(f"year{each.unit.function}", running=True)) if recurs and each.unit else each


def over_periods(query: Query) -> None:
    """A running total or a growth goes along time, which is meant where no group is named.

    A running total of groups that have no order is their total.
    """
    if query.derived is None:
        return
    if query.derived == "running":
        query.measures = [Measure("sum", m.column) if m.aggregate is None and m.column else m for m in query.measures]
    query.dimensions = [_along(each) for each in query.dimensions]
    if not query.dimensions:
        query.hints.add("time")
    elif not any(d.column.temporal or d.unit or "year" in d.column.words for d in query.dimensions):
        if query.derived == "growth":
            query.unknown.append("growth, which needs a date to run along")
        query.derived = None
