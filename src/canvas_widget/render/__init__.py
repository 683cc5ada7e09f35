"""Document and results to SVG, PNG, PDF, HTML and text, without a browser. Each loads on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canvas_widget.first_use import on_first_use

if TYPE_CHECKING:
    from canvas_widget.render.canvas import picture_size, render_container_svg, render_pdf, render_png, render_svg
    from canvas_widget.render.html import answer_html
    from canvas_widget.render.missing import missing_words
    from canvas_widget.render.page import render_html_page
    from canvas_widget.render.renderer import register_fonts
    from canvas_widget.render.still import made_svg, still_png
    from canvas_widget.render.summary import SUMMARY_MIME, canvas_summary
    from canvas_widget.render.words import content_hash, kind_words, reading_order, render_text

__all__ = [
    "SUMMARY_MIME",
    "answer_html",
    "canvas_summary",
    "content_hash",
    "kind_words",
    "made_svg",
    "missing_words",
    "picture_size",
    "reading_order",
    "register_fonts",
    "render_container_svg",
    "render_html_page",
    "render_pdf",
    "render_png",
    "render_svg",
    "render_text",
    "still_png",
]

__getattr__ = on_first_use(
    __name__,
    {
        "canvas": (
            "picture_size",
            "render_container_svg",
            "render_pdf",
            "render_png",
            "render_svg",
        ),
        "html": ("answer_html",),
        "missing": ("missing_words",),
        "page": ("render_html_page",),
        "renderer": ("register_fonts",),
        "still": (
            "made_svg",
            "still_png",
        ),
        "summary": (
            "SUMMARY_MIME",
            "canvas_summary",
        ),
        "words": (
            "content_hash",
            "kind_words",
            "reading_order",
            "render_text",
        ),
    },
)
