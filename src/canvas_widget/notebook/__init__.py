"""The canvas inside a notebook: the widget, the magics, what cells show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canvas_widget.first_use import on_first_use
from canvas_widget.notebook.canvas import Canvas

if TYPE_CHECKING:
    from canvas_widget.notebook.box import Box

__all__ = ["Box", "Canvas"]

__getattr__ = on_first_use(__name__, {"box": ("Box",)})
