"""Conditions with numbers and dates: “over 3000”, “with 8 cylinders”, “between 10 and 20”, “since 1975”."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.providers.offline.dates import time_column, year_conditions
from canvas_widget.agent.providers.offline.lexicon import COMPARISONS, GROUPERS
from canvas_widget.agent.providers.offline.link import Column, Link
from canvas_widget.agent.providers.offline.phrases import Phrase
from canvas_widget.agent.providers.offline.query import Condition, Query
from canvas_widget.agent.providers.offline.similar import likeness
from canvas_widget.agent.providers.offline.synonyms import COMPARATIVES, UNIT_WORDS
from canvas_widget.agent.providers.offline.vocabulary import words

__all__ = ["comparator", "grouped", "owner", "read_number"]

_LINKERS = words("is are was were has have had being of a an the that with having whose value values where in at")
_COUNTING = words("with having has have of for only just exactly the where all")
_ABOUT = words("only just for in during year from to")


def grouped(phrase: Phrase, start: int) -> bool:
    """Whether a word of grouping stands right before `start`."""
    for length in (1, 2, 3):
        hit = GROUPERS.at(phrase.tokens, start - length) if start >= length else None
        if hit is not None and hit.end == start:
            return True
    return False


def comparator(phrase: Phrase, index: int) -> tuple[int, str] | None:
    """The comparison that ends right before the number at `index`, and where it starts."""
    at = index
    while at > 0 and phrase.word(at - 1) in ("the", "$", "€", "£", "year", "years"):
        at -= 1
    for length in range(6, 0, -1):
        hit = COMPARISONS.at(phrase.tokens, at - length) if at >= length else None
        if hit is not None and hit.end == at and all(phrase.free(k) for k in range(hit.start, hit.end)):
            return hit.start, hit.value
    return None


def owner(phrase: Phrase, start: int, ends: dict[int, Link]) -> Link | None:
    index = start
    while True:
        link = ends.get(index)
        if link is not None:
            usable = link.value is None and phrase.free(link.start) and not grouped(phrase, link.start)
            return link if usable else None
        if index <= 0 or phrase.word(index - 1) not in _LINKERS:
            return None
        index -= 1


def read_number(phrase: Phrase, index: int, at: dict[int, Link], ends: dict[int, Link], query: Query) -> None:
    """Reads the number or date at `index` as a condition, and takes its words, when something in the phrase owns it."""
    token = phrase.tokens[index]
    value: Any = token.value if token.kind == "number" else token.text
    compared = comparator(phrase, index)
    if compared is not None and phrase.word(compared[0]) == "than":
        compared = None
    start, op = compared or (index, "")
    end = index + 1
    upper: Any = None
    joined = phrase.word(end) in ("and", "to", "-", "–", "until", "through", "till", "up")
    far = end + (2 if phrase.word(end) == "up" else 1)
    if (
        joined
        and far < len(phrase)
        and phrase.free(far)
        and (phrase.tokens[far].kind in ("number", "date"))
        and (op in ("between", ">=") or phrase.word(end) != "and")
    ):
        other = phrase.tokens[far]
        upper = other.value if other.kind == "number" else other.text
        end = far + 1
        op = "between"
    unit_end = end + 1 if end < len(phrase) and phrase.tokens[end].stem in UNIT_WORDS and end not in at else end
    link = owner(phrase, start, ends)
    after = at.get(end) or at.get(unit_end)
    if (
        link is None
        and after is not None
        and after.value is None
        and after.column.numeric
        and phrase.free(after.start)
        and (compared or _counted(phrase, index))
    ):
        link, unit_end = after, after.end
    elif link is None and compared is None:
        link = _comparative(phrase, index, query)
        if link is not None:
            start, op = link.start, COMPARATIVES[phrase.word(link.start)][1]
    yearlike = token.kind == "date" or (isinstance(value, int) and 1500 <= value <= 2200 and token.text.isdigit())
    if yearlike and link is not None and _beyond(link.column, value, query):
        link = None
    if yearlike and (link is None or link.column.temporal or link.column.words[-1] == "year"):
        column = link.column if link is not None else time_column(query)
        if column is not None and (compared or link is not None or upper is not None or _only(phrase, index)):
            begin = min(start, link.start if link is not None else start)
            query.conditions.extend(year_conditions(column, op or "=", value, upper))
            phrase.take(begin, end, "filter")
        return
    if link is None or not (link.column.numeric or link.column.temporal):
        return
    if not compared and not upper and link.start < index and link.end != index and op == "":
        return
    name = link.column.name
    if op == "between" and upper is not None:
        query.conditions.append(
            Condition(name, "between", sorted([value, upper], key=lambda v: (isinstance(v, str), v)))
        )
    elif op in ("between", "contains"):
        return
    else:
        query.conditions.append(Condition(name, op or "=", value))
    phrase.take(min(start, link.start), max(unit_end, link.end, end), "filter")


def _beyond(column: Column, value: Any, query: Query) -> bool:
    """Whether a number is past all cells of a column, so that it must be a year of another one."""
    view = query.source.view.column(column.name)
    if (
        view is None
        or not isinstance(value, int)
        or not isinstance(view.max, int | float)
        or column.words[-1] == "year"
    ):
        return False
    return value > view.max


def _counted(phrase: Phrase, index: int) -> bool:
    """“with 8 cylinders”, “having 4 doors”."""
    return phrase.word(index - 1) in _COUNTING


def _only(phrase: Phrase, index: int) -> bool:
    near = {phrase.word(index - 1), phrase.word(index - 2), phrase.word(index + 1)}
    return bool(_ABOUT & near) or index in (0, len(phrase) - 1)


def _comparative(phrase: Phrase, index: int, query: Query) -> Link | None:
    """“heavier than 3000”."""
    for start in range(max(0, index - 3), index):
        meaning = COMPARATIVES.get(phrase.word(start))
        if meaning is None or phrase.word(start + 1) != "than" or not phrase.free(start):
            continue
        numbers = [column for column in query.source.columns if column.numeric]
        for concept in meaning[0]:
            fits = [c for c in numbers if any(likeness(concept, name, typos=False) >= 0.9 for name in c.core)]
            if len(fits) == 1:
                return Link(start, index, fits[0], 0.9)
            if fits:
                query.asks.append(f"“{phrase.word(start)}” fits {' and '.join(c.name for c in fits[:4])}. Which one?")
                return None
    return None
