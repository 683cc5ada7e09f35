"""The frames of the data behind the canvas: brushing, drill-down, other marks, code, controls."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, JsonValue

from canvas_widget.session.payload import Payload

__all__ = ["CLIENT_DATA_FRAMES", "SERVER_DATA_FRAMES"]


class Picked(Payload):
    """What is selected of one field: a range of a scale (its end not included for bins), or values."""

    model_config = ConfigDict(extra="forbid")

    range: tuple[JsonValue, JsonValue] | None = None
    values: list[JsonValue] | None = Field(default=None, max_length=10_000)


class Select(Payload):
    """Select in one container, which filters the others over the same dataset; null lets go."""

    container_id: str
    selection: dict[str, Picked] | None = None


class RowsBehind(Payload):
    """One page of the rows behind a mark: `values` are fields of the container's result."""

    container_id: str
    values: dict[str, JsonValue] = {}
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=10_000)


class Redraw(Payload):
    """Draw a chart again with parts of its request changed; what is not there stays, null takes it away."""

    container_id: str
    mark: str | None = None
    x: str | None = None
    y: str | None = None
    series: str | None = None
    sort: str | None = None
    limit: int | None = None
    title: str | None = None


class GetCode(Payload):
    """The code of one container, of the whole canvas when None."""

    container_id: str | None = None


class SetControl(Payload):
    """Choose a control's value; null lifts its filter."""

    container_id: str
    value: JsonValue = None


class Code(Payload):
    """Python that draws the same data from DuckDB with Altair, and its queries alone."""

    container_id: str | None = None
    python: str
    sql: str


class SelectionState(Payload):
    """What is selected in a container (null: nothing), and the containers that it filters."""

    container_id: str
    selection: dict[str, Any] | None = None
    linked: list[str] = []


CLIENT_DATA_FRAMES: dict[str, type[Payload]] = {
    "select": Select,
    "rows_behind": RowsBehind,
    "redraw": Redraw,
    "get_code": GetCode,
    "set_control": SetControl,
}
SERVER_DATA_FRAMES: dict[str, type[Payload]] = {"code": Code, "selection": SelectionState}
