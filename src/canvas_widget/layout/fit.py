"""Numbers made whole, and rectangles brought inside the canvas."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

from canvas_widget.document import Rect
from canvas_widget.errors import InvalidArgument

__all__ = ["LARGEST", "fitted", "px", "refuse_outside"]

LARGEST = 100_000
"""The longest side of a canvas, and the farthest position, in px."""


def px(value: Any, name: str, *, least: int | None = None) -> int:
    """A number of px as an integer; a fraction is rounded to the nearest.

    Raises:
        InvalidArgument: no finite number, below `least`, or farther out than 100,000.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InvalidArgument(f"{name} must be a number of px, not {value!r}.")
    if not math.isfinite(value):
        raise InvalidArgument(f"{name} must be a finite number of px, not {value!r}.")
    whole = int(value) if isinstance(value, Integral) else math.floor(float(value) + 0.5)
    if least is not None and whole < least:
        raise InvalidArgument(f"{name} must be at least {least} px, not {value!r}.")
    if abs(whole) > LARGEST:
        raise InvalidArgument(f"{name} must be at most {LARGEST} px, not {value!r}.")
    return whole


def fitted(rect: Rect, width: int, height: int) -> Rect:
    """The rectangle inside a canvas of `width` × `height`: moved as far as needed, and shrunk where that is not enough.

    >>> fitted(Rect(700, -20, 200, 900), 800, 600)
    Rect(x=600, y=0, width=200, height=600)
    """
    wide, tall = min(rect.width, width), min(rect.height, height)
    return Rect(max(0, min(rect.x, width - wide)), max(0, min(rect.y, height - tall)), wide, tall)


def refuse_outside(name: str, rect: Rect, width: int, height: int) -> None:
    """Refuse a rectangle that is not wholly on the canvas.

    Raises:
        InvalidArgument: it is not.
    """
    if fitted(rect, width, height) != rect:
        raise InvalidArgument(
            f"Container {name!r} ({rect.width} × {rect.height} px at {rect.x}, {rect.y}) does not fit the canvas of "
            f"{width} × {height} px. Make it smaller, move it, or enlarge the canvas; with auto_adjust on it is "
            f"fitted by itself."
        )
