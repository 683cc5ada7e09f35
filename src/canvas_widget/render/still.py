"""Pictures small enough to be saved in a notebook: the whole layout as PNG, and what one turn made as SVG."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from canvas_widget.document import Container, Document
from canvas_widget.render import svg
from canvas_widget.render.blank import BLANK, is_blank
from canvas_widget.render.canvas import render_png
from canvas_widget.render.container import draw_charts, render_container
from canvas_widget.render.png import SIGNATURE, chunk, chunks
from canvas_widget.render.renderer import png_of
from canvas_widget.render.theme import theme as look_of

if TYPE_CHECKING:
    from canvas_widget.data.types import Result

__all__ = ["PICTURE_LIMIT", "drawn_png", "fewer_colours", "made_svg", "still_png", "svg_png"]

PICTURE_LIMIT = 72_000
"""Bytes of the saved PNG: 96 kB as a notebook's base64, which leaves a third of 150 kB for text and answers."""

SCALES = (2.0, 1.5, 1.25, 1.0, 0.75, 0.5, 0.25)
COLOURS = 256
_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


def still_png(document: Document, results: Mapping[str, Result], *, footer: str | None = None) -> bytes:
    """The canvas as PNG of at most 72 kB: 256 colours, and two pixels to a px or as many as fit."""
    return BLANK.read_bytes() if is_blank(document, footer) else drawn_png(document, results, footer=footer)


def drawn_png(document: Document, results: Mapping[str, Result], *, footer: str | None = None) -> bytes:
    """As `still_png`, drawn anew whatever it shows."""
    picture = b""
    for scale in SCALES:
        picture = fewer_colours(render_png(document, results, footer=footer, scale=scale))
        if len(picture) <= PICTURE_LIMIT:
            break
    return picture


def svg_png(picture: str, scale: float = 1.0) -> bytes:
    """An SVG of ours as PNG of 256 colours, `scale` pixels to a px."""
    return fewer_colours(png_of(picture, scale))


def fewer_colours(png: bytes) -> bytes:
    """An 8-bit RGBA PNG, each row filtered by its left neighbour, as one with a palette of 256 colours.

    A canvas has some 400 colours, nearly all of them shades at the edge of a letter, so no pixel differs visibly. A
    PNG of another form is returned as it is.
    """
    import numpy as np

    parts = list(chunks(png))
    width, height, depth, kind, *_, interlace = struct.unpack(">IIBBBBB", parts[0][1])
    packed = zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT"))
    rows = np.frombuffer(packed, dtype=np.uint8).reshape(height, -1)
    if (depth, kind, interlace) != (8, 6, 0) or not (rows[:, 0] == 1).all():
        return png
    channels = np.cumsum(rows[:, 1:].reshape(height, width, 4), axis=1, dtype=np.uint8)
    pixels = channels.reshape(-1, 4).view(np.uint32).ravel()
    starts = np.flatnonzero(np.concatenate(([True], pixels[1:] != pixels[:-1])))
    lengths = np.diff(np.append(starts, pixels.size))
    colours, place = np.unique(pixels[starts], return_inverse=True)
    if len(colours) > 16 * COLOURS:  # a picture of gradients: 5 bits of each channel tell them apart
        coarse = (pixels[starts] & np.uint32(0xF8F8F8F8)) | np.uint32(0x04040404)
        colours, place = np.unique(coarse, return_inverse=True)
    weight = np.bincount(place, weights=lengths)
    most = colours[np.argsort(-weight, kind="stable")[:COLOURS]]
    kept = most.view(np.uint8).reshape(-1, 4).astype(np.int32)
    nearest = np.empty(len(colours), dtype=np.uint8)
    for start in range(0, len(colours), 1024):
        some = colours[start : start + 1024].view(np.uint8).reshape(-1, 4).astype(np.int32)
        nearest[start : start + 1024] = ((some[:, None, :] - kept[None]) ** 2).sum(axis=2).argmin(axis=1)
    indices = np.repeat(nearest[place], lengths).reshape(height, width)
    body = np.concatenate([np.zeros((height, 1), dtype=np.uint8), indices], axis=1).tobytes()
    palette = kept.astype(np.uint8)
    made = [
        SIGNATURE,
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        chunk(b"PLTE", palette[:, :3].tobytes()),
        chunk(b"tRNS", palette[:, 3].tobytes()),
        chunk(b"IDAT", zlib.compress(body, 9)),
        chunk(b"IEND", b""),
    ]
    return b"".join(made)


def made_svg(
    document: Document,
    made: Sequence[Container],
    results: Mapping[str, Result],
    *,
    theme: str = "light",
) -> tuple[str, int, int] | None:
    """What a turn made as an SVG, where it stands on the canvas; with its width and height in px.

    None where nothing visible was made. Lengths have two decimals, so that the noise of a float is not seen.
    """
    shown = [container for container in made if not container.hidden]
    if not shown:
        return None
    left, top = min(each.x for each in shown), min(each.y for each in shown)
    width = max(each.x + each.width for each in shown) - left
    height = max(each.y + each.height for each in shown) - top
    look = look_of(theme)
    draw_charts(shown, results, look)
    inner = "".join(
        render_container(each, results.get(each.id), look, f"m{place}", x=each.x - left, y=each.y - top)
        for place, each in enumerate(sorted(shown, key=lambda each: each.z))
    )
    label = svg.escape(f"From canvas {document.name}: " + ", ".join(each.title or each.id for each in shown))
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{label}">{inner}</svg>'
    )
    return _NUMBER.sub(_short, text), width, height


def _short(match: re.Match[str]) -> str:
    """A number of two decimals; what lies on the edge between two falls the same way whatever its last digits."""
    return svg.number(round(round(float(match[0]), 6), 2))
