"""The routes that talk to the agent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tornado.iostream import StreamClosedError

from canvas_widget.server import models as m
from canvas_widget.server.line import error_of

if TYPE_CHECKING:
    from canvas_widget.server.api import Call
    from canvas_widget.server.line import Line


async def chat(call: Call) -> m.ChatAnswer | None:
    return await _chat(call, call.body.datasets)


async def about(call: Call) -> m.ChatAnswer | None:
    return await _chat(call, [call.path["name"]])


async def _chat(call: Call, datasets: list[str] | None) -> m.ChatAnswer | None:
    body: m.Chat = call.body
    where: m.OfCanvas = call.query
    if body.session_id is not None:
        where = where.model_copy(update={"session_id": body.session_id})
    line = await call.line(where)
    data = body.model_dump(exclude_none=True, by_alias=True, exclude={"message", "session_id", "stream", "datasets"})
    if datasets is not None:
        data["datasets"] = datasets
    turn_id = await line.prompt(data | {"prompt": body.message})
    if body.stream:
        await _stream(call, line, turn_id)
        return None
    return await _whole(line, turn_id, body)


async def _whole(line: Line, turn_id: str, body: m.Chat) -> m.ChatAnswer:
    answer: dict[str, Any] = {"text": ""}
    failure: dict[str, Any] | None = None
    calls = []
    done: dict[str, Any] = {}
    async for frame in line.turn(turn_id):
        match frame["type"]:
            case "assistant_response" if not frame["data"]["chunk"]:
                answer = frame["data"]
            case "tool_result":
                calls.append({key: frame["data"].get(key) for key in ("tool", "ok", "error", "elapsed_ms")})
            case "error":
                failure = frame["error"]
            case "done":
                done = frame["data"]
            case "session_closed":
                done = {"turn_id": turn_id, "reason": "cancelled"}
    if done.get("reason") == "error" and failure is not None:
        raise error_of(failure)
    session_id = line.connection.session_id if line.connection else None
    return m.ChatAnswer(
        success=done.get("reason") in ("complete", "limit"),
        response=answer["text"],
        confidence=answer.get("confidence"),
        confidence_reason=answer.get("confidence_reason"),
        chart=answer.get("chart"),
        value=answer.get("value"),
        parse=answer.get("parse"),
        conversation_id=body.conversation_id or "default",
        metadata=done | {"tool_calls": calls, "session_id": session_id},
    )


async def _stream(call: Call, line: Line, turn_id: str) -> None:
    """The turn's frames as server-sent events. Who stops reading does not stop the turn."""
    handler = call.handler
    handler.set_header("Content-Type", "text/event-stream; charset=utf-8")
    handler.set_header("Cache-Control", "no-cache")
    handler.set_header("X-Accel-Buffering", "no")
    try:
        accepted = {"type": "accepted", "data": {"turn_id": turn_id, "queued": False}}
        handler.write(_event(accepted))
        await handler.flush()
        async for frame in line.turn(turn_id):
            handler.write(_event(frame))
            await handler.flush()
        handler.finish()
    except StreamClosedError:
        return


def _event(frame: dict[str, Any]) -> str:
    return f"event: {frame['type']}\ndata: {json.dumps(frame, allow_nan=False)}\n\n"


async def history(call: Call) -> dict[str, Any]:
    line = await call.line()
    return await line.ask("get_history", {"conversation_id": call.query.conversation_id})


async def forget(call: Call) -> m.Done:
    line = await call.line()
    await line.ask("clear_conversation", {"conversation_id": call.query.conversation_id})
    return m.Done()


async def models(call: Call) -> dict[str, Any]:
    return await (await call.line()).ask("get_models")


async def help_text(call: Call) -> dict[str, Any]:
    return await (await call.line()).ask("get_help")
