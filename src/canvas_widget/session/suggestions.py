"""Three prompts that fit the data at hand, told to who joins and to all when the data change."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from canvas_widget.errors import CanvasError
from canvas_widget.session.outbox import Member

if TYPE_CHECKING:
    from canvas_widget.session.session import Session
    from canvas_widget.workspace import Workspace

__all__ = ["Suggestions"]

MOST_ROWS = 1_000_000
"""Past this many rows a dataset is not profiled only to suggest something."""

_log = logging.getLogger(__name__)


class Suggestions:
    """The suggestions of one session. Everything but the look at the data runs on the session's loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: object = None
        self._looking: asyncio.Lock | None = None
        self.prompts: list[str] = []

    def greet(self, member: Member) -> None:
        """Tell them to a client that has just joined, as soon as they are there."""
        self._session.spawn(self._tell(member))

    def changed(self) -> None:
        """Look again, and tell everybody where the suggestions are others now. Free when nobody has joined."""
        if self._session.active:
            self._session.spawn(self._tell(None))

    async def _tell(self, member: Member | None) -> None:
        if self._looking is None:
            self._looking = asyncio.Lock()
        async with self._looking:
            try:
                known, prompts = await asyncio.to_thread(_look, self._session.workspace, self._known)
            except CanvasError as error:
                _log.debug("No suggestions: %s", error.message)
                return
            new = prompts is not None and prompts != self.prompts
            self._known, self.prompts = known, self.prompts if prompts is None else prompts
        outbox = self._session.outbox
        told = outbox.members if new else [member]
        for each in [each for each in outbox.members if each in told and each.joined]:
            if each.scope != "read":  # who may ask nothing; and they name data that nothing here is drawn from
                outbox.answer(each, None, "suggestions", {"prompts": self.prompts})


def _look(workspace: Workspace, known: object) -> tuple[object, list[str] | None]:
    """What the datasets are now, and the prompts that fit them; None when they are those that are known."""
    catalogue = workspace.catalogue
    now = catalogue.versions(catalogue.names())
    if now == known:
        return known, None
    from canvas_widget.agent.providers.offline.answer.suggest import suggest
    from canvas_widget.agent.views import CatalogueView, ColumnView, DatasetView
    from canvas_widget.agent.workspace_views import catalogue_view

    views = [
        view
        if view.row_count <= MOST_ROWS
        else DatasetView(view.name, view.row_count, [ColumnView(name, kind) for name, kind in view.types.items()])
        for view in catalogue_view(workspace).datasets()
        if view.types
    ]
    return now, suggest(CatalogueView(views))[:3]
