"""Asks the built-in model a question over all tables of a database, and reads the chart back from the canvas."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.nl2vis_rename import Renaming
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Answered
from canvas_widget.agent.providers.offline import OfflineProvider
from canvas_widget.agent.providers.offline.plan import read
from canvas_widget.agent.turn import TurnRequest, run_turn
from canvas_widget.agent.workspace_views import views_of
from canvas_widget.data import Catalogue
from canvas_widget.workspace import Actor, Workspace

__all__ = ["Asked", "Databases"]

MARKS = {"arc": "pie", "point": "scatter", "histogram": "bar"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked, what came of it, and how long reading it took.

    `doubtful`: the answer asks something, or names words that it did not understand.
    """

    gold: dict[str, Any]
    question: str
    prediction: dict[str, Any]
    answer: str
    doubtful: bool
    reading_s: float
    calls: list[Any] = field(default_factory=list)


class Databases:
    """The tables of the set, one catalogue per database, kept while the same database is asked."""

    def __init__(self, folder: Path, renaming: Renaming | None = None) -> None:
        self.folder = folder
        self.renaming = renaming
        self._name = ""
        self._catalogue = Catalogue()

    def _tables(self, name: str) -> dict[str, Any]:
        files = sorted((self.folder / "tables" / name).glob("*.csv"))
        if self.renaming is None:
            return {file.stem: str(file) for file in files}
        return self.renaming.tables({file.stem: file for file in files})

    def catalogue(self, name: str) -> Catalogue:
        """All tables of a database."""
        if name != self._name:
            self._catalogue = Catalogue()
            for table, source in self._tables(name).items():
                self._catalogue.register(table, source)
            self._name = name
        return self._catalogue

    async def ask(self, gold: dict[str, Any], *, canvas: bool = False) -> Asked:
        """One question, on an empty canvas."""
        catalogue = self.catalogue(gold["db"])
        question = gold["question"]
        if self.renaming is not None:
            question, gold = self.renaming.question(question), self.renaming.gold(gold)
        workspace = Workspace(catalogue=catalogue)
        views = views_of(workspace)
        for view in views[0].datasets():
            _ = view.columns
        start = time.thread_time()
        reading = read(question, *views)
        spent = time.thread_time() - start
        text = await (_on_canvas if canvas else _on_workspace)(question, workspace)
        doubtful = any(part.asks or part.unread for part in reading.parts)
        calls = [[call.tool, call.arguments] for call in reading.calls]
        return Asked(gold, question, _chart(gold["id"], workspace), text, doubtful, spent, calls)


async def _on_workspace(question: str, workspace: Workspace) -> str:
    turn = TurnRequest("t", question, Conversation(), (OfflineProvider(),), workspace, actor=Actor(source="agent"))
    return "".join([event.text async for event in run_turn(turn) if isinstance(event, Answered)])


async def _on_canvas(question: str, workspace: Workspace) -> str:
    from canvas_widget import Canvas

    canvas = Canvas()
    for name in workspace.catalogue.names():
        canvas.datasets.register(name, workspace.catalogue.get(name).source)
    turn = await canvas.ask_async(question, provider="offline")
    workspace.document = canvas.session.workspace.document
    return str(turn.text)


def _chart(identifier: str, workspace: Workspace) -> dict[str, Any]:
    """The last chart on the canvas in drawn order, as the scorer reads it."""
    charts = [container for container in workspace.document if container.content.kind == "chart"]
    if not charts:
        return {"id": identifier, "error": "no chart"}
    content: Any = charts[-1].content
    result = workspace.result_for(charts[-1].id)
    if result is None:
        return {"id": identifier, "error": "no rows"}
    rows, encoding = result.rows(), content.encoding
    columns = {channel: [row.get(name) for row in rows] for channel, name in encoding.items() if name}
    x, y = columns.get("x"), columns.get("y")
    if content.mark == "arc":
        x, y = columns.get("x", columns.get("category")), columns.get("y", columns.get("value"))
    request = content.request or {}
    swapped = content.mark == "bar" and _value_along_x(request)
    if swapped:
        x, y = y, x
    return {
        "id": identifier,
        "chart_type": MARKS.get(content.mark, content.mark),
        "x": x,
        "y": y,
        "series": columns.get("series"),
    }


def _value_along_x(request: dict[str, Any]) -> bool:
    x, y = str(request.get("x") or ""), str(request.get("y") or "")
    return (
        x.endswith(")")
        and not y.endswith(")")
        and x.split("(", maxsplit=1)[0] in ("count", "sum", "mean", "min", "max", "distinct", "median")
    )
