"""A store that lasts as long as the process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from operator import itemgetter

from canvas_widget.errors import Conflict
from canvas_widget.session.journal import Event, EventType
from canvas_widget.store.base import Entry, SessionRecord, Snapshot, UserRecord

__all__ = ["MemoryStore"]


class MemoryStore:
    """The store's interface over dictionaries; see `Store`."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._users: dict[str, UserRecord] = {}
        self._sessions: dict[str, SessionRecord] = {}
        self._events: dict[str, dict[int, Event]] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._grants: dict[tuple[str, str], str] = {}
        self._revoked: dict[str, datetime] = {}

    def ping(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing to let go of."""

    def add_user(self, user: UserRecord) -> None:
        with self._lock:
            if self.user(user.username) is not None:
                raise Conflict(f"There is a user {user.username!r} already.")
            self._users[user.user_id] = user

    def user(self, username: str) -> UserRecord | None:
        with self._lock:
            return next((user for user in self._users.values() if user.username == username), None)

    def user_by_id(self, user_id: str) -> UserRecord | None:
        with self._lock:
            return self._users.get(user_id)

    def erase_user(self, user_id: str) -> int:
        with self._lock:
            mine = [record.session_id for record in self._sessions.values() if record.user_id == user_id]
            for session_id in mine:
                self.erase_session(session_id)
            self._grants = {key: scope for key, scope in self._grants.items() if key[1] != user_id}
            self._users.pop(user_id, None)
            return len(mine)

    def add_session(self, record: SessionRecord) -> None:
        with self._lock:
            if record.session_id in self._sessions:
                raise Conflict(f"There is a session {record.session_id!r} already.")
            self._sessions[record.session_id] = record
            self._events[record.session_id] = {}

    def session(self, session_id: str) -> SessionRecord | None:
        with self._lock:
            return self._sessions.get(session_id)

    def sessions(self, user_id: str, limit: int = 100, offset: int = 0) -> list[SessionRecord]:
        with self._lock:
            mine = [record for record in self._sessions.values() if record.user_id == user_id]
        mine.sort(key=lambda record: (record.start_time, record.session_id), reverse=True)
        return mine[offset : offset + limit]

    def open_sessions(self) -> list[tuple[SessionRecord, datetime]]:
        with self._lock:
            return [
                (record, held[max(held)].timestamp if (held := self._events[record.session_id]) else record.start_time)
                for record in self._sessions.values()
                if record.end_time is None
            ]

    def rename_session(self, session_id: str, name: str) -> None:
        with self._lock:
            if session_id in self._sessions:
                self._sessions[session_id] = replace(self._sessions[session_id], name=name)

    def end_session(self, session_id: str, at: datetime) -> None:
        with self._lock:
            record = self._sessions.get(session_id)
            if record is not None and record.end_time is None:
                seconds = max(0.0, (at - record.start_time).total_seconds())
                self._sessions[session_id] = replace(record, end_time=at, duration_seconds=seconds)

    def set_summary(self, session_id: str, summary: str) -> None:
        with self._lock:
            if session_id in self._sessions:
                self._sessions[session_id] = replace(self._sessions[session_id], final_summary=summary)

    def unsummarised(self, limit: int = 10) -> list[SessionRecord]:
        with self._lock:
            found = [each for each in self._sessions.values() if each.end_time and each.final_summary is None]
        return sorted(found, key=lambda record: str(record.end_time))[:limit]

    def erase_session(self, session_id: str) -> None:
        with self._lock:
            self._sessions.pop(session_id, None)
            self._events.pop(session_id, None)
            self._snapshots.pop(session_id, None)
            self._grants = {key: scope for key, scope in self._grants.items() if key[0] != session_id}

    def write(self, entries: Sequence[Entry]) -> None:
        with self._lock:
            come: set[tuple[str, int]] = set()
            for session_id, number, _ in entries:
                if number in self._of(session_id) or (session_id, number) in come:
                    raise Conflict(f"Event {number} of session {session_id!r} is there already.")
                come.add((session_id, number))
            for session_id, number, event in entries:
                content = event.content
                if event.type == "snapshot":
                    self._snapshots[session_id] = Snapshot(number, content["rev"], content["document"])
                    event = replace(event, content={"rev": content["rev"]})  # noqa: PLW2901
                self._of(session_id)[number] = event

    def _of(self, session_id: str) -> dict[int, Event]:
        if session_id not in self._events:
            raise Conflict(f"There is no session {session_id!r} to write to.")
        return self._events[session_id]

    def events(
        self, session_id: str, after: int = 0, limit: int = 1000, types: Sequence[EventType] = ()
    ) -> list[tuple[int, Event]]:
        with self._lock:
            held = self._events.get(session_id, {})
            found = [(number, event) for number, event in held.items() if number > after]
        return sorted((each for each in found if not types or each[1].type in types), key=itemgetter(0))[:limit]

    def last_number(self, session_id: str) -> int:
        with self._lock:
            return max(self._events.get(session_id, {}), default=0)

    def snapshot(self, session_id: str) -> Snapshot | None:
        with self._lock:
            return self._snapshots.get(session_id)

    def grant(self, session_id: str, user_id: str, scope: str | None) -> None:
        with self._lock:
            if scope is None:
                self._grants.pop((session_id, user_id), None)
            elif session_id not in self._sessions:
                raise Conflict(f"Session {session_id!r} is gone.")
            else:
                self._grants[session_id, user_id] = scope

    def grants(self, session_id: str) -> dict[str, str]:
        with self._lock:
            return {user: scope for (session, user), scope in self._grants.items() if session == session_id}

    def shared_with(self, user_id: str) -> dict[str, str]:
        with self._lock:
            return {session: scope for (session, user), scope in self._grants.items() if user == user_id}

    def revoke(self, jti: str, expires: datetime) -> None:
        with self._lock:
            self._revoked[jti] = expires

    def revoked(self) -> set[str]:
        now = datetime.now(UTC)
        with self._lock:
            self._revoked = {jti: expires for jti, expires in self._revoked.items() if expires > now}
            return set(self._revoked)
