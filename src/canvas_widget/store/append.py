"""Appending events over one connection that is kept, by statements that are compiled once.

An event is acknowledged when it is safe, so somebody waits for each of these commits: what the pool and the
expression language would add to one is more than half of what a commit on a fast disk takes. All else goes through
SQLAlchemy.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from canvas_widget.store.base import Entry
from canvas_widget.store.schema import events, snapshots
from canvas_widget.store.wal import lengthen

if TYPE_CHECKING:
    import sqlite3

__all__ = ["Appender", "compact"]

_EVENT = ("session_id", "seq", "conversation_id", "turn_id", "event_type", "content", "timestamp", "created_at")
_SNAPSHOT = ("session_id", "seq", "rev", "document", "created_at")

TOGETHER = 256
"""Rows in one statement at most; a power of two, so that few different statements are prepared."""


def compact(value: Any) -> str:
    """JSON without the blanks."""
    return json.dumps(value, separators=(",", ":"))


class _Insert:
    """A table's INSERT as the driver takes it; values are written as SQLAlchemy writes them.

    Where the driver takes parameters by their place, many rows go into one statement: between two statements, and so
    between two rows of `executemany`, a thread waits for its turn, which a busy one takes milliseconds to give.
    """

    def __init__(self, table: sa.Table, columns: Sequence[str], dialect: sa.Dialect) -> None:
        compiled = table.insert().inline().compile(dialect=dialect, column_keys=list(columns))
        self._statement = str(compiled)
        self._positional = compiled.positional
        self._columns = list(compiled.positiontup or columns) if compiled.positional else list(columns)
        self._writers: list[tuple[str, Callable[[Any], Any] | None]] = [
            (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in self._columns
        ]

    def into(self, cursor: Any, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows."""
        written = [
            [each[name] if write is None else write(each[name]) for name, write in self._writers] for each in rows
        ]
        if not self._positional:
            if written:
                cursor.executemany(self._statement, [dict(zip(self._columns, row, strict=True)) for row in written])
            return
        head, _, values = self._statement.rpartition(" VALUES ")
        start, size = 0, TOGETHER
        while start < len(written):
            while size > len(written) - start:
                size //= 2
            together = [value for row in written[start : start + size] for value in row]
            cursor.execute(f"{head} VALUES {', '.join([values] * size)}", together)
            start += size


class Appender:
    """Appends events, all or none, from one thread at a time."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._database = engine.url.database or ""
        self._events = _Insert(events, _EVENT, engine.dialect)
        self._snapshots = _Insert(snapshots, _SNAPSHOT, engine.dialect)
        self._connection: PoolProxiedConnection | None = None
        self._lock = threading.Lock()

    def append(self, entries: Sequence[Entry]) -> None:
        """Write events and commit.

        Raises:
            Exception: what the driver raises; nothing is written then, and the next call has a new connection.
        """
        now = datetime.now(UTC)
        rows = [_event(entry, now) for entry in entries]
        whole = [_whole(entry, now) for entry in entries if entry[2].type == "snapshot"]
        with self._lock:
            fresh = self._connection is None
            if self._connection is None:
                self._connection = self._engine.raw_connection()
            try:
                if fresh and self._engine.dialect.name == "sqlite":
                    lengthen(cast("sqlite3.Connection", self._connection.driver_connection), self._database)
                cursor = self._connection.cursor()
                self._events.into(cursor, rows)
                self._snapshots.into(cursor, whole)
                cursor.close()
                self._connection.commit()
            except BaseException as error:
                self._drop(error)
                raise

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _drop(self, error: BaseException) -> None:
        """Close a connection on which something failed: with it ends what it had begun."""
        assert self._connection is not None  # noqa: S101  (there was one a moment ago)
        self._connection.invalidate(error)
        self._connection = None


def _event(entry: Entry, now: datetime) -> dict[str, Any]:
    session_id, number, event = entry
    return {
        "session_id": session_id,
        "seq": number,
        "conversation_id": event.conversation_id,
        "turn_id": event.turn_id,
        "event_type": event.type,
        "content": {"rev": event.content["rev"]} if event.type == "snapshot" else event.content,
        "timestamp": event.timestamp,
        "created_at": now,
    }


def _whole(entry: Entry, now: datetime) -> dict[str, Any]:
    session_id, number, event = entry
    return {
        "session_id": session_id,
        "seq": number,
        "rev": event.content["rev"],
        "document": event.content["document"],
        "created_at": now,
    }
