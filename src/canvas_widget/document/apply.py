"""Applying a transaction: validate, stage, commit – or leave nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, assert_never

from pydantic import TypeAdapter, ValidationError

from canvas_widget.document.changes import (
    Add,
    Change,
    Delta,
    Move,
    Remove,
    ResizeCanvas,
    Set,
    SetSettings,
    Transaction,
    container_path,
    split_path,
)
from canvas_widget.document.deltas import deltas, differing
from canvas_widget.document.document import Document
from canvas_widget.document.identifiers import alternatives, normalise
from canvas_widget.document.nodes import SETTABLE, Container, Settings
from canvas_widget.document.order import ReadingOrder
from canvas_widget.errors import Conflict, InvalidArgument

__all__ = ["Applied", "apply", "parse"]


@cache
def _adapter(field: str) -> TypeAdapter[Any]:
    return TypeAdapter(Container.model_fields[field].rebuild_annotation())


@dataclass(frozen=True, slots=True)
class Applied:
    """What a transaction did.

    `before` and `after` hold each touched container as it was and as it is now (None where there was, or is, none),
    `numbers` the sort numbers of those touched or moved, before and after, and `canvas` what size and settings were
    by path (`/canvas/width`), as far as they changed. `paths` names what became another,
    except relations that ended because what they named was removed. `inverse` holds the changes that take it all
    back, in order.
    """

    document: Document
    deltas: tuple[Delta, ...]
    inverse: tuple[Change, ...]
    before: dict[str, Container | None]
    after: dict[str, Container | None]
    numbers: dict[str, tuple[float | None, float | None]]
    canvas: dict[str, Any]
    paths: frozenset[str]


def parse(field: str, value: Any, container_id: str) -> Any:
    """The value of a container's field as the node has it, from JSON or from Python.

    Raises:
        InvalidArgument: the field cannot have it.
    """
    try:
        return _adapter(field).validate_python(value)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise InvalidArgument(f"{field} of container {container_id!r} cannot be {value!r}: {reason}.") from None


class _Staging:
    """A document being changed, with what is needed to tell and to take back the difference."""

    def __init__(self, document: Document, at: str) -> None:
        self.start = document
        self.document = document
        self.at = at
        self.inverse: list[Change] = []
        self.touched: dict[str, None] = {}
        self.moved: dict[str, None] = {}
        self.ended: set[str] = set()
        self.check_all = False

    def apply(self, change: Change) -> None:
        match change:
            case Add():
                self._add(change)
            case Set():
                self._set(change)
            case Move():
                self._move(change)
            case Remove():
                self._remove(change)
            case ResizeCanvas():
                self._resize(change)
            case SetSettings():
                self._settings(change)
            case _:
                assert_never(change)

    def _name(self, path: str) -> tuple[str, str | None]:
        try:
            return split_path(path)
        except ValueError as error:
            raise InvalidArgument(f"{error}.") from None

    def _add(self, change: Add) -> None:
        name, field = self._name(change.path)
        if field is not None or name != change.value.id:
            raise InvalidArgument(f"add: path {change.path!r} does not name container {change.value.id!r}.")
        if name != normalise(name):
            raise InvalidArgument(f"Identifier {name!r} is not allowed; {normalise(name)!r} is.")
        if name in self.document:
            free = alternatives(name, self.document.__contains__, change.value.kind)
            raise Conflict(f"Identifier {name!r} is taken. Free: {', '.join(free)}.", alternatives=free)
        value = change.value
        before = self.start.get(name)
        created = value.created_at or (before.created_at if before is not None else self.at)
        stamped = value.model_copy(update={"created_at": created, "updated_at": self.at or value.updated_at})
        self.document = self.document.with_container(stamped, change.number)
        self.touched[name] = None
        self.inverse.append(Remove(path=change.path))
        if change.number is None and change.index is not None:
            self._place(name, change.index)
        if self.document.order.last != name or name in self.start:
            self.moved[name] = None

    def _set(self, change: Set) -> None:
        name, field = self._name(change.path)
        if field not in SETTABLE:
            raise InvalidArgument(
                f"set: {change.path!r} names no field that can be set. Can be: {', '.join(SETTABLE)}."
            )
        container = self.document[name]
        value = parse(field, change.value, name)
        self.ended.discard(change.path)
        old = getattr(container, field)
        if old != value or type(old) is not type(value):
            self._write(name, field, value)

    def _write(self, name: str, field: str, value: Any) -> None:
        container = self.document[name]
        self.inverse.append(Set(path=container_path(name, field), value=getattr(container, field)))
        updated = container.model_copy(update={field: value, "updated_at": self.at or container.updated_at})
        self.document = self.document.with_container(updated)
        self.touched[name] = None

    def _place(self, name: str, index: int) -> None:
        number = self.document.order.between(index, name)
        if number is None:
            others = [other for other in self.document.ids() if other != name]
            order = ReadingOrder.numbered([*others[:index], name, *others[index:]])
            self.document = replace(self.document, order=order)
        else:
            self.document = self.document.with_container(self.document[name], number)

    def _move(self, change: Move) -> None:
        name, _ = self._name(change.path)
        container, order = self.document[name], self.document.order
        self.inverse.append(Move(path=change.path, value=order.index(name), number=order.number(name)))
        if change.number is None:
            self._place(name, change.value)
        else:
            self.document = self.document.with_container(container, change.number)
        self.moved[name] = None

    def _remove(self, change: Remove) -> None:
        name, _ = self._name(change.path)
        container = self.document[name]
        for other in sorted(self.document.related.get(name, ())):
            left = self.document[other].relations.without(name)
            self._write(other, "relations", left)
            self.ended.add(container_path(other, "relations"))
        self.inverse.append(Add(path=change.path, value=container, number=self.document.order.number(name)))
        self.document = self.document.without_container(name)
        self.touched[name] = None

    def _resize(self, change: ResizeCanvas) -> None:
        wanted = {key: value for key, value in change.value.model_dump().items() if value is not None}
        old = {key: getattr(self.document, key) for key in wanted}
        self.inverse.append(ResizeCanvas.model_validate({"value": old}))
        self.document = replace(self.document, **wanted)
        self.check_all = True

    def _settings(self, change: SetSettings) -> None:
        wanted = {key: value for key, value in change.value.model_dump().items() if value is not None}
        old = {key: getattr(self.document.settings, key) for key in wanted}
        self.inverse.append(SetSettings.model_validate({"value": old}))
        self.document = replace(self.document, settings=self.document.settings.model_copy(update=wanted))

    def check(self) -> None:
        """Refuse what does not lie inside the canvas."""
        names = self.document.nodes if self.check_all else self.touched
        for name in names:
            container = self.document.get(name)
            if container is None:
                continue
            if container.right > self.document.width or container.bottom > self.document.height:
                raise InvalidArgument(
                    f"Container {name!r} ({container.width} × {container.height} at {container.x}, {container.y}) does "
                    f"not fit the canvas of {self.document.width} × {self.document.height} px. Make it smaller, move "
                    f"it, or enlarge the canvas; with auto_adjust on it is fitted by itself."
                )


def apply(document: Document, transaction: Transaction) -> Applied:
    """Apply all changes of a transaction, or none.

    Raises:
        InvalidArgument: a value, a field, or a resulting position outside the canvas.
        NotFound: a change names a container that is not there.
        Conflict: an added id is taken; its `alternatives` are free.
    """
    staging = _Staging(document, transaction.at)
    for change in transaction.changes:
        staging.apply(change)
    staging.check()
    end = replace(
        staging.document,
        rev=document.rev + 1,
        updated_at=transaction.at or document.updated_at,
    )
    names = dict.fromkeys([*staging.touched, *staging.moved])
    return Applied(
        document=end,
        deltas=deltas(document, end, staging.touched, staging.moved),
        inverse=tuple(reversed(staging.inverse)),
        before={name: document.get(name) for name in staging.touched},
        after={name: end.get(name) for name in staging.touched},
        numbers={name: (_number(document, name), _number(end, name)) for name in names},
        canvas=(canvas := dict(_canvas(document, end))),
        paths=frozenset((*canvas, *_written(document, end, names))) - staging.ended,
    )


def _number(document: Document, name: str) -> float | None:
    return document.order.number(name) if name in document else None


def _canvas(start: Document, end: Document) -> Iterator[tuple[str, Any]]:
    for room, old, new, keys in (
        ("canvas", start, end, ("name", "width", "height")),
        ("settings", start.settings, end.settings, tuple(Settings.model_fields)),
    ):
        if old is not new:
            yield from ((f"/{room}/{key}", getattr(old, key)) for key in differing(old, new, keys))


def _written(start: Document, end: Document, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        before, after = start.get(name), end.get(name)
        if before is not None and after is not None:
            yield from (container_path(name, one) for one in differing(before, after, SETTABLE))
            if _number(start, name) != _number(end, name):
                yield container_path(name, "index")
        elif before is not None or after is not None:
            yield container_path(name)
