"""Where a container is asked to be, as the makers of `Canvas` take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from canvas_widget.document import Relations, normalise
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout import Box as Place

__all__ = ["BoxLike", "placed"]

BoxLike = Sequence[int | None]


def placed(box: BoxLike | None, related: Mapping[str, str | None]) -> dict[str, Any]:
    """The box and relations for `Workspace.create`.

    Raises:
        InvalidArgument: the box is not four numbers.
    """
    if box is not None and (not isinstance(box, Sequence) or isinstance(box, str) or len(box) != 4):
        raise InvalidArgument(f"box is (x, y, width, height) in px, with None for what is open; got {box!r}.")
    return {
        "box": Place() if box is None else Place(*box),
        "relations": Relations(**{side: normalise(other) for side, other in related.items() if other is not None}),
    }
