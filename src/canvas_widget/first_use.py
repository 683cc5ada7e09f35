"""Names of a room that load on first use: importing the room's front loads none of their modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

__all__ = ["on_first_use"]


def on_first_use(room: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """A room's module-level `__getattr__` (PEP 562).

    Args:
        room: the package's `__name__`.
        homes: by module below the room, the names that it has.
    """
    later = {name: f"{room}.{module}" for module, names in homes.items() for name in names}

    def load(name: str) -> Any:
        if name not in later:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(import_module(later[name]), name)

    return load
