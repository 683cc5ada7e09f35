"""Conditions with numbers and dates: “over 3000”, “with 8 cylinders”, “between 10 and 20”, “since 1975”."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from canvas_widget.agent.providers.offline.conditions.comparing import (
    ALONE,
    behind_number,
    comparator,
    owned_comparative,
    owner,
)
from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.dates import is_year, time_column, year_conditions
from canvas_widget.agent.providers.offline.query.query import Condition, Having, Measure, Query
from canvas_widget.agent.providers.offline.words.lexicon import AGGREGATES
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR, likeness
from canvas_widget.agent.providers.offline.words.synonyms import COMPARATIVES, UNIT_WORDS
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["read_number"]

_COUNTING = words("with having has have of for only just exactly the where all")
_ABOUT = words("only just for in during year from to")


def read_number(phrase: Phrase, index: int, at: dict[int, Link], ends: dict[int, Link], query: Query) -> None:
    """Reads the number or date at `index` as a condition, and takes its words, when something in the phrase owns it."""
    token = phrase.tokens[index]
    value: Any = token.text if token.kind == "date" else token.value
    if _listed(phrase, index, at, ends, query):
        return
    compared = comparator(phrase, index)
    if compared is not None and phrase.word(compared[0]) == "than":
        compared = None
    if compared is None:
        compared = owned_comparative(phrase, index, ends)
    if compared is None or compared[1] == "=":
        compared = _named_between(phrase, index, ends) or compared
    behind = behind_number(phrase, index, at) if compared is None or compared[1] == "=" else None
    if behind is not None:
        phrase.take(behind[2], behind[0], "filter")
        compared = (compared[0] if compared is not None else index), behind[1]
    elif compared is not None and compared[1] == ">=" and phrase.word(index + 1) in ALONE:
        phrase.take(index + 1, index + 2, "filter")
    if _times(phrase, index, compared, query):
        return
    start, op = compared or (index, "")
    refused = op == "between" and phrase.word(start - 1) in ("not", "isn't", "aren't", "wasn't", "weren't")
    start -= refused
    end = behind[0] if behind is not None else index + 1
    upper: Any = None
    joined = phrase.word(end) in ("and", "to", "-", "–", "until", "through", "till", "up")
    far = end + (2 if phrase.word(end) == "up" else 1)
    if (
        joined
        and far < len(phrase)
        and phrase.free(far)
        and (phrase.tokens[far].kind in ("number", "date") or phrase.tokens[far].value is not None)
        and (op in ("between", ">=") or phrase.word(end) != "and")
    ):
        other = phrase.tokens[far]
        upper = other.text if other.kind == "date" else other.value
        end = far + 1
        op = "between"
    unit_end = end + 1 if end < len(phrase) and phrase.tokens[end].stem in UNIT_WORDS and end not in at else end
    yearlike = token.kind == "date" or (isinstance(value, int) and 1500 <= value <= 2200 and token.text.isdigit())
    link = owner(phrase, start, ends) or _inside(start, index, at) or _said_before(phrase, start, compared, query)
    if yearlike and phrase.word(start) in ("since", "until", "till") and link is not None and link.column.numeric:
        link = link if is_year(query, link.column) else None  # “sales since 2014” are no sales over 2014
    after = at.get(end) or at.get(unit_end) or at.get(_past_unit(phrase, end, unit_end)) or at.get(index + 1)
    if (
        compared
        and (link is None or not link.column.numeric or link.column.words[-1] == "id")
        and _grouped_count(phrase, (start, index), (op, value), query)
    ):
        return
    if link is not None and _having(phrase, link, (start, end), (op, value), query):
        return
    if (
        link is None
        and after is not None
        and after.value is None
        and after.column.numeric
        and not (is_key(after.column) and after.how != "exact")
        and phrase.free(after.start)
        and (compared or _counted(phrase, index))
    ):
        link, unit_end = after, after.end
    elif link is None and compared is None:
        link = _comparative(phrase, index, query)
        if link is not None:
            start, op = link.start, COMPARATIVES[phrase.word(link.start)][1]
    if link is None and compared is not None and op in (">", "<", ">=", "<=", "between"):
        link = _only_number(phrase, start, unit_end, value, query)
    if link is not None and not (link.column.numeric or link.column.temporal) and after is not None and compared:
        counts = after.value is None and after.column.numeric and phrase.free(after.start)
        link, unit_end = (after, after.end) if counts else (link, unit_end)
    if yearlike and link is not None and _beyond(link.column, value, query):
        link = None
    if yearlike and (link is None or link.column.temporal or link.column.words[-1] == "year"):
        column = link.column if link is not None else time_column(query)
        if column is not None and (compared or link is not None or upper is not None or _only(phrase, index)):
            begin = min(start, link.start if link is not None else start)
            found = year_conditions(column, op or "=", value, upper)
            if refused:
                found = [Condition("", "not", found[0] if len(found) == 1 else Condition("", "and", tuple(found)))]
            query.conditions.extend(replace(each, at=index) for each in found)
            phrase.take(begin, end, "filter")
        return
    if link is None or not (link.column.numeric or link.column.temporal):
        return
    if not compared and not upper and link.start < index and link.end != index and op == "":
        return
    name = link.column.name
    if op == "between" and upper is not None:
        held = Condition(name, "between", sorted([value, upper], key=lambda v: (isinstance(v, str), v)), index)
        query.conditions.append(Condition(name, "not", held, index) if refused else held)
    elif op in ("between", "contains"):
        return
    else:
        query.conditions.append(Condition(name, op or "=", value, index))
    phrase.take(min(start, link.start), max(unit_end, link.end, end), "filter")


def _named_between(phrase: Phrase, index: int, ends: dict[int, Link]) -> tuple[int, str] | None:
    """“after minute 80”, “above level 3”: the column stands between the comparison and the number."""
    link = ends.get(index)
    if link is None or link.value is not None or not link.column.numeric or is_key(link.column):
        return None
    found = comparator(phrase, link.start)
    return found if found is not None and found[1] in (">", "<", ">=", "<=") else None


def _inside(start: int, index: int, at: dict[int, Link]) -> Link | None:
    """“over the age of 60”: the column between the comparison and the number."""
    found = (at.get(k) for k in range(start, index))
    return next((o for o in found if o is not None and o.value is None and o.column.numeric and o.end <= index), None)


def _only_number(phrase: Phrase, start: int, end: int, value: Any, query: Query) -> Link | None:
    """“patients over 60”: the only quantity there is, when the number lies among its cells and no noun follows."""
    token = phrase.tokens[end] if end < len(phrase) else None
    if token is not None and token.kind == "word" and token.stem not in GRAMMAR and token.lower not in RELATING:
        return None
    numbers = [column for column in query.source.columns if column.numeric and not is_key(column)]
    dated = isinstance(value, int) and 1500 <= value <= 2200 and any(c.temporal for c in query.source.columns)
    if dated and phrase.word(start) in ("before", "after", "since", "until", "from", "through"):
        return None  # “hired after 2014”
    ages = [column for column in numbers if "age" in column.words]
    numbers = ages if len(ages) == 1 else numbers  # “victims under 25”
    view = query.source.view.column(numbers[0].name) if len(numbers) == 1 else None
    low, high = (view.min, view.max) if view is not None else (None, None)
    if not (isinstance(value, int | float) and isinstance(low, int | float) and isinstance(high, int | float)):
        return None
    if not low <= value <= high:
        return None
    query.notes.append(
        f"{phrase.written(start, end)} was read as {numbers[0].name}{'' if ages else ', the only number'}."
    )
    return Link(start, start, numbers[0], 0.6)


def _past_unit(phrase: Phrase, index: int, unit_end: int) -> int:
    """“40 years of age”, “15 metres in height”: where the column behind the unit starts."""
    if phrase.word(index) in ("years", "year") and phrase.word(index + 1) in ("of", "in"):
        return index + 2
    return unit_end + 1 if unit_end > index and phrase.word(unit_end) in ("in", "of") else index


def _said_before(phrase: Phrase, start: int, compared: object, query: Query) -> Link | None:
    """“above 50 or below 46”: the column of the condition before."""
    last = query.conditions[-1] if query.conditions else None
    if not compared or last is None or phrase.word(start - 1) not in ("and", "or", "but"):
        return None
    column = query.source.column(last.field)
    near = phrase.role(start - 2) == "filter"
    return Link(start, start, column, 1.0) if column is not None and column.numeric and near else None


def _listed(phrase: Phrase, index: int, at: dict[int, Link], ends: dict[int, Link], query: Query) -> bool:
    """“with 4, 6 or 8 cylinders”, “year in 1970, 1972”: any of the numbers."""
    values: list[Any] = [phrase.tokens[index].value]
    end = index + 1
    while end < len(phrase) and phrase.word(end) in (",", "and", "or"):
        number = end + 1
        while phrase.word(number) in ("and", "or", ","):
            number += 1
        if number >= len(phrase) or phrase.tokens[number].kind != "number" or not phrase.free(number):
            break
        values.append(phrase.tokens[number].value)
        end = number + 1
    if len(values) < 2 or comparator(phrase, index) not in (None, (index - 1, "=")) or None in values:
        return False
    link = owner(phrase, index if comparator(phrase, index) is None else index - 1, ends)
    after = at.get(end)
    if link is None and after is not None and after.value is None and after.column.numeric and phrase.free(after.start):
        link = after
    if link is None or not link.column.numeric:
        return False
    query.conditions.append(Condition(link.column.name, "in", values, index))
    phrase.take(min(index, link.start), max(end, link.end), "filter")
    return True


def _times(phrase: Phrase, index: int, compared: tuple[int, str] | None, query: Query) -> bool:
    """“more than 2 times”: of groups, how many rows they have."""
    if compared is None or phrase.tokens[index].stem == "" or phrase.word(index + 1) not in ("times", "time"):
        return False
    value = phrase.tokens[index].value
    if value is None:
        return False
    query.having.append(Having(Measure("count"), compared[1], value))
    phrase.take(compared[0], index + 2, "filter")
    return True


def _grouped_count(phrase: Phrase, span: tuple[int, int], compared: tuple[str, Any], query: Query) -> bool:
    """“with more than two flights”, where flights are rows."""
    index, (op, value) = span[1], compared
    end = query.source.named_at(phrase, index + 1) if index + 1 < len(phrase) else None
    if end is None or op not in (">", "<", ">=", "<=", "=") or not isinstance(value, int | float):
        return False
    query.having.append(Having(Measure("count"), op, value))
    phrase.take(span[0], end, "filter")
    return True


def _having(phrase: Phrase, link: Link, span: tuple[int, int], compared: tuple[str, Any], query: Query) -> bool:
    """“average life expectancy below 72”: a condition on groups."""
    op, value = compared
    if op not in (">", "<", ">=", "<=", "=", "!=") or not isinstance(value, int | float):
        return False
    start = link.start
    while phrase.word(start - 1) in ("of", "the"):
        start -= 1
    for length in (1, 2, 3, 4):
        hit = AGGREGATES.at(phrase.tokens, start - length) if start >= length else None
        if hit is not None and hit.end >= start and phrase.free(hit.start):
            column = None if hit.value == "count" else link.column
            if column is not None and not column.numeric and hit.value != "distinct":
                return False
            query.having.append(Having(Measure(hit.value, column), op, value))
            phrase.take(min(hit.start, span[0]), max(span[1], link.end), "filter")
            return True
    return False


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
