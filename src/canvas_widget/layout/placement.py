"""Finding a place that is free."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from canvas_widget.document import Document, Rect, rect_of
from canvas_widget.layout.overlap import is_free, overlapping
from canvas_widget.layout.sizes import GAP, PADDING

__all__ = ["find_place", "first_free", "nearest_free"]

LARGE = 200
"""Above so many containers the search starts beside the last one, not at the top."""

PROBES = 400
"""Places looked at before a search gives up."""

COARSE = 64
"""The first step of the coarse-to-fine search, in px, on a canvas of usual size."""

EDGES = 40
"""Up to so many containers the search ends by trying each place that touches their edges, which misses none."""


def find_place(
    document: Document,
    width: int,
    height: int,
    *,
    preferred: tuple[int, int] | None = None,
    gap: int = 0,
    ignore: frozenset[str] = frozenset(),
) -> Rect | None:
    """A free place for a box of `width` × `height` px, or None where there is none.

    The preferred position is taken when it is free, else the free one found nearest to it by a search from coarse
    steps to fine ones. Without a preference it is the first free place in reading order.
    """
    if preferred is None:
        return first_free(document, width, height, gap=gap, ignore=ignore)
    return nearest_free(document, Rect(*preferred, width, height), gap=gap, ignore=ignore)


def first_free(
    document: Document, width: int, height: int, *, gap: int = GAP, ignore: frozenset[str] = frozenset()
) -> Rect | None:
    """The first free place in reading order: row by row from the top, each from the left, inside the padding.

    On a canvas of more than 200 containers the places right of and below the last container come first.
    """
    last = next((name for name in reversed(document.order) if name not in ignore), None)
    if last is not None and len(document) > LARGE:
        beside = rect_of(document[last])
        for x, y in ((beside.right + gap, beside.y), (PADDING, beside.bottom + gap)):
            rect = Rect(x, y, width, height)
            if _inside(document, rect) and is_free(document, rect, gap=gap, ignore=ignore):
                return rect
    y, probes = min(PADDING, max(0, document.height - height)), 0
    left = min(PADDING, max(0, document.width - width))
    while y + height <= document.height and probes < PROBES:
        x, next_y = left, document.height
        while x + width <= document.width and probes < PROBES:
            probes += 1
            rect = Rect(x, y, width, height)
            blockers = overlapping(document, rect, gap=gap, ignore=ignore)
            if not blockers:
                return rect
            x = max(blocker.right for blocker in blockers) + gap
            next_y = min(next_y, *(blocker.bottom + gap for blocker in blockers))
        if next_y <= y:
            break
        y = next_y
    return None


def nearest_free(
    document: Document,
    rect: Rect,
    *,
    gap: int = 0,
    ignore: frozenset[str] = frozenset(),
    allowed: Callable[[Rect], bool] = lambda _: True,
) -> Rect | None:
    """The rectangle itself when it is free, else a free one of its size near it, found from coarse steps to fine.

    Only rectangles that are `allowed` come into question.
    """

    def fits(spot: Rect) -> bool:
        return _inside(document, spot) and allowed(spot) and is_free(document, spot, gap=gap, ignore=ignore)

    if fits(rect):
        return rect
    step = max(COARSE, document.width // 24, document.height // 24)
    while step >= 8:
        for spot in _around(document, rect, step):
            if fits(spot):
                return _drawn_nearer(spot, rect, step, fits)
        step //= 4
    if len(document) <= EDGES:
        return next((spot for spot in _touching_edges(document, rect, gap, ignore) if fits(spot)), None)
    return None


def _inside(document: Document, rect: Rect) -> bool:
    return rect.x >= 0 and rect.y >= 0 and rect.right <= document.width and rect.bottom <= document.height


def _distance(rect: Rect, wanted: Rect) -> int:
    return abs(rect.x - wanted.x) + abs(rect.y - wanted.y)


def _around(document: Document, wanted: Rect, step: int) -> list[Rect]:
    """The places on a grid of `step` px through `wanted`, at most 24 steps away, nearest first."""
    spots = [
        Rect(x, y, wanted.width, wanted.height)
        for x in _steps(wanted.x, document.width - wanted.width, step)
        for y in _steps(wanted.y, document.height - wanted.height, step)
    ]
    return sorted(spots, key=lambda spot: (_distance(spot, wanted), spot))


def _steps(start: int, last: int, step: int) -> list[int]:
    if last < 0:
        return []
    found = {start + number * step for number in range(-24, 25)}
    return sorted({value for value in found if 0 <= value <= last} | {0, last})


def _drawn_nearer(found: Rect, wanted: Rect, step: int, fits: Callable[[Rect], bool]) -> Rect:
    """A free place found in coarse steps, moved towards the wanted one in ever finer ones while it stays free."""
    while step >= 1:
        for dx, dy in ((_sign(wanted.x - found.x) * step, 0), (0, _sign(wanted.y - found.y) * step)):
            nearer = found._replace(x=found.x + dx, y=found.y + dy)
            while _distance(nearer, wanted) < _distance(found, wanted) and fits(nearer):
                found, nearer = nearer, nearer._replace(x=nearer.x + dx, y=nearer.y + dy)
        step //= 4
    return found


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _touching_edges(document: Document, wanted: Rect, gap: int, ignore: frozenset[str]) -> Iterator[Rect]:
    """The places that touch an edge of a container or of the canvas: if any place is free, one of these is."""
    others = [rect_of(other) for other in document if not other.hidden and other.id not in ignore]
    far_x, far_y = document.width - wanted.width, document.height - wanted.height
    columns = {0, far_x} | {other.right + gap for other in others} | {other.x - gap - wanted.width for other in others}
    rows = {0, far_y} | {other.bottom + gap for other in others} | {other.y - gap - wanted.height for other in others}
    spots = (
        Rect(x, y, wanted.width, wanted.height) for x in columns for y in rows if 0 <= x <= far_x and 0 <= y <= far_y
    )
    return iter(sorted(spots, key=lambda spot: (_distance(spot, wanted), spot)))
