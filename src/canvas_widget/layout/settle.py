"""Automatic layout: a place for what is new, room for what a person placed, and nothing moved that need not be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from canvas_widget.document import Container, Document, Rect, rect_of
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout.draft import Draft
from canvas_widget.layout.fit import LARGEST, fitted, refuse_outside
from canvas_widget.layout.overlap import is_free, overlapping
from canvas_widget.layout.placement import first_free, nearest_free
from canvas_widget.layout.relations import broken, place_beside, words
from canvas_widget.layout.relayout import LIMIT, free_areas, movable, relayout
from canvas_widget.layout.rows import quality
from canvas_widget.layout.sizes import GAP, PADDING, SIZES, default_size

__all__ = ["keep_off", "make_room", "place", "put_asked", "refit", "regrow", "settle"]

NONE: frozenset[str] = frozenset()

USABLE = 160, 80
"""A control that is narrower or lower than that cannot be used, px."""


def place(draft: Draft, name: str, *, adjust: bool, ignore: frozenset[str] = NONE) -> None:
    """Find the place of a container that nobody placed: by its relations, else the first that is free.

    When there is none, all movable containers are laid out anew (with `adjust`); where that cannot be, it becomes
    smaller (for a control, which could not be used then, the canvas grows instead); and where nothing is free at all
    it overlaps, and the report says so.
    """
    container = draft.document[name]
    others = ignore | {name}
    size = default_size(container.kind, draft.document.width, draft.document.height)
    rect = _usual_place(draft, container, size, others)
    if rect is not None:
        draft.put(name, rect)
        return
    if adjust:
        rects = relayout(draft.document, ignore, newcomer=name)
        cramped = container.kind == "control" and (rects is None or not _usable(rects[name], size))
        if cramped and _grow(draft, name, size):
            return
        if rects is not None:
            _put_all(draft, rects)
            _say_broken(draft, name)
            return
    _squeeze_in(draft, container, size, others)
    _say_broken(draft, name)


def _usable(rect: Rect, size: tuple[int, int]) -> bool:
    """Whether a control of that place can be read and reached; `size` is what it wants on this canvas."""
    return rect.width >= min(size[0], USABLE[0]) and rect.height >= min(size[1], USABLE[1])


def _grow(draft: Draft, name: str, size: tuple[int, int]) -> bool:
    """Put a container below all others on a canvas made so tall; False where it cannot be so tall."""
    document = draft.document
    below = max((rect_of(each).bottom for each in document if not each.hidden and each.id != name), default=0) + GAP
    height = below + size[1] + PADDING
    if height > LARGEST:
        return False
    draft.resize(document.width, max(height, document.height))
    draft.put(name, Rect(min(PADDING, max(0, document.width - size[0])), below, *size))
    draft.note(f"Made the canvas {height} px tall, so that {name!r} has room.")
    _say_broken(draft, name)
    return True


def _usual_place(draft: Draft, container: Container, size: tuple[int, int], ignore: frozenset[str]) -> Rect | None:
    document = draft.document
    rect = place_beside(document, container, *size)
    if rect is None:
        return first_free(document, *size, gap=GAP, ignore=ignore)
    roomy = rect.width >= 0.6 * size[0] and rect.height >= 0.6 * size[1]
    inside = fitted(rect, document.width, document.height) == rect
    if roomy and inside and not broken(document, container, rect) and is_free(document, rect, gap=GAP, ignore=ignore):
        return rect
    return None


def _squeeze_in(draft: Draft, container: Container, size: tuple[int, int], ignore: frozenset[str]) -> None:
    document, name = draft.document, container.id
    wanted = place_beside(document, container, *size)
    for share in (1.0, 0.75, 0.5, 0.35):
        wide, tall = max(1, round(size[0] * share)), max(1, round(size[1] * share))
        found = None
        if wanted is not None:
            start = fitted(Rect(wanted.x, wanted.y, wide, tall), document.width, document.height)
            found = nearest_free(
                document, start, ignore=ignore, allowed=lambda rect: not broken(document, container, rect)
            )
        found = found or first_free(document, wide, tall, gap=GAP // 2, ignore=ignore)
        if found is not None:
            draft.put(name, found)
            if share < 1:
                draft.note(f"Made {name!r} {wide} × {tall} px, since no larger place was free.")
            return
    step = 24 * (len(document) % 12)
    start = Rect(PADDING + step, PADDING + step, *size) if wanted is None else Rect(wanted.x, wanted.y, *size)
    draft.put(name, fitted(start, document.width, document.height))
    say_overlaps(draft, name)


def put_asked(draft: Draft, name: str, rect: Rect, *, adjust: bool, avoid: bool, ignore: frozenset[str] = NONE) -> None:
    """Put a container where a person asked: fitted inside the canvas with `adjust`, off all others with `avoid`.

    Raises:
        InvalidArgument: it lies outside the canvas and `adjust` is off.
    """
    document = draft.document
    draft.ask(name, rect)
    inside = fitted(rect, document.width, document.height)
    if inside != rect:
        if not adjust:
            refuse_outside(name, rect, document.width, document.height)
        draft.note(f"Fitted {name!r} inside the canvas: {inside.width} × {inside.height} px at {inside.x}, {inside.y}.")
    draft.put(name, inside)
    if avoid:
        keep_off(draft, name, ignore)


def keep_off(draft: Draft, name: str, ignore: frozenset[str] = NONE) -> None:
    """Move a container to the free place nearest to it, if it overlaps any; say so, also when there is none."""
    start = draft.rect(name)
    found = nearest_free(draft.document, start, ignore=ignore | {name})
    if found is None:
        say_overlaps(draft, name)
    elif found != start:
        draft.put(name, found)
        draft.note(f"Moved {name!r} from {start.x}, {start.y} to {found.x}, {found.y} so that it overlaps nothing.")


def make_room(draft: Draft, names: Iterable[str], ignore: frozenset[str] = NONE) -> None:
    """Move away the movable containers that those in `names` now overlap, or whose relations to them no longer hold.

    Each goes to the nearest free place, or becomes smaller where it is; when neither can be, all movable ones are
    laid out anew.
    """
    asked = tuple(names)
    fixed = frozenset(asked)
    crowded, strayed = dict[str, None](), dict[str, None]()
    for name in asked:
        container = draft.document.get(name)
        if container is None:
            continue
        if not container.hidden:
            for other in overlapping(draft.document, rect_of(container), ignore=ignore | fixed):
                if movable(other):
                    crowded[other.id] = None
        for related in sorted(draft.document.related.get(name, ())):
            other = draft.document[related]
            if related not in fixed | ignore and movable(other) and broken(draft.document, other):
                strayed[related] = None
    _resettle(draft, crowded, strayed, ignore)


def settle(draft: Draft, names: Iterable[str]) -> None:
    """Resolve what the containers in `names` overlap: the movable ones among them give way, the others have it."""
    present = [name for name in names if name in draft.document and not draft.document[name].hidden]
    crowded = {
        name: None
        for name in present
        if movable(draft.document[name]) and not is_free(draft.document, draft.rect(name), ignore=frozenset({name}))
    }
    _resettle(draft, crowded, {}, NONE)
    make_room(draft, [name for name in present if not movable(draft.document[name])])


def _resettle(draft: Draft, crowded: dict[str, None], strayed: dict[str, None], ignore: frozenset[str]) -> None:
    unsettled = crowded | strayed
    if not unsettled:
        return
    aside = _aside(draft.document, unsettled, ignore)
    if aside is None:
        loose = _aside(draft.document, crowded, ignore, strict=False)
        anew = relayout(draft.document, ignore)
        candidates = [rects for rects in (loose, anew) if rects is not None]
        aside = min(candidates, key=lambda rects: _lost(draft.document, rects, unsettled), default={})
    for name, rect in aside.items():
        draft.put(name, rect)
    for name in crowded:
        say_overlaps(draft, name)
    for name in unsettled:
        _say_broken(draft, name)


def _lost(document: Document, rects: dict[str, Rect], names: Iterable[str]) -> int:
    laid = document
    for name, rect in rects.items():
        laid = laid.with_container(laid[name].model_copy(update=rect._asdict()))
    return sum(len(broken(laid, laid[name])) for name in names)


def _aside(
    document: Document, names: Iterable[str], ignore: frozenset[str], *, strict: bool = True
) -> dict[str, Rect] | None:
    """For each of these the nearest free place, or a smaller one where it is; None when one finds neither.

    It becomes smaller rather than going farther than twice its size. With `strict` relations are kept, otherwise only
    those that have not been broken already.
    """
    places: dict[str, Rect] = {}
    for name in names:
        container = document[name]
        start = rect_of(container)
        known = frozenset[str]() if strict else frozenset(broken(document, container))
        keeps = partial(_keeps_relations, document, container, known)
        found = nearest_free(document, start, gap=GAP, ignore=ignore | {name}, allowed=keeps)
        if found is None or abs(found.x - start.x) + abs(found.y - start.y) > 2 * (start.width + start.height):
            found = _smaller(document, container, ignore | {name}, keeps) or found
        if found is None:
            return None
        places[name] = found
        document = document.with_container(container.model_copy(update=found._asdict()))
    return places


def _keeps_relations(document: Document, container: Container, known: frozenset[str], rect: Rect) -> bool:
    """Whether at `rect` no relation of a container or to it is broken, but those in `known`."""
    related = document.related.get(container.id, frozenset())
    if not related and not container.relations:
        return True
    moved = document.with_container(container.model_copy(update=rect._asdict()))
    if not known.issuperset(broken(moved, moved[container.id])):
        return False
    return not any(broken(moved, moved[name]) for name in related if movable(moved[name]))


def _smaller(
    document: Document, container: Container, ignore: frozenset[str], keeps: Callable[[Rect], bool]
) -> Rect | None:
    """The largest part of a container's own rectangle that is free, if it is still large enough to be of use."""
    start = rect_of(container)
    others = [rect_of(other) for other in overlapping(document, start, gap=GAP, ignore=ignore)]
    size = SIZES[container.kind]
    for rect in free_areas(start, others):
        if rect.width >= 0.5 * size.width and rect.height >= size.lowest and keeps(rect):
            return rect
    return None


