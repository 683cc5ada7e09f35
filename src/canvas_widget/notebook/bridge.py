"""The door that the server extension comes through: canvases of this kernel for clients outside the notebook."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Literal, cast

from canvas_widget.errors import CanvasError, InvalidArgument, NotFound
from canvas_widget.notebook.carrier import WidgetClient
from canvas_widget.notebook.living import living
from canvas_widget.notebook.rooms import load

if TYPE_CHECKING:
    from canvas_widget.notebook.canvas import Canvas
    from canvas_widget.session.outbox import Scope

__all__ = ["TARGET", "open_door", "share"]

TARGET = "canvas_widget"
"""The comm target; the server's side of it knows the same name."""

_shares: weakref.WeakKeyDictionary[Canvas, dict[str, str]] = weakref.WeakKeyDictionary()


def open_door(shell: Any) -> None:
    """Let the server extension reach this kernel's canvases. Without a kernel there is nobody to let in."""
    manager = getattr(getattr(shell, "kernel", None), "comm_manager", None)
    if manager is not None:
        manager.register_target(TARGET, _opened)


def share(canvas: Canvas, user: str, scope: Literal["read", "edit"] | None) -> None:
    """Let a user of the server look at a canvas ("read") or change it ("edit"); None takes that back.

    Raises:
        InvalidArgument: another scope, or no name.
    """
    if scope not in ("read", "edit", None) or not isinstance(user, str) or not user:
        raise InvalidArgument('A canvas is shared by name of a user, to "read" or to "edit"; None takes that back.')
    held = _shares.setdefault(canvas, {})
    if scope is None:
        held.pop(user, None)
    else:
        held[user] = scope
    canvas.loop.run(lambda: _apply(canvas, user))


def _apply(canvas: Canvas, user: str) -> None:
    """A change of sharing reaches those who are here already."""
    scope = _shares.get(canvas, {}).get(user)
    for member in tuple(canvas.session.outbox.members):
        if member.user == user and member.scope != "own":
            if scope is None:
                canvas.session.outbox.answer(member, None, "session_closed", {"message": "Not shared any more."})
                canvas.session.detach(member)
            else:
                member.scope = cast("Scope", scope)


def _scope(canvas: Canvas, who: dict[str, Any]) -> Scope | None:
    """What somebody may do here: the kernel's owner everything, others what was shared with them."""
    if who.get("owner") is True:
        return "own"
    scope = _shares.get(canvas, {}).get(str(who.get("name", "")))
    return cast("Scope", scope) if scope in ("read", "edit") else None


def _opened(comm: Any, message: dict[str, Any]) -> None:
    """The server opens a line for one client. Runs on a thread of the kernel's: everything else goes to the loop's."""
    load()
    from canvas_widget.session import error_info

    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = None  # noqa: SLF001  (as for the widget's own comm)
    data = message["content"].get("data", {})
    who = data.get("user", {})
    seen = [(canvas, scope) for canvas in living() if (scope := _scope(canvas, who)) is not None]
    if "canvas" not in data:
        comm.send({"type": "canvases", "canvases": [[canvas.name, scope] for canvas, scope in seen]})
        return
    found = next(((canvas, scope) for canvas, scope in seen if canvas.name == data["canvas"]), None)
    if found is None:
        comm.send({"type": "refused", "error": error_info(NotFound(f"No canvas {data['canvas']!r:.200} here."))})
        comm.close()
        return
    canvas, scope = found
    _Line(comm, canvas, scope, str(who.get("name", "")))


class _Line:
    """One client of a canvas, at the other end of a comm."""

    def __init__(self, comm: Any, canvas: Canvas, scope: Scope, user: str) -> None:
        self._comm = comm
        self._canvas = canvas
        self._client = WidgetClient(self._transmit, canvas.loop.loop)
        comm.on_msg(self._received)
        comm.on_close(lambda _: canvas.loop.post(self._leave))
        canvas.loop.run(lambda: self._join(scope, user))

    def _join(self, scope: Scope, user: str) -> None:
        self._member = self._canvas.session.attach(self._client)
        self._member.scope, self._member.user = scope, user
        self._client.send({"type": "attached", "session_id": self._canvas.session.session_id}, [])

    def _transmit(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self._comm.send(message, buffers=buffers)

    def _received(self, message: dict[str, Any]) -> None:
        self._canvas.loop.post(self._handle, message["content"].get("data"))

    def _handle(self, frame: object) -> None:
        session = self._canvas.session
        if self._member in session.outbox.members:
            session.spawn(session.handle(self._member, frame))
        else:
            from canvas_widget.session import error_info

            gone = CanvasError("This canvas is closed, or not shared with you any more.")
            gone.code, gone.error_code = 404, "NOT_FOUND"
            data = {"message": gone.message}
            self._client.send(session.outbox.frame("error", data, error=error_info(gone)), [])

    def _leave(self) -> None:
        self._canvas.session.detach(self._member)
