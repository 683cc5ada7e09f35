"""The operations of a workspace on the data behind what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from canvas_widget.document import Document
from canvas_widget.workspace.controls import create_control, realign, refilters, set_control
from canvas_widget.workspace.types import USER, Actor, Outcome

if TYPE_CHECKING:
    from canvas_widget.data.pages import Page
    from canvas_widget.workspace.behind import Behind
    from canvas_widget.workspace.brushing import Brushes
    from canvas_widget.workspace.code import Code
    from canvas_widget.workspace.selected import Selected
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["DataSide"]


class DataSide:
    """Drill-down, brushing, pages, other marks, code. What does them loads when it is first asked for."""

    def __init__(self) -> None:
        self._selected_listeners: list[Callable[[Selected], None]] = []

    @property
    def brushes(self) -> Brushes:
        """The canvas's selections."""
        held: Brushes | None = self.__dict__.get("_brushes")
        if held is None:
            from canvas_widget.workspace.brushing import Brushes

            held = self.__dict__.setdefault("_brushes", Brushes(self._whole, self._selected_listeners))
        return held

    def on_selected(self, listener: Callable[[Selected], None]) -> Callable[[], None]:
        """Have each selection reported; returns what ends that."""
        listeners = self._selected_listeners
        listeners.append(listener)
        return lambda: listeners.remove(listener) if listener in listeners else None

    @property
    def _whole(self) -> Workspace:
        return cast("Workspace", self)

    def redraw(self, container_id: str, changes: Mapping[str, Any], *, actor: Actor = USER) -> Outcome:
        """Draw a chart again with parts of its request changed; as `redrawing.redraw`."""
        from canvas_widget.workspace.redrawing import redraw

        return redraw(self._whole, container_id, changes, actor)

    def rows_behind(self, container_id: str, values: Mapping[str, Any], offset: int = 0, limit: int = 100) -> Behind:
        """The rows behind a mark; as `behind.rows_behind`."""
        from canvas_widget.workspace.behind import rows_behind

        return rows_behind(self._whole, container_id, values, offset, limit)

    def control(self, container_id: str, **how: Any) -> Outcome:
        """Make a control; as `controls.create_control`."""
        return create_control(self._whole, container_id, **how)

    def set_control(self, container_id: str, value: Any, *, actor: Actor = USER) -> Outcome:
        """Choose a control's value; as `controls.set_control`."""
        return set_control(self._whole, container_id, value, actor=actor)

    def realign(self, before: Document) -> None:
        """Draw again what controls filter otherwise than in the document before; as `controls.realign`."""
        realign(self._whole, before)

    def _realigned(self, before: Document, outcome: Outcome, *, wanted: bool = True) -> Outcome:
        if wanted and refilters(outcome.commit):
            self.realign(before)
        return outcome

    def code(self, container_id: str | None = None, **how: bool) -> Code:
        """The code of one container, or of all; `how` as for `code.code_of`."""
        from canvas_widget.workspace.code import code_of

        return code_of(self._whole, container_id, **how)

    def select(self, container_id: str, selection: Mapping[str, Any] | None, **how: Any) -> Selected:
        """Select in a container, which filters the others over its dataset; as `Brushes.select`."""
        return self.brushes.select(container_id, selection, **how)

    def page(self, container_id: str, offset: int = 0, limit: int = 100, **how: Any) -> Page:
        """Some rows of what a container shows; `how` as for `paging.page`."""
        from canvas_widget.workspace import paging

        return paging.page(self._whole, container_id, offset, limit, **how)

    def row_count(self, container_id: str) -> int | None:
        """The rows of a table that shows a whole dataset; None where they are not known, or it is something else."""
        from canvas_widget.workspace import paging

        return paging.row_count(self._whole, container_id)
