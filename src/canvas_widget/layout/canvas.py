"""Operations on the whole canvas: its size, its settings, its arrangement, and what a client's edits mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from canvas_widget.document import (
    Add,
    Change,
    Document,
    Remove,
    ResizeCanvas,
    Set,
    SetSettings,
    SettingsValue,
    container_path,
    normalise,
    rect_of,
)
from canvas_widget.document.apply import parse
from canvas_widget.document.changes import split_path
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout.arrange import grid
from canvas_widget.layout.draft import Draft
from canvas_widget.layout.fit import fitted, px
from canvas_widget.layout.levels import levels
from canvas_widget.layout.plan import asked, show
from canvas_widget.layout.relations import broken, checked
from canvas_widget.layout.settle import make_room, place, put_asked, refit, regrow
from canvas_widget.layout.types import Box, Plan

__all__ = ["plan_arrange", "plan_canvas_size", "plan_edit", "plan_settings"]

SIDES = ("x", "y", "width", "height")


def plan_canvas_size(document: Document, width: float, height: float, *, auto_adjust: bool | None = None) -> Plan:
    """Set the size of the canvas in px; with auto_adjust what lies outside then is brought in.

    Raises:
        InvalidArgument: no size, or a container would lie outside and auto_adjust is off, or it is locked.
    """
    draft = Draft(document)
    wide, tall = px(width, "width", least=1), px(height, "height", least=1)
    if (wide, tall) != (document.width, document.height):
        adjust = document.settings.auto_adjust if auto_adjust is None else auto_adjust
        draft.resize(wide, tall)
        refit(draft, adjust=adjust, avoid=document.settings.overlap_prevention)
    return draft.plan()


def plan_settings(
    document: Document, *, auto_adjust: bool | None = None, overlap_prevention: bool | None = None
) -> Plan:
    """Change what the canvas does by itself; what is None stays as it is."""
    draft = Draft(document)
    wanted = {"auto_adjust": auto_adjust, "overlap_prevention": overlap_prevention}
    for name, value in wanted.items():
        if value is not None and not isinstance(value, bool):
            raise InvalidArgument(f"{name} must be true or false, not {value!r}.")
    new = {name: value for name, value in wanted.items() if value not in (None, getattr(document.settings, name))}
    if new:
        draft.apply([SetSettings(value=SettingsValue(**new))])
    return draft.plan()


def plan_arrange(document: Document) -> Plan:
    """Put all containers but the locked and the hidden on a uniform grid, as large as the canvas allows.

    They are in automatic layout's hands again afterwards, those that a person had placed too.

    Raises:
        InvalidArgument: the canvas has no room for so many.
    """
    draft = Draft(document)
    shown = [container for container in document if not container.hidden]
    containers = [container for container in shown if not container.locked]
    if not containers:
        draft.note("There is nothing to arrange.")
        return draft.plan()
    found = grid(
        len(containers),
        document.width,
        document.height,
        [rect_of(container) for container in shown if container.locked],
    )
    ordered = [container for level in levels(containers) for chain in level for container in chain]
    for container, cell in zip(ordered, found.cells, strict=True):
        draft.set(container.id, placement="auto")
        draft.put(container.id, cell)
    count = f"{len(ordered)} container" + ("s" if len(ordered) > 1 else "")
    draft.note(
        f"Arranged {count} in {found.columns} × {found.rows} cells of {found.width} × {found.height} px, "
        f"{found.padding} px apart."
    )
    return draft.plan()


def plan_edit(document: Document, changes: Sequence[Change]) -> Plan:
    """What a client's changes mean: a position or size that a person sets pins the container, the rest is as sent.

    Numbers are rounded and fitted, ids normalised, and automatic layout follows as after any operation.

    Raises:
        NotFound: a change names a container that is not there.
        Conflict: an added id is taken.
        InvalidArgument: a value, a field or a position that cannot be.
    """
    draft = Draft(document)
    adjust, avoid = document.settings.auto_adjust, document.settings.overlap_prevention
    boxes: dict[str, dict[str, Any]] = {}
    plain: list[Change] = []
    width, height = document.width, document.height
    for change in changes:
        match change:
            case Set() if (side := change.path.rpartition("/")[2]) in SIDES:
                boxes.setdefault(_id(change.path), {})[side] = change.value
            case Add():
                name = normalise(change.value.id)
                boxes.setdefault(name, {}).update(_given(change))
                plain.append(_clean(draft, change, name))
            case ResizeCanvas():
                width, height = change.value.width or width, change.value.height or height
                if change.value.name is not None:
                    plain.append(change.model_copy(update={"value": change.value.model_copy(update=_NO_SIZE)}))
            case Set() if change.path.endswith("/relations"):
                plain.append(_checked(document, change))
            case _:
                plain.append(change)
    draft.apply(plain)
    if (width, height) != (document.width, document.height):
        draft.resize(width, height)
        refit(draft, adjust=adjust, avoid=avoid)
    touched = {_id(change.path): change for change in plain if isinstance(change, Set | Add)}
    explicit = {_id(change.path) for change in plain if isinstance(change, Set) and change.path.endswith("/placement")}
    for name, box in boxes.items():
        if box:
            added = name not in document
            if name not in explicit and not (added and _says_placement(touched.get(name))):
                draft.set(name, placement="pinned")
            put_asked(draft, name, asked(draft, name, Box(**box)), adjust=adjust, avoid=avoid)
        else:
            place(draft, name, adjust=adjust)
    for name in touched:
        if not boxes.get(name) and name in document and name in draft.document:
            _follow(draft, name, adjust=adjust, avoid=avoid)
    if adjust:
        make_room(draft, [name for name, box in boxes.items() if box])
        if any(isinstance(change, Remove) for change in plain):
            regrow(draft)
    return draft.plan(next(iter(boxes), next(iter(touched), None)))


_NO_SIZE = {"width": None, "height": None}


def _id(path: str) -> str:
    try:
        return split_path(path)[0]
    except ValueError as error:
        raise InvalidArgument(f"{error}.") from None


def _given(change: Add) -> dict[str, int]:
    return {side: getattr(change.value, side) for side in SIDES if side in change.value.model_fields_set}


def _says_placement(change: Change | None) -> bool:
    return isinstance(change, Add) and "placement" in change.value.model_fields_set


def _clean(draft: Draft, change: Add, name: str) -> Add:
    """An added container without what only the canvas itself may say, and for now wholly inside."""
    value, document = change.value, draft.document
    if change.path != container_path(value.id):
        raise InvalidArgument(f"add: path {change.path!r} does not name container {value.id!r}.")
    inside = fitted(rect_of(value), document.width, document.height)
    update = {"id": name, "created_at": "", "updated_at": "", **inside._asdict()}
    return change.model_copy(
        update={"path": container_path(name), "value": value.model_copy(update=update), "number": None}
    )


def _checked(document: Document, change: Set) -> Set:
    relations = parse("relations", change.value, _id(change.path))
    return change.model_copy(update={"value": checked(document, relations, _id(change.path))})


def _follow(draft: Draft, name: str, *, adjust: bool, avoid: bool) -> None:
    """Automatic layout after a change of a container's relations or visibility."""
    before, now = draft.base[name], draft.document[name]
    if before.hidden and not now.hidden:
        show(draft, name, adjust=adjust, avoid=avoid)
    elif before.relations != now.relations and now.relations and broken(draft.document, now):
        draft.set(name, placement="auto")
        place(draft, name, adjust=adjust)
