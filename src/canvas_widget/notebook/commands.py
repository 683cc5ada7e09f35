"""What `%canvas` can do: one function a command, each of which takes the canvas and words and gives a text to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

from canvas_widget.errors import CanvasError, InvalidArgument, NotFound
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
    from canvas_widget.agent.usage.status import cost_text

    turns, document = canvas.session.turns, canvas.workspace.document
    counts = Counter(container.kind for container in document)
    held = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "empty"
    datasets = ", ".join(_dataset(canvas, name) for name in canvas.datasets.names()) or "none"
    waiting = canvas.loop.run(turns.waiting)
    queue = ", ".join(f"“{_short(prompt)}”" for prompt in waiting) or "nothing runs or waits"
    providers = [_provider(model) for model in canvas.loop.run(turns.models)["models"] if model["usable"]]
    views = canvas.session.active
    return "\n".join(
        [
            f"Canvas: {canvas.name}, {document.width} × {document.height} px, {held}; {views} live views",
            f"Datasets: {datasets}",
            f"Queue: {queue}",
            f"Providers: {', '.join(providers)}",
            f"Shared with them: {turns.settings.share}",
            f"Cost:\n{indent(canvas.loop.run(lambda: cost_text(turns.book)), '  ')}",
        ]
    )


def _dataset(canvas: Canvas, name: str) -> str:
    try:
        dataset = canvas.datasets.get(name)
        rows = f"{dataset.row_count:,} rows"
    except CanvasError:
        return f"{name} (cannot be read)"
    return f"{name} ({rows}{', private' if dataset.private else ''})"


def _provider(model: dict[str, Any]) -> str:
    asked = model.get("requests") or 0
    state = f" ({model['status']})" if asked else ""
    return f"{model['provider']}/{model['model']}{state}{' – asked first' if model['default'] else ''}"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else plain[:59] + "…"


def _models(canvas: Canvas) -> str:
    from canvas_widget.agent.usage.status import models_text

    return models_text(canvas.loop.run(canvas.session.turns.models))


def _cost(canvas: Canvas) -> str:
    from canvas_widget.agent.usage.status import cost_text

    return canvas.loop.run(lambda: cost_text(canvas.session.turns.book))


def _doctor(canvas: Canvas) -> str:
    from canvas_widget.agent.providers.doctor import examine, report

    settings = canvas.session.turns.settings
    return report(settings, canvas.loop.wait(examine(settings)))


def _history(canvas: Canvas, conversation_id: str | None = None) -> str:
    there = [str(each["conversation_id"]) for each in canvas.conversations()]
    if conversation_id is not None and conversation_id not in there:
        raise NotFound(f"No conversation {conversation_id!r}. There are: {', '.join(there) or 'none'}.")
    held = canvas.history(conversation_id)
    lines = [f"{message['role']}: {message['content']}" for message in held if message["content"]]
    others = [name for name in there if name != "default"]
    if others and conversation_id is None:
        lines.append(f"Other conversations: {', '.join(others)}. %canvas history NAME shows one.")
    return "\n".join(lines) or "Nothing was asked yet."


def _context(canvas: Canvas, *words: str) -> str:
    return canvas.context(" ".join(words))


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


def _export(canvas: Canvas, *path: str) -> str:
    if len(path) != 1:
        raise InvalidArgument("%canvas export FILE takes one file name, ending in .html, .pdf, .png or .svg.")
    target = Path(path[0])
    if target.suffix.lower() == ".html":
        return f"Written to {canvas.to_html(target)}."
    if target.suffix.lower() == ".pdf":
        return f"Written to {canvas.to_pdf(target)}."
    if target.suffix.lower() in (".png", ".svg"):
        return f"Written to {canvas.screenshot(target)}."
    raise InvalidArgument(f"%canvas export writes .html, .pdf, .png or .svg, not {target.name!r}.")


def _code(canvas: Canvas, *names: str) -> str:
    return canvas.to_code(names[0] if names else None)


def _save(canvas: Canvas, *path: str) -> str:
    if len(path) != 1:
        raise InvalidArgument("%canvas save FILE takes one file name, such as report.canvas.")
    return f"Written to {canvas.save(path[0])}."


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
    "cost": _cost,
    "doctor": _doctor,
    "history": _history,
    "clear": _clear,
    "undo": lambda canvas: _kept(canvas.undo(), "Undone."),
    "redo": lambda canvas: _kept(canvas.redo(), "Redone."),
    "arrange": _arrange,
    "screenshot": _screenshot,
    "export": _export,
    "code": _code,
    "save": _save,
    "context": _context,
    "refresh": _refresh,
}
"""The commands by their first word."""

CHANGING = frozenset({"clear", "undo", "redo", "arrange", "refresh", "size"})
"""The commands after which the saved picture is drawn again."""
