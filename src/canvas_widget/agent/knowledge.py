"""What the user wrote down about the data: notes and definitions, by topic."""

from __future__ import annotations

import difflib
from typing import Protocol

from canvas_widget.errors import InvalidArgument

__all__ = ["Knowledge", "KnowledgePort"]


class KnowledgePort(Protocol):
    """Where the agent looks notes up."""

    def lookup(self, topic: str) -> list[tuple[str, str]]: ...

    def topics(self) -> list[str]: ...


class Knowledge:
    """Notes in memory.

    knowledge.add("revenue", "Net of returns, in EUR.")
    """

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}

    def add(self, topic: str, note: str) -> None:
        """Write a note down; the same topic again replaces it.

        Raises:
            InvalidArgument: no topic, or no note.
        """
        if not topic.strip() or not note.strip():
            raise InvalidArgument("A note needs a topic and a text.")
        self._notes[topic.strip()] = note.strip()

    def remove(self, topic: str) -> None:
        """Forget a note, if it is there."""
        self._notes.pop(topic.strip(), None)

    def topics(self) -> list[str]:
        """All topics, in the order they were added."""
        return list(self._notes)

    def lookup(self, topic: str) -> list[tuple[str, str]]:
        """The notes on a topic, the best first: its own, those whose topic or text has its words, the nearest names."""
        wanted = topic.strip().casefold()
        words = set(wanted.split())
        scored = []
        for position, (name, note) in enumerate(self._notes.items()):
            plain = name.casefold()
            found = words & set(f"{plain} {note.casefold()}".split())
            near = difflib.SequenceMatcher(None, wanted, plain).ratio()
            score = 3.0 if plain == wanted else 2.0 if wanted and wanted in plain else len(found) / max(1, len(words))
            score = max(score, near if near > 0.7 else 0.0)
            if score > 0:
                scored.append((-score, position, name, note))
        return [(name, note) for _, _, name, note in sorted(scored)[:5]]
