"""A canvas that is asked in words, and the rows that are drawn."""

from __future__ import annotations

from typing import Any

import pandas as pd

from agent.offline.reading import problems
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.tools import DEFAULT_TOOLS
from canvas_widget.agent.tools.base import ToolContext
from canvas_widget.agent.workspace_views import views_of
from canvas_widget.data import Catalogue
from canvas_widget.errors import CanvasError
from canvas_widget.workspace import Workspace

__all__ = ["Asking"]


class Asking:
    """Every call is a prompt.

    `doubts` are what was asked back or not understood, `notes` the choices told, `failures` what tools refused.
    """

    def __init__(self, width: int = 1200, height: int = 900, **frames: pd.DataFrame) -> None:
        catalogue = Catalogue()
        self.frames = frames
        for name, data in frames.items():
            catalogue.register(name, data)
        self.workspace = Workspace(catalogue=catalogue)
        self.workspace.resize(width, height)
        self.doubts: list[str] = []
        self.notes: list[str] = []
        self.failures: list[str] = []

    def __call__(self, prompt: str) -> Any:
        """The content that the prompt drew last; None where nothing was drawn."""
        reading = read(prompt, *views_of(self.workspace))
        self.doubts = problems(reading)
        self.notes = [note for part in reading.parts for note in part.notes]
        for call in reading.calls:
            tool = next(tool for tool in DEFAULT_TOOLS if tool.name == call.tool)
            try:
                tool.run(tool.arguments.model_validate(call.arguments), ToolContext(self.workspace))
            except CanvasError as error:
                self.failures.append(str(error))
        return list(self.workspace.document)[-1].content if len(self.workspace.document) else None

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows of the container that was made last."""
        result = self.workspace.result_for(list(self.workspace.document)[-1].id)
        return [tuple(row.values()) for row in result.rows()]
