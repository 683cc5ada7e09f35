"""`jupyter canvas`: the server without a browser, and its users."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from canvas_widget.errors import CanvasError, InvalidArgument

if TYPE_CHECKING:
    from canvas_widget.store import Store

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["server"]:  # its options are Jupyter's own
        return _server(given[1:])
    parser = argparse.ArgumentParser(prog="jupyter canvas", description="Canvases outside the notebook.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("server", help="start Jupyter's server without a browser; takes Jupyter's own options")
    user = commands.add_parser("user", help="users who sign in with a password of their own")
    actions = user.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add a user; asks for the password, or reads one line of standard input")
    add.add_argument("name")
    remove = actions.add_parser("remove", help="delete a user and everything that is kept of them")
    remove.add_argument("name")
    parsed = parser.parse_args(given)
    try:
        return _add(parsed.name) if parsed.action == "add" else _remove(parsed.name)
    except CanvasError as error:
        print(error.message, file=sys.stderr)  # noqa: T201  (this is a command)
        return 1


def _server(arguments: Sequence[str]) -> int:
    from jupyter_server.serverapp import ServerApp

    ServerApp.launch_instance(["--ServerApp.open_browser=False", *arguments])
    return 0


def _store() -> tuple[Store, Path]:
    from jupyter_core.paths import jupyter_data_dir

    from canvas_widget.settings import load_settings
    from canvas_widget.store import open_store

    folder = Path(jupyter_data_dir()) / "canvas_widget"
    url = load_settings().database_url
    return open_store(url.get_secret_value() if url else None, folder), folder


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise InvalidArgument("These are two different passwords. No user was added.")
    return first


def _add(name: str) -> int:
    from canvas_widget.server.tokens import make_user

    store, _ = _store()
    user = make_user(store, name, _password())
    print(f"Added {user.username}.")  # noqa: T201  (this is a command)
    return 0


def _remove(name: str) -> int:
    from canvas_widget.server.uploads import Uploads

    store, folder = _store()
    user = store.user(name)
    if user is None:
        raise InvalidArgument(f"There is no user {name!r:.100}.")
    uploads = Uploads(folder / "datasets")
    for record in store.sessions(user.user_id, limit=1_000_000):
        uploads.erase(record.session_id)
    gone = store.erase_user(user.user_id)
    print(f"Removed {name} and {gone} sessions.")  # noqa: T201  (this is a command)
    return 0


if __name__ == "__main__":
    sys.exit(main())
