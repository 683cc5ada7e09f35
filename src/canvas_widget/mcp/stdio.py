"""The MCP server over standard input and output: a canvas of its own over files given by argument."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import CanvasError, InvalidArgument, StorageError

if TYPE_CHECKING:
    from canvas_widget.data import Catalogue
    from canvas_widget.settings import Settings

__all__ = ["main"]

SIDE = 100_000
"""The longest side of a canvas, px."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until standard input ends; returns the exit code. Nothing but the protocol goes to standard output."""
    parser = argparse.ArgumentParser(
        prog="jupyter canvas mcp",
        description="A canvas over your files for an MCP client, by standard input and output.",
    )
    parser.add_argument(
        "data", nargs="*", metavar="[NAME=]PATH", help="CSV or Parquet files, or folders of Parquet files"
    )
    parser.add_argument("--name", default="canvas-1", help="the canvas's name")
    parser.add_argument("--size", metavar="WIDTHxHEIGHT", help="its size in px")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write the canvas there as a page when it ends")
    given = parser.parse_args(sys.argv[1:] if arguments is None else list(arguments))
    try:
        if importlib.util.find_spec("mcp") is None:
            raise CanvasError("The `mcp` package is not installed. `pip install canvas-widget[mcp]` brings it.")
        from canvas_widget.settings import load_settings

        settings = load_settings()
        catalogue = _catalogue(given.data)
        width, height = _size(given.size, settings)
        _check_page(given.html)
    except CanvasError as error:
        print(error.message, file=sys.stderr)  # noqa: T201  (this is a command)
        return 2
    try:
        asyncio.run(_serve(settings, catalogue, given.name, (width, height), given.html))
    except KeyboardInterrupt:
        return 130
    except CanvasError as error:
        print(error.message, file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _size(given: str | None, settings: Settings) -> tuple[int, int]:
    if given is None:
        return settings.default_canvas_width, settings.default_canvas_height
    found = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", given)
    sides = tuple(map(int, found.groups())) if found else ()
    if len(sides) != 2 or not all(1 <= side <= SIDE for side in sides):
        raise InvalidArgument(f"--size {given!r:.40} is no size. Write it like 1200x800, in px.")
    return sides[0], sides[1]


def _check_page(path: Path | None) -> None:
    """Refuse, before any work is done, a page that cannot be written when it ends."""
    if path is None:
        return
    if path.is_dir():
        raise InvalidArgument(f"--html {path} is a folder. Name a file in it.")
    if not path.absolute().parent.is_dir():
        raise InvalidArgument(f"--html {path}: there is no folder {path.absolute().parent}. Make it first.")
    if not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise InvalidArgument(f"--html {path} cannot be written: you may not write there. Choose another place.")


def _catalogue(given: Sequence[str]) -> Catalogue:
    """The files as datasets; one without a name gets its file's.

    Raises:
        InvalidArgument: two have one name, or one cannot be read.
        NotFound: there is no such file.
    """
    from canvas_widget.data import Catalogue

    catalogue = Catalogue()
    for each in given:
        name, sign, path = each.partition("=")
        if not sign or Path(each).exists():
            name, path = re.sub(r"\W+", "_", Path(each).stem).strip("_") or "data", each
        if name in catalogue:
            raise InvalidArgument(f"Two files are named {name!r:.100}. Give one another name: NAME=PATH.")
        catalogue.register(name, path)
    return catalogue


async def _serve(settings: Settings, catalogue: Catalogue, name: str, size: tuple[int, int], html: Path | None) -> None:
    from mcp import stdio_server

    from canvas_widget.mcp.server import canvas_server
    from canvas_widget.session import Session, Turns
    from canvas_widget.session.owner import LoopOwner
    from canvas_widget.session.tool_calls import call_tool
    from canvas_widget.workspace import Workspace

    workspace = Workspace(name, *size, catalogue=catalogue, owner=LoopOwner())
    session = Session(workspace, Turns(settings))

    async def call(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await call_tool(session, tool, arguments)

    server = canvas_server(call)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
    if html is not None:
        await asyncio.to_thread(_write_page, session, html)


def _write_page(session: Any, path: Path) -> None:
    from canvas_widget.render import render_html_page

    workspace = session.workspace
    results = workspace.results_there()
    try:
        path.write_text(render_html_page(workspace.document, results), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"--html {path} cannot be written: {error.strerror or error}.") from None
