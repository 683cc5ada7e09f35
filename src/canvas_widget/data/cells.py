"""Cells as JSON holds them: canonical, so that the same data give the same text on every machine."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SAFE_INTEGER", "json_cell", "json_columns", "json_rows"]

SAFE_INTEGER = 2**53
"""The largest integer that a JavaScript number holds exactly."""
_TOLD = re.compile(r"(-?)(\d{4,})(-\d\d-\d\d)(?: (.*?)(?:\.0+)?(Z?))?")
"""A day or moment as Arrow writes it, with an empty fraction for a unit finer than seconds."""


def canonical_float(value: float) -> float | None:
    """12 significant digits (a grouped sum differs in the last ones between threads); None for NaN and infinity."""
    return float(f"{value:.12g}") + 0.0 if math.isfinite(value) else None


def json_integer(value: int) -> int | str:
    return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else str(value)


def json_decimal(value: Decimal) -> float | int | str | None:
    if not value.is_finite():
        return None
    return json_integer(int(value)) if value.as_tuple().exponent == 0 else canonical_float(float(value))


def json_datetime(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def json_cell(value: Any) -> Any:
    """Any cell as JSON holds it; nested ones too."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return json_integer(value)
        case float():
            return canonical_float(value)
        case Decimal():
            return json_decimal(value)
        case datetime():
            return json_datetime(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): json_cell(part) for key, part in value.items()}
        case list() | tuple() if not hasattr(value, "nanoseconds"):
            return [json_cell(part) for part in value]
        case _:
            return _interval(value) if hasattr(value, "nanoseconds") else str(value)


def _interval(value: Any) -> str:
    days, rest = divmod(value.nanoseconds, 86_400_000_000_000)
    seconds, nanoseconds = divmod(rest, 1_000_000_000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if nanoseconds:
        clock += f".{nanoseconds:09}".rstrip("0")
    parts = [f"{value.months} months"] if value.months else []
    if value.days or days:
        parts.append(f"{value.days + days} days")
    if clock != "00:00:00" or not parts:
        parts.append(clock)
    return " ".join(parts)


def json_rows(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table as JSON holds them, in order."""
    columns = json_columns(table)
    names = table.column_names
    if not columns:
        return []
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def json_columns(table: pa.Table) -> list[list[Any]]:
    """The columns of a table as JSON holds their cells, in order."""
    return [_column(table.column(position)) for position in range(table.num_columns)]


def _iso(told: str) -> str:
    """ISO 8601 of what Arrow wrote, outside of the years 0 to 9999 with a sign and six digits, as browsers read it."""
    found = _TOLD.fullmatch(told)
    if found is None:
        return told
    sign, year, day, clock, zone = found.groups()
    if sign or len(year) > 4:
        year = f"{sign or '+'}{year:0>6}"
    return f"{year}{day}" + (f"T{clock}{zone}" if clock else "")


def _column(column: pa.ChunkedArray[Any]) -> list[Any]:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return list(column.to_pylist())
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError):  # a date outside of the years 1 to 9999
        return [None if cell is None else _iso(cell) for cell in column.cast(pa.string()).to_pylist()]
    convert: Callable[[Any], Any] = json_cell
    if pa.types.is_integer(kind):
        convert = json_integer
    elif pa.types.is_floating(kind):
        convert = canonical_float
    elif pa.types.is_decimal(kind):
        convert = json_decimal
    return [None if value is None else convert(value) for value in values]
