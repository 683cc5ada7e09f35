"""Canvases and their containers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from canvas_widget.document import Container, Content
from canvas_widget.document.nodes import MAX_Z, Placement, Relations
from canvas_widget.server.models.common import Model, OfCanvas

__all__ = [
    "Box",
    "CanvasInfo",
    "Canvases",
    "Container",
    "CreateContainer",
    "Picture",
    "Side",
    "Size",
    "State",
    "UpdateContainer",
]

Side = Annotated[int, Field(ge=1, le=100_000)]
Where = Annotated[int, Field(ge=0, le=100_000)]


class Picture(OfCanvas):
    """A picture of which canvas, and how."""

    format: Literal["png", "svg"] = "png"
    filename: str | None = Field(default=None, max_length=100)


class Size(Model):
    """The size of a canvas in px."""

    width: Side
    height: Side


class Box(Model):
    """The fields of a container that can be set; what is left out stays as it is."""

    title: str | None = Field(default=None, max_length=10_000)
    x: Where | None = None
    y: Where | None = None
    width: Side | None = None
    height: Side | None = None
    z: int | None = Field(default=None, ge=-MAX_Z, le=MAX_Z)
    placement: Placement | None = None
    locked: bool | None = None
    hidden: bool | None = None
    relations: Relations | None = None
    content: Content | None = None


class CreateContainer(Box):
    """A new container; `auto_adjust` and `avoid_overlap` hold for it instead of the canvas's settings."""

    id: str = Field(min_length=1, max_length=200)
    auto_adjust: bool | None = None
    avoid_overlap: bool | None = None


class UpdateContainer(Box):
    """What becomes another; `auto_adjust` and `avoid_overlap` hold for it instead of the canvas's settings."""

    auto_adjust: bool | None = None
    avoid_overlap: bool | None = None


class CanvasInfo(Model):
    """A canvas that the caller may see, in a session or in a kernel."""

    name: str
    scope: Literal["own", "edit", "read"]
    session_id: str | None = None
    kernel_id: str | None = None


class Canvases(Model):
    """All canvases that the caller may see."""

    canvases: list[CanvasInfo]


class State(Model):
    """The whole document."""

    rev: int
    canvas: dict[str, Any]
    settings: dict[str, Any]
    updated_at: str = ""
    containers: list[Container]
