"""The front end's files: the small bootstrap that every widget carries, and the bundle that comes over the comm."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from canvas_widget.errors import CanvasError

__all__ = ["bootstrap", "bundle_hash", "bundle_parts", "bundle_text", "font_files"]

STATIC = Path(__file__).resolve().parent.parent / "static"
FONTS = STATIC.parent / "theme" / "fonts"
PART_BYTES = 512 * 1024


def _read(name: str) -> bytes:
    try:
        return (STATIC / name).read_bytes()
    except FileNotFoundError:
        raise CanvasError(
            f"The front end's {name} is missing from this installation. Install the package again; in a checkout, "
            f"`make build` builds it."
        ) from None


@functools.cache
def bootstrap() -> str:
    """The widget's `_esm`: it fetches the bundle and mounts it."""
    return _read("bootstrap.js").decode()


@functools.cache
def manifest() -> dict[str, Any]:
    """What was built: the bundle's name, size and SHA-256."""
    found: dict[str, Any] = json.loads(_read("manifest.json"))
    return found


def bundle_hash() -> str:
    """The SHA-256 of the bundle that is sent, in hex."""
    return str(manifest()["hash"])


def bundle_text() -> str:
    """The bundle with its fonts, one ES module for a page of its own."""
    return _read(manifest()["bundle"]).decode()


@functools.cache
def bundle_parts() -> tuple[bytes, ...]:
    """The bundle compressed by gzip, in parts of at most 512 kB."""
    packed = _read(f"{manifest()['sent']}.gz")
    return tuple(packed[start : start + PART_BYTES] for start in range(0, len(packed), PART_BYTES))


@functools.cache
def font_files() -> tuple[bytes, ...]:
    """The front end's fonts, WOFF2: weight 400, then weight 600."""
    return tuple((FONTS / f"canvas-sans-{weight}.woff2").read_bytes() for weight in (400, 600))
