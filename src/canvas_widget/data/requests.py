"""The typed requests that queries are generated from, kept with what they drew so that one part can change."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError, field_validator

from canvas_widget.errors import InvalidArgument

__all__ = ["MARKS", "ChartRequest", "Filter", "Mark", "MetricRequest", "Operator", "TableRequest"]

Mark = Literal["bar", "line", "area", "point", "arc", "histogram"]
MARKS: tuple[Mark, ...] = get_args(Mark)
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "contains", "is null", "not null"]

SPELLINGS = {
    "pie": "arc", "donut": "arc", "doughnut": "arc", "scatter": "point", "scatterplot": "point", "circle": "point",
    "hist": "histogram", "column": "bar", "columns": "bar", "bars": "bar", "lines": "line",
}  # fmt: skip
OPERATOR_SPELLINGS = {"==": "=", "<>": "!=", "is not null": "not null", "like": "contains", "≤": "<=", "≥": ">="}


class _Request(BaseModel):
    """Base of the requests: frozen; a value that does not fit is an InvalidArgument that says which and why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or type(self).__name__
            raise InvalidArgument(f'"{where}" cannot be used: {first["msg"]}.') from error


class Filter(_Request):
    """A condition on rows: `field` is a column or a function of time such as `year(date)`.

    `value` is a cell, for "in" and "not in" a list of cells, for "between" a list of two (both included); "is null"
    and "not null" take none. "contains" looks for a text, case aside.
    """

    field: str
    op: Operator = "="
    value: JsonValue = None

    @field_validator("op", mode="before")
    @classmethod
    def _spelling(cls, value: Any) -> Any:
        word = " ".join(str(value).casefold().split())
        return OPERATOR_SPELLINGS.get(word, word)


class ChartRequest(_Request):
    """A chart over a dataset, or over a query (`sql`), whose columns the encodings then name.

    Args:
        x, y, series: encodings: a column, or a function of one: `count()`, `count(f)`, `distinct(f)`, `sum(f)`,
            `mean(f)`, `median(f)`, `min(f)`, `max(f)`, `stdev(f)`; `year(f)`, `quarter(f)`, `month(f)`, `week(f)`,
            `day(f)`, `yearmonth(f)`, `yearquarter(f)`, `hour(f)`, `weekday(f)`; `bin(f)`, `bin(f, 20)`.
            A column whose name holds brackets or quotes is written in double quotes, doubled inside.
            A pie (`arc`) has its category as x and its value as y.
        sort: "x", "y", "-x" or "-y"; what is drawn has that order.
        limit: the most categories (or rows), after sorting.
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

    @field_validator("mark", mode="before")
    @classmethod
    def _spelling(cls, value: Any) -> Any:
        word = str(value).casefold().strip()
        return SPELLINGS.get(word, word)


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
    """

    dataset: str | None = None
    value: str | None = None
    where: tuple[Filter, ...] = ()
    title: str | None = None
    sql: str | None = None
    format: str | None = None
    label: str | None = None
