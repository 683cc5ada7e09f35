"""What happened, in order, and how to take it back without taking back what others did since."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from canvas_widget.document.apply import SETTABLE, Applied
from canvas_widget.document.changes import (
    Add,
    Change,
    Delta,
    Remove,
    ResizeCanvas,
    Set,
    SetSettings,
    Transaction,
    container_path,
)
from canvas_widget.document.document import Document
from canvas_widget.document.nodes import Container

__all__ = ["Commit", "History", "Reverted", "revert"]

_GEOMETRY = ("x", "y", "width", "height")


@dataclass(frozen=True, slots=True)
class Commit:
    """A transaction that was applied."""

    rev: int
    transaction: Transaction
    applied: Applied

    @property
    def deltas(self) -> tuple[Delta, ...]:
        return self.applied.deltas

    @property
    def key(self) -> str:
        """What it is undone together with: its turn, or itself."""
        return self.transaction.turn_id or f"rev:{self.rev}"


@dataclass(frozen=True, slots=True)
class Reverted:
    """The changes that take a group of commits back, and the paths kept because somebody has edited them since."""

    changes: tuple[Change, ...]
    kept: tuple[str, ...]


def _by_automatic_layout(name: str, path: str, after: Container | None, document: Document) -> bool:
    current = document.get(name)
    return (
        after is not None
        and current is not None
        and current.placement == "auto"
        and path.rpartition("/")[2] in _GEOMETRY
    )


def revert(document: Document, group: Sequence[Commit], later: Sequence[Commit]) -> Reverted:
    """Take back what `group` wrote, field by field, except what a commit in `later` has written over."""
    before: dict[str, Container | None] = {}
    after: dict[str, Container | None] = {}
    written: set[str] = set()
    for commit in group:
        for name, container in commit.applied.before.items():
            before.setdefault(name, container)
        after.update(commit.applied.after)
        written |= commit.applied.paths
    overwritten: set[str] = set()
    for commit in later:
        overwritten |= commit.applied.paths

    removes: list[Change] = []
    changes: list[Change] = []
    kept: list[str] = []
    for name in reversed(before):
        then, made, now = before[name], after.get(name), document.get(name)
        path = container_path(name)
        if then is None and made is not None:
            if now is None:
                continue
            edited = sorted(
                other
                for other in overwritten
                if other.startswith(path + "/") and not _by_automatic_layout(name, other, made, document)
            )
            if edited:
                kept.extend(edited)
            else:
                removes.append(Remove(path=path))
        elif then is not None and made is None:
            if now is None:
                changes.append(Add(path=path, value=then))
            else:
                kept.append(path)
        elif then is not None and made is not None:
            if now is None:
                kept.append(path)
                continue
            for name_of_field in SETTABLE:
                if getattr(then, name_of_field) == getattr(made, name_of_field):
                    continue
                field_path = container_path(name, name_of_field)
                if field_path in overwritten and not _by_automatic_layout(name, field_path, made, document):
                    kept.append(field_path)
                else:
                    changes.append(Set(path=field_path, value=getattr(then, name_of_field)))
    changes = _canvas_changes(group, overwritten, kept) + removes + changes
    return Reverted(tuple(changes), tuple(kept))


def _canvas_changes(group: Sequence[Commit], overwritten: set[str], kept: list[str]) -> list[Change]:
    """The size and settings as they were before the group; moves in reading order, newest first."""
    size: dict[str, object] = {}
    settings: dict[str, object] = {}
    moves: list[Change] = []
    for commit in reversed(group):
        for change in commit.applied.inverse:
            if isinstance(change, ResizeCanvas):
                size.update(change.value.model_dump(exclude_none=True))
            elif isinstance(change, SetSettings):
                settings.update(change.value.model_dump(exclude_none=True))
            elif change.op == "move":
                moves.append(change)
    changes: list[Change] = []
    for room, values, kind in (("canvas", size, ResizeCanvas), ("settings", settings, SetSettings)):
        kept.extend(f"/{room}/{key}" for key in values if f"/{room}/{key}" in overwritten)
        left = {key: value for key, value in values.items() if f"/{room}/{key}" not in overwritten}
        if left:
            changes.append(kind.model_validate({"value": left}))
    for change in moves:
        if change.path + "/index" not in overwritten:
            changes.append(change)
    return changes


@dataclass
class _Stack:
    undo: list[str] = field(default_factory=list)
    redo: list[str] = field(default_factory=list)


class History:
    """The bounded log of commits, and an undo and a redo stack per origin."""

    def __init__(self, limit: int = 1000) -> None:
        self._log: deque[Commit] = deque(maxlen=limit)
        self._stacks: dict[str, _Stack] = {}

    def __iter__(self) -> object:
        return iter(self._log)

    def record(self, commit: Commit) -> None:
        """Remember a commit; an ordinary one clears what its origin could have redone."""
        self._log.append(commit)
        if commit.transaction.source in ("undo", "redo", "data"):
            return
        stack = self._stacks.setdefault(commit.transaction.origin, _Stack())
        stack.redo.clear()
        if not stack.undo or stack.undo[-1] != commit.key:
            stack.undo.append(commit.key)

    def group(self, key: str) -> list[Commit]:
        """The commits of a turn, or the one commit with that key."""
        return [commit for commit in self._log if commit.key == key]

    def later(self, group: Sequence[Commit]) -> list[Commit]:
        """The commits after the first of the group that are not of it."""
        if not group:
            return []
        revs = {commit.rev for commit in group}
        return [commit for commit in self._log if commit.rev > group[0].rev and commit.rev not in revs]
