"""The document: one immutable value per revision, sharing all that an edit did not touch."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from immutables import Map

from canvas_widget.document.index import Rect, SpatialIndex
from canvas_widget.document.nodes import Container, Settings
from canvas_widget.document.order import ReadingOrder
from canvas_widget.errors import NotFound

__all__ = ["DEFAULT_HEIGHT", "DEFAULT_WIDTH", "Document", "rect_of"]

DEFAULT_WIDTH = 800
DEFAULT_HEIGHT = 600


def rect_of(container: Container) -> Rect:
    """The rectangle that a container covers."""
    return Rect(container.x, container.y, container.width, container.height)


def _area(container: Container | None) -> int:
    return 0 if container is None or container.hidden else container.width * container.height


@dataclass(frozen=True, slots=True)
class Document:
    """A canvas at one revision.

    `nodes` maps ids to containers, `order` is their reading order, and `related` maps ids to those that have a
    relation to them; all are persistent, so a new revision costs what the edit touched. `covered` is the sum of the
    areas of the visible containers. Sizes are in px, times ISO 8601 in UTC.
    """

    name: str = "canvas"
    width: int = DEFAULT_WIDTH
    height: int = DEFAULT_HEIGHT
    rev: int = 0
    settings: Settings = field(default_factory=Settings)
    updated_at: str = ""
    nodes: Map[str, Container] = field(default_factory=Map)
    order: ReadingOrder = field(default_factory=ReadingOrder)
    related: Map[str, frozenset[str]] = field(default_factory=Map)
    covered: int = 0
    index: SpatialIndex = field(default_factory=SpatialIndex)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, container_id: object) -> bool:
        return container_id in self.nodes

    def __iter__(self) -> Iterator[Container]:
        return (self.nodes[container_id] for container_id in self.order)

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
            hint = "There are: " + ", ".join(islice(self.order, 8)) + ("…" if len(self) > 8 else "") + "."
        else:
            hint = "The canvas is empty."
        return NotFound(f"No container {container_id!r} on canvas {self.name!r}. {hint}", alternatives=near)

    def ids(self) -> tuple[str, ...]:
        """All ids in reading order."""
        return tuple(self.order)

    def touching(self, rect: Rect, gap: int = 0) -> Iterator[Container]:
        """The visible containers that overlap `rect`, or come nearer to it than `gap`."""
        grown = Rect(rect.x - gap, rect.y - gap, rect.width + 2 * gap, rect.height + 2 * gap)
        for name in self.index.near(grown):
            container = self.nodes[name]
            if not container.hidden and rect.overlaps(rect_of(container), gap):
                yield container

    def with_container(self, container: Container, number: float | None = None) -> Document:
        """The document with `container` added or replaced; its revision stays.

        `number` is its sort number in the reading order: when None it stays where it is, a new one goes to the end.
        """
        before = self.nodes.get(container.id)
        index, order = self.index, self.order
        if before is None or rect_of(before) != rect_of(container):
            if before is not None:
                index = index.remove(before.id, rect_of(before))
            index = index.add(container.id, rect_of(container))
        if number is not None or before is None:
            order = order.put(container.id, order.end if number is None else number)
        return replace(
            self,
            nodes=self.nodes.set(container.id, container),
            order=order,
            index=index,
            related=self._related(before, container),
            covered=self.covered + _area(container) - _area(before),
        )

    def with_containers(self, containers: Sequence[Container]) -> Document:
        """The document with these containers, all of which it has by now, replaced at once; its revision stays.

        Their ids, order and relations are as before. Of many this costs a fraction of one by one.
        """
        before = [self.nodes[container.id] for container in containers]
        pairs = [
            (container.id, old, new)
            for old, container in zip(map(rect_of, before), containers, strict=True)
            if old != (new := rect_of(container))
        ]
        with self.nodes.mutate() as nodes:
            for container in containers:
                nodes[container.id] = container
            changed = nodes.finish()
        return replace(
            self,
            nodes=changed,
            index=self.index.move(pairs),
            covered=self.covered + sum(map(_area, containers)) - sum(map(_area, before)),
        )

    def without_container(self, container_id: str) -> Document:
        """The document without that container; its revision stays."""
        gone = self.nodes[container_id]
        return replace(
            self,
            nodes=self.nodes.delete(container_id),
            order=self.order.drop(container_id),
            index=self.index.remove(container_id, rect_of(gone)),
            related=self._related(gone, None),
            covered=self.covered - _area(gone),
        )

    def _related(self, before: Container | None, after: Container | None) -> Map[str, frozenset[str]]:
        related = self.related
        if before is not None and (after is None or before.relations != after.relations):
            for other in set(before.relations.named.values()):
                left = related[other] - {before.id}
                related = related.set(other, left) if left else related.delete(other)
        if after is not None and (before is None or before.relations != after.relations):
            for other in after.relations.named.values():
                related = related.set(other, related.get(other, frozenset()) | {after.id})
        return related

    def to_wire(self) -> dict[str, Any]:
        """The whole document as JSON-ready data, containers in reading order."""
        return {
            "rev": self.rev,
            "canvas": {"name": self.name, "width": self.width, "height": self.height},
            "settings": self.settings.model_dump(mode="json"),
            "updated_at": self.updated_at,
            "containers": [container.model_dump(mode="json") for container in self],
        }
