"""Calls that need more than a name on a list: what they could make too large to hold or too long to interrupt."""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from canvas_widget.data.names import nearest
from canvas_widget.errors import QueryRefused

__all__ = ["check_function", "check_name", "check_table_function", "constant", "cut_to", "growth", "links"]

MAX_LIST = 5_000
"""The longest list that `range` and `generate_series` may make as a value."""
MAX_PAD = 1_000
"""The longest text that `lpad` and `rpad` may make."""
MAX_REPEATS = 100
"""How many times a regular expression may ask for a repetition: it is tried at each place of each text."""
MAX_SAMPLE = 1_000_000
"""The largest sample of `reservoir_quantile`."""
Node = dict[str, Any]
_REPEAT = re.compile(r"\{(\d*),?(\d*)\}")
_WIDE = re.compile(r"\d{4,}|\*|\{[^}]*\{")


_COPIES = frozenset(
    """
    array_to_string concat concat_ws flatten format lcase left list_aggregate list_distinct list_pack list_reverse_sort
    list_slice list_sort list_value lower lpad ltrim map nfc_normalize overlay printf regexp_extract regexp_extract_all
    regexp_replace regexp_split_to_array replace reverse right row rpad rtrim split split_part str_split string_split
    string_to_array strip_accents struct_pack substr substring suffix translate trim ucase upper array_slice
    json_extract json_extract_path json_extract_path_text json_extract_string json_value json_keys
    """.split()
)
"""Functions that make a text or a list of what they are given."""
_SPLITS = frozenset({"str_split", "string_split", "split", "string_to_array", "regexp_split_to_array"})
_CUTS = {"left": 1, "right": 1, "substr": 2, "substring": 2}
"""Functions that cut, and which argument says to what length."""
MAX_CUT = 10_000
"""A text cut to so many characters is not long."""
A_PART = 16
"""Bytes of a part of a list beside its text."""


def arguments(node: Node) -> list[Node]:
    return [part["expression"] for part in node.get("arguments", [])]


def constant(node: Node) -> Any:
    """The value of a constant (a number, a text, or minus a number); None for anything else."""
    if node.get("class") == "FUNCTION" and node.get("function_name") == "-" and len(arguments(node)) == 1:
        inner = constant(arguments(node)[0])
        return -inner if isinstance(inner, int | float) else None
    if node.get("class") != "CONSTANT":
        return None
    held = node.get("literal") or {}
    text = held.get("text")
    match held.get("kind"):
        case "INTEGER":
            return int(str(text))
        case "STRING":
            return text
        case _:
            return None


def check_name(name: str, allowed: Collection[str]) -> None:
    """Raises QueryRefused when the function is not one that a query may call."""
    if name.lower() in allowed:
        return
    words = [word for word in allowed if word[0].isalpha()]
    close = nearest(name, words, 3)
    instead = f" Closest: {', '.join(close)}." if close else ""
    raise QueryRefused(
        f"The function {name}() is not allowed in a query, or does not exist.{instead}", alternatives=close
    )


def check_table_function(node: Node, allowed: Collection[str]) -> None:
    """Raises QueryRefused when a function in FROM could read anything but its constant arguments."""
    name = node["function_name"].lower()
    if name not in allowed:
        raise QueryRefused(
            f"{name}() is not allowed in FROM: queries read data frames only, no files, settings or addresses. "
            "Register a file with canvas.datasets.register(name, path)."
        )


def cut_to(node: Node) -> int | None:
    """To how many characters a call cuts a text, where that is constant and not many; None for any other call."""
    place = _CUTS.get(node["function_name"].lower())
    given = arguments(node)
    size = constant(given[place]) if place is not None and len(given) > place else None
    return size if isinstance(size, int) and 0 <= size <= MAX_CUT else None


