"""Writing SVG: every text and attribute goes through here, so nothing unescaped gets in."""

from __future__ import annotations

import base64
import re
from functools import cache

from canvas_widget.render.glyphs import CJK_RANGE, cjk_characters, cjk_font
from canvas_widget.render.measure import baseline, cut
from canvas_widget.render.theme import FAMILY, FONTS, STACK

__all__ = [
    "circle",
    "cjk_faces",
    "clean",
    "escape",
    "font_faces",
    "line",
    "nest",
    "number",
    "path",
    "rect",
    "span",
    "text",
]

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(value: str) -> str:
    """The text without what XML cannot hold (control characters, lone surrogates): these become �."""
    return _FORBIDDEN.sub("\ufffd", value)


def escape(value: str) -> str:
    """The text safe inside an element or a quoted attribute."""
    safe = clean(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace('"', "&quot;").replace("'", "&#39;")


def number(value: float) -> str:
    """A length with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def text(
    content: str,
    x: float,
    top: float,
    *,
    fill: str,
    size: float = 12,
    line: float = 16,
    weight: int = 400,
    anchor: str = "start",
    width: float | None = None,
    spacing: float = 0,
    after: str = "",
) -> str:
    """One line of text whose line box starts at `top`; cut with an ellipsis to `width` if that is given.

    `after` holds spans that go on in the same line.
    """
    shown = content if width is None else cut(content, width, size, weight)
    if not shown and not after:
        return ""
    extra = "" if anchor == "start" else f' text-anchor="{anchor}"'
    extra += f' letter-spacing="{number(spacing)}"' if spacing else ""
    return (
        f'<text x="{number(x)}" y="{baseline(top, line, size)}" font-family="{STACK}" font-size="{number(size)}" '
        f'font-weight="{weight}" fill="{fill}"{extra}>{escape(shown)}{after}</text>'
    )


def span(content: str, gap: float, *, fill: str, size: float) -> str:
    """Text of another size and colour that goes on `gap` px after what stands before it."""
    if not content:
        return ""
    look = f'font-size="{number(size)}" font-weight="400" fill="{fill}"'
    return f'<tspan dx="{number(gap)}" {look}>{escape(content)}</tspan>'


def font_faces(text: str = "") -> str:
    """A style element that carries the bundled font, and of the Chinese, Japanese and Korean one what `text` needs."""
    return f"<style>{_latin_faces()}{cjk_faces(text)}</style>"


@cache
def _latin_faces() -> str:
    return "".join(
        _face(weight, "woff2", (FONTS / f"canvas-sans-{weight}.woff2").read_bytes()) for weight in (400, 600)
    )


def cjk_faces(text: str, bold: str = "600") -> str:
    """The rules of the font with the Chinese, Japanese and Korean characters of a text; "" where it has none.

    `bold` is the weight of the bold face that they complete, as its own rule has it.
    """
    characters = cjk_characters(text)
    if not characters:
        return ""
    data = cjk_font(characters)
    return "".join(_face(weight, "ttf", data, f";unicode-range:{CJK_RANGE}") for weight in ("400", bold))


def _face(weight: int | str, kind: str, data: bytes, more: str = "") -> str:
    source = f"url(data:font/{kind};base64,{base64.b64encode(data).decode()})"
    return f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:{source}{more}}}"


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str,
    stroke: str | None = None,
    radius: float = 0,
) -> str:
    extra = f' rx="{number(radius)}"' if radius else ""
    extra += f' stroke="{stroke}"' if stroke else ""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(max(height, 0))}" '
        f'fill="{fill}"{extra}/>'
    )


def line(x1: float, x2: float, y: float, *, stroke: str) -> str:
    """A horizontal hairline, on the pixel below `y`."""
    return f'<path d="M{number(x1)} {number(y + 0.5)}H{number(x2)}" stroke="{stroke}" fill="none"/>'


def circle(x: float, y: float, radius: float, *, fill: str) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}"/>'


def path(data: str, *, stroke: str, x: float = 0, y: float = 0, width: float = 1.4) -> str:
    """An icon's strokes on a 16 × 16 grid, moved to x, y."""
    return (
        f'<path transform="translate({number(x)},{number(y)})" d="{data}" fill="none" stroke="{stroke}" '
        f'stroke-width="{number(width)}" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def nest(x: float, y: float, width: float, height: float, *, inner: str, extra: str = "") -> str:
    """A picture inside the picture, with its own origin; what leaves its box is clipped."""
    w, h = number(max(width, 0)), number(max(height, 0))
    return (
        f'<svg x="{number(x)}" y="{number(y)}" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        f'overflow="hidden"{extra}>{inner}</svg>'
    )
