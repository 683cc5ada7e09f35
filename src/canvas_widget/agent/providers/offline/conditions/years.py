"""Several years side by side: “revenue in 2023 and 2024”, “2023 vs 2024”: those years, told apart where compared."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.dates import time_column, year_conditions
from canvas_widget.agent.providers.offline.query.query import Condition, Dimension, Query
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["apart", "read_compared", "read_years"]

_JOINTS = words("and or & , vs versus against with to compared")
_WITHIN = words("month quarter week")
_TOLD_APART = words("vs versus against compare compared comparing comparison contrast differ difference")
_BEFORE = words("in for of during between from years year compare with comparing only just and , :")


def read_years(phrase: Phrase, query: Query) -> None:
    """Finds two or more years joined by “and”, “or”, “vs”, and takes them as the condition that they are."""
    for index in range(len(phrase)):
        if not _year(phrase, index) or phrase.word(index - 1) not in _BEFORE | {""}:
            continue
        years, at = [index], index + 1
        joints: set[str] = set()
        while at < len(phrase):
            after = at
            while phrase.word(after) in _JOINTS and phrase.free(after):
                after += 1
            if after == at or not _year(phrase, after):
                break
            joints |= {phrase.word(k) for k in range(at, after)}
            years.append(after)
            at = after + 1
        told_apart = bool(joints & _TOLD_APART) or any(token.lower in _TOLD_APART for token in phrase.tokens)
        span = phrase.word(index - 1) in ("between", "from") or joints == {"to"}
        if len(years) < 2 or (span and not told_apart):
            continue
        column = time_column(query)
        if column is None:
            return
        query.conditions.extend(_those([int(phrase.tokens[k].value or 0) for k in years], column))
        if told_apart:
            query.hints.add("years apart")
        start = index - (phrase.word(index - 1) in ("in", "for", "of", "during", "between", "from"))
        phrase.take(start, at, "filter")
        return


def _year(phrase: Phrase, index: int) -> bool:
    token = phrase.tokens[index] if 0 <= index < len(phrase) else None
    return (
        token is not None and phrase.free(index) and token.kind == "number" and token.value is not None
        and float(token.value).is_integer() and 1800 <= token.value <= 2200 and len(token.text) == 4
    )  # fmt: skip


def _those(years: list[int], column: Column) -> list[Condition]:
    """That a date lies in one of the years: one span where they follow one another."""
    some = sorted(set(years))
    if not column.temporal:
        return [Condition(column.name, "in", [year if column.numeric else str(year) for year in some])]
    if some[-1] - some[0] == len(some) - 1:
        return year_conditions(column, "between", some[0], some[-1])
    return [Condition("", "or", [Condition("", "and", year_conditions(column, "=", year)) for year in some])]


def read_compared(phrase: Phrase, query: Query) -> None:
    """“AAPL vs MSFT over time”: values that are compared are to be told apart."""
    if any(token.lower in _TOLD_APART for token in phrase.tokens):
        query.hints |= {f"apart:{each.field}" for each in query.conditions if each.op == "in" and len(each.value) > 1}


def _values_apart(query: Query) -> None:
    """Values that are compared are the colours of other groups, or the groups."""
    groups = [*query.dimensions, *([query.series] if query.series is not None else [])]
    for column in query.source.columns:
        if f"apart:{column.name}" not in query.hints or any(each.column == column for each in groups):
            continue
        if "time" in query.hints or query.dimensions:
            query.series = query.series or Dimension(column)
        else:
            query.dimensions.append(Dimension(column))


def _yearly(each: Dimension) -> bool:
    """Whether a grouping tells years apart itself."""
    return not each.column.temporal or each.unit is None or each.unit.running


def apart(query: Query) -> None:
    """Years and values that are compared are the groups, or the colours of other groups."""
    _values_apart(query)
    column = time_column(query) if "years apart" in query.hints else None
    if column is None or query.series is not None or any(d.column == column and _yearly(d) for d in query.dimensions):
        return
    year = Dimension(column, Unit("year", running=True) if column.temporal else None)
    if not query.dimensions:
        query.dimensions.append(year)
        query.kind = query.kind or Kind("chart", "bar")
        return
    query.series = year
    recurs = query.dimensions[0].unit is not None and query.dimensions[0].unit.function in _WITHIN
    if query.kind is None and recurs:
        query.kind = Kind("chart", "line")
