"""A process that edits a kept canvas until it is killed; a module of its own, so that it forks fast."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from canvas_widget.server.restore import restore
from canvas_widget.server.uploads import Uploads
from canvas_widget.settings import Settings
from canvas_widget.store import SessionRecord, Writer, open_store

__all__ = ["work"]


class _Told:
    """A client that passes on which of its edits were acknowledged."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def send(self, frame: dict[str, Any], buffers: list[bytes]) -> None:
        if frame["type"] == "ack":
            self._pipe.send(frame["reply_to"])


async def _edit(folder: Path, run: int, pipe: Connection) -> None:
    store = open_store(None, folder)
    record = store.session("s")
    if record is None:
        record = SessionRecord("s", "ada", "crash", datetime.now(UTC))
        store.add_session(record)
    session = await restore(record, Settings(), store, Writer(store), Uploads(folder / "datasets"))
    pipe.send(sorted(session.workspace.document.ids()))
    member = session.attach(_Told(pipe))
    session.remember(member, f"run-{run}")
    number = 0
    while True:
        number += 1
        name = f"r{run}-{number}"
        box = {"id": name, "x": number % 700, "y": number % 500, "width": 10, "height": 10}
        change = {"op": "add", "path": f"/containers/{name}", "value": box}
        data = {"changes": [change], "auto_adjust": False}
        await session.handle(member, {"type": "canvas_edit", "id": name, "data": data})
        await asyncio.sleep(0)


def work(folder: Path, run: int, pipe: Connection) -> None:
    """Open or restore the canvas, tell what it holds, then edit and tell each acknowledgement."""
    asyncio.run(_edit(folder, run, pipe))
