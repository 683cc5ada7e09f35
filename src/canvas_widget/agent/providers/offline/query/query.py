"""What a data request was read as, before it becomes tool calls."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.lexicon import Unit
from canvas_widget.agent.providers.offline.words.normalise import human

__all__ = ["AGGREGATE_WORDS", "Condition", "Dimension", "Having", "Measure", "Nested", "Query", "Sort"]

AGGREGATE_WORDS = {
    "mean": "average", "sum": "total", "median": "median", "min": "minimum", "max": "maximum",
    "stdev": "standard deviation of", "distinct": "number of different", "count": "number of",
}  # fmt: skip
_UNIT_WORDS = {
    "year": "year", "quarter": "quarter", "yearquarter": "quarter", "month": "month", "yearmonth": "month",
    "week": "week", "day": "day", "weekday": "weekday", "hour": "hour",
}  # fmt: skip


def quoted(name: str) -> str:
    """A column's name as an encoding takes it: bare when it is a plain word, else in quotes."""
    if name.isidentifier() and name.isascii():
        return name
    return '"' + name.replace('"', '""') + '"'


def _adjective(name: str) -> str:
    """“active” of is_active."""
    first, _, rest = name.partition(" ")
    return rest if rest and first in ("is", "was", "has", "been") else name


@dataclass(frozen=True, slots=True)
class Measure:
    """A number per group: `column` is None for the count of rows, `aggregate` None for the bare value."""

    aggregate: str | None
    column: Column | None = None

    @property
    def encoding(self) -> str:
        if self.column is None:
            return "count()"
        field_name = quoted(self.column.name)
        return f"{self.aggregate}({field_name})" if self.aggregate else field_name

    @property
    def share(self) -> bool:
        """Whether it is a part of one: the mean of what is true or false."""
        return self.aggregate == "mean" and self.column is not None and self.column.type == "boolean"

    def words(self, rows: str) -> str:
        """In a sentence; `rows` is what a row is called ("cars")."""
        if self.column is None:
            return f"number of {rows}"
        name = human(self.column.name)
        if self.share:
            return f"share of {_adjective(name)} {rows}"
        if self.aggregate == "distinct" and not name.endswith("s"):
            name = f"{name}s"
        return f"{AGGREGATE_WORDS[self.aggregate]} {name}" if self.aggregate else name


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column to group by, with a unit of time when it is a date, or as bins."""

    column: Column
    unit: Unit | None = None
    binned: bool = False

    @property
    def encoding(self) -> str:
        field_name = quoted(self.column.name)
        if self.unit is not None and self.unit.function:
            return f"{self.unit.function}({field_name})"
        return f"bin({field_name})" if self.binned else field_name

    def words(self) -> str:
        if self.unit is not None and self.unit.function:
            return _UNIT_WORDS[self.unit.function]
        return human(self.column.name)


@dataclass(frozen=True, slots=True)
class Nested:
    """What a cell is compared with: an aggregate over all rows ("above the average")."""

    aggregate: str
    field: str


@dataclass(frozen=True, slots=True)
class Having:
    """A condition on groups: “with more than two flights”."""

    measure: Measure
    op: str
    value: int | float


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter on rows, as the tools take it where it is `plain`.

    Others become SQL: ops "or" and "and" have conditions as their value, "not" one, a `Nested` value an aggregate,
    "absent" a dataset and its column that must not hold the cell, "months" the months of a date, of any year. `at` is
    the word it was read at.
    """

    field: str
    op: str
    value: Any
    at: int = dataclasses.field(default=-1, compare=False)

    @property
    def plain(self) -> bool:
        return self.op not in ("or", "and", "not", "absent", "starts", "ends", "months") and not isinstance(
            self.value, Nested
        )

    def argument(self) -> dict[str, Any]:
        return {"field": self.field, "op": self.op, "value": self.value}


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: `on` is "x", "y", a column, or None where nothing was named; `descending` None where not said."""

    on: str | Column | None = None
    descending: bool | None = None
    measure: Measure | None = None


@dataclass(slots=True)
class Query:
    """One data request as it was read.

    `rows` is the word for a row; `notes` tell the choices that were made, `unknown` the words that nothing fits,
    `asks` the questions that have to be answered first. `base` is the SQL that a container's rows came from before;
    `paired` puts two aggregates on the axes, a mark for each group. A heatmap has its second grouping as `series` and
    its value as the measure. `derived` is "running" or "growth": what is made of the measure along time; `dress` are
    arguments for what a chart carries besides its data.
    """

    source: Source
    kind: Kind | None = None
    measures: list[Measure] = field(default_factory=list)
    dimensions: list[Dimension] = field(default_factory=list)
    series: Dimension | None = None
    facet: Dimension | None = None
    trend: Dimension | None = None
    conditions: list[Condition] = field(default_factory=list)
    having: list[Having] = field(default_factory=list)
    base: str | None = None
    paired: bool = False
    derived: str | None = None
    dress: dict[str, Any] = field(default_factory=dict)
    sort: Sort | None = None
    limit: int | None = None
    columns: list[Column] = field(default_factory=list)
    hints: set[str] = field(default_factory=set)
    rows: str = "rows"
    title: str | None = None
    superlative: str | None = None
    question: bool = False
    notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        """Whether the request named any data at all."""
        return bool(self.measures or self.dimensions or self.columns or self.conditions or self.limit or self.sort)
