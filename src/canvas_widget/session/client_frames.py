"""The frames a client may send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, JsonValue

from canvas_widget.document import Change
from canvas_widget.session.data_frames import CLIENT_DATA_FRAMES
from canvas_widget.session.payload import Empty, Payload

__all__ = [
    "CLIENT_FRAMES",
    "Cancel",
    "CanvasEdit",
    "ConversationId",
    "ConversationRef",
    "GetResult",
    "Handshake",
    "InitSession",
    "Refresh",
    "RowFilter",
    "Sort",
    "TakeScreenshot",
    "UndoRedo",
    "UserPrompt",
]


ConversationId = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
"""A conversation's id, as every store can keep it."""


class Handshake(Payload):
    """What kind of client this is. With `arrow` true, results come as Arrow IPC buffers.

    With `client_id`, one of its own making, a client that reconnects is the same client: a message it repeats with the
    id it had gets the answer it missed, and has no second effect.
    """

    client_type: str = "unknown"
    version: str = ""
    capabilities: list[str] = []
    arrow: bool = False
    client_id: str = Field(default="", max_length=128)


class InitSession(Payload):
    """Join a session; `last_seq` asks for a replay of what was missed."""

    session_id: str | None = None
    last_seq: int | None = None
    canvas: str | None = None


class UserPrompt(Payload):
    """Start a turn. With `schema`, a JSON schema, the whole answer carries a `value` of that shape."""

    model_config = ConfigDict(populate_by_name=True)

    prompt: str = Field(min_length=1, max_length=100_000)
    conversation_id: ConversationId | None = None
    provider: str | None = None
    model: str | None = None
    strategy: str | None = None
    extended: bool = False
    datasets: list[str] | None = None
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class Cancel(Payload):
    """Stop a running or queued turn; the running one when no id is given."""

    turn_id: str | None = None


class CanvasEdit(Payload):
    """Changes to apply together or not at all; the two switches hold for them instead of the canvas's settings."""

    changes: list[Change] = Field(min_length=1, max_length=10_000)
    base_rev: int | None = None
    auto_adjust: bool | None = None
    avoid_overlap: bool | None = None


class UndoRedo(Payload):
    """Take back, or do again, the newest thing, or a whole turn."""

    turn_id: str | None = None


class Sort(Payload):
    """One sort key of a table page."""

    field: str
    order: Literal["ascending", "descending"] = "ascending"


class RowFilter(Payload):
    """One condition on the rows of a table page; `op` as in the filters of requests."""

    field: str
    op: str = "="
    value: JsonValue = None


class GetResult(Payload):
    """One page of a container's rows, sorted and filtered in the engine."""

    container_id: str
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=10_000)
    sort: list[Sort] = Field(default=[], max_length=20)
    filter: list[RowFilter] = Field(default=[], max_length=50)


class Refresh(Payload):
    """Run the queries of these containers again, of all when None."""

    container_ids: list[str] | None = None


class ConversationRef(Payload):
    """A conversation; the default one when None."""

    conversation_id: ConversationId | None = None


class TakeScreenshot(Payload):
    """A picture of the canvas, or the canvas as a page: self-contained HTML, or PDF."""

    format: Literal["png", "svg", "html", "pdf"] = "png"
    filename: str | None = None


class CallTool(Payload):
    """Run one of the agent's tools, with its arguments."""

    name: str = Field(min_length=1, max_length=200)
    arguments: dict[str, Any] = {}


CLIENT_FRAMES: dict[str, type[Payload]] = {
    "handshake": Handshake,
    "init_session": InitSession,
    "user_prompt": UserPrompt,
    "cancel": Cancel,
    "canvas_edit": CanvasEdit,
    "undo": UndoRedo,
    "redo": UndoRedo,
    "arrange": Empty,
    "get_canvas_state": Empty,
    "get_result": GetResult,
    "refresh": Refresh,
    "get_history": ConversationRef,
    "clear_conversation": ConversationRef,
    "get_models": Empty,
    "get_help": Empty,
    "take_screenshot": TakeScreenshot,
    "call_tool": CallTool,
    "ping": Empty,
    "pong": Empty,
    "close_session": Empty,
    **CLIENT_DATA_FRAMES,
}
"""The payload of each frame a client may send."""
