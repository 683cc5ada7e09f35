"""The database's complaints in our words: what happened, where, what exists instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from canvas_widget.data.names import missing, nearest
from canvas_widget.errors import QueryError, QueryRefused

__all__ = ["located", "query_error", "syntax_error"]

_COLUMN = re.compile(
    r'(?:Referenced column|(?:Table|Values list) "[^"]*" does not have a column named) "((?:[^"]|"")+)"'
)
_FUNCTION = re.compile(r"Function with name (\S+) does not exist")
_TABLE = re.compile(r"Table with name (.+?) does not exist")
_PLACE = re.compile(r"\n\s*\nLINE (\d+): (.*)\n(\s*)\^", re.DOTALL)
_PREFIX = re.compile(r"^[A-Z][\w ]*(?:Error|Exception): ")


def located(sql: str, position: int) -> str:
    """“line 2:” with the line itself and a caret under the position (an offset in characters)."""
    position = max(0, min(position, len(sql)))
    number = sql.count("\n", 0, position) + 1
    start = sql.rfind("\n", 0, position) + 1
    end = sql.find("\n", position)
    line = sql[start : len(sql) if end < 0 else end]
    column = position - start
    cut = max(0, column - 60)
    shown = ("…" if cut else "") + line[cut : cut + 100]
    return f"line {number}:\n{shown}\n{' ' * (column - cut + (1 if cut else 0))}^"


def syntax_error(sql: str, message: str, position: int | None) -> QueryError:
    """A text that is no SQL."""
    what = message.strip() or "syntax error"
    where = "" if position is None else f", {located(sql, position)}"
    return QueryError(f"The SQL cannot be read: {what}{where}")


def query_error(error: Exception, columns: Sequence[str], tables: Sequence[str]) -> QueryError:
    """An error of the database as one of ours. `columns` and `tables` are what the query could have named."""
    text = str(error)
    place = _PLACE.search(text)
    message = _PREFIX.sub("", text[: place.start()] if place else text).strip()
    where = f"\nLine {place[1]}: {place[2]}\n{' ' * (len(place[1]) + 7)}{_caret(place[3], place[1])}^" if place else ""
    if type(error).__name__ == "OutOfMemoryException" or "Out of Memory" in text:
        return QueryError("The query needs more memory than it may use. Aggregate or filter before joining or sorting.")
    if "cannot encode str as UTF-8" in message:
        inside = f" of {tables[0]}" if len(tables) == 1 else ""
        return QueryError(
            f"A text{inside} holds a lone surrogate, which is no character, so it cannot be read. Clean the column: "
            '.str.encode("utf-8", "replace").str.decode("utf-8").'
        )
    if found := _COLUMN.search(message):
        name = found[1].replace('""', '"')
        inside = f" in {tables[0]}" if len(tables) == 1 else ""
        close = nearest(name, columns)
        return QueryError(missing("column", name, inside, columns, "Columns") + where, alternatives=close)
    if found := _TABLE.search(message):
        return QueryRefused(f'No data frame "{found[1].strip()}" for this query.{where}')
    if found := _FUNCTION.search(message):
        return QueryError(f"No function {found[1]}().{where}")
    first = message.split("\nCandidate", 1)[0].split("\n\tCandidate", 1)[0].strip()
    return QueryError(f"The query could not run: {first.rstrip('.')}.{where}")


def _caret(blanks: str, number: str) -> str:
    return " " * max(0, len(blanks) - len(f"LINE {number}: "))
