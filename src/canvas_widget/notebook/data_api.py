"""The data behind the canvas in Python: code, files, drill-down and other marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from canvas_widget.errors import InvalidArgument
from canvas_widget.notebook.rooms import AtWork, acting, normalise, placing

if TYPE_CHECKING:
    from canvas_widget.document import ControlContent
    from canvas_widget.notebook.box import Box
    from canvas_widget.notebook.places import BoxLike
    from canvas_widget.workspace import Workspace
    from canvas_widget.workspace.behind import Behind
    from canvas_widget.workspace.brushing import Selected

__all__ = ["BoxData", "CanvasData"]


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
        from canvas_widget.document import ControlContent

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


class CanvasData(AtWork):
    """What a canvas can do with the data behind it."""

    if TYPE_CHECKING:

        def __getitem__(self, container_id: str) -> Box: ...

    def to_code(self, container_id: str | None = None, *, sources: bool = True) -> str:
        """Python that draws the same data with DuckDB and Altair in a fresh kernel, of one container or of all.

        Args:
            sources: comments say of each which data, how many rows, when, and the prompt.
        """
        name = None if container_id is None else normalise(container_id)
        return self.workspace.code(name, sources=sources).python

    def to_sql(self, container_id: str | None = None) -> str:
        """The queries of one container, or of all."""
        return self.workspace.code(None if container_id is None else normalise(container_id)).sql

    def control(
        self,
        container_id: str,
        *,
        field: str,
        data: str | None = None,
        control: Literal["choice", "range", "date"] | None = None,
        targets: Sequence[str] | None = None,
        title: str | None = None,
        value: Any = None,
        box: BoxLike | None = None,
        above: str | None = None,
        below: str | None = None,
        left_of: str | None = None,
        right_of: str | None = None,
        auto_adjust: bool | None = None,
        avoid_overlap: bool | None = None,
        replace: bool = False,
    ) -> Box:
        """Make a filter on the canvas: a choice of values, a range of numbers, or two days.

        Args:
            field: the dataset's column that it filters by; the kind of control follows from it.
            targets: the containers it filters; when None, all that are drawn from the dataset's columns, also those
                made later.
            value: what is chosen at once: a value or a list of them, or the two ends of a range.
            box: as for `chart`, like `above` and what follows.
        """
        place = placing(
            box, above=above, below=below, left_of=left_of, right_of=right_of,
            auto_adjust=auto_adjust, avoid_overlap=avoid_overlap, replace=replace,
        )  # fmt: skip
        kind: dict[str, Any] = {"field": field, "dataset": data, "control": control, "targets": targets}
        outcome = self.workspace.control(container_id, **kind, value=value, title=title, placing=place, actor=acting())
        return self[outcome.container_id or container_id]

    def save(self, path: str | Path, *, data: bool = False) -> Path:
        """Write the canvas into a file: the document and the names of its datasets, never their rows.

        Args:
            data: also keep results of up to 5,000 rows, so that they show where the datasets are not.
        """
        from canvas_widget.workspace import saved

        return saved.save(self.workspace, path, data=data)

    @classmethod
    def load(cls, path: str | Path, *, name: str | None = None, data: Mapping[str, Any] | None = None) -> Self:
        """The canvas of a file that `save` wrote, under the name it had; what a canvas of that name held is replaced.

        CSV and Parquet files beside the canvas's file are registered again. Other datasets must be there as frames of
        the notebook, or come in `data`; a warning names those that are missing.

        Raises:
            InvalidArgument: the file is no canvas, or one of a later version.
        """
        import warnings

        from canvas_widget.workspace import saved

        held, results = saved.read(path)
        make: Any = cls
        canvas = make(held.canvas.width, held.canvas.height, name or held.canvas.name, data)
        missing = saved.restore(canvas.workspace, held, results, Path(path).expanduser().parent, actor=acting())
        if missing:
            warnings.warn(
                f"Not here: {', '.join(missing)}. Make these frames, or give data={{name: frame}}; then refresh().",
                stacklevel=2,
            )
        loaded: Self = canvas
        return loaded
