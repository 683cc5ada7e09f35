"""The frames a server may send."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from canvas_widget.document import Delta
from canvas_widget.session.client_frames import ConversationRef
from canvas_widget.session.data_frames import SERVER_DATA_FRAMES
from canvas_widget.session.payload import PROTOCOL_VERSION, Empty, Payload
from canvas_widget.session.turn_frames import TURN_FRAMES

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
    "suggestions": Suggestions,
    "models": Models,
    "tree_update": TreeUpdate,
    "ack": Ack,
    "canvas_state": CanvasState,
    "result": ResultFrame,
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
    **TURN_FRAMES,
    **SERVER_DATA_FRAMES,
}
"""The payload of each frame a server may send."""
