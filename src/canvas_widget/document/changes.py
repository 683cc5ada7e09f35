"""Frozen changes, and the transaction that applies several of them or none.

A change is tagged by `op` and says where by `path` (`/containers/{id}` or `/containers/{id}/{field}`); these are
also the changes of the wire's `canvas_edit`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from canvas_widget.document.nodes import Container

__all__ = [
    "Add",
    "CanvasSize",
    "Change",
    "Delta",
    "Move",
    "Remove",
    "ResizeCanvas",
    "Set",
    "SetSettings",
    "SettingsValue",
    "Transaction",
    "container_path",
    "split_path",
]


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Add(_Change):
    """Put a new container at the end of the reading order, or at `index`.

    `number` is the sort number it had before it was removed; undo uses it, and it is ignored on the wire.
    """

    op: Literal["add"] = "add"
    path: str
    value: Container
    index: int | None = None
    number: float | None = Field(default=None, ge=-(2.0**40), le=2.0**40)


class Set(_Change):
    """Set one field of a container."""

    op: Literal["set"] = "set"
    path: str
    value: Any = None


class Move(_Change):
    """Move a container to `value`, its index in reading order.

    `number` is the sort number it had before it was moved; undo uses it, and it is ignored on the wire.
    """

    op: Literal["move"] = "move"
    path: str
    value: int
    number: float | None = Field(default=None, ge=-(2.0**40), le=2.0**40)


class Remove(_Change):
    """Take a container away."""

    op: Literal["remove"] = "remove"
    path: str


class CanvasSize(_Change):
    """The fields of the canvas that can be set; None leaves a field as it is."""

    width: int | None = Field(default=None, ge=1, le=100_000)
    height: int | None = Field(default=None, ge=1, le=100_000)
    name: str | None = None


class ResizeCanvas(_Change):
    """Set the size of the canvas in px (or its name)."""

    op: Literal["resize_canvas"] = "resize_canvas"
    value: CanvasSize


class SettingsValue(_Change):
    """The settings that can be set; None leaves a setting as it is."""

    auto_adjust: bool | None = None
    overlap_prevention: bool | None = None


class SetSettings(_Change):
    """Change the canvas settings."""

    op: Literal["settings"] = "settings"
    value: SettingsValue


Change = Annotated[Add | Set | Move | Remove | ResizeCanvas | SetSettings, Field(discriminator="op")]


class Transaction(_Change):
    """An atomic batch of changes.

    `origin` names whose undo stack it belongs to ("user" for the notebook's own), `source` who made it ("python",
    "agent", "widget", "undo", …), `turn_id` the agent turn it is part of, `at` its time (ISO 8601, UTC).
    """

    changes: tuple[Change, ...]
    origin: str = "user"
    source: str = "python"
    turn_id: str | None = None
    at: str = ""
    label: str = ""


class Delta(_Change):
    """What a client must do to follow a transaction."""

    action: Literal["add", "update", "move", "remove"]
    path: str
    node: dict[str, Any] | None = None


def container_path(container_id: str, field: str | None = None) -> str:
    """The path of a container, or of one of its fields."""
    return f"/containers/{container_id}" + (f"/{field}" if field else "")


def split_path(path: str) -> tuple[str, str | None]:
    """The container id and the field that a path names.

    Raises:
        ValueError: the path is not of the form `/containers/{id}` or `/containers/{id}/{field}`.
    """
    parts = path.split("/")
    if len(parts) not in (3, 4) or parts[0] != "" or parts[1] != "containers" or not parts[2]:
        raise ValueError(f"path {path!r} is not /containers/ID or /containers/ID/FIELD")
    return parts[2], parts[3] if len(parts) == 4 else None
