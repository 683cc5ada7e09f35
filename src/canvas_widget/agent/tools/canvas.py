"""Tools on the canvas as a whole: its state, size, settings, arrangement, history and picture."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field

from canvas_widget.agent.sharing import Sharing, mentions
from canvas_widget.agent.tools.base import Arguments, NoArguments, Px, Tool, ToolContext, ToolOutput
from canvas_widget.agent.tools.reports import container_data, layout_data
from canvas_widget.errors import CanvasError, InvalidArgument

__all__ = ["TOOLS"]

MOST_CONTAINERS = 200
"""Containers that one look at the canvas lists."""

_BARE_NAME = re.compile(r"\w[\w .-]{0,99}")


class GetCanvasState(NoArguments):
    """Look at the whole canvas: size, settings, and every container with kind, title and box [x, y, width, height]."""


class GetCanvasSize(NoArguments):
    """The canvas's width and height in px."""


class GetCanvasSettings(NoArguments):
    """The canvas's settings: auto_adjust and overlap_prevention."""


class EditCanvasSettings(Arguments):
    """Change the canvas's settings, when the user asks for it."""

    auto_adjust: bool | None = Field(default=None, description="Fit and make room by itself.")
    overlap_prevention: bool | None = Field(default=None, description="Move every overlapping placement away.")


class EditCanvasSize(Arguments):
    """Set the canvas's size in px."""

    width: Px = Field(ge=1, le=100_000)
    height: Px = Field(ge=1, le=100_000)
    auto_adjust: bool | None = Field(default=None, description="Overrides the canvas setting for this call.")


class ClearCanvas(NoArguments):
    """Delete all containers. Only when the user asks for it."""


class ArrangeCanvas(NoArguments):
    """Put all but the locked containers on a uniform grid, the user's own placements too. Only when the user asks."""


class Undo(NoArguments):
    """Take back the last thing done on the canvas: the whole turn when the agent did it."""


class Redo(NoArguments):
    """Do again what was undone last. Only when the user asks for it."""


class TakeScreenshot(Arguments):
    """Draw the canvas to a picture file."""

    filename: str | None = Field(default=None, description="A bare file name without folders; made when left out.")


def _state(_: GetCanvasState, context: ToolContext) -> ToolOutput:
    document = context.workspace.document
    shown = [container for container in document if container.id not in context.to_replace]
    data: dict[str, Any] = {
        "name": document.name,
        "width": document.width,
        "height": document.height,
        "settings": document.settings.model_dump(),
        "containers": [_in_state(container, context.sharing) for container in shown[:MOST_CONTAINERS]],
    }
    if len(shown) > MOST_CONTAINERS:
        data["more"] = f"{len(shown) - MOST_CONTAINERS} more containers are not listed."
    return ToolOutput(data)


def _in_state(container: Any, sharing: Sharing) -> dict[str, Any]:
    data = container_data(container)
    content = container.content
    dataset = getattr(content, "dataset", None)
    if sharing.hides(dataset, getattr(content, "sql", None)) and not mentions(sharing.prompt, container.title):
        del data["title"]
    if content.kind == "chart":
        data["mark"] = content.mark
    if dataset and sharing.named(dataset):
        data["dataset"] = dataset
    return data


def _size(_: GetCanvasSize, context: ToolContext) -> ToolOutput:
    document = context.workspace.document
    return ToolOutput({"width": document.width, "height": document.height})


def _settings(_: GetCanvasSettings, context: ToolContext) -> ToolOutput:
    return ToolOutput(context.workspace.document.settings.model_dump())


def _edit_settings(arguments: EditCanvasSettings, context: ToolContext) -> ToolOutput:
    if arguments.auto_adjust is None and arguments.overlap_prevention is None:
        raise InvalidArgument("Give auto_adjust or overlap_prevention, each true or false.")
    outcome = context.workspace.set_settings(
        auto_adjust=arguments.auto_adjust, overlap_prevention=arguments.overlap_prevention, actor=context.actor
    )
    return ToolOutput({**context.workspace.document.settings.model_dump(), "layout": layout_data(outcome.report)})


def _resize(arguments: EditCanvasSize, context: ToolContext) -> ToolOutput:
    outcome = context.workspace.resize(
        arguments.width, arguments.height, auto_adjust=arguments.auto_adjust, actor=context.actor
    )
    document = context.workspace.document
    size = {"width": document.width, "height": document.height}
    return ToolOutput({**size, "changed": outcome.commit is not None, "layout": layout_data(outcome.report)})


def _clear(_: ClearCanvas, context: ToolContext) -> ToolOutput:
    count = len(context.workspace.document)
    context.workspace.clear(actor=context.actor)
    return ToolOutput({"deleted": count})


def _arrange(_: ArrangeCanvas, context: ToolContext) -> ToolOutput:
    outcome = context.workspace.arrange(actor=context.actor)
    return ToolOutput({"changed": outcome.commit is not None, "layout": layout_data(outcome.report)})


def _undo(_: Undo, context: ToolContext) -> ToolOutput:
    outcome = context.workspace.undo(actor=context.actor)
    data: dict[str, Any] = {"undone": outcome.commit is not None}
    if outcome.kept:
        data["kept"] = list(outcome.kept)
    data["containers"] = [container.id for container in context.workspace.document][:MOST_CONTAINERS]
    return ToolOutput(data)


def _redo(_: Redo, context: ToolContext) -> ToolOutput:
    outcome = context.workspace.redo(actor=context.actor)
    data: dict[str, Any] = {"redone": outcome.commit is not None}
    if outcome.kept:
        data["kept"] = list(outcome.kept)
    data["containers"] = [container.id for container in context.workspace.document][:MOST_CONTAINERS]
    return ToolOutput(data)


def _screenshot(arguments: TakeScreenshot, context: ToolContext) -> ToolOutput:
    if context.screenshot is None:
        raise CanvasError("This canvas cannot be drawn to a file here.")
    name = arguments.filename or None
    if name is not None and (not _BARE_NAME.fullmatch(name) or ".." in name):
        raise InvalidArgument(
            f"{name!r} is no bare file name. Leave folders out; letters, digits, '.', '-', '_' may be in it."
        )
    data, filename = context.screenshot(name)
    return ToolOutput({"filename": filename, "bytes": len(data)})


TOOLS: tuple[Tool[Any], ...] = (
    Tool("get_canvas_state", GetCanvasState, _state, pure=True),
    Tool("get_canvas_size", GetCanvasSize, _size, pure=True),
    Tool("get_canvas_settings", GetCanvasSettings, _settings, pure=True),
    Tool("edit_canvas_settings", EditCanvasSettings, _edit_settings, mutates=True),
    Tool("edit_canvas_size", EditCanvasSize, _resize, mutates=True),
    Tool("clear_canvas", ClearCanvas, _clear, mutates=True),
    Tool("arrange_canvas", ArrangeCanvas, _arrange, mutates=True),
    Tool("undo", Undo, _undo, mutates=True),
    Tool("redo", Redo, _redo, mutates=True),
    Tool("take_screenshot", TakeScreenshot, _screenshot),
)
