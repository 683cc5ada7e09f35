"""An empty canvas without its renderers tells what the renderers tell of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import Document
from canvas_widget.layout.fit import px
from canvas_widget.notebook.canvas import SIDES
from canvas_widget.render import SUMMARY_MIME, canvas_summary, picture_size, render_text
from canvas_widget.render.blank import FOOTER, SIZE, Blank
from canvas_widget.settings import load_settings

SIDE = st.integers(min_value=1, max_value=100_000)
NAME = st.text(min_size=1, max_size=200).filter(str.strip)


@pytest.mark.ledger("N1", "N2")
@given(NAME, SIDE, SIDE)
def test_its_words_and_data_are_those_of_the_renderers(name: str, width: int, height: int) -> None:
    blank, document = Blank(name, width, height), Document(name=name, width=width, height=height)
    assert blank.text() == render_text(document, {})
    assert blank.summary() == canvas_summary(document, {})
    assert blank.document() == document.to_wire()
    assert blank.picture_size == picture_size(document, FOOTER)


@pytest.mark.ledger("N1")
def test_what_needs_no_look_is_what_the_look_lets_through() -> None:
    assert (load_settings({}).default_canvas_width, load_settings({}).default_canvas_height) == SIZE
    for side in (SIDES[0], SIDES[-1]):
        assert px(side, "side", least=1) == side
    assert SUMMARY_MIME == "application/vnd.canvas-widget+json"
