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
    cookie: bool = Field(default=False, description="Keep the token in a cookie that no script reads; a page does so.")


class Token(Model):
    """A token and the seconds it is good for; no token where a cookie holds it."""

    access_token: str | None
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int


class Me(Model):
    """Who you are here."""

    user_id: str
    username: str
    jupyter: bool = Field(default=False, description="Whether Jupyter itself knows you, so that its kernels are yours.")
    expires_in: int | None = Field(default=None, description="Seconds that your token is good for.")


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
