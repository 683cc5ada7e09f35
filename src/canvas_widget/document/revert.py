"""Taking commits back field by field, and leaving alone what others have written since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from canvas_widget.document.apply import Applied
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
from canvas_widget.document.deltas import differing
from canvas_widget.document.document import Document
from canvas_widget.document.nodes import SETTABLE, Container

__all__ = ["Commit", "Kept", "Reverted", "revert"]

GEOMETRY = ("x", "y", "width", "height")


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

    def kept(self) -> Kept:
        """What the history keeps of it."""
        done = self.applied
        return Kept(
            self.rev, self.key, self.transaction.source, done.before, done.after, done.numbers, done.canvas, done.paths
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """What taking a commit back needs, and no more: neither the document it led to nor what was told of it.

    A session keeps a thousand of these, and Python's garbage collector visits each object of each of them whenever it
    looks through all there is, while everybody waits.
    """

    rev: int
    key: str
    source: str
    before: dict[str, Container | None]
    after: dict[str, Container | None]
    numbers: dict[str, tuple[float | None, float | None]]
    canvas: dict[str, Any]
    paths: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reverted:
    """The changes that take something back, and the paths kept because somebody has written them since."""

    changes: tuple[Change, ...]
    kept: tuple[str, ...] = ()
    key: str = ""


@dataclass
class _Fold:
    """What a group of commits has to give back, after all that happened since."""

    restore: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    overwritten: set[str] = field(default_factory=set)

    def mine(self, commit: Kept) -> None:
        for path, before in _befores(commit):
            self.restore.setdefault(path, before)
            self.overwritten.discard(path)
        for name, (number, _) in commit.numbers.items():
            if number is not None:
                self.numbers.setdefault(name, number)

    def other(self, commit: Kept, paths: Collection[str]) -> None:
        for path in paths:
            name, written = _split(path)
            if name is None:
                self._lost(path)
            elif written in GEOMETRY and _automatic(commit, name):
                for side in GEOMETRY:
                    self.restore.pop(container_path(name, side), None)
            elif not (written == "content" and _refreshed(commit, name)):
                created = self.restore.get(container_path(name), ...) is None
                if created and written not in (None, "index"):
                    self.overwritten.add(path)
                self._lost(path)

    def _lost(self, path: str) -> None:
        if path in self.restore:
            del self.restore[path]
            self.overwritten.add(path)


def _split(path: str) -> tuple[str | None, str | None]:
    return split_path(path) if path.startswith("/containers/") else (None, None)


def _automatic(commit: Kept, name: str) -> bool:
    """Whether a commit moved a container by automatic layout: it was in its hands before and after."""
    before, after = commit.before.get(name), commit.after.get(name)
    return before is not None and after is not None and before.placement == after.placement == "auto"


def _refreshed(commit: Kept, name: str) -> bool:
    """Whether a commit gave a container only the newer result of the same query."""
    before, after = commit.before.get(name), commit.after.get(name)
    if before is None or after is None or before.kind != after.kind or before.kind in ("text", "empty"):
        return False
    same = {"result_id": None, "stale": False}
    return before.content.model_copy(update=same) == after.content.model_copy(update=same)


def _befores(commit: Kept) -> Iterator[tuple[str, Any]]:
    """Each path that a commit wrote, with what was there before."""
    for name, before in commit.before.items():
        after = commit.after[name]
        if before is not None and after is not None:
            for one in differing(before, after, SETTABLE):
                yield container_path(name, one), getattr(before, one)
        elif before is not None or after is not None:
            yield container_path(name), before
    for name, (number, later) in commit.numbers.items():
        if None not in (number, later) and number != later:
            yield container_path(name, "index"), number
    yield from commit.canvas.items()


def revert(
    document: Document,
    revs: Collection[int],
    log: Sequence[Kept],
    undone: dict[int, tuple[int, ...]],
) -> Reverted:
    """Take back what the commits `revs` wrote, except what a later commit in `log` has written over.

    `undone` maps the revision of each undo and redo to those it took back: what one wrote and the other took back
    counts for nothing. What automatic layout moved, and a query's newer result, are no edits of anybody's.
    """
    edits = _edits(log, undone)
    fold = _Fold()
    for commit in log:
        if commit.rev in revs:
            fold.mine(commit)
        elif fold.restore and commit.source != "data":
            fold.other(commit, edits[commit.rev])
    return _changes(document, fold)


def _edits(log: Sequence[Kept], undone: dict[int, tuple[int, ...]]) -> dict[int, set[str]]:
    """For each commit the paths whose writing still stands: neither taken back since, nor only giving back."""
    paths = {commit.rev: commit.paths for commit in log}
    edits = {rev: set(written) for rev, written in paths.items()}
    for rev in reversed(paths):
        standing = set(edits[rev])
        for original in undone.get(rev, ()):
            if original in paths:
                edits[original] -= standing
                edits[rev] -= paths[original]
    return edits


def _changes(document: Document, fold: _Fold) -> Reverted:
    kept = set(fold.overwritten)
    removes: list[Remove] = []
    adds: list[Add] = []
    sets: list[Set] = []
    moves: list[Move] = []
    fields: dict[str, dict[str, Any]] = {}
    whole: dict[str, Container | None] = {}
    rooms: dict[str, dict[str, Any]] = {"canvas": {}, "settings": {}}
    for path, before in fold.restore.items():
        name, written = _split(path)
        if name is None:
            _, room, key = path.split("/")
            rooms[room][key] = before
        elif written is None:
            whole[name] = before
        elif written == "index":
            moves.append(Move(path=container_path(name), value=document.order.rank(before), number=before))
        else:
            fields.setdefault(name, {})[written] = before
    for name, then in whole.items():
        now, path = document.get(name), container_path(name)
        if then is None and now is not None:
            if not any(other.startswith(path + "/") for other in kept):
                removes.append(Remove(path=path))
        elif then is not None and now is None:
            value = then.model_copy(update=fields.pop(name, {}))
            adds.append(Add(path=path, value=value, number=fold.numbers.get(name)))
        elif then is not None:
            differing = {one: getattr(then, one) for one in SETTABLE if container_path(name, one) not in kept}
            fields[name] = {**differing, **fields.get(name, {})}
    removed = {change.path for change in removes}
    for name, values in fields.items():
        now = document.get(name)
        if now is None:
            if whole.get(name, ...) is not None:
                kept.add(container_path(name))
        elif whole.get(name, ...) is not None:
            sets.extend(
                Set(path=container_path(name, one), value=value)
                for one, value in values.items()
                if getattr(now, one) != value
            )
    here = [move for move in moves if move.path not in removed and _elsewhere(document, move)]
    changes = [*_rooms(document, rooms), *removes, *adds, *sets, *here]
    return Reverted(tuple(changes), tuple(sorted(kept)))


def _elsewhere(document: Document, move: Move) -> bool:
    name = split_path(move.path)[0]
    return name in document and document.order.number(name) != move.number


def _rooms(document: Document, rooms: dict[str, dict[str, Any]]) -> Iterator[Change]:
    size = {key: value for key, value in rooms["canvas"].items() if getattr(document, key) != value}
    if size:
        yield ResizeCanvas.model_validate({"value": size})
    settings = {key: value for key, value in rooms["settings"].items() if getattr(document.settings, key) != value}
    if settings:
        yield SetSettings.model_validate({"value": settings})
