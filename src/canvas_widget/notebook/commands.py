"""What `%canvas` can do: one function a command, each of which takes the canvas and words and gives a text to print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from canvas_widget.errors import InvalidArgument
from canvas_widget.notebook.canvas import Canvas

__all__ = ["CHANGING", "COMMANDS"]

Command = Callable[..., "str | None"]


def _show(canvas: Canvas) -> None:
    canvas.display.show()


def _state(canvas: Canvas) -> str:
    return canvas.display.text()


def _size(canvas: Canvas, *sides: str) -> str:
    if sides:
        try:
            width, height = (int(side) for side in sides)
        except ValueError:
            raise InvalidArgument("%canvas size WIDTH HEIGHT takes two whole numbers of px.") from None
        canvas.resize(width, height)
    return f"{canvas.workspace.document.width} × {canvas.workspace.document.height} px"


def _tree(node: dict[str, Any], depth: int = 0) -> str:
    line = f"{'  ' * depth}{node['title']} ({node['kind']})"
    return "\n".join([line, *(_tree(child, depth + 1) for child in node["children"])])


def _status(canvas: Canvas) -> str:
    settings = canvas.session.turns.settings
    from canvas_widget.agent import configured

    document = canvas.workspace.document
    names = ", ".join(configured(settings)) or "none"
    return (
        f"{canvas.name}: {len(document)} containers, revision {document.rev}, {canvas.session.active} live views.\n"
        f"Providers: {names}. Datasets: {', '.join(canvas.datasets.names()) or 'none'}."
    )


def _models(canvas: Canvas) -> str:
    from canvas_widget.agent import configured

    return "\n".join(configured(canvas.session.turns.settings)) or "No provider is configured."


def _history(canvas: Canvas) -> str:
    lines = [f"{message['role']}: {message['content']}" for message in canvas.history() if message["content"]]
    return "\n".join(lines) or "Nothing was asked yet."


def _clear(canvas: Canvas) -> str:
    canvas.clear()
    return "Cleared. %canvas undo brings it back."


def _kept(kept: list[str], done: str) -> str:
    return done if not kept else f"{done} Kept, since edited after it: {', '.join(kept)}."


def _arrange(canvas: Canvas) -> str:
    report = canvas.arrange()
    return f"Arranged; {report['utilisation']:.0%} of the canvas is used."


def _screenshot(canvas: Canvas, *path: str) -> str:
    return f"Written to {canvas.screenshot(path[0] if path else None)}."


def _refresh(canvas: Canvas, *names: str) -> str:
    canvas.refresh(*names)
    return "Refreshed."


COMMANDS: dict[str, Command] = {
    "show": _show,
    "state": _state,
    "size": _size,
    "tree": lambda canvas: _tree(canvas.tree()),
    "help": lambda canvas: canvas.help(),
    "status": _status,
    "models": _models,
    "history": _history,
    "clear": _clear,
    "undo": lambda canvas: _kept(canvas.undo(), "Undone."),
    "redo": lambda canvas: _kept(canvas.redo(), "Redone."),
    "arrange": _arrange,
    "screenshot": _screenshot,
    "refresh": _refresh,
}
"""The commands by their first word."""

CHANGING = frozenset({"clear", "undo", "redo", "arrange", "refresh", "size"})
"""The commands after which the saved picture is drawn again."""
