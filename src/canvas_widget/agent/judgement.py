"""What a turn came to, from what happened in it: how far its answer can be trusted, and a summary where it stopped."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.events import Confidence
from canvas_widget.agent.execute import Executed
from canvas_widget.agent.stream import ToolCall

__all__ = ["confidence", "so_far"]

MANY_UNGROUNDED = 3
"""Numbers from nowhere from which on an answer is of low confidence."""


def _target(executed: Executed) -> str:
    """What a call was about, so that a later success on the same can be seen to mend it."""
    data = executed.output.data if executed.output is not None else {}
    made = data.get("container_id")
    return str(made) if made else ""


def _unmended(calls: Sequence[Executed]) -> list[Executed]:
    """The failed calls after which no call of the same tool worked."""
    return [
        call
        for position, call in enumerate(calls)
        if call.error is not None
        and not any(later.error is None and later.call.name == call.call.name for later in calls[position + 1 :])
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def confidence(
    calls: Sequence[Executed], *, truncated: bool = False, asks: bool = False, ungrounded: Sequence[str] = ()
) -> tuple[Confidence, str]:
    """How far an answer can be trusted, and why, by what happened alone.

    A provider that had to be asked again is no reason to doubt: its failed answers are not in this one.

    Args:
        calls: all calls of the turn, in order.
        truncated: whether the answer itself was cut at the token limit.
        asks: whether the answer asks back what is meant.
        ungrounded: numbers in the answer that come from nothing the turn has seen.
    """
    queries = [call.output for call in calls if call.output is not None and call.output.rows is not None]
    failed = [call for call in calls if call.error is not None]
    unmended = _unmended(calls)
    empty = sum(1 for output in queries if output.rows == 0)
    if unmended:
        return "Low", f"{len(unmended)} of {_counted(len(calls), 'step')} failed"
    if empty:
        return "Low", f"{empty} of {_counted(len(queries), 'query').replace('querys', 'queries')} found no rows"
    reasons = []
    if ungrounded:
        reasons.append(_from_nowhere(ungrounded))
        if not queries or len(ungrounded) >= MANY_UNGROUNDED:
            return "Low", reasons[0]
    if failed:
        reasons.append(f"{_counted(len(failed), 'step')} failed and went right on a later try")
    if nulls := sum(output.nulls for output in queries):
        reasons.append(f"{_counted(nulls, 'value')} missing in the results")
    reasons += [note.rstrip(".") for output in queries for note in output.notes]
    if asks and not any(call.mutates and call.error is None for call in calls):
        reasons.append("it asks back what is meant")
    if truncated:
        reasons.append("the answer was cut at the token limit")
    if reasons:
        return "Medium", ", ".join(reasons)
    if queries:
        rows = sum(output.rows or 0 for output in queries)
        done = f"{len(calls)} of {_counted(len(calls), 'step')} worked"
        return "High", f"{done}, {_counted(rows, 'row')} found"
    if any(call.mutates for call in calls):
        return "High", f"{len(calls)} of {_counted(len(calls), 'step')} worked"
    return "Medium", "no query was needed or run"


def _from_nowhere(ungrounded: Sequence[str]) -> str:
    named = ", ".join(ungrounded[:3]) + (f" and {len(ungrounded) - 3} more" if len(ungrounded) > 3 else "")
    return f"{named} in the text {'comes' if len(ungrounded) == 1 else 'come'} from no query"


def so_far(calls: Sequence[Executed], wanted: Sequence[ToolCall], limit: str) -> str:
    """What was done and what is left, when a limit ended a turn and the model gave no summary of its own."""
    done = [
        " ".join(part for part in (call.call.name, _target(call)) if part)
        for call in calls
        if call.mutates and call.error is None
    ]
    failed = [f"{call.call.name} ({call.answer['error']})" for call in calls if call.error is not None]
    lines = [f"Stopped at the limit of {limit}."]
    lines.append(f"Done: {', '.join(done)}." if done else "Nothing was changed yet.")
    if failed:
        lines.append(f"Failed: {'; '.join(failed[-3:])}")
    if wanted:
        lines.append(f"Next would have been: {', '.join(dict.fromkeys(call.name for call in wanted))}.")
    lines.append("Say “continue” to go on.")
    return " ".join(lines)
