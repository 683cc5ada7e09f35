"""A persistent spatial index: which containers may touch a rectangle, without looking at all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from immutables import Map

__all__ = ["Rect", "SpatialIndex"]

CELL = 256
"""Side of an index cell in px: about a small container."""

MAX_CELLS = 64
"""A rectangle over more cells than this is kept in one list of large ones instead of in each cell."""


class Rect(NamedTuple):
    """A rectangle in px: left, top, width, height. Its right and bottom edges do not belong to it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def overlaps(self, other: Rect, gap: int = 0) -> bool:
        """Whether the two share a pixel, or come nearer to each other than `gap`."""
        return (
            self.x < other.x + other.width + gap
            and other.x < self.x + self.width + gap
            and self.y < other.y + other.height + gap
            and other.y < self.y + self.height + gap
        )


def _cells(rect: Rect, most: int = MAX_CELLS) -> list[tuple[int, int]] | None:
    left, right = rect.x // CELL, (rect.right - 1) // CELL
    top, bottom = rect.y // CELL, (rect.bottom - 1) // CELL
    if (right - left + 1) * (bottom - top + 1) > most:
        return None
    return [(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)]


class SpatialIndex:
    """An immutable grid of cells; every edit costs the cells of one rectangle, whatever the size of the document."""

    __slots__ = ("_cells", "_large")

    def __init__(
        self,
        cells: Map[tuple[int, int], frozenset[str]] | None = None,
        large: Map[str, None] | None = None,
    ) -> None:
        self._cells: Map[tuple[int, int], frozenset[str]] = Map() if cells is None else cells
        self._large: Map[str, None] = Map() if large is None else large

    def add(self, name: str, rect: Rect) -> SpatialIndex:
        """The index with `name` at `rect`."""
        keys = _cells(rect)
        if keys is None:
            return SpatialIndex(self._cells, self._large.set(name, None))
        cells = self._cells
        for key in keys:
            cells = cells.set(key, cells.get(key, frozenset()) | {name})
        return SpatialIndex(cells, self._large)

    def remove(self, name: str, rect: Rect) -> SpatialIndex:
        """The index without `name`, which lies at `rect`."""
        keys = _cells(rect)
        if keys is None:
            return SpatialIndex(self._cells, self._large.delete(name))
        cells = self._cells
        for key in keys:
            left = cells[key] - {name}
            cells = cells.set(key, left) if left else cells.delete(key)
        return SpatialIndex(cells, self._large)

    def move(self, moved: Sequence[tuple[str, Rect, Rect]]) -> SpatialIndex:
        """The index with each name that lies at its first rectangle at its second."""
        touched: dict[tuple[int, int], set[str]] = {}
        large = self._large

        def cell(key: tuple[int, int]) -> set[str]:
            names = touched.get(key)
            if names is None:
                names = touched[key] = set(self._cells.get(key, ()))
            return names

        for name, old, _ in moved:
            keys = _cells(old)
            if keys is None:
                large = large.delete(name)
            for key in keys or ():
                cell(key).discard(name)
        for name, _, new in moved:
            keys = _cells(new)
            if keys is None:
                large = large.set(name, None)
            for key in keys or ():
                cell(key).add(name)
        with self._cells.mutate() as cells:
            for key, names in touched.items():
                if names:
                    cells[key] = frozenset(names)
                elif key in cells:
                    del cells[key]
            changed = cells.finish()
        return SpatialIndex(changed, large)

    def near(self, rect: Rect) -> Iterator[str]:
        """The names that may touch `rect`: all that do, and some that do not; each once."""
        keys = _cells(rect, max(MAX_CELLS, len(self._cells)))
        seen: set[str] = set(self._large)
        yield from self._large
        if keys is None:
            groups: Iterator[frozenset[str]] = (
                names
                for (column, row), names in self._cells.items()
                if rect.x < (column + 1) * CELL
                and column * CELL < rect.right
                and rect.y < (row + 1) * CELL
                and row * CELL < rect.bottom
            )
        else:
            groups = (names for key in keys if (names := self._cells.get(key)))
        for names in groups:
            for name in names:
                if name not in seen:
                    seen.add(name)
                    yield name
