"""The rows behind a mark: drill-down from a chart's number to what it was computed from."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canvas_widget.data import ChartRequest, Result, TableRequest
from canvas_widget.data.equal import equals
from canvas_widget.data.filters import filtered
from canvas_widget.data.grouping import grouping_of
from canvas_widget.data.sql import identifier
from canvas_widget.errors import InvalidArgument
from canvas_widget.workspace.drawing import outline_of, request_of
from canvas_widget.workspace.filters import filters_of
from canvas_widget.workspace.types import Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Behind", "rows_behind"]

MOST = 10_000
"""The most rows of one page."""


@dataclass(frozen=True)
class Behind:
    """A page of the rows behind a mark. `row_count` counts all of them; `sql` gives all of them."""

    result: Result
    row_count: int
    offset: int
    sql: str


def rows_behind(
    workspace: Workspace,
    container_id: str,
    values: Mapping[str, Any],
    offset: int = 0,
    limit: int = 100,
    *,
    cancel: threading.Event | None = None,
) -> Behind:
    """The rows of the dataset that a mark, a table's row or a metric stands for.

    Args:
        values: the mark, as fields of the container's result and their values; values that are aggregates do not
            matter. Without any, all rows behind the container.
        offset, limit: the first row (from 0) and how many, at most 10,000.

    Raises:
        NotFound: no such container.
        InvalidArgument: it holds no query; a field it does not have; a number out of range.
        QueryError: the rows cannot be told from its SQL; says why.
    """
    if offset < 0 or not 0 < limit <= MOST:
        raise InvalidArgument(f"A page begins at row 0 or later and has 1 to {MOST:,} rows.")
    content = workspace.document[container_id].content
    if not isinstance(content, Queried):
        raise InvalidArgument(f"Container {container_id!r} holds {content.kind}, so there are no rows behind it.")
    shown = workspace.result_for(container_id)
    names = [] if shown is None else [field.name for field in shown.fields]
    unknown = [name for name in values if name not in names]
    if unknown:
        raise InvalidArgument(
            f"{container_id!r} shows no {', '.join(map(str, unknown))}. It shows: {', '.join(names)}."
        )
    table, conditions = _behind(workspace, container_id, values, cancel)
    where = f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT *\nFROM {table}{where}"
    page = workspace.engine.run(f"{sql}\nLIMIT {limit} OFFSET {offset}", cancel=cancel)
    count = workspace.engine.run(f"SELECT count(*) AS n\nFROM {table}{where}", cancel=cancel).rows()[0]["n"]
    return Behind(page, int(count), offset, sql)


def _behind(
    workspace: Workspace, container_id: str, values: Mapping[str, Any], cancel: threading.Event | None
) -> tuple[str, list[str]]:
    """What stands after FROM, and the conditions."""
    content = workspace.document[container_id].content
    request = request_of(content)
    if request is None or not isinstance(content, Queried):
        raise InvalidArgument(f"Container {container_id!r} holds no query.")
    under = filters_of(workspace.document, container_id)
    if isinstance(request, ChartRequest):
        source, channels = outline_of(workspace, content, cancel, under)
        grouped = any(channel.aggregate for channel in channels.values())
        found = {channel.alias: channel for channel in channels.values() if not channel.aggregate}
        if source.sql is None or grouped:
            conditions = [equals(found[name].sql, value) for name, value in values.items() if name in found]
            return source.table, [*source.conditions, *conditions]
    else:
        source = filtered(workspace.engine, request.dataset, request.sql, (*request.where, *under), cancel)
        if source.sql is None:
            fields = {field.name for field in source.fields} if isinstance(request, TableRequest) else set()
            conditions = [equals(identifier(name), value) for name, value in values.items() if name in fields]
            return source.table, [*source.conditions, *conditions]
    grouping = grouping_of(str(source.sql), workspace.engine, cancel)
    given = [equals(grouping.keys[name], value) for name, value in values.items() if name in grouping.keys]
    return grouping.table, [*grouping.conditions, *given]
