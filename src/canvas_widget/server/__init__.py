"""The server extension: canvases and sessions for clients that are no notebook, under Jupyter's own address."""

from canvas_widget.server.extension import CanvasExtension

__all__ = ["CanvasExtension"]
