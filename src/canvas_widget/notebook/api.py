"""What a canvas can do from Python: the operations of the workspace, under the names analysts use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from canvas_widget.errors import CanvasError, NotFound
from canvas_widget.notebook.pictures import CanvasPictures
from canvas_widget.notebook.rooms import acting, normalise, placing
from canvas_widget.notebook.styled import Styled

if TYPE_CHECKING:
    from canvas_widget.data import ChartOptions
    from canvas_widget.notebook.box import Box
    from canvas_widget.notebook.datasets import Datasets
    from canvas_widget.notebook.places import BoxLike
    from canvas_widget.workspace import Outcome

__all__ = ["CanvasApi"]


class CanvasApi(Styled, CanvasPictures):
    """The canvas as a Python object. Methods may be called from any thread; creators return the container's handle."""

    @property
    def datasets(self) -> Datasets:
        """The datasets the canvas may query: `register`, `names`, `get`."""
        workspace = self.workspace
        from canvas_widget.notebook.datasets import Datasets

        return Datasets(workspace)

    def _handle_of(self, container_id: str) -> Box:
        workspace = self.workspace
        from canvas_widget.notebook.box import Box

        return Box(workspace, container_id)

    def _box(self, outcome: Outcome) -> Box:
        if outcome.container_id is None:
            raise CanvasError("The operation made no container.")
        return self._handle_of(outcome.container_id)

    def create_container(
        self,
        container_id: str,
        x: int | None = None,
        y: int | None = None,
        width: int | None = None,
        height: int | None = None,
        *,
        title: str | None = None,
        above: str | None = None,
        below: str | None = None,
        left_of: str | None = None,
        right_of: str | None = None,
        auto_adjust: bool | None = None,
        avoid_overlap: bool | None = None,
        replace: bool = False,
    ) -> Box:
        """Create a container; what is not given is chosen. A given position or size pins it.

        Raises:
            Conflict: the id is taken and `replace` is off.
            InvalidArgument: it does not fit and `auto_adjust` is off.
        """
        place = placing(
            (x, y, width, height), above=above, below=below, left_of=left_of, right_of=right_of,
            auto_adjust=auto_adjust, avoid_overlap=avoid_overlap, replace=replace,
        )  # fmt: skip
        return self._box(self.workspace.create(container_id, title=title, placing=place, actor=acting()))

    def chart(
        self,
        container_id: str | None = None,
        *,
        data: str | None = None,
        mark: str = "bar",
        x: str | None = None,
        y: str | None = None,
        series: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        where: Sequence[Any] = (),
        sql: str | None = None,
        title: str | None = None,
        box: BoxLike | None = None,
        above: str | None = None,
        below: str | None = None,
        left_of: str | None = None,
        right_of: str | None = None,
        auto_adjust: bool | None = None,
        avoid_overlap: bool | None = None,
        replace: bool = False,
        **options: Unpack[ChartOptions],
    ) -> Box:
        """Draw a chart from typed encodings (`x="region"`, `y="sum(revenue)"`) or from SQL.

        Args:
            container_id: the container, made when it is new; named by the chart's title when None.
            data: the dataset's name.
            mark: "bar", "line", "area", "point", "arc", "donut", "histogram", "box", "heatmap" or "density".
            x, y, series: encodings: a field, or a function of one such as `mean(f)`, `count()`, `year(f)`, `bin(f)`.
            sort: "x", "y", "-x" or "-y".
            limit: how many marks at most, after sorting.
            where: filters, each a mapping with `field`, `op` and `value`.
            sql: a read-only query instead of `data`; the encodings then name its columns.
            box: (x, y, width, height) in px; pins it.
            options: `stack`, `facet`, `size`, `top`, `scale`, `joins`, `annotations`, … as in docs/charts.md.

        Raises:
            QueryError: the query cannot run; says what exists instead.
            Conflict: the id is taken and `replace` is off.
        """
        workspace = self.workspace
        from canvas_widget.data import ChartRequest, chart_options

        request = ChartRequest(
            dataset=data, mark=mark, x=x, y=y, series=series, sort=sort, limit=limit, where=tuple(where), sql=sql,
            **chart_options(options),
        )  # fmt: skip
        place = placing(
            box, above=above, below=below, left_of=left_of, right_of=right_of,
            auto_adjust=auto_adjust, avoid_overlap=avoid_overlap, replace=replace,
        )  # fmt: skip
        return self._box(workspace.chart(container_id, request, title=title, placing=place, actor=acting()))

    def table(
        self,
        container_id: str | None = None,
        *,
        data: str | None = None,
        columns: str | Sequence[str] | None = None,
        sort: str | Sequence[str] | None = None,
        limit: int | None = None,
        where: Sequence[Any] = (),
        sql: str | None = None,
        title: str | None = None,
        box: BoxLike | None = None,
        above: str | None = None,
        below: str | None = None,
        left_of: str | None = None,
        right_of: str | None = None,
        auto_adjust: bool | None = None,
        avoid_overlap: bool | None = None,
        replace: bool = False,
    ) -> Box:
        """Show rows of a dataset, or of a query. `sort` names columns, with `-` for descending; the rest as `chart`."""
        workspace = self.workspace
        from canvas_widget.data import TableRequest

        request = TableRequest(
            dataset=data,
            columns=(columns,) if isinstance(columns, str) else None if columns is None else tuple(columns),
            sort=sort if sort is None or isinstance(sort, str) else tuple(sort),
            limit=limit,
            where=tuple(where),
            sql=sql,
        )
        place = placing(
            box, above=above, below=below, left_of=left_of, right_of=right_of,
            auto_adjust=auto_adjust, avoid_overlap=avoid_overlap, replace=replace,
        )  # fmt: skip
        return self._box(workspace.table(container_id, request, title=title, placing=place, actor=acting()))

    def metric(
        self,
        container_id: str | None = None,
        *,
        data: str | None = None,
        value: str | None = None,
        where: Sequence[Any] = (),
        sql: str | None = None,
        format: str | None = None,  # noqa: A002  (Vega's word for it)
        label: str | None = None,
        previous: str | None = None,
        against: str | None = None,
        trend: str | None = None,
        title: str | None = None,
        box: BoxLike | None = None,
        above: str | None = None,
        below: str | None = None,
        left_of: str | None = None,
        right_of: str | None = None,
        auto_adjust: bool | None = None,
        avoid_overlap: bool | None = None,
        replace: bool = False,
    ) -> Box:
        """Show one number, beside that of the period before (`previous="yearmonth(day)"`) or another (`against`)."""
        workspace = self.workspace
        from canvas_widget.data import MetricRequest

        shown = {"format": format, "label": label, "previous": previous, "against": against, "trend": trend}
        request = MetricRequest(dataset=data, value=value, where=tuple(where), sql=sql, **shown)
        place = placing(
            box, above=above, below=below, left_of=left_of, right_of=right_of,
            auto_adjust=auto_adjust, avoid_overlap=avoid_overlap, replace=replace,
        )  # fmt: skip
        return self._box(workspace.metric(container_id, request, title=title, placing=place, actor=acting()))

    def text(
        self,
        container_id: str,
        markdown: str,
        *,
        title: str | None = None,
        box: BoxLike | None = None,
        above: str | None = None,
        below: str | None = None,
        left_of: str | None = None,
        right_of: str | None = None,
        auto_adjust: bool | None = None,
        avoid_overlap: bool | None = None,
        replace: bool = False,
    ) -> Box:
        """Write markdown text; `{select sum(x) from t | ,.1f}` in it becomes that query's value. Placed as `chart`."""
        place = placing(
            box, above=above, below=below, left_of=left_of, right_of=right_of,
            auto_adjust=auto_adjust, avoid_overlap=avoid_overlap, replace=replace,
        )  # fmt: skip
        return self._box(self.workspace.text(container_id, markdown, title=title, placing=place, actor=acting()))

    # -- the whole canvas ------------------------------------------------------------------------------------------

    def arrange(self) -> dict[str, Any]:
        """Put all but the locked containers on a uniform grid; returns what moved and the utilisation reached."""
        return self.workspace.arrange(actor=acting()).report.as_dict()

    def undo(self, turn_id: str | None = None) -> list[str]:
        """Take back the newest thing, or a whole turn; returns the paths kept because they were edited since."""
        return list(self.workspace.undo(turn_id, actor=acting()).kept)

    def redo(self) -> list[str]:
        """Do again what was taken back last."""
        return list(self.workspace.redo(actor=acting()).kept)

    def clear(self) -> None:
        """Delete all containers, in one step that `undo` takes back."""
        self.workspace.clear(actor=acting())

    def resize(self, width: int, height: int) -> dict[str, Any]:
        """Set the canvas's size in px; returns what moved."""
        return self.workspace.resize(width, height, actor=acting()).report.as_dict()

    def configure(self, *, auto_adjust: bool | None = None, overlap_prevention: bool | None = None) -> dict[str, bool]:
        """Change the canvas settings; returns them all."""
        self.workspace.set_settings(auto_adjust=auto_adjust, overlap_prevention=overlap_prevention, actor=acting())
        settings: dict[str, bool] = self.workspace.document.settings.model_dump()
        return settings

    def state(self) -> dict[str, Any]:
        """The whole document as JSON-ready data."""
        return self.workspace.state()

    def tree(self) -> dict[str, Any]:
        """The canvas as an object tree of `{id, kind, title, children}`."""
        return self.workspace.tree()

    def help(self) -> str:
        """The help text, in markdown."""
        workspace = self.workspace
        from canvas_widget.session import help_text

        return help_text(workspace, self.session.turns.settings)

    def refresh(self, *container_ids: str) -> None:
        """Run queries again on the data as it is now: of these containers, or of all.

        Raises:
            CanvasError: the first query that failed; the others were refreshed, and its container is as it was.
        """
        report = self.workspace.refresh([normalise(name) for name in container_ids] or None, actor=acting())
        for error in report.values():
            if error is not None:
                raise error

    # -- the canvas as a collection --------------------------------------------------------------------------------

    def __getitem__(self, container_id: str) -> Box:
        name = normalise(container_id)
        if name not in self.workspace.document:
            raise UnknownContainer(self.workspace.document.unknown(container_id))
        return self._handle_of(name)

    def __iter__(self) -> Iterator[Box]:
        return iter([self._handle_of(name) for name in self.workspace.document.ids()])

    def __len__(self) -> int:
        return len(self.workspace.document)

    def __bool__(self) -> bool:
        return True

    def __contains__(self, container_id: object) -> bool:
        return isinstance(container_id, str) and normalise(container_id) in self.workspace.document


class UnknownContainer(NotFound, KeyError):
    """A container id that nothing has, as `canvas["…"]` raises it: also a `KeyError`."""

    def __init__(self, error: NotFound) -> None:
        NotFound.__init__(self, error.message, alternatives=error.alternatives)

    def __str__(self) -> str:
        return self.message