def refit(draft: Draft, *, adjust: bool, avoid: bool) -> None:
    """Bring all containers inside a canvas whose size has changed.

    Raises:
        InvalidArgument: one lies outside and `adjust` is off, or it is locked.
    """
    document = draft.document
    outside = [
        container
        for container in document
        if fitted(rect_of(container), document.width, document.height) != rect_of(container)
    ]
    stuck = [container.id for container in outside if container.locked or not adjust]
    if stuck:
        named = ", ".join(repr(name) for name in stuck[:5]) + ("…" if len(stuck) > 5 else "")
        why = "locked containers do not move; unlock them" if adjust else "turn auto_adjust on to have them fitted"
        raise InvalidArgument(
            f"The canvas cannot be {document.width} × {document.height} px: {named} would lie outside. Move them "
            f"first, or {why}."
        )
    for container in outside:
        draft.put(container.id, fitted(rect_of(container), document.width, document.height))
    placed = [container.id for container in outside if not movable(container)]
    if avoid:
        for name in placed:
            keep_off(draft, name)
    if any(movable(container) for container in outside):
        rects = relayout(draft.document)
        if rects is not None:
            _put_all(draft, rects)
        else:
            for container in outside:
                say_overlaps(draft, container.id)
    elif adjust:
        make_room(draft, placed)
        regrow(draft)


