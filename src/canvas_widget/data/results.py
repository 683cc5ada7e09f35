"""The results beside the document: bounded in bytes, the least recently used leave first."""

from __future__ import annotations

import threading
from collections import OrderedDict

from canvas_widget.data.types import Result

__all__ = ["ResultStore"]

CAPACITY = 256 * 2**20


class ResultStore:
    """Results by id. What was dropped is run again by who needs it.

    Args:
        capacity: in bytes. A result larger than that is not kept.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Result] = OrderedDict()
        self._bytes = 0

    def get(self, result_id: str) -> Result | None:
        """The result of that id, None when it was never put or has been dropped."""
        with self._lock:
            if result_id in self._held:
                self._held.move_to_end(result_id)
            return self._held.get(result_id)

    def put(self, result: Result) -> None:
        """Keep a result; older ones leave while the store is over its capacity."""
        with self._lock:
            self._drop(result.result_id)
            if result.nbytes > self._capacity:
                return
            self._held[result.result_id] = result
            self._bytes += result.nbytes
            while self._bytes > self._capacity:
                self._drop(next(iter(self._held)))

    def _drop(self, result_id: str) -> None:
        old = self._held.pop(result_id, None)
        if old is not None:
            self._bytes -= old.nbytes

    @property
    def nbytes(self) -> int:
        return self._bytes

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, result_id: object) -> bool:
        return result_id in self._held
