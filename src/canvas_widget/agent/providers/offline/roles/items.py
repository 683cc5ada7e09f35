"""The words and phrases of a request that bear on roles: columns, aggregates, groupers, units of time, row nouns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from canvas_widget.agent.providers.offline.link.column import Link
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.lexicon import AGGREGATES, GROUPERS, UNITS
from canvas_widget.agent.providers.offline.words.phrases import Hit, Phrase
from canvas_widget.agent.providers.offline.words.roots import related
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.synonyms import alike
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["Item", "read_items"]


_STARTING = words("show give find return draw display list plot visualize visualise what compute calculate whose who")


_SCOPES = words("among across over within by")
"""Words that group by a column, and say of rows only that they are meant."""


_ARTICLES = words("the all our of these those only just each every")
_COUNTING = words("count counting counted tally many")
_ABOUT_ROWS = words("in from made with that which where whose who does do did were was are placed at on for , .")
_MORE = words("more less higher lower fewer better worse that bigger smaller larger")
_AMOUNTS = words("amount quantity volume frequency")


@dataclass(frozen=True, slots=True)
class Item:
    """A word or phrase that matters for the roles, at tokens `start:end`."""

    kind: str
    value: Any
    start: int
    end: int


def read_items(phrase: Phrase, links: Sequence[Link], query: Query) -> list[Item]:
    """The items of the free words, left to right; nothing is taken."""
    at = {
        link.start: link
        for link in links
        if link.value is None and all(phrase.free(k) for k in range(link.start, link.end))
    }
    items: list[Item] = []
    index = 0
    while index < len(phrase):
        if not phrase.free(index):
            index += 1
            continue
        item = _item(phrase, index, at, query)
        if item is None and phrase.word(index) in _STARTING:
            item = Item("start", None, index, index + 1)
        if item is None and phrase.word(index) in ("and", ",", "&"):
            item = Item("and", None, index, index + 1)
        if item is not None:
            items.append(item)
        index = item.end if item is not None else index + 1
    return items


def _item(phrase: Phrase, index: int, at: dict[int, Link], query: Query) -> Item | None:
    link = at.get(index)
    aggregate = AGGREGATES.at(phrase.tokens, index)
    if aggregate is not None and not all(phrase.free(k) for k in range(aggregate.start, aggregate.end)):
        aggregate = None
    if aggregate is not None and _means(phrase, index):
        aggregate = None
    amount = _amount_inside(phrase, aggregate, at)
    if aggregate is not None and amount is not None:  # “total amount of the sales”, where there is a column of amounts
        aggregate = AGGREGATES.at(phrase.tokens[:amount], index) if amount > index else None
    named = query.source.named_at(phrase, index)
    if link is not None and _tells_rows(phrase, link, query):
        link = None
    if aggregate is not None and (
        link is None or aggregate.end > link.end or _column_follows(phrase, aggregate.end, at, query)
    ):
        return Item("aggregate", aggregate.value, aggregate.start, aggregate.end)
    if named is not None and (
        link is None
        or named > link.end
        or phrase.word(named) == ":"
        or (named == link.end and _is_rows(phrase, index, link))
    ):
        return Item("rows", phrase.written(index, named), index, named)
    grouper = GROUPERS.at(phrase.tokens, index)
    if grouper is not None and not all(phrase.free(k) for k in range(grouper.start, grouper.end)):
        grouper = None
    if grouper is not None and _scopes(phrase, grouper, query):
        grouper = None
    if grouper is not None and phrase.word(index + 1) == "all" and grouper.end - index == 2:
        part = query.source.parts[0] if query.source.parts else query.source
        if (index == 0 or phrase.word(index - 1) == ",") and part.named_at(phrase, grouper.end) is not None:
            grouper = None  # “for all players, show …”
    if grouper is not None and grouper.end - grouper.start > 1:
        inside = next((k for k in range(grouper.start + 1, grouper.end) if k in at and at[k].end > grouper.end), None)
        shorter = GROUPERS.at(phrase.tokens[:inside], index) if inside is not None else grouper
        grouper = shorter
    unit = UNITS.at(phrase.tokens, index)
    if unit is not None and not all(phrase.free(k) for k in range(unit.start, unit.end)):
        unit = None
    if (
        link is not None
        and (grouper is None or link.end >= grouper.end)
        and (unit is None or link.end >= unit.end or not link.column.temporal)
    ):
        return Item("column", (link, unit.value if unit is not None else None), index, link.end)
    if grouper is not None:
        return Item(grouper.value, None, grouper.start, grouper.end)
    if unit is not None:
        return Item("unit", unit.value, unit.start, unit.end)
    stem = phrase.tokens[index].stem
    named_so = query.source.words
    own = stem in named_so or not alike(stem).isdisjoint(named_so) or _form_of(phrase, index, named_so)
    if stem not in GRAMMAR and (own or query.source.part_at(phrase, index) is not None):
        return Item("rows", phrase.written(index, index + 1), index, index + 1)
    return None


def _plural_part(phrase: Phrase, index: int, query: Query) -> bool:
    """“marks gained by the students”: the rows of a joined dataset do something, and are no groups."""
    if index >= len(phrase) or query.source.part_at(phrase, index) is None:
        return False
    return phrase.tokens[index].lower != phrase.tokens[index].stem


def _tells_rows(phrase: Phrase, link: Link, query: Query) -> bool:
    """“home games”, where there are home_goals: the word says which rows, and is no column."""
    half = link.how == "part" and link.column.numeric and link.end < len(phrase)
    return half and query.source.named_at(phrase, link.end) is not None


def _scopes(phrase: Phrase, grouper: Hit[str], query: Query) -> bool:
    """“among flights from Oslo”, “marks gained by students”: the rows that are meant, and no groups."""
    index = grouper.start
    if phrase.word(index) not in _SCOPES or grouper.end - index != 1:
        return False
    rows = index + 1 + (phrase.word(index + 1) in ("the", "all", "these", "those"))
    part = query.source.parts[0] if query.source.parts else query.source
    passive = phrase.word(index - 1) in RELATING or phrase.word(index - 1).endswith("ed")
    if phrase.word(index) == "by" and not passive:
        return False
    agents = phrase.word(index) == "by" and _plural_part(phrase, rows, query)
    return agents or part.named_at(phrase, rows) is not None


def _means(phrase: Phrase, index: int) -> bool:
    """“does a bigger discount mean more revenue”, “I mean revenue”: the verb."""
    speaks = phrase.word(index - 1) in ("i", "you", "we")
    return phrase.word(index) == "mean" and (speaks or phrase.word(index + 1) in _MORE)


def _amount_inside(phrase: Phrase, aggregate: Hit[str] | None, at: dict[int, Link]) -> int | None:
    """Where a column of numbers starts whose own name is a word of the aggregate; “quantity of orders” counts them."""
    if aggregate is not None and aggregate.value == "count" and aggregate.start > 0:
        before = AGGREGATES.at(phrase.tokens, aggregate.start - 1)
        if before is None or before.value in ("count", "distinct"):
            return None
    for index in range(aggregate.start, aggregate.end) if aggregate is not None else ():
        link = at.get(index)
        if phrase.tokens[index].stem in _AMOUNTS and link is not None and link.how == "exact" and link.column.numeric:
            return index
    return None


def _form_of(phrase: Phrase, index: int, names: tuple[str, ...]) -> bool:
    """“membership” of members; a verb (“played” of players) is no noun for a row."""
    token = phrase.tokens[index]
    return token.lower not in RELATING and any(related(token.stem, word) for word in names)


def _column_follows(phrase: Phrase, index: int, at: dict[int, Link], query: Query) -> bool:
    while phrase.word(index) in ("of", "the", "all", "for"):
        index += 1
    return index in at or query.source.named_at(phrase, index) is not None


def _is_rows(phrase: Phrase, index: int, link: Link) -> bool:
    """Whether a word that names both a column and the dataset means the rows here."""
    if is_key(link.column) or (link.score < 1 and not (link.how == "synonym" and link.column.numeric)):
        return True
    counted = index
    while phrase.word(counted - 1) in _ARTICLES:
        counted -= 1
    if phrase.word(counted - 1) in _COUNTING:  # “count the sales”, where there is a revenue as well
        return True
    if link.how == "synonym" and phrase.word(index - 1) in ("the", "only", "these", "those", "on", "to"):
        summed = {"total", "sum", "average", "mean", "amount"} & {phrase.word(counted - k) for k in (1, 2, 3)}
        if not summed and phrase.word(link.end) in _ABOUT_ROWS:  # “the sales made in East”
            return True
    before, earlier = phrase.word(counted - 1), phrase.word(counted - 2)
    if before not in ("from", "of", "in", "many"):
        before, earlier = phrase.word(index - 1), phrase.word(index - 2)
    plural = phrase.tokens[index].lower != phrase.tokens[index].stem
    if plural and phrase.word(link.end) in ("with", "that", "whose", "who", "having", "which", "where"):
        return True
    if before == "of" and earlier in ("total", "sum", "average", "mean", "median", "maximum", "minimum", "max", "min"):
        return False
    return before in ("from", "of", "all", "in", "many", "these", "every")
