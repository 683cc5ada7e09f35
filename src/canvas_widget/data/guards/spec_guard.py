"""What no chart spec may hold: a way out. Every spec passes here before it enters a document, whoever wrote it.

A spec is closed: its rows are the query's, named "result" (or one row without cells, for what is drawn once); it
fetches nothing, links nowhere, computes nothing, listens to nothing and has bounds. It may repeat itself per value of
a column, at its top. The browser refuses the same (`js/src/charts/specGuard.ts`).
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import json
import re
from typing import Any

from canvas_widget.data.guards.spec_limits import CELLS, check_entry_limits, check_list, check_number, check_word
from canvas_widget.errors import InvalidArgument

__all__ = ["check_spec"]

MAX_BYTES = 200_000
MAX_DEPTH = 32
MAX_TEXT = 10_000
MAX_COLUMNS = 20

KEYS = frozenset(
    """
    url href src usermeta embedoptions signal signals expr params param selection transform lookup datasets sequence
    graticule sphere cursor bind events event update on loader hconcat vconcat concat repeat facet row column config
    autosize calculate labelexpr test filter image imageurl geo topojson projection $ref __proto__ constructor
    prototype impute keyvals bins maxbins minstep divide steps latitude longitude latitude2 longitude2
    """.split()
)
MARKS = frozenset({"image", "geoshape", "group"})
REACHES_OUT = re.compile(r"url\(|javascript:|vbscript:|^(?:https?:|data:|file:|blob:|//)")
FREE_TEXT = frozenset("field title text description name as domain values sort datum equal oneof $schema".split())
"""Where a value is a field's name, a title or a cell, which may read like an address."""
TITLES = frozenset({"title", "text", "description", "name"})


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
    if size > MAX_BYTES:
        raise InvalidArgument(f"A chart's spec may have {MAX_BYTES:,} bytes; this one has {size:,}.")
    inner = dict(spec)
    if "facet" in inner:
        _check_facet(inner.pop("facet"))
        columns = inner.get("columns", 1)
        if isinstance(columns, bool) or not isinstance(columns, int) or not 1 <= columns <= MAX_COLUMNS:
            raise InvalidArgument(f"Small charts stand in 1 to {MAX_COLUMNS} columns.")
    _check(inner, "", "spec", 0)


def _check_facet(facet: Any) -> None:
    """What a chart is repeated by: a column, or a column down and one across."""
    if not isinstance(facet, dict):
        raise InvalidArgument("A chart's facet is an object (at spec.facet).")
    parts = {"": facet} if "field" in facet else {f".{key}": part for key, part in facet.items()}
    if not parts or not set(parts) <= {"", ".row", ".column"}:
        raise InvalidArgument("A chart is repeated by a field, or by row and column (at spec.facet).")
    for where, part in parts.items():
        if not isinstance(part, dict) or not isinstance(part.get("field"), str):
            raise InvalidArgument(f"A chart is repeated by a field (at spec.facet{where}).")
        _check(part, "facet", f"spec.facet{where}", 1)


def _check(part: Any, key: str, path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidArgument(f"A chart's spec may be {MAX_DEPTH} levels deep.")
    match part:
        case str():
            _check_text(part, key, path)
        case bool():
            pass
        case int() | float():
            check_number(part, key, path)
        case list() | tuple():
            check_list(part, key, path)
            for position, each in enumerate(part):
                _check(each, key, f"{path}[{position}]", depth + 1)
        case dict():
            check_list(part, "", path)
            for written, value in part.items():
                _check_entry(written, value, f"{path}.{written}", depth)
        case _:
            pass


def _check_text(text: str, key: str, path: str) -> None:
    if len(text) > MAX_TEXT:
        raise InvalidArgument(f"A text in a chart's spec may have {MAX_TEXT:,} characters (at {path}).")
    check_word(text, key, path)
    # Vega-Lite writes texts that are no cells into expressions, where a backslash would end their quotes.
    if key not in CELLS and ("\\" in text or (key not in TITLES and any(quote in text for quote in "\"'`"))):
        raise InvalidArgument(f"A chart's spec may not hold quotes or backslashes here (at {path}).")
    if key not in FREE_TEXT and REACHES_OUT.search("".join(text.split()).lower()):
        raise InvalidArgument(f"A chart may not name an address (at {path}).")


def _check_entry(written: Any, value: Any, path: str, depth: int) -> None:
    name = str(written).lower()
    if name in KEYS:
        raise InvalidArgument(f'"{written}" is not allowed in a chart (at {path}).')
    if name == "data":
        if value not in ({"name": "result"}, {"values": [{}]}):
            raise InvalidArgument('A chart draws the rows of its query: its data is {"name": "result"}, nothing else.')
        return
    if name in {"mark", "type"}:
        mark = value.get("type") if isinstance(value, dict) else value
        if isinstance(mark, list) or (isinstance(mark, str) and mark.lower() in MARKS):
            raise InvalidArgument(f'The mark "{mark}" is not allowed in a chart (at {path}).')
    check_entry_limits(name, value, path)
    _check(value, name, path, depth + 1)
