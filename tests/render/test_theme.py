"""The one look: readable in both themes, the same in both renderers."""

from __future__ import annotations

import json
import struct

import pytest

from canvas_widget.render.measure import text_width
from canvas_widget.render.theme import FAMILY, FONTS, theme
from render.kit import ROOT

PACKAGE = ROOT / "src" / "canvas_widget"


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.ledger("X10")
@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_and_marks_stand_out(name: str) -> None:
    look = theme(name)
    for token in ("text", "muted", "error", "warning", "accentText"):
        assert min(contrast(look[token], look["surface"]), contrast(look[token], look["canvas"])) >= 4.5, token
    for colour in look.palette:
        assert contrast(colour, look["surface"]) >= 2.95, colour


def test_both_themes_have_the_same_shape() -> None:
    def shape(value: object) -> object:
        return {key: shape(part) for key, part in value.items()} if isinstance(value, dict) else type(value)

    data = json.loads((PACKAGE / "theme" / "theme.json").read_text(encoding="utf-8"))
    assert shape(data["light"]) == shape(data["dark"])


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_font_of_the_chart_config_is_the_bundled_one(name: str) -> None:
    def fonts(value: object) -> set[str]:
        if not isinstance(value, dict):
            return set()
        own = {part for key, part in value.items() if key.lower().endswith("font")}
        return own.union(*map(fonts, value.values()))

    assert fonts(theme(name).vega) == {FAMILY}


def test_the_browser_has_the_versions_of_the_headless_renderer() -> None:
    import vl_convert

    package = json.loads((PACKAGE / "js" / "package.json").read_text(encoding="utf-8"))
    pinned = package["dependencies"] | package.get("devDependencies", {})
    assert pinned["vega"] == vl_convert.get_vega_version()
    assert ".".join(pinned["vega-lite"].split(".")[:2]) == max(
        vl_convert.get_vegalite_versions(), key=lambda version: [int(part) for part in version.split(".")]
    )


@pytest.mark.parametrize("weight", [400, 600])
def test_the_table_of_widths_is_that_of_the_font(weight: int) -> None:
    font = (FONTS / f"CanvasSans-{weight}.ttf").read_bytes()
    tables = {
        font[12 + 16 * n : 16 + 16 * n].decode(): struct.unpack(">II", font[20 + 16 * n : 28 + 16 * n])
        for n in range(struct.unpack(">H", font[4:6])[0])
    }
    space = text_width(" ", 2048, weight)
    start, _ = tables["hmtx"]
    count = struct.unpack(">H", font[tables["hhea"][0] + 34 : tables["hhea"][0] + 36])[0]
    advances = {struct.unpack(">H", font[start + 4 * n : start + 4 * n + 2])[0] for n in range(count)}
    assert {round(text_width(char, 2048, weight)) for char in "Ag0€Ж→"} <= advances
    assert space in advances
    assert FAMILY.encode("utf-16-be") in font


@pytest.mark.parametrize("weight", [400, 600])
def test_the_fonts_for_the_browser_are_small(weight: int) -> None:
    assert (FONTS / f"canvas-sans-{weight}.woff2").stat().st_size < 60_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
