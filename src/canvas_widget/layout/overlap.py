"""Which containers overlap, and how much of the canvas is used."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from canvas_widget.document import Container, Document, Rect, rect_of

__all__ = ["covered_area", "is_free", "overlapping", "overlaps", "utilisation"]

EXACT = 24
"""Up to so many containers their union is measured; above, the sum of their areas stands for it."""


def overlapping(
    document: Document, rect: Rect, *, gap: int = 0, ignore: frozenset[str] = frozenset()
) -> list[Container]:
    """The visible containers that overlap `rect`, or come nearer to it than `gap` px, except those in `ignore`.

    They come from the top, and in a row from the left.
    """
    found = [container for container in document.touching(rect, gap) if container.id not in ignore]
    return sorted(found, key=lambda container: (container.y, container.x, container.id))


def is_free(document: Document, rect: Rect, *, gap: int = 0, ignore: frozenset[str] = frozenset()) -> bool:
    """Whether no visible container, except those in `ignore`, overlaps `rect` or comes nearer to it than `gap` px."""
    return all(container.id in ignore for container in document.touching(rect, gap))


def overlaps(document: Document) -> list[tuple[str, str]]:
    """All pairs of visible containers that overlap, each pair once, in reading order."""
    places = {name: number for number, name in enumerate(document.ids())}
    return [
        (container.id, other.id)
        for container in document
        if not container.hidden
        for other in sorted(document.touching(rect_of(container)), key=lambda found: places[found.id])
        if places[other.id] > places[container.id]
    ]


def covered_area(rects: Iterable[Rect]) -> int:
    """The area in px² of the union of rectangles."""
    boxes = list(rects)
    edges = sorted({edge for box in boxes for edge in (box.x, box.right)})
    total = 0
    for left, right in pairwise(edges):
        reached, covered = None, 0
        for top, bottom in sorted((box.y, box.bottom) for box in boxes if box.x <= left and box.right >= right):
            start = top if reached is None else max(top, reached)
            covered += max(0, bottom - start)
            reached = bottom if reached is None else max(reached, bottom)
        total += covered * (right - left)
    return total


def utilisation(document: Document) -> float:
    """The share of the canvas that visible containers cover, from 0 to 1.

    Exact for up to 24 containers; above, the sum of their areas, which counts an overlap twice.
    """
    area = document.covered
    if len(document) <= EXACT:
        area = covered_area(rect_of(container) for container in document if not container.hidden)
    return min(1.0, area / (document.width * document.height))
