"""A connection from an address in the settings, opened once and only for reading where the engine can be told so."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit

from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["FORMS", "connected"]

FORMS = "postgresql://USER:PASSWORD@HOST/NAME, duckdb:///PATH or chdb:///PATH"
_open: dict[str, Any] = {}
_lock = threading.Lock()


def connected(url: str) -> Any:
    """The connection to a database's address; the same again for the same address.

    Raises:
        InvalidArgument: it is no address of an engine that can be asked, or the engine's package is missing. The
            address itself is in no message: it may hold a password.
        QueryError: the database does not answer.
    """
    with _lock:
        known = _open.get(url)
        if known is None or getattr(known, "closed", False):
            known = _open[url] = _opened(url)
        return known


def _opened(url: str) -> Any:
    scheme = urlsplit(url).scheme.lower()
    if scheme in ("postgresql", "postgres"):
        return _postgres(url)
    path = url.partition(":///")[2]
    if scheme == "duckdb" and path:
        import duckdb

        try:
            return duckdb.connect(path, read_only=True)
        except duckdb.Error as error:
            raise QueryError(f"The database of CANVAS_WIDGET_DATA_URL cannot be opened: {error}") from error
    if scheme == "chdb" and path:
        try:
            from chdb.session import Session
        except ImportError as error:
            raise InvalidArgument("ClickHouse needs a package: pip install canvas-widget[clickhouse].") from error
        make: Any = Session
        return make(path)
    raise InvalidArgument(f"CANVAS_WIDGET_DATA_URL is {FORMS}.")


def _postgres(url: str) -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise InvalidArgument("PostgreSQL needs a package: pip install canvas-widget[postgres].") from error
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
        connection.execute("SET default_transaction_read_only = on")
    except psycopg.Error as error:
        first = str(error).strip().split("\n", 1)[0] or type(error).__name__
        password = urlsplit(url).password
        told = first.replace(password, "…") if password else first
        raise QueryError(f"The database of CANVAS_WIDGET_DATA_URL does not answer: {told}") from error
    return connection
