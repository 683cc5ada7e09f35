"""Two canvases beside each other as one picture, what differs marked on both."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from canvas_widget.render import svg
from canvas_widget.render.theme import theme as look_of
from canvas_widget.saved.canvases import SavedBox, SavedCanvas
from canvas_widget.saved.compare import Difference

__all__ = ["COLOURS", "difference_png", "difference_svg"]

COLOURS = {"added": "#1a7f37", "removed": "#cf222e", "moved": "#0969da", "changed": "#9a6700"}
"""Dark enough for white letters on them (4.5 : 1)."""

GAP = 24
HEAD = 40
FOOT = 44
WIDEST = 1_200
"""Px that a canvas is drawn wide at most."""


def difference_svg(differences: Sequence[Difference]) -> tuple[str, int, int]:
    """All that differ, below each other, before on the left and after on the right; with width and height in px."""
    look = look_of("light")
    parts: list[str] = []
    top, widest = 0, 480
    for each in differences:
        width, height = _size(each)
        scale = min(1.0, WIDEST / width)
        wide, tall = round(width * scale), round(height * scale)
        for place, canvas in enumerate((each.before, each.after)):
            left = GAP + place * (wide + GAP)
            head = f"{('Before', 'After')[place]} · {canvas.name if canvas else 'no such canvas'}"
            parts.append(svg.text(head, left, top + 14, fill=look["text"], size=13, weight=600, width=wide))
            if canvas is not None:
                parts.append(_canvas(canvas, each, place, (left, top + HEAD), scale))
        top += HEAD + tall + GAP
        widest = max(widest, 2 * wide + 3 * GAP)
    parts.append(_legend(differences, top))
    height = top + FOOT
    whole = svg.rect(0, 0, widest, height, fill="#ffffff")
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{widest}" height="{height}" '
        f'viewBox="0 0 {widest} {height}" role="img" aria-label="Canvases before and after">'
        f"{whole}{''.join(parts)}</svg>"
    )
    return text, widest, height


def difference_png(differences: Sequence[Difference], scale: float = 1.5) -> bytes:
    """The same as PNG."""
    from canvas_widget.render.still import svg_png

    picture, width, height = difference_svg(differences)
    return svg_png(picture, min(scale, (40_000_000 / (width * height)) ** 0.5))


def _size(difference: Difference) -> tuple[int, int]:
    both = [canvas for canvas in (difference.before, difference.after) if canvas is not None]
    return max(max(1, each.width) for each in both), max(max(1, each.height) for each in both)


def _canvas(canvas: SavedCanvas, difference: Difference, place: int, at: tuple[float, float], scale: float) -> str:
    """One side: its saved picture, or its boxes in outline, and a frame around each container that differs."""
    look = look_of("light")
    inner = svg.rect(
        0.5, 0.5, canvas.width - 1, canvas.height - 1, fill=look["canvas"], stroke=look["hairline"], radius=8
    )
    inner += _picture(canvas) if canvas.picture else "".join(_outline(box) for box in canvas.boxes)
    for change in difference.changes:
        box = change.after if place else change.before
        if box is not None:
            inner += _mark(box, change.kind, scale)
    width, height = canvas.width * scale, canvas.height * scale
    return (
        f'<svg x="{svg.number(at[0])}" y="{svg.number(at[1])}" width="{svg.number(width)}" '
        f'height="{svg.number(height)}" viewBox="0 0 {canvas.width} {canvas.height}" overflow="hidden">'
        f"{inner}</svg>"
    )


def _picture(canvas: SavedCanvas) -> str:
    """The saved picture, at its own size from the top left: what it has below the canvas is cut off."""
    data = base64.b64encode(canvas.picture).decode()
    fit = 'preserveAspectRatio="xMinYMin slice"'
    return f'<image width="{canvas.width}" height="{canvas.height}" {fit} href="data:{canvas.media};base64,{data}"/>'


def _outline(box: SavedBox) -> str:
    look = look_of("light")
    x, y, width, height = box.box
    inner = svg.rect(0.5, 0.5, width - 1, height - 1, fill=look["surface"], stroke=look["hairline"], radius=8)
    inner += svg.text(box.title, 12, 12, fill=look["text"], size=13, weight=600, width=max(0, width - 24))
    for number, line in enumerate((box.kind, *box.lines)[: max(0, (height - 48) // 18)]):
        inner += svg.text(line, 12, 36 + 18 * number, fill=look["muted"], size=12, width=max(0, width - 24))
    return svg.nest(x, y, width, height, inner=inner)


def _mark(box: SavedBox, kind: str, scale: float) -> str:
    """A coloured frame with its word, as large whatever the scale."""
    x, y, width, height = box.box
    one = 1 / scale
    colour = COLOURS[kind]
    frame = (
        f'<rect x="{svg.number(x + one)}" y="{svg.number(y + one)}" width="{svg.number(max(0, width - 2 * one))}" '
        f'height="{svg.number(max(0, height - 2 * one))}" rx="8" fill="{colour}" fill-opacity="0.06" '
        f'stroke="{colour}" stroke-width="{svg.number(3 * one)}"/>'
    )
    wide = (20 + 7 * len(kind)) * one
    above = max(0, y - 10 * one)  # across the frame's upper edge, beside the title rather than over it
    badge = svg.rect(x + width - wide - 8 * one, above, wide, 20 * one, fill=colour, radius=10 * one)
    word = svg.text(
        kind, x + width - wide / 2 - 8 * one, above + 2 * one, fill="#ffffff", size=12 * one, line=16 * one,
        weight=600, anchor="middle",
    )  # fmt: skip
    return frame + badge + word


def _legend(differences: Sequence[Difference], top: float) -> str:
    look = look_of("light")
    kinds: list[str] = [change.kind for each in differences for change in each.changes]
    parts, left = [], float(GAP)
    for kind, colour in COLOURS.items():
        if count := kinds.count(kind):
            parts.append(svg.rect(left, top + 8, 12, 12, fill=colour, radius=3))
            parts.append(svg.text(f"{count} {kind}", left + 18, top + 6, fill=look["muted"], size=12))
            left += 96
    return "".join(parts) or svg.text("Nothing differs.", GAP, top + 6, fill=look["muted"], size=12)
