"""The server's event loop as the one thread that changes documents."""

from __future__ import annotations

from canvas_widget.session.owner import LoopOwner

__all__ = ["LoopOwner"]
