"""The agent's tools for other programs: called one at a time, with the agent's arguments, answers and errors."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import uuid
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import CanvasError, Forbidden, InvalidArgument, StorageError
from canvas_widget.session.outbox import Scope
from canvas_widget.session.picture import picture
from canvas_widget.workspace import Actor, Workspace

if TYPE_CHECKING:
    from canvas_widget.agent.sharing import Sharing
    from canvas_widget.session.session import Session

__all__ = ["LOOKS", "call_tool"]

LOOKS = frozenset(
    {"get_canvas_state", "get_canvas_size", "get_canvas_settings", "check_container_content", "take_screenshot"}
)
"""Tools for who may only look: they tell what the canvas shows, and ask nothing new of the data."""


async def call_tool(session: Session, name: str, arguments: dict[str, Any], scope: Scope = "own") -> dict[str, Any]:
    """Run a tool on a session's canvas; returns the data of a `tool_answer` frame.

    A tool that fails is an answer with `ok` false, as the agent gets it. What may be told follows the settings, as for
    a provider: the caller is taken for one.

    Raises:
        Forbidden: the canvas is shared to look at only, and the tool does more.
        StorageError: the tool changes things, and nothing can be written down now.
    """
    from canvas_widget.agent.execute import Executed, execute
    from canvas_widget.agent.stream import ToolCall
    from canvas_widget.agent.tools import DEFAULT_TOOLS, ToolContext

    if scope == "read" and name not in LOOKS:
        raise Forbidden(f"{name:.64}: this canvas is shared with you to read only. Ask its owner.")
    mutates = name in DEFAULT_TOOLS and DEFAULT_TOOLS.get(name).mutates
    problem = session.recorder.journal.problem if session.recorder is not None else None
    if problem and mutates:
        raise StorageError(problem, retry_after=5)
    try:
        given = json.dumps(arguments)
    except (ValueError, RecursionError):
        raise InvalidArgument("The arguments are nested too deeply.") from None
    workspace = session.workspace
    workspace.poll()
    sharing = await asyncio.to_thread(_sharing, session)
    drawn: list[dict[str, str]] = []

    def screenshot(filename: str | None) -> tuple[bytes, str]:
        data, bare, form = _picture(workspace, sharing, filename)
        mime = "image/png" if form == "png" else "image/svg+xml"
        drawn.append({"filename": bare, "mime": mime, "data": base64.b64encode(data).decode()})
        return data, bare

    actor = Actor(source="client")
    context = ToolContext(workspace, actor, sharing, session.turns.knowledge, screenshot)
    call = ToolCall(uuid.uuid4().hex, name, given)
    limit = session.turns.settings.function_call_timeout
    done: Executed | None = None
    async for item in execute([call], DEFAULT_TOOLS, context, limit):
        if isinstance(item, Executed):
            done = item
    assert done is not None  # noqa: S101  (each call comes to an end)
    ok = done.error is None
    answer = json.loads(done.message().content)
    return {"name": name, "ok": ok, "answer": answer, "pictures": drawn if ok else []}


def _sharing(session: Session) -> Sharing:
    from canvas_widget.agent.sharing import Sharing

    held = session.workspace.catalogue
    private = frozenset(name for name in held.names() if held.get(name).private)
    return Sharing(session.turns.settings.share, "", private)


def _picture(workspace: Workspace, sharing: Sharing, filename: str | None) -> tuple[bytes, str, str]:
    if sharing.share != "samples" or not sharing.values(_shown(workspace)):
        raise CanvasError(
            "The user shares no values, and the picture shows some. get_canvas_state tells what is there."
        )
    form = "svg" if filename is not None and filename.lower().endswith(".svg") else "png"
    return (*picture(workspace, form, filename), form)


def _shown(workspace: Workspace) -> set[str]:
    """The datasets whose values a picture of the canvas shows."""
    shown: set[str] = set()
    for container in workspace.document:
        with contextlib.suppress(CanvasError):  # what cannot be queried is not drawn
            workspace.result_for(container.id)  # where it was let go: a query may read more than its first dataset
        shown |= workspace.datasets_of(container)
    return shown
