"""What a client's edits mean, and what undo gives back: changes as they are, with a layout that stays good."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from canvas_widget.document import (
    Add,
    Change,
    Document,
    Move,
    Remove,
    ResizeCanvas,
    Set,
    container_path,
    normalise,
    rect_of,
    split_path,
)
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout.draft import Draft
from canvas_widget.layout.fit import fitted
from canvas_widget.layout.plan import asked, show
from canvas_widget.layout.relations import broken, checked
from canvas_widget.layout.settle import keep_off, make_room, place, put_asked, refit, regrow, settle
from canvas_widget.layout.types import Box, Plan

__all__ = ["plan_edit", "plan_revert"]

SIDES = ("x", "y", "width", "height")
NO_SIZE = {"width": None, "height": None}


def plan_edit(
    document: Document,
    changes: Sequence[Change],
    *,
    auto_adjust: bool | None = None,
    avoid_overlap: bool | None = None,
) -> Plan:
    """What a client's changes mean: a position or size that a person sets pins the container, the rest is as sent.

    Numbers are rounded and fitted, ids normalised, and automatic layout follows as after any operation. A `placement`
    set in the same batch stands. The two switches hold for this batch instead of the canvas's settings.

    Raises:
        NotFound: a change names a container that is not there.
        Conflict: an added id is taken.
        InvalidArgument: a value, a field or a position that cannot be.
    """
    draft = Draft(document)
    adjust = document.settings.auto_adjust if auto_adjust is None else auto_adjust
    avoid = document.settings.overlap_prevention if avoid_overlap is None else avoid_overlap
    boxes: dict[str, dict[str, Any]] = {}
    plain: list[Change] = []
    related: list[str] = []
    size = {"width": document.width, "height": document.height}
    for change in changes:
        match change:
            case Set():
                name, side = _split(change.path)
                if side in SIDES:
                    boxes.setdefault(name, {})[side] = change.value
                else:
                    plain.append(change)
                    related += [name] if side == "relations" else []
            case Add():
                clean = _clean(document, change)
                boxes[clean.value.id] = _given(change)
                plain.append(clean)
                related += [clean.value.id] if clean.value.relations else []
            case Move():
                plain.append(change.model_copy(update={"number": None}))
            case ResizeCanvas():
                size |= {side: value for side in size if (value := getattr(change.value, side)) is not None}
                if change.value.name is not None:
                    plain.append(change.model_copy(update={"value": change.value.model_copy(update=NO_SIZE)}))
            case _:
                plain.append(change)
    draft.apply(plain)
    for name in related:  # of what is there once all is done: two that are added together may name each other
        if name in draft.document:
            draft.set(name, relations=checked(draft.document, draft.document[name].relations, name))
    if (size["width"], size["height"]) != (document.width, document.height):
        draft.resize(size["width"], size["height"])
        refit(draft, adjust=adjust, avoid=avoid)
    placed = _put_boxes(draft, boxes, plain, adjust=adjust)
    written = dict.fromkeys(_split(change.path)[0] for change in plain if isinstance(change, Set))
    for name in placed if avoid else ():
        keep_off(draft, name)
    for name in written:
        if name not in boxes and name in document and name in draft.document:
            _follow(draft, name, adjust=adjust, avoid=avoid)
    if adjust:
        make_room(draft, placed)
        if any(isinstance(change, Remove) for change in plain):
            regrow(draft)
    return draft.plan(next(iter([*boxes, *written]), None))


def plan_revert(document: Document, changes: Sequence[Change]) -> Plan:
    """Changes that give back an earlier state (undo, redo): nothing becomes pinned by them.

    What would lie outside the canvas by now is fitted inside, and with auto_adjust what would overlap is settled.
    """
    draft = Draft(document)
    sides: dict[str, dict[str, int]] = {}
    plain: list[Change] = []
    resized = next((change.value for change in reversed(changes) if isinstance(change, ResizeCanvas)), None)
    width = (resized.width if resized else None) or document.width
    height = (resized.height if resized else None) or document.height
    for change in changes:
        match change:
            case Set() if _split(change.path)[1] in SIDES:
                name, side = _split(change.path)
                sides.setdefault(name, {})[str(side)] = change.value
            case Add():
                inside = fitted(rect_of(change.value), width, height)
                value = change.value.model_copy(update=inside._asdict())
                plain.append(change.model_copy(update={"value": value}))
                sides.setdefault(value.id, {})
            case ResizeCanvas() if change.value.name is None:
                pass
            case ResizeCanvas():
                plain.append(change.model_copy(update={"value": change.value.model_copy(update=NO_SIZE)}))
            case _:
                plain.append(change)
    draft.apply(plain)
    if (width, height) != (document.width, document.height):
        draft.resize(width, height)
    for name, values in sides.items():
        draft.put(name, fitted(draft.rect(name)._replace(**values), width, height))
    adjust = document.settings.auto_adjust
    if (width, height) != (document.width, document.height):
        refit(draft, adjust=True, avoid=False)
    if adjust:
        settle(draft, sides)
    return draft.plan()


def _put_boxes(draft: Draft, boxes: dict[str, dict[str, Any]], plain: Sequence[Change], *, adjust: bool) -> list[str]:
    """Put containers where the client said, and find places for added ones without; returns those put."""
    stated = {
        change.path.removesuffix("/placement")
        for change in plain
        if (isinstance(change, Set) and change.path.endswith("/placement"))
        or (isinstance(change, Add) and "placement" in change.value.model_fields_set)
    }
    placed = [name for name, box in boxes.items() if box]
    for name in placed:
        draft.document[name]
        if container_path(name) not in stated:
            draft.set(name, placement="pinned")
        put_asked(draft, name, asked(draft, name, Box(**boxes[name])), adjust=adjust, avoid=False)
    for name in _in_order(draft, [name for name, box in boxes.items() if not box]):
        place(draft, name, adjust=adjust)
    return placed


def _in_order(draft: Draft, names: list[str]) -> list[str]:
    """These as they came, but behind what they are to lie beside; as they came where that goes round in a circle."""
    beside = {name: draft.document[name].relations.named.values() for name in names}
    if not any(beside.values()):
        return names
    inside = set(names)
    try:
        return list(
            TopologicalSorter({name: inside.intersection(others) for name, others in beside.items()}).static_order()
        )
    except CycleError:
        return names


def _split(path: str) -> tuple[str, str | None]:
    try:
        return split_path(path)
    except ValueError as error:
        raise InvalidArgument(f"{error}.") from None


def _given(change: Add) -> dict[str, int]:
    return {side: getattr(change.value, side) for side in SIDES if side in change.value.model_fields_set}


def _clean(document: Document, change: Add) -> Add:
    """An added container without what only the canvas itself may say, and for now wholly inside."""
    value = change.value
    if change.path != container_path(value.id):
        raise InvalidArgument(f"add: path {change.path!r} does not name container {value.id!r}.")
    name = normalise(value.id)
    inside = fitted(rect_of(value), document.width, document.height)
    update = {"id": name, "created_at": "", "updated_at": "", **inside._asdict()}
    return change.model_copy(
        update={"path": container_path(name), "value": value.model_copy(update=update), "number": None}
    )


def _follow(draft: Draft, name: str, *, adjust: bool, avoid: bool) -> None:
    """Automatic layout after a change of a container's relations or visibility."""
    before, now = draft.base[name], draft.document[name]
    if before.hidden and not now.hidden:
        show(draft, name, adjust=adjust, avoid=avoid)
    elif before.relations != now.relations and now.relations:
        draft.set(name, placement="auto")
        if broken(draft.document, now):
            place(draft, name, adjust=adjust)
            make_room(draft, [name])
