"""How much a chart's spec may ask for. What is refused here would keep a renderer busy for ever, take its memory, draw
a picture miles wide, or be run: Vega-Lite writes the parts of a date into an expression as they are.

The browser keeps the same limits: `make generate` writes these lists and those of `spec_guard` for it
(`js/src/charts/specLists.ts`).
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from canvas_widget.errors import InvalidArgument

__all__ = ["check_entry_limits", "check_list", "check_number", "check_steps", "check_word"]

MAX_SIDE = 20_000
"""The largest number that is no cell and no end of a scale: a size in px, a distance, a share."""
MAX_STEP = 1_000
"""The most px of one category."""
MAX_COUNT = 100
MAX_BINS = 10_000
MAX_FORMAT = 100
LONGEST = {"layer": 50, "values": 1_000, "domain": 10_000, "sort": 10_000, "oneof": 10_000}
"""Entries of a list; all others have MAX_PARTS."""
MAX_PARTS = 200

CELLS = frozenset("domain values sort datum equal oneof".split())
"""Where a value is a cell."""
ENDS = frozenset("domainmin domainmax domainmid tickminstep constant".split())
"""Numbers of the data's own size."""
SIDES = frozenset({"width", "height", "size", "fontsize", "strokewidth", "radius", "outerradius", "padding"})
COUNTS = frozenset({"tickcount", "nice", "count", "columns"})
DATE_PARTS = frozenset("year quarter month week day date dayofyear hours minutes seconds milliseconds".split())
NAMES = frozenset("interpolate type timeunit aggregate op scheme formattype shape stack orient".split())
WORDS_ONLY = frozenset({"timeunit", "tickcount", "nice"})
_NAME = re.compile(r"[\w-]{1,40}", re.ASCII)
_PATH = re.compile(r"\s*m[\s\d.,+-]", re.IGNORECASE)
_WIDE = re.compile(r"\d{3,}")


def check_number(number: float, key: str, path: str) -> None:
    """Refuse a number that is too large for its place, or negative where it is a size."""
    if key in CELLS or key in ENDS or key in DATE_PARTS or path.endswith(".bin.step"):
        return
    side = key in SIDES or key in COUNTS or path.endswith((".width.step", ".height.step"))
    most = MAX_COUNT if key in COUNTS else MAX_STEP if key == "step" else MAX_SIDE
    if abs(number) > most or (side and number < 0):
        raise InvalidArgument(f"{number} is no size for a chart (at {path}).")


def check_list(items: Collection[Any], key: str, path: str) -> None:
    """Refuse a list that is too long."""
    most = LONGEST.get(key, MAX_PARTS)
    if len(items) > most:
        raise InvalidArgument(f"{len(items):,} entries are too many for a chart (at {path}): at most {most:,}.")


def check_word(text: str, key: str, path: str) -> None:
    """Refuse a text that is more than the word its place has."""
    if key in DATE_PARTS and not (key in {"month", "day"} and text.isascii() and text.isalpha()):
        raise InvalidArgument(f"A part of a date is a number (at {path}).")
    if key == "format" and (len(text) > MAX_FORMAT or _WIDE.search(text)):
        raise InvalidArgument(f"This format makes a text that is too long (at {path}).")
    if key in NAMES and not _NAME.fullmatch(text):
        raise InvalidArgument(f"A name is letters, digits and hyphens (at {path}).")
    if key in {"width", "height"} and text != "container":
        raise InvalidArgument(f"A size is a number (at {path}).")
    if key in {"range", "value", "path"} and _PATH.match(text):
        raise InvalidArgument(f"A chart draws no paths of its own (at {path}).")


def check_entry_limits(name: str, value: Any, path: str) -> None:
    """Refuse an object where only a word, a number or what the query made can stand."""
    if name == "bin" and isinstance(value, Mapping) and value.get("binned") is not True:
        raise InvalidArgument(f"A chart's bins are made by its query (at {path}).")
    if name in WORDS_ONLY and isinstance(value, Mapping | list):
        raise InvalidArgument(f"This takes a word or a number (at {path}).")


def check_steps(spec: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Refuse bins so narrow that an axis over these rows would have more than 10,000 of them."""
    for field, step in _steps(spec):
        found = [row[field] for row in rows if isinstance(row.get(field), int | float)]
        if found and not max(found) - min(found) <= step * MAX_BINS:
            raise InvalidArgument(f'Bins of {step:,} are too narrow for "{field}".')


def _steps(part: Any) -> Iterator[tuple[str, float]]:
    if isinstance(part, Mapping):
        bins, field = part.get("bin"), part.get("field")
        if isinstance(bins, Mapping) and isinstance(bins.get("step"), int | float) and isinstance(field, str):
            yield field, bins["step"]
        for each in part.values():
            yield from _steps(each)
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _steps(each)
