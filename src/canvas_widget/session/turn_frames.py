"""The frames of a turn, from the prompt that is taken to the receipt."""

from __future__ import annotations

from typing import Any, Literal

from canvas_widget.session.payload import Payload

__all__ = ["TURN_FRAMES"]


class Accepted(Payload):
    """A prompt was taken; `queued` while another turn runs."""

    turn_id: str
    queued: bool = False


class TurnStarted(Payload):
    """A turn begins to run; to every client, so that those that did not ask show the prompt too."""

    turn_id: str
    prompt: str
    conversation_id: str = "default"
    source: str = ""


class WaitingTurn(Payload):
    """A prompt that waits for the running turn."""

    turn_id: str
    prompt: str
    conversation_id: str = "default"


class Queue(Payload):
    """The prompts that wait, in the order they will run; without the running one."""

    turns: list[WaitingTurn]


class ParseFailure(Payload):
    """Why an answer is no value of the schema that was asked for."""

    error: str
    raw_response: str
    parse_error: str


class AssistantResponse(Payload):
    """With `chunk` true the next piece of the answer, else the whole of it.

    `ungrounded` are the numbers in the text that come from nothing the turn has seen. `value` is the answer to a prompt
    with a schema; `parse` says why there is none.
    """

    turn_id: str
    attempt: int = 1
    text: str
    chunk: bool
    confidence: Literal["High", "Medium", "Low"] | None = None
    confidence_reason: str | None = None
    chart: str | None = None
    ungrounded: list[str] = []
    value: Any = None
    parse: ParseFailure | None = None


class Retract(Payload):
    """Drop what that attempt showed."""

    turn_id: str
    attempt: int
    reason: str


class ReasoningFrame(Payload):
    """A plan, or a piece of the model's own thinking. The first of a turn names its strategy."""

    turn_id: str
    strategy: str | None = None
    steps: list[str] = []
    text: str = ""


class ToolCallFrame(Payload):
    """A tool begins."""

    turn_id: str
    call_id: str
    tool: str
    arguments: dict[str, Any]


class ToolResultFrame(Payload):
    """A tool ended."""

    turn_id: str
    call_id: str
    tool: str
    ok: bool
    result: dict[str, Any] | None = None
    error: str | None = None
    elapsed_ms: float = 0.0


class Progress(Payload):
    """Long work goes on; `fraction` only where it is measured. An empty message without one says that it is over."""

    turn_id: str | None = None
    container_id: str | None = None
    fraction: float | None = None
    message: str = ""


class DoneFrame(Payload):
    """A turn ended."""

    turn_id: str
    reason: Literal["complete", "cancelled", "limit", "error"]
    usage: dict[str, Any] = {}
    cost: float | None = None
    provider: str = ""
    model: str = ""
    attempts: int = 0
    latency_ms: float = 0.0
    can_continue: bool = False
    receipt: list[dict[str, Any]] = []


TURN_FRAMES: dict[str, type[Payload]] = {
    "accepted": Accepted,
    "turn_started": TurnStarted,
    "queue": Queue,
    "assistant_response": AssistantResponse,
    "retract": Retract,
    "reasoning": ReasoningFrame,
    "tool_call": ToolCallFrame,
    "tool_result": ToolResultFrame,
    "progress": Progress,
    "done": DoneFrame,
}
"""The payload of each frame that a turn sends."""
