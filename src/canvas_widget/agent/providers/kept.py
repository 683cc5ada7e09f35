"""What a server wants back with a call it made earlier, and what no conversation holds: signatures, thinking."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["Kept"]

MOST_KEPT = 256

T = TypeVar("T")


class Kept(Generic[T]):
    """The newest values by the id of their call. What is forgotten is sent without."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, T] = OrderedDict()

    def put(self, call_id: str, value: T) -> None:
        """Keep a value."""
        self._held[call_id] = value
        while len(self._held) > MOST_KEPT:
            self._held.popitem(last=False)

    def get(self, call_id: str) -> T | None:
        """The value of a call; None when there is none."""
        return self._held.get(call_id)
