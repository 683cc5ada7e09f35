"""A handle on one container: what it shows, where it lies, and the query behind it."""

from __future__ import annotations

import copy
from typing import Any

from canvas_widget.agent.acting import acting
from canvas_widget.document import ChartContent, Container, Kind, MetricContent, TableContent
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout import Box as Place
from canvas_widget.notebook.box_data import BoxData
from canvas_widget.workspace import Workspace

__all__ = ["Box"]


class Box(BoxData):
    """A container of a canvas. It always tells the container as it is now; positions and sizes are in px.

    Every attribute raises `NotFound` once the container is gone.
    """

    __slots__ = ("_id", "_workspace")

    def __init__(self, workspace: Workspace, container_id: str) -> None:
        self._workspace = workspace
        self._id = container_id

    @property
    def _container(self) -> Container:
        return self._workspace.document[self._id]

    @property
    def _query(self) -> ChartContent | TableContent | MetricContent:
        content = self._container.content
        if not isinstance(content, ChartContent | TableContent | MetricContent):
            raise InvalidArgument(f"Container {self._id!r} holds {content.kind}, so it has no query.")
        return content

    @property
    def _chart(self) -> ChartContent:
        content = self._container.content
        if not isinstance(content, ChartContent):
            raise InvalidArgument(f"Container {self._id!r} holds {content.kind}, not a chart.")
        return content

    @property
    def id(self) -> str:
        return self._container.id

    @property
    def title(self) -> str:
        return self._container.title

    @property
    def kind(self) -> Kind:
        """One of "chart", "table", "metric", "text", "empty"."""
        return self._container.kind

    @property
    def x(self) -> int:
        return self._container.x

    @property
    def y(self) -> int:
        return self._container.y

    @property
    def width(self) -> int:
        return self._container.width

    @property
    def height(self) -> int:
        return self._container.height

    @property
    def placement(self) -> str:
        """Whether a person gave it a position or size (pinned) or not (auto)."""
        return self._container.placement

    @property
    def locked(self) -> bool:
        return self._container.locked

    @property
    def stale(self) -> bool:
        """Whether its data has changed since it was drawn."""
        return bool(getattr(self._container.content, "stale", False))

    @property
    def sql(self) -> str:
        """The query it is drawn from."""
        return self._query.sql

    def rows(self, offset: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
        """The query's result as JSON-safe rows, in drawn order.

        Args:
            offset: the first row, from 0.
            limit: how many, at most 10,000. Without one, all that the result keeps: of a table that shows a whole
                dataset the first 10,000.
        """
        self._query  # noqa: B018  (raises for a container without one)
        if limit is not None:
            return self._workspace.page(self._id, offset, limit).as_result().rows()
        result = self._workspace.result_for(self._id)
        return [] if result is None else result.rows(offset)

    @property
    def mark(self) -> str:
        """The chart's mark: "bar", "line", "area", "point", "arc", "rect", …"""
        return self._chart.mark

    @property
    def encoding(self) -> dict[str, str | None]:
        """The chart's channels ("x", "y", "series", …) and the fields of `rows()` they show, or None."""
        return dict(self._chart.encoding)

    @property
    def spec(self) -> dict[str, Any]:
        """The chart's Vega-Lite spec, without rows."""
        return copy.deepcopy(self._chart.spec)

    @property
    def markdown(self) -> str:
        """The text of a text container."""
        markdown = getattr(self._container.content, "markdown", None)
        if markdown is None:
            raise InvalidArgument(f"Container {self._id!r} holds {self.kind}, not text.")
        return str(markdown)

    def move(self, x: int | None = None, y: int | None = None) -> Box:
        """Move it; a moved container is pinned."""
        self._workspace.modify(self._id, box=Place(x=x, y=y), actor=acting())
        return self

    def resize(self, width: int | None = None, height: int | None = None) -> Box:
        """Resize it; a resized container is pinned."""
        self._workspace.modify(self._id, box=Place(width=width, height=height), actor=acting())
        return self

    def rename(self, title: str) -> Box:
        """Give it another title; its id stays."""
        self._workspace.modify(self._id, title=title, actor=acting())
        return self

    def delete(self) -> None:
        """Take it off the canvas."""
        self._workspace.delete(self._id, actor=acting())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box) and other._workspace is self._workspace and other._id == self._id

    def __hash__(self) -> int:
        return hash((id(self._workspace), self._id))

    def __repr__(self) -> str:
        container = self._workspace.document.get(self._id)
        if container is None:
            return f"<{self._id}: deleted>"
        size = f"{container.width} × {container.height} at {container.x}, {container.y}"
        return f"<{container.id}: {container.kind}, {size}, {container.placement}>"
