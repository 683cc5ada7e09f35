"""What happened in a session, in order, for whoever keeps it: a log that is only ever appended to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from canvas_widget.agent.stream import Message, ToolCall

__all__ = [
    "CutOff",
    "Event",
    "EventType",
    "Journal",
    "MemoryJournal",
    "cut_off",
    "message_from",
    "message_to",
    "rebuild",
]

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
    system_event   event ("done", "retract", "cleared", "dataset", "restored", "used", …) and what belongs to it
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

    @property
    def durable(self) -> int: ...

    @property
    def problem(self) -> str: ...

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
class CutOff:
    """A turn whose end the log does not hold."""

    turn_id: str
    conversation_id: str
    prompt: str
    said: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def messages(self) -> list[Message]:
        """Its prompt, and the answer as far as it came."""
        done = f" Tools so far: {'; '.join(self.calls)}." if self.calls else ""
        ending = f"{''.join(self.said)}\n\n{INTERRUPTED}{done}".strip()
        return [Message("user", self.prompt), Message("assistant", ending)]


def _scan(events: Iterable[Event]) -> tuple[dict[str, list[Message]], dict[str, CutOff]]:
    found: dict[str, list[Message]] = {}
    running: dict[str, CutOff] = {}
    for event in events:
        name, turn, content = event.conversation_id or "default", event.turn_id or "", event.content
        match event.type:
            case "user_message":
                found.setdefault(name, [])
                running[turn] = CutOff(turn, name, str(content["prompt"]))
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
    return found, running


def cut_off(events: Iterable[Event]) -> list[CutOff]:
    """The turns that a log saw begin and not end, in order."""
    return list(_scan(events)[1].values())


def rebuild(events: Iterable[Event]) -> dict[str, list[Message]]:
    """The conversations that a log tells of: each id with its messages, oldest first.

    A turn that has ended is given back as its conversation held it. One that was cut off is its prompt, what was
    done, and the answer as far as it came.
    """
    found, running = _scan(events)
    for cut in running.values():
        found.setdefault(cut.conversation_id, []).extend(cut.messages())
    return found
