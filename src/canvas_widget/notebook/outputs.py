"""What a cell shows: the live view with a still picture behind it, and a turn's answer with the state it left."""

from __future__ import annotations

import base64
import uuid
from typing import TYPE_CHECKING, Any

from canvas_widget.document import Document
from canvas_widget.session import Turn

if TYPE_CHECKING:
    from canvas_widget.notebook.canvas import Canvas

__all__ = ["FOOTER", "Display", "show_turn"]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

FOOTER = "Still picture. Run the cell again to make it live."


class Display:
    """The outputs in which a canvas is shown.

    Each holds the live view, a PNG for where no widget can run, and the state as text. Only the PNG is brought up to
    date later: everything else is compared when a notebook is tested.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._shown: list[tuple[str, dict[str, Any], int]] = []

    @property
    def shown(self) -> bool:
        """Whether the canvas has been shown in this kernel."""
        return bool(self._shown)

    def text(self) -> str:
        """The state as text: the same whenever the canvas is the same."""
        from canvas_widget.render import render_text

        return render_text(self._canvas.workspace.document, self._canvas._results())  # noqa: SLF001

    def _picture(self) -> str:
        return base64.b64encode(self._canvas.to_png(footer=FOOTER)).decode()

    def show(self) -> None:
        """Show the canvas in the running cell."""
        from IPython.display import display

        bundle: dict[str, Any] = {"text/plain": self.text(), "image/png": self._picture()}
        model = self._canvas.model_id
        if model:
            bundle[WIDGET_VIEW] = {"version_major": 2, "version_minor": 1, "model_id": model}
        display_id = uuid.uuid4().hex
        document = self._canvas.workspace.document
        metadata = _metadata(document)
        display(bundle, raw=True, display_id=display_id, metadata=metadata)  # type: ignore[no-untyped-call]
        self._shown = [(display_id, bundle, document.rev)]

    def refresh_picture(self) -> None:
        """Bring the still picture of the newest output up to date."""
        from IPython.display import update_display

        document = self._canvas.workspace.document
        for number, (display_id, bundle, rev) in enumerate(self._shown):
            if rev == document.rev:
                continue
            fresh = {**bundle, "image/png": self._picture()}
            metadata = _metadata(document)
            update_display(fresh, raw=True, display_id=display_id, metadata=metadata)  # type: ignore[no-untyped-call]
            self._shown[number] = (display_id, fresh, document.rev)


def _metadata(document: Document) -> dict[str, Any]:
    from canvas_widget.render import picture_size

    width, height = picture_size(document, FOOTER)
    return {"image/png": {"width": width, "height": height}}


def show_turn(canvas: Canvas, turn: Turn) -> None:
    """Show a turn's answer and, as the compared state, the canvas it left. The last output of its cell."""
    from IPython.display import display

    from canvas_widget.render import answer_html

    made = [canvas.workspace.document[name] for name in turn.made if name in canvas.workspace.document]
    state = canvas.display.text()
    bundle = {
        "text/plain": f"{turn.text}\n\n{state}",
        "text/html": answer_html(
            turn.text,
            made=made,
            results=canvas._results(),  # noqa: SLF001
            confidence=turn.confidence,
            confidence_reason=turn.confidence_reason,
            provider=turn.provider,
            model=turn.model,
        ),
    }
    display(bundle, raw=True)  # type: ignore[no-untyped-call]
