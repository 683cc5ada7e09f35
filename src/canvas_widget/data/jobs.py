"""A query on its own thread, so that whoever waits for it can be interrupted, and can interrupt it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from canvas_widget.data.dataset import Dataset

if TYPE_CHECKING:
    import duckdb

__all__ = ["LOOK", "Job"]

LOOK = 0.02
"""How often a running query looks for a reason to stop, in seconds."""
LATE_LOOK = 0.25
"""How often one that was left behind is interrupted, in seconds."""
PATIENCE = 2.0
"""How long a stopped query may take to end before its thread is left behind, in seconds."""


class Job(threading.Thread):
    """A query on its own thread, so that the thread that waits for it can be interrupted at any time."""

    def __init__(
        self,
        work: Callable[[duckdb.DuckDBPyConnection], Any],
        connection: duckdb.DuckDBPyConnection,
        datasets: tuple[Dataset, ...] = (),
    ) -> None:
        super().__init__(name="canvas-query", daemon=True)
        self.done = threading.Event()
        self._work = work
        self._connection = connection
        self._datasets = datasets
        self._value: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._value = self._work(self._connection)
        except BaseException as error:
            self._error = error
        finally:
            self._connection.close()
            self.done.set()

    def stop(self) -> None:
        """Interrupt until it ends; what has not ended after PATIENCE is left behind, and interrupted on."""
        ending = time.monotonic() + PATIENCE
        while not self.done.is_set():
            if time.monotonic() > ending:
                threading.Thread(target=self._stop_on, name="canvas-stop", daemon=True).start()
                return
            self._interrupt()
            self.done.wait(LOOK)

    def _stop_on(self) -> None:
        """One interrupt before the database has begun would be lost, and on a busy machine it may begin late."""
        while not self.done.wait(LATE_LOOK):
            self._interrupt()

    def _interrupt(self) -> None:
        """A database that just ended or is too busy to listen says so by an error; the next time tells."""
        with contextlib.suppress(Exception):
            self._connection.interrupt()
        for dataset in self._datasets:
            with contextlib.suppress(Exception):
                dataset.interrupt(self.ident)

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._value
