"""Limits of labels that none of them reaches are taken out of a spec: what is drawn stays the same, but to look whether
a label is too long the renderer measures each, by opening its font anew, which is up to a fifth of a chart's time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from canvas_widget.render.frames import widest_label
from canvas_widget.render.theme import geometry

__all__ = ["without_limits"]

Rows = list[dict[str, Any]]


def without_limits(spec: Mapping[str, Any], rows: Rows) -> dict[str, Any]:
    """The spec with no limit for the names along an axis where all of them, in all layers, keep to it."""
    free = {
        channel
        for channel in ("x", "y")
        if all(_keeps(part, rows) for part in _parts(spec, channel) if isinstance(part, dict) and "field" in part)
    }
    return _freed(spec, free)


def _parts(spec: Mapping[str, Any], channel: str) -> Iterator[Any]:
    yield spec.get("encoding", {}).get(channel)
    for layer in spec.get("layer", []):
        yield from _parts(layer, channel)


def _keeps(part: Mapping[str, Any], rows: Rows) -> bool:
    axis = part.get("axis", {})
    if axis is None or "labelExpr" in axis or part.get("type") not in {"nominal", "ordinal"}:
        return False
    limit: float = axis.get("labelLimit", geometry("legend")["labelMost"])
    return widest_label(part, rows) < limit


def _freed(spec: Mapping[str, Any], channels: set[str]) -> dict[str, Any]:
    done = dict(spec)
    if isinstance(spec.get("layer"), list):
        done["layer"] = [_freed(layer, channels) for layer in spec["layer"]]
    encoding = {**spec.get("encoding", {})}
    for channel in channels:
        part = encoding.get(channel)
        if isinstance(part, dict) and "field" in part:
            encoding[channel] = {**part, "axis": {**part.get("axis", {}), "labelLimit": 0}}
    return {**done, "encoding": encoding} if encoding else done
