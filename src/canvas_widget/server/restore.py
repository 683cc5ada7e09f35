"""A session made again from the store, where it stood when the server stopped."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from canvas_widget.data import Catalogue
from canvas_widget.errors import CanvasError
from canvas_widget.server.owner import LoopOwner
from canvas_widget.session import Session, Turns
from canvas_widget.session.journal import Event, cut_off, message_to, rebuild
from canvas_widget.session.outbox import pack
from canvas_widget.session.restore import document_of, replay
from canvas_widget.workspace import Workspace

if TYPE_CHECKING:
    from canvas_widget.document import Commit
    from canvas_widget.server.uploads import Uploads
    from canvas_widget.settings import Settings
    from canvas_widget.store import SessionRecord, Store, Writer

__all__ = ["restore"]

_log = logging.getLogger(__name__)

GENERATION = 1 << 32
"""What the frames' numbers jump by at each restart, so that none is ever given twice."""

PAGE = 5000


def _read(store: Store, session_id: str) -> tuple[Any, list[Event], list[Event], int]:
    """The newest snapshot, the changes behind it, everything else that happened, and the last event's number."""
    snapshot = store.snapshot(session_id)
    changes = _all(store, session_id, snapshot.number if snapshot else 0, ("transaction",))
    rest = _all(store, session_id, 0, ("user_message", "ai_token", "tool_result", "system_event"))
    return snapshot, changes, rest, store.last_number(session_id)


def _all(store: Store, session_id: str, after: int, types: Any) -> list[Event]:
    found: list[Event] = []
    while page := store.events(session_id, after, PAGE, types):
        found += [event for _, event in page]
        after = page[-1][0]
    return found


async def restore(record: SessionRecord, settings: Settings, store: Store, writer: Writer, uploads: Uploads) -> Session:
    """The session of a record: its canvas, conversations, datasets, and what it had answered."""
    session_id = record.session_id
    snapshot, changes, rest, last = await asyncio.to_thread(_read, store, session_id)
    catalogue = Catalogue()
    for name, kept in _datasets(rest).items():
        try:
            await asyncio.to_thread(uploads.load, catalogue, session_id, name, kept)
            uploads.take(session_id, name, kept)
        except CanvasError as error:
            _log.warning("Dataset %r of session %s is not there any more: %s", name, session_id, error.message)
    workspace = Workspace(record.name, catalogue=catalogue, owner=LoopOwner())
    if snapshot is not None:
        workspace.document = document_of(snapshot.document)
    applied = replay(workspace, changes)
    turns = Turns(settings)
    for conversation_id, messages in rebuild(rest).items():
        turns.conversations.get(conversation_id).add(messages)
    session = Session(workspace, turns, session_id, writer.journal(session_id, last))
    assert session.recorder is not None  # noqa: S101  (it has a journal)
    generation = 1 + sum(event.content.get("event") == "restored" for event in rest)
    session.outbox.seq = generation * GENERATION
    for event, commit in applied:
        _answer_again(session, event, "ack", _ack(session, commit))
    for event in rest:
        if event.type == "user_message":
            _answer_again(session, event, "accepted", {"turn_id": event.turn_id, "queued": False})
    for cut in cut_off(rest):
        content = {"event": "done", "reason": "error", "error": "The server stopped.", "interrupted": True}
        content["messages"] = [message_to(message) for message in cut.messages()]
        session.recorder.write("system_event", content, cut.conversation_id, cut.turn_id)
    session.recorder.system("restored", {"generation": generation})
    await session.recorder.journal.flush()
    return session


def _datasets(events: list[Event]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for event in events:
        if event.content.get("event") == "dataset":
            found[str(event.content["name"])] = event.content
    return found


def _ack(session: Session, commit: Commit) -> dict[str, Any]:
    deltas = [delta.model_dump(mode="json", exclude_none=True) for delta in commit.deltas]
    return {"rev": commit.rev, "seq": session.outbox.seq, "deltas": deltas}


def _answer_again(session: Session, event: Event, kind: str, data: dict[str, Any]) -> None:
    """Remember a message as answered: a client that sends it again gets its answer, and nothing is done twice."""
    request = event.content.get("request")
    if request is not None:
        user, client_id, request_id = request
        seq = session.outbox.seq if kind == "ack" else None
        frame = session.outbox.frame(kind, data, reply_to=request_id, seq=seq)
        session.answers_of(user, client_id)[request_id] = [(pack(frame), [])]
