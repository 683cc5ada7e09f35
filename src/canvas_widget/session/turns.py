"""Running prompts: one turn at a time, in order, each reported as frames and remembered as a `Turn`."""

from __future__ import annotations

import asyncio
import uuid
from collections import deque
from typing import TYPE_CHECKING

from canvas_widget.agent import Done
from canvas_widget.data import Listener, tell_to
from canvas_widget.errors import RateLimited
from canvas_widget.logs import log_as_belonging
from canvas_widget.session.cells import Cells, Replacing
from canvas_widget.session.means import Choose, Means
from canvas_widget.session.outbox import Member
from canvas_widget.session.pending import Pending, ending, named, started, typed_of
from canvas_widget.session.protocol import UserPrompt
from canvas_widget.session.record import Request
from canvas_widget.session.report import finish, report
from canvas_widget.session.turn import Turn
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor

if TYPE_CHECKING:
    from canvas_widget.agent.providers.cassette import CassetteMode
    from canvas_widget.agent.typed import Typed

__all__ = ["MAX_QUEUED", "Turns"]

MAX_QUEUED = 8
"""Prompts that may wait while a turn runs."""


class Turns(Means):
    """The turns of one session.

    Args:
        settings: which providers, how many rounds, which limits.
        choose_provider: gives the provider for a prompt, or several in their order; what the settings say when None.
    """

    def __init__(self, settings: Settings, choose_provider: Choose | None = None) -> None:
        super().__init__(settings, choose_provider)
        self._queue: deque[Pending] = deque()
        self._running: Pending | None = None
        self._task: asyncio.Task[None] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._cells = Cells()
        self._waiting: list[str] = []
        self._stopped: dict[str, Turn] = {}

    @property
    def busy(self) -> bool:
        """Whether a turn runs or waits."""
        return self._running is not None or bool(self._queue)

    def waiting(self) -> list[str]:
        """The prompts that run or wait, the running one first."""
        running = [self._running] if self._running is not None else []
        return [pending.turn.prompt for pending in (*running, *self._queue)]

    # -- prompts ---------------------------------------------------------------------------------------------------

    def submit(
        self,
        payload: UserPrompt,
        *,
        cell: str | None = None,
        append: bool = False,
        source: str = "python",
        cassette: CassetteMode | None = None,
        request: Request | None = None,
        typed: Typed | None = None,
    ) -> tuple[Turn, bool]:
        """Take a prompt; returns its turn, and whether it waits for another. `source` is where it was written.

        `cassette` records or replays what the provider answers, unless the settings say otherwise. `typed` is the shape
        of the answer, where the caller has more than the payload's schema.

        Raises:
            RateLimited: too many prompts wait already.
        """
        if len(self._queue) >= MAX_QUEUED:
            raise RateLimited(f"{MAX_QUEUED} prompts are waiting already. Wait for one to end, or cancel one.")
        turn = Turn(uuid.uuid4().hex, payload.prompt, payload.conversation_id or "default")
        queued = self._running is not None or bool(self._queue)
        self._queue.append(Pending(turn, payload, cell, append, source, cassette, typed or typed_of(payload)))
        if self.session.recorder is not None:
            self.session.recorder.prompt(turn, source, request)
        return turn, queued

    def start(self) -> None:
        """Run what waits, if nothing runs; tell what still waits."""
        if self._running is not None:
            self._tell_queue()
        if self._worker is None or self._worker.done():
            self._worker = asyncio.get_running_loop().create_task(self._work())

    async def ask(
        self,
        payload: UserPrompt,
        *,
        cell: str | None = None,
        append: bool = False,
        cassette: CassetteMode | None = None,
        typed: Typed | None = None,
    ) -> Turn:
        """Run a prompt to its end. Cancelling the caller cancels the turn and waits for its clean-up."""
        source = "python" if cell is None else "cell"
        turn, _ = self.submit(payload, cell=cell, append=append, source=source, cassette=cassette, typed=typed)
        pending = self._queue[-1]
        self.start()
        try:
            await pending.done.wait()
        except asyncio.CancelledError:
            self.cancel(turn.turn_id)
            await pending.done.wait()
            raise
        return turn

    def cancel(self, turn_id: str | None = None) -> str | None:
        """Stop the running turn, or the one with that id; returns its id, or None when there is none."""
        for pending in tuple(self._queue):
            if turn_id is not None and pending.turn.turn_id == turn_id:
                self._queue.remove(pending)
                self._tell_queue()
                self._finish(pending, Done("cancelled"))
                return pending.turn.turn_id
        running = self._running
        if running is None or (turn_id is not None and running.turn.turn_id != turn_id):
            return None
        running.cancel.set()
        if self._task is not None:
            self._task.cancel()
        return running.turn.turn_id

    async def close(self) -> None:
        """Stop everything."""
        for pending in tuple(self._queue):
            self.cancel(pending.turn.turn_id)
        running = self._running
        if running is not None:
            self.cancel()
            await running.done.wait()

    def greet(self, member: Member) -> None:
        """Tell a client that has just joined what runs, what waits, and what could be asked."""
        out = self.session.outbox
        if self._running is not None:
            out.answer(member, None, "turn_started", started(self._running))
        if self._queue:
            out.answer(member, None, "queue", {"turns": [named(pending.turn) for pending in self._queue]})
        self.suggestions.greet(member)

    # -- running ---------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while self._queue:
            self._running = pending = self._queue.popleft()
            self._tell_queue()
            self.session.outbox.broadcast("turn_started", started(pending))
            pending.context.run(log_as_belonging, session_id=self.session.session_id, turn_id=pending.turn.turn_id)
            pending.context.run(tell_to, self._telling(pending.turn.turn_id))
            self._task = asyncio.get_running_loop().create_task(self._run(pending), context=pending.context)
            await asyncio.wait({self._task})
            if not pending.done.is_set():
                error = None if self._task.cancelled() else self._task.exception()
                self._finish(pending, ending(error))
            self._task = self._running = None

    def _telling(self, turn_id: str) -> Listener:
        """Tells all clients how far the queries of a turn are; called on any thread."""
        loop, outbox = asyncio.get_running_loop(), self.session.outbox

        def tell(message: str, share: float | None) -> None:
            data = {"turn_id": turn_id, "fraction": share, "message": message}
            loop.call_soon_threadsafe(outbox.broadcast, "progress", data)

        return tell

    async def _run(self, pending: Pending) -> None:
        from canvas_widget.agent import run_turn

        turn, session = pending.turn, self.session
        replacing = Replacing()
        if not pending.append:
            replacing = self._cells.replacing(pending.cell, session.workspace.document)
        session.workspace.poll()
        actor = Actor(
            source="agent",
            turn_id=turn.turn_id,
            replaces=replacing.containers,
            moved=replacing.moved,
            prompt=turn.prompt,
            cancel=pending.cancel,
            made=turn.made,
        )
        request = self._request(pending, actor)
        self._goes_on(turn)
        async for event in run_turn(request):
            if isinstance(event, Done):
                if event.reason == "complete":
                    self._replace(pending, replacing, actor)
                else:
                    self._cells.remember(
                        pending.cell, [*replacing.containers, *turn.made], session.workspace.document, replacing
                    )
                self._finish(pending, event)
            else:
                if session.recorder is not None:
                    session.recorder.event(turn, event)
                report(turn, event, session.outbox, session.workspace.document)

    def _goes_on(self, turn: Turn) -> None:
        """What stopped at a limit can be continued until something else is asked in its conversation."""
        former = self._stopped.pop(turn.conversation_id, None)
        if former is not None:
            former.can_continue = False

    def _replace(self, pending: Pending, replacing: Replacing, actor: Actor) -> None:
        """Take away what the cell's former turn made and this one did not."""
        workspace = self.session.workspace
        for name in replacing.containers - set(pending.turn.made):
            if name in workspace.document:
                workspace.delete(name, actor=actor)
        made = [name for name in dict.fromkeys(pending.turn.made) if name in workspace.document]
        self._cells.remember(pending.cell, made, workspace.document, replacing)

    def _tell_queue(self) -> None:
        """Tell all clients which prompts wait, when that has changed."""
        waiting = [pending.turn for pending in self._queue]
        if [turn.turn_id for turn in waiting] == self._waiting:
            return
        self._waiting = [turn.turn_id for turn in waiting]
        self.session.outbox.broadcast("queue", {"turns": [named(turn) for turn in waiting]})

    def _finish(self, pending: Pending, done: Done) -> None:
        if self.session.recorder is not None:
            self.session.recorder.done(pending.turn, done, self.conversations)
        finish(pending.turn, done, self.session.outbox)
        if done.can_continue:
            self._stopped[pending.turn.conversation_id] = pending.turn
        pending.done.set()
