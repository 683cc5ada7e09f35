"""Structured logs: one JSON object a line, with the session, turn and request it belongs to, and without keys.

    {"time": "2026-01-01T12:00:00.000Z", "level": "info", "event": "turn", "session_id": "…", "turn_id": "…", …}

The package logs to `logging.getLogger("canvas_widget")` and below, as a library does: nothing is written anywhere
until a program says where. `CANVAS_WIDGET_LOG_FILE` names a file; the server extension writes to the server's own log.
Prompts, answers, queries and rows are never logged, only names, counts, times and costs.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from canvas_widget.errors import InvalidArgument
from canvas_widget.scrub import scrubbed
from canvas_widget.settings import Settings

__all__ = ["LOGGER", "JsonLines", "belonging_to", "log_as_belonging", "log_as_set", "log_event", "write_logs_to"]

LOGGER = logging.getLogger("canvas_widget")
LOGGER.addHandler(logging.NullHandler())
LARGEST = 10_000_000
"""Bytes of a log file, past which it is moved aside; three older ones are kept."""

_FIELDS = "canvas_widget_fields"
_belongs: ContextVar[dict[str, str]] = ContextVar("canvas_widget_log", default={})  # noqa: B039  (never changed)


@contextmanager
def belonging_to(**ids: str | None) -> Iterator[None]:
    """Everything logged within belongs to these: `session_id`, `turn_id`, `request_id`, …"""
    token = _belongs.set({**_belongs.get(), **{name: value for name, value in ids.items() if value}})
    try:
        yield
    finally:
        _belongs.reset(token)


def log_as_belonging(**ids: str) -> None:
    """Everything logged in this context from now on belongs to these."""
    _belongs.set({**_belongs.get(), **ids})


def log_event(event: str, level: int = logging.INFO, /, **fields: Any) -> None:
    """Log that something happened, with JSON-ready fields. None is left out."""
    if LOGGER.isEnabledFor(level):
        told = {**_belongs.get(), **{name: value for name, value in fields.items() if value is not None}}
        LOGGER.log(level, "%s", event, extra={_FIELDS: told})


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON. `secrets` are known keys; they and what looks like a key are taken out."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the record holds."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line: dict[str, Any] = {"time": at, "level": record.levelname.lower()}
        fields = getattr(record, _FIELDS, None)
        if fields is None:
            line |= {"event": "message", "logger": record.name, "message": record.getMessage(), **_belongs.get()}
        else:
            line |= {"event": record.getMessage(), **fields}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        plain = json.loads(json.dumps(line, default=str))
        return json.dumps(scrubbed(plain, self._secrets), ensure_ascii=False)


def write_logs_to(path: Path, level: str = "info", secrets: tuple[str, ...] = ()) -> logging.Handler:
    """Write the package's logs to a file from now on; the same file again replaces what was set for it.

    Raises:
        InvalidArgument: the file cannot be written.
    """
    for handler in tuple(LOGGER.handlers):
        if isinstance(handler, RotatingFileHandler) and Path(handler.baseFilename) == path.absolute():
            LOGGER.removeHandler(handler)
            handler.close()
    try:
        made = RotatingFileHandler(path, maxBytes=LARGEST, backupCount=3, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise InvalidArgument(
            f"The log file {path.name} cannot be written ({error.strerror}). Set CANVAS_WIDGET_LOG_FILE to another."
        ) from None
    made.setFormatter(JsonLines(secrets))
    made.setLevel(level.upper())
    LOGGER.addHandler(made)
    if LOGGER.level == logging.NOTSET or LOGGER.level > made.level:
        LOGGER.setLevel(made.level)
    return made


def log_as_set(settings: Settings) -> None:
    """Write logs where the settings say, if they say so."""
    if settings.log_file is not None:
        write_logs_to(settings.log_file.absolute(), settings.log_level, settings.secrets())
