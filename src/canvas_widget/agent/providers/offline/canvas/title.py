"""Titles made from what a query shows."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.canvas.condition_words import condition_words
from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.query import Measure, Query
from canvas_widget.agent.providers.offline.words.normalise import human

__all__ = ["title_of"]


def title_of(query: Query) -> str:
    """A title from what is shown: “Average miles per gallon by origin”."""
    if query.title:
        return query.title
    kind = query.kind
    rows = query.rows if query.rows != "rows" else human(query.source.name)
    measure = query.measures[0] if query.measures else Measure("count")
    table = kind is not None and kind.tool == "table"
    if table and not query.measures and not query.dimensions:
        text = _table_title(query, rows)
    elif kind is not None and kind.mark == "histogram" and query.dimensions:
        text = f"Distribution of {human(query.dimensions[0].column.name)}"
    elif kind is not None and kind.mark == "density" and query.dimensions:
        other = f" and {measure.words(rows)}" if query.measures else ""
        text = f"Density of {human(query.dimensions[0].column.name)}{other}"
    elif kind is not None and kind.mark == "box":
        text = f"Spread of {measure.words(rows)}" + (f" by {query.dimensions[0].words()}" if query.dimensions else "")
    elif kind is not None and kind.mark == "point" and query.dimensions and not measure.aggregate:
        text = f"{measure.words(rows)} against {query.dimensions[0].words()}"
    else:
        grouped = query.dimensions[:2] if table else query.dimensions[:1]
        text = {"running": "running ", "growth": "growth of "}.get(query.derived or "", "") + measure.words(rows)
        if "several" in query.hints:
            text = " and ".join(each.words(rows) for each in query.measures)
        if grouped:
            text += f" by {' and '.join(each.words() for each in grouped)}"
    if query.series is not None and all(each.column != query.series.column for each in query.dimensions):
        pointed = kind is not None and kind.mark in ("point", "histogram", "density")
        text += f"{', coloured by' if pointed else ' and'} {query.series.words()}"
    if query.facet is not None:
        text += f", for each {query.facet.words()}"
    text = ", ".join([text, *condition_words(query.conditions)])
    if query.limit and kind is not None and kind.tool == "chart":
        least = query.sort is not None and query.sort.descending is False
        text = f"{'Bottom' if least else 'Top'} {query.limit}: {text}"
    return text[:1].upper() + text[1:120]


def _table_title(query: Query, rows: str) -> str:
    name = human(query.source.name)
    sort = query.sort
    if query.limit and query.superlative:
        return f"{query.limit} {query.superlative} {rows}" if query.limit > 1 else f"{query.superlative} of the {name}"
    if query.limit and sort is not None and isinstance(sort.on, Column):
        way = "highest" if sort.descending else "lowest"
        return f"{query.limit} {rows} with the {way} {human(sort.on.name)}"
    if query.limit:
        return f"First {query.limit} rows of {name}"
    if query.columns:
        return f"{', '.join(human(c.name) for c in query.columns[:4])} of {name}"
    return name
