"""Linked brushing: what is selected in one container filters the others over the same dataset."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from canvas_widget.data.brushing.cube_scan import Wanted, scan_cubes
from canvas_widget.data.brushing.cube_there import ask_cube
from canvas_widget.data.brushing.cubes import Cube, Scale
from canvas_widget.data.sql import identifier
from canvas_widget.data.views import apart
from canvas_widget.document import ChartContent, Container
from canvas_widget.errors import Cancelled, CanvasError, InvalidArgument
from canvas_widget.workspace.brushed import Brush, Origin, field_view, origin_of, row_bins, selected_rows
from canvas_widget.workspace.drawing import outline_of
from canvas_widget.workspace.linked import Linked, ask, filled, link
from canvas_widget.workspace.scales import pick, scale_of
from canvas_widget.workspace.selected import Filtered, Selected
from canvas_widget.workspace.told import Progress, Told

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["Brushes", "Filtered", "Selected", "category_field"]

_log = logging.getLogger(__name__)
MOST_BYTES = 256 * 2**20
MOST_MAPS = 4
"""So many columns of bins, of charts whose marks are found through a join, are kept."""
INDEX = "brush index"
WORTH_TELLING = 200_000
"""From so many rows on, preparing a brush is reported as progress."""


class Brushes:
    """The selections of a canvas. They are no part of the document: a reload shows everything."""

    def __init__(self, workspace: Workspace, listeners: Sequence[Callable[[Selected], None]] = ()) -> None:
        self._workspace = workspace
        self._brushes: dict[str, Brush] = {}
        self._origins: dict[tuple[Any, ...], Origin] = {}
        self._scales: dict[tuple[Any, ...], Scale] = {}
        self._maps: dict[tuple[Any, ...], Any] = {}
        self._cubes: dict[tuple[Any, ...], Cube | None] = {}
        self._linked: dict[tuple[Any, ...], list[Linked]] = {}
        self._lock = threading.RLock()
        self._listeners = listeners
        self.built = 0

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
                shown, dataset = None, brush.origin.dataset if brush is not None else None
            else:
                brush = self._brush(container, selection, cancel)
                self._brushes[container_id] = brush
                dataset = brush.origin.dataset
                shown = {name: picked.as_dict() for name, (_, picked) in brush.picks.items()}
            found: list[Filtered] = []
            if dataset is not None:
                linked = [each for each in self._linked_to(dataset, cancel) if each.container.id != container_id]
                found = self._filter(linked, dataset, container_id, cancel, progress)
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
        """Let go of what was selected in containers that are gone or show something else now, and of what it took."""
        for name, brush in list(self._brushes.items()):
            container = self._workspace.document.get(name)
            if container is None or getattr(container.content, "result_id", None) != brush.result_id:
                del self._brushes[name]
        shown = {(each.id, getattr(each.content, "result_id", None)) for each in self._workspace.document}
        for held in (self._origins, self._scales, self._maps, self._cubes):
            for key in [key for key in held if key[:2] not in shown]:
                del held[key]

    # -- what can be filtered --------------------------------------------------------------------------------------

    def _brush(self, container: Container, selection: Mapping[str, Any], cancel: threading.Event | None) -> Brush:
        shown = getattr(container.content, "result_id", None)
        origin = self._origins.get((container.id, shown))
        if origin is None:
            origin = self._origins[container.id, shown] = origin_of(self._workspace, container, cancel)
        brush = Brush(container.id, shown, origin)
        for name, wanted in selection.items():
            channel = origin.channels.get(name)
            if channel is None:
                there = ", ".join(origin.channels)
                raise InvalidArgument(f"In {container.id!r} nothing can be selected by {name!r}. Fields: {there}.")
            scale = self._scales.get((container.id, shown, name))
            if scale is None:
                result = self._workspace.result_for(container.id)
                rows, table = ([], None) if result is None else (result.rows(), result.table)
                scale = scale_of(self._workspace.engine, origin.source, channel, rows, table, cancel)
                self._scales[container.id, shown, name] = scale
            brush.picks[name] = (scale, pick(scale, wanted, name, temporal=channel.measure == "temporal"))
        return brush

    def _linked_to(self, dataset: str, cancel: threading.Event | None) -> list[Linked]:
        key = (self._workspace.document.rev, dataset, self._workspace.catalogue.versions([dataset]))
        if key not in self._linked:
            if len(self._linked) > 4:
                self._linked.clear()
            linked = [link(self._workspace, each, dataset, cancel) for each in self._workspace.document]
            self._linked[key] = [each for each in linked if each is not None]
        return self._linked[key]

    # -- filtering -------------------------------------------------------------------------------------------------

    def _filter(
        self,
        linked: Sequence[Linked],
        dataset: str,
        active: str,
        cancel: threading.Event | None,
        progress: Progress | None,
    ) -> list[Filtered]:
        brush = self._brushes.get(active)
        others = [each for name, each in self._brushes.items() if name != active and each.origin.dataset == dataset]
        cubes = self._cubes_of(linked, brush, others, cancel, progress) if brush is not None else {}
        found = []
        for each in linked:
            mine = each.container.id
            brushes = [other for other in others if other.container_id != mine]
            brushes += [brush] if brush is not None else []
            if not brushes:
                found.append(Filtered(mine, each.result_id, each.schema, None))
                continue
            cube = cubes.get(mine)
            try:
                if cube is not None and brush is not None:
                    (_, picked) = next(iter(brush.picks.values()))
                    rows, count = filled(each, cube.values(picked.runs))
                else:
                    rows, count = self._asked(each, brushes, cancel)
            except Cancelled:
                raise
            except CanvasError as error:
                found.append(Filtered(mine, each.result_id, each.schema, [], error=error.message))
                continue
            found.append(Filtered(mine, each.result_id, each.schema, rows, count))
        return found

    def _asked(
        self, linked: Linked, brushes: list[Brush], cancel: threading.Event | None
    ) -> tuple[list[dict[str, Any]], int]:
        """A container's rows under all these selections, by a query."""
        dataset = self._workspace.catalogue.get(linked.dataset)
        if dataset.stays:
            if not all(brush.plain for brush in brushes):
                raise InvalidArgument("A selection in joined data cannot filter what stays in its engine.")
            return ask(
                self._workspace, linked, {}, tuple(each for brush in brushes for each in brush.conditions), cancel
            )
        for brush in brushes:
            if not brush.plain and brush.rows is None:
                brush.rows = self._rows_of(brush, cancel)
        return ask(self._workspace, linked, {dataset.name: field_view(dataset, brushes)}, (), cancel)

    def _rows_of(self, brush: Brush, cancel: threading.Event | None) -> Any:
        """Whether each row of the dataset lies behind a selection."""
        if len(brush.picks) == 1:
            (name, (scale, picked)) = next(iter(brush.picks.items()))
            bins = self._bins(brush, name, scale, cancel)
            if bins is not None:
                import numpy as np
                import pyarrow as pa

                held = bins.to_numpy(zero_copy_only=False)
                chosen = np.zeros(len(held), dtype=bool)
                for low, high in picked.runs:
                    chosen |= (held >= low) & (held < high)
                return pa.array(chosen)
        return selected_rows(self._workspace, brush, cancel)

    def _bins(self, brush: Brush, name: str, scale: Scale, cancel: threading.Event | None) -> Any:
        """The bin of each row of the dataset; None where a row may lie in several."""
        versions = self._workspace.catalogue.versions([brush.origin.dataset])
        key = (brush.container_id, brush.result_id, name, scale, versions)
        if key not in self._maps:
            while len(self._maps) >= MOST_MAPS:
                del self._maps[next(iter(self._maps))]
            self._maps[key] = row_bins(self._workspace, brush.origin, scale, cancel)
        return self._maps[key]

    # -- cubes -----------------------------------------------------------------------------------------------------

    def _cubes_of(
        self,
        linked: Sequence[Linked],
        brush: Brush,
        others: list[Brush],
        cancel: threading.Event | None,
        progress: Progress | None,
    ) -> dict[str, Cube]:
        """The cubes of all that can be filled from one, by container; those that are lacking are built together."""
        dataset = self._workspace.catalogue.get(brush.origin.dataset)
        there = dataset.stays
        if len(brush.picks) != 1 or (there and not all(each.plain for each in (brush, *others))):
            return {}
        (name, (scale, _)) = next(iter(brush.picks.items()))
        index = apart(INDEX, dataset.fields)
        keys: dict[str, tuple[Any, ...]] = {}
        lacking: dict[tuple[Any, ...], list[tuple[str, Wanted]]] = {}
        versions = self._workspace.catalogue.versions([dataset.name])
        for each in linked:
            under = tuple(other.said for other in others if other.container_id != each.container.id)
            mine = keys[each.container.id] = (
                *brush.said[:2],
                name,
                scale,
                each.container.id,
                each.result_id,
                under,
                versions,
            )
            if mine in self._cubes:
                continue
            wanted = each.wanted(index)
            if wanted is None or not wanted.fits(scale) or (there and wanted.table != identifier(dataset.name)):
                self._cubes[mine] = None
                continue
            lacking.setdefault((wanted.table, under), []).append((each.container.id, wanted))
        if lacking and there:
            self._ask_there(brush, others, [each for scan in lacking.values() for each in scan], keys, cancel, progress)
        elif lacking:
            self._build(brush, others, index, list(lacking.values()), keys, cancel, progress)
        return {mine: cube for mine, key in keys.items() if (cube := self._cubes.get(key)) is not None}

    def _ask_there(  # noqa: PLR0917
        self,
        brush: Brush,
        others: list[Brush],
        charts: list[tuple[str, Wanted]],
        keys: Mapping[str, tuple[Any, ...]],
        cancel: threading.Event | None,
        progress: Progress | None,
    ) -> None:
        """Have the engine that holds the dataset build the cube of each chart."""
        (scale, _) = next(iter(brush.picks.values()))
        told = Told(progress, len(charts), len(charts))
        try:
            for number, (name, wanted) in enumerate(charts):
                told.of(number)(0.0)
                left = (each for each in others if each.container_id != name)
                conditions = tuple(condition for each in left for condition in each.conditions)
                try:
                    cube = ask_cube(self._workspace.engine, wanted, scale, conditions, cancel=cancel)
                except Cancelled:
                    raise
                except CanvasError:
                    _log.info("No cube of %s: its rows are asked for instead", name, exc_info=True)
                    cube = None
                self._keep(keys[name], cube)
        finally:
            told.end()

    def _build(  # noqa: PLR0917
        self,
        brush: Brush,
        others: list[Brush],
        index: str,
        scans: list[list[tuple[str, Wanted]]],
        keys: Mapping[str, tuple[Any, ...]],
        cancel: threading.Event | None,
        progress: Progress | None,
    ) -> None:
        """Scan the dataset once for all charts over the same rows."""
        dataset = self._workspace.catalogue.get(brush.origin.dataset)
        (name, (scale, _)) = next(iter(brush.picks.items()))
        added: tuple[tuple[str, str], ...] = ()
        beside: tuple[tuple[str, Any], ...] = ()
        if brush.plain:
            added = ((index, scale.scanned_sql),)
        else:
            bins = self._bins(brush, name, scale, cancel)
            scale = replace(scale, held=None)
            beside = ((index, bins),)
        told = Told(progress if dataset.row_count >= WORTH_TELLING else None, sum(map(len, scans)), len(scans))
        try:
            for number, scan in enumerate(scans):
                mine = {each for each, _ in scan}
                left = [other for other in others if not mine & {other.container_id}]
                for other in left:
                    if not other.plain and other.rows is None:
                        other.rows = self._rows_of(other, cancel)
                view = field_view(dataset, left)
                columns = None if view.columns is None or brush.columns is None else (*view.columns, *brush.columns)
                view = replace(view, added=added, beside=(*view.beside, *beside), columns=columns)
                cubes: list[Cube | None] = [None] * len(scan)
                if brush.plain or beside[0][1] is not None:
                    try:
                        cubes = scan_cubes(
                            self._workspace.engine,
                            [wanted for _, wanted in scan],
                            scale,
                            {dataset.name: view},
                            brush=identifier(index),
                            rows=dataset.row_count,
                            cancel=cancel,
                            progress=told.of(number),
                        )
                    except Cancelled:
                        raise
                    except CanvasError:
                        _log.info("No cubes over %s: its rows are asked for instead", dataset.name, exc_info=True)
                for (each, _), cube in zip(scan, cubes, strict=True):
                    self._keep(keys[each], cube)
        finally:
            told.end()

    def _keep(self, key: tuple[Any, ...], cube: Cube | None) -> None:
        self.built += 1
        self._cubes[key] = cube
        while sum(each.nbytes for each in self._cubes.values() if each) > MOST_BYTES and len(self._cubes) > 1:
            del self._cubes[next(iter(self._cubes))]


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
