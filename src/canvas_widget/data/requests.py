"""The typed requests that queries are generated from, kept with what they drew so that one part can change."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError, field_validator, model_validator

from canvas_widget.data.charts.chart_words import FORMATS, OPERATORS, read_mark, read_scale, read_stack
from canvas_widget.errors import InvalidArgument

__all__ = [
    "MARKS",
    "Annotation",
    "AxisScale",
    "ChartRequest",
    "Filter",
    "Join",
    "Mark",
    "MetricRequest",
    "Operator",
    "Stack",
    "TableRequest",
]

Mark = Literal["bar", "line", "area", "point", "arc", "histogram", "box", "heatmap", "density"]
MARKS: tuple[Mark, ...] = get_args(Mark)
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "contains", "is null", "not null"]
Stack = Literal["stacked", "grouped", "percent", "none"]


class _Request(BaseModel):
    """Base of the requests: frozen; a value that does not fit is an InvalidArgument that says which and why."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or type(self).__name__
            raise InvalidArgument(f'"{where}" cannot be used: {first["msg"]}.') from error


def _as_tuple(value: Any) -> Any:
    if value is None:
        return ()
    return (value,) if isinstance(value, str | dict | BaseModel) else value


class Filter(_Request):
    """A condition on rows: `field` is a column or a function of time such as `year(date)`.

    `value` is a cell, for "in" and "not in" a list of cells, for "between" a list of two (both included); "is null"
    and "not null" take none. "contains" looks for a text, case aside. A value may be computed:
    `{"of": "mean(age)"}` over the same rows' dataset, or `{"of": "id", "dataset": "members", "where": […]}` with "in".

    `any` holds conditions of which one must hold, `all` conditions that must hold together; either stands in place of
    a field. In `having`, `field` is a value such as `count()` or `mean(age)`, and the condition is on groups.
    """

    field: str = ""
    op: Operator = "="
    value: JsonValue = None
    any: tuple[Filter, ...] = ()
    all: tuple[Filter, ...] = ()

    @field_validator("op", mode="before")
    @classmethod
    def _spelling(cls, value: Any) -> Any:
        word = " ".join(str(value).casefold().split())
        return OPERATORS.get(word, word)

    @model_validator(mode="after")
    def _says_something(self) -> Filter:
        if not (self.field or self.any or self.all):
            raise ValueError("a condition needs a field")
        return self


class Join(_Request):
    """Another dataset to read along: rows whose columns `left` (so far) and `right` (there) are equal.

    Without `left` it is the one column that both have. "left" keeps rows that match nothing. Columns of a name that
    was there before are called `dataset.column`.
    """

    dataset: str
    left: str | None = None
    right: str | None = None
    how: Literal["inner", "left"] = "inner"


class AxisScale(_Request):
    """How an axis counts: `log`, whether it begins at `zero`, and its `domain` (lowest and highest value)."""

    log: bool = False
    zero: bool | None = None
    domain: tuple[float, float] | None = None


class Annotation(_Request):
    """Something drawn over a chart.

    A place on one axis is a rule, a list of two a band, a place on both a label with `text`. A place is a cell of that
    axis; on an axis of values also "mean", "median", "min" or "max" of what is drawn, or "overall": the chart's value
    over all rows together.
    """

    x: JsonValue = None
    y: JsonValue = None
    text: str | None = None

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Annotation:
        if self.x is None and self.y is None:
            raise ValueError("an annotation needs a place: x, y, or both")
        for place in (self.x, self.y):
            if isinstance(place, dict) or (isinstance(place, list) and len(place) != 2):
                raise ValueError("a place is one value, or a list of two for a band")
        return self


