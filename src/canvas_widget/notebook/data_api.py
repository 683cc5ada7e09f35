"""The data behind the canvas in Python: its code, its filters, its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from canvas_widget.notebook.rooms import AtWork, acting, normalise, placing

if TYPE_CHECKING:
    from canvas_widget.notebook.box import Box
    from canvas_widget.notebook.places import BoxLike

__all__ = ["CanvasData"]


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
