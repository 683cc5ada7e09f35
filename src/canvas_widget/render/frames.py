"""Small charts side by side: how large each may be, so that all of them and what stands around them fill the box.

Vega does not fit repeated charts to a size, so the room for axes, headings and the legend is reckoned here. The browser
does the same (js/src/charts/frames.ts).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from canvas_widget.render.measure import text_width
from canvas_widget.render.numbers import format_number
from canvas_widget.render.theme import geometry

__all__ = ["Frame", "framed_size", "is_framed", "named", "widest_label"]

WHOLE = 8
"""Widths count in steps of so many px, so that two text measurers come to the same size."""
Rows = list[dict[str, Any]]
Part = Mapping[str, Any]


def is_framed(spec: Part) -> bool:
    """Whether a spec repeats a chart."""
    return isinstance(spec.get("facet"), dict) and isinstance(spec.get("spec"), dict)


class Frame:
    """How small charts stand: `columns` by `rows`, each `width` by `height` px."""

    __slots__ = ("columns", "height", "rows", "width")

    def __init__(self, columns: int, rows: int, width: int, height: int) -> None:
        self.columns, self.rows, self.width, self.height = columns, rows, width, height


def cell(row: Part, field: str) -> Any:
    """The value a spec's field names; the spec escapes dots, brackets and quotes with backslashes."""
    return row.get(re.sub(r"\\(.)", r"\1", field))


def named(spec: Part, channel: str) -> dict[str, Any] | None:
    """The first definition of a channel in a spec or its layers."""
    part = spec.get("encoding", {}).get(channel)
    if isinstance(part, dict) and "field" in part:
        return part
    return next((found for layer in spec.get("layer", []) if (found := named(layer, channel)) is not None), None)


def widest_label(part: Part | None, rows: Rows, size: int = 11) -> float:
    """The width of an axis's widest label, px: of its names, or of its largest number."""
    if part is None:
        return 0.0
    return WHOLE * math.ceil(_widest(part, rows, size) / WHOLE)


def _widest(part: Part, rows: Rows, size: int) -> float:
    values = [cell(row, part["field"]) for row in rows]
    if part.get("type") == "quantitative":
        form = (part.get("axis") or {}).get("format")
        numbers = [float(value) for value in values if isinstance(value, int | float)]
        ends = [max(numbers, default=0.0) * 1.25, min(0.0, *numbers, 0.0) * 1.25]
        return max(text_width(format_number(float(f"{end:.2g}"), form), size) for end in ends)
    if part.get("type") == "temporal":
        return 32.0
    return max((text_width(str(value), size) for value in set(values)), default=0.0)


def framed_size(spec: Part, rows: Rows, width: int, height: int, legend: tuple[int, int]) -> Frame:
    """The frame of a repeated chart in a box of `width` by `height` px, of which the `legend` takes some.

    Raises:
        ValueError: there are too many charts to draw.
    """
    look, facet, inner = geometry("facets"), spec["facet"], spec["spec"]

    def many(part: Part) -> int:
        return max(1, len({str(cell(row, part["field"])) for row in rows}))

    if "field" in facet:
        total = many(facet)
        columns = min(total, int(spec.get("columns", total)))
        down = math.ceil(total / columns)
        headings = down * look["heading"]
        left = 0
    else:
        columns = many(facet["column"]) if "column" in facet else 1
        down = many(facet["row"]) if "row" in facet else 1
        total = columns * down
        headings = look["heading"] if "column" in facet else 0
        left = look["heading"] if "row" in facet else 0
    if total > look["most"]:
        raise ValueError(f"{total:,} small charts are too many to draw")
    x, y = named(inner, "x"), named(inner, "y")
    limit = look["labelMost"]
    beside = min(limit, widest_label(y, rows)) + look["axis"] if y is not None else 0
    pad = geometry("chart")["padding"]
    across = width - pad["left"] - pad["right"] - beside - left - legend[0] - look["gap"] * (columns - 1) - look["edge"]
    one = max(look["least"], math.floor(across / columns))
    below = look["axisBelow"]
    if x is not None and x.get("type") in {"nominal", "ordinal"}:
        names = {str(cell(row, x["field"])) for row in rows}
        widest = min(limit, widest_label(x, rows))
        if widest + look["labelGap"] > one / max(1, len(names)):
            below += math.ceil(widest * look["slope"])
    up = height - pad["top"] - pad["bottom"] - headings - below - legend[1] - look["gap"] * (down - 1)
    return Frame(columns, down, one, max(look["least"], math.floor(up / down)))
