"""What a selection filters: a container as groups that can be filled again, or as a query that can be asked again."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from canvas_widget.data import ChartRequest, MetricRequest, TableRequest
from canvas_widget.data.brushing.cube_scan import Wanted
from canvas_widget.data.brushing.cubes import Measure, measures_of
from canvas_widget.data.build import table_sql
from canvas_widget.data.charts.channels import Channel, resolve
from canvas_widget.data.charts.plan import spread
from canvas_widget.data.filters import filtered
from canvas_widget.data.grouping import grouping_of
from canvas_widget.data.joined import Joined
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier
from canvas_widget.data.views import View
from canvas_widget.document import Container
from canvas_widget.errors import Cancelled, CanvasError, InvalidArgument
from canvas_widget.workspace.drawing import Request, outline_of, request_of
from canvas_widget.workspace.filters import filters_of
from canvas_widget.workspace.types import Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Linked", "ask", "filled", "link"]

TABLE_ROWS = 100
"""So many rows of a table are sent; the rest are counted."""
MARKS = 5_000
COUNTING = frozenset({"count", "distinct"})


@dataclass(frozen=True)
class Linked:
    """A container that can be filtered, and its rows without a selection.

    Where it `fills`, its rows are groups: `keys` and `values` hold the SQL of its columns over `table`, and a value
    that is 0 without rows is `counted`. `measures` are the values as counts and sums, where they are all that. `once`
    is where the query reads the dataset in one place only.
    """

    container: Container
    result_id: str
    dataset: str
    sql: str
    schema: list[dict[str, str]]
    rows: list[dict[str, Any]]
    groups: Any = field(repr=False)
    request: Request
    source: Source | None = None
    channels: Mapping[str, Channel] = field(default_factory=dict)
    table: str = ""
    conditions: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()
    measures: tuple[Measure, ...] | None = None
    once: bool = True
    fills: bool = False

    @property
    def title(self) -> str:
        return self.container.title or self.container.id

    def wanted(self, index: str) -> Wanted | None:
        """What its cube is built from, in rows that have a column of that name; None where it has none."""
        if not self.fills or not self.once or self.measures is None:
            return None
        table = self.table
        if isinstance(self.source, Joined):
            table = self.source.table_with(self.dataset, index)
        groups = self.groups.select(list(self.keys))
        return Wanted(table, self.conditions, tuple(self.keys.values()), self.measures, groups)

    @property
    def group_sql(self) -> str:
        """Its groups with their values, in no order."""
        columns = [f"{sql} AS {identifier(name)}" for name, sql in (*self.keys.items(), *self.values.items())]
        where = f"\nWHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        by = f"\nGROUP BY {', '.join(str(number + 1) for number in range(len(self.keys)))}" if self.keys else ""
        return f"SELECT {', '.join(columns)}\nFROM {self.table}{where}{by}"


def link(
    workspace: Workspace, container: Container, dataset: str, cancel: threading.Event | None = None
) -> Linked | None:
    """A container as what a selection over a dataset filters; None where it reads other data, or cannot be asked."""
    content = container.content
    if not isinstance(content, Queried):
        return None
    try:
        request = request_of(content)
        result = workspace.result_for(container.id)
        names = workspace.datasets_of(container)
        if request is None or result is None or dataset not in names:
            return None
        table = isinstance(request, TableRequest)
        plain = Linked(
            container,
            content.result_id or "",
            dataset,
            content.sql,
            result.schema(),
            result.rows(0, TABLE_ROWS if table else None),
            result.table,
            request,
        )
        if request.sql is not None or (not table and not isinstance(request, ChartRequest) and _compares(request)):
            return _of_sql(workspace, plain, cancel) if request.sql is not None else plain
        return _of_request(workspace, plain, cancel)
    except Cancelled:
        raise
    except CanvasError:
        return None


def _compares(request: Request) -> bool:
    return isinstance(request, MetricRequest) and bool(request.previous or request.against or request.trend)


def _of_request(workspace: Workspace, plain: Linked, cancel: threading.Event | None) -> Linked:
    """A container whose encodings are known."""
    request, name = plain.request, plain.container.id
    under = filters_of(workspace.document, name)
    channels: Mapping[str, Channel] = {}
    source: Source
    if isinstance(request, ChartRequest) and isinstance(plain.container.content, Queried):
        source, channels = outline_of(workspace, plain.container.content, cancel, under)
    else:
        of = plain.container.content
        source = filtered(workspace.engine, getattr(of, "dataset", None), None, (*request.where, *under), cancel)
        if isinstance(request, MetricRequest):
            channels = {"y": resolve(request.value or "count()", source.fields, source.where, source.dataset)}
    unique = {channel.alias: channel for channel in channels.values()}
    values = {alias: channel for alias, channel in unique.items() if channel.aggregate}
    joined = source.others if isinstance(source, Joined) else ()
    read = [source.dataset or "", *joined]
    return _with(
        plain,
        source=source,
        channels=channels,
        table=source.table,
        conditions=tuple(dict.fromkeys(source.conditions)),
        keys={alias: channel.sql for alias, channel in unique.items() if not channel.aggregate},
        values={alias: channel.sql for alias, channel in values.items()},
        counted=frozenset(alias for alias, channel in values.items() if channel.encoding.op in COUNTING),
        measures=measures_of(channels),
        once=read.count(plain.dataset) == 1
        and not any(each.startswith(f"{plain.dataset} ") for each in joined)
        and not any("(SELECT " in each for each in source.conditions),
        fills=bool(values) and all(each["name"] in {*unique, "share"} for each in plain.schema),
    )


def _of_sql(workspace: Workspace, plain: Linked, cancel: threading.Event | None) -> Linked:
    """A container of the user's own SQL: groups where its grouping can be read, else the query as it stands."""
    try:
        found = grouping_of(plain.sql, workspace.engine, cancel)
    except Cancelled:
        raise
    except CanvasError:
        return plain
    types = {each["name"]: each["type"] for each in plain.schema}
    if not found.values or {*found.keys, *found.values} != set(types) or not _groups(found.values, found.summed):
        return plain
    measures = tuple(
        Measure(name, op, of, whole=op == "sum" and types[name] == "integer") for name, (op, of) in found.summed.items()
    )
    return _with(
        plain,
        table=found.table,
        conditions=found.conditions,
        keys=found.keys,
        values=found.values,
        counted=frozenset(name for name, sql in found.values.items() if sql.lower().startswith("count(")),
        measures=measures if set(found.summed) == set(found.values) else None,
        once=sum(each.casefold() == plain.dataset.casefold() for each in found.tables) == 1,
        fills=True,
    )


