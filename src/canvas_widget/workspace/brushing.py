"""Linked brushing: what is selected in one container filters the others over the same dataset."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from canvas_widget.data import ChartRequest, MetricRequest, TableRequest
from canvas_widget.data.build import table_sql
from canvas_widget.data.channels import Channel, resolve
from canvas_widget.data.cubes import Cube, Scale, build_cube, group_sql, summable
from canvas_widget.data.filters import filtered
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier
from canvas_widget.document import ChartContent, Container
from canvas_widget.errors import Cancelled, CanvasError, InvalidArgument, NotFound, QueryError
from canvas_widget.workspace.drawing import outline_of, request_of
from canvas_widget.workspace.filters import filters_of
from canvas_widget.workspace.scales import Picks, pick, scale_of
from canvas_widget.workspace.types import Queried

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Brushes", "Filtered", "Selected", "category_field"]

_log = logging.getLogger(__name__)
Progress = Callable[[str, float | None], None]
MOST_BYTES = 256 * 2**20
MOST_MARKS = 5_000
TABLE_ROWS = 100


@dataclass(frozen=True)
class Filtered:
    """A linked container's rows under the selection; `rows` None where it shows all again."""

    container_id: str
    result_id: str
    schema: list[dict[str, str]]
    rows: list[dict[str, Any]] | None
    row_count: int = 0
    error: str | None = None


@dataclass(frozen=True)
class Selected:
    """What a selection came to: as it was rounded to what the brush tells apart, and what it filters."""

    container_id: str
    selection: dict[str, Any] | None
    filtered: tuple[Filtered, ...] = ()

    @property
    def linked(self) -> list[str]:
        return [each.container_id for each in self.filtered]

    def rows(self, container_id: str) -> list[dict[str, Any]] | None:
        """What a linked container shows under the selection; None where it shows everything again.

        Raises:
            QueryError: its query failed under the selection.
            NotFound: the selection does not filter that container.
        """
        for each in self.filtered:
            if each.container_id == container_id:
                if each.error is not None:
                    raise QueryError(each.error)
                return each.rows
        raise NotFound(f"The selection filters no container {container_id!r}. It filters: {', '.join(self.linked)}.")


@dataclass
class _Brush:
    """What is selected in one container, field by field."""

    source: Source
    result_id: str | None = None
    picks: dict[str, tuple[Scale, Picks]] = field(default_factory=dict)

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(scale.condition(picked.runs) for scale, picked in self.picks.values())


@dataclass(frozen=True)
class _Linked:
    """A container that can be filtered: what its query is made of, and its rows without a selection."""

    container: Container
    result_id: str
    source: Source
    channels: Mapping[str, Channel]
    schema: list[dict[str, str]]
    rows: list[dict[str, Any]]
    table: TableRequest | None = None

    @property
    def grouped(self) -> bool:
        """Whether its rows are groups with values, all of them channels, so that they can be filled again."""
        aliases = {channel.alias for channel in self.channels.values()}
        many = any(channel.aggregate for channel in self.channels.values())
        return many and all(each["name"] in aliases | {"share"} for each in self.schema)


