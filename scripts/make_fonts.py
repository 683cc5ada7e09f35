"""Make the bundled fonts: `python scripts/make_fonts.py INTER NOTO_SC NOTO_KR` (needs fonttools and brotli).

The three are folders: the unpacked npm packages `@expo-google-fonts/inter`, `…/noto-sans-sc` and `…/noto-sans-kr`
(static TTFs). What comes out in `src/canvas_widget/theme/fonts/` is a subset of Inter 4 under the family name "Canvas
Sans": tabular figures are the default digits, and contextual alternates are gone, so that every renderer sets the same
text to the same width without having to know a font feature. "Canvas Sans CJK" is one font from Noto Sans SC and KR
with the characters in daily use: those of GB 2312, the first level of JIS X 0208 and of Big5, kana, and the Hangul of
KS X 1001. It has outlines, widths and one table of characters, which `canvas_widget.render.glyphs` reads.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

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
GREEK_CYRILLIC = [*range(0x300, 0x370), *range(0x370, 0x400), *range(0x400, 0x460), 0x490, 0x491]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl"]
KANA = [*range(0x3000, 0x3100), *range(0x31F0, 0x3200), *range(0xFF00, 0xFFF0)]
JAMO = [*range(0x3131, 0x318F)]
CJK = FAMILY + " CJK"
CJK_TABLES = {"GlyphOrder", "head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "loca", "glyf", "name", "post"}


def bake_tabular_figures(font: TTFont) -> None:
    """Make the tabular forms the glyphs that the ten digits map to."""
    plain = {code: f"{name}.tf" for code, name in font.getBestCmap().items() if chr(code) in "0123456789"}
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(plain)


def rename(font: TTFont, style: str, weight: int, family: str = FAMILY, made: str = "") -> None:
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in {0, 13, 14}]
    plain = style == "Regular"
    for number, text in {
        1: family if plain else f"{family} {style}",
        2: "Regular",
        3: made or f"canvas-widget; {family} {style}; from Inter 4.001",
        4: f"{family} {style}",
        5: "Version 4.001",
        6: f"{family.replace(' ', '')}-{style}",
        16: family,
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


def listed(codec: str, first: int, last: int, seconds: Iterable[int]) -> set[int]:
    """The characters of a national standard whose first byte lies in a range."""
    found: set[int] = set()
    for one in range(first, last + 1):
        for two in seconds:
            text = bytes([one, two]).decode(codec, errors="ignore")
            if len(text) == 1:
                found.add(ord(text))
    return found


def only(source: Path, codes: Iterable[int]) -> TTFont:
    """The outlines of some characters, without hints and features."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(layout_features=[], hinting=False, name_IDs=["*"], notdef_outline=True, glyph_names=False)
    options.drop_tables += [name for name in font.keys() if name not in CJK_TABLES]  # noqa: SIM118 (no dict)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    return font


def make_cjk(chinese: Path, korean: Path, target: Path) -> None:
    trail = range(0xA1, 0xFF)
    han = listed("gb2312", 0xB0, 0xF7, trail) | listed("euc_jp", 0xB0, 0xCF, trail)
    han |= listed("big5", 0xA4, 0xC6, [*range(0x40, 0x7F), *trail])
    hangul = listed("euc_kr", 0xB0, 0xC8, trail)
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / "han.ttf", Path(folder) / "hangul.ttf"]
        only(chinese / SOURCES[400][0].replace("Inter", "NotoSansSC"), [*han, *KANA]).save(parts[0])
        only(korean / SOURCES[400][0].replace("Inter", "NotoSansKR"), [*hangul, *JAMO]).save(parts[1])
        font = Merger().merge([str(part) for part in parts])
    rename(font, "Regular", 400, CJK, "canvas-widget; Canvas Sans CJK; from Noto Sans SC and KR")
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 10, 0, font.getBestCmap()
    font["cmap"].tables = [table]
    font["head"].modified = font["head"].created = 3_600_000_000
    font.recalcTimestamp = False
    font.save(target)
    print(f"{target.name}: {target.stat().st_size:,} bytes")


def main() -> None:
    folder, chinese, korean = map(Path, sys.argv[1:4])
    FONTS.mkdir(parents=True, exist_ok=True)
    for weight, (path, style) in SOURCES.items():
        make(folder / path, FONTS / f"CanvasSans-{weight}.ttf", LATIN + SIGNS + WIDE, weight=weight, style=style)
        make(
            folder / path,
            FONTS / f"canvas-sans-{weight}.woff2",
            LATIN + SIGNS + GREEK_CYRILLIC,
            weight=weight,
            style=style,
        )
    make_cjk(chinese, korean, FONTS / "CanvasSansCJK-400.ttf")


if __name__ == "__main__":
    main()
