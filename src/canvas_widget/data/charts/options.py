"""The further arguments of a chart in Python, beside those that every chart has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from canvas_widget.data.names import listed, nearest
from canvas_widget.data.requests import Stack
from canvas_widget.errors import InvalidArgument

__all__ = ["ChartOptions", "chart_options"]


class ChartOptions(TypedDict, total=False):
    """What `ChartRequest` says of them; here as keywords, lists and plain mappings."""

    color: str
    size: str
    group: str | Sequence[str]
    facet: str
    row: str
    column: str
    columns: int
    stack: Stack | bool
    orient: Literal["horizontal", "vertical"]
    top: int
    other: bool
    scale: str | Mapping[str, Any]
    format: str
    scheme: str
    time_unit: str
    bins: int
    having: Any
    joins: Any
    annotations: Any
    error: Literal["stdev", "stderr", "ci"]
    hole: bool


def chart_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as a request takes them.

    Raises:
        InvalidArgument: there is no such option; names the nearest.
    """
    known = list(ChartOptions.__annotations__)
    for name in given:
        if name not in known:
            close = nearest(name, known, 1)
            match = f" Closest: {close[0]}." if close else ""
            raise InvalidArgument(
                f'A chart has no "{name}".{match} There are: {listed(known, 30)}.', alternatives=close
            )
    return {name: value for name, value in given.items() if value is not None}
