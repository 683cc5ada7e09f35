"""A decided query as the arguments of a drawing tool, and a container's request back as a query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.query import Condition, Dimension, Measure, Query, Sort, quoted
from canvas_widget.agent.providers.offline.query.sql import derived_sql, grouped_sql, paired_sql, rows_sql, several_sql
from canvas_widget.agent.providers.offline.roles.shapes import SHAPES
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["from_request", "tool_call"]

_ENCODING = re.compile(r'^(?:(?P<fn>\w+)\()?\s*(?P<field>"(?:[^"]|"")*"|[^,()"]*)\s*(?:,\s*\d+\s*)?\)?$')
_UNITS = words("year quarter month week day yearmonth yearquarter hour weekday")


def tool_call(query: Query) -> tuple[str, dict[str, Any]]:
    """The tool and its arguments, without id, title and place."""
    kind = query.kind or Kind("table")
    tool = f"create_{kind.tool}"
    arguments: dict[str, Any] = {"dataset": query.source.name}
    grouped = kind.tool == "table" and bool(query.measures or query.dimensions)
    if kind.tool == "chart" and query.paired:
        return _pair(query, kind, arguments)
    if kind.tool == "chart" and "several" in query.hints and len(query.measures) > 1:
        return _several(query, kind, arguments)
    if kind.tool == "chart" and query.derived is not None and query.dimensions:
        return _derived(query, kind, arguments)
    sql = None if grouped else rows_sql(query)
    if sql is not None:
        arguments["sql"] = sql
    if kind.tool == "metric":
        arguments["value"] = query.measures[0].encoding if query.measures else "count()"
        if query.measures and query.measures[0].share:
            arguments["format"] = ".1%"
        if query.trend is not None:
            arguments["trend"] = query.trend.encoding
    elif kind.tool == "table":
        if grouped:
            arguments["sql"] = grouped_sql(query, _order(query))
            return "create_table", arguments
        if query.columns:
            arguments["columns"] = [column.name for column in query.columns]
        if isinstance(sort := (query.sort.on if query.sort is not None else None), Column):
            arguments["sort"] = [("-" if query.sort is not None and query.sort.descending else "") + sort.name]
        if query.limit:
            arguments["limit"] = query.limit
    else:
        tool = _chart(query, kind, arguments)
        if tool == "create_chart":
            stacks = query.kind is not None and query.kind.mark in ("bar", "area") and query.series is not None
            arguments |= {name: value for name, value in query.dress.items() if name != "stack" or stacks}
    plain = [condition.argument() for condition in query.conditions if condition.plain]
    if plain:
        arguments["where"] = plain
    return tool, arguments


def _pair(query: Query, kind: Kind, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Two aggregates of the same groups against each other."""
    x, y = (quoted(measure.words(query.rows)) for measure in query.measures[:2])
    arguments |= {"sql": paired_sql(query), "mark": kind.mark or "point", "x": x, "y": y}
    if query.series is not None:
        arguments["series"] = quoted(query.series.words())
    return "create_chart", arguments


