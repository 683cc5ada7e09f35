"""Every operation on containers: what is meant becomes the changes that do it, with a layout that stays good."""

from __future__ import annotations

from canvas_widget.document import (
    Add,
    Container,
    Content,
    Document,
    EmptyContent,
    Rect,
    Relations,
    Remove,
    alternatives,
    container_path,
    normalise,
    parse,
)
from canvas_widget.errors import Conflict, InvalidArgument
from canvas_widget.layout.draft import Draft
from canvas_widget.layout.fit import fitted, px
from canvas_widget.layout.placement import first_free, nearest_free
from canvas_widget.layout.relations import broken, checked, place_beside
from canvas_widget.layout.settle import make_room, place, put_asked, regrow
from canvas_widget.layout.sizes import GAP, PADDING, default_size
from canvas_widget.layout.types import ANYWHERE, Box, Placing, Plan

__all__ = ["plan_clear", "plan_create", "plan_delete", "plan_modify"]

NO_BOX = Box()
EMPTY = EmptyContent.model_construct()


def plan_create(
    document: Document,
    container_id: str,
    *,
    content: Content = EMPTY,
    title: str | None = None,
    placing: Placing = ANYWHERE,
    ignore: frozenset[str] = frozenset(),
) -> Plan:
    """Create a container.

    A position or size given pins it; without one it gets its kind's size and a place by its relations (`top`: above
    everything), else the first free one; when there is none, the containers that nobody placed are laid out anew. On
    a taken id with `replace` the existing container is modified. Containers in `ignore` are no obstacles.

    Raises:
        Conflict: the id is taken; the error's alternatives are free.
        NotFound: a relation names a container that is not there.
        InvalidArgument: a number that is none, or a box outside the canvas with auto_adjust off.
    """
    name = normalise(container_id)
    box, relations = placing.box, placing.related
    if name in document:
        if not placing.replace:
            free = alternatives(name, document.__contains__, content.kind)
            raise Conflict(f"Identifier {name!r} is taken. Free: {', '.join(free)}.", alternatives=free)
        return plan_modify(
            document,
            name,
            box=box,
            title=title,
            content=content,
            relations=relations or None,
            auto_adjust=placing.auto_adjust,
            avoid_overlap=placing.avoid_overlap,
            ignore=ignore,
        )
    adjust, avoid = _switches(document, placing.auto_adjust, placing.avoid_overlap)
    container = Container(
        id=name,
        title="" if title is None else parse("title", title, name),
        content=content,
        relations=checked(document, relations, name),
        placement="pinned" if box else "auto",
    )
    draft = Draft(document)
    draft.apply([Add(path=container_path(name), value=container)])
    if box:
        put_asked(draft, name, asked(draft, name, box, ignore), adjust=adjust, avoid=avoid, ignore=ignore)
        if adjust:
            make_room(draft, [name], ignore)
    else:
        place(draft, name, adjust=adjust, ignore=ignore)
    return draft.plan(name)


def plan_modify(
    document: Document,
    container_id: str,
    *,
    box: Box = NO_BOX,
    title: str | None = None,
    content: Content | None = None,
    relations: Relations | None = None,
    locked: bool | None = None,
    hidden: bool | None = None,
    z: int | None = None,
    auto_adjust: bool | None = None,
    avoid_overlap: bool | None = None,
    ignore: frozenset[str] = frozenset(),
) -> Plan:
    """Change a container; what is None stays as it is.

    A position or size pins it. Relations without a box let it go again: it is placed by them. Empty relations only
    end those it has.

    Raises:
        NotFound: there is no such container, or a relation names none.
        InvalidArgument: a number that is none, or a box outside the canvas with auto_adjust off.
    """
    name = container_id if container_id in document else normalise(container_id)
    before = document[name]
    adjust, avoid = _switches(document, auto_adjust, avoid_overlap)
    draft = Draft(document)
    fields = {"title": title, "content": content, "locked": locked, "hidden": hidden}
    draft.set(name, **{key: value for key, value in fields.items() if value is not None})
    if z is not None:
        draft.set(name, z=px(z, "z"))
    if relations is not None:
        draft.set(name, relations=checked(document, relations, name))
    if box:
        draft.set(name, placement="pinned")
        put_asked(draft, name, asked(draft, name, box, ignore), adjust=adjust, avoid=avoid, ignore=ignore)
        if adjust:
            make_room(draft, [name], ignore)
    elif relations:
        draft.set(name, placement="auto")
        if broken(draft.document, draft.document[name]):
            place(draft, name, adjust=adjust, ignore=ignore)
            make_room(draft, [name], ignore)
    elif before.hidden and hidden is False:
        show(draft, name, adjust=adjust, avoid=avoid)
    return draft.plan(name)


