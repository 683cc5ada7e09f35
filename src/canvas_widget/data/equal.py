"""A cell of a result as a condition on what it was computed from."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from canvas_widget.data.sql import literal
from canvas_widget.errors import InvalidArgument

__all__ = ["equals"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def equals(sql: str, value: Any) -> str:
    """The condition that an expression has the value that a result's cell holds as JSON.

    Cells hold floats to 12 digits, so floats are equal within that. A text that reads as a time is also compared as
    one, since results hold times as text.

    Raises:
        InvalidArgument: the value is no cell.
    """
    if value is None:
        return f"({sql}) IS NULL"
    if isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**63):
        return f"({sql}) = {literal(value)}"
    if isinstance(value, int | float):
        size = max(abs(float(value)), 1e-300)
        return f"abs(({sql}) - {literal(float(value))}) <= {literal(size * 1e-11)}"
    if not isinstance(value, str) or len(value) > 100_000:
        raise InvalidArgument(f"{value!r:.80} is no cell of a result.")
    text = f"CAST(({sql}) AS VARCHAR) = {literal(value)}"
    moment = _moment(value)
    return text if moment is None else f"({text} OR TRY_CAST(CAST(({sql}) AS VARCHAR) AS {moment[0]}) = {moment[1]})"


def _moment(text: str) -> tuple[str, str] | None:
    try:
        if _DAY.fullmatch(text):
            return "TIMESTAMP", literal(datetime.combine(date.fromisoformat(text), datetime.min.time()))
        if _MOMENT.match(text):
            moment = datetime.fromisoformat(text)
            return "TIMESTAMP" if moment.tzinfo is None else "TIMESTAMPTZ", literal(moment)
    except ValueError:
        return None
    return None
