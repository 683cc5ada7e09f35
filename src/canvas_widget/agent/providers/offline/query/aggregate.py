"""The aggregate where none was named: totals of what adds up, means of the rest, bare values of single rows."""

from __future__ import annotations

import re

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.query import AGGREGATE_WORDS, Measure, Query
from canvas_widget.agent.providers.offline.words.normalise import stem
from canvas_widget.agent.providers.offline.words.synonyms import ADDITIVE, UNIT_WORDS
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["aggregates", "default_aggregate", "is_key", "profile", "unique"]

_LEVELS = words("day week month year hour minute second point score star level grade degree percent age rank rating")
"""Plurals that say how far, and not how many."""
_RATES = frozenset({"rate", "average", "ratio", "per", "percent", "id"})


def profile(query: Query, column: Column) -> tuple[int | None, int]:
    """Different values of a column (None when not known), and rows."""
    view = query.source.view.column(column.name)
    return (view.distinct if view is not None else None), query.source.view.row_count


def unique(query: Query, column: Column) -> bool:
    """Whether every row has its own value."""
    distinct, rows = profile(query, column)
    return distinct is not None and rows > 0 and distinct >= rows


def is_key(column: Column) -> bool:
    """Whether a column's name says that it only tells rows apart."""
    last = column.words[-1]
    return column.key or last in ("id", "key", "identifier", "uuid", "no", "nr") or (last == "code" and column.numeric)


def default_aggregate(column: Column) -> str:
    """“sum” for what adds up over rows (revenue, units), else "mean"."""
    adds_up = (bool(column.core & ADDITIVE) or _plural(column)) and not _RATES & set(column.words)
    return "sum" if adds_up else "mean"


def _plural(column: Column) -> bool:
    """“containers”, “home_goals”: whole numbers named in the plural count things; units of measure do not."""
    last = re.split(r"[\W_]+", column.name.casefold().strip("_ "))[-1]
    counted = last.endswith("s") and len(last) > 3 and last != stem(last)
    return column.type == "integer" and counted and stem(last) not in UNIT_WORDS | _LEVELS


def aggregates(query: Query) -> None:
    """Gives the measures without an aggregate one, and notes it."""
    kind = query.kind
    if (
        query.paired
        or kind is None
        or kind.tool not in ("chart", "metric")
        or kind.mark in ("histogram", "box", "density")
    ):
        return
    if (
        kind.mark == "point"
        and query.dimensions
        and all(m.aggregate is None for m in query.measures)
        and query.dimensions[0].unit is None
    ):
        return
    for index, measure in enumerate(query.measures):
        if measure.aggregate is not None or measure.column is None:
            continue
        column = measure.column
        groups = [d for d in (*query.dimensions[:1], query.series) if d is not None]
        if kind.tool == "chart" and any(d.unit is None and not d.binned and unique(query, d.column) for d in groups):
            continue
        if not column.numeric or is_key(column):
            query.measures[index] = Measure("distinct", column)
            query.notes.append(f"{column.name} is no quantity, so its different values are counted.")
            continue
        whole = query.hints & {"total", "brought about"} and not _RATES & set(column.words)
        aggregate = "sum" if whole else default_aggregate(column)
        query.measures[index] = Measure(aggregate, column)
        if "total" not in query.hints:
            query.notes.append(f"No aggregate was named for {column.name}, so it is the {AGGREGATE_WORDS[aggregate]}.")