def _several(query: Query, kind: Kind, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Several numbers along time, a colour for each."""
    sql, measure, value = several_sql(query)
    x = quoted(query.dimensions[0].words())
    arguments |= {"sql": sql, "mark": kind.mark or "line", "x": x, "y": quoted(value), "series": measure}
    if kind.mark == "bar":
        arguments["stack"] = "grouped"
    return "create_chart", arguments


def _derived(query: Query, kind: Kind, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A running total or the growth of a measure along time."""
    sql, name = derived_sql(query)
    mark = kind.mark if kind.mark in ("line", "area", "bar") else "line"
    arguments |= {"sql": sql, "mark": mark, "x": quoted(query.dimensions[0].words()), "y": quoted(name)}
    if query.series is not None:
        arguments["series"] = quoted(query.series.words())
    if query.derived == "growth":
        arguments["format"] = "percent"
    return "create_chart", arguments


def _chart(query: Query, kind: Kind, arguments: dict[str, Any]) -> str:
    x = query.dimensions[0].encoding if query.dimensions else None
    y = query.measures[0].encoding if query.measures else "count()"
    sort = _order(query)
    if kind.mark == "arc" and sort in (None, "-y") and not kind.hole and query.facet is None and not query.dress:
        arguments |= {"category": x, "value": y}
        if query.limit:
            arguments["limit"] = query.limit
        return "create_pie_chart"
    arguments["mark"] = "donut" if kind.mark == "arc" and kind.hole else kind.mark or "bar"
    if query.facet is not None:
        arguments["facet"] = query.facet.encoding
    if kind.mark in SHAPES:
        return _shaped(query, kind.mark or "", arguments)
    if kind.mark == "histogram":
        arguments["x"] = x
    elif kind.horizontal:
        arguments |= {"x": y, "y": x}
        sort = {"x": "y", "-x": "-y", "y": "x", "-y": "-x"}.get(sort or "", sort)
    else:
        arguments |= {"x": x, "y": y}
    if query.series is not None:
        arguments["series"] = query.series.encoding
    if query.measures and query.measures[0].share:
        arguments["format"] = "percent"
    if sort:
        arguments["sort"] = sort
    if query.limit:
        arguments["limit"] = query.limit
    return "create_chart"


def _shaped(query: Query, mark: str, arguments: dict[str, Any]) -> str:
    x = query.dimensions[0].encoding if query.dimensions else None
    y = query.measures[0].encoding if query.measures else None
    split = query.series.encoding if query.series is not None else None
    named = {"x": x, "y": split, "color": y} if mark == "heatmap" else {"x": x, "y": y, "series": split}
    arguments |= {name: value for name, value in named.items() if value is not None}
    return "create_chart"


def _order(query: Query) -> str | None:
    """“-y” and its like; falling when only "sorted" was said of a measure, rising of a label."""
    sort = query.sort
    if sort is None:
        return None
    on = sort.on
    if isinstance(on, Column):
        on = "x" if query.dimensions and on == query.dimensions[0].column else "y"
    descending = sort.descending if sort.descending is not None else on != "x"
    return ("-" if descending else "") + ("x" if on == "x" else "y")


def _parsed(text: str, source: Source) -> Measure | Dimension | None:
    match = _ENCODING.match(text.strip())
    if match is None:
        return None
    function, name = match.group("fn"), match.group("field").strip()
    if name.startswith('"'):
        name = name[1:-1].replace('""', '"')
    column = source.column(name)
    if function == "count":
        return Measure("count")
    if column is None:
        return None
    if function in _UNITS:
        return Dimension(column, Unit(function or "", running=function != "month"))
    if function == "bin":
        return Dimension(column, binned=True)
    if function:
        return Measure("mean" if function == "avg" else function, column)
    return Dimension(column)


def from_request(request: Mapping[str, Any], source: Source, kind: str, mark: str | None) -> Query | None:
    """A container's own request as a query, so that one part of it can change; None when its columns are not known."""
    base = request.get("sql")
    if (base or source.sql) and not _known(request, source):
        return None
    horizontal = False
    query = Query(source, Kind(kind, mark))
    x, y = request.get("x") or request.get("category"), request.get("y") or request.get("value")
    split = request.get("series")
    if mark == "heatmap":
        split, y = y, request.get("color") or "count()"
    first = _parsed(str(x), source) if x else None
    second = _parsed(str(y), source) if y else None
    if isinstance(first, Measure) and isinstance(second, Dimension):
        first, second, horizontal = second, first, True
    if isinstance(first, Dimension):
        query.dimensions = [first]
    if isinstance(second, Dimension):
        second = Measure(None, second.column)
    if second is not None:
        query.measures = [second]
    elif kind == "chart" and mark == "histogram":
        query.measures = [Measure("count")]
        query.hints.add("bins")
    series = _parsed(str(split), source) if split else None
    query.series = series if isinstance(series, Dimension) else None
    facet = _parsed(str(request["facet"]), source) if request.get("facet") else None
    query.dress = {name: request[name] for name in ("scale", "annotations", "stack") if request.get(name)}
    query.facet = facet if isinstance(facet, Dimension) else None
    query.kind = Kind(
        kind, mark, horizontal=horizontal, hole=bool(request.get("hole")) or request.get("mark") == "donut"
    )
    query.base = str(base) if base and not str(base).startswith("SELECT t1.") else None
    query.limit = request.get("limit")
    query.columns = [
        column for name in request.get("columns") or () if (column := source.column(str(name))) is not None
    ]
    kept = [_kept(each) for each in request.get("where") or () if isinstance(each, Mapping)]
    if None in kept:
        return None
    query.conditions = [each for each in kept if each is not None]
    query.sort = _sort(request.get("sort"), source, kind, swapped=horizontal)
    return query


def _kept(given: Mapping[str, Any]) -> Condition | None:
    """A condition as a container keeps it; None for one that words cannot change."""
    for word, op in (("any", "or"), ("all", "and")):
        if given.get(word):
            parts = [_kept(each) for each in given[word] if isinstance(each, Mapping)]
            return Condition("", op, [each for each in parts if each is not None]) if None not in parts else None
    if not given.get("field") or isinstance(given.get("value"), Mapping):
        return None
    return Condition(str(given["field"]), str(given.get("op") or "="), given.get("value"))


def _known(request: Mapping[str, Any], source: Source) -> bool:
    """Whether what a request draws from its SQL are columns of the source."""
    drawn = [str(request[key]) for key in ("x", "y", "series", "category", "value") if request.get(key)]
    return bool(drawn) and all(_parsed(text, source) is not None for text in drawn)


def _sort(given: Any, source: Source, kind: str, *, swapped: bool) -> Sort | None:
    if isinstance(given, list | tuple):
        given = given[0] if given else None
    if not given:
        return None
    text = str(given)
    descending, name = text.startswith("-"), text.removeprefix("-")
    if kind == "table":
        column = source.column(name)
        return Sort(column, descending) if column is not None else None
    if name not in ("x", "y"):
        return None
    return Sort({"x": "y", "y": "x"}[name] if swapped else name, descending)
