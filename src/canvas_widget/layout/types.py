"""What a caller may ask of the layout, and what the layout answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from canvas_widget.document import Change, Rect

__all__ = ["Box", "LayoutReport", "Moved", "Plan"]


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
