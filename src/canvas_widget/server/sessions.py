"""The sessions of this server: made, joined, let go."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from canvas_widget.data import Catalogue
from canvas_widget.errors import NotFound
from canvas_widget.server.hosts import Connection, SessionConnection
from canvas_widget.server.identity import Caller
from canvas_widget.server.owner import LoopOwner
from canvas_widget.session import Client, Session, Turns
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

__all__ = ["Live", "Sessions"]


@dataclass(eq=False, slots=True)
class Live:
    """A session in memory, and whose it is."""

    session: Session
    owner: str


class Sessions:
    """All sessions that live in this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._live: dict[str, Live] = {}

    async def create(self, caller: Caller, name: str | None = None) -> Live:
        """A new session of the caller's."""
        session_id = uuid.uuid4().hex
        workspace = Workspace(
            name or f"canvas-{session_id[:8]}",
            self.settings.default_canvas_width,
            self.settings.default_canvas_height,
            catalogue=Catalogue(),
            owner=LoopOwner(),
        )
        live = Live(Session(workspace, Turns(self.settings), session_id), caller.user_id)
        self._live[session_id] = live
        return live

    async def get(self, session_id: str, caller: Caller) -> Live:
        """A session that the caller may see.

        Raises:
            NotFound: there is none; the same for one that is somebody else's.
        """
        live = self._live.get(session_id)
        if live is None or live.owner != caller.user_id:
            raise NotFound(f"No session {session_id!r:.80}.")
        return live

    def connect(self, live: Live, client: Client, caller: Caller) -> Connection:  # noqa: ARG002  (scope by caller comes)
        """A line to a session."""
        return SessionConnection(live.session, client)

    async def close(self) -> None:
        """Let all of them go."""
        for live in tuple(self._live.values()):
            await live.session.close("The server is shutting down.")
        self._live.clear()
