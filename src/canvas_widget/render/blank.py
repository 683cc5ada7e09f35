"""The picture of a canvas that shows nothing yet, drawn beforehand: a notebook's first cell waits for no renderer."""

from __future__ import annotations

from pathlib import Path

from canvas_widget.document import Document

__all__ = ["BLANK", "FOOTER", "SIZE", "is_blank"]

BLANK = Path(__file__).with_name("blank.png")
"""What `still.drawn_png` makes of an empty canvas of SIZE px with FOOTER; `make generate` draws it."""

SIZE = (800, 600)

FOOTER = "Still picture. Run the cell again to make it live."


def is_blank(document: Document, footer: str | None) -> bool:
    """Whether BLANK is the picture of this canvas."""
    return (document.width, document.height, footer) == (*SIZE, FOOTER) and all(each.hidden for each in document)
