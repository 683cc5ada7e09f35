"""What a turn has read already: asked the same about an unchanged canvas and unchanged data, it knows the answer."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from canvas_widget.agent.tools import Tool, ToolContext, ToolOutput
from canvas_widget.errors import CanvasError
from canvas_widget.workspace import Workspace

__all__ = ["Recall"]

Key = tuple[Any, ...]


class Recall:
    """The results of one turn's pure tools, by tool, arguments, and what they were read from.

    What the user changes while the turn runs counts too, so no result outlives what it says. Any thread may use it.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[Key, ToolOutput] = {}

    def run(self, tool: Tool[Any], arguments: BaseModel, context: ToolContext) -> ToolOutput:
        """Run a tool, or give what it gave before. Looks at the data: not on the loop."""
        key = self._key(tool, arguments)
        if key is not None and key in self._known:
            return self._known[key]
        output = tool.run(arguments, context)
        if key is not None and key == self._key(tool, arguments):
            self._known[key] = output
        return output

    def forget(self) -> None:
        """Forget everything: a tool has run that changes things."""
        self._known.clear()

    def _key(self, tool: Tool[Any], arguments: BaseModel) -> Key | None:
        """Under what a call's result is kept; None when it is not kept."""
        if not tool.pure or tool.mutates:
            return None
        given = json.dumps(arguments.model_dump(mode="json", exclude_none=True), sort_keys=True, default=str)
        catalogue = self._workspace.catalogue
        try:
            versions = catalogue.versions(catalogue.names())
        except CanvasError:
            return None
        return tool.name, given, self._workspace.document.rev, *versions
