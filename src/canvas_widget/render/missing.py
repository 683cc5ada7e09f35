"""Characters that a picture drawn here shows as boxes, because neither the bundled fonts nor the machine have them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

from canvas_widget.document import Document
from canvas_widget.render.glyphs import has_glyph
from canvas_widget.render.measure import has_advance
from canvas_widget.render.renderer import png_of
from canvas_widget.render.svg import text as svg_text
from canvas_widget.render.words import render_text

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["boxes", "missing_words"]

MOST = 40
"""How many different characters are looked at."""
NO_CHARACTER = "\U0010fffd"
"""A code for private use at the end of Unicode, which no font has."""


def _drawn(char: str) -> bytes:
    shown = svg_text(char, 4, 4, fill="#000", size=16, line=20)
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">{shown}</svg>'
    return png_of(picture)


def boxes(text: str) -> str:
    """The different characters of a text that are drawn as boxes; the first 40 in doubt are looked at."""
    if text.isascii():
        return ""
    doubtful = [
        char
        for char in sorted(set(text))
        if not char.isascii()
        and not has_advance(char)
        and not has_glyph(char)
        and unicodedata.category(char)[0] not in "CMZ"
    ]
    return "".join(char for char in doubtful[:MOST] if _drawn(char) == _drawn(NO_CHARACTER))


def missing_words(document: Document, results: Mapping[str, Result]) -> str:
    """What to tell of the boxes in a canvas's picture; "" where there are none."""
    lost = boxes(render_text(document, results))
    if not lost:
        return ""
    return (
        f"No font on this machine has {' '.join(lost[:10])}{' …' if len(lost) > 10 else ''}: the picture shows boxes. "
        'Name a folder with a font that has them: canvas_widget.register_fonts("fonts").'
    )
