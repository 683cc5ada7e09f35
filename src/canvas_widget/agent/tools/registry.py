"""All tools of the agent, by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from canvas_widget.agent.stream import ToolSpec
from canvas_widget.agent.tools import canvas, containers, content, controls, data
from canvas_widget.agent.tools.base import Tool
from canvas_widget.errors import InvalidArgument, NotFound

__all__ = ["DEFAULT_TOOLS", "Toolbox"]


class Toolbox:
    """Tools by name; immutable, so that a turn keeps what it began with."""

    def __init__(self, tools: Iterable[Tool[Any]]) -> None:
        self._tools: dict[str, Tool[Any]] = {}
        for tool in tools:
            if tool.name in self._tools:
                raise InvalidArgument(f"There are two tools named {tool.name!r}.")
            self._tools[tool.name] = tool

    def __iter__(self) -> Iterator[Tool[Any]]:
        return iter(self._tools.values())

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def get(self, name: str) -> Tool[Any]:
        """The tool of that name.

        Raises:
            NotFound: there is none; names the nearest.
        """
        if name not in self._tools:
            near = difflib.get_close_matches(name, self._tools, n=3, cutoff=0.5)
            hint = f"Nearest: {', '.join(near)}." if near else f"There are: {', '.join(self._tools)}."
            raise NotFound(f"No tool {name!r}. {hint}", alternatives=near)
        return self._tools[name]

    def having(self, *more: Tool[Any]) -> Toolbox:
        """These tools and more."""
        return Toolbox([*self, *more])

    @cached_property
    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools as the model sees them."""
        return tuple(tool.spec() for tool in self)


DEFAULT_TOOLS = Toolbox([*containers.TOOLS, *content.TOOLS, *controls.TOOLS, *canvas.TOOLS, *data.TOOLS])
"""The tools every turn has."""
