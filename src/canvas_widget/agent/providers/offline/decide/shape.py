"""The chart that fits, and dimensions and measures fitted to the chart."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.decide.doubts import second_group
from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import profile
from canvas_widget.agent.providers.offline.query.dates import time_column
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.roles.periods import usual_measure
from canvas_widget.agent.providers.offline.roles.shapes import SHAPES, shaped
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.lexicon import Unit

__all__ = ["choose_kind", "fit", "fitting_unit", "one_colour"]

MANY_DATES = 400
MOST_LINES = 5
"""Numbers of one chart beyond which its lines tell nothing."""


def fitting_unit(query: Query, column: Column) -> Unit | None:
    distinct, _ = profile(query, column)
    if column.temporal and distinct is not None and distinct > MANY_DATES:
        query.notes.append(f"{column.name} has {distinct:,} different dates, so they are grouped by month.")
        return Unit("yearmonth", running=True)
    return None


def choose_kind(query: Query) -> None:
    """The chart or number that fits when none was named."""
    before = query.kind
    _time_first(query)
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
        aggregated = [m for m in query.measures if m.column is not None and m.aggregate is not None]
        query.unknown += [f"the {m.words(query.rows)} beside single rows" for m in aggregated]
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


def _time_first(query: Query) -> None:
    """“per symbol and year”: the years run along, and the symbols are the colours."""
    if len(query.dimensions) == 2 and query.series is None and query.measures:
        group, when = query.dimensions
        running = when.unit is not None and when.unit.running
        if running and when.column.temporal and not _year_like(group.column) and not group.column.numeric:
            query.dimensions = [when, group]


def _year_like(column: Column) -> bool:
    return column.temporal or bool({"year", "date", "month"} & set(column.words))


def fit(query: Query) -> None:
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
        bare = query.series is None and not times and len(query.dimensions) == 1
        if not query.dimensions or (bare and (not query.measures or kind.grouped)):
            column = time_column(query)
            if column is not None and all(d.column != column for d in query.dimensions):
                unit = fitting_unit(query, column)
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
    if same and not query.hints & {"years apart", "own colours"}:
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
        usual = kind.mark in ("line", "area") or "share" in query.hints
        query.measures.append(usual_measure(query) if usual else Measure("count"))
    elif _along_time(query) and kind.mark in ("line", "area", "bar") and 1 < len(query.measures) <= MOST_LINES:
        query.hints.add("several")
    elif len(query.measures) > 1:
        named = ", ".join(m.words(query.rows) for m in query.measures[1:])
        query.unknown.append(f"a second measure in one chart ({named}); ask for it as a chart of its own")
        del query.measures[1:]


def _along_time(query: Query) -> bool:
    """Whether several numbers can be lines of one chart: along time, with no other colours or small charts."""
    first = query.dimensions[0] if query.dimensions else None
    apart = query.series is not None or query.facet is not None or query.derived is not None or query.having
    timed = first is not None and (first.column.temporal or first.unit is not None)
    return timed and not apart and len({measure.column for measure in query.measures}) == len(query.measures)


def one_colour(query: Query) -> None:
    """Says that a chart asked for with several colours got one."""
    kind = query.kind
    if kind is not None and kind.grouped and query.series is None and kind.mark in ("bar", "line", "area"):
        query.unknown.append("what its colours stand for")


def _histogram(query: Query) -> None:
    columns = [m.column for m in query.measures if m.column is not None] + [d.column for d in query.dimensions]
    if not columns:
        return
    column = columns[0]
    query.series = query.series or next((each for each in query.dimensions if each.column != column), None)
    shown = {column, query.series.column if query.series is not None else column}
    query.unknown += [f"what {each.name} is for" for each in dict.fromkeys(columns) if each not in shown]
    query.measures = [Measure("count")]
    query.dimensions = [Dimension(column)]
    if not column.numeric and not column.temporal:
        query.kind = Kind("chart", "bar")
        query.notes.append(f"{column.name} is not a number, so its values are counted in bars instead of bins.")
