"""What a prompt's cell made before, so that running it again replaces that in place."""

from __future__ import annotations

from dataclasses import dataclass, field

from canvas_widget.document import Document, Rect, rect_of

__all__ = ["Cells", "Replacing"]


@dataclass(frozen=True, slots=True)
class Replacing:
    """The containers a turn may replace, and those of them that a person has moved since they were made."""

    containers: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()


@dataclass(slots=True)
class Cells:
    """Per cell, the containers its last turn made and where the turn left them."""

    _made: dict[str, dict[str, Rect]] = field(default_factory=dict)

    def replacing(self, cell: str | None, document: Document) -> Replacing:
        """What a new turn of this cell may replace."""
        made = self._made.get(cell, {}) if cell is not None else {}
        alive = {name: rect for name, rect in made.items() if name in document}
        moved = frozenset(
            name
            for name, rect in alive.items()
            if document[name].placement == "pinned" and rect_of(document[name]) != rect
        )
        return Replacing(frozenset(alive), moved)

    def remember(self, cell: str | None, made: list[str], document: Document, kept: Replacing) -> None:
        """Remember what a turn of this cell made; one that a person has moved stays known as moved."""
        if cell is None:
            return
        before = self._made.get(cell, {})
        self._made[cell] = {
            name: before[name] if name in kept.moved and name in before else rect_of(document[name])
            for name in made
            if name in document
        }
