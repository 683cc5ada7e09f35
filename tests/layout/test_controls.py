"""A control is never too small to be used: where the canvas is full, it grows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import ControlContent, Document, apply
from canvas_widget.layout import overlapping, plan_create
from canvas_widget.layout.settle import USABLE
from strategies import add, done, rects, tx

pytestmark = pytest.mark.ledger("A6", "A4")
CONTROL = ControlContent(dataset="cars", field="origin", control="choice")


def _full(boxes):
    return apply(Document(), tx(*[add(f"n{at}", *box, placement="pinned") for at, box in enumerate(boxes)])).document


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(0, 400), st.integers(80, 300), st.integers(80, 200)), max_size=9
    )
)
def test_it_has_room_lies_on_nothing_and_nothing_that_a_person_placed_moves(boxes):
    before = _full(boxes)
    after = done(before, plan_create(before, "pick", content=CONTROL))
    found = after["pick"]
    assert (found.width, found.height) >= (USABLE[0], USABLE[1])
    assert found.height >= USABLE[1]
    assert overlapping(after, rects(after)["pick"], ignore=frozenset({"pick"})) == []
    assert {name: rect for name, rect in rects(after).items() if name != "pick"} == rects(before)
    assert after.width == 800
    assert after.height >= found.y + found.height


def test_a_full_canvas_grows_and_says_so():
    plan = plan_create(_full([(0, 0, 800, 600)]), "pick", content=CONTROL)
    after = done(_full([(0, 0, 800, 600)]), plan)
    assert (after["pick"].y, after.height) == (616, 742)
    assert plan.report.notes == ("Made the canvas 742 px tall, so that 'pick' has room.",)


def test_a_canvas_with_room_stays_as_large_as_it_is():
    after = done(_full([(16, 16, 380, 280)]), plan_create(_full([(16, 16, 380, 280)]), "pick", content=CONTROL))
    assert after.height == 600
