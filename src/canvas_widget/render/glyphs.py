"""The part of the Chinese, Japanese and Korean font that a text needs, as a font of its own for a page or an SVG.

The whole font is 3.5 MB; a canvas uses some dozens of its characters. The bundled file is made for this: no composite
glyphs, no features, one table of characters in format 12 (scripts/make_fonts.py). TrueType numbers are big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache, lru_cache

from canvas_widget.render.theme import FONTS

__all__ = ["CJK_RANGE", "cjk_characters", "cjk_font", "has_glyph"]

FILE = FONTS / "CanvasSansCJK-400.ttf"
CJK_RANGE = "U+3000-30FF,U+3131-318E,U+31F0-31FF,U+4E00-9FFF,U+AC00-D7A3,U+FF00-FFEF"
"""The characters that the font has, as CSS writes them."""
_LOW, _HIGH = "\u3000", "\uffef"
_KEPT = (b"OS/2", b"name")


@cache
def _tables() -> dict[bytes, bytes]:
    """The tables of the bundled font."""
    data = FILE.read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    found = {}
    for number in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        found[tag] = data[offset : offset + length]
    return found


@cache
def _characters() -> dict[int, int]:
    """The glyph of each code point."""
    table = _tables()[b"cmap"]
    offset = struct.unpack_from(">I", table, 8)[0]
    groups = struct.unpack_from(">I", table, offset + 12)[0]
    found = {}
    for number in range(groups):
        first, last, glyph = struct.unpack_from(">III", table, offset + 16 + 12 * number)
        found.update({code: glyph + code - first for code in range(first, last + 1)})
    return found


def has_glyph(char: str) -> bool:
    """Whether the font has a character."""
    return _LOW <= char <= _HIGH and ord(char) in _characters()


def cjk_characters(text: str) -> str:
    """The different characters of a text that the font has, in order."""
    if text.isascii():
        return ""
    return "".join(char for char in sorted(set(text)) if has_glyph(char))


@lru_cache(maxsize=16)
def cjk_font(characters: str) -> bytes:
    """A TrueType font of these characters (those that the font has), and of nothing else."""
    tables, known = _tables(), _characters()
    codes = sorted(code for code in {ord(char) for char in characters} if code in known)
    glyphs = [0, *(known[code] for code in codes)]
    long_offsets = struct.unpack_from(">h", tables[b"head"], 50)[0]
    step, size = (">I", 4) if long_offsets else (">H", 2)

    def place(glyph: int) -> int:
        offset = struct.unpack_from(step, tables[b"loca"], size * glyph)[0]
        return int(offset if long_offsets else 2 * offset)

    outlines, offsets = bytearray(), [0]
    for glyph in glyphs:
        outlines += tables[b"glyf"][place(glyph) : place(glyph + 1)]
        outlines += bytes(-len(outlines) % 4)
        offsets.append(len(outlines))
    head, metrics, most = bytearray(tables[b"head"]), bytearray(tables[b"hhea"]), bytearray(tables[b"maxp"])
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    full = struct.unpack_from(">H", metrics, 34)[0]
    struct.pack_into(">H", metrics, 34, len(glyphs))
    struct.pack_into(">H", most, 4, len(glyphs))
    return _font(
        {
            **{tag: tables[tag] for tag in _KEPT},
            b"head": bytes(head),
            b"hhea": bytes(metrics),
            b"maxp": bytes(most),
            b"hmtx": b"".join(_width(tables[b"hmtx"], glyph, full) for glyph in glyphs),
            b"loca": struct.pack(f">{len(offsets)}I", *offsets),
            b"glyf": bytes(outlines),
            b"cmap": _cmap(codes),
            b"post": struct.pack(">IIhhIIIII", 0x00030000, 0, 0, 0, 0, 0, 0, 0, 0),
        }
    )


def _width(table: bytes, glyph: int, full: int) -> bytes:
    """Advance and left side bearing of a glyph; the last advance holds for all after it."""
    if glyph < full:
        return table[4 * glyph : 4 * glyph + 4]
    bearing = 4 * full + 2 * (glyph - full)
    return table[4 * full - 4 : 4 * full - 2] + table[bearing : bearing + 2]


def _cmap(codes: Iterable[int]) -> bytes:
    groups = [struct.pack(">III", code, code, glyph) for glyph, code in enumerate(codes, 1)]
    table = struct.pack(">HHIII", 12, 0, 16 + 12 * len(groups), 0, len(groups)) + b"".join(groups)
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _sum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    return int(sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF)


def _font(tables: dict[bytes, bytes]) -> bytes:
    """A font file of these tables."""
    count = len(tables)
    power = count.bit_length() - 1
    directory, body = bytearray(), bytearray()
    start = 12 + 16 * count
    for tag in sorted(tables):
        data = tables[tag]
        directory += struct.pack(">4sIII", tag, _sum(data), start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    lead = struct.pack(">IHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    whole = bytearray(lead + directory + body)
    adjustment = (0xB1B0AFBA - _sum(bytes(whole))) & 0xFFFFFFFF
    head = next(n for n in range(count) if whole[12 + 16 * n : 16 + 16 * n] == b"head")
    struct.pack_into(">I", whole, struct.unpack_from(">I", whole, 20 + 16 * head)[0] + 8, adjustment)
    return bytes(whole)
