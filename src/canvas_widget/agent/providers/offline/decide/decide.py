"""Completes a query: what is counted, time, the chart that fits, the aggregate where none was named."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.conditions.years import apart
from canvas_widget.agent.providers.offline.decide.counted import count, different_and_how_many, trailing
from canvas_widget.agent.providers.offline.decide.namesakes import tell_apart
from canvas_widget.agent.providers.offline.decide.shape import choose_kind, fit, fitting_unit, one_colour
from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import aggregates
from canvas_widget.agent.providers.offline.query.dates import time_column
from canvas_widget.agent.providers.offline.query.query import Dimension, Query
from canvas_widget.agent.providers.offline.roles.bare import each_row, place_columns
from canvas_widget.agent.providers.offline.roles.periods import each_thing
from canvas_widget.agent.providers.offline.roles.rates import over_periods
from canvas_widget.agent.providers.offline.roles.roles import Roles
from canvas_widget.agent.providers.offline.roles.shapes import facets
from canvas_widget.agent.providers.offline.words.lexicon import Unit

__all__ = ["decide"]


def decide(query: Query, roles: Roles) -> None:
    """Turns what was read into one thing to make; every choice that the words left open goes into the notes."""
    _units(query, roles)
    different_and_how_many(query, roles)
    count(query, roles)
    trailing(query, roles)
    _over_time(query, roles)
    place_columns(query, roles)
    each_row(query)
    each_thing(query)
    apart(query)
    timed = "time" in query.hints
    facets(query)
    over_periods(query)
    if not timed:
        _over_time(query, roles)
    if query.series is not None and not query.dimensions and query.kind is None:
        query.dimensions, query.series = [query.series], None
    if query.kind is None or (query.kind.tool == "chart" and query.kind.mark is None):
        choose_kind(query)
    fit(query)
    one_colour(query)
    tell_apart(query)
    aggregates(query)
    _running_months(query)


def _units(query: Query, roles: Roles) -> None:
    query.dimensions = [
        Dimension(d.column, roles.units.get(d.column.name, d.unit)) if d.unit is None else d for d in query.dimensions
    ]


def _over_time(query: Query, roles: Roles) -> None:
    if "time" not in query.hints:
        return
    for index, each in enumerate(query.dimensions):  # “over time, by month”: the months run along the years
        if each.unit is not None and each.unit.function in ("month", "quarter") and each.column.temporal:
            query.dimensions[index] = Dimension(each.column, Unit(f"year{each.unit.function}", running=True))
    if any(d.column.temporal or d.unit for d in query.dimensions):
        return
    column = time_column(query)
    if column is None:
        query.unknown.append(f"{query.source.name} has no date column for “over time”")
        return
    unit = Unit("year", running=True) if "by years" in query.hints and column.temporal else None
    said = roles.units.get(column.name)  # “over time …, bin the dates by year”
    query.dimensions.insert(0, Dimension(column, said or unit or fitting_unit(query, column)))


def _running_months(query: Query) -> None:
    """“by month” along a line runs through the years; in bars it gathers the months of all years, and says so."""
    for index, dimension in enumerate(query.dimensions):
        unit = dimension.unit
        if unit is None or unit.function not in ("month", "quarter") or not dimension.column.temporal:
            continue
        view = query.source.view.column(dimension.column.name)
        years = {str(value)[:4] for value in (view.min, view.max) if value is not None} if view is not None else set()
        if "years apart" in query.hints and query.series is not None:
            continue
        if query.kind is not None and query.kind.mark in ("line", "area"):
            query.dimensions[index] = Dimension(dimension.column, Unit("year" + unit.function, running=True))
        elif len(years) > 1 and not _one_year(query, dimension.column):
            query.notes.append(f"The {unit.function}s of all years ({min(years)} to {max(years)}) are taken together.")


def _one_year(query: Query, column: Column) -> bool:
    """Whether the conditions leave one year of that date."""
    edges = {c.op: str(c.value)[:4] for c in query.conditions if c.field == column.name and c.op in (">=", "<")}
    return (
        len(edges) == 2 and edges[">="].isdigit() and edges["<"].isdigit() and int(edges["<"]) - int(edges[">="]) == 1
    )
