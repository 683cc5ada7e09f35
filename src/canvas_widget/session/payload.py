"""What all payloads of the protocol have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["PROTOCOL_VERSION", "Empty", "Payload"]

PROTOCOL_VERSION = 1


class Payload(BaseModel):
    """Base of all payloads: frozen; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Empty(Payload):
    """No payload."""
