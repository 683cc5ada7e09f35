"""Applying a transaction: validate, stage, commit – or leave nothing changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from canvas_widget.document.document import Document
from canvas_widget.document.identifiers import alternatives, normalise
from canvas_widget.document.nodes import Container
from canvas_widget.errors import Conflict, InvalidArgument

__all__ = ["SETTABLE", "Applied", "apply"]

SETTABLE = (
    "title",
    "x",
    "y",
    "width",
    "height",
    "z",
    "placement",
    "locked",
    "hidden",
    "relations",
    "content",
)
"""The fields of a container that a `set` change may name."""

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(Container.model_fields[name].rebuild_annotation()) for name in SETTABLE
}


@dataclass(frozen=True, slots=True)
class Applied:
    """What a transaction did.

    `before` and `after` hold each touched container as it was and as it is now (None where there was, or is, none);
    `paths` names every field that was written, and `inverse` the changes that take it all back.
    """

    document: Document
    deltas: tuple[Delta, ...]
    inverse: tuple[Change, ...]
    before: dict[str, Container | None]
    after: dict[str, Container | None]
    paths: frozenset[str]


class _Staging:
    """A document being changed, with what is needed to tell and to take back the difference."""

    def __init__(self, document: Document, at: str) -> None:
        self.start = document
        self.document = document
        self.at = at
        self.inverse: list[Change] = []
        self.touched: dict[str, None] = {}
        self.moved: dict[str, None] = {}
        self.paths: set[str] = set()
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
        stamped = change.value.model_copy(
            update={"created_at": change.value.created_at or self.at, "updated_at": change.value.updated_at or self.at}
        )
        self.document = self.document.with_container(stamped, self.document.next_order)
        self.touched[name] = None
        self.paths.add(change.path)
        self.inverse.append(Remove(path=change.path))
        if change.index is not None and change.index < len(self.document) - 1:
            self._place(name, change.index)

    def _set(self, change: Set) -> None:
        name, field = self._name(change.path)
        if field not in _ADAPTERS:
            raise InvalidArgument(f"set: {change.path!r} names no field that can be set. Can be: {', '.join(SETTABLE)}.")
        container = self.document[name]
        try:
            value = _ADAPTERS[field].validate_python(change.value)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise InvalidArgument(f"{field} of container {name!r} cannot be {change.value!r}: {reason}.") from None
        old = getattr(container, field)
        self.paths.add(change.path)
        if old == value and type(old) is type(value):
            return
        self.touched[name] = None
        updated = container.model_copy(update={field: value, "updated_at": self.at or container.updated_at})
        self.document = self.document.with_container(updated, self.document.orders[name])
        self.inverse.append(Set(path=change.path, value=old))

    def _place(self, name: str, index: int) -> None:
        others = [other for other in self.document.ids() if other != name]
        index = max(0, min(index, len(others)))
        orders = self.document.orders
        low = orders[others[index - 1]] if index > 0 else None
        high = orders[others[index]] if index < len(others) else None
        if low is None:
            order = (high or 0.0) - 1.0
        elif high is None:
            order = low + 1.0
        else:
            order = (low + high) / 2
        if (low is not None and order <= low) or (high is not None and order >= high):
            self._renumber([*others[:index], name, *others[index:]])
        else:
            self.document = self.document.with_container(self.document[name], order)
        self.moved[name] = None

    def _renumber(self, names: list[str]) -> None:
        """Give all containers whole sort keys again, once repeated moves have used up the space between two."""
        for number, name in enumerate(names):
            self.document = self.document.with_container(self.document[name], float(number))

    def _move(self, change: Move) -> None:
        name, _ = self._name(change.path)
        self.document[name]
        ids = self.document.ids()
        self.inverse.append(Move(path=change.path, value=ids.index(name)))
        self.paths.add(container_path(name, "index"))
        self._place(name, change.value)

    def _remove(self, change: Remove) -> None:
        name, _ = self._name(change.path)
        container = self.document[name]
        last = self.document.orders[name] == self.document.next_order - 1.0
        index = None if last else self.document.ids().index(name)
        self.inverse.append(Add(path=change.path, value=container, index=index))
        self.document = self.document.without_container(name)
        self.touched[name] = None
        self.paths.add(container_path(name))

    def _resize(self, change: ResizeCanvas) -> None:
        wanted = {key: value for key, value in change.value.model_dump().items() if value is not None}
        old = {key: getattr(self.document, key) for key in wanted}
        self.inverse.append(ResizeCanvas.model_validate({"value": old}))
        self.document = replace(self.document, **wanted)
        self.paths.update(f"/canvas/{key}" for key in wanted)
        self.check_all = True

    def _settings(self, change: SetSettings) -> None:
        wanted = {key: value for key, value in change.value.model_dump().items() if value is not None}
        old = {key: getattr(self.document.settings, key) for key in wanted}
        self.inverse.append(SetSettings.model_validate({"value": old}))
        self.document = replace(self.document, settings=self.document.settings.model_copy(update=wanted))
        self.paths.update(f"/settings/{key}" for key in wanted)

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

    def deltas(self) -> tuple[Delta, ...]:
        found: list[Delta] = []
        start, end = self.start, self.document
        size = {
            key: getattr(end, key) for key in ("name", "width", "height") if getattr(end, key) != getattr(start, key)
        }
        if size:
            found.append(Delta(action="update", path="/canvas", node=size))
        if start.settings != end.settings:
            new, old = end.settings.model_dump(), start.settings.model_dump()
            changed = {key: value for key, value in new.items() if value != old[key]}
            found.append(Delta(action="update", path="/settings", node=changed))
        for name in self.touched:
            before, after = start.get(name), end.get(name)
            path = container_path(name)
            if before is None and after is not None:
                found.append(Delta(action="add", path=path, node=after.model_dump(mode="json")))
            elif before is not None and after is None:
                found.append(Delta(action="remove", path=path))
            elif before is not None and after is not None:
                fields = {
                    field
                    for field in (*SETTABLE, "created_at", "updated_at")
                    if getattr(before, field) != getattr(after, field)
                }
                if fields:
                    node = after.model_dump(mode="json", include=fields)
                    found.append(Delta(action="update", path=path, node=node))
        if self.moved:
            places = {name: index for index, name in enumerate(end.ids())}
            found.extend(
                Delta(action="move", path=container_path(name), node={"index": places[name]})
                for name in sorted(self.moved.keys() & places.keys(), key=places.__getitem__)
            )
        return tuple(found)


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
    return Applied(
        document=end,
        deltas=staging.deltas(),
        inverse=tuple(reversed(staging.inverse)),
        before={name: document.get(name) for name in staging.touched},
        after={name: end.get(name) for name in staging.touched},
        paths=frozenset(staging.paths),
    )
