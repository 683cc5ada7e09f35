"""Make the bundled fonts: `python scripts/make_fonts.py FOLDER` (needs fonttools and brotli).

FOLDER holds the unpacked npm package `@expo-google-fonts/inter` (static Inter TTFs). What comes out in
`src/canvas_widget/theme/fonts/` is a subset of Inter 4 under the family name "Canvas Sans": tabular figures are the
default digits, and contextual alternates are gone, so that every renderer sets the same text to the same width
without having to know a font feature.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "src" / "canvas_widget" / "theme" / "fonts"
FAMILY = "Canvas Sans"
SOURCES = {400: ("400Regular/Inter_400Regular.ttf", "Regular"), 600: ("600SemiBold/Inter_600SemiBold.ttf", "SemiBold")}
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x192, 0x2BC, *range(0x2C6, 0x2DE)]
SIGNS = [
    *range(0x2000, 0x2070),
    *range(0x2070, 0x209D),
    *range(0x20A0, 0x20C1),
    *range(0x2100, 0x2150),
    *range(0x2190, 0x2200),
    *range(0x2200, 0x2300),
    *range(0x25A0, 0x2600),
    0x2713,
    0x2717,
    0xFFFD,
]
WIDE = [*range(0x180, 0x250), *range(0x300, 0x530), *range(0x1E00, 0x2000)]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]


def bake_tabular_figures(font: TTFont) -> None:
    """Make the tabular forms the glyphs that the ten digits map to."""
    plain = {code: f"{name}.tf" for code, name in font.getBestCmap().items() if chr(code) in "0123456789"}
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(plain)


def rename(font: TTFont, style: str, weight: int) -> None:
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in {0, 13, 14}]
    plain = style == "Regular"
    for number, text in {
        1: FAMILY if plain else f"{FAMILY} {style}",
        2: "Regular",
        3: f"canvas-widget; Canvas Sans {style}; from Inter 4.001",
        4: f"{FAMILY} {style}",
        5: "Version 4.001",
        6: f"CanvasSans-{style}",
        16: FAMILY,
        17: style,
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def make(source: Path, target: Path, codes: list[int], *, weight: int, style: str) -> None:
    font = TTFont(source, recalcTimestamp=False)
    bake_tabular_figures(font)
    options = subset.Options(layout_features=FEATURES, hinting=False, name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["DSIG", "STAT", "meta"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    rename(font, style, weight)
    font.flavor = "woff2" if target.suffix == ".woff2" else None
    font.save(target)
    print(f"{target.name}: {target.stat().st_size:,} bytes")


def main() -> None:
    folder = Path(sys.argv[1])
    FONTS.mkdir(parents=True, exist_ok=True)
    for weight, (path, style) in SOURCES.items():
        make(folder / path, FONTS / f"CanvasSans-{weight}.ttf", LATIN + SIGNS + WIDE, weight=weight, style=style)
        make(folder / path, FONTS / f"canvas-sans-{weight}.woff2", LATIN + SIGNS, weight=weight, style=style)


if __name__ == "__main__":
    main()
