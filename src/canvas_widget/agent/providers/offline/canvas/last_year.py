"""“Compare with last year”: the last two years of the data side by side."""

from __future__ import annotations

from typing import Any

from canvas_widget.agent.providers.offline.canvas.build import from_request, tool_call
from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.model import Call, Part
from canvas_widget.agent.providers.offline.canvas.refs import Thing
from canvas_widget.agent.providers.offline.canvas.title import title_of
from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import default_aggregate, is_key
from canvas_widget.agent.providers.offline.query.dates import is_year, time_column, year_conditions
from canvas_widget.agent.providers.offline.query.joined import source_behind
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.lexicon import Unit

__all__ = ["beside_last_year"]


def beside_last_year(thing: Thing, context: Context, part: Part) -> None:
    """Draws the latest year of the data beside the one before it, a colour for each; a metric shows the change."""
    request = thing.request or {}
    source = source_behind(thing.dataset, request.get("sql"), context.linker)
    query = from_request(request, source, thing.kind, thing.mark) if source is not None else None
    column = _when(query) if query is not None else None
    year = _latest(query, column) if query is not None and column is not None else None
    if query is None or column is None or year is None:
        part.asks.append(f"Nothing in {thing.id} tells the year, so there is no last year to compare with.")
        return
    if thing.kind == "metric":
        kept = {name: request[name] for name in ("dataset", "sql", "where", "value", "format") if request.get(name)}
        period = f"year({Dimension(column).encoding})" if column.temporal else Dimension(column).encoding
        arguments: dict[str, Any] = {"container_id": thing.id, **kept, "previous": period, "title": thing.title}
        part.calls.append(Call("create_metric", {**arguments, "replace": True}))
    elif thing.kind != "chart" or query.series is not None or query.facet is not None:
        what = "has colours for something else already" if thing.kind == "chart" else f"is a {thing.kind}"
        part.asks.append(f"{thing.id} {what}, so two years cannot stand side by side in it. Ask for a chart of them.")
        return
    else:
        _years_apart(query, column, year)
        tool, arguments = tool_call(query)
        title = title_of(query)
        part.calls.append(Call(tool, {"container_id": thing.id, **arguments, "title": title, "replace": True}))
        thing.title, thing.request, thing.mark = title, dict(arguments), query.kind.mark if query.kind else thing.mark
    view = query.source.view.column(column.name)
    ends = str(view.max)[:10] if view is not None and column.temporal else str(year)
    part.notes.append(f"The latest year of {column.name} is {year} (it ends on {ends}); beside it stands {year - 1}.")
    context.touched(thing)


def _when(query: Query) -> Column | None:
    drawn = [each.column for each in query.dimensions if each.column.temporal or is_year(query, each.column)]
    return drawn[0] if drawn else time_column(query)


def _latest(query: Query, column: Column) -> int | None:
    view = query.source.view.column(column.name)
    digits = str(view.max)[:4] if view is not None and view.max is not None else ""
    return int(digits) if digits.isdigit() else None


def _years_apart(query: Query, column: Column, year: int) -> None:
    """Months (or the groups there are) along the axis, the two years as colours."""
    along = query.dimensions[0] if query.dimensions else None
    running = along is None or along.column == column
    unit = along.unit.function if along is not None and along.unit is not None else ""
    if running and column.temporal:
        recurring = {"quarter": "quarter", "yearquarter": "quarter", "week": "week"}.get(unit, "month")
        query.dimensions = [Dimension(column, Unit(recurring))]
    query.series = Dimension(column, Unit("year", running=True) if column.temporal else None)
    query.conditions = [each for each in query.conditions if each.field != column.name]
    query.conditions += year_conditions(column, "between", year - 1, year)
    query.measures = [_added(each) for each in query.measures] or [Measure("count")]
    query.sort = query.limit = None
    mark = query.kind.mark if query.kind is not None else None
    if running and not column.temporal:
        query.series, query.kind = None, Kind("chart", "bar")
    elif mark not in ("bar", "line", "area") or (not running and mark != "bar"):
        query.kind = Kind("chart", "line" if running else "bar")
    if query.kind is not None and query.kind.mark == "bar" and query.series is not None:
        query.dress = {**query.dress, "stack": "grouped"}


def _added(measure: Measure) -> Measure:
    column = measure.column
    bare = measure.aggregate is None and column is not None and column.numeric and not is_key(column)
    return Measure(default_aggregate(column), column) if bare and column is not None else measure
