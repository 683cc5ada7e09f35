"""Running prompts: one turn at a time, in order, each reported as frames and remembered as a `Turn`."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canvas_widget.agent import Conversations, Done, Provider
from canvas_widget.agent.usage.book import Book
from canvas_widget.errors import Cancelled, CanvasError, RateLimited
from canvas_widget.logs import log_as_belonging, log_as_set
from canvas_widget.session.cells import Cells, Replacing
from canvas_widget.session.models import models_frame
from canvas_widget.session.outbox import Member
from canvas_widget.session.protocol import UserPrompt
from canvas_widget.session.record import Request
from canvas_widget.session.report import finish, report
from canvas_widget.session.suggestions import Suggestions
from canvas_widget.session.turn import Turn
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor

if TYPE_CHECKING:
    from canvas_widget.agent.providers.cassette import CassetteMode
    from canvas_widget.agent.typed import Typed
    from canvas_widget.session.session import Session

__all__ = ["MAX_QUEUED", "Turns"]

MAX_QUEUED = 8
"""Prompts that may wait while a turn runs."""

Choose = Callable[[Settings, str | None], Provider | tuple[Provider, ...]]


@dataclass(eq=False, slots=True)
class _Pending:
    turn: Turn
    payload: UserPrompt
    cell: str | None
    append: bool
    source: str
    cassette: CassetteMode | None
    typed: Typed | None = None
    context: Context = field(default_factory=copy_context)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    cancel: threading.Event = field(default_factory=threading.Event)


class Turns:
    """The turns of one session.

    Args:
        settings: which providers, how many rounds, which limits.
        choose_provider: gives the provider for a prompt, or several in their order; what the settings say when None.
    """

    def __init__(self, settings: Settings, choose_provider: Choose | None = None) -> None:
        log_as_set(settings)
        self.settings = settings
        self.conversations = Conversations(settings.max_conversation_history)
        self._choose: Choose = _configured if choose_provider is None else choose_provider
        self._queue: deque[_Pending] = deque()
        self._running: _Pending | None = None
        self._task: asyncio.Task[None] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._cells = Cells()
        self._session: Session | None = None
        self._suggestions: Suggestions | None = None
        self._waiting: list[str] = []
        self.book = Book(settings.budget)
        self.screenshots = Path("screenshots")

    def connect(self, session: Session) -> None:
        """Say whose turns these are. Once, by the session."""
        self._session = session
        self._suggestions = Suggestions(session)

    @property
    def session(self) -> Session:
        if self._session is None:
            raise CanvasError("These turns belong to no session yet.")
        return self._session

    @property
    def suggestions(self) -> Suggestions:
        """The prompts that fit the data at hand."""
        if self._suggestions is None:
            raise CanvasError("These turns belong to no session yet.")
        return self._suggestions

    @property
    def busy(self) -> bool:
        """Whether a turn runs or waits."""
        return self._running is not None or bool(self._queue)

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
        self._queue.append(_Pending(turn, payload, cell, append, source, cassette, typed or _typed(payload)))
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

    # -- conversations ---------------------------------------------------------------------------------------------

    def history(self, conversation_id: str | None) -> dict[str, Any]:
        """The messages of a conversation, as the `chat_history` frame carries them."""
        name = conversation_id or "default"
        return {"conversation_id": name, "messages": self.conversations.get(name).as_wire()}

    def clear(self, conversation_id: str | None) -> str:
        """Forget a conversation; returns its id."""
        name = conversation_id or "default"
        self.conversations.get(name).clear()
        if self.session.recorder is not None:
            self.session.recorder.system("cleared", conversation_id=name)
        return name

    def greet(self, member: Member) -> None:
        """Tell a client that has just joined what runs, what waits, and what could be asked."""
        out = self.session.outbox
        if self._running is not None:
            out.answer(member, None, "turn_started", _started(self._running))
        if self._queue:
            out.answer(member, None, "queue", {"turns": [_named(pending.turn) for pending in self._queue]})
        self.suggestions.greet(member)

    def models(self) -> dict[str, Any]:
        """What can be asked, how it is doing, and what the session has cost: the `models` frame."""
        return models_frame(self.settings, self.book.as_dict())

    def screenshot(self, form: str, filename: str | None) -> tuple[bytes, str]:
        """A picture of the canvas and a bare file name for it. Draws: call it off the loop."""
        from canvas_widget.session.picture import picture

        return picture(self.session.workspace, form, filename)

    # -- running ---------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while self._queue:
            self._running = pending = self._queue.popleft()
            self._tell_queue()
            self.session.outbox.broadcast("turn_started", _started(pending))
            pending.context.run(log_as_belonging, session_id=self.session.session_id, turn_id=pending.turn.turn_id)
            self._task = asyncio.get_running_loop().create_task(self._run(pending), context=pending.context)
            await asyncio.wait({self._task})
            if not pending.done.is_set():
                error = None if self._task.cancelled() else self._task.exception()
                self._finish(pending, _ending(error))
            self._task = self._running = None

    def _route(self, wanted: str | None) -> tuple[Provider, ...]:
        chosen = self._choose(self.settings, wanted)
        return chosen if isinstance(chosen, tuple) else (chosen,)

    async def _run(self, pending: _Pending) -> None:
        from canvas_widget.agent import TurnRequest, run_turn
        from canvas_widget.agent.providers.cassette import through_cassette

        turn, session = pending.turn, self.session
        wanted = _wanted(pending.payload)
        replacing = Replacing()
        if not pending.append:
            replacing = self._cells.replacing(pending.cell, session.workspace.document)
        session.workspace.poll()
        actor = Actor(
            source="agent",
            turn_id=turn.turn_id,
            replaces=replacing.containers,
            moved=replacing.moved,
            cancel=pending.cancel,
            made=turn.made,
        )
        route = through_cassette(self.settings, turn.prompt, lambda: self._route(wanted), pending.cassette)
        request = TurnRequest(
            turn_id=turn.turn_id,
            prompt=turn.prompt,
            conversation=self.conversations.get(turn.conversation_id),
            route=route,
            preferred=route[0].name if wanted else None,
            workspace=session.workspace,
            actor=actor,
            settings=self.settings,
            extended=pending.payload.extended,
            strategy=pending.payload.strategy,
            typed=pending.typed,
            datasets=tuple(pending.payload.datasets or ()),
            screenshot=lambda name: self.screenshot("png", name),
            book=self.book,
        )
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

    def _replace(self, pending: _Pending, replacing: Replacing, actor: Actor) -> None:
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
        self.session.outbox.broadcast("queue", {"turns": [_named(turn) for turn in waiting]})

    def _finish(self, pending: _Pending, done: Done) -> None:
        if self.session.recorder is not None:
            self.session.recorder.done(pending.turn, done, self.conversations)
        finish(pending.turn, done, self.session.outbox)
        pending.done.set()


def _configured(settings: Settings, wanted: str | None) -> tuple[Provider, ...]:
    from canvas_widget.agent import route

    return route(settings, wanted)


def _typed(payload: UserPrompt) -> Typed | None:
    if payload.schema_ is None:
        return None
    from canvas_widget.agent.typed import typed

    return typed(payload.schema_)


def _named(turn: Turn) -> dict[str, Any]:
    return {"turn_id": turn.turn_id, "prompt": turn.prompt, "conversation_id": turn.conversation_id}


def _started(pending: _Pending) -> dict[str, Any]:
    return {**_named(pending.turn), "source": pending.source}


def _wanted(payload: UserPrompt) -> str | None:
    if payload.provider and payload.model:
        return f"{payload.provider}/{payload.model}"
    return payload.model or payload.provider


def _ending(error: BaseException | None) -> Done:
    """How a turn ended that did not say so itself."""
    if error is None or isinstance(error, Cancelled | asyncio.CancelledError):
        return Done("cancelled")
    if isinstance(error, CanvasError):
        return Done("error", error=error)
    failure = CanvasError(f"The turn failed: {type(error).__name__}: {error}. What it had finished stays.")
    failure.__cause__ = error
    return Done("error", error=failure)
