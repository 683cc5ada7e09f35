"""Dates in conditions: which column tells when, and years and days as half-open spans."""

from __future__ import annotations

import re
from typing import Any

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.query import Condition, Query
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["is_year", "time_column", "year_conditions"]

_WHEN = words("date day month year timestamp time week quarter")
_DATED = re.compile(
    r"(1[5-9]|20|21)\d\d\b|\d{1,2}[/.-]\d{1,2}|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)


def time_column(query: Query) -> Column | None:
    """The column that tells when: the only date, else the first; a year as a number where there is no date."""
    source = query.source
    dates = [column for column in source.columns if column.temporal]
    if len(dates) > 1:
        others = ", ".join(column.name for column in dates[1:4])
        query.notes.append(f"The dates are {dates[0].name} (there is also {others}).")
    if dates:
        return dates[0]
    named = [column for column in source.columns if _WHEN & set(column.words) and is_year(query, column)]
    years = [column for column in source.columns if column.type == "integer" and is_year(query, column)]
    exact = [column for column in named if "year" in (column.words[0], column.words[-1])]
    return next(iter([*exact, *named, *years]), None)


def is_year(query: Query, column: Column) -> bool:
    """Whether cells that are no dates look like dates, months or years; true as well when none are known."""
    view = query.source.view.column(column.name)
    if view is None or column.type in ("boolean", "number", "other"):
        return False
    if column.type == "integer":
        low, high = view.min, view.max
        if not isinstance(low, int) or not isinstance(high, int):
            return "year" in column.words
        return low >= 1500 and high <= 2200
    return not view.values or bool(_DATED.match(str(view.values[0])))


def year_conditions(column: Column, op: str, value: Any, upper: Any = None) -> list[Condition]:
    """Conditions on a date (half-open, so that every instant of the last day counts) or on a year kept as a number."""
    name = column.name
    if column.type == "string" and isinstance(value, int):  # dates or years kept as text: 2015-01-01
        if upper is not None or op == "between":
            low, high = sorted([value, upper if upper is not None else value])
            return [Condition(name, ">=", str(low)), Condition(name, "<", str(high + 1))]
        if op in ("=", "contains"):
            return [Condition(name, "starts", str(value))]
        edges = {">": (">=", value + 1), "<=": ("<", value + 1)}.get(op, (op, value))
        return [Condition(name, edges[0], str(edges[1]))]
    if not column.temporal:
        first = int(str(value)[:4]) if column.numeric else str(value)
        if upper is not None:
            last = int(str(upper)[:4]) if column.numeric else str(upper)
            return [Condition(name, "between", sorted([first, last], key=str))]
        return [Condition(name, op, first)]
    if upper is not None:
        low, high = sorted([value, upper], key=str)
        return [Condition(name, ">=", _edges(low)[0]), Condition(name, "<", _edges(high)[1])]
    start, after = _edges(value)
    if op in ("=", "between", "contains"):
        return [Condition(name, ">=", start), Condition(name, "<", after)]
    real, edge = {">=": (">=", start), ">": (">=", after), "<": ("<", start), "<=": ("<", after)}.get(op, ("<", start))
    return [Condition(name, real, edge)]


def _edges(value: Any) -> tuple[str, str]:
    """The first instant of a year or day, and the first after it, as ISO text."""
    if isinstance(value, int):
        return f"{value:04d}-01-01", f"{value + 1:04d}-01-01"
    import datetime as dt

    try:
        day = dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value), str(value)
    return day.isoformat(), (day + dt.timedelta(days=1)).isoformat() if day < dt.date.max else day.isoformat()
