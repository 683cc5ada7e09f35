"""The operations of a workspace on the data behind what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from canvas_widget.workspace.behind import Behind, rows_behind
from canvas_widget.workspace.brushing import Brushes, Selected
from canvas_widget.workspace.code import Code, code_of
from canvas_widget.workspace.controls import create_control, set_control
from canvas_widget.workspace.redrawing import redraw
from canvas_widget.workspace.types import USER, Actor, Outcome

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["DataSide"]


class DataSide:
    """Drill-down, brushing, other marks, code."""

    brushes: Brushes

    @property
    def _whole(self) -> Workspace:
        return cast("Workspace", self)

    def redraw(self, container_id: str, changes: Mapping[str, Any], *, actor: Actor = USER) -> Outcome:
        """Draw a chart again with parts of its request changed; as `redrawing.redraw`."""
        return redraw(self._whole, container_id, changes, actor)

    def rows_behind(self, container_id: str, values: Mapping[str, Any], offset: int = 0, limit: int = 100) -> Behind:
        """The rows behind a mark; as `behind.rows_behind`."""
        return rows_behind(self._whole, container_id, values, offset, limit)

    def control(self, container_id: str, **how: Any) -> Outcome:
        """Make a control; as `controls.create_control`."""
        return create_control(self._whole, container_id, **how)

    def set_control(self, container_id: str, value: Any, *, actor: Actor = USER) -> Outcome:
        """Choose a control's value; as `controls.set_control`."""
        return set_control(self._whole, container_id, value, actor=actor)

    def code(self, container_id: str | None = None, *, sources: bool = True) -> Code:
        """The code of one container, or of all; as `code.code_of`."""
        return code_of(self._whole, container_id, sources=sources)

    def select(self, container_id: str, selection: Mapping[str, Any] | None, **how: Any) -> Selected:
        """Select in a container, which filters the others over its dataset; as `Brushes.select`."""
        return self.brushes.select(container_id, selection, **how)
