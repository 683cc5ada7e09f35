"""Questions about the data: one query, and a sentence with the number that comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from canvas_widget.agent.providers.offline.canvas.condition_words import condition_words
from canvas_widget.agent.providers.offline.canvas.model import Call
from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import unique
from canvas_widget.agent.providers.offline.query.dates import time_column
from canvas_widget.agent.providers.offline.query.joined import label_of
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query, Sort
from canvas_widget.agent.providers.offline.query.sql import (
    conditions_sql,
    dimension_sql,
    identifier,
    measure_sql,
    rows_sql,
    table_of,
)
from canvas_widget.agent.providers.offline.words.normalise import human

__all__ = ["question_call", "replied"]

_NEXT = 4
"""Rows read where the best is asked for: the best, those that equal it, and the next."""


def question_call(query: Query) -> Call | None:
    """The query that answers, when one number or one row does; None where a drawing says more."""
    kind = query.kind
    if kind is None or query.unknown:
        return None
    about = ", ".join(condition_words(query.conditions))
    if kind.tool == "metric" and len(query.measures) == 1 and not query.dimensions:
        measure = query.measures[0]
        label = measure.words(query.rows if query.rows != "rows" else human(query.source.name))
        sql = (
            f"SELECT {measure_sql(measure)} AS {identifier(label)} FROM {table_of(query.source)}{conditions_sql(query)}"
        )
        return _call(sql, ("share" if measure.share else "value", label, about))
    if kind.tool == "chart" and _ranked(query):
        return _best_group(query, about)
    if kind.tool == "table" and query.limit == 1 and isinstance(query.sort, Sort) and isinstance(query.sort.on, Column):
        return _best_row(query, query.sort.on, about)
    return None


def _ranked(query: Query) -> bool:
    """“Which city has the most …”: groups by size, without any number of them asked for."""
    plain = query.series is None and not query.paired and len(query.dimensions) == len(query.measures) == 1
    sort = query.sort
    by_value = sort is not None and (sort.on == "y" or isinstance(sort.on, Column)) and sort.descending is not None
    return plain and by_value and query.limit in (None, 1) and query.measures[0].aggregate is not None


def _best_group(query: Query, about: str) -> Call:
    dimension, measure = query.dimensions[0], query.measures[0]
    group, label = dimension.words(), _label(measure, query)
    down = query.sort is not None and query.sort.descending is not False
    sql = (
        f"SELECT {_group_sql(dimension)} AS {identifier(group)}, {measure_sql(measure)} AS {identifier(label)} "
        f"FROM {_rows(query)} GROUP BY 1 ORDER BY 2 {'DESC' if down else 'ASC'} NULLS LAST, 1 LIMIT {_NEXT}"
    )
    return _call(sql, (f"{'most' if down else 'least'}{'%' if measure.share else ''}", label, about))


def _group_sql(dimension: Dimension) -> str:
    """The group as it is said: “March” and “Monday”, where a chart has the number along its axis."""
    unit = dimension.unit.function if dimension.unit is not None else ""
    named = {"month": "monthname", "weekday": "dayname"}.get(unit)
    return f"{named}({identifier(dimension.column.name)})" if named else dimension_sql(dimension)


def _label(measure: Measure, query: Query) -> str:
    return measure.words(query.rows if query.rows != "rows" else human(query.source.name))


def _rows(query: Query) -> str:
    rows = rows_sql(query)
    table = f"({rows}) AS kept" if rows is not None else identifier(query.source.name)
    return f"{table}{conditions_sql(query)}"


def _best_row(query: Query, column: Column, about: str) -> Call | None:
    shown = _row_name(query)
    if shown is None or shown == column:
        return None
    down = query.sort is not None and query.sort.descending is not False
    sql = (
        f"SELECT {identifier(shown.name)}, {identifier(column.name)} FROM {_rows(query)} "
        f"ORDER BY 2 {'DESC' if down else 'ASC'} NULLS LAST, 1 LIMIT {_NEXT}"
    )
    return _call(sql, ("most" if down else "least", human(column.name), about))


def _row_name(query: Query) -> Column | None:
    """What tells a row from the others: its name, or its day where each day has one row and no name has."""
    shown, when = label_of(query.source, query.source.name), time_column(query)
    dated = when is not None and when.temporal and not query.source.parts and unique(query, when)
    return when if dated and not (shown is not None and unique(query, shown)) else shown


def _call(sql: str, said: tuple[str, str, str]) -> Call:
    return Call("run_query", {"sql": sql}, said="|".join(said))


def replied(said: str, result: Mapping[str, Any], source: str) -> str:
    """The sentence: `said` is the call's own, `result` the tool's answer, `source` where the rows come from."""
    form, label, about = [*said.split("|", 2), "", ""][:3]
    rows = [tuple(row.values()) for row in result.get("rows") or () if isinstance(row, Mapping)]
    where = f" ({about})" if about else ""
    if "rows_withheld" in result:
        return f"The {label}{where} was computed; {result['rows_withheld']}"
    if not rows or rows[0][-1] is None:
        return f"There is no {label}{where} in {source}: no row fits."
    if form == "share":
        return f"The {label}{where} is **{rows[0][0]:.1%}**; from {source}."
    if form == "value":
        return f"The {label}{where} is **{_told(rows[0][0])}**; from {source}."
    told = "{:.1%}".format if form.endswith("%") else _told
    form = form.removesuffix("%")
    best = [row for row in rows if row[-1] == rows[0][-1]]
    names = " and ".join(f"**{_named(row[0])}**" for row in best)
    verb = "have" if len(best) > 1 else "has"
    way = "highest" if form == "most" else "lowest"
    label = label.removeprefix("maximum " if form == "most" else "minimum ")
    text = f"{names} {verb} the {way} {label}{where}: **{told(rows[0][-1])}**"
    after = next((row for row in rows if row[-1] != rows[0][-1] and row[-1] is not None), None)
    return (
        text
        + (f", before {_named(after[0])} with {told(after[-1])}" if after is not None else "")
        + f"; from {source}."
    )


def _named(value: Any) -> str:
    """What a group or a row is called: years and keys have no marks for thousands, days no time."""
    return str(value) if isinstance(value, int) else _told(value).removesuffix("T00:00:00")


def _told(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if isinstance(value, int) or value.is_integer() else f"{value:,.2f}"
