"""A dashboard of rows: containers that keep their relations, fill an area and overlap nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from canvas_widget.document import Container, Rect
from canvas_widget.layout.levels import levels
from canvas_widget.layout.sizes import GAP, SIZES, SNAP

__all__ = ["SMALLEST", "Rows", "lay_out", "quality"]

SMALLEST = (40, 32)
"""A cell smaller than this shows nothing; then there is no layout."""

NARROW = 160
"""Rows of metrics alone may have as many columns as give each this width."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Where each container goes, and how near to its default size the smallest of them is (1: all have it)."""

    rects: dict[str, Rect]
    quality: float


def lay_out(containers: Sequence[Container], area: Rect) -> Rows | None:
    """Put containers, given in reading order, into rows that fill `area`; None when it is too small for them.

    The number of columns is the one that leaves the smallest container nearest to its default size.
    """
    order = levels(containers)
    best: Rows | None = None
    most = max((sum(map(len, level)) for level in order), default=0)
    for columns in range(1, min(most, (area.width + GAP) // (SMALLEST[0] + GAP)) + 1):
        rows = [row for level in order for row in _flow(level, columns, area.width)]
        rects = _fill(rows, area)
        if rects is None:
            continue
        found = Rows(rects, quality(containers, rects))
        if best is None or found.quality > best.quality + 0.01:
            best = found
    return best


def quality(containers: Sequence[Container], rects: dict[str, Rect]) -> float:
    """How near the smallest container is to its default size: the lesser share of its width and height, at most 1."""
    return min(
        (
            min(
                1.0,
                rects[container.id].width / SIZES[container.kind].width,
                rects[container.id].height / SIZES[container.kind].height,
            )
            for container in containers
        ),
        default=1.0,
    )


def _flow(level: list[list[Container]], columns: int, width: int) -> list[list[Container]]:
    """The rows of one level: its chains in order, never broken, spread evenly over as few rows as `columns` allow."""
    count = sum(map(len, level))
    if all(container.kind == "metric" for chain in level for container in chain):
        columns = max(columns, (width + GAP) // (NARROW + GAP))
    rows: list[list[Container]] = []
    left, rows_left = count, math.ceil(count / columns)
    row: list[Container] = []
    for chain in level:
        target = math.ceil(left / max(1, rows_left))
        if row and len(row) + len(chain) > target:
            rows.append(row)
            left, rows_left, row = left - len(row), rows_left - 1, []
        row = [*row, *chain]
    return [*rows, row] if row else rows


def _fill(rows: list[list[Container]], area: Rect) -> dict[str, Rect] | None:
    heights = _heights(rows, area.height - GAP * (len(rows) - 1))
    rects: dict[str, Rect] = {}
    y = area.y
    for row, height in zip(rows, heights, strict=True):
        weights = [0.6 if container.kind == "metric" else 1.0 for container in row]
        room = area.width - GAP * (len(row) - 1)
        unit = room // len(row) / (sum(weights) / len(row)) if len(set(weights)) == 1 else room / sum(weights)
        edges = [int(unit * sum(weights[:number])) for number in range(len(row) + 1)]
        for number, container in enumerate(row):
            width = edges[number + 1] - edges[number]
            if width < SMALLEST[0] or height < SMALLEST[1]:
                return None
            rects[container.id] = Rect(area.x + edges[number] + GAP * number, y, width, height)
        y += height + GAP
    return rects


def _heights(rows: list[list[Container]], room: int) -> list[int]:
    """A height for each row: what its kinds want, with the lack or the surplus shared by how far each can give way."""
    wanted = [float(max(min(SIZES[container.kind].height, _WANTED) for container in row)) for row in rows]
    wanted = [
        240.0 if all(container.kind == "table" for container in row) else height
        for row, height in zip(rows, wanted, strict=True)
    ]
    lowest = [float(max(SIZES[container.kind].lowest for container in row)) for row in rows]
    tallest = [float(max(SIZES[container.kind].tallest for container in row)) for row in rows]
    if sum(wanted) > room:
        heights = _towards(wanted, lowest, room)
        if sum(heights) > room:
            heights = [height * room / sum(heights) for height in heights]
    else:
        heights = _towards(wanted, tallest, room)
    snapped = [int(height) // SNAP * SNAP or int(height) for height in heights]
    spare = min(room, round(sum(heights))) - sum(snapped)
    if spare > 0:
        highest = max(range(len(rows)), key=lambda number: snapped[number])
        snapped[highest] += spare
    return snapped


_WANTED = 280


def _towards(start: list[float], end: list[float], room: int) -> list[float]:
    """The heights on the way from `start` to `end` that sum up to `room`, or `end` when that is not enough."""
    span = sum(end) - sum(start)
    share = min(1.0, (room - sum(start)) / span) if span else 1.0
    return [first + (last - first) * share for first, last in zip(start, end, strict=True)]
