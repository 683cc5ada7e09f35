"""The rooms below the notebook, loaded when a canvas is first used: one that is only shown waits for none of them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from canvas_widget.layout import Placing
    from canvas_widget.notebook.places import BoxLike
    from canvas_widget.session import Session
    from canvas_widget.workspace import Actor, Workspace

__all__ = ["AtWork", "acting", "load", "normalise", "placing"]

_lock = threading.Lock()
_loaded = False


def load() -> None:
    """Load what a canvas works with, once. Whoever imports one of these rooms in a function calls this before.

    The loop's thread and the cell's may both be first, and two threads that import one package meet half-made modules.
    """
    global _loaded  # noqa: PLW0603  (one per process, by design)
    with _lock:
        if not _loaded:
            import canvas_widget.notebook.live  # noqa: F401

            _loaded = True


class AtWork:
    """What every part of a canvas stands on. Both are made on first use."""

    @property
    def workspace(self) -> Workspace:
        """The canvas's live state, and the operations that change it."""
        raise NotImplementedError

    @property
    def session(self) -> Session:
        """The canvas and everybody who looks at it."""
        raise NotImplementedError


def acting() -> Actor:
    """On whose behalf the running code changes the canvas."""
    load()
    from canvas_widget.agent import acting as actors

    return actors.acting()


def normalise(name: str) -> str:
    """A container's id as the document has it."""
    load()
    from canvas_widget.document import normalise as normalised

    return normalised(name)


def placing(box: BoxLike | None, **how: Any) -> Placing:
    """What every maker hands on to the workspace; as `places.placing`."""
    load()
    from canvas_widget.notebook import places

    return places.placing(box, **how)
