"""The store over SQLAlchemy: SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from canvas_widget.errors import Conflict, InvalidArgument, StorageError
from canvas_widget.session.journal import Event, EventType
from canvas_widget.store.append import Appender, compact
from canvas_widget.store.base import Entry, SessionRecord, Snapshot, UserRecord
from canvas_widget.store.schema import events, grants, migrate, revoked_tokens, sessions, snapshots, users

__all__ = ["DatabaseStore"]

BUSY_MS = 1000
"""How long SQLite waits for another writer; who writes events tries again after that."""


class DatabaseStore:
    """The store's interface over tables; see `Store`."""

    def __init__(self, url: str) -> None:
        try:
            self._engine = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"), json_serializer=compact)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise StorageError(f"The database cannot be opened: {_plain(error)}") from None
        self._where = self._engine.url.render_as_string(hide_password=True)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _prepare_sqlite)
            if self._engine.url.database:
                Path(self._engine.url.database).touch(mode=0o600)
        with self._begin() as connection:
            migrate(connection, self._where)
        self._appender = Appender(self._engine)

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        """A transaction; what the database refuses is a StorageError that says why and holds no value."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            raise self._unusable(error) from None

    def _unusable(self, error: Exception) -> StorageError:
        return StorageError(f"The database cannot be used now ({self._where}): {_plain(error)}")

    def ping(self) -> None:
        with self._begin() as connection:
            connection.execute(sa.select(1))

    def close(self) -> None:
        self._appender.close()
        self._engine.dispose()

    # -- users -----------------------------------------------------------------------------------------------------

    def add_user(self, user: UserRecord) -> None:
        row = {
            "user_id": user.user_id,
            "username": user.username,
            "password_hash": user.password_hash,
            "created_at": user.created_at,
        }
        try:
            with self._begin() as connection:
                connection.execute(users.insert(), [row])
        except IntegrityError:
            raise Conflict(f"There is a user {user.username!r} already.") from None

    def user(self, username: str) -> UserRecord | None:
        return self._user(users.c.username == username)

    def user_by_id(self, user_id: str) -> UserRecord | None:
        return self._user(users.c.user_id == user_id)

    def _user(self, condition: Any) -> UserRecord | None:
        with self._begin() as connection:
            row = connection.execute(sa.select(users).where(condition)).first()
        return None if row is None else UserRecord(row.user_id, row.username, row.password_hash, row.created_at)

    def erase_user(self, user_id: str) -> int:
        with self._begin() as connection:
            gone = connection.execute(sessions.delete().where(sessions.c.user_id == user_id)).rowcount
            connection.execute(grants.delete().where(grants.c.user_id == user_id))
            connection.execute(users.delete().where(users.c.user_id == user_id))
        return int(gone)

    # -- sessions --------------------------------------------------------------------------------------------------

    def add_session(self, record: SessionRecord) -> None:
        row = {
            "session_id": record.session_id,
            "user_id": record.user_id,
            "name": record.name,
            "start_time": record.start_time,
        }
        try:
            with self._begin() as connection:
                connection.execute(sessions.insert(), [row])
        except IntegrityError:
            raise Conflict(f"There is a session {record.session_id!r} already.") from None

    def session(self, session_id: str) -> SessionRecord | None:
        with self._begin() as connection:
            row = connection.execute(sa.select(sessions).where(sessions.c.session_id == session_id)).first()
        return None if row is None else _session(row)

    def sessions(self, user_id: str, limit: int = 100, offset: int = 0) -> list[SessionRecord]:
        query = (
            sa.select(sessions)
            .where(sessions.c.user_id == user_id)
            .order_by(sessions.c.start_time.desc(), sessions.c.session_id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._begin() as connection:
            return [_session(row) for row in connection.execute(query)]

    def open_sessions(self) -> list[tuple[SessionRecord, datetime]]:
        last = (
            sa.select(events.c.timestamp)
            .where(events.c.session_id == sessions.c.session_id)
            .order_by(events.c.timestamp.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = sa.select(sessions, last.label("last")).where(sessions.c.end_time.is_(None))
        with self._begin() as connection:
            return [(_session(row), row.last or row.start_time) for row in connection.execute(query)]

    def rename_session(self, session_id: str, name: str) -> None:
        clean = name.replace("\0", "").encode("utf-8", "replace").decode()
        with self._begin() as connection:
            mine = sessions.c.session_id == session_id
            connection.execute(sessions.update().where(mine).values(name=clean))

    def end_session(self, session_id: str, at: datetime) -> None:
        mine = sessions.c.session_id == session_id
        with self._begin() as connection:
            start = connection.execute(sa.select(sessions.c.start_time).where(mine)).scalar()
            if start is not None:
                seconds = max(0.0, (at - start).total_seconds())
                still = mine & sessions.c.end_time.is_(None)
                connection.execute(sessions.update().where(still).values(end_time=at, duration_seconds=seconds))

    def set_summary(self, session_id: str, summary: str) -> None:
        clean = summary.replace("\0", "").encode("utf-8", "replace").decode()
        with self._begin() as connection:
            mine = sessions.c.session_id == session_id
            connection.execute(sessions.update().where(mine).values(final_summary=clean))

    def unsummarised(self, limit: int = 10) -> list[SessionRecord]:
        wanted = sessions.c.end_time.is_not(None) & sessions.c.final_summary.is_(None)
        with self._begin() as connection:
            rows = connection.execute(sa.select(sessions).where(wanted).order_by(sessions.c.end_time).limit(limit))
            return [_session(row) for row in rows]

    def erase_session(self, session_id: str) -> None:
        with self._begin() as connection:
            connection.execute(sessions.delete().where(sessions.c.session_id == session_id))

    # -- the log ---------------------------------------------------------------------------------------------------

    def write(self, entries: Sequence[Entry]) -> None:
        driver = self._engine.dialect.dbapi
        assert driver is not None  # noqa: S101  (the engine has connected)
        try:
            self._appender.append(entries)
        except (IntegrityError, driver.IntegrityError):
            raise Conflict("An event is there already, or its session is gone.") from None
        except (DataError, driver.DataError, TypeError, ValueError) as error:
            raise InvalidArgument(f"An event holds what the database cannot keep: {_plain(error)}") from None
        except (SQLAlchemyError, driver.Error) as error:
            raise self._unusable(error) from None

    def events(
        self, session_id: str, after: int = 0, limit: int = 1000, types: Sequence[EventType] = ()
    ) -> list[tuple[int, Event]]:
        wanted = (events.c.session_id == session_id) & (events.c.seq > after)
        if types:
            wanted &= events.c.event_type.in_(types)
        query = sa.select(events).where(wanted).order_by(events.c.seq).limit(limit)
        with self._begin() as connection:
            return [
                (row.seq, Event(row.event_type, row.content, row.conversation_id, row.turn_id, row.timestamp))
                for row in connection.execute(query)
            ]

    def last_number(self, session_id: str) -> int:
        query = sa.select(sa.func.max(events.c.seq)).where(events.c.session_id == session_id)
        with self._begin() as connection:
            return int(connection.execute(query).scalar() or 0)

    def snapshot(self, session_id: str) -> Snapshot | None:
        query = sa.select(snapshots).where(snapshots.c.session_id == session_id).order_by(snapshots.c.seq.desc())
        with self._begin() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else Snapshot(row.seq, row.rev, row.document)

    # -- sharing and tokens ----------------------------------------------------------------------------------------

    def grant(self, session_id: str, user_id: str, scope: str | None) -> None:
        mine = (grants.c.session_id == session_id) & (grants.c.user_id == user_id)
        try:
            with self._begin() as connection:
                connection.execute(grants.delete().where(mine))
                if scope is not None:
                    connection.execute(grants.insert().values(session_id=session_id, user_id=user_id, scope=scope))
        except IntegrityError:
            raise Conflict(f"Session {session_id!r} is gone.") from None

    def grants(self, session_id: str) -> dict[str, str]:
        with self._begin() as connection:
            rows = connection.execute(sa.select(grants).where(grants.c.session_id == session_id))
            return {row.user_id: row.scope for row in rows}

    def shared_with(self, user_id: str) -> dict[str, str]:
        with self._begin() as connection:
            rows = connection.execute(sa.select(grants).where(grants.c.user_id == user_id))
            return {row.session_id: row.scope for row in rows}

    def revoke(self, jti: str, expires: datetime) -> None:
        with self._begin() as connection:
            connection.execute(revoked_tokens.delete().where(revoked_tokens.c.jti == jti))
            connection.execute(revoked_tokens.insert().values(jti=jti, expires_at=expires))

    def revoked(self) -> set[str]:
        now = datetime.now(UTC)
        with self._begin() as connection:
            connection.execute(revoked_tokens.delete().where(revoked_tokens.c.expires_at <= now))
            return set(connection.execute(sa.select(revoked_tokens.c.jti)).scalars())


def _session(row: Any) -> SessionRecord:
    return SessionRecord(
        row.session_id,
        row.user_id,
        row.name,
        row.start_time,
        row.end_time,
        row.duration_seconds,
        row.final_summary,
    )


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _plain(error: Exception) -> str:
    """What the database said, without the statement and its values."""
    original = getattr(error, "orig", None) or error
    return " ".join(str(original).split())[:300]
