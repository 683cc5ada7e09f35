"""Writing many sessions' events from one thread, in few commits."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence

from canvas_widget.errors import CanvasError, StorageError
from canvas_widget.session.journal import Event
from canvas_widget.store.base import Entry, Store

__all__ = ["StoreJournal", "Writer"]

_log = logging.getLogger(__name__)

MOST = 2000
"""Events in one commit."""

FIRST_WAIT, LAST_WAIT = 0.1, 2.0
"""Seconds between attempts while the database cannot be written."""


class Writer:
    """One thread that writes what all journals append; events that come while it writes share the next commit.

    Made on the loop of the sessions whose events it writes.

    Args:
        observe: is shown each event as it comes, on that loop.
    """

    def __init__(self, store: Store, observe: Callable[[Event], None] | None = None) -> None:
        self.store = store
        self._observe = observe
        self._loop = asyncio.get_running_loop()
        self._come: list[Entry] = []
        self._waiting: queue.SimpleQueue[list[Entry] | None] = queue.SimpleQueue()  # None is the end
        self._ending = threading.Event()
        self._journals: dict[str, StoreJournal] = {}
        self.problem = ""
        self.on_lost: Callable[[str], None] | None = None
        """Called with a session whose events do not fit the store: somebody else has written to it."""
        self.written = 0
        self.commits = 0
        self._thread = threading.Thread(target=self._run, name="canvas-store", daemon=True)
        self._thread.start()

    def journal(self, session_id: str, last: int = 0) -> StoreJournal:
        """The journal of a session whose last event has that number."""
        made = self._journals[session_id] = StoreJournal(self, session_id, last)
        return made

    def forget(self, session_id: str) -> None:
        """A session's journal is not needed any more."""
        self._journals.pop(session_id, None)

    @property
    def journals(self) -> int:
        """How many sessions' journals are held."""
        return len(self._journals)

    def put(self, entry: Entry) -> None:
        """Take an event to write, together with what else comes in this turn of the loop."""
        if self._observe is not None:
            self._observe(entry[2])
        self._come.append(entry)
        if len(self._come) == 1:
            self._loop.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        """Give the thread what has come; earlier it would only wait for this thread to pause."""
        if self._come:
            self._waiting.put(self._come)
            self._come = []

    async def close(self) -> None:
        """Write what waits, as far as that is possible, and end the thread."""
        self._hand_over()
        self._ending.set()
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join, 15)

    # -- on the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._batch()
            for start in range(0, len(batch), MOST):
                if not self._write(batch[start : start + MOST]):
                    return

    def _batch(self) -> tuple[list[Entry], bool]:
        """What waits, once there is something; and whether more may come."""
        batch: list[Entry] = []
        entries = self._waiting.get()
        while entries is not None:
            batch += entries
            if len(batch) >= MOST or self._waiting.empty():
                return batch, True
            entries = self._waiting.get()
        return batch, False

    def _write(self, batch: Sequence[Entry]) -> bool:
        """Write a batch, however long that takes; False when the end comes first."""
        pause = FIRST_WAIT
        while True:
            try:
                self.store.write(batch)
            except StorageError as error:
                _log.warning("Events cannot be written: %s", error.message)
                self._tell({}, error.message)
                if self._ending.wait(pause):
                    return False
                pause = min(2 * pause, LAST_WAIT)
            except Exception as error:
                return self._write_apart(batch, error)
            else:
                self.commits += 1
                self.written += len(batch)
                self._tell({session_id: number for session_id, number, _ in batch}, "")
                return True

    def _write_apart(self, batch: Sequence[Entry], error: Exception) -> bool:
        """Write each session's events by themselves: what of one the store will never take holds up no other."""
        sessions = dict.fromkeys(entry[0] for entry in batch)
        if len(sessions) > 1:
            return all(self._write([entry for entry in batch if entry[0] == session_id]) for session_id in sessions)
        for session_id in sessions:
            _log.error("Events of session %s are lost", session_id, exc_info=error)
            message = error.message if isinstance(error, CanvasError) else "The session's events cannot be written."
            self._call(self._lose, session_id, message)
        return True

    def _tell(self, safe: dict[str, int], problem: str) -> None:
        self._call(self._settle, safe, problem)

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop has ended; nobody waits any more
            return

    # -- on the loop -----------------------------------------------------------------------------------------------

    def _settle(self, safe: dict[str, int], problem: str) -> None:
        changed, self.problem = self.problem != problem, problem
        for session_id, number in safe.items():
            journal = self._journals.get(session_id)
            if journal is not None:
                journal.settle(number)
        if changed:
            for journal in tuple(self._journals.values()):
                journal.settle(journal.durable)

    def _lose(self, session_id: str, message: str) -> None:
        journal = self._journals.get(session_id)
        if journal is not None:
            journal.lost = message
            journal.settle(journal.durable)
        if self.on_lost is not None:
            self.on_lost(session_id)


class StoreJournal:
    """One session's journal in a store."""

    def __init__(self, writer: Writer, session_id: str, last: int) -> None:
        self.session_id = session_id
        self.durable = last
        self.lost = ""
        self._writer = writer
        self._last = last
        self._listener: Callable[[], None] | None = None
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    def elsewhere(self, last: int) -> bool:
        """Whether somebody else has written to the session, whose last event has that number in the store."""
        return bool(self.lost) or last > self._last

    @property
    def problem(self) -> str:
        """Why nothing can be written now."""
        return self.lost or self._writer.problem

    def append(self, event: Event) -> int:
        """Take an event; it is written soon."""
        self._last += 1
        self._writer.put((self.session_id, self._last, event))
        return self._last

    def watch(self, listener: Callable[[], None]) -> None:
        """Have a function called when more is safe, or nothing can be written."""
        self._listener = listener

    async def flush(self) -> None:
        """Wait until everything so far is safe, or cannot be."""
        if self.durable >= self._last or self.problem:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._last, future))
        await future

    async def events(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, Event]]:
        """The events behind a number, as far as they are written."""
        return await asyncio.to_thread(self._writer.store.events, self.session_id, after, limit)

    def settle(self, number: int) -> None:
        """Events up to that number are safe."""
        self.durable = max(self.durable, number)
        kept = []
        for wanted, future in self._waiting:
            if wanted <= self.durable or self.problem:
                if not future.done():
                    future.set_result(None)
            else:
                kept.append((wanted, future))
        self._waiting = kept
        if self._listener is not None:
            self._listener()
