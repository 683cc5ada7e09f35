"""Which handler serves which address."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated

from canvas_widget import __version__
from canvas_widget.server.base import CanvasHandler
from canvas_widget.server.socket import KernelSocket, NewSocket, SessionSocket

__all__ = ["handlers"]

ID = r"([0-9A-Za-z_-]{1,64})"


class Health(CanvasHandler):
    """`canvas/api/health`: whether the server answers."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Open to all."""

    @allow_unauthenticated
    def get(self) -> None:
        """Say so."""
        failure = self.hub.failure
        if failure is None:
            self.send_json({"status": "ok", "version": __version__})
        else:
            self.send_json({"status": "failed", "version": __version__, "message": failure.message}, 503)


def handlers() -> list[tuple[str, type[Any]]]:
    """Address patterns below Jupyter's base URL, each with its handler."""
    return [
        (r"/canvas/ws/?", NewSocket),
        (rf"/canvas/ws/session/{ID}/?", SessionSocket),
        (rf"/canvas/ws/kernel/{ID}/([^/]{{1,600}})/?", KernelSocket),
        (r"/canvas/api/health/?", Health),
    ]
