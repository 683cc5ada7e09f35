"""Sizes and distances of automatic layout, in px."""

from __future__ import annotations

from dataclasses import dataclass

from canvas_widget.document import Kind

__all__ = ["GAP", "PADDING", "SIZES", "SNAP", "Size", "column", "default_size"]

PADDING = 16
"""Between the canvas's edge and what is placed automatically."""

GAP = 16
"""Between two containers placed automatically."""

SNAP = 8
"""Heights of rows are multiples of this."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a kind of container wants to be: its default, and how far its height may give way or grow in a row."""

    width: int
    height: int
    lowest: int
    tallest: int


SIZES: dict[Kind, Size] = {
    "chart": Size(380, 280, 160, 560),
    "table": Size(380, 280, 144, 560),
    "metric": Size(240, 110, 88, 120),
    "text": Size(380, 160, 72, 280),
    "control": Size(240, 110, 88, 120),
    "empty": Size(240, 160, 72, 320),
}


def column(wanted: int, available: int) -> int:
    """The width (or height) nearest to `wanted` of which a whole number fills `available`, if it is near enough."""
    count = max(1, round((available - 2 * PADDING + GAP) / (wanted + GAP)))
    even = (available - 2 * PADDING - (count - 1) * GAP) // count
    return even if abs(even - wanted) <= 0.05 * wanted else wanted


def default_size(kind: Kind, width: int, height: int) -> tuple[int, int]:
    """The size of a new container on a canvas of `width` × `height`.

    It is the kind's own, give or take 5 % where that makes columns and rows come out even, and never more than the
    canvas inside its padding has room for.
    """
    size = SIZES[kind]
    tall = column(size.height, height) if size.height > 160 else size.height
    return _inside(column(size.width, width), width), _inside(tall, height)


def _inside(wanted: int, available: int) -> int:
    return max(1, min(wanted, max(available - 2 * PADDING, available // 2)))
