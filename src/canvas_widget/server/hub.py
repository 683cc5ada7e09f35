"""What the handlers share: settings, sessions, who may sign in."""

from __future__ import annotations

from typing import Any

from canvas_widget.errors import Unauthenticated
from canvas_widget.server.identity import Caller
from canvas_widget.server.sessions import Sessions
from canvas_widget.settings import Settings

__all__ = ["Hub"]


class Hub:
    """One per server."""

    def __init__(self, settings: Settings, log: Any) -> None:
        self.settings = settings
        self.log = log
        self.sessions = Sessions(settings)

    async def start(self, serverapp: Any) -> None:
        """Begin what runs beside the requests."""

    async def stop(self) -> None:
        """End everything, in order."""
        await self.sessions.close()

    async def verify(self, token: str) -> Caller:  # noqa: ARG002  (tokens come)
        """The user whose token this is.

        Raises:
            Unauthenticated: it is none of ours.
        """
        raise Unauthenticated("The token is not valid.")
