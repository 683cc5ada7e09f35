"""Who hears what an engine expects of a query and how far it is: whoever asked, however many calls lie in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

__all__ = ["HEAVY_BYTES", "HEAVY_ROWS", "Listener", "Watch", "listener", "tell_to", "telling"]

HEAVY_ROWS = 1_000_000
"""From so many rows in the tables of a query on, an engine is asked first what the query will cost."""
HEAVY_BYTES = 2**30
OFTEN = 0.5
"""How often an engine is asked how far a query is, in seconds."""

Listener = Callable[[str, float | None], None]
"""Told what goes on, and the share that is done where the engine knows it."""

_listener: ContextVar[Listener | None] = ContextVar("canvas_engine_listener", default=None)


def listener() -> Listener | None:
    """Who is told of the queries of this context; None when nobody is."""
    return _listener.get()


def tell_to(told: Listener | None) -> None:
    """Tell of all queries of this context from now on."""
    _listener.set(told)


@contextmanager
def telling(told: Listener) -> Iterator[None]:
    """Tell of the queries within, and at their end that they are over where anything was told."""
    said = False

    def tell(message: str, share: float | None) -> None:
        nonlocal said
        said = True
        told(message, share)

    token = _listener.set(tell)
    try:
        yield
    finally:
        _listener.reset(token)
        if said:
            told("", None)


class Watch:
    """Asks the engines of datasets how far their queries are, where they know and somebody listens."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self._tell = listener()
        ports: list[Any] = [getattr(each.origin, "port", None) for each in datasets] if self._tell is not None else []
        self._ports = {id(each): each for each in ports if hasattr(each, "progress")}
        self._last = time.monotonic()

    def look(self) -> None:
        """Tell it, if it is time to."""
        if self._tell is None or not self._ports or time.monotonic() - self._last < OFTEN:
            return
        done = total = 0
        title = ""
        for port in self._ports.values():
            try:
                found = port.progress()
            except Exception:
                return
            if found is not None:
                done, total, title = done + found[0], total + found[1], port.language.title
        self._last = time.monotonic()
        if total:
            self._tell(f"{title}: {done:,} of {total:,} tasks are done", min(1.0, done / total))
