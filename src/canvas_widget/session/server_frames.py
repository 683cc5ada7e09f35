"""The frames a server may send."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from canvas_widget.document import Delta
from canvas_widget.session.client_frames import ConversationRef
from canvas_widget.session.data_frames import SERVER_DATA_FRAMES
from canvas_widget.session.payload import PROTOCOL_VERSION, Empty, Payload

__all__ = ["SERVER_FRAMES", "ErrorInfo"]


class CanvasState(Payload):
    """The whole document, in the shapes of docs/protocol.md."""

    rev: int
    canvas: dict[str, Any]
    settings: dict[str, Any]
    updated_at: str = ""
    containers: list[dict[str, Any]]


class ServerInfo(Payload):
    """What the server speaks."""

    protocol: int = PROTOCOL_VERSION
    version: str
    features: list[str]
    limits: dict[str, int]


class SessionReady(Payload):
    """The client has joined; every later frame follows."""

    session_id: str
    resumed: Literal["replay", "snapshot", "new"]
    canvas: CanvasState
    initial_tree: dict[str, Any]
    rev: int
    active_tabs: int


class ConnectionStatus(Payload):
    """A tab came or went."""

    status: str
    active_tabs: int


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


class Suggestions(Payload):
    """Up to three prompts that fit the data at hand."""

    prompts: list[str]


class ModelInfo(Payload):
    """A provider with its model, whether it can be asked, and how it has done in this process (latency: EMA)."""

    provider: str
    model: str = ""
    default: bool = False
    usable: bool = False
    why_not: str = ""
    status: Literal["healthy", "degraded", "failed"] = "healthy"
    requests: int = 0
    failures: int = 0
    success_rate: float | None = None
    latency_ms: float | None = None
    last_error: str | None = None


class Models(Payload):
    """What can be asked, how it is doing, and what this session has cost (USD; null when unknown)."""

    models: list[ModelInfo]
    strategies: list[str] = []
    cost: dict[str, Any] = {}
    budget: float | None = None


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


class TreeUpdate(Payload):
    """What changed, applied together or not at all."""

    rev: int
    origin: str
    source: str = ""
    turn_id: str | None = None
    deltas: list[Delta]


class Ack(Payload):
    """A client's own edit, as it was applied."""

    rev: int
    seq: int
    deltas: list[Delta]
    kept: list[str] = []
    notes: list[str] = []


class ResultFrame(Payload):
    """Rows of a container: JSON in `rows`, or one Arrow IPC buffer beside the frame when `rows` is None."""

    model_config = ConfigDict(populate_by_name=True)

    container_id: str
    result_id: str
    schema_: list[dict[str, Any]] = Field(alias="schema")
    row_count: int
    offset: int = 0
    stale: bool = False
    truncated: bool = False
    elapsed_ms: float | None = None
    rows_read: int | None = None
    cost: str = ""
    rows: list[dict[str, Any]] | None = None
    sql: str | None = None
    error: str | None = None


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


class ChatHistory(Payload):
    """The messages of a conversation."""

    conversation_id: str
    messages: list[dict[str, Any]]


class Help(Payload):
    """The help text, in markdown."""

    text: str


class Screenshot(Payload):
    """A picture of the canvas, base64."""

    format: str
    filename: str
    data: str


class ToolAnswer(Payload):
    """What a tool that a client called gave: `answer` as the agent gets it, and pictures (filename, mime, base64)."""

    name: str
    ok: bool
    answer: dict[str, Any]
    pictures: list[dict[str, str]] = []


class Message(Payload):
    """A sentence for a person."""

    message: str
    level: Literal["debug", "info", "warning", "error"] = "info"


class ErrorInfo(Payload):
    """What went wrong: HTTP's code, the symbolic one, a sentence, and when to retry (seconds)."""

    code: int
    error_code: str
    message: str
    retry_after: float | None = None
    alternatives: list[str] = []
    node: dict[str, Any] | None = None


SERVER_FRAMES: dict[str, type[Payload]] = {
    "server_info": ServerInfo,
    "session_ready": SessionReady,
    "connection_status": ConnectionStatus,
    "accepted": Accepted,
    "turn_started": TurnStarted,
    "queue": Queue,
    "suggestions": Suggestions,
    "models": Models,
    "assistant_response": AssistantResponse,
    "retract": Retract,
    "reasoning": ReasoningFrame,
    "tool_call": ToolCallFrame,
    "tool_result": ToolResultFrame,
    "progress": Progress,
    "tree_update": TreeUpdate,
    "ack": Ack,
    "canvas_state": CanvasState,
    "result": ResultFrame,
    "done": DoneFrame,
    "chat_history": ChatHistory,
    "conversation_cleared": ConversationRef,
    "help": Help,
    "screenshot": Screenshot,
    "tool_answer": ToolAnswer,
    "debug": Message,
    "ping": Empty,
    "pong": Empty,
    "session_closed": Message,
    "error": Message,
    **SERVER_DATA_FRAMES,
}
"""The payload of each frame a server may send."""
