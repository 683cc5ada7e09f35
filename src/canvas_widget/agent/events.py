"""What a turn reports while it runs, in order; the session turns each into a frame."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from canvas_widget.errors import CanvasError

__all__ = [
    "Answered",
    "Attempt",
    "Confidence",
    "Done",
    "DoneReason",
    "Reasoning",
    "Retracted",
    "TextChunk",
    "ToolEnded",
    "ToolStarted",
    "TurnEvent",
    "Usage",
]

Confidence = Literal["High", "Medium", "Low"]
DoneReason = Literal["complete", "cancelled", "limit", "error"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a turn; `estimated` when a provider gave none and they were counted from the text."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, with `total_tokens`."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.total_tokens,
            "estimated": self.estimated,
        }


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a provider, or why none was made ("skipped").

    `why` is empty when it answered; `status` is the HTTP status it failed with, when there was one. `wait_s` is what
    was waited before it, `latency_ms` what was waited for it. `cost` is in USD, None when unknown.
    """

    provider: str
    model: str
    outcome: Literal["answered", "failed", "empty", "cancelled", "skipped"]
    why: str = ""
    status: int | None = None
    wait_s: float = 0.0
    latency_ms: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    estimated: bool = False

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        found = asdict(self)
        return {**found, "wait_s": round(self.wait_s, 3), "latency_ms": round(self.latency_ms, 1)}


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A piece of the model's own thinking, or whole steps of ours. The first of a turn names its `strategy`."""

    text: str = ""
    steps: tuple[str, ...] = ()
    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class TextChunk:
    """The next piece of the answer as it arrives, of the attempt numbered from 1."""

    attempt: int
    text: str


@dataclass(frozen=True, slots=True)
class Retracted:
    """Drop what that attempt showed."""

    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool begins; `arguments` as the model gave them (the raw text under "raw" when it was no JSON object)."""

    call_id: str
    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolEnded:
    """A tool ended: `result` when it worked, else `error` in plain words."""

    call_id: str
    tool: str
    ok: bool
    result: dict[str, Any] | None = None
    error: str | None = None
    elapsed_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """The whole answer, and how far it can be trusted by what happened.

    `ungrounded` are the numbers in it that come from nothing the turn has seen. `value` is the answer to a typed
    request; `parse` says why there is none (`error`, `raw_response`, `parse_error`).
    """

    text: str
    confidence: Confidence
    confidence_reason: str
    ungrounded: tuple[str, ...] = ()
    value: Any = None
    parse: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a turn, always the last event.

    `cost` is in USD, None when unknown. `can_continue` says that "continue" goes on where the limit stopped it.
    `error` is set when `reason` is "error". `attempts` counts the answers that were begun, the failed ones included;
    `receipt` says of every request which provider it went to and what came of it.
    """

    reason: DoneReason
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    provider: str = ""
    model: str = ""
    attempts: int = 0
    latency_ms: float = 0.0
    can_continue: bool = False
    error: CanvasError | None = None
    receipt: tuple[Attempt, ...] = ()


TurnEvent = Reasoning | TextChunk | Retracted | ToolStarted | ToolEnded | Answered | Done