class Brushes:
    """The selections of a canvas. They are no part of the document: a reload shows everything."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._brushes: dict[str, _Brush] = {}
        self._scales: dict[tuple[Any, ...], Scale] = {}
        self._cubes: dict[tuple[Any, ...], Cube | None] = {}
        self._linked: dict[tuple[Any, ...], list[_Linked]] = {}
        self._lock = threading.RLock()
        self._listeners: list[Callable[[Selected], None]] = []
        self.built = 0

    def subscribe(self, listener: Callable[[Selected], None]) -> Callable[[], None]:
        """Have each selection reported; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def selections(self) -> dict[str, dict[str, Any]]:
        """What is selected now, by container."""
        return {
            name: {each: picked.as_dict() for each, (_, picked) in brush.picks.items()}
            for name, brush in self._brushes.items()
        }

    def select(
        self,
        container_id: str,
        selection: Mapping[str, Any] | None,
        *,
        cancel: threading.Event | None = None,
        progress: Progress | None = None,
    ) -> Selected:
        """Select in a container; None lets go of its selection.

        Args:
            selection: by field of its result `{"range": [low, high]}` or `{"values": [...]}`.
            cancel: set when a newer selection came: queries stop.

        Raises:
            NotFound: no such container. InvalidArgument: nothing in it can be selected so. Cancelled: see `cancel`.
        """
        with self._lock:
            self._forget_gone()
            container = self._workspace.document[container_id]
            if not selection:
                brush = self._brushes.pop(container_id, None)
                shown = None
                source = brush.source if brush is not None else None
            else:
                made = self._brush(container, selection, cancel)
                self._brushes[container_id] = made
                source = made.source
                shown = {name: picked.as_dict() for name, (_, picked) in made.picks.items()}
            if source is None:
                selected = Selected(container_id, None)
            else:
                linked = [each for each in self._linked_to(source, cancel) if each.container.id != container_id]
                found = [self._filter(each, container_id, cancel, progress) for each in linked]
                selected = Selected(container_id, shown, tuple(found))
        self._workspace.on_owner(lambda: self._tell(selected))
        return selected

    def _tell(self, selected: Selected) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(selected)
            except Exception:
                _log.exception("A listener failed on a selection in %r", selected.container_id)

    def _forget_gone(self) -> None:
        """Let go of what was selected in containers that are gone, or show something else now."""
        for name, brush in list(self._brushes.items()):
            container = self._workspace.document.get(name)
            if container is None or getattr(container.content, "result_id", None) != brush.result_id:
                del self._brushes[name]

    # -- what can be filtered --------------------------------------------------------------------------------------

    def _brush(self, container: Container, selection: Mapping[str, Any], cancel: threading.Event | None) -> _Brush:
        content = container.content
        if not isinstance(content, ChartContent):
            raise InvalidArgument(f"Container {container.id!r} holds {container.kind}; only in charts can be selected.")
        source, channels = outline_of(
            self._workspace, content, cancel, filters_of(self._workspace.document, container.id)
        )
        if source.sql is not None or source.dataset is None or source.table != identifier(source.dataset):
            raise InvalidArgument(
                f"{container.id!r} is drawn from SQL or joined data, so a selection in it filters nothing. "
                "Draw it from one dataset's columns."
            )
        found = {channel.alias: channel for channel in channels.values() if not channel.aggregate}
        brush = _Brush(source, content.result_id)
        for name, wanted in selection.items():
            if name not in found:
                there = ", ".join(found)
                raise InvalidArgument(f"In {container.id!r} nothing can be selected by {name!r}. Fields: {there}.")
            key = (container.id, content.result_id, name)
            scale = self._scales.get(key)
            if scale is None:
                result = self._workspace.result_for(container.id)
                rows = [] if result is None else result.rows()
                scale = scale_of(self._workspace.engine, source, found[name], rows, cancel)
                self._scales[key] = scale
            brush.picks[name] = (scale, pick(scale, wanted, name, temporal=found[name].measure == "temporal"))
        return brush

    def _linked_to(self, source: Source, cancel: threading.Event | None) -> list[_Linked]:
        versions = self._workspace.catalogue.versions([str(source.dataset)])
        key = (self._workspace.document.rev, versions)
        if key not in self._linked:
            if len(self._linked) > 4:
                self._linked.clear()
            linked = [self._link(each, source, cancel) for each in self._workspace.document]
            self._linked[key] = [each for each in linked if each is not None]
        return self._linked[key]

    def _link(self, container: Container, source: Source, cancel: threading.Event | None) -> _Linked | None:
        content = container.content
        if not isinstance(content, Queried) or content.dataset != source.dataset:
            return None
        request = request_of(content)
        under = filters_of(self._workspace.document, container.id)
        try:
            if request is None or request.sql is not None:
                return None
            if isinstance(request, ChartRequest) and isinstance(content, ChartContent):
                of, channels = outline_of(
                    self._workspace, content, cancel, filters_of(self._workspace.document, container.id)
                )
            else:
                of = filtered(self._workspace.engine, content.dataset, None, (*request.where, *under), cancel)
                channels = {}
                if isinstance(request, MetricRequest) and not (request.previous or request.against or request.trend):
                    channels = {"y": resolve(request.value or "count()", of.fields, of.where, of.dataset)}
            result = self._workspace.result_for(container.id)
        except Cancelled:
            raise
        except CanvasError:
            return None
        if result is None or of.table != source.table:
            return None
        rows = result.rows(0, TABLE_ROWS if isinstance(request, TableRequest) else None)
        table = request if isinstance(request, TableRequest) else None
        return _Linked(container, content.result_id or "", of, channels, result.schema(), rows, table)

    # -- filtering -------------------------------------------------------------------------------------------------

    def _filter(
        self, linked: _Linked, active: str, cancel: threading.Event | None, progress: Progress | None
    ) -> Filtered:
        mine = linked.container.id
        others = tuple(
            condition
            for name, brush in self._brushes.items()
            if name not in {mine, active} and brush.source.table == linked.source.table
            for condition in brush.conditions
        )
        brush = self._brushes.get(active)
        if not others and brush is None:
            return Filtered(mine, linked.result_id, linked.schema, None)
        try:
            rows, count = self._rows(linked, brush, active, others, cancel=cancel, progress=progress)
        except Cancelled:
            raise
        except CanvasError as error:
            return Filtered(mine, linked.result_id, linked.schema, [], error=error.message)
        return Filtered(mine, linked.result_id, linked.schema, rows, count)

    def _rows(
        self,
        linked: _Linked,
        brush: _Brush | None,
        active: str,
        others: tuple[str, ...],
        *,
        cancel: threading.Event | None,
        progress: Progress | None,
    ) -> tuple[list[dict[str, Any]], int]:
        if linked.grouped and brush is not None and len(brush.picks) == 1 and summable(linked.channels):
            (name, (scale, picked)) = next(iter(brush.picks.items()))
            key = (active, name, scale, linked.container.id, linked.result_id, others)
            if key not in self._cubes:
                if progress is not None:
                    progress(f"Preparing {linked.container.title or linked.container.id} for brushing", None)
                cube = build_cube(
                    self._workspace.engine, linked.source, linked.channels, scale, others, linked.rows, cancel
                )
                self._keep(key, cube)
            cube = self._cubes[key]
            if cube is not None:
                return _filled(linked, cube.values(picked.runs))
        conditions = (*others, *(brush.conditions if brush is not None else ()))
        return self._asked(linked, conditions, cancel)

    def _keep(self, key: tuple[Any, ...], cube: Cube | None) -> None:
        self.built += 1
        self._cubes[key] = cube
        while sum(each.nbytes for each in self._cubes.values() if each) > MOST_BYTES and len(self._cubes) > 1:
            del self._cubes[next(iter(self._cubes))]

    def _asked(
        self, linked: _Linked, conditions: tuple[str, ...], cancel: threading.Event | None
    ) -> tuple[list[dict[str, Any]], int]:
        """The rows under conditions, by a query."""
        engine = self._workspace.engine
        if linked.grouped:
            found = engine.run(group_sql(linked.source, linked.channels, conditions), cancel=cancel).rows()
            keys = [each.alias for each in linked.channels.values() if not each.aggregate]
            values = {each.alias: each for each in linked.channels.values() if each.aggregate}
            by_key = {tuple(row[name] for name in keys): row for row in found}
            held = [by_key.get(tuple(row[name] for name in keys)) for row in linked.rows]
            columns = {
                name: [_nothing(channel) if row is None else row[name] for row in held]
                for name, channel in values.items()
            }
            return _filled(linked, columns)
        if linked.table is not None:
            under = replace(linked.source, conditions=(*linked.source.conditions, *conditions))
            most = linked.table.limit
            first = TABLE_ROWS if most is None else min(TABLE_ROWS, most)
            rows = engine.run(table_sql(linked.table, under, first), cancel=cancel).rows()
            count = int(engine.run(f"SELECT count(*) AS n\n{under.clause()}", cancel=cancel).rows()[0]["n"])
            return rows, count if most is None else min(count, most)
        names = ", ".join(identifier(each["name"]) for each in linked.schema)
        fields = {each.name for each in linked.source.fields}
        if linked.channels and not any(each.aggregate for each in linked.channels.values()):
            unique = {each.alias: each for each in linked.channels.values()}
            names = ", ".join(each.selected for each in unique.values())
        elif linked.channels or not all(each["name"] in fields for each in linked.schema):
            raise InvalidArgument("This chart cannot be filtered by a selection.")
        clause = linked.source.clause(conditions)
        rows = engine.run(f"SELECT {names}\n{clause}\nLIMIT {MOST_MARKS}", cancel=cancel).rows()
        count = engine.run(f"SELECT count(*) AS n\n{clause}", cancel=cancel).rows()[0]["n"]
        return rows, int(count)


def _nothing(channel: Channel) -> int | None:
    return 0 if channel.encoding.op in {"count", "distinct"} else None


def _filled(linked: _Linked, columns: Mapping[str, Sequence[Any]]) -> tuple[list[dict[str, Any]], int]:
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


def category_field(workspace: Workspace, container_id: str) -> str:
    """The field that a chart's marks stand along.

    Raises:
        InvalidArgument: it is no chart.
    """
    content = workspace.document[container_id].content
    if not isinstance(content, ChartContent):
        raise InvalidArgument(f"Container {container_id!r} holds {content.kind}; only in charts can be selected.")
    _, channels = outline_of(workspace, content)
    axis = "y" if channels["x"].aggregate and "y" in channels else "x"
    return channels[axis].alias
