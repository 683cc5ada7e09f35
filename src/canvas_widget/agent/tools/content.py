"""Tools that draw: charts, tables, metrics and text. Each makes its container when it is new."""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from canvas_widget.agent.tools.base import Arguments, Listed, Placed, Tool, ToolContext, ToolOutput
from canvas_widget.agent.tools.reports import placed
from canvas_widget.data import ChartRequest, MetricRequest, TableRequest
from canvas_widget.data.charts.chart_words import read_mark, read_scale, read_stack
from canvas_widget.document import ChartContent, MetricContent, TableContent, normalise
from canvas_widget.errors import InvalidArgument, NotFound

__all__ = ["TOOLS"]

ENCODING = (
    'A column, "a column with blanks" in double quotes, count(), count(c), distinct(c), '
    "sum|mean|avg|median|min|max|stdev(c), year|quarter|month|week|day|yearmonth|yearquarter|hour|weekday(c), or "
    "bin(c) or bin(c, 20)."
)

_OPERATORS = {"==": "=", "<>": "!=", "is": "=", "eq": "=", "isnull": "is null", "notnull": "not null"}
CHART = frozenset(
    "mark x y series color size facet row column columns stack orient sort limit other scale format scheme bins group "
    "having joins annotations error title".split()
)
"""Arguments that a chart's request has under the same name."""


class Where(Arguments):
    """One condition on the rows. A value may be computed: `{"of": "mean(c)"}`, or for in `{"of": "c", "dataset": "d",
    "where": […]}`; `any` and `all`, instead of a field, hold conditions written the same way.
    """

    field: str = Field(default="", description="Column name.")
    op: Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "contains", "is null", "not null"] = "="
    value: Any = Field(default=None, description="A value; a list for in and between; or {of: mean(c)}.")
    any: list[Any] | None = Field(default=None, description="Instead: conditions of which one holds.")
    all: SkipJsonSchema[list[Any] | None] = None

    @field_validator("op", mode="before")
    @classmethod
    def _spelling(cls, value: Any) -> Any:
        plain = value.strip().lower() if isinstance(value, str) else value
        return _OPERATORS.get(plain, plain)


class _Filled(Placed):
    replace: bool | None = Field(
        default=None, description="True to put it into the container that has this id already, in its place."
    )


class _Drawn(_Filled):
    dataset: str | None = Field(default=None, description="Dataset name; may be left out when there is only one.")
    sql: str | None = Field(
        default=None, description="A SELECT (DuckDB, or a dataset's engine), only where other arguments cannot say it."
    )
    where: Listed[Where] | None = Field(default=None, description="Conditions, all of which must hold.")


