"""What a tool is: arguments the model fills in, a context it runs in, an output it gives back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from canvas_widget.agent.knowledge import KnowledgePort
from canvas_widget.agent.sharing import Sharing
from canvas_widget.agent.stream import ToolSpec
from canvas_widget.document import Relations, normalise
from canvas_widget.layout import Box, Placing
from canvas_widget.workspace import USER, Actor, Workspace

__all__ = [
    "Arguments",
    "BoxArgument",
    "Listed",
    "NoArguments",
    "Placed",
    "Px",
    "Tool",
    "ToolContext",
    "ToolOutput",
    "from_json",
]

FIRST_ROWS = 10
"""Rows of a result that a tool shows the model."""


def _px(value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip().lower().removesuffix("px").strip()
        try:
            value = float(value)
        except ValueError:
            return value
    return round(value) if isinstance(value, float) and abs(value) < 1e9 else value


def from_json(value: Any) -> Any:
    """A list or object that a model wrote as a JSON string."""
    if isinstance(value, str) and value.strip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _listed(value: Any) -> Any:
    value = from_json(value)
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [value] if isinstance(value, dict) else value


def _box(value: Any) -> Any:
    value = from_json(value)
    if isinstance(value, str):
        value = [part for part in value.replace(",", " ").split() if part]
    if isinstance(value, list | tuple):
        return dict(zip(("x", "y", "width", "height"), value, strict=False))
    return value


Px = Annotated[int, BeforeValidator(_px)]
"""Whole px; "120px" and 120.4 are understood."""
T = TypeVar("T")
Listed = Annotated[list[T], BeforeValidator(_listed)]
"""A list; JSON text, text with commas, or a single object are understood."""


class Arguments(BaseModel):
    """Base of all arguments: what is null is not given, what is unknown is ignored."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", coerce_numbers_to_str=True, str_strip_whitespace=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return {name: value for name, value in given.items() if value is not None}
        return given


class NoArguments(Arguments):
    """Takes no arguments."""


class BoxModel(Arguments):
    """A position and size in px."""

    x: Px | None = None
    y: Px | None = None
    width: Px | None = None
    height: Px | None = None

    def box(self) -> Box:
        return Box(x=self.x, y=self.y, width=self.width, height=self.height)


BoxArgument = Annotated[BoxModel, BeforeValidator(_box)]


class Placed(Arguments):
    """Where a new container goes."""

    container_id: str = Field(description="Short id for the container, like mpg_by_origin.")
    title: str | None = Field(default=None, description="Heading shown above it; made from the content when left out.")
    box: BoxArgument | None = Field(
        default=None, description="Only when the user gave a position or size in px; it is then pinned there."
    )
    above: str | None = Field(default=None, description="Id of the container to go above of.")
    below: str | None = Field(default=None, description="Id of the container to go below of.")
    left_of: str | None = Field(default=None, description="Id of the container to go left of.")
    right_of: str | None = Field(default=None, description="Id of the container to go right of.")
    top: bool | None = Field(default=None, description="True to put it on top of the canvas, above everything.")
    auto_adjust: bool | None = Field(default=None, description="Overrides the canvas setting for this call.")
    avoid_overlap: bool | None = Field(default=None, description="True to move it if it would overlap another.")

    def placing(self, *, replace: bool | None = None) -> Placing:
        """How to place it, as the workspace's operations take it."""
        related = {name: getattr(self, name) for name in ("above", "below", "left_of", "right_of")}
        return Placing(
            box=self.box.box() if self.box is not None else Box(),
            relations=Relations(**{name: normalise(other) for name, other in related.items() if other}),
            top=bool(self.top),
            replace=bool(replace),
            auto_adjust=self.auto_adjust,
            avoid_overlap=self.avoid_overlap,
        )


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a tool gives back.

    `data` is JSON-ready and goes to the model. `rows` counts the rows a query gave (None: there was no query),
    `nulls` the cells in them that had no value, `notes` what else limits the answer, in plain sentences.
    """

    data: dict[str, Any]
    rows: int | None = None
    nulls: int = 0
    notes: tuple[str, ...] = ()


Screenshot = Callable[[str | None], tuple[bytes, str]]
"""Draws the canvas; takes a bare file name or None, gives the bytes and the name they have."""


@dataclass(slots=True)
class ToolContext:
    """What the tools of one turn share.

    `actor.replaces` are the containers that this turn may replace in place; what it has made again is in `remade`.
    """

    workspace: Workspace
    actor: Actor = USER
    sharing: Sharing = field(default_factory=Sharing)
    knowledge: KnowledgePort | None = None
    screenshot: Screenshot | None = None
    remade: set[str] = field(default_factory=set)

    @property
    def to_replace(self) -> frozenset[str]:
        """The containers of the turn that this one replaces, as far as they were not made again."""
        return self.actor.replaces - self.remade

    def for_call(self, actor: Actor) -> ToolContext:
        """The context of one call, with its own cancel; what is remade stays common."""
        return replace(self, actor=replace(actor, replaces=self.to_replace))


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True, slots=True)
class Tool(Generic[A]):
    """A tool: its name, its arguments (whose docstring describes it), what it does, and whether it changes things.

    A `pure` one reads the canvas and the data and nothing else: asked the same again in a turn, it is not run again.
    """

    name: str
    arguments: type[A]
    run: Callable[[A, ToolContext], ToolOutput]
    mutates: bool = False
    pure: bool = False

    def spec(self) -> ToolSpec:
        """The tool as the model sees it."""
        description = " ".join((self.arguments.__doc__ or "").split())
        return ToolSpec(self.name, description, minimal_schema(self.arguments))


def minimal_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON schema without titles, references and nulls, as small servers understand it."""
    schema = model.model_json_schema()
    return _reduced(schema, schema.pop("$defs", {}), top=True)


def _reduced(schema: Mapping[str, Any], definitions: Mapping[str, Any], *, top: bool = False) -> dict[str, Any]:
    if "$ref" in schema:
        named = definitions[schema["$ref"].rsplit("/", 1)[1]]
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _reduced({**named, **rest}, definitions)
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if options:
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "title", "default")}
        reduced = [_reduced(option, definitions) for option in options]
        return {**reduced[0], **rest} if len(reduced) == 1 else {"anyOf": reduced, **rest}
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("title", "default", "additionalProperties") or (
            key == "description" and (top or "properties" in schema)
        ):
            continue
        if key == "properties":
            kept[key] = {name: _reduced(part, definitions) for name, part in value.items()}
        elif key == "items":
            kept[key] = _reduced(value, definitions)
        else:
            kept[key] = value
    if top:
        kept.setdefault("properties", {})
    return kept
