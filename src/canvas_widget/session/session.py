"""One session: a canvas, its conversations and its clients, behind one inbound path.

Everything here runs on one event loop. Prompts, edits and questions of every carrier enter by `handle`; what happens
leaves by the clients' `send`.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from canvas_widget.document import Commit, Container
from canvas_widget.errors import CanvasError, Forbidden, InvalidArgument, NotFound, StorageError
from canvas_widget.logs import log_as_belonging
from canvas_widget.session import dispatch
from canvas_widget.session.journal import Journal
from canvas_widget.session.outbox import Answers, Client, Member, Outbox, error_info, unpack
from canvas_widget.session.protocol import CLIENT_FRAMES, Envelope
from canvas_widget.session.record import Recorder, Request
from canvas_widget.session.results import new_results, send_result
from canvas_widget.session.selecting import Selecting
from canvas_widget.session.spelling import canonical
from canvas_widget.session.turns import Turns
from canvas_widget.surrogates import sound
from canvas_widget.workspace import Outcome, Workspace
from canvas_widget.workspace.controls import refilters

__all__ = ["Session"]

_log = logging.getLogger(__name__)

MAX_CLIENTS = 64
"""Clients whose answers are remembered after they are gone."""

KEPT = frozenset(
    {"user_prompt", "canvas_edit", "undo", "redo", "arrange", "redraw", "set_control", "clear_conversation"}
)
"""Frames whose effect must be written down."""

READS = frozenset({
    "init_session", "get_canvas_state", "get_history", "get_models", "get_help", "get_code", "get_result",
    "rows_behind", "take_screenshot",
})  # fmt: skip
"""Frames that are handled anew when they come again: their answers are large, and nothing is done twice."""

CHANGES = KEPT | {"cancel", "refresh", "select"}
"""Frames that need more than the right to look: what others see is another thing after them."""


class Session:
    """A canvas and everybody who looks at it.

    Args:
        workspace: the canvas; its document must be changed on this session's loop.
        turns: runs the prompts.
        session_id: its id; made when None.
        journal: keeps what happens; nothing is told to a client before it is safe there. Nothing is kept when None.
    """

    def __init__(
        self, workspace: Workspace, turns: Turns, session_id: str | None = None, journal: Journal | None = None
    ) -> None:
        self.workspace = workspace
        self.turns = turns
        self.session_id = session_id or uuid.uuid4().hex
        self.outbox = Outbox(self.session_id)
        self.recorder = None if journal is None else Recorder(journal)
        if self.recorder is not None:
            self.outbox.recorder = self.recorder
            self.recorder.journal.watch(self.outbox.release)
        self.uses = 0
        """How many frames have come: who watches this sees whether the session is used."""
        self.on_server = False
        """Whether it lives in a server, on another machine than those who use it."""
        self.on_close: Callable[[], None] | None = None
        """What ends the session when a client asks for it; where it is None only that client leaves."""
        self._answers: dict[tuple[str, str], Answers] = {}
        self._underway: dict[tuple[int, str], asyncio.Event] = {}
        self._acking: tuple[Member, str | None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsubscribe = workspace.subscribe(self._on_commit)
        self.selecting = Selecting(self)
        turns.connect(self)

    # -- clients ---------------------------------------------------------------------------------------------------

    def attach(self, client: Client) -> Member:
        """Take a client in; it hears nothing before it has joined."""
        member = Member(client)
        self.outbox.members.append(member)
        return member

    def detach(self, member: Member) -> None:
        """Let a client go. The session lives on."""
        member.left = True
        if member in self.outbox.members:
            self.outbox.members.remove(member)
            if member.joined and member.tab:
                self.outbox.broadcast("connection_status", {"status": "left", "active_tabs": self.active})

    @property
    def active(self) -> int:
        """How many clients have joined."""
        return sum(member.joined and member.tab for member in self.outbox.members)

    def join(self, member: Member, request_id: str | None, last_seq: int | None = None) -> None:
        """Give a client the document, or what it missed; from then on it hears everything."""
        self.outbox.flush()
        was, member.joined = member.joined, True
        if not was and member.tab and self.active > 1:
            data = {"status": "joined", "active_tabs": self.active}
            self.outbox.broadcast("connection_status", data, skip=member)  # before the document, which has its number
        missed = self.outbox.since(last_seq) if last_seq is not None else None
        state = self.workspace.state()
        resumed = "replay" if missed is not None else ("snapshot" if last_seq is not None else "new")
        data = {
            "session_id": self.session_id,
            "resumed": resumed,
            "canvas": state,
            "initial_tree": self.workspace.tree(),
            "rev": state["rev"],
            "active_tabs": self.active,
        }
        self.outbox.answer(member, request_id, "session_ready", data, seq=self.outbox.seq)
        if not member.tab:
            return
        for frame in missed or ():
            self.outbox.deliver(member, frame, [])
        if missed is None:
            for container in self.workspace.document:
                send_result(self, container, member)
        self.outbox.answer(member, request_id, "chat_history", self.turns.history(None))
        self.turns.greet(member)

    # -- the one way in --------------------------------------------------------------------------------------------

    async def handle(self, member: Member, raw: object) -> None:
        """Answer one frame from a client. Nothing it holds can raise past here, or end the connection."""
        self.uses += 1
        request_id = raw["id"] if isinstance(raw, dict) and isinstance(raw.get("id"), str) else None
        if request_id is not None and not sound(request_id):
            request_id = None
        if request_id is None:
            await self._answer(member, raw, None)
            return
        key = (id(member.answers), request_id)
        while (first := self._underway.get(key)) is not None:  # asked again, by a client that came back, say
            await first.wait()
        if request_id in member.answers:
            for kept, buffers in tuple(member.answers[request_id]):
                self.outbox.deliver(member, unpack(kept), buffers)
            return
        done = self._underway[key] = asyncio.Event()
        try:
            await self._answer(member, raw, request_id)
        finally:
            del self._underway[key]
            done.set()

    async def _answer(self, member: Member, raw: object, request_id: str | None) -> None:
        log_as_belonging(session_id=self.session_id, **({"request_id": request_id} if request_id else {}))
        try:
            await self._dispatch(member, raw, request_id)
        except CanvasError as error:
            self.refuse(member, request_id, error)
        except Exception:
            _log.exception("A frame failed in session %s", self.session_id)
            failure = CanvasError("The frame could not be handled. The canvas is as it was; details are in the log.")
            self.refuse(member, request_id, failure)

    async def _dispatch(self, member: Member, raw: object, request_id: str | None) -> None:
        if not isinstance(raw, dict):
            raise InvalidArgument(f"A frame is a JSON object, not {type(raw).__name__}.")
        if not sound(raw):
            raise InvalidArgument("A text holds half of a surrogate pair; send whole characters.")
        try:
            envelope = Envelope.model_validate(canonical(raw))
            model = CLIENT_FRAMES.get(envelope.type)
            if model is None:
                unknown = InvalidArgument(f"Unknown frame type {envelope.type!r}.")
                unknown.code, unknown.error_code = 400, "UNKNOWN_TYPE"
                raise unknown
            payload = model.model_validate(envelope.data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InvalidArgument(f"{raw.get('type', 'frame')!s:.64}: {where or 'payload'}: {first['msg']}.") from None
        self._allow(member, envelope.type)
        if not member.joined and envelope.type not in dispatch.BEFORE_JOINING:
            self.join(member, None)
        await dispatch.HANDLERS[envelope.type](self, member, request_id, payload)
        if request_id is not None and envelope.type in READS:
            member.answers.pop(request_id, None)

    def _allow(self, member: Member, kind: str) -> None:
        """Refuse what a client's user may not do, and what could not be kept.

        Raises:
            NotFound: the client has left, or was sent away: no answer of this session is for it any more.
            Forbidden: the canvas is shared with them to look at, or is not theirs to end.
            StorageError: nothing can be written down now.
        """
        if member.left:
            raise NotFound("This session is closed, or not shared with you any more.")
        if (member.scope == "read" and kind in CHANGES) or (member.scope != "own" and kind == "close_session"):
            raise Forbidden(f"{kind}: this canvas is shared with you to {member.scope} only. Ask its owner.")
        if self.recorder is not None and self.recorder.journal.problem and kind in KEPT:
            raise StorageError(self.recorder.journal.problem, retry_after=5)

    def remember(self, member: Member, client_id: str) -> None:
        """Take a client for the one that had this id before: what it asked then is answered, not done again."""
        member.client_id = client_id
        if client_id:
            member.answers = self.answers_of(member.user, client_id)

    def answers_of(self, user: str, client_id: str) -> Answers:
        """What a client of a user was answered, by its message ids."""
        held = self._answers[user, client_id] = self._answers.pop((user, client_id), {})
        while len(self._answers) > MAX_CLIENTS:
            del self._answers[next(iter(self._answers))]
        return held

    def request(self, member: Member, request_id: str | None) -> Request | None:
        """Whose message something came from, for the journal; None where nobody could ask for it again."""
        return [member.user, member.client_id, request_id] if member.client_id and request_id is not None else None

    def refuse(
        self, member: Member, request_id: str | None, error: CanvasError, container: Container | None = None
    ) -> None:
        """Tell a client what could not be done, and why."""
        node = container.model_dump(mode="json") if container else None
        at_once = isinstance(error, StorageError)
        info = error_info(error, node)
        self.outbox.answer(member, request_id, "error", {"message": error.message}, at_once=at_once, error=info)

    def edit(self, member: Member, request_id: str | None, change: Callable[[], Outcome]) -> None:
        """Run an edit of one client: its `ack` takes the place of the `tree_update` that the others get.

        What controls filter otherwise after it is drawn again beside the rest: its queries take their time.
        """
        before = self.workspace.document
        self._acking = (member, request_id)
        try:
            outcome = change()
        finally:
            acked, self._acking = self._acking is None, None
        if not acked:
            rev = self.workspace.document.rev
            data = {"rev": rev, "seq": self.outbox.seq, "deltas": [], "kept": list(outcome.kept)}
            self.outbox.answer(member, request_id, "ack", data | {"notes": list(outcome.report.notes)})
        if refilters(outcome.commit):
            self.spawn(asyncio.to_thread(self.workspace.realign, before))

    # -- what happened ---------------------------------------------------------------------------------------------

    def _on_commit(self, commit: Commit) -> None:
        deltas = [delta.model_dump(mode="json", exclude_none=True) for delta in commit.deltas]
        transaction = commit.transaction
        if self.recorder is not None:
            request = self.request(*self._acking) if self._acking is not None else None
            self.recorder.commit(commit, self.workspace.document, request)
        data = {
            "rev": commit.rev,
            "origin": transaction.origin,
            "source": transaction.source,
            "turn_id": transaction.turn_id,
            "deltas": deltas,
        }
        self.outbox.flush()
        seq = self.outbox.next_seq()
        skip: Member | None = None
        if self._acking is not None:
            skip, request_id = self._acking
            self._acking = None
            self.outbox.answer(skip, request_id, "ack", {"rev": commit.rev, "seq": seq, "deltas": deltas}, seq=seq)
        self.outbox.broadcast("tree_update", data, seq=seq, skip=skip)
        for container in new_results(commit):
            send_result(self, container, None)

    def spawn(self, work: Any) -> None:
        """Run a coroutine beside the rest; its failure is logged, never lost."""
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            if isinstance(error, NotFound):
                return
            _log.error("Background work of session %s failed", self.session_id, exc_info=error)

    async def close(self, reason: str = "The session has ended.") -> None:
        """End the session: stop its turns and tell its clients."""
        self._unsubscribe()
        self.selecting.close()
        await self.turns.close()
        if self.recorder is not None:
            self.recorder.flush_text()
            await self.recorder.journal.flush()
        for member in tuple(self.outbox.members):
            member.left = True
            self.outbox.answer(member, None, "session_closed", {"message": reason})
        self.outbox.members.clear()
        for task in tuple(self._tasks):
            task.cancel()
