"""Tools that a user writes: a typed function becomes a tool, its annotations the arguments, its docstring the words."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import re
import threading
import typing
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar, overload

from pydantic import Field, create_model
from pydantic.errors import PydanticUserError

from canvas_widget.agent.acting import acting_as
from canvas_widget.agent.tools.base import Arguments, Tool, ToolContext, ToolOutput
from canvas_widget.agent.tools.registry import DEFAULT_TOOLS, Toolbox
from canvas_widget.errors import Cancelled, CanvasError, Conflict, InvalidArgument, NotFound

__all__ = ["UserTools", "tool_of"]

F = TypeVar("F", bound=Callable[..., Any])

MOST_ROWS = 100
"""Rows of a returned data frame that the model gets."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_SECTION = re.compile(r"^\s*(Args|Arguments|Parameters|Returns?|Raises|Yields|Examples?|Notes?):?\s*$")
_ARGUMENT = re.compile(r"^\s*\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*[:–-]\s+(.+)$")


class UserTools:
    """The tools that a user added to a canvas. As a decorator it adds one; it lists them and removes them by name."""

    def __init__(self) -> None:
        self._tools: dict[str, Tool[Any]] = {}
        self._functions: dict[str, Callable[..., Any]] = {}

    def add(self, function: Callable[..., Any], *, name: str | None = None, reads_only: bool = False) -> Tool[Any]:
        """Make a function a tool; one of the same name that was added before is replaced.

        Args:
            function: its parameters are annotated; its docstring says what it does, and under "Args:" what each
                parameter is.
            name: the tool's name; the function's when None.
            reads_only: it changes nothing, so that several calls of it may run at once.

        Raises:
            InvalidArgument: a parameter without a type, one of a type that has no JSON schema, or no docstring.
            Conflict: the canvas has a tool of its own by that name.
        """
        tool = tool_of(function, name=name, reads_only=reads_only)
        if tool.name in DEFAULT_TOOLS:
            raise Conflict(
                f"The canvas has a tool {tool.name!r} of its own. Give yours another name: name=….",
                alternatives=[f"my_{tool.name}", f"{tool.name}_2"],
            )
        self._tools[tool.name] = tool
        self._functions[tool.name] = function
        return tool

    def remove(self, name: str) -> None:
        """Forget a tool.

        Raises:
            NotFound: no tool of the user's has that name.
        """
        if name not in self._tools:
            raise NotFound(f"No tool of yours is called {name!r}. There are: {', '.join(self._tools) or 'none'}.")
        del self._tools[name], self._functions[name]

    def names(self) -> list[str]:
        """The names, in the order the tools were added."""
        return list(self._tools)

    def describe(self) -> str:
        """One line a tool: its name, its arguments, what it does."""
        lines = []
        for tool in self._tools.values():
            spec = tool.spec()
            arguments = ", ".join(spec.parameters.get("properties", {}))
            lines.append(f"{tool.name}({arguments}): {spec.description}")
        return "\n".join(lines) or "No tools of your own."

    @property
    def toolbox(self) -> Toolbox:
        """All tools of a turn: the canvas's own and these."""
        return DEFAULT_TOOLS.having(*self._tools.values()) if self._tools else DEFAULT_TOOLS

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __len__(self) -> int:
        return len(self._tools)

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def __repr__(self) -> str:
        return self.describe()

    @overload
    def __call__(self, function: F, /) -> F: ...

    @overload
    def __call__(self, /, *, name: str | None = None, reads_only: bool = False) -> Callable[[F], F]: ...

    def __call__(
        self, function: F | None = None, /, *, name: str | None = None, reads_only: bool = False
    ) -> F | Callable[[F], F]:
        """Add a function as a tool, as a decorator with or without options; the function stays what it was."""

        def added(given: F) -> F:
            self.add(given, name=name, reads_only=reads_only)
            return given

        return added if function is None else added(function)


def tool_of(function: Callable[..., Any], *, name: str | None = None, reads_only: bool = False) -> Tool[Any]:
    """A function as a tool.

    Raises:
        InvalidArgument: it cannot be one; says which parameter, and what to write.
    """
    if not callable(function) or inspect.isclass(function):
        raise InvalidArgument(f"A tool is a function, not {function!r:.60}.")
    called = str(name or getattr(function, "__name__", ""))
    if not _NAME.fullmatch(called):
        raise InvalidArgument(
            f"A tool's name is made of letters, digits and “_”, not {called!r:.60}. Give it one: name=…."
        )
    said, about = _read_docstring(inspect.getdoc(function) or "")
    if not said:
        raise InvalidArgument(
            f"Tool {called} has no docstring. The model reads there what it is for: write a sentence."
        )
    found = list(_parameters(called, function))
    named = {given.name: f"given_{given.name}" if hasattr(Arguments, given.name) else given.name for given, _ in found}
    fields: dict[str, Any] = {
        named[parameter.name]: _field(called, parameter, annotation, about.get(parameter.name))
        for parameter, annotation in found
    }
    try:
        model = create_model(f"{called}_arguments", __base__=Arguments, __doc__=said, **fields)
        model.model_rebuild()
        tool: Tool[Any] = Tool(called, model, _runner(function, named), mutates=not reads_only)
        tool.spec()
    except (PydanticUserError, TypeError, NameError) as error:
        reason = str(error).split("\n")[0]
        raise InvalidArgument(f"Tool {called}: a parameter's type cannot be told to a model ({reason}).") from error
    return tool