def regrow(draft: Draft) -> None:
    """Give containers that had to become smaller the room that has become free, where nobody placed any."""
    document = draft.document
    if len(document) > LIMIT:
        return
    containers = [container for container in document if not container.hidden]
    if not all(movable(container) for container in containers):
        return
    before = quality(containers, {container.id: rect_of(container) for container in containers})
    if before > 0.9:
        return
    rects = relayout(document)
    if rects is not None and quality(containers, rects) > before + 0.05:
        _put_all(draft, rects)


def _put_all(draft: Draft, rects: dict[str, Rect]) -> None:
    for name, rect in rects.items():
        draft.put(name, rect)


def say_overlaps(draft: Draft, name: str) -> None:
    """Say in the report which containers one overlaps, if any, and what helps."""
    others = sorted(other.id for other in overlapping(draft.document, draft.rect(name), ignore=frozenset({name})))
    if others:
        named = ", ".join(repr(other) for other in others[:3]) + ("…" if len(others) > 3 else "")
        draft.note(f"No free place: {name!r} overlaps {named}. Enlarge the canvas, or arrange it.")


def _say_broken(draft: Draft, name: str) -> None:
    container = draft.document[name]
    names = broken(draft.document, container)
    if names:
        draft.note(f"There was no room for {name!r} {words(names, container)}.")
