"""The built front end's text, for pages that carry it."""

from __future__ import annotations

import json
from pathlib import Path

from canvas_widget.errors import CanvasError

__all__ = ["bundle_text"]

STATIC = Path(__file__).resolve().parent.parent / "static"


def bundle_text() -> str:
    """The bundle, one ES module.

    Raises:
        CanvasError: this installation lacks it.
    """
    try:
        name = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))["bundle"]
        return (STATIC / str(name)).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CanvasError("The front end is missing from this installation. Install the package again.") from error
