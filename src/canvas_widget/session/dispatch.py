"""What each client frame does: one handler a type, the same for every carrier."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from canvas_widget import __version__
from canvas_widget.data import Filter, telling
from canvas_widget.document.changes import split_path
from canvas_widget.errors import CanvasError
from canvas_widget.session.data_dispatch import DATA_FEATURES, DATA_HANDLERS
from canvas_widget.session.helptext import help_text
from canvas_widget.session.outbox import Member
from canvas_widget.session.prompt import check_prompt
from canvas_widget.session.protocol import PROTOCOL_VERSION, Payload
from canvas_widget.session.tool_calls import call_tool
from canvas_widget.workspace import Actor

if TYPE_CHECKING:
    from canvas_widget.session.session import Session

__all__ = ["BEFORE_JOINING", "HANDLERS"]

Handler = Callable[["Session", Member, "str | None", Any], Awaitable[None]]

BEFORE_JOINING = frozenset({"handshake", "init_session", "ping", "pong", "close_session"})
"""Frames that do not join the session by themselves."""

FEATURES = ("queue", "strategies", "suggestions", "typed", *DATA_FEATURES)
"""What a client may count on beyond the frames it may send."""

MAX_MESSAGE_BYTES = 1_048_576


async def _handshake(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    member.client_type, member.arrow = payload.client_type, payload.arrow
    session.remember(member, payload.client_id)
    info = {
        "protocol": PROTOCOL_VERSION,
        "version": __version__,
        "features": sorted({*HANDLERS, *FEATURES}),
        "limits": {"max_message_bytes": MAX_MESSAGE_BYTES},
    }
    session.outbox.answer(member, request_id, "server_info", info)


async def _init_session(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    session.join(member, request_id, payload.last_seq)


async def _user_prompt(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    check_prompt(payload, session.workspace)
    source = "widget" if member.client_type == "widget" else "client"
    turn, queued = session.turns.submit(payload, source=source, request=session.request(member, request_id))
    session.outbox.answer(member, request_id, "accepted", {"turn_id": turn.turn_id, "queued": queued})
    session.turns.start()


async def _cancel(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    cancelled = session.turns.cancel(payload.turn_id)
    message = f"Turn {cancelled} is being stopped." if cancelled else "No turn is running."
    session.outbox.answer(member, request_id, "debug", {"message": message, "level": "info"})


async def _canvas_edit(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    actor = Actor(origin="user", source="widget" if member.client_type == "widget" else "client")
    switches = {"auto_adjust": payload.auto_adjust, "avoid_overlap": payload.avoid_overlap}
    try:
        session.edit(
            member,
            request_id,
            lambda: session.workspace.edit(payload.changes, actor=actor, realign=False, **switches),
        )
    except CanvasError as error:
        session.refuse(member, request_id, error, _first_container(session, payload.changes))


def _first_container(session: Session, changes: list[Any]) -> Any:
    for change in changes:
        try:
            name, _ = split_path(getattr(change, "path", ""))
        except ValueError:
            continue
        container = session.workspace.document.get(name)
        if container is not None:
            return container
    return None


async def _undo(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    session.edit(member, request_id, lambda: session.workspace.undo(payload.turn_id, realign=False))


async def _redo(session: Session, member: Member, request_id: str | None, _: Any) -> None:
    session.edit(member, request_id, lambda: session.workspace.redo(realign=False))


async def _arrange(session: Session, member: Member, request_id: str | None, _: Any) -> None:
    session.edit(member, request_id, session.workspace.arrange)


async def _get_canvas_state(session: Session, member: Member, request_id: str | None, _: Any) -> None:
    state = session.workspace.state()
    session.outbox.flush()
    session.outbox.answer(member, request_id, "canvas_state", state, seq=session.outbox.seq)


async def _get_result(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    container = session.workspace.document[payload.container_id]
    loop = asyncio.get_running_loop()

    def progress(message: str, fraction: float | None) -> None:
        data = {"container_id": payload.container_id, "fraction": fraction, "message": message}
        loop.call_soon_threadsafe(session.outbox.answer, member, None, "progress", data)

    with telling(progress):
        page = await asyncio.to_thread(
            session.workspace.page,
            payload.container_id,
            payload.offset,
            payload.limit,
            sort=[(key.field, key.order == "descending") for key in payload.sort],
            filters=[Filter(field=each.field, op=each.op, value=each.value) for each in payload.filter],
            progress=progress,
        )
    rows = page.as_result()
    data = {
        "container_id": payload.container_id,
        "result_id": page.result_id,
        "schema": rows.schema(),
        "row_count": page.row_count,
        "offset": payload.offset,
        "stale": getattr(container.content, "stale", False),
        "truncated": page.truncated,
        "rows_read": page.rows_read,
        "cost": page.cost,
    }
    if member.arrow:
        session.outbox.answer(member, request_id, "result", data, [await asyncio.to_thread(rows.ipc)])
    else:
        session.outbox.answer(member, request_id, "result", data | {"rows": await asyncio.to_thread(rows.rows)})


async def _refresh(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    report = await asyncio.to_thread(session.workspace.refresh, payload.container_ids)
    for name, error in report.items():
        if error is not None:
            session.refuse(member, request_id, error, session.workspace.document.get(name))
    done = [name for name, error in report.items() if error is None]
    message = f"Refreshed {', '.join(done)}." if done else "Nothing was refreshed."
    session.outbox.answer(member, request_id, "debug", {"message": message, "level": "info"})


async def _get_history(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    session.outbox.answer(member, request_id, "chat_history", session.turns.history(payload.conversation_id))


async def _clear_conversation(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    name = session.turns.clear(payload.conversation_id)
    session.outbox.answer(member, request_id, "conversation_cleared", {"conversation_id": name})


async def _get_models(session: Session, member: Member, request_id: str | None, _: Any) -> None:
    session.outbox.answer(member, request_id, "models", session.turns.models())


async def _get_help(session: Session, member: Member, request_id: str | None, _: Any) -> None:
    text = help_text(session.workspace, session.turns.settings, drawn=member.scope == "read")
    session.outbox.answer(member, request_id, "help", {"text": text})


async def _take_screenshot(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    data, name = await asyncio.to_thread(session.turns.screenshot, payload.format, payload.filename)
    body = {"format": payload.format, "filename": name, "data": base64.b64encode(data).decode()}
    session.outbox.answer(member, request_id, "screenshot", body)


async def _call_tool(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    answer = await call_tool(session, payload.name, payload.arguments, member.scope)
    session.outbox.answer(member, request_id, "tool_answer", answer)


async def _ping(session: Session, member: Member, request_id: str | None, _: Any) -> None:
    session.outbox.answer(member, request_id, "pong", {}, at_once=True)


async def _pong(_: Session, __: Member, ___: str | None, ____: Payload) -> None:
    """A live client said so; nothing is to be done."""


async def _close_session(session: Session, member: Member, request_id: str | None, _: Any) -> None:
    session.outbox.answer(member, request_id, "session_closed", {"message": "Closed at the client's request."})
    session.detach(member)
    if session.on_close is not None:
        session.on_close()


HANDLERS: dict[str, Handler] = {
    "handshake": _handshake,
    "init_session": _init_session,
    "user_prompt": _user_prompt,
    "cancel": _cancel,
    "canvas_edit": _canvas_edit,
    "undo": _undo,
    "redo": _redo,
    "arrange": _arrange,
    "get_canvas_state": _get_canvas_state,
    "get_result": _get_result,
    "refresh": _refresh,
    "get_history": _get_history,
    "clear_conversation": _clear_conversation,
    "get_models": _get_models,
    "get_help": _get_help,
    "take_screenshot": _take_screenshot,
    "call_tool": _call_tool,
    "ping": _ping,
    "pong": _pong,
    "close_session": _close_session,
    **DATA_HANDLERS,
}
"""The handler of each frame type, by type."""
