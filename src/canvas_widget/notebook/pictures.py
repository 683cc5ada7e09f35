"""The canvas as files: pictures, a page, a PDF."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from canvas_widget.errors import InvalidArgument
from canvas_widget.notebook.rooms import AtWork

if TYPE_CHECKING:
    from canvas_widget.data import Result
    from canvas_widget.document import Document

__all__ = ["CanvasPictures"]

MAX_SCALE = 8


class CanvasPictures(AtWork):
    """What a canvas can be drawn as, without a browser."""

    def to_svg(self, theme: str = "light", *, sources: bool = True) -> str:
        """The whole canvas as one SVG, drawn without a browser.

        Args:
            sources: describe each container by its query, data, rows, time and prompt (`<desc>`).
        """
        from canvas_widget.render import render_svg

        return render_svg(self.workspace.document, self.workspace.results_there(), theme=_theme(theme), sources=sources)

    def to_png(
        self, theme: str = "light", scale: float = 2.0, footer: str | None = None, *, sources: bool = True
    ) -> bytes:
        """The whole canvas as a PNG, drawn without a browser, `scale` pixels to a px.

        Args:
            sources: put query, data, rows, time and prompt of each container into the file, as its "Description".
        """
        from canvas_widget.render import render_png

        if not 0 < scale <= MAX_SCALE:
            raise InvalidArgument(f"scale is a number of pixels to a px, above 0 and up to {MAX_SCALE}, not {scale!r}.")
        document, results = self.workspace.document, self.workspace.results_there()
        _warn_of_boxes(document, results)
        return render_png(document, results, theme=_theme(theme), scale=scale, footer=footer, sources=sources)

    def to_html(self, path: str | Path, *, theme: str | None = None, sources: bool = True) -> Path:
        """Write the canvas as one self-contained interactive page; returns its path.

        Args:
            theme: "light" or "dark"; what the reader's system prefers when None.
            sources: say below the canvas where each number comes from: query, data, rows, time and prompt. Without,
                the page holds none of these.
        """
        from canvas_widget.notebook.bundle import bundle_text
        from canvas_widget.render import render_html_page

        target = Path(path)
        look = None if theme is None else _theme(theme)
        page = render_html_page(
            self.workspace.document, self.workspace.results_there(), bundle=bundle_text(), theme=look, sources=sources
        )
        target.write_text(page, encoding="utf-8")
        return target

    def screenshot(self, path: str | Path | None = None, theme: str = "light") -> Path:
        """Write a picture of the canvas, PNG or SVG by its ending; `canvas-1.png`, `canvas-1-2.png`, … when unnamed."""
        target = Path(path) if path is not None else _free_name(self.workspace.name)
        if target.suffix.lower() == ".svg":
            target.write_text(self.to_svg(theme), encoding="utf-8")
        elif target.suffix.lower() == ".png":
            target.write_bytes(self.to_png(theme))
        else:
            raise InvalidArgument(f"A screenshot is a .png or an .svg, not {target.name!r}.")
        return target

    def to_pdf(self, path: str | Path, theme: str = "light", *, sources: bool = True) -> Path:
        """Write the canvas as a one-page PDF whose text can be searched; returns its path.

        Args:
            sources: attach query, data, rows, time and prompt of each container, as `sources.txt`.
        """
        from canvas_widget.render import render_pdf

        document, results = self.workspace.document, self.workspace.results_there()
        _warn_of_boxes(document, results)
        target = Path(path)
        target.write_bytes(render_pdf(document, results, theme=_theme(theme), sources=sources))
        return target


def _warn_of_boxes(document: Document, results: Mapping[str, Result]) -> None:
    """Warn of characters that a picture drawn here has no font for."""
    from canvas_widget.render import missing_words

    told = missing_words(document, results)
    if told:
        warnings.warn(told, stacklevel=3)


def _theme(name: str) -> str:
    if name not in ("light", "dark"):
        raise InvalidArgument(f'A theme is "light" or "dark", not {name!r}.')
    return name


def _free_name(name: str) -> Path:
    stem = "".join(character if character.isalnum() or character in "-_" else "-" for character in name) or "canvas"
    candidate = Path(f"{stem}.png")
    number = 2
    while candidate.exists():
        candidate = Path(f"{stem}-{number}.png")
        number += 1
    return candidate
