"""What goes in and out of the HTTP API: the models that check it, and that its description is made from."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from canvas_widget.document import Container, Content
from canvas_widget.document.nodes import Placement, Relations

__all__ = [
    "Canvases",
    "Chat",
    "ChatAnswer",
    "Container",
    "CreateContainer",
    "CreateSession",
    "DatasetInfo",
    "Datasets",
    "Done",
    "Error",
    "EventsPage",
    "EventsQuery",
    "History",
    "Info",
    "Login",
    "Me",
    "OfCanvas",
    "OfConversation",
    "OfEnd",
    "Page",
    "Picture",
    "SessionInfo",
    "Sessions",
    "Share",
    "Size",
    "Summary",
    "Text",
    "Token",
    "UpdateContainer",
    "Upload",
]

Side = Annotated[int, Field(ge=1, le=100_000)]
Where = Annotated[int, Field(ge=0, le=100_000)]
Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
Conversation = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class Model(BaseModel):
    """Base of all: unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class ErrorBody(Model):
    """What went wrong: HTTP's code, the symbolic one, a sentence, and when to try again (seconds)."""

    code: int
    error_code: str
    message: str
    retry_after: float | None = None
    alternatives: list[str] = []


class Error(Model):
    """A request that failed."""

    success: Literal[False] = False
    error: ErrorBody


class Done(Model):
    """It is done."""

    success: bool = True


class OfCanvas(Model):
    """Which canvas: a session's (the caller's newest when nothing is said), or one in a kernel."""

    session_id: Id | None = None
    kernel_id: Id | None = None
    canvas: str | None = Field(default=None, max_length=200)


class OfConversation(OfCanvas):
    """Which conversation of which canvas."""

    conversation_id: Conversation | None = None


class Picture(OfCanvas):
    """A picture of which canvas, and how."""

    format: Literal["png", "svg"] = "png"
    filename: str | None = Field(default=None, max_length=100)


class Page(Model):
    """Which part of a list."""

    limit: int = Field(default=100, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=10**9)


class EventsQuery(Model):
    """Which events of a session: those behind a number."""

    after: int = Field(default=0, ge=0, le=2**53)
    limit: int = Field(default=100, ge=1, le=1000)


class OfEnd(Model):
    """How to end a session: with `erase`, everything of it is deleted."""

    erase: bool = False


class Login(Model):
    """Who signs in."""

    username: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)


class Token(Model):
    """A token and the seconds it is good for."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int


class Me(Model):
    """Who you are here."""

    user_id: str
    username: str


class Chat(Model):
    """A prompt. With `schema`, a JSON schema, the answer is a value of that shape; with `stream`, events are sent."""

    message: str = Field(min_length=1, max_length=100_000)
    conversation_id: Conversation | None = None
    session_id: Id | None = None
    provider: str | None = Field(default=None, max_length=100)
    model: str | None = Field(default=None, max_length=200)
    strategy: str | None = Field(default=None, max_length=100)
    extended: bool = False
    datasets: list[str] | None = None
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    stream: bool = False


class ChatAnswer(Model):
    """An answer, how far it can be trusted, and what it took."""

    success: bool
    response: str
    confidence: Literal["High", "Medium", "Low"] | None = None
    confidence_reason: str | None = None
    chart: str | None = None
    value: Any = None
    parse: dict[str, Any] | None = None
    conversation_id: str
    metadata: dict[str, Any]


class History(Model):
    """What was said in a conversation."""

    conversation_id: str
    messages: list[dict[str, Any]]


class Size(Model):
    """The size of a canvas in px."""

    width: Side
    height: Side


class Box(Model):
    """The fields of a container that can be set; what is left out stays as it is."""

    title: str | None = Field(default=None, max_length=10_000)
    x: Where | None = None
    y: Where | None = None
    width: Side | None = None
    height: Side | None = None
    z: int | None = Field(default=None, ge=-(2**31), le=2**31)
    placement: Placement | None = None
    locked: bool | None = None
    hidden: bool | None = None
    relations: Relations | None = None
    content: Content | None = None


class CreateContainer(Box):
    """A new container; `auto_adjust` and `avoid_overlap` hold for it instead of the canvas's settings."""

    id: str = Field(min_length=1, max_length=200)
    auto_adjust: bool | None = None
    avoid_overlap: bool | None = None


class UpdateContainer(Box):
    """What becomes another; `auto_adjust` and `avoid_overlap` hold for it instead of the canvas's settings."""

    auto_adjust: bool | None = None
    avoid_overlap: bool | None = None


class CreateSession(Model):
    """A new session and its canvas."""

    name: str | None = Field(default=None, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")
    width: Side | None = None
    height: Side | None = None


class SessionInfo(Model):
    """A session; `scope` is what the caller may do in it."""

    session_id: str
    name: str
    scope: Literal["own", "edit", "read"]
    start_time: datetime
    end_time: datetime | None = None
    duration_seconds: float | None = None
    active_tabs: int = 0


class Sessions(Model):
    """Sessions, the newest first."""

    sessions: list[SessionInfo]


class Summary(Model):
    """What a session came to; null until it is written."""

    session_id: str
    summary: str | None


class EventInfo(Model):
    """One thing that happened."""

    seq: int
    type: str
    conversation_id: str | None = None
    turn_id: str | None = None
    timestamp: datetime
    content: dict[str, Any]


class EventsPage(Model):
    """Events, the oldest first; `next` is the `after` of the page behind them, or null."""

    events: list[EventInfo]
    next: int | None = None


class Share(Model):
    """Let a user look ("read"), change ("edit"), or neither any more (null)."""

    username: str = Field(min_length=1, max_length=200)
    scope: Literal["read", "edit"] | None = "read"


class CanvasInfo(Model):
    """A canvas that the caller may see, in a session or in a kernel."""

    name: str
    scope: Literal["own", "edit", "read"]
    session_id: str | None = None
    kernel_id: str | None = None


class Canvases(Model):
    """All canvases that the caller may see."""

    canvases: list[CanvasInfo]


class DatasetInfo(Model):
    """A dataset: its columns as [name, type], its rows."""

    name: str
    rows: int | None = None
    columns: list[list[str]] = []


class Datasets(Model):
    """The datasets of a session."""

    session_id: str
    datasets: list[DatasetInfo]


class Upload(Model):
    """A file for a session: CSV, Parquet or Arrow."""

    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")
    session_id: Id | None = None


class Info(Model):
    """What this is."""

    name: str
    version: str
    protocol: int
    links: dict[str, str]


class Status(Model):
    """How the server is doing."""

    status: Literal["ok", "degraded"]
    version: str
    uptime_seconds: float
    sessions: int
    sockets: int
    store: dict[str, Any]


class Health(Model):
    """Whether the server can be used."""

    status: Literal["ok", "starting", "failed"]
    version: str
    message: str = ""


class Text(Model):
    """Text in markdown."""

    text: str


class State(Model):
    """The whole document."""

    rev: int
    canvas: dict[str, Any]
    settings: dict[str, Any]
    updated_at: str = ""
    containers: list[Container]
