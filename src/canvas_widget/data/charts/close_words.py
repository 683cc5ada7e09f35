"""Words of rules that stand close to each other: on both sides, one below the other, or at both ends."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Literal

__all__ = ["set_apart"]

Spec = dict[str, Any]

NEAR = 0.45
"""How close two places of x have to be, as a share of the plot, for words of one side to touch."""
ROOM = 0.25
"""The share of the plot's width that words need beside a rule."""
CLOSE = 0.14
"""The same of two places of y, for words above and below them."""
LINE = 14


def set_apart(layers: list[Spec], share: Callable[[Literal["x", "y"], Spec], float]) -> list[Spec]:
    """The layers of annotations with words that do not lie on one another.

    Args:
        share: how far along an axis ("x" or "y") a place stands, from 0 to 1.
    """
    done = list(layers)
    standing, lying = [], []
    for place, layer in enumerate(layers):
        if layer["mark"]["type"] != "text":
            continue
        at = layer["encoding"]
        if "value" in at["y"]:
            standing.append((share("x", at["x"]), place))
        elif "value" in at["x"]:
            lying.append((share("y", at["y"]), place))
    _beside(done, sorted(standing))
    _along(done, sorted(lying, reverse=True))
    return done


def _beside(layers: list[Spec], words: list[tuple[float, int]]) -> None:
    """Two close ones stand back to back where there is room on both sides, else each a line below the one before."""
    row = 0
    for (left, first), (right, second) in pairwise(words):
        one, two = layers[first]["mark"], layers[second]["mark"]
        facing = one["align"] == "left" and two["align"] == "right"
        if right - left > NEAR * (1 + facing) or (one["align"] == "right" and two["align"] == "left"):
            row = 0
        elif row == 0 and left >= ROOM and right <= 1 - ROOM:
            layers[first] = _with(layers[first], align="right", dx=-4)
            layers[second] = _with(layers[second], align="left", dx=4)
        else:
            row += 1
            layers[second] = _with(layers[second], dy=two.get("dy", 0) + LINE * row)


def _along(layers: list[Spec], words: list[tuple[float, int]]) -> None:
    """Of two close ones the lower has its words below its line; a third has them at the other end."""
    taken = 0
    for (upper, _), (lower, second) in pairwise(words):
        taken = 0 if upper - lower > CLOSE else taken + 1
        if taken % 3 == 1:
            layers[second] = _with(layers[second], baseline="top", dy=3)
        elif taken % 3 == 2:
            layer = _with(layers[second], align="left", dx=2)
            layers[second] = {**layer, "encoding": {**layer["encoding"], "x": {"value": 0}}}


def _with(layer: Spec, **shape: Any) -> Spec:
    return {**layer, "mark": {**layer["mark"], **shape}}
