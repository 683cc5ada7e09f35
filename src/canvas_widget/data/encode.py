"""The grammar of encodings: `Origin`, `"odd (name)"`, `count()`, `mean(Horsepower)`, `year(Date)`, `bin(price, 20)`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from canvas_widget.data.names import listed, nearest
from canvas_widget.errors import QueryError

__all__ = ["AGGREGATES", "TIME_UNITS", "Encoding", "parse"]

AGGREGATES = ("count", "distinct", "sum", "mean", "median", "min", "max", "stdev")
TIME_UNITS = ("year", "quarter", "month", "week", "day", "yearmonth", "yearquarter", "hour", "weekday")
SPELLINGS = {
    "avg": "mean", "average": "mean", "total": "sum", "stddev": "stdev", "std": "stdev", "minimum": "min",
    "maximum": "max", "nunique": "distinct", "count_distinct": "distinct", "countd": "distinct", "n": "count",
    "date": "day", "yearmonthdate": "day", "dayofweek": "weekday", "dow": "weekday", "yearweek": "week",
    "hours": "hour",
}  # fmt: skip

Kind = Literal["field", "aggregate", "time", "bin"]

MAX_BINS = 200
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')
_CALL = re.compile(r"([A-Za-z_]+)\s*\(\s*(.*?)\s*\)", re.DOTALL)
_BIN = re.compile(r"(.*?)\s*,\s*(?:maxbins\s*=\s*)?(\d{1,6})", re.DOTALL)
_PLAIN = re.compile(r"\w[\w $%€£&/:.#°@+*-]*(?<! )", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A parsed encoding: the function (None for a bare column), the column (None for `count()`), the most bins."""

    op: str | None
    field: str | None
    bins: int | None = None

    @property
    def kind(self) -> Kind:
        if self.op is None:
            return "field"
        return "aggregate" if self.op in AGGREGATES else "time" if self.op in TIME_UNITS else "bin"

    def __str__(self) -> str:
        """The encoding as text; parsing it gives it back."""
        name = "" if self.field is None else _written(self.field)
        if self.op is None:
            return name
        return f"{self.op}({name}{f', {self.bins}' if self.bins is not None else ''})"


def _written(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def parse(text: str, columns: Collection[str] = ()) -> Encoding:
    """Read an encoding. A text that is exactly a column's name is that column, whatever it looks like.

    Raises:
        QueryError: it cannot be read, or calls a function there is none of.
    """
    if text in columns:
        return Encoding(None, text)
    given = text.strip()
    if not given:
        raise QueryError("An encoding is empty. Name a column, or a function of one such as mean(column).")
    if (name := _unquoted(given)) is not None:
        return Encoding(None, name)
    if given in columns:
        return Encoding(None, given)
    call = _CALL.fullmatch(given)
    if call is None:
        return Encoding(None, given)
    word, inside = call[1].casefold(), call[2]
    op = SPELLINGS.get(word, word)
    if op == "bin":
        return _bin(inside, columns)
    if op in AGGREGATES or op in TIME_UNITS:
        return _of(op, inside, given, columns)
    if given[len(call[1])] != "(":
        return Encoding(None, given)
    known = (*AGGREGATES, *TIME_UNITS, "bin")
    close = nearest(word, known, 1)
    match = f" Closest match: {close[0]}()." if close else ""
    raise QueryError(f"No function {call[1]}() for a chart.{match} Functions: {listed(known)}.", alternatives=close)


def _of(op: str, inside: str, given: str, columns: Collection[str]) -> Encoding:
    if inside in ("", "*"):
        if op == "count":
            return Encoding("count", None)
        raise QueryError(f'"{given}" names no column. Write {op}(column).')
    return Encoding(op, _field(inside, columns))


def _bin(inside: str, columns: Collection[str]) -> Encoding:
    if inside in columns or _unquoted(inside) is not None:
        return Encoding("bin", _field(inside, columns))
    counted = _BIN.fullmatch(inside)
    if counted is None:
        return Encoding("bin", _field(inside, columns))
    bins = int(counted[2])
    if not 1 <= bins <= MAX_BINS:
        raise QueryError(f"bin() makes 1 to {MAX_BINS} bins, not {bins}.")
    return Encoding("bin", _field(counted[1], columns), bins)


def _field(text: str, columns: Collection[str]) -> str:
    if text in columns:
        return text
    name = _unquoted(text)
    if name is None and not text:
        raise QueryError("bin() names no column. Write bin(column).")
    return text if name is None else name


def _unquoted(text: str) -> str | None:
    found = _QUOTED.fullmatch(text)
    return None if found is None else found[1].replace('""', '"')
