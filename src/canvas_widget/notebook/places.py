"""Where a container is asked to be, as the makers of `Canvas` take it."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.document import Relations, normalise
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout import Box, Placing

__all__ = ["BoxLike", "placing"]

BoxLike = Sequence[int | None]


def placing(
    box: BoxLike | None,
    *,
    above: str | None,
    below: str | None,
    left_of: str | None,
    right_of: str | None,
    auto_adjust: bool | None,
    avoid_overlap: bool | None,
    replace: bool,
) -> Placing:
    """What every maker hands on to the workspace: where, and in whose place.

    Raises:
        InvalidArgument: the box is not four numbers.
    """
    if box is not None and (not isinstance(box, Sequence) or isinstance(box, str) or len(box) != 4):
        raise InvalidArgument(f"box is (x, y, width, height) in px, with None for what is open; got {box!r}.")
    related = {"above": above, "below": below, "left_of": left_of, "right_of": right_of}
    return Placing(
        box=Box() if box is None else Box(*box),
        relations=Relations(**{side: normalise(other) for side, other in related.items() if other is not None}),
        replace=replace,
        auto_adjust=auto_adjust,
        avoid_overlap=avoid_overlap,
    )
