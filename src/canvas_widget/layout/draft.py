"""A document being planned: intents collected, rectangles tried, and the changes that make it so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from canvas_widget.document import (
    Add,
    CanvasSize,
    Change,
    Container,
    Document,
    Placement,
    Rect,
    ResizeCanvas,
    Set,
    Transaction,
    apply,
    container_path,
    rect_of,
)
from canvas_widget.layout.overlap import utilisation
from canvas_widget.layout.types import LayoutReport, Moved, Plan

__all__ = ["Draft"]


class Draft:
    """A tentative document (`document`) beside the one it started from (`base`).

    Nothing here is checked: a rectangle may lie outside the canvas until it is fitted.
    """

    def __init__(self, base: Document) -> None:
        self.base = base
        self.document = base
        self.notes: list[str] = []
        self._changes: list[Change] = []
        self._placed: dict[str, None] = {}
        self._asked: dict[str, Rect] = {}

    def apply(self, changes: Sequence[Change]) -> None:
        """Make changes as they are, with all their checks."""
        if changes:
            self.document = apply(self.document, Transaction(changes=tuple(changes))).document
            self._changes.extend(changes)

    def resize(self, width: int, height: int) -> None:
        """Give the canvas another size; containers may then lie outside."""
        self.document = replace(self.document, width=width, height=height)
        self._changes.append(ResizeCanvas(value=CanvasSize(width=width, height=height)))

    def set(self, container_id: str, **fields: Any) -> None:
        """Set fields of a container, those that differ."""
        container = self.document[container_id]
        new = {name: value for name, value in fields.items() if getattr(container, name) != value}
        if new:
            self.document = self.document.with_container(container.model_copy(update=new))
            self._changes.extend(Set(path=container_path(container_id, name), value=new[name]) for name in new)

    def ask(self, container_id: str, rect: Rect) -> None:
        """Where a person wants a container; what the layout makes of it is reported against this."""
        self._asked[container_id] = rect

    def put(self, container_id: str, rect: Rect) -> None:
        """Put a container somewhere."""
        container = self.document[container_id]
        if rect_of(container) != rect:
            self.document = self.document.with_container(container.model_copy(update=rect._asdict()))
        self._placed[container_id] = None

    def put_all(self, rects: Mapping[str, Rect], *, placement: Placement) -> None:
        """Put many containers somewhere and say who placed them, at the cost of one edit."""
        changed: list[Container] = []
        for name, rect in rects.items():
            container = self.document[name]
            update: dict[str, Any] = {} if rect_of(container) == rect else rect._asdict()
            if container.placement != placement:
                update["placement"] = placement
                self._changes.append(Set(path=container_path(name, "placement"), value=placement))
            if update:
                changed.append(container.model_copy(update=update))
            self._placed[name] = None
        self.document = self.document.with_containers(changed)

    def rect(self, container_id: str) -> Rect:
        """Where a container is now."""
        return rect_of(self.document[container_id])

    def note(self, sentence: str) -> None:
        """Say something in the report, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def plan(self, container_id: str | None = None) -> Plan:
        """The changes that lead from the base to the tentative document, and the report of what the layout did."""
        added = {change.value.id for change in self._changes if isinstance(change, Add)}
        changes: list[Change] = [
            change.model_copy(update={"value": self.document[change.value.id]})
            if isinstance(change, Add) and change.value.id in self.document
            else change
            for change in self._changes
        ]
        moved: list[Moved] = []
        for name in self._placed:
            now = self.document.get(name)
            before = self.base.get(name)
            if now is None:
                continue
            start = self._asked.get(name, rect_of(before) if before is not None else None)
            if start is not None and start != rect_of(now):
                moved.append(Moved(name, start, rect_of(now)))
            if name not in added and before is not None:
                changes.extend(
                    Set(path=container_path(name, side), value=value)
                    for side, value in rect_of(now)._asdict().items()
                    if getattr(before, side) != value
                )
        report = LayoutReport(tuple(moved), utilisation(self.document), tuple(self.notes))
        return Plan(tuple(changes), report, container_id)
