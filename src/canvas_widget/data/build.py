"""From typed requests to queries, results and what draws them: charts, tables, metrics."""

from __future__ import annotations

import threading

from canvas_widget.data.charts.channels import resolve
from canvas_widget.data.charts.chart import build_chart
from canvas_widget.data.charts.drawn import BuiltChart, BuiltMetric, BuiltTable
from canvas_widget.data.charts.wording import count_of, human, lower, phrase, plural, value_format
from canvas_widget.data.comparison import compared
from canvas_widget.data.dataset import find_field
from canvas_widget.data.encode import Encoding
from canvas_widget.data.engine import Engine
from canvas_widget.data.filters import filtered
from canvas_widget.data.requests import MetricRequest, TableRequest
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier
from canvas_widget.data.types import Field
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["BuiltChart", "BuiltMetric", "BuiltTable", "build_chart", "build_metric", "build_table", "table_sql"]

TABLE_ROWS = 10_000
"""The rows of a table that nobody set a limit for."""


def build_table(request: TableRequest, engine: Engine, *, cancel: threading.Event | None = None) -> BuiltTable:
    """Rows of a dataset in its own order, or sorted with every other column as tie-break; or a query's rows.

    Raises:
        QueryError: no such dataset or column, an empty one, or SQL that cannot run.
    """
    check_limit(request.limit)
    source = filtered(engine, request.dataset, request.sql, request.where, cancel)
    columns, keys = _shown(request, source)
    if source.sql is not None and not (columns or keys or source.conditions):
        sql = source.sql
    else:
        sql = table_sql(request, source, None if source.sql is not None else request.limit or TABLE_ROWS)
    result = engine.run(sql, limit=request.limit, cancel=cancel)
    if not result.row_count:
        raise QueryError(nothing(source))
    return BuiltTable(
        sql=result.sql,
        result=result,
        columns=tuple(field.name for field in columns) or None,
        title=request.title or _table_title(request, source, keys),
        subtitle=_table_subtitle(source, result.row_count, truncated=result.truncated),
        dataset=source.dataset,
        request=request.model_dump(mode="json", exclude_defaults=True),
    )


def check_limit(limit: int | None) -> None:
    if limit is not None and limit < 1:
        raise InvalidArgument(f"A limit is at least 1, not {limit}.")


def nothing(source: Source) -> str:
    """Why there is nothing to show."""
    name = source.dataset or "The query"
    if source.conditions:
        return f"No row of {source.dataset or 'the query'} meets the filter. Change it, or leave it out."
    return f"{name} has no rows, so there is nothing to show. Fill it, then run this again."


def sort_key(text: str, fields: tuple[Field, ...], where: str = "") -> tuple[Field, bool]:
    """The column that a sort names, and whether downwards.

    Raises:
        QueryError: no such column.
    """
    downwards = text.startswith("-") and not any(field.name == text for field in fields)
    name = text.removeprefix("-").removeprefix("+").strip() if downwards or text.startswith("+") else text
    if name.startswith('"') and name.endswith('"') and len(name) > 2:
        name = name[1:-1].replace('""', '"')
    return find_field(name, fields, where), downwards


def _shown(request: TableRequest, source: Source) -> tuple[list[Field], list[tuple[Field, bool]]]:
    """The columns that a table names, and what it is sorted by."""
    sort = (request.sort,) if isinstance(request.sort, str) else request.sort or ()
    columns = [find_field(name, source.fields, source.where) for name in request.columns or ()]
    return columns, [sort_key(each, source.fields, source.where) for each in sort]


def table_sql(request: TableRequest, source: Source, limit: int | None) -> str:
    """The query of a table over a source: its columns in its order, which is total, at most `limit` rows."""
    columns, keys = _shown(request, source)
    shown = columns or list(source.fields)
    names = ", ".join(identifier(field.name) for field in shown)
    cut = f"\nLIMIT {limit}" if limit is not None else ""
    if not keys:
        numbered = f'SELECT *, row_number() OVER () AS "row number"\n  {source.clause()}'
        return f'SELECT {names}\nFROM (\n  {numbered}\n)\nORDER BY "row number"{cut}'
    order = [identifier(field.name) + (" DESC NULLS LAST" if down else "") for field, down in keys]
    sorted_by = {field.name for field, _ in keys}
    order += [identifier(field.name) for field in (*shown, *source.fields) if field.name not in sorted_by]
    return f"SELECT {names}\n{source.clause()}\nORDER BY {', '.join(dict.fromkeys(order))}{cut}"


def _table_title(request: TableRequest, source: Source, keys: list[tuple[Field, bool]]) -> str:
    name = human(source.dataset) if source.dataset else "Query"
    if keys and request.limit:
        field, down = keys[0]
        words = f"with the {'highest' if down else 'lowest'} {lower(human(field.name))}"
        return f"{request.limit:,} {count_of(source.dataset)} {words}"
    return name


def _table_subtitle(source: Source, rows: int, *, truncated: bool) -> str:
    if source.rows is not None and not source.conditions and rows < source.rows:
        return f"{rows:,} of {source.rows:,}"
    return f"first {plural(rows, 'row')}" if truncated else plural(rows, "row")


def build_metric(request: MetricRequest, engine: Engine, *, cancel: threading.Event | None = None) -> BuiltMetric:
    """One number over a dataset or a query.

    Raises:
        QueryError: no such dataset or column, no single number, or SQL that cannot run.
    """
    source = filtered(engine, request.dataset, request.sql, request.where, cancel)
    label: str
    if request.value is not None or source.sql is None or source.conditions:
        channel = resolve(request.value or "count()", source.fields, source.where, source.dataset)
        if not channel.aggregate:
            names = f'sum("{channel.alias}")' if channel.measure == "quantitative" else f'count("{channel.alias}")'
            raise QueryError(f'A metric is one number: write a function of "{channel.alias}", such as {names}.')
        label, whole = phrase(channel.encoding, source.dataset), channel.whole
        beside = compared(request, source, channel)
        sql = beside.sql if beside else f"SELECT {channel.selected}\n{source.clause()}\nORDER BY 1"
    else:
        beside = None
        sql = source.sql
        label, whole = phrase(Encoding(None, source.fields[0].name)), source.fields[0].type == "integer"
    result = engine.run(sql, limit=2, cancel=cancel)
    if result.row_count != 1:
        rows = "no row" if not result.row_count else "more than one row"
        raise QueryError(f"A metric is one number, but the query gives {rows}. Aggregate it, or show it as a table.")
    value = result.rows()[0][result.fields[0].name]
    if value is None:
        raise QueryError(f"{label} has no value{source.where}: there is nothing to compute it from.")
    label = request.label or label
    return BuiltMetric(
        sql=result.sql,
        result=result,
        format=request.format or value_format([value], whole=whole),
        label=label,
        title=request.title or label,
        dataset=source.dataset,
        request=request.model_dump(mode="json", exclude_defaults=True),
        previous=beside.previous if beside else None,
        compared_with=beside.label if beside else "",
        trend=beside.trend if beside else None,
    )
