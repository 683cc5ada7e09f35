"""Python's garbage collector in a process that many people wait for."""

from __future__ import annotations

import gc

__all__ = ["settle"]


def settle() -> None:
    """Leave out of every later search for garbage what was loaded by now: modules and classes stay to the end.

    A search through everything stops all sessions at once, and what Jupyter and its libraries have loaded, some 200,000
    objects, is most of what it would go through.
    """
    gc.collect()
    gc.freeze()
