"""Calls that need more than a name on a list: what they could make too large to hold or too long to interrupt."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from canvas_widget.data.names import nearest
from canvas_widget.errors import QueryRefused

__all__ = ["Growth", "check_function", "check_name", "check_table_function", "constant"]

MAX_LIST = 5_000
"""The longest list that `range` and `generate_series` may make as a value."""
MAX_PAD = 1_000
"""The longest text that `lpad` and `rpad` may make."""
MAX_REPEATS = 100
"""How many times a regular expression may ask for a repetition: it is tried at each place of each text."""
MAX_SAMPLE = 1_000_000
"""The largest sample of `reservoir_quantile`."""
MAX_GROWTH = 1_024
"""How many times as long as its input a text may become in one query."""
Node = dict[str, Any]
_REPEAT = re.compile(r"\{(\d*),?(\d*)\}")
_WIDE = re.compile(r"\d{4,}|\*|\{[^}]*\{")


class Growth:
    """How much longer than its input the longest text of a query can get, bounded over the whole query."""

    def __init__(self) -> None:
        self._factor = 1.0
        self._counted: set[int] = set()

    def joined(self, node: Node) -> None:
        """A chain of `||` grows by its parts, not by its links."""
        if id(node) in self._counted:
            return
        self.times(self._parts(node))

    def _parts(self, node: Node) -> int:
        if node.get("class") != "FUNCTION" or node.get("function_name") != "||":
            return 0 if constant(node) is not None else 1
        self._counted.add(id(node))
        return sum(map(self._parts, arguments(node)))

    def times(self, factor: float) -> None:
        self._factor *= max(1.0, factor)
        if self._factor > MAX_GROWTH:
            raise QueryRefused("The query joins text to itself too often and could fill the memory. Use fewer steps.")


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


def check_function(node: Node, allowed: Collection[str], growth: Growth) -> None:
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
            growth.times(len(given) - 1)
        case "regexp_extract" | "regexp_extract_all" | "regexp_full_match" | "regexp_matches" | "regexp_split_to_array":
            _check_pattern(name, given)
        case "reservoir_quantile" if len(given) > 2:
            size = constant(given[2])
            if not isinstance(size, int) or not 0 < size <= MAX_SAMPLE:
                raise QueryRefused(f"{name}() needs a constant sample of at most {MAX_SAMPLE:,} rows.")
        case "||":
            growth.joined(node)
        case "concat" | "concat_ws" | "array_to_string":
            growth.times(sum(constant(part) is None for part in given))
            if name == "array_to_string":
                growth.times(_length(given, 1, 0))
        case "replace" | "regexp_replace" | "translate" | "strftime":
            if name == "regexp_replace":
                _check_pattern(name, given)
            growth.times(_length(given, 2, 1) if name != "strftime" else _length(given, 1, 0) / 4)
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
