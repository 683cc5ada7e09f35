"""Selections of a session: the newest counts, all clients see what it filters."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import Cancelled
from canvas_widget.session.results import send_result
from canvas_widget.workspace.selected import Filtered, Selected

if TYPE_CHECKING:
    from canvas_widget.session.session import Session

__all__ = ["Selecting"]


class Selecting:
    """Runs one selection after the other; one that a newer one follows is given up."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._turn = asyncio.Lock()
        self._cancel = threading.Event()
        self._unsubscribe = session.workspace.on_selected(self._on_select)

    def close(self) -> None:
        """Listen no more."""
        self._cancel.set()
        self._unsubscribe()

    async def select(self, container_id: str, selection: Mapping[str, Any] | None) -> None:
        """Select, and tell all clients. Nothing is told of a selection that was given up."""
        self._cancel.set()
        self._cancel = mine = threading.Event()
        loop = asyncio.get_running_loop()

        def progress(message: str, fraction: float | None) -> None:
            data = {"container_id": container_id, "fraction": fraction, "message": message}
            loop.call_soon_threadsafe(self._session.outbox.broadcast, "progress", data)

        async with self._turn:
            if mine.is_set():
                return
            select = self._session.workspace.select
            try:
                await asyncio.to_thread(select, container_id, selection, cancel=mine, progress=progress)
            except Cancelled:
                return

    def _on_select(self, selected: Selected) -> None:
        data = {"container_id": selected.container_id, "selection": selected.selection, "linked": selected.linked}
        self._session.outbox.broadcast("selection", data)
        for each in selected.filtered:
            self._send(each)

    def _send(self, filtered: Filtered) -> None:
        session = self._session
        if filtered.rows is None:
            container = session.workspace.document.get(filtered.container_id)
            if container is not None:
                send_result(session, container, None)
            return
        data = {
            "container_id": filtered.container_id,
            "result_id": filtered.result_id,
            "schema": filtered.schema,
            "row_count": filtered.row_count,
            "offset": 0,
            "rows": filtered.rows,
        }
        session.outbox.broadcast("result", data | ({"error": filtered.error} if filtered.error else {}))
