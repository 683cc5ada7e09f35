"""What a cell shows: the live view with a still picture behind it, and a turn's answer with the state it left."""

from __future__ import annotations

import base64
import uuid
from typing import TYPE_CHECKING, Any

from canvas_widget.notebook.kernel import shell
from canvas_widget.render.blank import FOOTER, SUMMARY_MIME

if TYPE_CHECKING:
    from canvas_widget.notebook.canvas import Canvas
    from canvas_widget.session import Turn

__all__ = ["FOOTER", "Display", "show_turn"]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

_OUTPUT = ".jp-OutputArea-child"
_AFTER_LIVE = f"{_OUTPUT}:has(.cw) + {_OUTPUT}:has(.cw-still)"
_LOST = f"{_OUTPUT}:has(.jupyter-widgets):not(:has(.jupyter-widgets *)):has(+ {_OUTPUT} .cw-still)"
STILL = (
    f"<style>{_AFTER_LIVE}, {_AFTER_LIVE} + {_OUTPUT}, {_LOST} {{ display: none }}</style>"
    '<span class="cw-still"></span>'
)
"""Shows the still picture that follows it exactly where the live view before it is not there.

A reopened notebook has a view without a model, which JupyterLab says instead of showing a picture of the same output.
The picture is therefore an output of its own, and this rule, which needs no script, chooses between the two.
"""


def _printed() -> bool:
    """Whether cells print what they show: a terminal has no place for a view or a picture."""
    return any(kind.__name__ == "TerminalInteractiveShell" for kind in type(shell()).__mro__)


class Display:
    """The outputs in which a canvas is shown: the live view with the state as text, and a still picture.

    Only the picture is brought up to date later: everything else is compared when a notebook is tested.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._picture_id: str | None = None
        self._rev = -1

    @property
    def shown(self) -> bool:
        """Whether the canvas has been shown in this kernel."""
        return self._picture_id is not None

    def text(self) -> str:
        """The state as text: the same whenever the canvas is the same."""
        if not self._canvas.at_work:
            return self._canvas.blank.text()
        from canvas_widget.render import render_text

        return render_text(self._canvas.workspace.document, self._canvas.workspace.results_there())

    def state(self) -> dict[str, Any]:
        """The state as a notebook holds it: as text, and for machines."""
        if not self._canvas.at_work:
            return {"text/plain": self.text(), SUMMARY_MIME: self._canvas.blank.summary()}
        from canvas_widget.render import canvas_summary

        summary = canvas_summary(self._canvas.workspace.document, self._canvas.workspace.results_there())
        return {"text/plain": self.text(), SUMMARY_MIME: summary}

    def show(self) -> None:
        """Show the canvas in the running cell."""
        from IPython.display import display

        if _printed():
            display({"text/plain": self.text()}, raw=True)  # type: ignore[no-untyped-call]
            self._picture_id = uuid.uuid4().hex
            self._canvas.work_after_cell()
            return
        view = self.state()
        if self._canvas.model_id:
            view[WIDGET_VIEW] = {"version_major": 2, "version_minor": 1, "model_id": self._canvas.model_id}
        display(view, raw=True)  # type: ignore[no-untyped-call]
        display({"text/plain": FOOTER, "text/html": STILL}, raw=True)  # type: ignore[no-untyped-call]
        self._picture_id = uuid.uuid4().hex
        self._show_picture(update=False)
        self._canvas.work_after_cell()

    def refresh_picture(self) -> None:
        """Bring the still picture of the newest output up to date."""
        if self._picture_id is not None and self._rev != self._shown_rev() and not _printed():
            self._show_picture(update=True)

    def _show_picture(self, *, update: bool) -> None:
        from IPython.display import display

        blank = self._canvas.blank
        png = None if self._canvas.at_work else blank.picture
        if png is not None:
            metadata, rev = _metadata(blank.name, blank.picture_size, []), 0
        else:
            png, metadata, rev = self._drawn()
        bundle = {"text/plain": f"Picture of {blank.name}", "image/png": base64.b64encode(png).decode()}
        display(  # type: ignore[no-untyped-call]
            bundle, raw=True, display_id=self._picture_id, update=update, metadata=metadata
        )
        self._rev = rev

    def _drawn(self) -> tuple[bytes, dict[str, Any], int]:
        """The picture of the canvas as it is, what is said of it, and the document's rev."""
        document = self._canvas.workspace.document
        from canvas_widget.render import picture_size, still_png

        titles = [container.title or container.id for container in document if not container.hidden]
        metadata = _metadata(document.name, picture_size(document, FOOTER), titles)
        return still_png(document, self._canvas.workspace.results_there(), footer=FOOTER), metadata, document.rev

    def _shown_rev(self) -> int:
        return self._canvas.workspace.document.rev if self._canvas.at_work else 0


def _metadata(name: str, size: tuple[int, int], titles: list[str]) -> dict[str, Any]:
    seen = f"Picture of the canvas {name}: {', '.join(titles) if titles else 'empty'}"
    return {"image/png": {"width": size[0], "height": size[1], "alt": seen}}


def _notes(turn: Turn) -> list[str]:
    """What a reader must know beside the answer."""
    notes = []
    if turn.ungrounded:
        notes.append(f"From no query: {', '.join(turn.ungrounded)}.")
    if turn.can_continue:
        notes.append("Stopped at a limit. Ask “continue” to go on.")
    return notes


def show_turn(canvas: Canvas, turn: Turn) -> None:
    """Show a turn's answer and, as the compared state, the canvas it left. The last output of its cell."""
    from IPython.display import display

    from canvas_widget.render import answer_html, made_svg

    made = [canvas.workspace.document[name] for name in turn.made if name in canvas.workspace.document]
    results = canvas.workspace.results_there()
    state = canvas.display.state()
    bundle = {
        **state,
        "text/plain": f"{turn.text}\n\n{state['text/plain']}",
        "text/html": answer_html(
            turn.text,
            made=made,
            results=results,
            confidence=turn.confidence,
            confidence_reason=turn.confidence_reason,
            provider=turn.provider,
            model=turn.model,
            notes=_notes(turn),
            picture=made_svg(canvas.workspace.document, made, results),
        ),
    }
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
