"""The locked in-memory database: SQL reaches no file, no network, no variable of the notebook, no setting."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["Database"]

MEMORY_SHARE = 0.6
"""The share of the machine's memory that queries may use together."""

_HOUR_MS = 3_600_000


def machine_memory() -> int:
    """The machine's memory in bytes; 4 GiB where it cannot be read."""
    import os

    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 4 * 2**30


def _answers(connection: duckdb.DuckDBPyConnection) -> bool:
    import duckdb

    try:
        with connection.cursor() as cursor:
            return cursor.execute("SELECT 1").fetchall() == [(1,)]
    except duckdb.Error:
        return False


class Database:
    """One database per catalogue; each query runs on a cursor of its own, which sees only what it registers itself.

    Args:
        memory_limit: as the database writes it ("2GB"); 60 % of the machine's memory when None.
    """

    def __init__(self, memory_limit: str | None = None) -> None:
        self._memory_limit = memory_limit or f"{int(machine_memory() * MEMORY_SHARE / 2**20)}MiB"
        self._lock = threading.Lock()
        self._doubted = False
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def memory_limit(self) -> str:
        return self._memory_limit

    @property
    def memory_bytes(self) -> int:
        """The limit in bytes, as the database reads it."""
        found = re.fullmatch(r"\s*([0-9.]+)\s*([KMGT]?)(i?)B?\s*", self._memory_limit, re.IGNORECASE)
        if found is None:
            return int(machine_memory() * MEMORY_SHARE)
        unit = 1024 if found[3] else 1000
        return int(float(found[1]) * unit ** " KMGT".index(found[2].upper() or " "))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A fresh connection with nothing registered; the caller closes it."""
        with self._lock:
            if self._doubted and self._connection is not None:
                self._doubted = False
                self._connection = self._connection if _answers(self._connection) else None
            if self._connection is None:
                self._connection = self._connect()
            return self._connection.cursor()

    def doubt(self) -> None:
        """After a fatal error the database answers nothing more: it is looked at, and if need be made anew.

        It holds no data of its own.
        """
        self._doubted = True

    def _connect(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        connection = duckdb.connect(
            ":memory:",
            config={
                "enable_external_access": "false",
                "python_enable_replacements": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "allow_unsigned_extensions": "false",
                "allow_persistent_secrets": "false",
                "memory_limit": self._memory_limit,
                "temp_directory": "",
                "max_expression_depth": "250",
            },
        )
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute(f"SET GLOBAL max_execution_time = {_HOUR_MS}")
        connection.execute("SET GLOBAL lock_configuration = true")
        return connection
