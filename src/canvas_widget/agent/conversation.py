"""Conversation history: bounded, per id, and never with a tool call cut from its results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from canvas_widget.agent.condense import condensed, within
from canvas_widget.agent.proceed import Unfinished
from canvas_widget.agent.stream import Message
from canvas_widget.errors import NotFound

__all__ = ["Conversation", "Conversations", "Entry", "whole_groups"]

DEFAULT_ID = "default"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, the turn it belongs to, and when it was said (ISO 8601, UTC)."""

    message: Message
    turn_id: str | None = None
    at: str = ""


def whole_groups(messages: Sequence[Message]) -> list[range]:
    """The positions of messages that may not be split: an assistant's calls with their results, or one message.

    A result whose call is not there, or calls without all their results, are in no group: no provider accepts them.
    """
    groups: list[range] = []
    position = 0
    while position < len(messages):
        start, message = position, messages[position]
        position += 1
        if message.role == "tool":
            continue
        if message.tool_calls:
            while position < len(messages) and messages[position].role == "tool":
                position += 1
            results = [result.tool_call_id for result in messages[start + 1 : position]]
            if sorted(call.id for call in message.tool_calls) != sorted(map(str, results)):
                continue
        groups.append(range(start, position))
    return groups


WITHHELD = "(Answered on this machine. What was found out is not shared; look it up again if it is needed.)"
RECENT_CHARACTERS = 12_000
"""Length of the newest messages that stay whole where older ones are condensed."""


class Conversation:
    """One history. Holds the last `limit` messages, more only where the newest group alone is longer.

    What is let go is kept in few words (`earlier`). `unfinished` is the turn that stopped at a limit, if the last did.
    """

    def __init__(self, conversation_id: str = DEFAULT_ID, limit: int = 20, clock: Callable[[], str] = _now) -> None:
        self.id = conversation_id
        self.limit = limit
        self._clock = clock
        self._entries: list[Entry] = []
        self._earlier: list[str] = []
        self._local: set[str | None] = set()
        self.unfinished: Unfinished | None = None

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is held, oldest first."""
        return tuple(self._entries)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What a provider is told of the past, oldest first."""
        return tuple(entry.message for entry in self._entries)

    @property
    def earlier(self) -> tuple[str, ...]:
        """What was said before the messages that are held, in few words."""
        return tuple(self._earlier)

    def keep_here(self, turn_id: str) -> None:
        """Say that what a turn found out may not be told to a provider outside this machine."""
        self._local.add(turn_id)

    def recalled(self, *, condense: bool = False, outside: bool = False) -> tuple[tuple[str, ...], tuple[Message, ...]]:
        """What a turn is told of the past: what came earlier in few words, and the messages after it.

        With `condense` the older half of the messages is told in few words too, calls together with their results.
        With `outside` what earlier turns found out on this machine alone is left out.
        """
        messages = _withheld(self._entries, self._local) if outside and self._local else self.messages
        if not condense:
            return self.earlier, messages
        start, count, size = len(messages), 0, 0
        for group in reversed(whole_groups(messages)):
            held = messages[group.start : group.stop]
            count += len(held)
            size += sum(len(message.content) + sum(len(c.arguments) for c in message.tool_calls) for message in held)
            if start < len(messages) and (count > self.limit // 2 or size > RECENT_CHARACTERS):
                break
            start = group.start
        return tuple(within([*self._earlier, *condensed(messages[:start])])), messages[start:]

    def add(self, messages: Iterable[Message], turn_id: str | None = None) -> None:
        """Add messages of a turn: calls together with all their results."""
        at = self._clock()
        self._entries.extend(Entry(message, turn_id, at) for message in messages)
        self._trim()

    def forget_prompt(self, prompt: str) -> None:
        """Take out the turns that asked this, when a new run replaces them."""
        turns = {entry.turn_id for entry in self._entries if entry.message == Message("user", prompt)}
        self._entries = [entry for entry in self._entries if entry.turn_id is None or entry.turn_id not in turns]

    def as_wire(self) -> list[dict[str, Any]]:
        """What was said, for a `chat_history` frame: prompts and answers, without the tools' traffic."""
        return [
            {
                "role": entry.message.role,
                "content": entry.message.content,
                "turn_id": entry.turn_id,
                "timestamp": entry.at,
            }
            for entry in self._entries
            if entry.message.role in ("user", "assistant") and entry.message.content
        ]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._earlier.clear()
        self.unfinished = None

    def _trim(self) -> None:
        kept: list[Entry] = []
        for group in reversed(whole_groups(self.messages)):
            if kept and len(kept) + len(group) > self.limit:
                break
            kept[:0] = self._entries[group.start : group.stop]
        held = set(map(id, kept))
        gone = [entry for entry in self._entries if id(entry) not in held]
        lost = condensed(_withheld(gone, self._local))
        if lost:
            self._earlier = within([*self._earlier, *lost])
        self._entries = kept
        self._local.intersection_update([entry.turn_id for entry in kept])


def _withheld(entries: Sequence[Entry], local: Collection[str | None]) -> tuple[Message, ...]:
    """The messages; of turns that stay here the prompts alone, and that they were answered."""
    kept: list[Message] = []
    for entry in entries:
        message = entry.message
        if entry.turn_id not in local or message.role == "user":
            kept.append(message)
        elif message.role == "assistant" and not message.tool_calls:
            kept.append(Message("assistant", WITHHELD))
    return tuple(kept)


class Conversations:
    """The conversations of a session, by id."""

    def __init__(self, limit: int = 20) -> None:
        self.limit = limit
        self._held: dict[str, Conversation] = {}

    def get(self, conversation_id: str = DEFAULT_ID) -> Conversation:
        """The conversation of that id, begun when it is new."""
        if conversation_id not in self._held:
            self._held[conversation_id] = Conversation(conversation_id, self.limit)
        return self._held[conversation_id]

    def ids(self) -> tuple[str, ...]:
        """The ids of those that were begun, oldest first."""
        return tuple(self._held)

    def clear(self, conversation_id: str | None = None) -> None:
        """Forget one conversation, or all of them when None.

        Raises:
            NotFound: no conversation has that id.
        """
        if conversation_id is None:
            self._held.clear()
        elif self._held.pop(conversation_id, None) is None:
            raise NotFound(f"No conversation {conversation_id!r}.", alternatives=self.ids()[-5:])
