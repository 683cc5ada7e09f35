"""A document that lives: changed by one transaction at a time on one thread, with a history, and told to listeners."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from canvas_widget.document import Change, Commit, Document, History, Transaction, apply, tree
from canvas_widget.layout import Plan, plan_revert
from canvas_widget.workspace.types import USER, Actor, EndedOwner, InlineOwner, Outcome, Owner

__all__ = ["LiveDocument", "now_utc"]

_log = logging.getLogger(__name__)

Listener = Callable[[Commit], None]


def now_utc() -> str:
    """The time as ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class LiveDocument:
    """A document, who may change it, what has been done to it, and who is told.

    Args:
        document: what it begins with; an immutable value that any thread may read.
        owner: where it is changed; a lock when None.
        clock: gives the time of a transaction as ISO 8601 in UTC.
    """

    def __init__(self, document: Document, owner: Owner | None, clock: Callable[[], str]) -> None:
        super().__init__()
        self.document = document
        self.history = History()
        self._owner: Owner = InlineOwner() if owner is None else owner
        self._clock = clock
        self._listeners: list[Listener] = []

    @property
    def name(self) -> str:
        return self.document.name

    def state(self) -> dict[str, Any]:
        """The whole document as JSON-ready data."""
        return self.document.to_wire()

    def tree(self) -> dict[str, Any]:
        """The canvas as an object tree."""
        return tree(self.document)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have each commit reported, in order, on the owner's thread; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def end(self, message: str) -> None:
        """Let nothing change the document any more: each attempt raises a `CanvasError` that says `message`."""
        self._owner = EndedOwner(message)

    def transact(self, plan: Callable[[Document], Plan], actor: Actor = USER, label: str = "") -> Outcome:
        """Plan against the newest document and commit the plan, both in one step on the owner's thread."""

        def commit() -> Outcome:
            planned = plan(self.document)
            done = self._commit(planned.changes, actor, label)
            return Outcome(done, planned.report, planned.container_id)

        return self._owner.run(commit)

    def now(self) -> str:
        """The time as the workspace's clock tells it."""
        return self._clock()

    def on_owner(self, work: Callable[[], None]) -> None:
        """Run something on the owner's thread, and wait for it."""
        self._owner.run(work)

    def _commit(self, changes: Sequence[Change], actor: Actor, label: str) -> Commit | None:
        if not changes:
            return None
        transaction = Transaction(
            changes=tuple(changes),
            origin=actor.origin,
            source=actor.source,
            turn_id=actor.turn_id,
            at=self._clock(),
            label=label,
        )
        applied = apply(self.document, transaction)
        if not applied.deltas:
            return None
        self.document = applied.document
        commit = Commit(applied.document.rev, transaction, applied)
        self.history.record(commit)
        for listener in tuple(self._listeners):
            try:
                listener(commit)
            except Exception:
                _log.exception("A listener failed on revision %d of canvas %r", commit.rev, self.name)
        return commit

    def revert(self, source: Literal["undo", "redo"], key: str | None, actor: Actor) -> Outcome:
        """Take back the newest thing on the actor's stack or a whole turn, or do again what was taken back last."""

        def commit() -> Outcome:
            if source == "undo":
                reverted = self.history.undo(self.document, actor.origin, key)
            else:
                reverted = self.history.redo(self.document, actor.origin)
            who = Actor(origin=actor.origin, source=source)
            planned = plan_revert(self.document, reverted.changes)
            done = self._commit(planned.changes, who, source)
            return Outcome(done, planned.report, kept=reverted.kept)

        return self._owner.run(commit)
