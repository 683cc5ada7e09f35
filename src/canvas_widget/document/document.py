"""The document: one immutable value per revision, sharing all that an edit did not touch."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from immutables import Map

from canvas_widget.document.index import Rect, SpatialIndex
from canvas_widget.document.nodes import Container, Settings
from canvas_widget.errors import NotFound

__all__ = ["DEFAULT_HEIGHT", "DEFAULT_WIDTH", "Document", "rect_of"]

DEFAULT_WIDTH = 800
DEFAULT_HEIGHT = 600


def rect_of(container: Container) -> Rect:
    """The rectangle that a container covers."""
    return Rect(container.x, container.y, container.width, container.height)


@dataclass(frozen=True, slots=True)
class Document:
    """A canvas at one revision.

    `nodes` maps ids to containers and `orders` maps ids to their sort keys in reading order; both are persistent
    maps, so a new revision costs what the edit touched. Sizes are in px, times ISO 8601 in UTC.
    """

    name: str = "canvas"
    width: int = DEFAULT_WIDTH
    height: int = DEFAULT_HEIGHT
    rev: int = 0
    settings: Settings = field(default_factory=Settings)
    updated_at: str = ""
    nodes: Map[str, Container] = field(default_factory=Map)
    orders: Map[str, float] = field(default_factory=Map)
    next_order: float = 1.0
    index: SpatialIndex = field(default_factory=SpatialIndex)
    _sorted: list[tuple[str, ...]] = field(default_factory=list, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, container_id: object) -> bool:
        return container_id in self.nodes

    def __iter__(self) -> Iterator[Container]:
        return (self.nodes[container_id] for container_id in self.ids())

    def __getitem__(self, container_id: str) -> Container:
        found = self.nodes.get(container_id)
        if found is None:
            raise self.unknown(container_id)
        return found

    def get(self, container_id: str) -> Container | None:
        """The container with that id, or None."""
        return self.nodes.get(container_id)

    def unknown(self, container_id: str) -> NotFound:
        """The error for an id that no container has, naming the nearest ids."""
        near = difflib.get_close_matches(container_id, self.nodes.keys(), n=5, cutoff=0.5)
        if near:
            hint = "Nearest: " + ", ".join(near) + "."
        elif self.nodes:
            hint = "There are: " + ", ".join(self.ids()[:8]) + ("…" if len(self) > 8 else "") + "."
        else:
            hint = "The canvas is empty."
        return NotFound(f"No container {container_id!r} on canvas {self.name!r}. {hint}", alternatives=near)

    def ids(self) -> tuple[str, ...]:
        """All ids in reading order. Sorted once per revision, on demand."""
        if not self._sorted:
            self._sorted.append(tuple(sorted(self.orders, key=self.orders.__getitem__)))
        return self._sorted[0]

    def touching(self, rect: Rect, gap: int = 0) -> Iterator[Container]:
        """The visible containers that overlap `rect`, or come nearer to it than `gap`."""
        grown = Rect(rect.x - gap, rect.y - gap, rect.width + 2 * gap, rect.height + 2 * gap)
        for name in self.index.near(grown):
            container = self.nodes[name]
            if not container.hidden and rect.overlaps(rect_of(container), gap):
                yield container

    def with_container(self, container: Container, order: float) -> Document:
        """The document with `container` added or replaced; its revision stays."""
        before = self.nodes.get(container.id)
        index, orders, cached = self.index, self.orders, self._sorted
        if before is None or rect_of(before) != rect_of(container):
            if before is not None:
                index = index.remove(before.id, rect_of(before))
            index = index.add(container.id, rect_of(container))
        if orders.get(container.id) != order:
            orders, cached = orders.set(container.id, order), []
        return replace(
            self,
            nodes=self.nodes.set(container.id, container),
            orders=orders,
            index=index,
            next_order=max(self.next_order, order + 1.0),
            _sorted=cached,
        )

    def without_container(self, container_id: str) -> Document:
        """The document without that container; its revision stays."""
        gone = self.nodes[container_id]
        return replace(
            self,
            nodes=self.nodes.delete(container_id),
            orders=self.orders.delete(container_id),
            index=self.index.remove(container_id, rect_of(gone)),
            _sorted=[],
        )

    def to_wire(self) -> dict[str, Any]:
        """The whole document as JSON-ready data, containers in reading order."""
        return {
            "rev": self.rev,
            "canvas": {"name": self.name, "width": self.width, "height": self.height},
            "settings": self.settings.model_dump(mode="json"),
            "updated_at": self.updated_at,
            "containers": [container.model_dump(mode="json") for container in self],
        }
