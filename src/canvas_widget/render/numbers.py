"""Numbers and cells as a reader sees them: d3-format strings, thousands separators, a true minus, "–" for nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from canvas_widget.data.charts.localised import localised

__all__ = ["MISSING", "canonical", "cell", "column", "format_number", "is_ungrouped", "localised"]

MISSING = "–"
MINUS = "\u2212"
_D3 = re.compile(r"^(?:.?[<>=^])?([+\-( ])?([$#])?0?(\d+)?(,)?(?:\.(\d+))?(~)?([a-zA-Z%])?$")
_PREFIXES = {-4: "p", -3: "n", -2: "µ", -1: "m", 0: "", 1: "k", 2: "M", 3: "G", 4: "T", 5: "P", 6: "E"}
_UNGROUPED = re.compile(r"(?:^|[^a-z])(?:year|yr|id|code|zip|postcode)s?(?:$|[^a-z])", re.IGNORECASE)


def is_ungrouped(name: str) -> bool:
    """Whether a column's name says that its numbers are names (years, ids): these take no thousands separators."""
    return bool(_UNGROUPED.search(name))


def format_number(
    value: float | Decimal | str | None, form: str | None = None, marks: Mapping[str, Any] | None = None
) -> str:
    """A number by a d3-format string (`,`, `,.1f`, `.0%`, `.3s`, `$,.2f`, …); without one as in a sentence.

    Unknown formats fall back to the default. Integers keep every digit. `marks` as for `localised`.
    """
    number = _number(value)
    if number is None:
        return MISSING if value is None or isinstance(value, float) else str(value)
    match = _D3.match(form) if form else None
    text = _plain(number) if match is None else _d3(number, match)
    text = localised(text, marks)
    return MINUS + text[1:] if text.startswith("-") else text


def _number(value: Any) -> int | float | None:
    """The value as a number: text that holds an integer too, since big ones travel as text."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,60}", value):
        return int(value)
    return None


def _plain(number: float) -> str:
    if isinstance(number, int):
        return f"{number:,}"
    return _fixed(number, decimals([number]))


def decimals(numbers: Sequence[int | float]) -> int:
    """How many decimals a column of numbers needs: those it has, at most 2, or 4 where all lie below 1."""
    finite = [abs(number) for number in numbers if math.isfinite(number)]
    most = 2 if any(number >= 1 for number in finite) else 4
    needed = 0
    for number in finite:
        text = f"{number:.{most}f}".rstrip("0")
        needed = max(needed, len(text) - text.index(".") - 1 if "." in text else 0)
    return needed


def _fixed(number: float, places: int, *, grouped: bool = True) -> str:
    if number and (abs(number) < 0.5 * 10.0**-places or abs(number) >= 1e15) and isinstance(number, float):
        return f"{number:.3g}".replace("e-0", f"e{MINUS}").replace("e-", f"e{MINUS}").replace("e+", "e")
    text = f"{number:{',' if grouped else ''}.{places}f}"
    return text[1:] if text.startswith("-") and not any(char in "123456789" for char in text) else text


def _d3(number: float, match: re.Match[str]) -> str:
    sign, symbol, _, comma, precision, trim, kind = match.groups()
    value = abs(number)
    places = 6 if precision is None else int(precision)
    group = "," if comma else ""
    suffix = ""
    match kind:
        case "d":
            text = f"{round(value):{group}d}"
        case "%" | "p":
            text, suffix = f"{value * 100:{group}.{places}f}", "%"
        case "f":
            text = f"{value:{group}.{places}f}"
        case "e":
            mantissa, power = f"{value:.{places}e}".split("e")
            mantissa = mantissa.rstrip("0").rstrip(".") if trim and "." in mantissa else mantissa
            text = f"{mantissa}e{int(power):+d}"
        case "s":
            step = 0 if value == 0 else max(-4, min(6, math.floor(math.log10(value) / 3)))
            scaled = value / 1000.0**step
            digits = max(places, 1)
            whole = 1 if scaled == 0 else math.floor(math.log10(scaled)) + 1
            text, suffix = f"{scaled:.{max(0, digits - whole)}f}", _PREFIXES[step]
        case "g" | "r":
            text = f"{value:{group}.{max(places, 1)}g}"
        case _ if precision is not None:
            text, trim = f"{value:{group}.{max(places, 1)}g}", "~"
        case _:
            text = f"{value:{group}}" if isinstance(value, int) else f"{float(f'{value:.12g}'):{group}}"
            trim = "~"
    if trim and "." in text and "e" not in text:
        text = text.rstrip("0").rstrip(".")
    negative = number < 0 and any(char in "123456789" for char in text)
    mark = "-" if negative else "+" if sign == "+" else ""
    return mark + ("$" if symbol == "$" else "") + text + suffix


def canonical(value: Any) -> str:
    """A value in the text that is compared: floats rounded to 12 significant digits, nothing else dropped."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (float, Decimal)):
        rounded = float(f"{value:.12g}")
        return str(int(rounded)) if rounded == int(rounded) and abs(rounded) < 1e15 else repr(rounded)
    return str(value)


def cell(value: Any, places: int, *, grouped: bool) -> str:
    """One table cell."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        text = f"{value:,}" if grouped else str(value)
    elif isinstance(value, (float, Decimal)):
        text = _fixed(float(value), places, grouped=grouped)
    else:
        return re.sub(r"(?<=\d{4}-\d{2}-\d{2})T00:00:00(?:\.0+)?$", "", str(value))
    return MINUS + text[1:] if text.startswith("-") else text


def column(name: str, kind: str, values: Sequence[Any], marks: Mapping[str, Any] | None = None) -> list[str]:
    """The cells of a column, numbers with the same decimals throughout.

    `kind` is a field type of the result, `marks` as for `localised`.
    """
    grouped = not is_ungrouped(name)
    if kind not in {"integer", "number"}:
        return [cell(value, 0, grouped=False) for value in values]
    numbers = [int(value) if isinstance(value, str) and re.fullmatch(r"-?\d+", value) else value for value in values]
    floats = [number for number in numbers if isinstance(number, (float, Decimal))]
    places = decimals([float(number) for number in floats]) if floats else 0
    return [localised(cell(number, places, grouped=grouped), marks) for number in numbers]
