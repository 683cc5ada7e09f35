"""`jupyter canvas`: notebooks with canvases as files, the server without a browser, its users, and MCP."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

__all__ = ["main"]

_SERVER = {
    "server": "start Jupyter's server without a browser; takes Jupyter's own options",
    "user": "users who sign in with a password of their own",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0, 1 for findings or differences, 2 for what could not be done."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["mcp"]:
        from canvas_widget.mcp.stdio import main as mcp

        return mcp(given[1:])
    if given[:1] and given[0] in _SERVER:
        from canvas_widget.server.command import main as server

        return server(given)
    from canvas_widget.errors import CanvasError
    from canvas_widget.saved.command import add_commands, run

    parser = argparse.ArgumentParser(prog="jupyter canvas", description="Canvases outside the notebook.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_commands(commands)
    for name, text in _SERVER.items():
        commands.add_parser(name, help=text)
    commands.add_parser("mcp", help="a canvas over your files for an MCP client, by standard input and output")
    try:
        return run(parser.parse_args(given))
    except CanvasError as error:
        print(error.message, file=sys.stderr)  # noqa: T201  (this is a command)
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror or error}", file=sys.stderr)  # noqa: T201
    return 2


if __name__ == "__main__":
    sys.exit(main())
