"""What happened in a session, in order, for whoever keeps it: a log that is only ever appended to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from canvas_widget.agent.stream import Message, ToolCall

__all__ = ["Event", "EventType", "Journal", "MemoryJournal", "message_from", "message_to", "rebuild"]

EventType = Literal["user_message", "ai_token", "tool_call", "tool_result", "system_event", "transaction", "snapshot"]

INTERRUPTED = "(This turn was interrupted: the server stopped while it ran. What it had finished stays.)"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `content` is JSON-ready; what it holds goes by `type`:

    user_message   prompt, source, and the client's own message id under `request`
    ai_token       text, attempt: the pieces of at most a tenth of a second, joined
    tool_call      call_id, tool, arguments
    tool_result    call_id, tool, ok, result or error, elapsed_ms
    transaction    rev, transaction: the change of the canvas, and `request` where a client made it
    snapshot       rev, document: the whole canvas
    system_event   event ("done", "retract", "cleared", "dataset", "restored", …) and what belongs to it
    """

    type: EventType
    content: dict[str, Any]
    conversation_id: str | None = None
    turn_id: str | None = None
    timestamp: datetime = field(default_factory=_now)


class Journal(Protocol):
    """Where a session's events go. Events are numbered from 1.

    `durable` is the number up to which they are safe; `problem` says why nothing can be written now, or is empty.
    """

    durable: int
    problem: str

    def append(self, event: Event) -> int:
        """Take an event; never blocks. Returns its number."""

    def watch(self, listener: Callable[[], None]) -> None:
        """Have a function called, on the session's loop, each time `durable` or `problem` changes."""

    async def flush(self) -> None:
        """Wait until everything appended so far is safe."""

    async def events(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, Event]]:
        """The events behind a number, oldest first, at most `limit`."""


class MemoryJournal:
    """A journal that lasts as long as the process."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self.problem = ""

    @property
    def durable(self) -> int:
        return len(self._events)

    def append(self, event: Event) -> int:
        """Keep an event."""
        self._events.append(event)
        return len(self._events)

    def watch(self, listener: Callable[[], None]) -> None:
        """Nothing ever changes: what is appended is as safe as it will be."""

    async def flush(self) -> None:
        """Nothing waits."""

    async def events(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, Event]]:
        """The events behind a number."""
        return list(enumerate(self._events[after : after + limit], after + 1))


def message_to(message: Message) -> dict[str, Any]:
    """A message of a conversation as JSON-ready data."""
    data: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        data["tool_calls"] = [[call.id, call.name, call.arguments] for call in message.tool_calls]
    if message.tool_call_id is not None:
        data |= {"tool_call_id": message.tool_call_id, "name": message.name}
    return data


def message_from(data: dict[str, Any]) -> Message:
    """The message that `message_to` wrote."""
    calls = tuple(ToolCall(*call) for call in data.get("tool_calls", ()))
    return Message(data["role"], data["content"], calls, data.get("tool_call_id"), data.get("name"))


@dataclass(slots=True)
class _Open:
    """A turn whose end the log does not hold yet."""

    prompt: str
    said: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)


def rebuild(events: Iterable[Event]) -> dict[str, list[Message]]:
    """The conversations that a log tells of: each id with its messages, oldest first.

    A turn that has ended is given back as its conversation held it. One that was cut off is its prompt, what was
    done, and the answer as far as it came.
    """
    found: dict[str, list[Message]] = {}
    running: dict[str, _Open] = {}
    where: dict[str, str] = {}
    for event in events:
        name, turn, content = event.conversation_id or "default", event.turn_id or "", event.content
        match event.type:
            case "user_message":
                found.setdefault(name, [])
                running[turn], where[turn] = _Open(str(content["prompt"])), name
            case "ai_token" if turn in running:
                running[turn].said.append(str(content["text"]))
            case "tool_result" if turn in running:
                running[turn].calls.append(f"{content['tool']}: {'done' if content.get('ok') else 'failed'}")
            case "system_event" if content.get("event") == "retract" and turn in running:
                running[turn].said.clear()
            case "system_event" if content.get("event") == "done":
                running.pop(turn, None)
                found.setdefault(name, []).extend(map(message_from, content.get("messages", ())))
            case "system_event" if content.get("event") == "cleared":
                found[name] = []
            case _:
                pass
    for turn, cut in running.items():
        done = f" Tools so far: {'; '.join(cut.calls)}." if cut.calls else ""
        text = "".join(cut.said)
        ending = f"{text}\n\n{INTERRUPTED}{done}".strip()
        found.setdefault(where[turn], []).extend([Message("user", cut.prompt), Message("assistant", ending)])
    return found
