"""An empty canvas without the document and its renderers: the first cell of a notebook waits for neither."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canvas_widget.render.theme import geometry

if TYPE_CHECKING:
    from canvas_widget.document import Document

__all__ = ["BLANK", "FOOTER", "SIZE", "SUMMARY_MIME", "Blank", "hashed", "is_blank"]

BLANK = Path(__file__).with_name("blank.png")
"""What `still.drawn_png` makes of an empty canvas of SIZE px with FOOTER; `make generate` draws it."""

SIZE = (800, 600)

SUMMARY_MIME = "application/vnd.canvas-widget+json"

FOOTER = "Still picture. Run the cell again to make it live."


def is_blank(document: Document, footer: str | None) -> bool:
    """Whether BLANK is the picture of this canvas."""
    return (document.width, document.height, footer) == (*SIZE, FOOTER) and all(each.hidden for each in document)


def hashed(value: Any) -> str:
    """16 hex digits of JSON-ready data."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty canvas of `width` × `height` px: the same words and data that the renderers give of such a document."""

    name: str
    width: int
    height: int

    def document(self) -> dict[str, Any]:
        """As `Document.to_wire`, of a document that nothing has happened to."""
        return {
            "rev": 0,
            "canvas": {"name": self.name, "width": self.width, "height": self.height},
            "settings": {"auto_adjust": True, "overlap_prevention": False},
            "updated_at": "",
            "containers": [],
        }

    def text(self) -> str:
        """As `render_text`."""
        flat = " ".join(self.name.split())
        return f"Canvas {flat}: {self.width} × {self.height} px, empty\n\ncontent {self.content}"

    def summary(self) -> dict[str, Any]:
        """As `canvas_summary`."""
        size = [self.width, self.height]
        return {"format": 1, "name": self.name, "size": size, "content": self.content, "containers": []}

    @property
    def content(self) -> str:
        """As `content_hash`."""
        whole = {"name": self.name, "size": [self.width, self.height], "containers": []}
        return hashed(whole)

    @property
    def picture(self) -> bytes | None:
        """As `still_png` with FOOTER; None where that has to be drawn."""
        return BLANK.read_bytes() if (self.width, self.height) == SIZE else None

    @property
    def picture_size(self) -> tuple[int, int]:
        """As `picture_size` with FOOTER."""
        return self.width, self.height + int(geometry("footer")["height"])
