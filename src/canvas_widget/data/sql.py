"""Quoting, and nothing clever: every identifier and every literal of a generated query passes through here."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from canvas_widget.errors import QueryError

__all__ = ["identifier", "literal"]


def identifier(name: str) -> str:
    """A name as an SQL identifier, always quoted.

    Raises:
        QueryError: the name holds a NUL, which no identifier can.
    """
    if "\0" in name:
        raise QueryError("A name with a NUL character cannot be used in a query.")
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """A value as an SQL literal: None, booleans, numbers, text, dates and times.

    Raises:
        QueryError: the value is of a kind that has no literal.
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            if math.isfinite(value):
                return repr(value)
            name = "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
            return f"CAST('{name}' AS DOUBLE)"
        case Decimal() if value.is_finite():
            return f"{value:f}"
        case datetime():
            kind = "TIMESTAMP" if value.tzinfo is None else "TIMESTAMPTZ"
            return f"{kind} '{value.isoformat(sep=' ')}'"
        case date():
            return f"DATE '{value.isoformat()}'"
        case str():
            if "\0" in value:
                raise QueryError("Text with a NUL character cannot be used in a query.")
            return "'" + value.replace("'", "''") + "'"
        case _:
            if hasattr(value, "item"):
                return literal(value.item())
            raise QueryError(f"A value of type {type(value).__name__} cannot be used in a filter.")
