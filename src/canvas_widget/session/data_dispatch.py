"""What the frames of the data side do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from canvas_widget.session.outbox import Member
from canvas_widget.workspace import Actor

if TYPE_CHECKING:
    from canvas_widget.session.session import Session

__all__ = ["DATA_FEATURES", "DATA_HANDLERS"]

Handler = Callable[["Session", Member, "str | None", Any], Awaitable[None]]

DATA_FEATURES = ("brush", "drill", "redraw", "code", "controls")
"""What a client may count on."""


def _actor(member: Member) -> Actor:
    return Actor(origin="user", source="widget" if member.client_type == "widget" else "client")


async def _rows_behind(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    behind = await asyncio.to_thread(
        session.workspace.rows_behind, payload.container_id, payload.values, payload.offset, payload.limit
    )
    rows = behind.result
    data = {
        "container_id": payload.container_id,
        "result_id": rows.result_id,
        "schema": rows.schema(),
        "row_count": behind.row_count,
        "offset": behind.offset,
        "elapsed_ms": round(rows.elapsed_ms, 3),
        "sql": behind.sql,
    }
    if member.arrow:
        session.outbox.answer(member, request_id, "result", data, [await asyncio.to_thread(rows.ipc)])
    else:
        session.outbox.answer(member, request_id, "result", data | {"rows": await asyncio.to_thread(rows.rows)})


async def _redraw(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    changes = payload.model_dump(exclude_unset=True, exclude={"container_id"})
    outcome = await asyncio.to_thread(session.workspace.redraw, payload.container_id, changes, actor=_actor(member))
    _acknowledge(session, member, request_id, outcome.commit)


async def _select(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    wanted = None
    if payload.selection is not None:
        wanted = {name: each.model_dump(exclude_none=True) for name, each in payload.selection.items()}
    await session.selecting.select(payload.container_id, wanted)
    _acknowledge(session, member, request_id, None)


async def _get_code(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    paths = member.scope == "own" and not session.on_server  # a path of the server's disk is nobody's business
    code = await asyncio.to_thread(session.workspace.code, payload.container_id, paths=paths)
    data = {"container_id": payload.container_id, "python": code.python, "sql": code.sql}
    session.outbox.answer(member, request_id, "code", data)


async def _set_control(session: Session, member: Member, request_id: str | None, payload: Any) -> None:
    actor = _actor(member)
    outcome = await asyncio.to_thread(session.workspace.set_control, payload.container_id, payload.value, actor=actor)
    _acknowledge(session, member, request_id, outcome.commit)


def _acknowledge(session: Session, member: Member, request_id: str | None, commit: Any) -> None:
    """Say that it was done; the deltas went to all, this client included, as `tree_update`."""
    rev = commit.rev if commit is not None else session.workspace.document.rev
    session.outbox.answer(member, request_id, "ack", {"rev": rev, "seq": session.outbox.seq, "deltas": []})


DATA_HANDLERS: dict[str, Handler] = {
    "select": _select,
    "rows_behind": _rows_behind,
    "redraw": _redraw,
    "get_code": _get_code,
    "set_control": _set_control,
}
"""The handler of each frame type, by type."""
