"""The canvas inside a notebook: the widget, the magics, what cells show."""

from canvas_widget.notebook.box import Box
from canvas_widget.notebook.canvas import Canvas

__all__ = ["Box", "Canvas"]
