"""The nodes of a canvas document: immutable, rowless, and the very shapes that go over the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

__all__ = [
    "SETTABLE",
    "ChartContent",
    "Container",
    "Content",
    "ControlContent",
    "EmptyContent",
    "Kind",
    "MadeBy",
    "MetricContent",
    "NumberMarks",
    "Placement",
    "Relations",
    "Settings",
    "TableContent",
    "TextContent",
    "TextValue",
]

Kind = Literal["chart", "table", "metric", "text", "control", "empty"]
Placement = Literal["auto", "pinned"]

MAX_SIDE = 100_000
"""The longest side of a canvas, in px."""

MAX_Z = 2**31 - 1
"""The furthest that a container may lie before the others, and behind them."""


class Node(BaseModel):
    """Base of all nodes: frozen, unknown fields ignored (they come from the wire and from newer versions)."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class MadeBy(Node):
    """Which prompt made something, when (ISO 8601, UTC), and from which versions of which datasets.

    `cost` is what another engine expected to read for it where that was much, in words.
    """

    turn_id: str = ""
    prompt: str = Field(default="", max_length=2_000)
    at: str = ""
    datasets: dict[str, int] = {}
    rows: int | None = None
    rows_read: int | None = None
    cost: str = Field(default="", max_length=200)


class NumberMarks(Node):
    """Which marks stand in numbers, as d3 has them: digits in a group (the last repeats), currency before and after."""

    decimal: str = Field(default=".", max_length=4)
    thousands: str = Field(default=",", max_length=4)
    grouping: list[int] = Field(default=[3], max_length=8)
    currency: list[str] = Field(default=["$", ""], min_length=2, max_length=2)


class ChartContent(Node):
    """A chart: its query and the Vega-Lite spec that draws the query's rows.

    `encoding` maps a channel ("x", "y", "series", …) to the name of the field in the result's rows, or None.
    `spec` carries no rows: its data source is named "result" and bound when it is drawn.
    `request` is the typed request the SQL was generated from (None for raw SQL without one), so that a later
    edit ("make it a pie") can change one part of it.
    """

    kind: Literal["chart"] = "chart"
    dataset: str | None = None
    sql: str
    mark: str
    encoding: dict[str, str | None] = {}
    spec: dict[str, Any] = {}
    request: dict[str, Any] | None = None
    result_id: str | None = None
    stale: bool = False
    made_by: MadeBy | None = None


class TableContent(Node):
    """A table: its query and the columns shown, in order (all of the result's when None).

    `marks` are those of its numbers, where they are not the English ones.
    """

    kind: Literal["table"] = "table"
    dataset: str | None = None
    sql: str
    columns: list[str] | None = None
    marks: NumberMarks | None = None
    request: dict[str, Any] | None = None
    result_id: str | None = None
    stale: bool = False
    made_by: MadeBy | None = None


class MetricContent(Node):
    """One number: the first column of the query's single row. `format` is a d3-format string.

    `previous` names the column of that row with the number it is compared with, which `compared_with` says in words;
    `trend` the column with the list of numbers over time, the newest last.
    """

    kind: Literal["metric"] = "metric"
    dataset: str | None = None
    sql: str
    format: str | None = None
    label: str | None = None
    previous: str | None = None
    compared_with: str = ""
    trend: str | None = None
    marks: NumberMarks | None = None
    request: dict[str, Any] | None = None
    result_id: str | None = None
    stale: bool = False
    made_by: MadeBy | None = None


class TextValue(Node):
    """One value in a text: the query it came from, the datasets that read, and the text it was written as."""

    sql: str
    text: str
    result_id: str = ""
    datasets: list[str] = []
    rows_read: int | None = None


class TextContent(Node):
    """Markdown text.

    `template` is the text with its `{select …}` placeholders, `markdown` the same with their values, and `values`
    says where each came from, in order. Text without placeholders has neither.
    """

    kind: Literal["text"] = "text"
    markdown: str = ""
    template: str | None = None
    values: list[TextValue] = []
    stale: bool = False
    made_by: MadeBy | None = None


