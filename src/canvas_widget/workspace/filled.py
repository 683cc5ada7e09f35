"""Text whose `{select …}` placeholders are the results of queries: every number in it can be traced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from canvas_widget.data import Result
from canvas_widget.document import TextContent, TextValue
from canvas_widget.errors import InvalidArgument, QueryError
from canvas_widget.render.numbers import format_number
from canvas_widget.workspace.types import USER, Actor

if TYPE_CHECKING:
    from canvas_widget.workspace.workspace import Workspace

__all__ = ["fill", "placeholders"]

MOST = 50
"""The most placeholders of one text."""
LONGEST = 500
"""The most characters that one value puts into a text."""
_QUERY = re.compile(r"\s*(select|with|from)\s", re.IGNORECASE)
_FORMAT = re.compile(r"(?<!\|)\|(?!\|)\s*([^|{}]{1,20})$")
_MARKUP = re.compile(r"([\\`*\[\]<>|~])")


def placeholders(markdown: str) -> list[tuple[int, int]]:
    """Where the placeholders stand: (start, end) of each `{select …}`, its braces included.

    Braces and quotes within a query are understood; other braces are text.
    """
    found: list[tuple[int, int]] = []
    start = 0
    while (start := markdown.find("{", start)) >= 0:
        end = _end(markdown, start) if _QUERY.match(markdown, start + 1) else None
        if end is None:
            start += 1
            continue
        found.append((start, end))
        start = end
    return found


def _end(text: str, start: int) -> int | None:
    depth, quote = 0, ""
    for position in range(start, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if not depth:
                return position + 1
    return None


def fill(workspace: Workspace, markdown: str, actor: Actor = USER) -> TextContent:
    """The text with its placeholders filled in; as it is where it has none.

    A placeholder is a query of one row and one column, with a d3-format behind a `|` where one is wanted:
    `{select sum(x) from t | ,.1f}`.

    Raises:
        InvalidArgument: too many placeholders.
        QueryError: one cannot be run, or gives anything but one value.
    """
    places = placeholders(markdown)
    if not places:
        return TextContent(markdown=markdown)
    if len(places) > MOST:
        raise InvalidArgument(f"A text has at most {MOST} placeholders, not {len(places)}.")
    parts, values, last = [], [], 0
    for start, end in places:
        inside = markdown[start + 1 : end - 1]
        found = _FORMAT.search(inside)
        sql, form = (inside[: found.start()], found[1].strip()) if found else (inside, None)
        result = workspace.query(sql.strip(), 2, actor=actor)
        text = _text(result, form, sql.strip(), workspace.style.numbers("$" in (form or "")))
        values.append(
            TextValue(
                sql=result.sql,
                text=text,
                result_id=result.result_id,
                datasets=[name for name, _ in result.datasets],
                rows_read=result.rows_read,
            )
        )
        parts += [markdown[last:start], _MARKUP.sub(r"\\\1", text)]
        last = end
    return TextContent(markdown="".join([*parts, markdown[last:]]), template=markdown, values=values)


def _text(result: Result, form: str | None, sql: str, marks: dict[str, Any] | None) -> str:
    shown = sql if len(sql) <= 80 else sql[:79] + "…"
    if result.row_count != 1 or len(result.fields) != 1:
        what = f"{'more than one row' if result.row_count > 1 else f'{result.row_count} rows'}"
        what = f"{len(result.fields)} columns" if result.row_count == 1 else what
        raise QueryError(f"A placeholder is one value, but {{{shown}}} gives {what}. Aggregate it.")
    field = result.fields[0]
    value = result.rows()[0][field.name]
    text = format_number(value, form, marks) if field.numeric or value is None else str(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
