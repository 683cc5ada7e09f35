"""Where settings are written, by name only. What their values mean `settings` says, which takes longer to load."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["PREFIX", "dotenv_file", "only_keys"]

PREFIX = "CANVAS_WIDGET_"


def dotenv_file(start: Path) -> Path | None:
    """The `.env` of `start`, or of the folders above it up to the project's root; None where there is none."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  (Path.home raises where there is none)
    for folder in (start, *start.parents):
        candidate = folder / ".env"
        if candidate.is_file():
            return candidate
        if folder == home or any((folder / mark).exists() for mark in (".git", "pyproject.toml")):
            return None
    return None


def only_keys(config: Mapping[str, Any]) -> bool:
    """Whether nothing but keys is set anywhere: then all else has its default, and there is nothing to refuse."""
    if config or any(name.upper().startswith(PREFIX) for name in os.environ):
        return False
    path = dotenv_file(Path.cwd())
    if path is None:
        return True
    try:
        return PREFIX not in path.read_text(encoding="utf-8").upper()
    except (OSError, UnicodeDecodeError):
        return False