class ChartRequest(_Request):
    """A chart over a dataset, or over a query (`sql`), whose columns the encodings then name.

    Args:
        x, y, series: encodings: a column, or a function of one: `count()`, `count(f)`, `distinct(f)`, `sum(f)`,
            `mean(f)`, `median(f)`, `min(f)`, `max(f)`, `stdev(f)`; `year(f)`, `quarter(f)`, `month(f)`, `week(f)`,
            `day(f)`, `yearmonth(f)`, `yearquarter(f)`, `hour(f)`, `weekday(f)`; `bin(f)`, `bin(f, 20)`.
            A column whose name holds brackets or quotes is written in double quotes, doubled inside.
            A pie (`arc`) has its category as x and its value as y. A heatmap's `color` is its value.
        size: the value that a point's area shows (bubbles).
        group: columns to group by that are not drawn: one mark for each of their values.
        facet: one small chart per value, wrapped after `columns`; `row` and `column` make a grid of them.
        sort: "x", "y", "-x" or "-y"; what is drawn has that order.
        limit: the most categories (or rows), after sorting.
        top: only the so many largest categories; with `other` the rest together as one more.
        stack: how series of bars and areas stand: "stacked", "grouped", "percent" or "none" (over one another).
        orient: "horizontal" exchanges x and y.
        scale: by axis, `{"y": {"log": True}}`.
        format: of the values: a d3-format, or "percent", "currency", "compact", "whole".
        scheme: a colour scheme's name.
        time_unit: the unit for an x of dates; `bins` the most bins.
        where, having: conditions on rows and on groups. joins: datasets to read along.
        annotations: rules, bands and labels. error: what bars of a mean's error show.
        hole: a pie is a donut.
    """

    dataset: str | None = None
    mark: Mark = "bar"
    x: str | None = None
    y: str | None = None
    series: str | None = None
    sort: str | None = None
    limit: int | None = None
    where: tuple[Filter, ...] = ()
    title: str | None = None
    sql: str | None = None
    color: str | None = None
    size: str | None = None
    group: tuple[str, ...] = ()
    facet: str | None = None
    row: str | None = None
    column: str | None = None
    columns: int | None = None
    stack: Stack | None = None
    orient: Literal["horizontal", "vertical"] | None = None
    top: int | None = None
    other: bool = False
    scale: dict[Literal["x", "y"], AxisScale] = {}
    format: str | None = None
    scheme: str | None = None
    time_unit: str | None = None
    bins: int | None = None
    having: tuple[Filter, ...] = ()
    joins: tuple[Join, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    error: Literal["stdev", "stderr", "ci"] | None = None
    hole: bool = False

    @model_validator(mode="before")
    @classmethod
    def _words(cls, given: Any) -> Any:
        return read_mark(given) if isinstance(given, dict) else given

    @field_validator("stack", mode="before")
    @classmethod
    def _stack(cls, value: Any) -> Any:
        return read_stack(value)

    @field_validator("scale", mode="before")
    @classmethod
    def _scale(cls, value: Any) -> Any:
        return read_scale(value)

    @field_validator("group", "where", "having", "annotations", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return _as_tuple(value)

    @field_validator("joins", mode="before")
    @classmethod
    def _joined(cls, value: Any) -> Any:
        return tuple({"dataset": each} if isinstance(each, str) else each for each in _as_tuple(value))

    @field_validator("format", mode="after")
    @classmethod
    def _format(cls, value: str | None) -> str | None:
        if value is None or FORMATS.fullmatch(value):
            return value
        raise ValueError('it is a d3-format such as ",.1f", or "percent", "currency", "compact" or "whole"')


class TableRequest(_Request):
    """Rows of a dataset, or of a query. `sort` names columns, with `-` for descending."""

    dataset: str | None = None
    columns: tuple[str, ...] | None = None
    sort: str | tuple[str, ...] | None = None
    limit: int | None = None
    where: tuple[Filter, ...] = ()
    title: str | None = None
    sql: str | None = None


class MetricRequest(_Request):
    """One number: `value` is an aggregate (`count()`, `sum(revenue)`), or the first cell of a query's only row.

    `format` is a d3-format string; without one it follows from the value.

    Args:
        previous: a period such as `yearmonth(day)`: the number of the latest one, beside that of the one before.
        against: another value (`mean(revenue)`) to stand beside it.
        trend: a period over which the number is also drawn as a small line.
    """

    dataset: str | None = None
    value: str | None = None
    previous: str | None = None
    against: str | None = None
    trend: str | None = None
    where: tuple[Filter, ...] = ()
    title: str | None = None
    sql: str | None = None
    format: str | None = None
    label: str | None = None
