"""The rows behind the containers, sent to who looks at them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from canvas_widget.document import Commit, Container, TableContent
from canvas_widget.errors import CanvasError
from canvas_widget.workspace import Queried

if TYPE_CHECKING:
    from canvas_widget.session.outbox import Member
    from canvas_widget.session.session import Session

__all__ = ["new_results", "send_result"]

PAGE = 100
"""Rows of a table that go out unasked."""

MAX_MARK_ROWS = 5000


def new_results(commit: Commit) -> Iterator[Container]:
    """The containers that a commit gave rows which the clients do not have yet."""
    for name, after in commit.applied.after.items():
        if after is None or not isinstance(after.content, Queried):
            continue
        before = commit.applied.before.get(name)
        old = before.content.result_id if before is not None and isinstance(before.content, Queried) else None
        if after.content.result_id not in (None, old):
            yield after


def send_result(session: Session, container: Container, member: Member | None) -> None:
    """Send the rows of a container to one member, or to all; they are queried again where they were let go."""
    content = container.content
    if not isinstance(content, Queried):
        return
    held = session.workspace.results.get(content.result_id) if content.result_id else None
    if held is None:
        session.spawn(_query_result(session, container.id, member))
        return
    limit = PAGE if isinstance(content, TableContent) else MAX_MARK_ROWS
    whole = session.workspace.row_count(container.id)
    data = {
        "container_id": container.id,
        "result_id": held.result_id,
        "schema": held.schema(),
        "row_count": held.row_count if whole is None else whole,
        "offset": 0,
        "stale": content.stale,
        "truncated": held.truncated and whole is None,
        "elapsed_ms": round(held.elapsed_ms, 3),
        "rows_read": held.rows_read,
        "cost": held.cost,
        "rows": held.rows(0, limit),
    }
    _tell(session, member, data)


def _tell(session: Session, member: Member | None, data: dict[str, Any]) -> None:
    if member is None:
        session.outbox.broadcast("result", data)
    else:
        session.outbox.answer(member, None, "result", data)


async def _query_result(session: Session, container_id: str, member: Member | None) -> None:
    try:
        result = await asyncio.to_thread(session.workspace.result_for, container_id)
    except CanvasError as error:
        data = {"container_id": container_id, "result_id": "", "schema": [], "row_count": 0, "rows": []}
        _tell(session, member, data | {"error": error.message})
        return
    container = session.workspace.document.get(container_id)
    content = container.content if container else None
    if container is None or result is None or not isinstance(content, Queried):
        return
    if content.result_id != result.result_id:
        await asyncio.to_thread(session.workspace.refresh, [container_id])
    else:
        send_result(session, container, member)