def _parameters(called: str, function: Callable[..., Any]) -> Iterator[tuple[inspect.Parameter, Any]]:
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise InvalidArgument(f"Tool {called}: the annotation {error.name!r} is not defined.") from None
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise InvalidArgument(
                f"Tool {called}: *{parameter.name} cannot be filled in by a model. Name each parameter."
            )
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise InvalidArgument(f"Tool {called}: {parameter.name} is positional only. Take the “/” out.")
        if parameter.name not in hints:
            raise InvalidArgument(
                f"Tool {called}: parameter {parameter.name} has no type. Write one, like {parameter.name}: str."
            )
        yield parameter, hints[parameter.name]


def _field(called: str, parameter: inspect.Parameter, annotation: Any, about: str | None) -> tuple[Any, Any]:
    if parameter.name.startswith("_"):
        raise InvalidArgument(f"Tool {called}: a parameter's name cannot begin with “_” ({parameter.name}).")
    if annotation is Any:
        raise InvalidArgument(f"Tool {called}: parameter {parameter.name} may be anything. Say what it is, like str.")
    default = parameter.default
    if default is parameter.empty:
        default = None if type(None) in typing.get_args(annotation) else ...
    return annotation, Field(default, description=about, alias=parameter.name)


def _read_docstring(text: str) -> tuple[str, dict[str, str]]:
    """What a docstring says the function does, and what it says of each parameter."""
    said: list[str] = []
    about: dict[str, str] = {}
    section, current = "", ""
    for line in text.splitlines():
        if found := _SECTION.match(line):
            section, current = found.group(1), ""
        elif found := re.match(r"^\s*:param (?:\w+ )?(\w+):\s*(.*)$", line):
            about[found.group(1)] = found.group(2)
        elif not section and not line.strip().startswith((":return", ":raise")):
            said.append(line)
        elif section.startswith(("Arg", "Param")) and line.strip():
            if (found := _ARGUMENT.match(line)) is not None:
                current = found.group(1)
                about[current] = found.group(2).strip()
            elif current:
                about[current] += " " + line.strip()
    return " ".join(" ".join(said).split()), about


def _runner(function: Callable[..., Any], named: dict[str, str]) -> Callable[[Any, ToolContext], ToolOutput]:
    def run(arguments: Any, context: ToolContext) -> ToolOutput:
        given = {name: getattr(arguments, field) for name, field in named.items()}
        try:
            with acting_as(context.actor):
                value = function(**given)
                if inspect.isawaitable(value):
                    value = asyncio.run(_awaited(value, context.actor.cancel))
        except (SystemExit, KeyboardInterrupt) as error:
            raise CanvasError(f"The tool ended itself with {type(error).__name__}.") from None
        return _output(value)

    return run


async def _awaited(work: Awaitable[Any], cancel: threading.Event | None) -> Any:
    """Run an async tool on a loop of its own; cancelled as soon as the turn is."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.wait({task}, timeout=0.05)
        if cancel is not None and cancel.is_set() and not task.done():
            task.cancel()
    if task.cancelled():
        raise Cancelled("The tool was stopped.")
    return task.result()


def _output(value: Any) -> ToolOutput:
    if isinstance(value, ToolOutput):
        return value
    rows = _rows(value)
    if rows is not None:
        shown, count = rows
        return ToolOutput({"row_count": count, "rows": shown}, rows=count)
    plain = _plain(value)
    return ToolOutput(plain if isinstance(plain, dict) else {"result": plain})


def _rows(value: Any) -> tuple[list[dict[str, Any]], int] | None:
    """The rows of a data frame of any make: the first of them, and how many there are."""
    head, columns = getattr(value, "head", None), getattr(value, "columns", None)
    if head is None or columns is None:
        return None
    first = head(MOST_ROWS)
    listed = first.to_dicts() if hasattr(first, "to_dicts") else first.to_dict("records")
    return [{str(key): _plain(cell) for key, cell in row.items()} for row in listed], len(value)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    from pydantic_core import PydanticSerializationError, to_jsonable_python

    if hasattr(value, "item") and callable(value.item) and getattr(value, "ndim", 1) == 0:
        value = value.item()
    if hasattr(value, "tolist") and callable(value.tolist):
        value = value.tolist()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    try:
        return to_jsonable_python(value, inf_nan_mode="null")
    except PydanticSerializationError:
        return str(value)
