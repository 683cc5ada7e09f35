"""What no chart spec may hold: a way out. Every spec passes here before it enters a document, whoever wrote it.

A spec is closed: its rows are the query's, named "result"; it fetches nothing, links nowhere, computes nothing and
listens to nothing.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import json
from typing import Any

from canvas_widget.errors import InvalidArgument

__all__ = ["FORBIDDEN_KEYS", "FORBIDDEN_MARKS", "MAX_SPEC_BYTES", "check_spec"]

MAX_SPEC_BYTES = 200_000
MAX_DEPTH = 40
MAX_SIDE = 20_000
"""The largest width, height or step a spec may ask for, in px."""

FORBIDDEN_KEYS = frozenset(
    """
    url href src usermeta embedoptions signal signals expr params param transform lookup datasets sequence graticule
    sphere cursor bind events event update on loader hconcat vconcat concat repeat facet row column config autosize
    calculate labelexpr test filter image imageurl geo topojson projection
    """.split()
)
FORBIDDEN_MARKS = frozenset({"image", "geoshape", "group"})
FORBIDDEN_TEXT = ("javascript:", "data:", "vbscript:", "http:", "https:", "file:", "url(")
"""Starts of values that are addresses; allowed only where a value is a name or a title, which is text."""
TEXT_KEYS = frozenset({"title", "field", "text", "description", "name"})
_SIDES = frozenset({"width", "height", "step"})


def check_spec(spec: Any) -> None:
    """Let a spec through, or refuse it.

    Raises:
        InvalidArgument: it holds something no spec may hold; says what and where.
    """
    if not isinstance(spec, dict):
        raise InvalidArgument("A chart's spec is an object.")
    try:
        size = len(json.dumps(spec, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgument(f"A chart's spec must be plain JSON: {error}.") from error
    if size > MAX_SPEC_BYTES:
        raise InvalidArgument(f"A chart's spec may have {MAX_SPEC_BYTES:,} bytes; this one has {size:,}.")
    data = spec.get("data")
    if data is not None and data != {"name": "result"}:
        raise InvalidArgument('A chart draws the rows of its query: its data is {"name": "result"} and nothing else.')
    _check(spec, "spec", 0)


def _check(part: Any, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidArgument(f"A chart's spec may be {MAX_DEPTH} levels deep.")
    if isinstance(part, list):
        for position, each in enumerate(part):
            _check(each, f"{path}[{position}]", depth + 1)
    elif isinstance(part, dict):
        for key, value in part.items():
            _check_entry(key, value, path, depth)


def _check_entry(key: str, value: Any, path: str, depth: int) -> None:
    here = f"{path}.{key}"
    name = key.casefold()
    if name in FORBIDDEN_KEYS:
        raise InvalidArgument(f'"{key}" is not allowed in a chart (at {here}).')
    if name == "data" and depth > 0:
        raise InvalidArgument(f"A chart has one source of rows, its query (at {here}).")
    if name in {"mark", "type"}:
        mark = value.get("type") if isinstance(value, dict) else value
        if isinstance(mark, str) and mark.casefold() in FORBIDDEN_MARKS:
            raise InvalidArgument(f'The mark "{mark}" is not allowed in a chart (at {here}).')
    if name in _SIDES and isinstance(value, int | float) and not 0 <= value <= MAX_SIDE:
        raise InvalidArgument(f"{value} is no size for a chart (at {here}).")
    if isinstance(value, str) and name not in TEXT_KEYS:
        folded = "".join(value.split()).casefold()
        if any(folded.startswith(start) or (start == "url(" and start in folded) for start in FORBIDDEN_TEXT):
            raise InvalidArgument(f"An address is not allowed in a chart (at {here}).")
    _check(value, here, depth + 1)
