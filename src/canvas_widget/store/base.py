"""The one interface of the store; memory, SQLite and PostgreSQL keep it alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from canvas_widget.session.journal import Event, EventType

__all__ = ["Entry", "SessionRecord", "Snapshot", "Store", "UserRecord"]

Entry = tuple[str, int, Event]
"""A session's id, the event's number in that session, and the event."""


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A user of ours. `password_hash` is argon2's."""

    user_id: str
    username: str
    password_hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session. `end_time`, `duration_seconds` and `final_summary` are None until they are known."""

    session_id: str
    user_id: str
    name: str
    start_time: datetime
    end_time: datetime | None = None
    duration_seconds: float | None = None
    final_summary: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole canvas as it was after event `number`."""

    number: int
    rev: int
    document: dict[str, Any]


class Store(Protocol):
    """All methods block and may be called from any thread.

    Raises:
        StorageError: the database cannot be read or written now.
    """

    def ping(self) -> None:
        """Raise when the store cannot be used."""

    def close(self) -> None:
        """Let go of all connections."""

    # users

    def add_user(self, user: UserRecord) -> None:
        """Add a user. Raises Conflict when the name is taken."""

    def user(self, username: str) -> UserRecord | None:
        """The user of that name."""

    def user_by_id(self, user_id: str) -> UserRecord | None:
        """The user with that id."""

    def erase_user(self, user_id: str) -> int:
        """Delete a user's sessions, grants and account; returns how many sessions there were."""

    # sessions

    def add_session(self, record: SessionRecord) -> None:
        """Add a session."""

    def session(self, session_id: str) -> SessionRecord | None:
        """The session with that id."""

    def sessions(self, user_id: str, limit: int = 100, offset: int = 0) -> list[SessionRecord]:
        """A user's sessions, the newest first."""

    def open_sessions(self) -> list[tuple[SessionRecord, datetime]]:
        """The sessions that have not ended, each with the time of the last thing that happened in it."""

    def rename_session(self, session_id: str, name: str) -> None:
        """Give a session another name."""

    def end_session(self, session_id: str, at: datetime) -> None:
        """Write when a session ended, once, and how long it took."""

    def set_summary(self, session_id: str, summary: str) -> None:
        """Write a session's summary."""

    def unsummarised(self, limit: int = 10) -> list[SessionRecord]:
        """Sessions that have ended and have no summary yet, the oldest first."""

    def erase_session(self, session_id: str) -> None:
        """Delete a session and everything of it."""

    # the log

    def write(self, entries: Sequence[Entry]) -> None:
        """Append events, all or none; they are safe when this returns.

        Raises:
            Conflict: one is there already, or its session is gone.
            InvalidArgument: one holds what this database will never keep.
        """

    def events(
        self, session_id: str, after: int = 0, limit: int = 1000, types: Sequence[EventType] = ()
    ) -> list[tuple[int, Event]]:
        """A session's events behind a number, oldest first; of these types, or of all."""

    def last_number(self, session_id: str) -> int:
        """The number of a session's last event; 0 when there is none."""

    def snapshot(self, session_id: str) -> Snapshot | None:
        """A session's newest snapshot."""

    # sharing and tokens

    def grant(self, session_id: str, user_id: str, scope: str | None) -> None:
        """Let a user see ("read") or change ("edit") a session; None takes that back."""

    def grants(self, session_id: str) -> dict[str, str]:
        """Who may do what in a session besides its owner."""

    def shared_with(self, user_id: str) -> dict[str, str]:
        """The sessions that others share with a user, each with the scope."""

    def revoke(self, jti: str, expires: datetime) -> None:
        """Let a token be good for nothing any more; remembered until it would have expired."""

    def revoked(self) -> set[str]:
        """The tokens that are good for nothing any more."""
