"""What happened, in order, and for each origin what it can undo and redo."""

from __future__ import annotations

from dataclasses import dataclass, field

from canvas_widget.document.document import Document
from canvas_widget.document.revert import Commit, Kept, Reverted, revert
from canvas_widget.errors import NotFound

__all__ = ["History"]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One step on a stack: the commits it takes back."""

    key: str
    revs: tuple[int, ...]


@dataclass
class _Stack:
    undo: list[_Entry] = field(default_factory=list)
    redo: list[_Entry] = field(default_factory=list)
    asked: _Entry | None = None


class History:
    """The newest commits, and an undo and a redo stack per origin.

    A step is a turn (all commits with its `turn_id`) or a single commit. `undo` and `redo` only say what to change;
    the stacks move when the commit with the source "undo" or "redo" is recorded. Commits with the source "data"
    (marks that data are stale) are on no stack.
    """

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._log: dict[int, Kept] = {}
        self._undone: dict[int, tuple[int, ...]] = {}
        self._stacks: dict[str, _Stack] = {}

    def __len__(self) -> int:
        return len(self._log)

    def record(self, commit: Commit) -> None:
        """Remember a commit; an ordinary one clears what its origin could have redone."""
        self._log[commit.rev] = commit.kept()
        origin, source = commit.transaction.origin, commit.transaction.source
        stack = self._stacks.setdefault(origin, _Stack())
        match source:
            case "data":
                pass
            case "undo":
                if stack.asked in stack.undo:
                    stack.undo.remove(stack.asked)
                    stack.redo.append(_Entry(stack.asked.key, (commit.rev,)))
                    self._undone[commit.rev] = stack.asked.revs
            case "redo":
                if stack.asked in stack.redo:
                    stack.redo.remove(stack.asked)
                    stack.undo.append(_Entry(stack.asked.key, (commit.rev,)))
                    self._undone[commit.rev] = stack.asked.revs
            case _:
                stack.redo.clear()
                earlier = _begun(stack.undo, commit)
                stack.undo.append(_Entry(commit.key, (*earlier, commit.rev)))
        stack.asked = None
        if len(self._log) > self._limit:
            self._undone.pop(oldest := next(iter(self._log)), None)
            del self._log[oldest]
        if len(stack.undo) > 2 * self._limit:
            del stack.undo[: self._limit]

    def undo_key(self, origin: str) -> str | None:
        """The key of what this origin would undo next: a turn's id, or `rev:N`; None when there is nothing."""
        steps = self._steps(origin).undo
        return steps[-1].key if steps else None

    def redo_key(self, origin: str) -> str | None:
        """The key of what this origin would redo next; None when there is nothing."""
        steps = self._steps(origin).redo
        return steps[-1].key if steps else None

    def undo(self, document: Document, origin: str, key: str | None = None) -> Reverted:
        """The changes that take back the newest step of an origin, or the one with that key.

        Later edits are kept and listed. A step of which nothing is left to take back is dropped: when all of it was
        edited since, the answer holds no changes and what is kept, else it is the step before.

        Raises:
            NotFound: there is nothing to undo, or no step with that key.
        """
        stack = self._steps(origin)
        if key is not None:
            entry = next((entry for entry in reversed(stack.undo) if entry.key == key), None)
            if entry is None:
                raise NotFound(
                    f"{key!r} cannot be undone: it changed nothing on the canvas, has been undone, or is too long ago.",
                    alternatives=[entry.key for entry in reversed(stack.undo[-5:])],
                )
            return self._take(document, stack, stack.undo, entry)
        while stack.undo:
            found = self._take(document, stack, stack.undo, stack.undo[-1])
            if found.changes or found.kept:
                return found
        raise NotFound("There is nothing to undo.")

    def redo(self, document: Document, origin: str) -> Reverted:
        """The changes that do again what this origin undid last; later edits are kept and listed.

        Raises:
            NotFound: there is nothing to redo.
        """
        stack = self._steps(origin)
        while stack.redo:
            found = self._take(document, stack, stack.redo, stack.redo[-1])
            if found.changes or found.kept:
                return found
        raise NotFound("There is nothing to redo.")

    def _take(self, document: Document, stack: _Stack, steps: list[_Entry], entry: _Entry) -> Reverted:
        log = [commit for rev, commit in self._log.items() if rev >= entry.revs[0]]
        found = revert(document, entry.revs, log, self._undone)
        if found.changes:
            stack.asked = entry
        else:
            steps.remove(entry)
        return Reverted(found.changes, found.kept, entry.key)

    def _steps(self, origin: str) -> _Stack:
        """The stacks of an origin, without the steps whose commits the log no longer holds."""
        stack = self._stacks.setdefault(origin, _Stack())
        for steps in (stack.undo, stack.redo):
            steps[:] = [entry for entry in steps if all(rev in self._log for rev in entry.revs)]
        return stack


def _begun(steps: list[_Entry], commit: Commit) -> tuple[int, ...]:
    """The earlier commits of a commit's turn, taken off the stack. A commit of no turn is a step by itself."""
    if commit.transaction.turn_id is not None:
        for at in range(len(steps) - 1, -1, -1):
            if steps[at].key == commit.key:
                return steps.pop(at).revs
    return ()
