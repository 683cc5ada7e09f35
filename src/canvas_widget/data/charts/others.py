"""Too many colours: the largest keep theirs, the rest are drawn together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.sheet import OTHER
from canvas_widget.data.sql import literal

__all__ = ["merged", "ranked"]


def ranked(rows: Sequence[dict[str, Any]], name: str, value: str) -> list[Any]:
    """The names in a column, those with the largest values first."""
    weights: dict[Any, float] = {}
    for row in rows:
        held = row[value]
        weights[row[name]] = weights.get(row[name], 0.0) + (abs(float(held)) if isinstance(held, int | float) else 0.0)
    return sorted(weights, key=lambda each: (each is None, -weights[each], str(each)))


def merged(channel: Channel, kept: Sequence[Any]) -> Channel:
    """The channel with all but the kept names under one."""
    names = ", ".join(literal(str(name)) for name in kept)
    text = f"CAST({channel.sql} AS VARCHAR)"
    sql = f"CASE WHEN {text} IN ({names}) THEN {text} ELSE {literal(OTHER)} END"
    return replace(channel, sql=sql, key=None, measure="nominal", needs=())
