"""What one number a chart along time shows when none was named, and superlatives of periods: “the hottest months”."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import default_aggregate, is_key, profile, unique
from canvas_widget.agent.providers.offline.query.dates import is_year, time_column
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query, Sort
from canvas_widget.agent.providers.offline.roles.ranks import Ranked
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.lexicon import UNITS
from canvas_widget.agent.providers.offline.words.phrases import Phrase

__all__ = ["each_thing", "rank_periods", "thing_at_each", "usual_measure"]

MISSING = 1.2
"""So many times the rows may be the times by the things, where some things are missing at some times."""


def rank_periods(phrase: Phrase, query: Query, ranked: Ranked | None) -> bool:
    """“Hottest months”, “best year”: periods by the usual aggregate; False for a superlative of rows."""
    if _asks_which(phrase):
        query.hints.add("which period")
    numbers = [c for c in query.source.columns if c.numeric and not is_key(c)]
    by = ranked.column if ranked is not None else None
    by = by or (numbers[0] if len(numbers) == 1 and ranked is not None and ranked.plain else None)
    if ranked is None or by is None or phrase.role(ranked.end) != "rows":
        return False
    unit = UNITS.at(phrase.tokens, ranked.end)
    column = time_column(query) if unit is not None and unit.value.function else None
    if unit is None or column is None or not column.temporal:
        return False
    if unit.value.function == "day" and unique(query, column):
        return False
    query.dimensions = [Dimension(column, unit.value)]
    query.measures = [Measure(default_aggregate(by), by)]
    query.kind = query.kind or Kind("chart", "bar")
    query.sort = Sort("y", ranked.descending)
    query.superlative, query.rows = None, "rows"
    return True


def _asks_which(phrase: Phrase) -> bool:
    """“Which month had the most revenue?”: one of the periods is asked for, and not the most of each."""
    at = next((index + 1 for index in (0, 1) if phrase.word(index) in ("which", "what")), None)
    unit = UNITS.at(phrase.tokens, at) if at is not None and at < len(phrase) else None
    return unit is not None and bool(unit.value.function)


def usual_measure(query: Query) -> Measure:
    """The count of rows; the only number instead, where each time and group has one row and a count says nothing."""
    first = query.dimensions[0].column if query.dimensions else None
    numbers = [c for c in query.source.columns if c.numeric and not is_key(c) and c != first]
    numbers = [c for c in numbers if not (c.type == "integer" and c is query.source.columns[0] and unique(query, c))]
    if first is None or len(numbers) != 1 or query.source.parts[1:]:
        return Measure("count")
    timed = first.temporal or (first.type in ("string", "integer") and is_year(query, first))
    when = first if timed else time_column(query) if "share" in query.hints else None
    if when is None or when == numbers[0] or not _one_each(query, when):
        return Measure("count")
    return Measure(None, numbers[0])


def each_thing(query: Query) -> None:
    """“The price of each stock” along time: a colour for what there is one row of at each time."""
    when = next((d.column for d in query.dimensions if d.column.temporal), None)
    if when is None or "each row" not in query.hints or query.series is not None or len(query.dimensions) != 1:
        return
    thing = thing_at_each(query, when)
    if thing is not None:
        query.series = Dimension(thing)


def thing_at_each(query: Query, when: Column) -> Column | None:
    """The text of which each value has about one row at each time: the symbol of a share, the name of a country."""
    distinct, rows = profile(query, when)
    texts = [c for c in query.source.columns if c.type == "string"]
    fits = [c for c in texts if rows <= (distinct or 0) * (profile(query, c)[0] or 0) <= MISSING * rows]
    return fits[0] if len(fits) == 1 and distinct != rows else None


def _one_each(query: Query, when: Column) -> bool:
    """Whether there is about one row for each time, or for each time and value of a text."""
    distinct, rows = profile(query, when)
    groups = [profile(query, c)[0] or 0 for c in query.source.columns if c.type == "string"]
    return bool(distinct) and any(rows <= (distinct or 0) * group <= MISSING * rows for group in [1, *groups])
