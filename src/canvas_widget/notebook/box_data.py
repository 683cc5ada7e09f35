"""The data behind one container in Python: drill-down, selections, other marks, code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from canvas_widget.agent.acting import acting
from canvas_widget.document import ControlContent
from canvas_widget.errors import InvalidArgument

if TYPE_CHECKING:
    from canvas_widget.workspace import Workspace
    from canvas_widget.workspace.behind import Behind
    from canvas_widget.workspace.brushing import Selected

__all__ = ["BoxData"]


class BoxData:
    """What a container's handle tells of the data behind it."""

    __slots__ = ()

    _workspace: Workspace
    _id: str

    def rows_behind(
        self, values: Mapping[str, Any] | None = None, *, offset: int = 0, limit: int = 100
    ) -> list[dict[str, Any]]:
        """The dataset's rows behind a mark, as JSON-safe rows.

        Args:
            values: the mark: fields of `rows()` and their values. Without any, all rows behind the container.

        Raises:
            QueryError: the rows cannot be told from the container's SQL.
        """
        return self.behind(values, offset=offset, limit=limit).result.rows()

    def behind(self, values: Mapping[str, Any] | None = None, *, offset: int = 0, limit: int = 100) -> Behind:
        """As `rows_behind`, with the count of all rows and the SQL that gives them."""
        return self._workspace.rows_behind(self._id, values or {}, offset, limit)

    def select(
        self,
        *,
        range: tuple[Any, Any] | None = None,  # noqa: A002  (the word of the frame)
        values: Sequence[Any] | None = None,
        field: str | None = None,
    ) -> Selected:
        """Select in this chart: the others over the same dataset show only what is selected. Neither lets go.

        Args:
            range: the low and high end along the chart's axis; rounded to what the chart tells apart.
            values: some of the values that the chart shows.
            field: the field of `rows()` they are of; the chart's category when None.

        Returns:
            what was selected, rounded, and the rows of each container it filters.
        """
        if range is None and values is None:
            return self._workspace.select(self._id, None)
        from canvas_widget.workspace.brushing import category_field

        name = field or category_field(self._workspace, self._id)
        picked = {"range": list(range)} if range is not None else {"values": list(values or ())}
        return self._workspace.select(self._id, {name: picked})

    def redraw(self, **changes: Any) -> Self:
        """Draw the chart again with other parts of its request: `mark`, `x`, `y`, `series`, `sort`, `limit`, …"""
        self._workspace.redraw(self._id, changes, actor=acting())
        return self

    @property
    def value(self) -> Any:
        """A control's chosen value; None where nothing is chosen."""
        return self._control.value

    @property
    def _control(self) -> ControlContent:
        content = self._workspace.document[self._id].content
        if not isinstance(content, ControlContent):
            raise InvalidArgument(f"Container {self._id!r} holds {content.kind}, not a control.")
        return content

    def set(self, value: Any) -> Self:
        """Choose a control's value, and draw what it filters; None lifts the filter."""
        self._workspace.set_control(self._id, value, actor=acting())
        return self

    def to_code(self) -> str:
        """Python that draws the same data with DuckDB and Altair in a fresh kernel."""
        return self._workspace.code(self._id).python
