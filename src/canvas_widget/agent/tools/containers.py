"""Tools that make, change, delete and look at containers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from canvas_widget.agent.sharing import mentions
from canvas_widget.agent.tools.base import Arguments, BoxArgument, Px, Tool, ToolContext, ToolOutput
from canvas_widget.agent.tools.reports import container_data, layout_data, placed, result_data, result_output
from canvas_widget.document import Relations, normalise
from canvas_widget.layout import Box, Placing

__all__ = ["TOOLS"]


class _Sized(Arguments):
    x: Px | None = Field(default=None, description="Px from the canvas's left edge.")
    y: Px | None = Field(default=None, description="Px from the canvas's top edge, downwards.")
    width: Px | None = Field(default=None, description="Px.")
    height: Px | None = Field(default=None, description="Px.")
    box: BoxArgument | None = Field(default=None, description="The same four as one object.")
    title: str | None = None
    above: str | None = Field(default=None, description="Id of the container to go above of.")
    below: str | None = Field(default=None, description="Id of the container to go below of.")
    left_of: str | None = Field(default=None, description="Id of the container to go left of.")
    right_of: str | None = Field(default=None, description="Id of the container to go right of.")
    auto_adjust: bool | None = Field(default=None, description="Overrides the canvas setting for this call.")
    avoid_overlap: bool | None = Field(default=None, description="True to move it if it would overlap another.")

    def size(self) -> Box:
        given = self.box.box() if self.box is not None else Box()
        return Box(
            x=given.x if self.x is None else self.x,
            y=given.y if self.y is None else self.y,
            width=given.width if self.width is None else self.width,
            height=given.height if self.height is None else self.height,
        )

    def related(self) -> Relations:
        sides = {name: getattr(self, name) for name in ("above", "below", "left_of", "right_of")}
        return Relations(**{name: normalise(other) for name, other in sides.items() if other})


class CreateContainer(_Sized):
    """Make an empty container. A position or size pins it, so give one only when the user did. For a chart, table,
    metric or text use that tool directly: it makes its container.
    """

    container_id: str = Field(description="Short id for the container, like mpg_by_origin.")


class ModifyContainer(_Sized):
    """Move, resize or rename a container; what is left out stays as it is. A position or size pins it."""

    container_id: str = Field(description="Id of an existing container.")
    locked: bool | None = Field(default=None, description="True: nothing but the user moves it.")
    hidden: bool | None = None


class DeleteContainer(Arguments):
    """Delete a container and what it holds."""

    container_id: str = Field(description="Id of an existing container.")


class CheckContainerContent(Arguments):
    """Look at one container: its kind, position, query, and the first rows it shows."""

    container_id: str = Field(description="Id of an existing container.")


def _existing(context: ToolContext, container_id: str) -> str:
    """The id as given, or normalised, whichever is there; as given when neither is, for the error that names it."""
    document = context.workspace.document
    tidy = normalise(container_id)
    return tidy if container_id not in document and tidy in document else container_id


def _create(arguments: CreateContainer, context: ToolContext) -> ToolOutput:
    outcome = context.workspace.create(
        normalise(arguments.container_id),
        title=arguments.title,
        placing=Placing(
            box=arguments.size(),
            relations=arguments.related(),
            auto_adjust=arguments.auto_adjust,
            avoid_overlap=arguments.avoid_overlap,
        ),
        actor=context.actor,
    )
    return placed(outcome, context)


def _modify(arguments: ModifyContainer, context: ToolContext) -> ToolOutput:
    name = _existing(context, arguments.container_id)
    outcome = context.workspace.modify(
        name,
        title=arguments.title,
        box=arguments.size(),
        relations=arguments.related() or None,
        locked=arguments.locked,
        hidden=arguments.hidden,
        auto_adjust=arguments.auto_adjust,
        avoid_overlap=arguments.avoid_overlap,
        actor=context.actor,
    )
    data = container_data(context.workspace.document[name])
    return ToolOutput({**data, "changed": outcome.commit is not None, "layout": layout_data(outcome.report)})


def _delete(arguments: DeleteContainer, context: ToolContext) -> ToolOutput:
    name = _existing(context, arguments.container_id)
    outcome = context.workspace.delete(name, actor=context.actor)
    return ToolOutput({"deleted": name, "layout": layout_data(outcome.report)})


def _check(arguments: CheckContainerContent, context: ToolContext) -> ToolOutput:
    container = context.workspace.document[_existing(context, arguments.container_id)]
    data: dict[str, Any] = container_data(container)
    content = container.content
    if content.kind == "empty":
        return ToolOutput(data)
    if content.kind == "text":
        if content.template is None:
            return ToolOutput({**data, "markdown": content.markdown})
        told = context.sharing.values(name for value in content.values for name in value.datasets)
        shown = {"shown": content.markdown} if told else {}
        return ToolOutput({**data, "markdown": content.template, **shown})
    sql = getattr(content, "sql", None)
    data["stale"] = getattr(content, "stale", False)
    if content.kind == "chart":
        data["mark"] = content.mark
    if context.sharing.hides(content.dataset, sql):
        if not mentions(context.sharing.prompt, container.title):
            del data["title"]
    else:
        data.update(dataset=content.dataset, sql=sql)
        if content.kind == "chart":
            data["encoding"] = content.encoding
    result = context.workspace.result_for(container.id)
    if result is not None:
        data.update(result_data(result, context, data.get("sql") or ""))
    return result_output(data, result)


TOOLS: tuple[Tool[Any], ...] = (
    Tool("create_container", CreateContainer, _create, mutates=True),
    Tool("modify_container", ModifyContainer, _modify, mutates=True),
    Tool("delete_container", DeleteContainer, _delete, mutates=True),
    Tool("check_container_content", CheckContainerContent, _check, pure=True),
)
