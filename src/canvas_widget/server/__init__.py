"""The server extension: canvases and sessions for clients that are no notebook, under Jupyter's own address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from canvas_widget.server.extension import CanvasExtension

__all__ = ["CanvasExtension"]


def __getattr__(name: str) -> Any:
    """Load the extension, and Jupyter's server with it, on first use: a command for users needs neither."""
    if name == "CanvasExtension":
        from canvas_widget.server.extension import CanvasExtension

        return CanvasExtension
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
