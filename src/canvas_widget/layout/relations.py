"""Where a container was asked to be relative to others: checked, tested, and turned into a place."""

from __future__ import annotations

from canvas_widget.document import Container, Document, Rect, Relations, normalise, rect_of
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout.sizes import GAP, PADDING

__all__ = ["broken", "checked", "holds", "place_beside", "words"]


def checked(document: Document, relations: Relations, container_id: str) -> Relations:
    """The relations with their ids normalised.

    Raises:
        NotFound: one names a container that is not there.
        InvalidArgument: one names the container itself.
    """
    named = {name: normalise(other) for name, other in relations.named.items()}
    for name, other in named.items():
        if other == container_id:
            raise InvalidArgument(f"Container {container_id!r} cannot be {name.replace('_', ' ')} itself.")
        document[other]
    return relations.model_copy(update=named)


def holds(relation: str, rect: Rect, other: Rect) -> bool:
    """Whether `rect` lies as `relation` says: wholly on that side of `other`."""
    match relation:
        case "above":
            return rect.bottom <= other.y
        case "below":
            return rect.y >= other.bottom
        case "left_of":
            return rect.right <= other.x
        case _:
            return rect.x >= other.right


def broken(document: Document, container: Container, rect: Rect | None = None) -> list[str]:
    """The relations that a container does not keep, at `rect` or where it is; "top" by what lies above it.

    A relation to a container that is hidden or gone is kept.
    """
    at = rect_of(container) if rect is None else rect
    found = []
    for name, other_id in container.relations.named.items():
        other = document.get(other_id)
        if other is not None and not other.hidden and not holds(name, at, rect_of(other)):
            found.append(name)
    if container.relations.top and at.y > 0:
        strip = Rect(0, 0, document.width, at.y)
        if any(other.id != container.id and not other.relations.top for other in document.touching(strip)):
            found.append("top")
    return found


def place_beside(document: Document, container: Container, width: int, height: int) -> Rect | None:
    """Where a container of that size would go by its first relation: on that side, a gap away; None without one.

    Beside another it takes the other's height; above and below it spans the other's row. The place may be taken.
    """
    relations = container.relations
    if relations.top:
        return Rect(PADDING, PADDING, max(1, document.width - 2 * PADDING), height)
    for name, other_id in relations.named.items():
        other = document.get(other_id)
        if other is None:
            continue
        at = rect_of(other)
        if name == "right_of":
            return Rect(at.right + GAP, at.y, min(width, max(1, document.width - PADDING - at.right - GAP)), at.height)
        if name == "left_of":
            room = max(1, at.x - GAP - min(PADDING, at.x))
            return Rect(at.x - GAP - min(width, room), at.y, min(width, room), at.height)
        left, right = _row(document, other)
        wide = max(right - left, min(width, max(1, document.width - left)))
        if name == "below":
            return Rect(left, at.bottom + GAP, wide, height)
        return Rect(left, at.y - GAP - height, wide, height)
    return None


def _row(document: Document, other: Container) -> tuple[int, int]:
    """The left and right edge of the row that a container stands in: of all with its top and its height."""
    strip = Rect(0, other.y, document.width, 1)
    mates = [mate for mate in document.touching(strip) if mate.y == other.y and mate.height == other.height]
    return min(mate.x for mate in (other, *mates)), max(mate.right for mate in (other, *mates))


def words(names: list[str], container: Container) -> str:
    """Relations in words: "right of 'a' and below 'b'"."""
    named = container.relations.named
    said = ["on top" if name == "top" else f"{name.replace('_', ' ')} {named[name]!r}" for name in names]
    return " and ".join(said)
