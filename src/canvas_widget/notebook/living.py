"""The canvases that live in this kernel, by their names."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canvas_widget.notebook.canvas import Canvas

__all__ = ["LIVING", "living", "newest"]

LIVING: weakref.WeakValueDictionary[str, Canvas] = weakref.WeakValueDictionary()
"""Each by its name, until it is closed."""


def living() -> list[Canvas]:
    """All canvases that live, the newest last."""
    return sorted(LIVING.values(), key=lambda canvas: canvas.number)


def newest() -> Canvas | None:
    """The canvas made last that still lives."""
    return next(reversed(living()), None)
