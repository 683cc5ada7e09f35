"""What comes out of reading a prompt: calls, and for each request what was read, chosen, asked or not understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Call", "Part", "Reading"]


@dataclass(slots=True)
class Call:
    """A tool call; `said` is what the answer says of it when it worked, without the end of the sentence."""

    tool: str
    arguments: dict[str, Any]
    said: str = ""


@dataclass(slots=True)
class Part:
    """One request: its words, its calls, the choices made (`notes`), and what kept it from being done in full.

    `asks` are questions to the user, `unread` words that nothing fits.
    """

    words: str
    calls: list[Call] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    examples: bool = False


@dataclass(slots=True)
class Reading:
    """A whole prompt as it was read."""

    parts: list[Part] = field(default_factory=list)
    cut: bool = False

    @property
    def calls(self) -> list[Call]:
        return [call for part in self.parts for call in part.calls]