def growth(node: Node) -> float:
    """How many times longer than what it is given a text or a list is that a call makes; 0 when it makes none."""
    name, given = node["function_name"].lower(), arguments(node)
    several = float(sum(constant(part) is None for part in given))
    match name:
        case "||":
            return _parts(node)
        case "array_to_string":
            return several + _length(given, 1, 0)
        case "concat" | "concat_ws" | "list_value" | "list_pack" | "flatten" | "struct_pack" | "row" | "map":
            return max(1.0, several)
        case "format" | "printf":
            return max(1.0, len(given) - 1.0)
        case "list_aggregate" | "array_aggregate":
            return max(1.0, several) + _length(given, 2, 0)
        case "replace" | "regexp_replace" | "translate":
            return max(1.0, _length(given, 2, 1))
        case "strftime":
            return max(1.0, _length(given, 1, 0) / 4)
        case _ if name in _SPLITS:
            return float(A_PART)
        case _:
            return 1.0 if name in _COPIES and cut_to(node) is None else 0.0


def links(node: Node) -> list[Node]:
    """The calls of `||` right within one: a chain is counted at its end."""
    return [each for each in arguments(node) if each.get("function_name") == "||" and each["class"] == "FUNCTION"]


def _parts(node: Node) -> float:
    """A chain of `||` grows by its parts, not by its links."""
    if node.get("class") != "FUNCTION" or node.get("function_name") != "||":
        return 0.0 if constant(node) is not None else 1.0
    return sum(map(_parts, arguments(node)))


def check_function(node: Node, allowed: Collection[str]) -> None:
    """Raises QueryRefused when a call is not allowed, or could make a value too large to hold."""
    name = node["function_name"].lower()
    check_name(name, allowed)
    given = arguments(node)
    match name:
        case "range" | "generate_series":
            _check_range(name, given)
        case "lpad" | "rpad":
            size = constant(given[1]) if len(given) > 1 else None
            if not isinstance(size, int) or size > MAX_PAD:
                raise QueryRefused(f"{name}() needs a constant length of at most {MAX_PAD:,}.")
        case "format" | "printf":
            pattern = constant(given[0]) if given else None
            if not isinstance(pattern, str) or _WIDE.search(pattern):
                raise QueryRefused(f"{name}() needs a constant pattern with widths below 1,000.")
        case "regexp_extract" | "regexp_extract_all" | "regexp_full_match" | "regexp_matches" | "regexp_split_to_array":
            _check_pattern(name, given)
        case "reservoir_quantile" if len(given) > 2:
            size = constant(given[2])
            if not isinstance(size, int) or not 0 < size <= MAX_SAMPLE:
                raise QueryRefused(f"{name}() needs a constant sample of at most {MAX_SAMPLE:,} rows.")
        case "regexp_replace":
            _check_pattern(name, given)
        case _:
            pass


def _check_pattern(name: str, given: list[Node]) -> None:
    """A regular expression is tried at each place of each text, and cannot be interrupted within a text."""
    pattern = constant(given[1]) if len(given) > 1 else None
    if not isinstance(pattern, str) or len(pattern) > MAX_PAD:
        raise QueryRefused(f"{name}() needs a constant pattern of at most {MAX_PAD:,} characters.")
    repeats = 1
    for low, high in _REPEAT.findall(pattern):
        repeats *= max(1, int(low or 0), int(high or 0))
        if repeats > MAX_REPEATS:
            raise QueryRefused(f"The pattern of {name}() repeats more than {MAX_REPEATS} times. Write + or *.")


def _length(given: list[Node], position: int, old: int) -> float:
    """How many times longer replacing makes a text: the new part's length by the old one's."""
    if len(given) <= position:
        return 1
    new = constant(given[position])
    before = constant(given[old]) if old else None
    if not isinstance(new, str):
        return 64
    return len(new) / max(1, len(before) if isinstance(before, str) else 1)


def _check_range(name: str, given: list[Node]) -> None:
    numbers = [constant(part) for part in given]
    if not 1 <= len(numbers) <= 3 or not all(isinstance(number, int) for number in numbers):
        raise QueryRefused(f"{name}() as a value needs constant whole numbers. In FROM it takes dates too.")
    start, stop = (0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    step = numbers[2] if len(numbers) == 3 else 1
    if step and abs(stop - start) / abs(step) > MAX_LIST:
        raise QueryRefused(f"{name}() makes more than {MAX_LIST:,} values. Use it in FROM, where rows are streamed.")
