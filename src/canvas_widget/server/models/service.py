"""Signing in, and the server itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from canvas_widget.server.models.common import Model

__all__ = ["Health", "Info", "Login", "Me", "Status", "Token"]


class Login(Model):
    """Who signs in."""

    username: str = Field(min_length=1, max_length=100)
    password: str = Field(min_length=1, max_length=1000)


class Token(Model):
    """A token and the seconds it is good for."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int


class Me(Model):
    """Who you are here."""

    user_id: str
    username: str


class Info(Model):
    """What this is."""

    name: str
    version: str
    protocol: int
    links: dict[str, str]


class Status(Model):
    """How the server is doing."""

    status: Literal["ok", "degraded"]
    version: str
    uptime_seconds: float
    sessions: int
    sockets: int
    store: dict[str, Any]


class Health(Model):
    """Whether the server can be used."""

    status: Literal["ok", "starting", "failed"]
    version: str
    message: str = ""
