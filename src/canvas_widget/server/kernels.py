"""Canvases that live in running kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canvas_widget.errors import NotFound

if TYPE_CHECKING:
    from canvas_widget.server.hosts import Connection
    from canvas_widget.server.identity import Caller
    from canvas_widget.session import Client

__all__ = ["Kernels"]


class Kernels:
    """The running kernels of this server."""

    async def connect(self, kernel_id: str, canvas: str, client: Client, caller: Caller) -> Connection:  # noqa: ARG002
        """A line into a kernel."""
        raise NotFound(f"No kernel {kernel_id!r:.80}.")

    async def canvases(self, caller: Caller) -> list[tuple[str, str, Any]]:  # noqa: ARG002
        """Kernel, name and scope of each canvas that the caller may see."""
        return []