def _groups(values: Mapping[str, str], summed: Mapping[str, Any]) -> bool:
    """Whether the values are those of groups: one that is no plain sum is one when it calls a function."""
    return bool(summed) or all("(" in sql for sql in values.values())


def _with(plain: Linked, **more: Any) -> Linked:
    return replace(plain, **more)


def ask(
    workspace: Workspace,
    linked: Linked,
    views: Mapping[str, View],
    inline: tuple[str, ...],
    cancel: threading.Event | None = None,
) -> tuple[list[dict[str, Any]], int]:
    """The rows of a container by a query, and how many there are in all.

    Args:
        views: what its dataset means.
        inline: conditions on the rows instead, for a dataset that stays in its engine.

    Raises:
        as `Engine.run`.
    """
    engine = workspace.engine

    def rows(sql: str, limit: int | None = None) -> list[dict[str, Any]]:
        return engine.run(sql, limit=limit, cancel=cancel, views=views).rows()

    under = _with(linked, conditions=(*linked.conditions, *inline)) if inline else linked
    if inline and linked.source is None:
        raise InvalidArgument("Its query runs in an engine and cannot be filtered by a selection.")
    if linked.fills:
        found = rows(under.group_sql)
        names = list(linked.keys)
        by_key = {tuple(row[name] for name in names): row for row in found}
        held = [by_key.get(tuple(row[name] for name in names)) for row in linked.rows]
        return filled(
            linked,
            {
                name: [(0 if name in linked.counted else None) if row is None else row[name] for row in held]
                for name in linked.values
            },
        )
    source = linked.source
    if source is not None and linked.channels and not linked.values:
        unique = {each.alias: each for each in linked.channels.values()}
        clause = source.clause(inline)
        count = int(rows(f"SELECT count(*) AS n\n{clause}")[0]["n"])
        every = f"\nQUALIFY {spread(count, MARKS)}" if count > MARKS else ""
        shown = ", ".join(each.selected for each in unique.values())
        return rows(f"SELECT {shown}\n{clause}{every}\nLIMIT {MARKS}"), count
    if source is not None and isinstance(linked.request, TableRequest):
        most = linked.request.limit
        under_all = replace(source, conditions=(*source.conditions, *inline))
        found = rows(table_sql(linked.request, under_all, min(TABLE_ROWS, most or TABLE_ROWS)))
        count = int(rows(f"SELECT count(*) AS n\n{under_all.clause()}")[0]["n"])
        return found, count if most is None else min(count, most)
    if inline:
        raise InvalidArgument("Its query runs in an engine and cannot be filtered by a selection.")
    found = rows(linked.sql, MARKS)
    return (found[:TABLE_ROWS] if isinstance(linked.request, TableRequest) else found), len(found)


def filled(linked: Linked, columns: Mapping[str, Sequence[Any]]) -> tuple[list[dict[str, Any]], int]:
    """The container's own rows with other values: what has none any more keeps its place."""
    rows = [dict(row) for row in linked.rows]
    for name, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    if rows and "share" in rows[0] and "y" in linked.channels:
        name = linked.channels["y"].alias
        total = sum(row[name] or 0 for row in rows)
        for row in rows:
            row["share"] = float(f"{(row[name] or 0) / total:.12g}") if total else None
    return rows, len(rows)
