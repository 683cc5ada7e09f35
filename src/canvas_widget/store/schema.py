"""The tables, and the steps from one version of them to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from canvas_widget.errors import StorageError

__all__ = ["METADATA", "VERSION", "events", "grants", "migrate", "revoked_tokens", "sessions", "snapshots", "users"]


class Moment(sa.types.TypeDecorator[datetime]):
    """A time with its zone, also where the database has none: UTC then."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC; SQLite stores it without a zone."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """In UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = sa.MetaData()
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _now() -> datetime:
    return datetime.now(UTC)


users = sa.Table(
    "users",
    METADATA,
    sa.Column("user_id", sa.String(200), primary_key=True),
    sa.Column("username", sa.String(200), nullable=False, unique=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

sessions = sa.Table(
    "sessions",
    METADATA,
    sa.Column("session_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(200), nullable=False, index=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("start_time", Moment, nullable=False, index=True),
    sa.Column("end_time", Moment),
    sa.Column("duration_seconds", sa.Float),
    sa.Column("final_summary", sa.Text),
    sa.Column("created_at", Moment, nullable=False, default=_now),
)


def _of_session(**more: Any) -> sa.Column[str]:
    return sa.Column(
        "session_id", sa.String(64), sa.ForeignKey("sessions.session_id", ondelete="CASCADE"), nullable=False, **more
    )


events = sa.Table(
    "session_events",
    METADATA,
    sa.Column("event_id", _Id, primary_key=True, autoincrement=True),
    _of_session(),
    sa.Column("conversation_id", sa.String(200)),
    sa.Column("turn_id", sa.String(64)),
    sa.Column("seq", _Id, nullable=False),
    sa.Column("event_type", sa.String(32), nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("timestamp", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("session_id", "seq"),
    sa.Index("ix_session_events_session_time", "session_id", "timestamp"),
)

snapshots = sa.Table(
    "canvas_snapshots",
    METADATA,
    _of_session(primary_key=True),
    sa.Column("seq", _Id, primary_key=True),
    sa.Column("rev", _Id, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False, default=_now),
)

grants = sa.Table(
    "grants",
    METADATA,
    _of_session(primary_key=True),
    sa.Column("user_id", sa.String(200), primary_key=True, index=True),
    sa.Column("scope", sa.String(16), nullable=False),
)

revoked_tokens = sa.Table(
    "revoked_tokens",
    METADATA,
    sa.Column("jti", sa.String(64), primary_key=True),
    sa.Column("expires_at", Moment, nullable=False),
)

_version = sa.Table("canvas_schema", sa.MetaData(), sa.Column("version", sa.Integer, nullable=False))


def _first(connection: sa.Connection) -> None:
    METADATA.create_all(connection)


MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_first,)
"""What brings the tables from each version to the next; the first makes them. Never change one that was released."""

VERSION = len(MIGRATIONS)

_LOCK = 0x63616E766173
"""The number of the lock in PostgreSQL that whoever migrates holds."""


def _alone(connection: sa.Connection) -> None:
    """Wait until no other process makes these tables, to the end of the transaction: servers may start together."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def migrate(connection: sa.Connection, where: str) -> None:
    """Bring the tables to this version, all steps or none.

    Raises:
        StorageError: they are of a newer version.
    """
    _alone(connection)
    _version.create(connection, checkfirst=True)
    found = connection.execute(sa.select(_version.c.version)).scalar()
    if found is not None and found > VERSION:
        raise StorageError(
            f"{where} was written by a newer canvas_widget: its tables are of version {found}, "
            f"this one knows {VERSION}. "
            "Upgrade canvas_widget, or set CANVAS_WIDGET_DATABASE_URL to another database."
        )
    for step in MIGRATIONS[found or 0 :]:
        step(connection)
    if found is None:
        connection.execute(_version.insert().values(version=VERSION))
    elif found < VERSION:
        connection.execute(_version.update().values(version=VERSION))
