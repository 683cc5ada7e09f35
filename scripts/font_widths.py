"""Write `theme/fonts/widths.json`: `python scripts/font_widths.py` (needs fonttools).

Per weight: the advance of each character and the kerning of each pair, in units of 1/2048 em. Characters that kern
alike share a class, so the table of pairs stays small. `canvas_widget.render.measure` reads it, so text can be
measured without a font library.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent.parent / "src" / "canvas_widget" / "theme" / "fonts"
KERNED = [*range(0x21, 0x7F), *range(0xA1, 0x100), *range(0x2010, 0x2027), 0x20AC, 0x2122, 0x2212]


def pair_tables(font: TTFont) -> list[list[Any]]:
    """The subtables of each lookup of the kern feature."""
    gpos = font["GPOS"].table
    wanted = {
        index
        for record in gpos.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for index in record.Feature.LookupListIndex
    }
    found = []
    for index in sorted(wanted):
        tables = [getattr(table, "ExtSubTable", table) for table in gpos.LookupList.Lookup[index].SubTable]
        found.append([table for table in tables if table.LookupType == 2])
    return found


def kerning(lookups: list[list[Any]], left: str, right: str) -> int:
    """How much the pair moves together or apart: the first subtable that knows it decides, in each lookup."""
    total = 0
    for tables in lookups:
        for table in tables:
            if left not in table.Coverage.glyphs:
                continue
            if table.Format == 1:
                pairs = table.PairSet[table.Coverage.glyphs.index(left)].PairValueRecord
                value = next((pair.Value1 for pair in pairs if pair.SecondGlyph == right), None)
                if not any(pair.SecondGlyph == right for pair in pairs):
                    continue
            else:
                row = table.Class1Record[table.ClassDef1.classDefs.get(left, 0)]
                value = row.Class2Record[table.ClassDef2.classDefs.get(right, 0)].Value1
            total += getattr(value, "XAdvance", 0) if value else 0
            break
    return total


def describe(path: Path) -> dict[str, Any]:
    font = TTFont(path)
    names, advances = font.getBestCmap(), font["hmtx"]
    lookups = pair_tables(font)
    codes = [code for code in KERNED if code in names]
    rows = {left: tuple(kerning(lookups, names[left], names[right]) for right in codes) for left in codes}
    columns = {right: tuple(rows[left][place] for left in codes) for place, right in enumerate(codes)}
    lefts = {row: number for number, row in enumerate(dict.fromkeys(rows.values()))}
    rights = {column: number for number, column in enumerate(dict.fromkeys(columns.values()))}
    first = {
        number: codes[next(i for i, c in enumerate(codes) if columns[c] == column)] for column, number in rights.items()
    }
    places = [codes.index(first[number]) for number in range(len(rights))]
    by_width: dict[int, list[int]] = {}
    for code in sorted(names):
        by_width.setdefault(advances[names[code]][0], []).append(code)
    return {
        "unitsPerEm": font["head"].unitsPerEm,
        "ascent": font["hhea"].ascent,
        "descent": font["hhea"].descent,
        "advances": {str(width): ranges(found) for width, found in sorted(by_width.items())},
        "left": classes(codes, {code: lefts[rows[code]] for code in codes}),
        "right": classes(codes, {code: rights[columns[code]] for code in codes}),
        "kerning": [[row[place] for place in places] for row in lefts],
    }


def ranges(codes: list[int]) -> list[int]:
    """Runs of consecutive codes as flat pairs: first, length."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and runs[-1][0] + runs[-1][1] == code:
            runs[-1][1] += 1
        else:
            runs.append([code, 1])
    return [number for run in runs for number in run]


def classes(codes: list[int], of: dict[int, int]) -> list[str]:
    """The characters of each class, in class order."""
    members = [""] * (max(of.values()) + 1)
    for code in codes:
        members[of[code]] += chr(code)
    return members


def main() -> None:
    out = {str(weight): describe(FONTS / f"CanvasSans-{weight}.ttf") for weight in (400, 600)}
    target = FONTS / "widths.json"
    target.write_text(json.dumps(out, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
