"""SQLite's log file, made as long as it gets before anybody waits for a commit.

A commit is as fast as its sync. While the log still grows, each sync writes the file's new length into the file
system's own journal as well, and takes up to nine times as long. It grows again after each start, for the first some
hundred commits, since the last connection to close deletes it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

__all__ = ["lengthen"]

FRAMES = 1000
"""Pages after which SQLite checkpoints and starts the log from its beginning (its own default)."""

FRAME = 4096 + 24
"""Bytes of a page in the log, with its header."""


def lengthen(connection: sqlite3.Connection, database: str) -> None:
    """Write the log of a database once to its end, by SQLite's own means, and start it anew. Changes nothing in it.

    None of this is synced but the end: what others commit meanwhile is, by themselves, with all that lies before it.
    Where the database is busy or the disk is full the log stays as it is.
    """
    log = Path(f"{database}-wal")
    if not database or (log.exists() and log.stat().st_size >= FRAMES * FRAME):
        return
    number = connection.execute("PRAGMA user_version").fetchone()[0]
    try:
        connection.execute(f"PRAGMA wal_autocheckpoint={2 * FRAMES}")
        connection.execute("PRAGMA synchronous=OFF")
        with contextlib.suppress(sqlite3.OperationalError):
            for turn in range(FRAMES + 1):
                connection.execute(f"PRAGMA user_version={number ^ (turn % 2 == 0)}")
    finally:
        connection.execute("PRAGMA synchronous=FULL")
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute(f"PRAGMA user_version={number}")
            connection.execute("PRAGMA wal_checkpoint(RESTART)")
        connection.execute(f"PRAGMA wal_autocheckpoint={FRAMES}")
