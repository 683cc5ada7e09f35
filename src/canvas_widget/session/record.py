"""What a session does, written into its journal."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from canvas_widget.agent import Done, Retracted, TextChunk, ToolEnded, ToolStarted, TurnEvent
from canvas_widget.document import Commit, Document
from canvas_widget.session.journal import Event, EventType, Journal, message_to
from canvas_widget.session.restore import snapshot_of

if TYPE_CHECKING:
    from canvas_widget.agent import Conversations
    from canvas_widget.session.turn import Turn

__all__ = ["Recorder", "Request"]

TOKEN_SECONDS = 0.1
TOKENS = 64
SNAPSHOT_EVERY = 200
"""Transactions between two snapshots: what a restart has to apply again at most."""

Request = list[str]
"""Whose message an event came from: user, client, and the client's own id of it."""


class Recorder:
    """Writes a session's events. `required` is the number that must be safe before anything later is told."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.required = 0
        self._since_snapshot = 0
        self.written = time.monotonic()
        """When something was written last."""
        self._pieces: list[str] = []
        self._turn: tuple[str, str, int] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def write(
        self,
        kind: EventType,
        content: dict[str, Any],
        conversation_id: str | None = None,
        turn_id: str | None = None,
        *,
        required: bool = True,
    ) -> int:
        """Append an event; unless it is a piece of text, what is told from now on waits for it."""
        if kind != "ai_token":
            self.flush_text()
        number = self.journal.append(Event(kind, content, conversation_id, turn_id))
        self.written = time.monotonic()
        if required:
            self.required = number
        return number

    def snapshot(self, document: Document) -> None:
        """Write the whole canvas."""
        self._since_snapshot = 0
        self.write("snapshot", {"rev": document.rev, "document": snapshot_of(document)})

    def commit(self, commit: Commit, document: Document, request: Request | None) -> None:
        """Write a change of the canvas."""
        content: dict[str, Any] = {"rev": commit.rev, "transaction": commit.transaction.model_dump(mode="json")}
        if request is not None:
            content["request"] = request
        self.write("transaction", content, None, commit.transaction.turn_id)
        self._since_snapshot += 1
        if self._since_snapshot >= SNAPSHOT_EVERY:
            self.snapshot(document)

    def prompt(self, turn: Turn, source: str, request: Request | None) -> None:
        """Write that a prompt was taken."""
        content: dict[str, Any] = {"prompt": turn.prompt, "source": source}
        if request is not None:
            content["request"] = request
        self.write("user_message", content, turn.conversation_id, turn.turn_id)

    def event(self, turn: Turn, event: TurnEvent) -> None:
        """Write what a turn reports."""
        where = (turn.conversation_id, turn.turn_id)
        match event:
            case TextChunk(attempt=attempt, text=text):
                self._text(turn, attempt, text)
            case Retracted(attempt=attempt, reason=reason):
                self.write("system_event", {"event": "retract", "attempt": attempt, "reason": reason}, *where)
            case ToolStarted(call_id=call_id, tool=tool, arguments=arguments):
                self.write("tool_call", {"call_id": call_id, "tool": tool, "arguments": arguments}, *where)
            case ToolEnded():
                content = {
                    "call_id": event.call_id,
                    "tool": event.tool,
                    "ok": event.ok,
                    "elapsed_ms": round(event.elapsed_ms, 3),
                }
                content |= {"result": event.result} if event.ok else {"error": event.error}
                self.write("tool_result", content, *where)
            case _:
                pass

    def done(self, turn: Turn, done: Done, conversations: Conversations) -> None:
        """Write that a turn has ended, and what its conversation keeps of it."""
        entries = conversations.get(turn.conversation_id).entries
        content = {
            "event": "done",
            "reason": done.reason,
            "text": turn.text,
            "provider": done.provider,
            "model": done.model,
            "usage": done.usage.as_dict(),
            "cost": done.cost,
            "latency_ms": round(done.latency_ms, 1),
            "made": list(turn.made),
            "error": done.error.message if done.error else None,
            "messages": [message_to(entry.message) for entry in entries if entry.turn_id == turn.turn_id],
        }
        self.write("system_event", content, turn.conversation_id, turn.turn_id)

    def system(self, name: str, content: dict[str, Any] | None = None, conversation_id: str | None = None) -> None:
        """Write anything else worth keeping."""
        self.write("system_event", {"event": name} | (content or {}), conversation_id)

    # -- text ------------------------------------------------------------------------------------------------------

    def _text(self, turn: Turn, attempt: int, text: str) -> None:
        where = (turn.conversation_id, turn.turn_id, attempt)
        if self._turn != where:
            self.flush_text()
        self._turn = where
        self._pieces.append(text)
        if len(self._pieces) >= TOKENS:
            self.flush_text()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOKEN_SECONDS, self.flush_text)

    def flush_text(self) -> None:
        """Write the text that waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pieces, self._pieces = self._pieces, []
        if pieces and self._turn is not None:
            conversation_id, turn_id, attempt = self._turn
            content = {"text": "".join(pieces), "attempt": attempt, "tokens": len(pieces)}
            self.write("ai_token", content, conversation_id, turn_id, required=False)