class CreateChart(_Drawn):
    """Draw a chart from a query that the canvas writes from x, y and series. Put the aggregation into the encoding:
    x=Origin, y=mean(Miles_per_Gallon). A histogram or a density is x only, a box plot x=category and y=column, a
    heatmap x, y and color=value; density with x and y counts millions of points. With sql, x, y and series name
    columns of its result. A column of a joined dataset may be written dataset.column.
    """

    mark: Literal["bar", "line", "area", "point", "arc", "donut", "histogram", "box", "heatmap", "density"]
    x: str | None = Field(default=None, description=f"What goes along x. {ENCODING}")
    y: str | None = Field(default=None, description="What goes along y; written like x.")
    series: str | None = Field(default=None, description="What splits it by colour; written like x.")
    color: str | None = Field(default=None, description="A heatmap's value, like mean(c); count() when left out.")
    size: str | None = Field(default=None, description="A value, as the area of points.")
    facet: str | None = Field(default=None, description="A column: one small chart per value.")
    row: str | None = Field(default=None, description="With column: small charts in a grid.")
    column: str | None = None
    columns: int | None = Field(default=None, ge=1, description="Small charts side by side.")
    stack: Literal["stacked", "grouped", "percent", "none"] | None = Field(
        default=None, description="How series of bars and areas stand; percent for shares of 100 %."
    )
    orient: Literal["horizontal", "vertical"] | None = Field(default=None, description="horizontal: bars lie.")
    sort: str | None = Field(default=None, description='"-y" falling, "y" rising, "x" or "-x".')
    limit: int | None = Field(default=None, ge=1, description="How many marks at most, after sorting.")
    largest: int | None = Field(default=None, ge=1, description="Only so many categories, the largest.")
    other: bool | None = Field(default=None, description="With largest: the rest together as Other.")
    scale: dict[str, Any] | None = Field(
        default=None,
        description="{y: {log: true}}, {x: {domain: [0, 10]}} or {y: {zero: true}}.",
    )
    format: str | None = Field(default=None, description="percent, currency, compact, whole, or a d3 format.")
    scheme: str | None = Field(default=None, description="A Vega colour scheme, when asked for.")
    bins: int | None = Field(default=None, ge=1, le=200, description="How many bins at most.")
    group: Listed[str] | None = Field(default=None, description="Columns to group by that are not drawn.")
    having: Listed[Any] | None = Field(default=None, description="Like where, on groups: field is count(), mean(c).")
    joins: Listed[Any] | None = Field(
        default=None, description="Datasets to join: {dataset, left: key here, right: key there}."
    )
    annotations: Listed[Any] | None = Field(
        default=None, description="{y: 20 or mean, text}: a rule; {y: [1, 2]}: a band; {x, y, text}: a label."
    )
    error: Literal["stdev", "stderr", "ci"] | None = Field(default=None, description="Error bars on means.")

    @model_validator(mode="before")
    @classmethod
    def _words(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        read = read_mark(given)
        read = {**read, "mark": "donut"} if read.get("hole") else read
        read = {**read, "stack": read_stack(read["stack"])} if read.get("stack") is not None else read
        if isinstance(read.get("scale"), str) and not read["scale"].lstrip().startswith("{"):
            read = {**read, "scale": read_scale(read["scale"])}
        if isinstance(read.get("joins"), str | list):
            listed = read["joins"] if isinstance(read["joins"], list) else [read["joins"]]
            plain = [{"dataset": each} if isinstance(each, str) and each[:1] not in "[{" else each for each in listed]
            read = {**read, "joins": plain if len(plain) != 1 or isinstance(plain[0], dict) else plain[0]}
        return read

    @field_validator("scale", mode="before")
    @classmethod
    def _scale(cls, value: Any) -> Any:
        if isinstance(value, str) and value.lstrip().startswith("{"):
            try:
                value = json.loads(value)
            except RecursionError:
                raise ValueError("nested too deeply") from None
        return read_scale(value)


class CreatePieChart(_Drawn):
    """Draw a pie chart: one slice per category."""

    category: str = Field(description=f"What the slices are. {ENCODING}")
    value: str | None = Field(default=None, description="How large they are, like sum(sales); count() when left out.")
    limit: int | None = Field(default=None, ge=1, description="How many slices at most, the largest first.")


class CreateTable(_Drawn):
    """Show rows as a table."""

    columns: Listed[str] | None = Field(default=None, description="Column names, in order; all when left out.")
    sort: Listed[str] | None = Field(default=None, description='Columns to sort by, "-" in front for falling.')
    limit: int | None = Field(default=None, ge=1, description="How many rows at most, after sorting.")


class CreateMetric(_Drawn):
    """Show one number large, like the number of rows: value=count()."""

    value: str | None = Field(default=None, description="count(), sum(c), mean(c), distinct(c), …")
    format: str | None = Field(default=None, description="A d3 format, like ,.1f or .0%.")
    label: str | None = Field(default=None, description="What it is, in a few words.")
    trend: str | None = Field(default=None, description="A period, yearmonth(day): drawn small along it.")
    previous: str | None = Field(default=None, description="A period: the latest beside the one before.")
    against: str | None = Field(default=None, description="Another value beside it.")


class WriteText(_Filled):
    """Write markdown text on the canvas. Take its numbers from query results."""

    markdown: str


def _dataset(context: ToolContext, name: str | None, sql: str | None) -> str | None:
    """The dataset meant: by its exact name, by its name in other case, or the only one there is."""
    names = context.workspace.catalogue.names()
    if name is None:
        if sql is not None or not names:
            return None
        if len(names) == 1:
            return names[0]
        raise InvalidArgument("Say which dataset. There are: " + ", ".join(names[:20]) + ".", alternatives=names[:5])
    if name in names:
        return name
    alike = [other for other in names if other.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else name


def _request(arguments: _Drawn, context: ToolContext, **more: Any) -> dict[str, Any]:
    dataset = _dataset(context, arguments.dataset, arguments.sql)
    if dataset is None and arguments.sql is None:
        raise NotFound("There is no dataset yet. Say so to the user: a data frame in the notebook, or a CSV file.")
    where = tuple(condition.model_dump(exclude_none=True) for condition in arguments.where or ())
    given = {"dataset": dataset, "sql": arguments.sql, "where": where, **more}
    return {name: value for name, value in given.items() if value is not None}


def _how(arguments: _Filled, context: ToolContext) -> dict[str, Any]:
    placing = arguments.placing(replace=arguments.replace)
    return {"title": arguments.title, "placing": placing, "actor": context.actor}


def _sql(context: ToolContext, container_id: str | None) -> str | None:
    container = context.workspace.document.get(container_id or "")
    content = container.content if container is not None else None
    return content.sql if isinstance(content, ChartContent | TableContent | MetricContent) else None


def _chart(arguments: CreateChart, context: ToolContext) -> ToolOutput:
    given = arguments.model_dump(include=set(CHART), exclude_none=True)
    return _draw(arguments, context, ChartRequest, top=arguments.largest, **given)


def _pie(arguments: CreatePieChart, context: ToolContext) -> ToolOutput:
    more = {"mark": "arc", "x": arguments.category, "y": arguments.value, "limit": arguments.limit}
    if arguments.value is None and arguments.sql is None:
        more["y"] = "count()"
    if arguments.sql is None:
        more["sort"] = "-y"
    return _draw(arguments, context, ChartRequest, title=arguments.title, **more)


def _table(arguments: CreateTable, context: ToolContext) -> ToolOutput:
    names = ("columns", "sort", "limit")
    return _draw(arguments, context, TableRequest, **{name: getattr(arguments, name) for name in names})


def _metric(arguments: CreateMetric, context: ToolContext) -> ToolOutput:
    value = "count()" if arguments.value is None and arguments.sql is None else arguments.value
    label = arguments.label or arguments.title
    beside = {name: getattr(arguments, name) for name in ("trend", "previous", "against")}
    return _draw(arguments, context, MetricRequest, value=value, format=arguments.format, label=label, **beside)


def _draw(
    arguments: _Drawn,
    context: ToolContext,
    kind: type[ChartRequest | TableRequest | MetricRequest],
    **more: Any,
) -> ToolOutput:
    request = kind.model_validate(_request(arguments, context, **more))
    name = normalise(arguments.container_id)
    workspace, how = context.workspace, _how(arguments, context)
    if isinstance(request, ChartRequest):
        outcome = workspace.chart(name, request, **how)
    elif isinstance(request, TableRequest):
        outcome = workspace.table(name, request, **how)
    else:
        outcome = workspace.metric(name, request, **how)
    return placed(outcome, context, sql=_sql(context, outcome.container_id))


def _write(arguments: WriteText, context: ToolContext) -> ToolOutput:
    name = normalise(arguments.container_id)
    return placed(context.workspace.text(name, arguments.markdown, **_how(arguments, context)), context)


TOOLS: tuple[Tool[Any], ...] = (
    Tool("create_chart", CreateChart, _chart, mutates=True),
    Tool("create_pie_chart", CreatePieChart, _pie, mutates=True),
    Tool("create_table", CreateTable, _table, mutates=True),
    Tool("create_metric", CreateMetric, _metric, mutates=True),
    Tool("write_text", WriteText, _write, mutates=True),
)
