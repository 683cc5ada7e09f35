"""The tool that puts a filter on the canvas, and chooses its value."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from canvas_widget.agent.tools.base import Listed, Placed, Tool, ToolContext, ToolOutput, from_json
from canvas_widget.agent.tools.reports import placed
from canvas_widget.document import ControlContent, normalise
from canvas_widget.errors import InvalidArgument
from canvas_widget.workspace.controls import controlled

__all__ = ["TOOLS"]

MOST_OPTIONS = 20
"""How many of a choice's values a model is told."""

_KINDS = {"dropdown": "choice", "select": "choice", "slider": "range", "dates": "date", "date range": "date"}


class CreateControl(Placed):
    """Put a filter on the canvas that the user can turn: a choice of values, a range of numbers, or two days."""

    column: str = Field(description="The column to filter by.")
    dataset: str | None = Field(default=None, description="Dataset name.")
    control: Literal["choice", "range", "date"] | None = Field(
        default=None, description="By the column's type when left out."
    )
    targets: Listed[str] | None = Field(
        default=None, description="Ids of what it filters; all of the dataset, now and later, when left out."
    )
    value: Any = Field(default=None, description="Chosen at first: a value, a list of values, or [lowest, highest].")
    replace: bool | None = Field(default=None, description="True to take the place of this id.")

    @field_validator("control", mode="before")
    @classmethod
    def _spelling(cls, given: Any) -> Any:
        plain = given.strip().lower() if isinstance(given, str) else given
        return _KINDS.get(plain, plain)

    @field_validator("value", mode="before")
    @classmethod
    def _value(cls, given: Any) -> Any:
        return from_json(given)


def _create(arguments: CreateControl, context: ToolContext) -> ToolOutput:
    workspace = context.workspace
    name = normalise(arguments.container_id)
    outcome = workspace.control(
        name,
        field=arguments.column,
        dataset=arguments.dataset,
        control=arguments.control,
        targets=arguments.targets,
        title=arguments.title,
        value=arguments.value,
        tell=lambda dataset: context.sharing.values([dataset]),
        placing=arguments.placing(replace=arguments.replace),
        actor=context.actor,
    )
    made = workspace.document[outcome.container_id or name].content
    if not isinstance(made, ControlContent):
        raise InvalidArgument(f"Container {name!r} holds no control.")
    told = context.sharing.values([made.dataset or ""])
    data: dict[str, Any] = {"control": made.control, "filters": controlled(workspace, made)}
    if told:
        data |= {"options": made.options[:MOST_OPTIONS], "value": made.value}
    if context.sharing.columns(made.dataset or "", [made.field]):
        data["column"] = made.field
    return placed(outcome, context, **data)


TOOLS: tuple[Tool[Any], ...] = (Tool("create_control", CreateControl, _create, mutates=True),)
