"""Canvas widget: an AI canvas for data analysts inside JupyterLab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from canvas_widget.notebook import Box, Canvas
    from canvas_widget.render import register_fonts
    from canvas_widget.session import Turn

__all__ = [
    "Box",
    "Canvas",
    "Turn",
    "__version__",
    "load_ipython_extension",
    "register_fonts",
    "unload_ipython_extension",
]


def __getattr__(name: str) -> Any:
    """Load the public classes on first use, so that a server that wants one room does not import them all."""
    if name in ("Box", "Canvas"):
        from canvas_widget import notebook

        return getattr(notebook, name)
    if name == "register_fonts":
        from canvas_widget.render import register_fonts

        return register_fonts
    if name == "Turn":
        from canvas_widget.session import Turn

        return Turn
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext canvas_widget`: the `%%canvas` and `%canvas` magics."""
    from canvas_widget.notebook.magics import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext canvas_widget`."""
    from canvas_widget.notebook.magics import unload

    unload(shell)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """The server extension, for Jupyter to find; nothing of it is imported before."""
    from canvas_widget.server import CanvasExtension

    return [{"module": "canvas_widget", "app": CanvasExtension}]
