"""Where a canvas lives, as a socket sees it: something that takes frames and gives frames."""

from __future__ import annotations

from typing import Protocol

from canvas_widget.session import Client, Session
from canvas_widget.session.outbox import Scope

__all__ = ["Connection", "SessionConnection"]


class Connection(Protocol):
    """One client's line to a canvas, in this process or in a kernel."""

    session_id: str | None

    async def receive(self, frame: object) -> None:
        """Take a frame from the client; what answers it comes by the client's `send`."""

    def close(self) -> None:
        """The client is gone. The canvas lives on."""


class SessionConnection:
    """A client of a session in this process."""

    def __init__(self, session: Session, client: Client, user: str, scope: Scope) -> None:
        self._session = session
        self.session_id: str | None = session.session_id
        self._member = session.attach(client)
        self._member.user, self._member.scope = user, scope

    async def receive(self, frame: object) -> None:
        """Hand a frame to the session."""
        await self._session.handle(self._member, frame)

    def close(self) -> None:
        """Leave the session."""
        self._session.detach(self._member)
