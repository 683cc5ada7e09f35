"""The last word on an answer: its value where a shape was asked for, its numbers from nowhere, its confidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from canvas_widget.agent.briefing import Briefing
from canvas_widget.agent.events import Answered
from canvas_widget.agent.execute import Executed
from canvas_widget.agent.grounding import Seen, has_claims, ungrounded
from canvas_widget.agent.judgement import confidence
from canvas_widget.errors import CanvasError, ParseFailed

__all__ = ["grounded", "typed_value", "verdict"]

MOST_ROWS = 2000
"""Rows of a drawn result that an answer's numbers are held against."""

_ASKS = re.compile(r"\?[\s*_)”\"']*$")


def grounded(briefing: Briefing, executed: Sequence[Executed], text: str, *, truncated: bool = False) -> Answered:
    """What an answer is worth, its numbers included. Looks at results: call it off the loop."""
    missing = ungrounded(text, _seen(briefing, executed))
    level, reason = confidence(executed, truncated=truncated, asks=_ASKS.search(text) is not None, ungrounded=missing)
    return Answered(text, level, reason, tuple(missing))


def verdict(executed: Sequence[Executed], text: str, *, truncated: bool = False) -> Answered | None:
    """What an answer is worth that states no number; None when its numbers must be looked at (see `grounded`)."""
    if has_claims(text):
        return None
    level, reason = confidence(executed, truncated=truncated, asks=_ASKS.search(text) is not None)
    return Answered(text, level, reason)


def typed_value(briefing: Briefing, executed: Sequence[Executed], text: str) -> tuple[Any, ParseFailed | None]:
    """The value that an answer holds, or why it holds none; (None, None) when no shape was asked for.

    The built-in model writes sentences: its value comes from the rows of what it drew.
    """
    shape = briefing.turn.typed
    if shape is None:
        return None, None
    try:
        return shape.parse(text), None
    except ParseFailed as error:
        failed = error
    if briefing.system:
        return None, failed
    try:
        return shape.from_rows([rows for _, rows in _results(briefing, executed)], text), None
    except ParseFailed as error:
        return None, error


def _results(briefing: Briefing, executed: Sequence[Executed]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The rows behind each container that the turn drew, and those that its other queries showed."""
    workspace = briefing.turn.workspace
    for call in executed:
        if call.output is None or call.output.rows is None:
            continue
        name = str(call.output.data.get("container_id", ""))
        rows = call.output.data.get("rows")
        if name in workspace.document:
            try:
                result = workspace.result_for(name)
            except CanvasError:
                result = None
            rows = result.rows(0, MOST_ROWS) if result is not None else rows
        if isinstance(rows, list):
            yield name, rows


def _seen(briefing: Briefing, executed: Sequence[Executed]) -> Seen:
    """Every number that the turn could know."""
    seen = Seen()
    for line in briefing.system.splitlines():
        seen.add(_loaded(line) if line.startswith("{") else line)
    if not briefing.system:
        for dataset in briefing.catalogue.datasets():
            seen.add({"rows": dataset.row_count, "columns": list(dataset.types)})
            for column in dataset.columns:
                seen.add({"range": [column.min, column.max], "distinct": column.distinct, "missing": column.nulls})
    for message in (*briefing.past, briefing.prompt):
        if message.role == "user":
            seen.add(message.content)
        elif message.role == "tool":
            seen.add(_loaded(message.content))
    for call in executed:
        seen.add(_loaded(call.call.arguments))
        seen.add(call.answer)
    for _, rows in _results(briefing, executed):
        seen.add(rows)
    seen.add([call for call in executed if call.error is None])
    return seen


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
