"""Text is measured as it is drawn, and cut and wrapped so that it fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.render.measure import cut, text_width, wrap
from canvas_widget.render.theme import FONTS
from render.kit import ink

SIZES = st.sampled_from([(11, 400), (12, 400), (13, 600), (28, 600)])


def drawn(text: str, size: int, weight: int) -> float:
    """How wide the real renderer draws a text: the ink between two bars, less the ink of the two alone."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))

    def width(inside: str) -> float:
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="420" height="40"><text x="10" y="30" '
            f'font-family="Canvas Sans" font-size="{size}" font-weight="{weight}">|{inside}|</text></svg>'
        )
        first, last = ink(vl_convert.svg_to_png(svg, scale=4))
        return (last - first) / 4

    return width(text) - width("")


@pytest.mark.ledger("A9")
@pytest.mark.parametrize(
    ("text", "size", "weight"),
    [
        ("Average To Year AVATAR", 13, 600),
        ("Mean miles per gallon", 11, 400),
        ("1,234.5 − 67 %", 28, 600),
        ("Übergröße, Łódź, Ñandú", 12, 400),
        ("11:11 (AB) [x] a-b 3x4 ->", 12, 400),
    ],
)
def test_a_text_is_as_wide_as_the_renderer_draws_it(text: str, size: int, weight: int) -> None:
    measured = text_width(f"|{text}|", size, weight) - text_width("||", size, weight)
    assert measured == pytest.approx(drawn(text, size, weight), abs=0.5)


def test_digits_are_all_equally_wide() -> None:
    assert len({text_width(digit * 8, 12) for digit in "0123456789"}) == 1


@given(st.text(max_size=80), st.floats(0, 300), SIZES)
def test_what_is_cut_fits(text: str, room: float, look: tuple[int, int]) -> None:
    assert text_width(cut(text, room, *look), *look) <= room


@given(st.text(max_size=80), SIZES)
def test_what_fits_is_not_cut(text: str, look: tuple[int, int]) -> None:
    flat = " ".join(text.split())
    assert cut(text, text_width(flat, *look), *look) == flat


@given(st.text(max_size=120), st.floats(40, 300), SIZES)
def test_wrapping_fits_and_loses_nothing(text: str, room: float, look: tuple[int, int]) -> None:
    lines = wrap(text, room, *look)
    assert all(text_width(line, *look) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(max_size=200), st.floats(40, 200), st.integers(1, 3))
def test_wrapping_to_some_lines_says_that_there_is_more(text: str, room: float, lines: int) -> None:
    whole, some = wrap(text, room, 12), wrap(text, room, 12, lines=lines)
    assert len(some) == min(len(whole), lines)
    assert all(text_width(line, 12) <= room for line in some)
    assert (len(whole) > lines) == (some != whole)


def test_words_stay_whole_where_they_can() -> None:
    assert wrap("Europe rests on two cars", text_width("Europe rests", 12), 12) == ["Europe rests", "on two cars"]
