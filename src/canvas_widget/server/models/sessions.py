"""Sessions, what happened in them, and their datasets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from canvas_widget.server.models.canvases import Side
from canvas_widget.server.models.common import Id, Model

__all__ = [
    "CreateSession",
    "DatasetInfo",
    "Datasets",
    "EventInfo",
    "EventsPage",
    "EventsQuery",
    "OfEnd",
    "Rename",
    "SessionInfo",
    "Sessions",
    "Share",
    "Summary",
    "Upload",
]


class EventsQuery(Model):
    """Which events of a session: those behind a number."""

    after: int = Field(default=0, ge=0, le=2**53)
    limit: int = Field(default=100, ge=1, le=1000)


class OfEnd(Model):
    """How to end a session: with `erase`, everything of it is deleted."""

    erase: bool = False


class CreateSession(Model):
    """A new session and its canvas."""

    name: str | None = Field(default=None, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")
    width: Side | None = None
    height: Side | None = None


class Rename(Model):
    """Another name for a session and its canvas."""

    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")


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
