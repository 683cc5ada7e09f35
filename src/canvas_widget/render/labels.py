"""The words beside a chart's rules, in its bands and at its places: as many lines as its width asks for.

Builders say on which side of a rule its words stand, so that at least `BESIDE` of the plot is theirs. The browser
does the same (js/src/charts/labels.ts).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from canvas_widget.render.measure import text_width

__all__ = ["is_worded", "lined"]

SIZE, WEIGHT, LINE = 11, 600, 13
"""As the theme has texts on charts; Vega sets their lines so far apart, px."""
MOST = 3
BESIDE = 0.45
"""The share of a plot's width that words beside a rule have at least."""


def is_worded(layer: Any) -> bool:
    """Whether a layer is words of its own, beside a rule or at a place."""
    mark = layer.get("mark") if isinstance(layer, Mapping) else None
    return isinstance(mark, dict) and mark.get("type") == "text" and isinstance(mark.get("text"), str | list)


def lined(layer: Mapping[str, Any], plot: float) -> dict[str, Any]:
    """A layer of words in lines that fit a plot so many px wide."""
    mark = layer["mark"]
    if not isinstance(mark["text"], str):
        return dict(layer)
    along = "value" in layer.get("encoding", {}).get("x", {})
    lines = _lines(mark["text"], plot * (1 if along else BESIDE) - 8)
    if len(lines) == 1:
        return {**layer, "mark": {**mark, "text": lines[0]}}
    shape = {**mark, "text": lines, "lineHeight": LINE}
    if mark.get("baseline") == "bottom":
        shape["dy"] = mark.get("dy", 0) - LINE * (len(lines) - 1)
    return {**layer, "mark": shape}


def _lines(text: str, room: float) -> list[str]:
    lines: list[str] = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if _fits(longer, room):
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if lines[-1] and not _fits(lines[-1] + char, room):
                lines.append("")
            lines[-1] += char
    if len(lines) <= MOST:
        return lines
    last = lines[MOST - 1]
    while last and not _fits(f"{last}…", room):
        last = last[:-1]
    return [*lines[: MOST - 1], f"{last.rstrip()}…"]


def _fits(text: str, room: float) -> bool:
    return text_width(text, SIZE, WEIGHT) <= room
