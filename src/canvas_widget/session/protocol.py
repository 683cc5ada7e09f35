"""The frames of the protocol, both ways: the one set of models that validates, and that schema and types come from.

Payloads ignore unknown fields. A frame of an unknown type is answered with an error; the connection lives on.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from canvas_widget.document import Change, Delta

__all__ = ["CLIENT_FRAMES", "PROTOCOL_VERSION", "SERVER_FRAMES", "Envelope", "ErrorInfo", "Payload", "ServerFrame"]

PROTOCOL_VERSION = 1


class Payload(BaseModel):
    """Base of all payloads."""

    model_config = ConfigDict(frozen=True, extra="ignore")


# -- client -> server ----------------------------------------------------------------------------------------------


class Handshake(Payload):
    """What kind of client this is. With `arrow` true, results come as Arrow IPC buffers."""

    client_type: str = "unknown"
    version: str = ""
    capabilities: list[str] = []
    arrow: bool = False


class InitSession(Payload):
    """Join a session; `last_seq` asks for a replay of what was missed."""

    session_id: str | None = None
    last_seq: int | None = None
    canvas: str | None = None


class UserPrompt(Payload):
    """Start a turn."""

    prompt: str = Field(min_length=1, max_length=100_000)
    conversation_id: str | None = None
    provider: str | None = None
    model: str | None = None
    strategy: str | None = None
    extended: bool = False
    datasets: list[str] | None = None


class Cancel(Payload):
    """Stop a running or queued turn; the running one when no id is given."""

    turn_id: str | None = None


class CanvasEdit(Payload):
    """Changes to apply together or not at all."""

    changes: list[Change] = Field(min_length=1, max_length=10_000)
    base_rev: int | None = None


class UndoRedo(Payload):
    """Take back, or do again, the newest thing, or a whole turn."""

    turn_id: str | None = None


class Sort(Payload):
    """One sort key of a table page."""

    field: str
    order: Literal["ascending", "descending"] = "ascending"


class GetResult(Payload):
    """One page of a container's rows."""

    container_id: str
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=10_000)
    sort: list[Sort] = []


class Refresh(Payload):
    """Run the queries of these containers again, of all when None."""

    container_ids: list[str] | None = None


class ConversationRef(Payload):
    """A conversation; the default one when None."""

    conversation_id: str | None = None


class TakeScreenshot(Payload):
    """A picture of the canvas."""

    format: Literal["png", "svg"] = "png"
    filename: str | None = None


class Empty(Payload):
    """No payload."""


CLIENT_FRAMES: dict[str, type[Payload]] = {
    "handshake": Handshake,
    "init_session": InitSession,
    "user_prompt": UserPrompt,
    "cancel": Cancel,
    "canvas_edit": CanvasEdit,
    "undo": UndoRedo,
    "redo": UndoRedo,
    "get_canvas_state": Empty,
    "get_result": GetResult,
    "refresh": Refresh,
    "get_history": ConversationRef,
    "clear_conversation": ConversationRef,
    "get_help": Empty,
    "take_screenshot": TakeScreenshot,
    "ping": Empty,
    "pong": Empty,
    "close_session": Empty,
}
"""The payload of each frame a client may send."""


# -- server -> client ----------------------------------------------------------------------------------------------


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


class AssistantResponse(Payload):
    """With `chunk` true the next piece of the answer, else the whole of it."""

    turn_id: str
    attempt: int = 1
    text: str
    chunk: bool
    confidence: Literal["High", "Medium", "Low"] | None = None
    confidence_reason: str | None = None
    chart: str | None = None


class Retract(Payload):
    """Drop what that attempt showed."""

    turn_id: str
    attempt: int
    reason: str


class ReasoningFrame(Payload):
    """A plan, or a piece of the model's own thinking."""

    turn_id: str
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
    """Long work goes on; `fraction` only where it is measured."""

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

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    container_id: str
    result_id: str
    schema_: list[dict[str, Any]] = Field(alias="schema")
    row_count: int
    offset: int = 0
    stale: bool = False
    truncated: bool = False
    elapsed_ms: float | None = None
    rows_read: int | None = None
    rows: list[dict[str, Any]] | None = None
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
    "debug": Message,
    "ping": Empty,
    "pong": Empty,
    "session_closed": Message,
    "error": Message,
}
"""The payload of each frame a server may send."""


class Envelope(Payload):
    """What surrounds every payload, in both directions."""

    type: Annotated[str, Field(min_length=1, max_length=64)]
    data: dict[str, Any] = {}
    id: str | None = None
    session_id: str | None = None
    timestamp: str | None = None


class ServerFrame(Payload):
    """A frame from the server."""

    type: str
    data: dict[str, Any]
    reply_to: str | None = None
    session_id: str | None = None
    seq: int | None = None
    timestamp: str
    error: ErrorInfo | None = None
