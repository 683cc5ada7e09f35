"""The sessions of this server: made, joined, resumed after a restart, ended."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canvas_widget.data import Catalogue
from canvas_widget.errors import CanvasError, Forbidden, InvalidArgument, NotFound, StorageError
from canvas_widget.server.hosts import Connection, SessionConnection
from canvas_widget.server.owner import LoopOwner
from canvas_widget.server.restore import restore
from canvas_widget.session import Client, Session, Turns
from canvas_widget.session.outbox import Scope
from canvas_widget.store import SessionRecord, Store, Writer
from canvas_widget.store.journal import StoreJournal
from canvas_widget.workspace import Workspace

if TYPE_CHECKING:
    from canvas_widget.data import Dataset
    from canvas_widget.server.identity import Caller
    from canvas_widget.server.uploads import Uploads
    from canvas_widget.settings import Settings

__all__ = ["Live", "Sessions"]

_log = logging.getLogger(__name__)

EXPIRED = "The session was not used for {:g} s and has ended."


@dataclass(eq=False, slots=True)
class Live:
    """A session in memory: whose it is, with whom it is shared, and when it was used last."""

    session: Session
    record: SessionRecord
    grants: dict[str, str]
    used: float = field(default_factory=time.monotonic)
    uses: int = 0

    def scope(self, user_id: str) -> Scope | None:
        """What a user may do here; None for nothing."""
        if user_id == self.record.user_id:
            return "own"
        held = self.grants.get(user_id)
        return "edit" if held == "edit" else ("read" if held == "read" else None)

    def idle(self, now: float) -> float:
        """Seconds since the last frame or turn."""
        if self.session.uses != self.uses or self.session.turns.busy:
            self.uses, self.used = self.session.uses, now
        return now - self.used

    def say_used(self, now: float, limit: float) -> None:
        """Write that a session is used where nothing else has said so for long: other servers go by that."""
        recorder = self.session.recorder
        if recorder is not None and self.idle(now) < limit / 2 <= now - recorder.written:
            recorder.system("used")


MOVED = "The session goes on at another server. Connect again."


def missing(session_id: str) -> NotFound:
    """The one answer for a session that is not there and for one that is not yours."""
    return NotFound(f"No session {session_id!r:.80}.")


class Sessions:
    """All sessions that live in this process, over the store that keeps them."""

    def __init__(self, settings: Settings, store: Store, writer: Writer, uploads: Uploads) -> None:
        self.settings = settings
        self.store = store
        self.writer = writer
        self.uploads = uploads
        self.ended = asyncio.Event()
        """Set when a session has ended, for who writes summaries."""
        self._live: dict[str, Live] = {}
        writer.on_lost = self._lost
        self._opening: dict[str, asyncio.Future[Live | None]] = {}
        self._ending: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def live(self) -> list[Live]:
        """Those in memory."""
        return list(self._live.values())

    # -- making and finding ----------------------------------------------------------------------------------------

    async def create(
        self, caller: Caller, name: str | None = None, width: int | None = None, height: int | None = None
    ) -> Live:
        """A new session of the caller's."""
        session_id = uuid.uuid4().hex
        chosen = name or f"canvas-{session_id[:8]}"
        record = SessionRecord(session_id, caller.user_id, chosen, datetime.now(UTC))
        await asyncio.to_thread(self.store.add_session, record)
        workspace = Workspace(
            chosen,
            width or self.settings.default_canvas_width,
            height or self.settings.default_canvas_height,
            catalogue=Catalogue(),
            owner=LoopOwner(),
        )
        session = Session(workspace, Turns(self.settings), session_id, self.writer.journal(session_id))
        assert session.recorder is not None  # noqa: S101  (it has a journal)
        session.recorder.snapshot(workspace.document)
        return self._keep(Live(session, record, {}))

    def _keep(self, live: Live) -> Live:
        session_id = live.record.session_id
        live.session.on_server = True
        live.session.on_close = lambda: self._spawn(self.end(session_id))
        self._live[session_id] = live
        return live

    async def get(self, session_id: str, caller: Caller) -> Live:
        """A session that the caller may see, from memory or made again from what was written down.

        Raises:
            NotFound: there is none, it has ended, or it is somebody else's: the same answer.
        """
        live = self._live.get(session_id)
        if live is None or await self._moved(live):
            live = None if session_id in self._ending else await self._open(session_id)
        if live is None or live.scope(caller.user_id) is None:
            raise missing(session_id)
        return live

    def _lost(self, session_id: str) -> None:
        live = self._live.get(session_id)
        if live is not None:
            self._spawn(self._moved(live))

    async def _moved(self, live: Live) -> bool:
        """Whether another server has gone on with a session; this one then lets go of it, and its clients are told."""
        session_id, recorder = live.record.session_id, live.session.recorder
        last = await asyncio.to_thread(self.store.last_number, session_id)
        if not isinstance(journal := getattr(recorder, "journal", None), StoreJournal) or not journal.elsewhere(last):
            return False
        if self._live.get(session_id) is live:
            del self._live[session_id]
            self.writer.forget(session_id)
            for member in tuple(live.session.outbox.members):  # before what never becomes safe
                member.left = True
                live.session.outbox.answer(member, None, "session_closed", {"message": MOVED}, at_once=True)
            live.session.outbox.members.clear()
            await live.session.close(MOVED)
            live.session.workspace.release()
        return True

    async def newest(self, caller: Caller) -> Live:
        """The caller's newest session that has not ended; made when there is none."""
        for record in await asyncio.to_thread(self.store.sessions, caller.user_id):
            if record.end_time is None:
                return await self.get(record.session_id, caller)
        return await self.create(caller)

    async def _open(self, session_id: str) -> Live | None:
        """Make a session again, once however many ask for it at a time."""
        if (held := self._live.get(session_id)) is not None:  # who waited for another to let go of it
            return held
        if session_id not in self._opening:
            opening = self._opening[session_id] = asyncio.ensure_future(self._restore(session_id))
            opening.add_done_callback(lambda _: self._opening.pop(session_id, None))
        return await asyncio.shield(self._opening[session_id])

    async def _restore(self, session_id: str) -> Live | None:
        record = await asyncio.to_thread(self.store.session, session_id)
        if record is None or record.end_time is not None:
            return None
        grants = await asyncio.to_thread(self.store.grants, session_id)
        session = await restore(record, self.settings, self.store, self.writer, self.uploads)
        return self._keep(Live(session, record, grants))

    def connect(self, live: Live, client: Client, caller: Caller) -> Connection:
        """A line to a session."""
        scope = live.scope(caller.user_id)
        if scope is None:
            raise missing(live.record.session_id)
        live.used = time.monotonic()
        return SessionConnection(live.session, client, caller.user_id, scope)

    # -- what belongs to a session ---------------------------------------------------------------------------------

    async def share(self, live: Live, caller: Caller, user_id: str, scope: str | None) -> None:
        """Let another user see or change a session, or not any more.

        Raises:
            Forbidden: only its owner may.
        """
        if live.scope(caller.user_id) != "own":
            raise Forbidden("Only its owner shares a session.")
        if user_id == caller.user_id:
            raise InvalidArgument("The session is yours already.")
        await asyncio.to_thread(self.store.grant, live.record.session_id, user_id, scope)
        if scope is None:
            live.grants.pop(user_id, None)
        else:
            live.grants[user_id] = scope
        for member in tuple(live.session.outbox.members):
            if member.user == user_id:
                held = live.scope(user_id)
                if held is None:
                    live.session.outbox.answer(member, None, "session_closed", {"message": "Not shared any more."})
                    live.session.detach(member)
                else:
                    member.scope = held

    async def upload(self, live: Live, name: str, filename: str, content: bytes) -> Dataset:
        """Make a file a dataset of a session. It is there after a restart, too.

        Raises:
            InvalidArgument: nothing that can be read, or no name.
            TooLarge: the session has as many uploaded files, or bytes of them, as it may.
        """
        session = live.session
        session_id = live.record.session_id
        kept = await asyncio.to_thread(self.uploads.keep, session_id, name, filename, content)
        try:
            dataset = await asyncio.to_thread(self.uploads.load, session.workspace.catalogue, session_id, name, kept)
        except CanvasError:
            await asyncio.to_thread(self.uploads.drop, session_id, kept)
            raise
        session.workspace.poll()
        session.turns.suggestions.changed()
        assert session.recorder is not None  # noqa: S101  (it has a journal)
        session.recorder.system("dataset", {"name": name} | kept)
        former = self.uploads.take(session_id, name, kept)
        await self.safe(live)
        await asyncio.to_thread(self.uploads.let_go, session_id, former)
        live.used = time.monotonic()
        return dataset

    async def safe(self, live: Live) -> None:
        """Wait until all of a session is written down.

        Raises:
            StorageError: it cannot be, now.
        """
        recorder = live.session.recorder
        if recorder is not None:
            await recorder.journal.flush()
            if recorder.journal.problem:
                raise StorageError(recorder.journal.problem, retry_after=5)

    # -- ending ----------------------------------------------------------------------------------------------------

    async def end(self, session_id: str, reason: str = "The session has ended.", at: datetime | None = None) -> None:
        """End a session: stop its turns, tell its clients, write when it ended. Meanwhile nobody finds it."""
        self._ending.add(session_id)
        try:
            if (opening := self._opening.get(session_id)) is not None:
                await asyncio.wait({opening})
            await self._end(session_id, reason, at)
        finally:
            self._ending.discard(session_id)
        self.ended.set()

    async def _end(self, session_id: str, reason: str, at: datetime | None) -> None:
        live = self._live.pop(session_id, None)
        if live is not None:
            assert live.session.recorder is not None  # noqa: S101  (it has a journal)
            await live.session.turns.close()
            live.session.recorder.snapshot(live.session.workspace.document)
            live.session.recorder.system("ended", {"reason": reason})
            await live.session.recorder.journal.flush()
        try:
            await asyncio.to_thread(self.store.end_session, session_id, at or datetime.now(UTC))
        finally:
            if live is not None:
                await live.session.close(reason)
                live.session.workspace.release()
                self.writer.forget(session_id)
        await asyncio.to_thread(self.uploads.erase, session_id)

    async def erase(self, session_id: str) -> None:
        """End a session and delete everything of it."""
        await self.end(session_id, "The session was erased.")
        await asyncio.to_thread(self.store.erase_session, session_id)

    async def expire(self) -> int:
        """End what was not used for as long as the settings say; returns how many that were."""
        limit, now = self.settings.session_expiry, time.monotonic()
        for live in self.live:
            live.say_used(now, limit)
        idle = [each for each in self.live if each.idle(now) >= limit]
        for live in idle:
            if await self._moved(live):
                continue
            await self.end(live.record.session_id, EXPIRED.format(limit))
        count = len(idle)
        moment = datetime.now(UTC)
        for record, last in await asyncio.to_thread(self.store.open_sessions):
            if record.session_id not in self._live and (moment - last).total_seconds() >= limit:
                await self.end(record.session_id, at=last)
                count += 1
        return count

    async def suspend(self) -> None:
        """Stop what runs and write everything down; the sessions are there again after the next start."""
        for live in self.live:
            try:
                await live.session.turns.close()
                if live.session.recorder is not None:
                    live.session.recorder.flush_text()
                    await live.session.recorder.journal.flush()
                live.session.workspace.release()
            except CanvasError as error:
                _log.warning("Session %s was not closed in order: %s", live.record.session_id, error.message)
        self._live.clear()

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
