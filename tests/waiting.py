"""Waiting for a state, however slow the machine is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

__all__ = ["until"]


def until(what: Callable[[], object], seconds: float = 120) -> None:
    """Ask again and again until `what` says yes. Raises AssertionError when it has not after `seconds`."""
    ending = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ending, f"not within {seconds:g} s"
        threading.Event().wait(0.05)