def plan_delete(document: Document, container_id: str) -> Plan:
    """Delete a container; relations to it end.

    Raises:
        NotFound: there is no such container.
    """
    name = container_id if container_id in document else normalise(container_id)
    document[name]
    draft = Draft(document)
    draft.apply([Remove(path=container_path(name))])
    if document.settings.auto_adjust:
        regrow(draft)
    return draft.plan(name)


def plan_clear(document: Document) -> Plan:
    """Delete all containers."""
    draft = Draft(document)
    draft.apply([Remove(path=container_path(name)) for name in document.ids()])
    return draft.plan()


def asked(draft: Draft, name: str, box: Box, ignore: frozenset[str] = frozenset()) -> Rect:
    """The rectangle that a box asks for: what it leaves open stays, or for a new container is found.

    Raises:
        InvalidArgument: a number that is none.
    """
    document, container = draft.document, draft.document[name]
    given = {}
    for side, least in (("x", None), ("y", None), ("width", 1), ("height", 1)):
        value = getattr(box, side)
        if value is not None:
            given[side] = px(value, side, least=least)
            if given[side] != value:
                draft.note(f"Rounded {side} of {name!r} from {value:g} to {given[side]} px.")
    if name in draft.base:
        return draft.rect(name)._replace(**given)
    wide, tall = default_size(container.kind, document.width, document.height)
    width, height = given.get("width", wide), given.get("height", tall)
    start = place_beside(document, container, width, height) or Rect(PADDING, PADDING, width, height)
    start = start._replace(width=width, height=height)
    if "x" in given and "y" in given:
        return start._replace(**given)
    others = ignore | {name}
    if not given.keys() & {"x", "y"} and not container.relations:
        return first_free(document, width, height, gap=GAP, ignore=others) or start
    start = fitted(start._replace(**given), document.width, document.height)
    found = nearest_free(
        document,
        start,
        gap=GAP,
        ignore=others,
        allowed=lambda rect: all(getattr(rect, side) == given[side] for side in given),
    )
    return (found or start)._replace(**given)


def show(draft: Draft, name: str, *, adjust: bool, avoid: bool) -> None:
    """Make room for a container that was hidden, or find it a place where nobody gave it one."""
    container = draft.document[name]
    if container.placement == "auto" and not container.locked and adjust:
        place(draft, name, adjust=adjust)
    elif adjust or avoid:
        put_asked(draft, name, draft.rect(name), adjust=adjust, avoid=avoid and not container.locked)
        if adjust:
            make_room(draft, [name])


def _switches(document: Document, auto_adjust: bool | None, avoid_overlap: bool | None) -> tuple[bool, bool]:
    settings = document.settings
    for name, value in (("auto_adjust", auto_adjust), ("avoid_overlap", avoid_overlap)):
        if value is not None and not isinstance(value, bool):
            raise InvalidArgument(f"{name} must be true or false, not {value!r}.")
    adjust = settings.auto_adjust if auto_adjust is None else auto_adjust
    return adjust, settings.overlap_prevention if avoid_overlap is None else avoid_overlap
