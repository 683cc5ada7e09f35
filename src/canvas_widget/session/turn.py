"""What a prompt came to: the record that callers hold while a turn runs and after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from canvas_widget.agent import Attempt, Usage
from canvas_widget.errors import CanvasError

__all__ = ["ToolRecord", "Turn"]


@dataclass(slots=True)
class ToolRecord:
    """One tool call of a turn, with what came of it."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    ok: bool | None = None
    result: dict[str, Any] | None = None
    error: str | None = None
    elapsed_ms: float = 0.0


@dataclass(slots=True)
class Turn:
    """One prompt to its final answer.

    `reason` is None while it runs, then "complete", "cancelled", "limit" or "error". `confidence` is "High",
    "Medium" or "Low". `cost` is in USD, None when unknown. `made` names the containers it made or filled, in order,
    and `chart` the first of them that is a chart. `strategy` is how it was gone about; `ungrounded` are the numbers in
    the text that come from nothing it has seen. `value` is the answer to a typed request (`schema=`); `parse` says
    why there is none: `error`, `raw_response`, `parse_error`. `receipt` has every request to a provider and what came
    of it.
    """

    turn_id: str
    prompt: str
    conversation_id: str = "default"
    text: str = ""
    confidence: str | None = None
    confidence_reason: str | None = None
    tool_calls: list[ToolRecord] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None
    provider: str = ""
    model: str = ""
    attempts: int = 0
    latency_ms: float = 0.0
    can_continue: bool = False
    reason: str | None = None
    error: CanvasError | None = None
    made: list[str] = field(default_factory=list)
    chart: str | None = None
    strategy: str | None = None
    ungrounded: list[str] = field(default_factory=list)
    value: Any = None
    parse: dict[str, str] | None = None
    receipt: tuple[Attempt, ...] = ()

    def __repr__(self) -> str:
        state = self.reason or "running"
        return (
            f"<Turn {state}: {self.text[:80]!r}, {len(self.tool_calls)} tool calls, {self.provider or 'no provider'}>"
        )
