"""Laying out all containers that nobody placed, around those that somebody did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from canvas_widget.document import Container, Document, Rect, rect_of
from canvas_widget.layout.levels import levels
from canvas_widget.layout.placement import first_free, nearest_free
from canvas_widget.layout.relations import broken, place_beside
from canvas_widget.layout.rows import SMALLEST, lay_out, quality
from canvas_widget.layout.sizes import GAP, PADDING, default_size

__all__ = ["LIMIT", "free_areas", "movable", "relayout"]

LIMIT = 300
"""On canvases with more containers than this nothing is laid out anew by itself; `arrange` does it."""

OBSTACLES = 60
"""Around more placed containers than this no common area is sought for the others."""

SHARERS = 12
"""So many of the largest containers come into question for giving up half of their place."""

STABILITY = 0.4
"""What it counts, beside the sizes, that all stay where they are."""

SCALES = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)


def movable(container: Container) -> bool:
    """Whether automatic layout may move a container."""
    return container.placement == "auto" and not container.locked and not container.hidden


def relayout(
    document: Document, ignore: frozenset[str] = frozenset(), newcomer: str | None = None
) -> dict[str, Rect] | None:
    """New places for all movable containers; None where there is no layout without overlap.

    Placed and locked containers stay; the others go into rows in the largest area these leave free, or each where it
    finds room, or the `newcomer` fills a hole or shares another's place: whichever keeps more relations, larger
    containers and more of them where they are. Those in `ignore` are about to be replaced.
    """
    if len(document) > LIMIT:
        return None
    shown = [container for container in document if not container.hidden and container.id not in ignore]
    containers = [container for container in shown if movable(container)]
    if not containers:
        return None
    obstacles = [rect_of(container) for container in shown if not movable(container)]
    best: dict[str, Rect] | None = None
    best_score = float("-inf")
    areas = free_areas(_whole(document), obstacles) if len(obstacles) <= OBSTACLES else []
    tries: list[Callable[[], dict[str, Rect] | None]] = [partial(_rows, containers, area) for area in areas]
    if obstacles and len(containers) <= OBSTACLES:
        tries.append(partial(_one_by_one, document, containers, ignore))
    if obstacles and newcomer is not None:
        here = {container.id: rect_of(container) for container in containers if container.id != newcomer}
        holes = free_areas(_whole(document), [*obstacles, *here.values()])
        size = default_size(document[newcomer].kind, document.width, document.height)
        fills = ({**here, newcomer: _clipped(hole, size)} for hole in holes)
        tries.extend(partial(dict[str, Rect], rects) for rects in (*fills, *_shared(here, newcomer)))
    for attempt in tries:
        rects = attempt()
        if rects is None:
            continue
        score = _score(document, containers, rects)
        if score > best_score:
            best, best_score = rects, score
    return best


def free_areas(area: Rect, obstacles: Sequence[Rect], most: int = 8) -> list[Rect]:
    """The largest rectangles in `area` that stay a gap away from all obstacles, largest first."""
    free = [area]
    for rect in obstacles:
        around = Rect(rect.x - GAP, rect.y - GAP, rect.width + 2 * GAP, rect.height + 2 * GAP)
        pieces = [piece for one in free for piece in (_cut(one, around) if one.overlaps(around) else [one])]
        free = [
            piece
            for number, piece in enumerate(pieces)
            if not any(
                _contains(other, piece) and (other != piece or place < number)
                for place, other in enumerate(pieces)
                if place != number
            )
        ]
    return sorted(free, key=lambda one: (-one.width * one.height, one))[:most]


def _whole(document: Document) -> Rect:
    across, down = min(PADDING, document.width // 10), min(PADDING, document.height // 10)
    return Rect(across, down, document.width - 2 * across, document.height - 2 * down)


def _cut(area: Rect, hole: Rect) -> list[Rect]:
    pieces = [
        Rect(area.x, area.y, hole.x - area.x, area.height),
        Rect(hole.right, area.y, area.right - hole.right, area.height),
        Rect(area.x, area.y, area.width, hole.y - area.y),
        Rect(area.x, hole.bottom, area.width, area.bottom - hole.bottom),
    ]
    return [piece for piece in pieces if piece.width > 0 and piece.height > 0]


def _contains(outer: Rect, inner: Rect) -> bool:
    return outer.x <= inner.x and outer.y <= inner.y and outer.right >= inner.right and outer.bottom >= inner.bottom


def _rows(containers: Sequence[Container], area: Rect) -> dict[str, Rect] | None:
    found = lay_out(containers, area)
    return None if found is None else found.rects


def _one_by_one(document: Document, containers: Sequence[Container], ignore: frozenset[str]) -> dict[str, Rect] | None:
    """Each container at the first place free for it, all smaller by the same share until there is room for all."""
    order = [container for level in levels(containers) for chain in level for container in chain]
    empty = document
    for container in containers:
        empty = empty.without_container(container.id)
    for scale in SCALES:
        trial, rects = empty, dict[str, Rect]()
        for container in order:
            wide, tall = default_size(container.kind, document.width, document.height)
            size = max(SMALLEST[0], round(wide * scale)), max(SMALLEST[1], round(tall * scale))
            rect = _room(trial, container, size, ignore)
            if rect is None:
                break
            rects[container.id] = rect
            trial = trial.with_container(container.model_copy(update=rect._asdict()))
        else:
            return rects
    return None


def _clipped(area: Rect, size: tuple[int, int]) -> Rect:
    return area._replace(width=min(area.width, size[0]), height=min(area.height, size[1]))


def _shared(here: dict[str, Rect], newcomer: str) -> Iterator[dict[str, Rect]]:
    """Layouts in which all stay where they are and one of the largest gives half of its place to the newcomer."""
    largest = sorted(here, key=lambda name: -here[name].width * here[name].height)
    for name in largest[:SHARERS]:
        rect = here[name]
        wide, tall = (rect.width - GAP) // 2, (rect.height - GAP) // 2
        halves = [
            (rect._replace(width=wide), rect._replace(x=rect.right - wide, width=wide)),
            (rect._replace(height=tall), rect._replace(y=rect.bottom - tall, height=tall)),
        ]
        for first, second in halves:
            if first.width >= SMALLEST[0] and first.height >= SMALLEST[1]:
                yield {**here, name: first, newcomer: second}
                yield {**here, name: second, newcomer: first}


def _room(document: Document, container: Container, size: tuple[int, int], ignore: frozenset[str]) -> Rect | None:
    wanted = place_beside(document, container, *size)
    if wanted is not None:
        wanted = wanted._replace(width=size[0], height=size[1])
        found = nearest_free(
            document,
            wanted,
            gap=GAP,
            ignore=ignore,
            allowed=lambda rect: not broken(document, container, rect),
        )
        if found is not None:
            return found
    return first_free(document, *size, gap=GAP, ignore=ignore)


def _score(document: Document, containers: Sequence[Container], rects: dict[str, Rect]) -> float:
    """How good a layout is: relations kept before all, then the smallest one's size, who need not move, the area."""
    laid = document
    for container in containers:
        laid = laid.with_container(container.model_copy(update=rects[container.id]._asdict()))
    lost = sum(len(broken(laid, laid[container.id])) for container in containers)
    used = sum(rect.width * rect.height for rect in rects.values()) / (document.width * document.height)
    moved = sum(rects[container.id] != rect_of(container) for container in containers) / len(containers)
    return -lost + quality(containers, rects) + 0.3 * used - STABILITY * moved