class ControlContent(Node):
    """A filter of the containers it is about.

    `options` are the values of a choice, else the lowest and the highest. `value` is a cell or a list of cells of a
    choice, a pair of numbers (range) or of days (date), both included; None filters nothing. `targets` are the ids
    of what it filters; None stands for all that is drawn from columns of its dataset, now and later.
    """

    kind: Literal["control"] = "control"
    control: Literal["choice", "range", "date"]
    dataset: str | None = Field(default=None, max_length=200)
    field: str = Field(min_length=1, max_length=1_000)
    options: list[JsonValue] = Field(default=[], max_length=1_000)
    value: JsonValue = None
    targets: list[str] | None = Field(default=None, max_length=500)

    @model_validator(mode="after")
    def _fits(self) -> ControlContent:
        cells = self.value if isinstance(self.value, list) else [self.value]
        if any(isinstance(each, list | dict) for each in [*cells, *self.options]):
            raise ValueError("a control's values are cells")
        if self.value is None or self.control == "choice":
            return self
        kinds = (int, float) if self.control == "range" else (str,)
        if not isinstance(self.value, list) or len(cells) != 2:
            raise ValueError(f"the value of a {self.control} is a pair")
        if any(isinstance(each, bool) or not isinstance(each, kinds) for each in cells):
            raise ValueError("the ends of a range are numbers, those of a date days such as 2024-12-31")
        return self


class EmptyContent(Node):
    """A container that holds nothing yet."""

    kind: Literal["empty"] = "empty"


Content = Annotated[
    ChartContent | TableContent | MetricContent | TextContent | ControlContent | EmptyContent,
    Field(discriminator="kind"),
]


class Relations(Node):
    """Where a container was asked to be; automatic layout keeps it there.

    `above`, `below`, `left_of` and `right_of` are ids of other containers; `top` means above everything.
    """

    above: str | None = None
    below: str | None = None
    left_of: str | None = None
    right_of: str | None = None
    top: bool = False

    def __bool__(self) -> bool:
        return self.top or bool(self.named)

    @property
    def named(self) -> dict[str, str]:
        """The relations to other containers: `{"below": "a", …}`."""
        found = {"above": self.above, "below": self.below, "left_of": self.left_of, "right_of": self.right_of}
        return {name: other for name, other in found.items() if other}

    def without(self, container_id: str) -> Relations:
        """The relations left when that container is gone."""
        return self.model_copy(update={name: None for name, other in self.named.items() if other == container_id})


class Container(Node):
    """A placed box. Positions and sizes are integers in px; the origin is the canvas's top left, y points down.

    `placement` is "pinned" once a person gave a position or size (by prompt, code or drag); automatic layout
    moves only "auto" containers. Times are ISO 8601 in UTC.
    """

    id: str
    title: str = ""
    x: int = Field(default=0, ge=0, le=MAX_SIDE)
    y: int = Field(default=0, ge=0, le=MAX_SIDE)
    width: int = Field(default=1, ge=1, le=MAX_SIDE)
    height: int = Field(default=1, ge=1, le=MAX_SIDE)
    z: int = Field(default=0, ge=-MAX_Z, le=MAX_Z)
    placement: Placement = "auto"
    locked: bool = False
    hidden: bool = False
    relations: Relations = Relations.model_construct()
    created_at: str = ""
    updated_at: str = ""
    content: Content = EmptyContent.model_construct()

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def kind(self) -> Kind:
        return self.content.kind


SETTABLE = (
    "title",
    "x",
    "y",
    "width",
    "height",
    "z",
    "placement",
    "locked",
    "hidden",
    "relations",
    "content",
)
"""The fields of a container that a `set` change may name."""


class Settings(Node):
    """What a canvas does by itself."""

    auto_adjust: bool = True
    overlap_prevention: bool = False
