"""What is selected in one chart, as rows of the dataset that others are drawn from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from canvas_widget.data import Dataset
from canvas_widget.data.brushing.cube_scan import codes
from canvas_widget.data.brushing.cubes import Scale
from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.grouping import grouping_of
from canvas_widget.data.joined import Joined
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier
from canvas_widget.data.views import View, apart
from canvas_widget.document import ChartContent, Container
from canvas_widget.errors import InvalidArgument, QueryError
from canvas_widget.workspace.drawing import outline_of
from canvas_widget.workspace.filters import filters_of
from canvas_widget.workspace.scales import Picks

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Brush", "Origin", "field_view", "origin_of", "row_bins", "selected_rows"]

POSITION = "row position"
NONE = -1


@dataclass(frozen=True)
class Origin:
    """Where a chart's marks come from.

    `channels` are what can be selected by, their SQL over the source's table; `own` those of them that the dataset has
    itself, so that a selection is a condition on its rows. The rows behind others are found through the source.
    """

    dataset: str
    channels: Mapping[str, Channel]
    own: frozenset[str]
    source: Source

    def reached(self, position: str) -> str:
        """The source's table with the number of the dataset's row in it."""
        source = self.source
        return source.table_with(self.dataset, position) if isinstance(source, Joined) else source.table


@dataclass
class Brush:
    """What is selected in one container, field by field.

    `rows` are Arrow booleans, one per row of the dataset, where those that lie behind it had to be found.
    """

    container_id: str
    result_id: str | None
    origin: Origin
    picks: dict[str, tuple[Scale, Picks]] = field(default_factory=dict)
    rows: Any = field(default=None, repr=False)

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(scale.condition(picked.runs) for scale, picked in self.picks.values())

    @property
    def plain(self) -> bool:
        """Whether the conditions are on the dataset's own rows."""
        return set(self.picks) <= self.origin.own

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The columns of the dataset that the conditions read; None where that is not known."""
        fields = [self.origin.channels[name].field for name in self.picks]
        return None if None in fields else tuple(each.name for each in fields if each)

    @property
    def said(self) -> tuple[Any, ...]:
        """What it selects, to compare and to remember by."""
        return (self.container_id, self.result_id, *((name, each[1].runs) for name, each in self.picks.items()))


def origin_of(workspace: Workspace, container: Container, cancel: threading.Event | None = None) -> Origin:
    """Where the marks of a chart come from.

    Raises:
        InvalidArgument: it is no chart, or its SQL does not tell which rows a mark stands for.
    """
    content = container.content
    if not isinstance(content, ChartContent):
        raise InvalidArgument(f"Container {container.id!r} holds {container.kind}; only in charts can be selected.")
    source, channels = outline_of(workspace, content, cancel, filters_of(workspace.document, container.id))
    found = {channel.alias: channel for channel in channels.values() if not channel.aggregate}
    if source.sql is None and source.dataset is not None:
        there = {each.name for each in workspace.catalogue.get(source.dataset).fields}
        own = {name for name, channel in found.items() if channel.field is None or channel.field.name in there}
        return Origin(source.dataset, found, frozenset(own), source)
    try:
        grouping = grouping_of(content.sql, workspace.engine, cancel)
    except QueryError as error:
        raise _unreadable(container.id) from error
    names = sorted(workspace.datasets_of(container))
    first = next((each for each in names if each.casefold() == grouping.tables[0].casefold()), None)
    if first is None:
        raise _unreadable(container.id)
    keys = {name: _of_key(channel, grouping.keys[name]) for name, channel in found.items() if name in grouping.keys}
    under = Source(first, grouping.table, (), grouping.conditions)
    return Origin(first, keys, frozenset(), under)


def _of_key(channel: Channel, sql: str) -> Channel:
    """A column of a query by what it is computed from."""
    if channel.measure == "temporal":
        sql = f"CAST({sql} AS TIMESTAMP)"
    finite = channel.measure == "quantitative"
    return replace(channel, sql=sql, needs=(f"isfinite(CAST({sql} AS DOUBLE))",) if finite else (), field=None)


def _unreadable(container_id: str) -> InvalidArgument:
    return InvalidArgument(
        f"In {container_id!r} nothing can be selected: the rows behind its marks cannot be told from its SQL. Draw it "
        "from encodings (x, y, …), or from one SELECT with a GROUP BY."
    )


def _scan(  # noqa: PLR0917
    workspace: Workspace,
    origin: Origin,
    columns: str,
    conditions: tuple[str, ...],
    each: Callable[[Any], None],
    cancel: threading.Event | None,
) -> None:
    """The numbers of the dataset's rows that a chart's query meets, each with some columns."""
    dataset = workspace.catalogue.get(origin.dataset)
    position = apart(POSITION, dataset.fields)
    where = f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT {identifier(position)}{columns}\nFROM {origin.reached(position)}{where}"
    try:
        workspace.engine.scan(sql, each, cancel=cancel, views={dataset.name: View(position=position)})
    except QueryError as error:
        raise _unreadable(dataset.name) from error


def row_bins(workspace: Workspace, origin: Origin, scale: Scale, cancel: threading.Event | None = None) -> Any:
    """The bin of the brush that each row of the dataset lies in, -1 for none, as an Arrow array.

    None where a row is met more than once and may lie in several.

    Raises:
        InvalidArgument: the query does not tell.
    """
    import numpy as np
    import pyarrow as pa

    bins = np.full(workspace.catalogue.get(origin.dataset).row_count, NONE, dtype=np.int16)
    met = np.zeros(len(bins), dtype=bool)
    rows = 0

    def add(batch: Any) -> None:
        nonlocal rows
        at = batch.column(0).to_numpy(zero_copy_only=False)
        if scale.held is not None:
            bins[at] = codes(batch.column(1), scale.held)
        else:
            given = batch.column(1).fill_null(NONE).to_numpy(zero_copy_only=False)
            bins[at] = np.where((given >= 0) & (given < scale.count), given, NONE)
        met[at] = True
        rows += len(at)

    _scan(workspace, origin, f", {scale.scanned_sql}", (), add, cancel)
    return pa.array(bins) if rows == int(met.sum()) else None


def selected_rows(workspace: Workspace, brush: Brush, cancel: threading.Event | None = None) -> Any:
    """Whether each row of the dataset lies behind what is selected, as an Arrow array.

    Raises:
        InvalidArgument: the query does not tell.
    """
    import numpy as np
    import pyarrow as pa

    chosen = np.zeros(workspace.catalogue.get(brush.origin.dataset).row_count, dtype=bool)

    def add(batch: Any) -> None:
        chosen[batch.column(0).to_numpy(zero_copy_only=False)] = True

    _scan(workspace, brush.origin, "", brush.conditions, add, cancel)
    return pa.array(chosen)


def field_view(dataset: Dataset, brushes: list[Brush]) -> View:
    """The dataset with the rows that all these brushes leave."""
    conditions: list[str] = []
    beside: list[tuple[str, Any]] = []
    columns: list[str] | None = []
    for number, brush in enumerate(brushes):
        if brush.plain:
            conditions += brush.conditions
            columns = None if columns is None or brush.columns is None else [*columns, *brush.columns]
        else:
            name = apart(f"selected {number}", dataset.fields)
            beside.append((name, brush.rows))
            conditions.append(identifier(name))
    return View(tuple(conditions), beside=tuple(beside), columns=None if columns is None else tuple(columns))
