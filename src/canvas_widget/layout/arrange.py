"""The uniform grid: cells of one size for all, around what is locked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from canvas_widget.document import Rect
from canvas_widget.errors import InvalidArgument

__all__ = ["Grid", "grid", "padding_for"]

ASPECT = 4 / 3
"""The shape of a good cell, width to height."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A uniform grid: its cells in reading order, columns and rows, the cells' size and the padding, in px."""

    cells: tuple[Rect, ...]
    columns: int
    rows: int
    width: int
    height: int
    padding: int


def padding_for(width: int, height: int) -> int:
    """The padding of a grid on a canvas of that size: 2 % of its shorter side, from 2 to 64 px."""
    return max(2, min(64, round(min(width, height) * 0.02)))


def grid(count: int, width: int, height: int, obstacles: Sequence[Rect] = ()) -> Grid:
    """The grid with at least `count` free cells whose cells are largest, going by a shape of 4 to 3.

    Raises:
        InvalidArgument: the canvas has no room for so many.
    """
    size = (width, height)
    found = _best(count, size, padding_for(width, height), obstacles) or _best(count, size, 0, obstacles)
    if found is None:
        raise InvalidArgument(
            f"A canvas of {width} × {height} px has no room for a grid of {count} containers. Enlarge it, "
            f"or delete some."
        )
    return found


def _best(count: int, size: tuple[int, int], padding: int, obstacles: Sequence[Rect]) -> Grid | None:
    shapes = [(columns, math.ceil(count / columns)) for columns in range(1, count + 1)]
    shapes.sort(key=lambda shape: -_worth(shape, size, padding))
    if not obstacles:
        return _cells(count, shapes[0], size, padding, ())
    best: tuple[int, int] | None = None
    for columns, fewest in shapes[:24]:
        rows = fewest
        while rows < fewest + count + 64:
            worth = _worth((columns, rows), size, padding)
            if worth <= 0 or (best is not None and worth <= _worth(best, size, padding)):
                break
            lacking = count - columns * rows + len(_taken((columns, rows), size, padding, obstacles))
            if lacking <= 0:
                best = (columns, rows)
                break
            rows += max(1, lacking // columns)  # another row is another `columns` cells at most
    return None if best is None else _cells(count, best, size, padding, obstacles)


def _cell(shape: tuple[int, int], size: tuple[int, int], padding: int) -> tuple[int, int]:
    wide, tall = ((length - padding * (count + 1)) // count for count, length in zip(shape, size, strict=True))
    return wide, tall


def _worth(shape: tuple[int, int], size: tuple[int, int], padding: int) -> float:
    wide, tall = _cell(shape, size, padding)
    return min(wide / ASPECT, tall) if wide > 0 and tall > 0 else 0.0


def _cells(
    count: int, shape: tuple[int, int], size: tuple[int, int], padding: int, around: Sequence[Rect]
) -> Grid | None:
    (columns, rows), (wide, tall) = shape, _cell(shape, size, padding)
    if wide < 1 or tall < 1:
        return None
    taken = _taken(shape, size, padding, around)
    cells: list[Rect] = []
    for row in range(rows):
        for column in range(columns):
            if (column, row) not in taken:
                cells.append(Rect(padding + column * (wide + padding), padding + row * (tall + padding), wide, tall))
                if len(cells) == count:
                    return Grid(tuple(cells), columns, rows, wide, tall, padding)
    return None


def _taken(shape: tuple[int, int], size: tuple[int, int], padding: int, around: Sequence[Rect]) -> set[tuple[int, int]]:
    """The cells, as column and row, that something stands in."""
    (columns, rows), (wide, tall) = shape, _cell(shape, size, padding)
    taken: set[tuple[int, int]] = set()
    for each in around:
        across = _span(each.x, each.width, wide, padding, columns)
        down = _span(each.y, each.height, tall, padding, rows)
        taken.update(product(across, down))
    return taken


def _span(start: int, length: int, cell: int, padding: int, count: int) -> range:
    """The cells of one direction that overlap a length: each begins after its padding."""
    pitch = cell + padding
    first = max(0, (start - padding) // pitch)
    if padding + first * pitch + cell <= start:
        first += 1
    last = min(count, -(-(start + length - padding) // pitch))
    return range(first, max(first, last))
