"""A turn's events as frames for the clients, and as the record that its caller holds."""

from __future__ import annotations

import logging
from typing import Any, assert_never

from canvas_widget.agent import (
    Answered,
    Done,
    Reasoning,
    Retracted,
    TextChunk,
    ToolEnded,
    ToolStarted,
    TurnEvent,
)
from canvas_widget.document import Document
from canvas_widget.logs import log_event
from canvas_widget.session.outbox import Outbox, error_info
from canvas_widget.session.turn import ToolRecord, Turn

__all__ = ["finish", "report"]


def report(turn: Turn, event: TurnEvent, out: Outbox, document: Document) -> None:
    """Tell the clients what happened, and write it into the turn's record."""
    turn_id = turn.turn_id
    match event:
        case TextChunk(attempt=attempt, text=text):
            out.text(turn_id, attempt, text)
        case Reasoning(text=text, steps=steps, strategy=strategy):
            turn.strategy = strategy or turn.strategy
            thought: dict[str, Any] = {"turn_id": turn_id, "steps": list(steps), "text": text}
            out.broadcast("reasoning", thought | ({"strategy": strategy} if strategy else {}))
        case Retracted(attempt=attempt, reason=reason):
            out.broadcast("retract", {"turn_id": turn_id, "attempt": attempt, "reason": reason})
        case ToolStarted(call_id=call_id, tool=tool, arguments=arguments):
            turn.tool_calls.append(ToolRecord(call_id, tool, arguments))
            call = {"turn_id": turn_id, "call_id": call_id, "tool": tool, "arguments": arguments}
            out.broadcast("tool_call", call)
        case ToolEnded():
            _tool_ended(turn, event, out)
        case Answered(text=text, confidence=confidence, confidence_reason=reason):
            turn.text, turn.confidence, turn.confidence_reason = text, confidence, reason
            turn.chart, turn.ungrounded = _first_chart(turn, document), list(event.ungrounded)
            turn.value, turn.parse = event.value, event.parse
            data: dict[str, Any] = {"turn_id": turn_id, "attempt": 1, "text": text, "chunk": False}
            data |= {"confidence": confidence, "confidence_reason": reason, "chart": turn.chart}
            data |= {"ungrounded": turn.ungrounded, "value": _plain(event.value), "parse": event.parse}
            out.broadcast("assistant_response", data)
        case Done():
            finish(turn, event, out)
        case _:
            assert_never(event)


def finish(turn: Turn, done: Done, out: Outbox) -> None:
    """End a turn: its figures into the record, an error where it failed, and `done` to all."""
    turn.reason, turn.usage, turn.cost = done.reason, done.usage, done.cost
    turn.provider, turn.model, turn.attempts = done.provider, done.model, done.attempts
    turn.latency_ms, turn.can_continue, turn.error = done.latency_ms, done.can_continue, done.error
    turn.receipt = done.receipt
    if done.error is not None:
        out.flush()
        for member in tuple(out.members):
            if member.joined:
                out.answer(member, None, "error", {"message": done.error.message}, error=error_info(done.error))
    data = {
        "turn_id": turn.turn_id,
        "reason": done.reason,
        "usage": done.usage.as_dict(),
        "cost": done.cost,
        "provider": done.provider,
        "model": done.model,
        "attempts": done.attempts,
        "latency_ms": round(done.latency_ms, 1),
        "can_continue": done.can_continue,
        "receipt": [attempt.as_dict() for attempt in done.receipt],
    }
    out.broadcast("done", data)
    for attempt in done.receipt:
        log_event("provider", turn_id=turn.turn_id, **attempt.as_dict())
    log_event(
        "turn",
        logging.WARNING if done.error is not None else logging.INFO,
        session_id=out.session_id,
        turn_id=turn.turn_id,
        conversation_id=turn.conversation_id,
        reason=done.reason,
        error_code=done.error.error_code if done.error is not None else None,
        provider=done.provider,
        model=done.model,
        attempts=done.attempts,
        tokens=done.usage.total_tokens,
        cost=done.cost,
        latency_ms=round(done.latency_ms, 1),
        tools=len(turn.tool_calls),
    )


def _plain(value: Any) -> Any:
    from pydantic_core import to_jsonable_python

    return None if value is None else to_jsonable_python(value)


def _first_chart(turn: Turn, document: Document) -> str | None:
    charts = (name for name in turn.made if (box := document.get(name)) is not None and box.kind == "chart")
    return next(charts, None)


def _tool_ended(turn: Turn, event: ToolEnded, out: Outbox) -> None:
    record = next(call for call in turn.tool_calls if call.call_id == event.call_id)
    record.ok, record.result, record.error = event.ok, event.result, event.error
    record.elapsed_ms = event.elapsed_ms
    log_event("tool", tool=event.tool, ok=event.ok, elapsed_ms=round(event.elapsed_ms, 3))
    data: dict[str, Any] = {
        "turn_id": turn.turn_id,
        "call_id": event.call_id,
        "tool": event.tool,
        "ok": event.ok,
        "elapsed_ms": round(event.elapsed_ms, 3),
    }
    data |= {"result": event.result} if event.ok else {"error": event.error}
    out.broadcast("tool_result", data)
