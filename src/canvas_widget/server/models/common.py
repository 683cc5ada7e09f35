"""What all models of the HTTP API have in common, and what many routes use."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Done", "Error", "ErrorBody", "Id", "Model", "OfCanvas", "Page"]

Id = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class Model(BaseModel):
    """Base of all: unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class ErrorBody(Model):
    """What went wrong: HTTP's code, the symbolic one, a sentence, and when to try again (seconds)."""

    code: int
    error_code: str
    message: str
    retry_after: float | None = None
    alternatives: list[str] = []


class Error(Model):
    """A request that failed."""

    success: Literal[False] = False
    error: ErrorBody


class Done(Model):
    """It is done."""

    success: bool = True


class OfCanvas(Model):
    """Which canvas: a session's (the caller's newest when nothing is said), or one in a kernel."""

    session_id: Id | None = None
    kernel_id: Id | None = None
    canvas: str | None = Field(default=None, max_length=200)


class Page(Model):
    """Which part of a list."""

    limit: int = Field(default=100, ge=1, le=1000)
    offset: int = Field(default=0, ge=0, le=10**9)
