"""What a caller may ask of the layout, and what the layout answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from canvas_widget.document import Change, Rect, Relations

__all__ = ["ANYWHERE", "Box", "LayoutReport", "Moved", "Placing", "Plan"]


@dataclass(frozen=True, slots=True)
class Box:
    """A position and a size in px, each as far as it was given.

    Whole floats count as integers and others are rounded; not a number, infinity, booleans and text are refused.
    """

    x: int | float | None = None
    y: int | float | None = None
    width: int | float | None = None
    height: int | float | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.x, self.y, self.width, self.height))


@dataclass(frozen=True, slots=True)
class Placing:
    """How a container that is made is to be placed; what is not said is left to the layout.

    `relations` name others that it goes beside, `top` puts it above everything. With `replace` it takes the place of
    the container that has its id already. The two switches hold instead of the canvas's settings, None for those.
    """

    box: Box = Box()
    relations: Relations = Relations.model_construct()
    top: bool = False
    replace: bool = False
    auto_adjust: bool | None = None
    avoid_overlap: bool | None = None

    @property
    def related(self) -> Relations:
        """The relations that the container keeps, to be on top among them."""
        return self.relations.model_copy(update={"top": True}) if self.top else self.relations


ANYWHERE = Placing()
"""Wherever the layout finds room."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A container that the layout put elsewhere, or gave another size, than it had or was asked for."""

    id: str
    before: Rect
    after: Rect


@dataclass(frozen=True, slots=True)
class LayoutReport:
    """What the layout did.

    `utilisation` is the share of the canvas that visible containers cover, from 0 to 1; `notes` are plain sentences.
    """

    moved: tuple[Moved, ...] = ()
    utilisation: float = 0.0
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready data."""
        return {
            "moved": [
                {"id": moved.id, "before": moved.before._asdict(), "after": moved.after._asdict()}
                for moved in self.moved
            ],
            "utilisation": round(self.utilisation, 4),
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that carry out an operation, what the layout did for it, and the container it is about."""

    changes: tuple[Change, ...]
    report: LayoutReport
    container_id: str | None = None
