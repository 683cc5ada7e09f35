"""A picture of a canvas for whoever asks: bytes, and a bare file name."""

from __future__ import annotations

import re

from canvas_widget.errors import InvalidArgument
from canvas_widget.workspace import Workspace

__all__ = ["picture"]

_BARE = re.compile(r"[\w][\w .-]{0,99}")


def picture(
    workspace: Workspace,
    form: str = "png",
    filename: str | None = None,
    *,
    theme: str | None = None,
    sources: bool = True,
) -> tuple[bytes, str]:
    """The canvas drawn without a browser, as "png", "svg", "pdf" or self-contained "html".

    Without a `theme`, "light" or "dark", a page follows the reader's system, and a picture is light.
    Each says where its numbers come from, unless `sources` is off: SVG and HTML in their text, PDF in an
    attachment, PNG in its description.

    A name from a model or the wire is a bare name, never a path.

    Raises:
        InvalidArgument: the name has a separator, or characters no file name needs.
    """
    from canvas_widget.render import render_html_page, render_pdf, render_png, render_svg

    name = filename or f"{re.sub(r'[^A-Za-z0-9_-]+', '-', workspace.name)}-{workspace.document.rev}.{form}"
    if not _BARE.fullmatch(name) or ".." in name:
        raise InvalidArgument(f"{name!r} is no bare file name. Letters, digits, '.', '-', '_' and blanks are allowed.")
    if not name.lower().endswith(f".{form}"):
        name = f"{name}.{form}"
    results = workspace.results_there()
    look = theme or "light"
    if form == "svg":
        return render_svg(workspace.document, results, theme=look, sources=sources).encode(), name
    if form == "pdf":
        return render_pdf(workspace.document, results, theme=look, sources=sources), name
    if form == "html":
        from canvas_widget.session.frontend import bundle_text

        page = render_html_page(workspace.document, results, bundle=bundle_text(), theme=theme, sources=sources)
        return page.encode(), name
    return render_png(workspace.document, results, theme=look, sources=sources), name
