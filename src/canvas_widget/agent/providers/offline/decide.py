"""Completes a query: the chart that fits, the aggregate where none was named, order, and a title."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.aggregate import aggregates, is_key, profile, unique
from canvas_widget.agent.providers.offline.bare import each_row, place_columns
from canvas_widget.agent.providers.offline.dates import time_column
from canvas_widget.agent.providers.offline.doubts import second_group
from canvas_widget.agent.providers.offline.joined import label_of
from canvas_widget.agent.providers.offline.lexicon import Kind, Unit
from canvas_widget.agent.providers.offline.link import Column
from canvas_widget.agent.providers.offline.normalise import human
from canvas_widget.agent.providers.offline.periods import each_thing, usual_measure
from canvas_widget.agent.providers.offline.query import AGGREGATE_WORDS, Dimension, Measure, Query
from canvas_widget.agent.providers.offline.rates import over_periods
from canvas_widget.agent.providers.offline.roles import Roles
from canvas_widget.agent.providers.offline.shapes import SHAPES, facets, shaped
from canvas_widget.agent.providers.offline.years import apart

__all__ = ["decide"]

MANY_DATES = 400


def decide(query: Query, roles: Roles) -> None:
    """Turns what was read into one thing to make; every choice that the words left open goes into the notes."""
    _units(query, roles)
    _different_and_how_many(query, roles)
    _counted(query, roles)
    _trailing(query, roles)
    _over_time(query)
    place_columns(query, roles)
    each_row(query)
    each_thing(query)
    apart(query)
    timed = "time" in query.hints
    facets(query)
    over_periods(query)
    if not timed:
        _over_time(query)
    if query.series is not None and not query.dimensions and query.kind is None:
        query.dimensions, query.series = [query.series], None
    if query.kind is None or (query.kind.tool == "chart" and query.kind.mark is None):
        _choose_kind(query)
    _shape(query)
    _one_colour(query)
    aggregates(query)
    _running_months(query)


def _units(query: Query, roles: Roles) -> None:
    query.dimensions = [
        Dimension(d.column, roles.units.get(d.column.name, d.unit)) if d.unit is None else d for d in query.dimensions
    ]


def _counted(query: Query, roles: Roles) -> None:
    """“number of products”: rows where the column tells the rows apart, else different products."""
    column = roles.counted
    if roles.noun is not None:
        query.notes.append(f"Each row of {query.source.name} counts as one of “{roles.noun}”.")
    if column is None:
        return
    count = Measure("count")
    charted = query.kind is not None and query.kind.tool == "chart"
    if any(d.column == column for d in query.dimensions) or column in (*roles.bare, *roles.versus):
        return
    if (
        (charted or query.hints & {"share", "distribution"})
        and not ("each row" in query.hints and column.numeric)
        and not query.dimensions
        and not roles.bare
        and not roles.versus
        and query.series is None
        and "time" not in query.hints
    ):
        query.dimensions.append(Dimension(column, roles.units.get(column.name)))
        return
    if is_key(column) or _names_rows(query, column) or (unique(query, column) and not column.numeric):
        query.rows = roles.counted_words or query.rows
        return
    if column.numeric and "each row" in query.hints:
        query.measures = [Measure(roles.trailing, column) if m == count else m for m in query.measures]
        return
    if column.numeric:
        aggregate = roles.trailing or "sum"
        query.measures = [Measure(aggregate, column) if m == count else m for m in query.measures]
        query.notes.append(
            f"“Number of {human(column.name)}” was read as the {AGGREGATE_WORDS[aggregate]} of {column.name}."
        )
    else:
        query.measures = [Measure("distinct", column) if m == count else m for m in query.measures]
        query.notes.append(f"Different values of {column.name} are counted, each once.")


def _names_rows(query: Query, column: Column) -> bool:
    """“number of titles”: what names the rows is counted as rows are, twins too."""
    table = query.source.parts[0].name if query.source.parts else query.source.name
    label = bool({"name", "title"} & set(column.words)) and column == label_of(query.source, table)
    return label and column.type == "string"


def _trailing(query: Query, roles: Roles) -> None:
    """“How old … on average”: the aggregate of the number that was named without one."""
    if roles.trailing is None:
        return
    bare = [column for column in roles.bare if column.numeric and not is_key(column)]
    if bare and not any(m.column is not None for m in query.measures):
        roles.bare.remove(bare[0])
        query.measures = [Measure(roles.trailing, bare[0])]
    else:
        query.measures = [
            Measure(roles.trailing, m.column) if m.aggregate is None and m.column is not None else m
            for m in query.measures
        ]


def _different_and_how_many(query: Query, roles: Roles) -> None:
    """“The different classes, and how many of each”: the different values are the groups."""
    count = Measure("count")
    named = [m.column for m in query.measures if m.aggregate == "distinct" and m.column is not None]
    bare = not query.dimensions and not roles.bare and not roles.versus and query.series is None
    charted = query.kind is not None and query.kind.tool == "chart" and query.kind.mark != "histogram"
    coloured = not query.dimensions and not roles.bare and query.series is not None
    if charted and coloured and len(query.measures) == len(named) == 1:  # “in different years, coloured by grade”
        query.measures, query.dimensions = [count], [Dimension(named[0], roles.units.get(named[0].name))]
        return
    if charted and bare and len(query.measures) == len(named) == 1 and "time" not in query.hints:
        query.measures = [count]
        query.dimensions = [Dimension(named[0], roles.units.get(named[0].name))]
        return
    others = [m for m in query.measures if m.aggregate not in (None, "distinct", "count")]
    if (
        bare and others and len(named) == 1 and (not named[0].numeric or is_key(named[0]))
    ):  # “what mean do the different grades have”
        query.measures = others
        query.dimensions = [Dimension(named[0], roles.units.get(named[0].name))]
        return
    if count in query.measures and len(named) == 1 and all(d.column == named[0] for d in query.dimensions):
        query.measures = [count]
        query.dimensions = query.dimensions or [Dimension(named[0], roles.units.get(named[0].name))]


def _over_time(query: Query) -> None:
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
    query.dimensions.insert(0, Dimension(column, unit or _fitting_unit(query, column)))


def _fitting_unit(query: Query, column: Column) -> Unit | None:
    distinct, _ = profile(query, column)
    if column.temporal and distinct is not None and distinct > MANY_DATES:
        query.notes.append(f"{column.name} has {distinct:,} different dates, so they are grouped by month.")
        return Unit("yearmonth", running=True)
    return None


def _choose_kind(query: Query) -> None:
    """The chart or number that fits when none was named."""
    before = query.kind
    numeric = [m for m in query.measures if m.column is not None and m.aggregate is None]
    asked = before is not None and before.tool == "chart"
    raw_pair = (
        len(query.dimensions) == 1
        and query.dimensions[0].column.numeric
        and bool(numeric)
        and not _year_like(query.dimensions[0].column)
    )
    if query.hints & {"relation", "versus"} and raw_pair:
        query.kind = Kind("chart", "point")
    elif "share" in query.hints and query.dimensions:
        query.kind = Kind("chart", "arc")
    elif "distribution" in query.hints and numeric and not query.dimensions:
        query.kind = Kind("chart", "histogram")
    elif (
        query.dimensions
        and (query.dimensions[0].column.temporal or _year_like(query.dimensions[0].column))
        and (query.dimensions[0].unit is None or query.dimensions[0].unit.running)
    ):
        query.kind = Kind("chart", "line")
    elif query.dimensions:
        query.kind = Kind("chart", "bar")
    elif asked and len(numeric) == 1 and len(query.measures) == 1:
        query.kind = Kind("chart", "histogram")
    elif query.measures and not query.limit and not query.sort and (not numeric or len(query.measures) == 1):
        query.kind = Kind("chart", "bar") if asked else Kind("metric")
    elif len(numeric) >= 2 and asked:
        query.kind = Kind("chart", "point")
    elif query.measures or query.limit or query.conditions or query.columns or query.sort or query.rows != "rows":
        query.kind = Kind("table")
        query.columns = query.columns or [m.column for m in numeric if m.column is not None]
        query.measures = [m for m in query.measures if m.column is None]
    else:
        return
    if query.kind.tool == "table" and len(query.columns) == 1 and not query.sort:
        query.columns = []
    said = query.kind.mark or query.kind.tool
    names = {
        "arc": "pie chart",
        "point": "scatter plot",
        "histogram": "histogram",
        "table": "table",
        "metric": "metric",
    }
    query.notes.append(f"No kind of chart was named, so it is a {names.get(said, said + ' chart')}.")


def _year_like(column: Column) -> bool:
    return column.temporal or bool({"year", "date", "month"} & set(column.words))


def _shape(query: Query) -> None:
    """Fits dimensions and measures to the kind: a pie has one of each, a line runs along time."""
    kind = query.kind
    if kind is None or kind.tool != "chart":
        return
    binned = "bins" in query.hints and query.measures == [Measure("count")]
    if kind.mark == "histogram" and query.dimensions and query.measures and not binned:
        query.kind = kind = Kind("chart", "bar")
        query.notes.append("It has a value per group, so it is a bar chart and not a histogram.")
    if kind.mark in SHAPES:
        shaped(query)
        return
    if kind.mark == "arc" and query.facet is not None:
        query.kind = kind = Kind("chart", "bar")
        query.notes.append("Pies side by side are hard to compare, so these are bars.")
    if kind.mark == "histogram":
        _histogram(query)
        return
    aggregated = [m for m in query.measures if m.aggregate is not None]
    if kind.mark == "point" and query.dimensions and len(aggregated) == len(query.measures) == 2:
        query.paired = True
        if query.series is None and (kind.grouped or "coloured" in query.hints):
            query.series = query.dimensions[0]
        return
    if kind.mark == "point" and query.series is not None and not query.dimensions and len(aggregated) == 2:
        query.dimensions, query.paired = [query.series], True
        return
    if kind.mark == "point" and not query.dimensions and len(query.measures) >= 2:
        first = query.measures.pop(0)
        if first.column is not None:
            query.dimensions.append(Dimension(first.column))
    if kind.mark in ("line", "area"):
        times = [d for d in query.dimensions if d.column.temporal or _year_like(d.column)]
        if times and query.dimensions[0] is not times[0]:
            query.dimensions.remove(times[0])
            query.dimensions.insert(0, times[0])
        if not query.dimensions or (
            query.series is None and not times and not query.measures and len(query.dimensions) == 1
        ):
            column = time_column(query)
            if column is not None and all(d.column != column for d in query.dimensions):
                unit = _fitting_unit(query, column)
                query.dimensions.insert(0, Dimension(column, unit))
                query.notes.append(f"It runs along {column.name}.")
    if kind.mark == "arc" and len(query.dimensions) > 1:
        dropped = ", ".join(d.column.name for d in query.dimensions[1:])
        query.unknown.append(f"a second grouping in a pie ({dropped})")
        del query.dimensions[1:]
    if not query.dimensions and query.series is not None:
        query.dimensions.append(query.series)
        query.series = None
    if len(query.dimensions) > 1 and query.series is None:
        query.series = second_group(query)
    same = query.series is not None and query.dimensions and query.series.column == query.dimensions[0].column
    if same and "years apart" not in query.hints:
        query.series = None
    if len(query.dimensions) > 2:
        query.unknown.append("more than two groupings (" + ", ".join(d.column.name for d in query.dimensions[2:]) + ")")
    del query.dimensions[1:]
    if (
        not query.dimensions
        and len(query.measures) >= 2
        and query.measures[0].column is not None
        and query.measures[0].aggregate is None
    ):
        column = query.measures.pop(0).column
        if column is not None:
            query.dimensions.append(Dimension(column))
    if not query.measures:
        query.measures.append(usual_measure(query) if kind.mark in ("line", "area") else Measure("count"))
    elif len(query.measures) > 1:
        named = ", ".join(m.words(query.rows) for m in query.measures[1:])
        query.unknown.append(f"a second measure in one chart ({named}); ask for it as a chart of its own")
        del query.measures[1:]


def _one_colour(query: Query) -> None:
    """Says that a chart asked for with several colours got one."""
    kind = query.kind
    if kind is not None and kind.grouped and query.series is None and kind.mark in ("bar", "line", "area"):
        query.unknown.append("what its colours stand for")


def _histogram(query: Query) -> None:
    columns = [m.column for m in query.measures if m.column is not None] + [d.column for d in query.dimensions]
    if not columns:
        return
    column = columns[0]
    query.series = query.series or (
        query.dimensions[0] if query.dimensions and query.dimensions[0].column != column else None
    )
    query.measures = [Measure("count")]
    query.dimensions = [Dimension(column)]
    if not column.numeric and not column.temporal:
        query.kind = Kind("chart", "bar")
        query.notes.append(f"{column.name} is not a number, so its values are counted in bars instead of bins.")


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
