"""Who does an operation, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from canvas_widget.document import ChartContent, Commit, MetricContent, TableContent
from canvas_widget.errors import CanvasError
from canvas_widget.layout import LayoutReport

if TYPE_CHECKING:
    from canvas_widget.data import Result

__all__ = ["USER", "Actor", "EndedOwner", "InlineOwner", "Kept", "Outcome", "Owner", "Queried"]

T = TypeVar("T")

Queried = ChartContent | TableContent | MetricContent
"""Content that is drawn from a query."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does an operation.

    `origin` names the undo stack ("user" is the notebook's own), `source` the door it came through. `replaces` holds
    the containers that a re-run turn may replace in place, and `moved` those of them that a person has moved since.
    `prompt` is what a person asked the agent. Setting `cancel` interrupts a running query. `made` collects the
    containers that were created or filled, also where nothing about them changed.
    """

    origin: str = "user"
    source: str = "python"
    turn_id: str | None = None
    replaces: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    cancel: threading.Event | None = field(default=None, compare=False)
    prompt: str = field(default="", compare=False)
    made: list[str] | None = field(default=None, compare=False)


USER = Actor()
"""The person at the notebook."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation did: its commit (None when nothing changed), what the layout did, and its result if any."""

    commit: Commit | None
    report: LayoutReport = field(default_factory=LayoutReport)
    container_id: str | None = None
    result: Result | None = None
    kept: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The outcome as JSON-ready data, for tools and logs."""
        return {
            "container_id": self.container_id,
            "rev": self.commit.rev if self.commit else None,
            "layout": self.report.as_dict(),
            "kept": list(self.kept),
        }


class Owner(Protocol):
    """The one thread that changes the document: runs a function there and returns what it returns."""

    def run(self, function: Callable[[], T]) -> T: ...


class EndedOwner:
    """The owner of a document that nobody may change any more: refuses, saying why."""

    def __init__(self, message: str) -> None:
        self._message = message

    def run(self, function: Callable[[], T]) -> T:  # noqa: ARG002  (the owner's signature)
        raise CanvasError(self._message)


class InlineOwner:
    """An owner that is whoever holds its lock: for scripts and tests without a loop."""

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def run(self, function: Callable[[], T]) -> T:
        with self._lock:
            return function()


class Kept(Generic[T]):
    """A bounded number of things by name, the oldest leave first. Any thread may use it."""

    def __init__(self, most: int = 500) -> None:
        self._most = most
        self._held: dict[str, T] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> T | None:
        return self._held.get(key)

    def put(self, key: str, thing: T) -> None:
        with self._lock:
            self._held.pop(key, None)
            self._held[key] = thing
            while len(self._held) > self._most:
                del self._held[next(iter(self._held))]
