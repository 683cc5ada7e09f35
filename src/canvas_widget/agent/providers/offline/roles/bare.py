"""Columns named without a role: along or up, a group or a number, or a label for each row."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.dates import is_year
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.roles.roles import Roles

__all__ = ["each_row", "label_rows", "place_columns"]


def each_row(query: Query) -> None:
    """“The age of every singer”: a bar per row, labelled by name. “Wines ordered by year”: a bar per year."""
    if query.kind is None or query.kind.tool != "chart" or query.dimensions:
        return
    if "each row" in query.hints and query.measures and all(m.aggregate is None for m in query.measures):
        label_rows(query)
    elif query.sort is not None and isinstance(query.sort.on, Column) and query.measures == [Measure("count")]:
        query.dimensions.append(Dimension(query.sort.on))


def place_columns(query: Query, roles: Roles) -> None:
    """Makes the columns named without a role dimensions, measures or a table's columns, as the kind has it."""
    mark = query.kind.mark if query.kind is not None else None
    tool = query.kind.tool if query.kind is not None else None
    pairs = bool(roles.versus) or "relation" in query.hints or mark == "point"
    if tool == "table":
        query.columns = [*roles.bare, *roles.versus]
        return
    named = [*roles.bare, *roles.versus]
    timed = "time" in query.hints or any(each.column.temporal or each.unit for each in query.dimensions)
    if timed and mark != "point" and len(named) > 1 and all(_quantity(query, column) for column in named):
        roles.versus = []  # “buses vs trains over time” are two lines
        _rest(query, roles, named)
        return
    if roles.versus:
        _versus(query, roles, mark)
        return
    if pairs and not query.measures and len(roles.bare) >= 2:
        first, second = roles.bare[0], roles.bare[1]
        query.dimensions.insert(0, Dimension(first, roles.units.get(first.name)))
        query.measures.append(Measure(None, second))
        _rest(query, roles, roles.bare[2:])
        return
    _rest(query, roles, roles.bare)


def _quantity(query: Query, column: Column) -> bool:
    return column.numeric and not is_key(column) and not is_year(query, column)


def _rest(query: Query, roles: Roles, columns: list[Column]) -> None:
    for column in columns:
        grouped = column.temporal or not column.numeric
        if grouped or (query.measures and not query.dimensions and any(m.aggregate for m in query.measures)):
            dimension = Dimension(column, roles.units.get(column.name))
            if _beyond(query, column):
                query.unknown.append(f"what {column.name} is for")
            elif all(d.column != column for d in query.dimensions):
                query.dimensions.append(dimension)
        elif Measure(None, column) not in query.measures:
            query.measures.append(Measure(None, column))


def _beyond(query: Query, column: Column) -> bool:
    """Whether a column named without a role would be a second grouping that nobody asked for."""
    kind = query.kind
    if kind is None or kind.tool != "chart" or kind.mark not in ("bar", "arc") or kind.grouped:
        return False
    return bool(query.measures and query.dimensions) and all(d.column != column for d in query.dimensions)


def _versus(query: Query, roles: Roles, mark: str | None) -> None:
    """“mpg against weight”: the first goes up, the second along."""
    along = roles.versus[0]
    roles.bare = list(dict.fromkeys(column for column in roles.bare if column != along))
    first = roles.bare[:1]
    if first and along.numeric and not first[0].numeric and not query.measures:
        first, along = [along], first[0]
    query.dimensions.insert(0, Dimension(along, roles.units.get(along.name)))
    for column in first:
        if column.numeric or column.temporal:
            query.measures.append(Measure(None, column))
        else:
            query.dimensions.append(Dimension(column))
    _rest(query, roles, [*roles.bare[1:], *roles.versus[1:]])
    if mark is None:
        query.hints.add("versus")


def label_rows(query: Query, besides: Column | None = None) -> None:
    """The column that names a row, for a chart of single rows."""
    texts = [c for c in query.source.columns if c.type == "string" and c != besides]
    named = [c for c in texts if {"name", "title", "label"} & set(c.words)] or texts[:1]
    if named:
        query.dimensions.append(Dimension(named[0]))
        query.notes.append(f"Rows are labelled by {named[0].name}.")
