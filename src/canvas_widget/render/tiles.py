"""A canvas as PNG, put together from tiles: each holds all that is drawn in its rectangle, and is kept.

What is clipped costs the renderer a picture of its own, three times what is drawn in it; a tile ends where it ends. A
change draws the tiles it touches, not the canvas.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from canvas_widget.render import svg
from canvas_widget.render.png import SIGNATURE, chunk, chunks
from canvas_widget.render.renderer import Job, draw_all

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

__all__ = ["Ground", "Piece", "apart", "png_of_pieces"]

THREADS = 2
"""How many threads put a picture together: NumPy and zlib leave Python's lock to others."""
BAND = 64
"""How many rows of a picture are put together at a time: what a processor keeps near, 1 MB and more."""
ADLER = 65_521


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies below the pieces, width by height px: of one colour further than `rim` px from the edges."""

    width: int
    height: int
    inner: str
    colour: str
    rim: float

    def edges(self) -> list[Piece]:
        width, height, rim = self.width, self.height, self.rim
        return [
            Piece(0, 0, width, rim, ""),
            Piece(0, height - rim, width, rim, ""),
            Piece(0, rim, rim, height - 2 * rim, ""),
            Piece(width - rim, rim, rim, height - 2 * rim, ""),
        ]

    def below(self, piece: Piece, box: tuple[float, float, float, float], pixel: float) -> str:
        """The ground of a tile with a piece, whose box (x, y, width, height) is in the piece's coordinates."""
        space = min(piece.x, piece.y, self.width - piece.x - piece.width, self.height - piece.y - piece.height)
        if piece.under or space > self.rim + pixel:
            x, y, wide, tall = box
            return svg.rect(x - 1, y - 1, wide + 2, tall + 2, fill=piece.under or self.colour)
        return f'<g transform="translate({-piece.x!r},{-piece.y!r})">{self.inner}</g>'


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of the picture, px, and what is drawn in it, in coordinates of its own.

    `under` is the colour of what it lies on, where that is not the picture's ground.
    """

    x: float
    y: float
    width: float
    height: float
    inner: str
    under: str = ""


def apart(boxes: Sequence[tuple[float, float, float, float]], gap: float) -> list[list[int]]:
    """Which boxes (x, y, width, height) go into one tile: those nearer than twice the gap, and what their common frame
    comes as near to.
    """
    groups: list[tuple[float, float, float, float, list[int]]] = []
    for place, (x, y, width, height) in enumerate(boxes):
        left, top, right, bottom, held = x - gap, y - gap, x + width + gap, y + height + gap, [place]
        while True:
            near = [one for one in groups if one[0] < right and left < one[2] and one[1] < bottom and top < one[3]]
            if not near:
                break
            groups = [one for one in groups if one not in near]
            left, top = min(left, *(one[0] for one in near)), min(top, *(one[1] for one in near))
            right, bottom = max(right, *(one[2] for one in near)), max(bottom, *(one[3] for one in near))
            held = sorted([*held, *(each for one in near for each in one[4])])
        groups.append((left, top, right, bottom, held))
    return [each[4] for each in groups]


def png_of_pieces(ground: Ground, pieces: Sequence[Piece], scale: float) -> bytes:
    """The ground with the pieces on it as PNG, `scale` pixels to a px.

    A piece may lie on an earlier one, whose colour there is its `under`; else they are apart.
    """
    wide, tall = max(1, round(ground.width * scale)), max(1, round(ground.height * scale))
    places, jobs = [], []
    for piece in [*ground.edges(), *pieces]:
        left, top = max(0, math.floor(piece.x * scale)), max(0, math.floor(piece.y * scale))
        right = min(wide, math.ceil((piece.x + piece.width) * scale))
        bottom = min(tall, math.ceil((piece.y + piece.height) * scale))
        if left >= right or top >= bottom:
            continue
        box = (left / scale - piece.x, top / scale - piece.y, (right - left) / scale, (bottom - top) / scale)
        inner = ground.below(piece, box, 1 / scale) + piece.inner
        places.append((left, top, right, bottom))
        size = f'width="{right - left}" height="{bottom - top}" viewBox="{" ".join(map(_exact, box))}"'
        jobs.append(Job("P", f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inner}</svg>'))
    drawn = []
    for made in draw_all(jobs):
        if isinstance(made, Exception):
            raise made.with_traceback(None)
        drawn.append(made)
    with ThreadPoolExecutor(THREADS, "canvas-png") as threads:
        tiles = list(zip(places, threads.map(unpacked, drawn), strict=True))
        return _packed(wide, tall, ground.colour, tiles, threads)


def _exact(length: float) -> str:
    return repr(float(length)).removesuffix(".0")


def unpacked(png: bytes) -> Pixels:
    """The pixels (row, column, RGBA) of a PNG as the renderer writes it: 8-bit RGBA, each row as it is
    or filtered by its left neighbour.

    Raises:
        ValueError: the PNG has another form.
    """
    import numpy as np

    parts = list(chunks(png))
    width, height, depth, kind, *_, interlace = struct.unpack(">IIBBBBB", parts[0][1])
    packed = zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT"))
    rows = np.frombuffer(packed, dtype=np.uint8).reshape(height, -1)
    filters = rows[:, 0]
    if (depth, kind, interlace) != (8, 6, 0) or filters.max() > 1:
        raise ValueError("The renderer writes another kind of PNG than it did.")
    pixels = rows[:, 1:].reshape(height, width, 4)
    summed = np.cumsum(pixels, axis=1, dtype=np.uint8)
    if filters.min() == 0:
        summed[filters == 0] = pixels[filters == 0]
    return summed


def _packed(
    wide: int, tall: int, colour: str, tiles: Sequence[tuple[tuple[int, int, int, int], Pixels]], threads: Executor
) -> bytes:
    """The tiles on one another as PNG, on a colour; a band of BAND rows after the other, on all threads."""
    import numpy as np

    under = np.frombuffer(bytes.fromhex(f"{colour.removeprefix('#')}ff"), dtype=np.uint8)

    def band(first: int) -> tuple[bytes, int, int]:
        """The rows from one on, compressed to go on where the band before them ends; their sum and how many bytes."""
        end = min(first + BAND, tall)
        whole = np.empty((end - first, wide, 4), dtype=np.uint8)
        whole[...] = under
        for (left, top, right, bottom), pixels in tiles:
            if top < end and first < bottom:
                low, high = max(top, first), min(bottom, end)
                whole[low - first : high - first, left:right] = pixels[low - top : high - top]
        flat = whole.reshape(end - first, -1)
        rows = np.empty((end - first, 1 + flat.shape[1]), dtype=np.uint8)
        rows[:, 0] = 1
        rows[:, 1:5] = flat[:, :4]
        np.subtract(flat[:, 4:], flat[:, :-4], out=rows[:, 5:])
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        data = packer.compress(rows.data) + packer.flush(zlib.Z_FINISH if end == tall else zlib.Z_FULL_FLUSH)
        return data, zlib.adler32(rows.data), rows.size

    data, checked = [b"\x78\x9c"], 1
    for packed, check, size in threads.map(band, range(0, tall, BAND)):
        data.append(packed)
        checked = joined_checks(checked, check, size)
    data.append(struct.pack(">I", checked))
    header = struct.pack(">IIBBBBB", wide, tall, 8, 6, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", b"".join(data)) + chunk(b"IEND", b"")


def joined_checks(first: int, second: int, size: int) -> int:
    """The Adler-32 of two runs of bytes from that of each, the second being `size` bytes long (RFC 1950)."""
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = (first >> 16) + (second >> 16) + size * ((first & 0xFFFF) - 1)
    return high % ADLER << 16 | low % ADLER
