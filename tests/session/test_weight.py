"""What a session keeps of an edit: little that Python's garbage collector has to visit while everybody waits."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from canvas_widget.data import Catalogue
from canvas_widget.server.owner import LoopOwner
from canvas_widget.session import Frame, Session, Turns
from canvas_widget.session.journal import MemoryJournal
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

EDITS = 200
OBJECTS = 12
"""Objects that one edit may leave behind; it was 31 while each kept its document, its deltas and its frames."""


class Tab:
    """A client that keeps its frames only while it is told to."""

    def __init__(self) -> None:
        self.frames: list[Frame] | None = None

    def send(self, frame: Frame, buffers: list[bytes]) -> None:
        if self.frames is not None:
            self.frames.append(frame)


async def _edited() -> tuple[float, list[Frame], list[Frame]]:
    workspace = Workspace("weight", 1200, 800, catalogue=Catalogue(), owner=LoopOwner())
    session = Session(workspace, Turns(Settings()), journal=MemoryJournal())
    editor, watcher = Tab(), Tab()
    mine, other = session.attach(editor), session.attach(watcher)
    await session.handle(mine, {"type": "init_session", "data": {}})
    await session.handle(other, {"type": "init_session", "data": {}})

    async def edit(number: int, change: dict[str, Any]) -> None:
        await session.handle(mine, {"type": "canvas_edit", "id": f"e{number}", "data": {"changes": [change]}})

    value = {"id": "a", "x": 0, "y": 0, "width": 100, "height": 80}
    await edit(0, {"op": "add", "path": "/containers/a", "value": value})
    assert session.recorder is not None
    session.recorder.journal = MemoryJournal()  # what the journal holds is written down elsewhere
    counts = []
    for first in (1, EDITS + 1):
        for number in range(first, first + EDITS):
            await edit(number, {"op": "set", "path": "/containers/a/title", "value": f"title {number}"})
        session.recorder.journal._events.clear()  # type: ignore[attr-defined]
        gc.collect()
        counts.append(len(gc.get_objects()))
    watcher.frames = []
    seq = session.outbox.seq
    await edit(2 * EDITS + 1, {"op": "set", "path": "/containers/a/title", "value": "the last"})
    live, watcher.frames = watcher.frames, []
    await session.handle(other, {"type": "init_session", "data": {"last_seq": seq}})
    again = [frame for frame in watcher.frames if frame.get("seq") == seq + 1 and frame["type"] == "tree_update"]
    await session.close()
    return (counts[1] - counts[0]) / EDITS, live, again


@pytest.mark.ledger("C6")
def test_what_is_kept_of_an_edit_is_light_and_comes_back_as_it_was() -> None:
    left, live, again = asyncio.run(_edited())
    assert left <= OBJECTS
    assert live[0]["data"]["deltas"][0]["node"]["title"] == "the last"
    assert again == live[:1]
