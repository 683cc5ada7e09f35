"""The store that an address names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from canvas_widget.errors import InvalidArgument
from canvas_widget.store.memory import MemoryStore

if TYPE_CHECKING:
    from canvas_widget.store.base import Store

__all__ = ["open_store"]


def open_store(url: str | None, folder: Path) -> Store:
    """Open a store and bring its tables up to date.

    Args:
        url: `sqlite:///path`, `postgresql://…` or `memory://`; a SQLite file in `folder` when None.
        folder: where that file is; made when it is not there, for its owner alone.

    Raises:
        InvalidArgument: no database of ours has such an address.
        StorageError: the database cannot be reached, is none, or is of a newer version.
    """
    if url is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'canvas.sqlite'}"
    scheme = url.partition(":")[0]
    if scheme == "memory":
        return MemoryStore()
    if scheme in ("postgres", "postgresql"):
        url = "postgresql+psycopg" + url[len(scheme) :]
    elif scheme not in ("sqlite", "postgresql+psycopg"):
        raise InvalidArgument(
            "CANVAS_WIDGET_DATABASE_URL is sqlite:///PATH, postgresql://USER:PASSWORD@HOST/NAME, or memory://."
        )
    from canvas_widget.store.database import DatabaseStore

    return DatabaseStore(url)
