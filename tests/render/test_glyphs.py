"""Other scripts: the fonts have them, they are measured as they are drawn, and lines end where a browser ends them."""

from __future__ import annotations

import io
import unicodedata

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from canvas_widget.data import Catalogue, ChartRequest, Engine, build_chart
from canvas_widget.document import ChartContent
from canvas_widget.render import render_pdf
from canvas_widget.render.breaking import units
from canvas_widget.render.glyphs import FILE, cjk_characters, cjk_font, has_glyph
from canvas_widget.render.measure import text_width
from canvas_widget.render.missing import boxes
from canvas_widget.render.theme import FONTS
from render.kit import box, document

TEXT = "売上は前年比12％増、销售额同比、매출 증가 Έσοδα Доход"


@pytest.mark.ledger("X7")
def test_the_font_has_the_characters_in_daily_use() -> None:
    known = set(TTFont(FILE).getBestCmap())
    first_levels = {
        "gb2312": [(one, two) for one in range(0xB0, 0xF8) for two in range(0xA1, 0xFF)],
        "euc_jp": [(one, two) for one in range(0xB0, 0xCF) for two in range(0xA1, 0xFF)],
        "euc_kr": [(one, two) for one in range(0xB0, 0xC9) for two in range(0xA1, 0xFF)],
    }
    for codec, pairs in first_levels.items():
        missing = [char for pair in pairs if (char := bytes(pair).decode(codec, "ignore")) and ord(char) not in known]
        assert not missing, codec
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL-CJK.txt").read_text(encoding="utf-8")


@pytest.mark.ledger("X7")
def test_a_part_of_the_font_is_a_font_of_these_characters() -> None:
    characters = cjk_characters(TEXT)
    assert characters == "".join(sorted({char for char in TEXT if ord(char) > 0x2E80}))
    data = cjk_font(characters)
    assert len(data) < 500 * (len(characters) + 4)
    part, whole = TTFont(io.BytesIO(data), checkChecksums=2), TTFont(FILE)
    assert set(part.getBestCmap()) == {ord(char) for char in characters}
    for char in characters:
        ours, theirs = part.getBestCmap()[ord(char)], whole.getBestCmap()[ord(char)]
        assert part["hmtx"][ours] == whole["hmtx"][theirs]
        assert part["glyf"][ours].getCoordinates(part["glyf"]) == whole["glyf"][theirs].getCoordinates(whole["glyf"])


@pytest.mark.ledger("X7")
def test_every_character_is_measured_as_wide_as_the_font_has_it() -> None:
    font = TTFont(FILE)
    names, widths, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    wrong = {
        chr(code)
        for code, name in names.items()
        if not unicodedata.combining(chr(code))
        and text_width(chr(code), 1000) != pytest.approx(1000 * widths[name][0] / em, abs=0.5)
    }
    assert wrong <= {chr(code) for code in range(0xFFA0, 0xFFF0)} | set("〮〯"), "half-width jamo are in no daily use"
    assert has_glyph("中")
    assert not has_glyph("Ж")


@pytest.mark.ledger("X7")
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("売上は、12％増（第3四半期）。", ["売", "上", "は、", "12％", "増", "（第", "3", "四", "半", "期）。"]),
        ("データ", ["デー", "タ"]),
        ("한국어 매출", ["한", "국", "어", "매", "출"]),
        ("a well-known end", ["a", "well-", "known", "end"]),
        ("from -5 to 2024-03", ["from", "-5", "to", "2024-", "03"]),
        ("Έσοδα, Доход", ["Έσοδα,", "Доход"]),
    ],
)
def test_lines_may_end_where_a_browser_ends_them(text: str, parts: list[str]) -> None:
    assert [part for _, part in units(text)] == parts


@pytest.mark.ledger("X7")
def test_characters_that_no_font_has_are_told() -> None:
    lost = "\U0001d800"
    assert boxes(f"{TEXT} “ok” – 1 234 € ✓") == ""
    assert boxes(f"sales {lost}") == lost


@pytest.mark.ledger("X7")
def test_the_words_of_a_chart_in_other_scripts_are_read_back_from_its_pdf() -> None:
    """Axis labels, series, title and axis title: a PDF reader finds each of them, so a search does too."""
    cities = ["東京", "北京", "서울", "Αθήνα", "Москва"]
    frame = pd.DataFrame({"都市": cities, "売上": [5, 4, 3, 2, 1], "年": ["令和", "平成"] * 2 + ["令和"]})
    built = build_chart(
        ChartRequest(dataset="d", x="都市", y="sum(売上)", series="年"), Engine(Catalogue(lambda: {"d": frame}))
    )
    content = ChartContent(sql=built.sql, mark=built.mark, spec=built.spec)
    pdf = render_pdf(document(box("c", content, title="売上は都市別")), {"c": built.result})
    text = "".join(PdfReader(io.BytesIO(pdf), strict=True).pages[0].extract_text().split())
    for words in (*cities, "令和", "平成", "売上は都市別"):
        assert words in text, words
