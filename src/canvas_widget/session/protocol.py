"""The frames of the protocol, both ways: the one set of models that validates, and that schema and types come from.

Payloads ignore unknown fields. A frame of an unknown type is answered with an error; the connection lives on.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from canvas_widget.session.client_frames import CLIENT_FRAMES, Sort, UserPrompt
from canvas_widget.session.payload import PROTOCOL_VERSION, Payload
from canvas_widget.session.server_frames import SERVER_FRAMES, ErrorInfo

__all__ = [
    "CLIENT_FRAMES",
    "PROTOCOL_VERSION",
    "SERVER_FRAMES",
    "Envelope",
    "ErrorInfo",
    "Payload",
    "ServerFrame",
    "Sort",
    "UserPrompt",
]


class Envelope(Payload):
    """What surrounds every payload, in both directions."""

    type: Annotated[str, Field(min_length=1, max_length=64)]
    data: dict[str, Any] = {}
    id: str | None = None
    session_id: str | None = None
    timestamp: str | None = None


class ServerFrame(Payload):
    """A frame from the server."""

    type: str
    data: dict[str, Any]
    reply_to: str | None = None
    session_id: str | None = None
    seq: int | None = None
    timestamp: str
    error: ErrorInfo | None = None
