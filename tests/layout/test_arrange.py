"""Arranging: a uniform grid for all but the locked, in one batch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import Document, Rect, apply, rect_of
from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.layout import overlaps, plan_arrange, utilisation
from canvas_widget.layout.arrange import grid, padding_for
from strategies import add, doc, documents, done, put, rects, tx

pytestmark = pytest.mark.ledger("A5")


def _mess(count, **canvas):
    adds = [add(f"n{number}", 7 * number, 3 * number, 150, 90, placement="pinned") for number in range(count)]
    return apply(Document(**canvas), tx(*adds)).document


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 12, 30])
def test_all_get_the_same_size_apart_and_in_reading_order(count):
    document = _mess(count)
    plan = plan_arrange(document)
    after = done(document, plan)
    found = list(rects(after).values())
    assert len({(rect.width, rect.height) for rect in found}) == 1
    assert found == sorted(found, key=lambda rect: (rect.y, rect.x))
    assert overlaps(after) == []
    assert (
        plan.report.utilisation
        == pytest.approx(utilisation(after))
        == pytest.approx(sum(rect.width * rect.height for rect in found) / 480_000)
    )
    assert {moved.id for moved in plan.report.moved} <= set(after.ids())
    assert f"Arranged {count} container" in plan.report.notes[0]


def test_a_square_number_fills_the_canvas():
    assert plan_arrange(_mess(9)).report.utilisation > 0.85


def test_the_padding_grows_with_the_canvas():
    assert padding_for(800, 600) == 12
    assert padding_for(2400, 1800) == 36
    small, large = grid(4, 800, 600), grid(4, 2400, 1800)
    assert large.cells[0].x == 3 * small.cells[0].x


def test_it_is_one_batch_that_is_taken_back_whole():
    document = _mess(6)
    applied = apply(document, tx(*plan_arrange(document).changes))
    back = apply(applied.document, tx(*applied.inverse)).document
    assert rects(back) == rects(document)
    assert {container.placement for container in back} == {"pinned"}


@pytest.mark.parametrize("bad", [put("gone/x", 1), put("n5/height", 0), put("n5/x", 799)])
def test_if_one_part_fails_none_is_done(bad):
    document = _mess(6)
    with pytest.raises(CanvasError):
        apply(document, tx(*plan_arrange(document).changes, bad))
    assert rects(document) == {f"n{number}": (7 * number, 3 * number, 150, 90) for number in range(6)}
    assert document.rev == 1


def test_nothing_to_arrange():
    plan = plan_arrange(doc())
    assert plan.changes == ()
    assert plan.report.notes == ("There is nothing to arrange.",)


def test_too_many_for_the_canvas():
    with pytest.raises(InvalidArgument, match="A canvas of 4 × 4 px has no room for a grid of 20 containers"):
        grid(20, 4, 4)


@pytest.mark.ledger("A6")
@given(documents())
def test_the_locked_stay_and_nothing_else_overlaps(document):
    locked = [container for container in document if container.locked and not container.hidden]
    try:
        after = done(document, plan_arrange(document))
    except InvalidArgument:
        assert locked
        return
    stay = {name for name in document.ids() if document[name].locked or document[name].hidden}
    assert {name: rects(after)[name] for name in stay} == {name: rects(document)[name] for name in stay}
    moved = [container for container in after if container.id not in stay]
    assert len({(container.width, container.height) for container in moved}) <= 1
    for container in moved:
        others = [other for other in (*moved, *locked) if other.id != container.id]
        assert not any(rect_of(container).overlaps(rect_of(other)) for other in others)


@given(st.integers(1, 60), st.integers(200, 2000), st.integers(200, 2000))
def test_a_grid_has_room_for_all_inside_the_canvas(count, width, height):
    found = grid(count, width, height)
    assert len(set(found.cells)) == count
    assert all(cell.x >= 0 and cell.right <= width and cell.y >= 0 and cell.bottom <= height for cell in found.cells)


@given(
    size=st.tuples(st.integers(60, 900), st.integers(60, 900)),
    count=st.integers(1, 30),
    obstacles=st.lists(
        st.builds(Rect, st.integers(0, 880), st.integers(0, 880), st.integers(1, 200), st.integers(1, 200)), max_size=6
    ),
)
def test_no_cell_stands_in_what_is_locked_and_none_is_left_out_for_nothing(size, count, obstacles):
    try:
        found = grid(count, *size, obstacles)
    except InvalidArgument:
        return
    assert len(found.cells) == count
    pitch = found.width + found.padding, found.height + found.padding
    every = [
        Rect(found.padding + column * pitch[0], found.padding + row * pitch[1], found.width, found.height)
        for row in range(found.rows)
        for column in range(found.columns)
    ]
    free = [cell for cell in every if not any(cell.overlaps(each) for each in obstacles)]
    assert list(found.cells) == free[:count], "in reading order"
