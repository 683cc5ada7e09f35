"""Laws of automatic layout, over random canvases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import Document, Relations, apply
from canvas_widget.errors import InvalidArgument
from canvas_widget.layout import Box, Placing, overlaps, plan_create, plan_delete, utilisation
from strategies import CONTENTS, SIDES, add, documents, done, operations, rects, tx

KINDS = sorted(CONTENTS)


def _try(operation, document):
    """The plan; None where what is locked leaves no room for what was asked."""
    locked = any(container.locked for container in document)
    try:
        return operation(document)
    except InvalidArgument:
        if not locked:
            raise
        return None


def _holds(side, rect, other):
    return {
        "above": rect.bottom <= other.y,
        "below": rect.y >= other.bottom,
        "left_of": rect.right <= other.x,
        "right_of": rect.x >= other.right,
    }[side]


@pytest.mark.ledger("A3", "A6")
@given(st.data())
def test_whatever_is_asked_ends_inside_the_canvas_and_moves_no_one_who_was_placed(data):
    document = data.draw(documents())
    for _ in range(3):
        name, operation = data.draw(operations(document))
        plan = _try(operation, document)
        if plan is None:
            continue
        after = apply(document, tx(*plan.changes)).document
        arranged = any("Arranged" in note for note in plan.report.notes)
        resized = (after.width, after.height) != (document.width, document.height)
        for container in document:
            stays = container.locked or (container.placement == "pinned" and not arranged and not resized)
            if stays and container.id in after and container.id != name:
                assert rects(after)[container.id] == rects(document)[container.id]
        for moved in plan.report.moved:
            assert moved.before != moved.after == rects(after)[moved.id]
        assert plan.report.utilisation == pytest.approx(utilisation(after))
        document = after


@pytest.mark.ledger("A4", "A6")
@given(st.lists(st.sampled_from(KINDS), max_size=14), st.integers(400, 1600), st.integers(300, 1200))
def test_with_room_for_all_nothing_overlaps(kinds, width, height):
    document = Document(width=width, height=height)
    for number, kind in enumerate(kinds):
        document = done(document, plan_create(document, f"n{number}", content=CONTENTS[kind]))
        assert overlaps(document) == []
    for name in document.ids():
        document = done(document, plan_delete(document, name))
        assert overlaps(document) == []


@pytest.mark.ledger("A4", "A6")
@given(
    st.lists(st.tuples(*[st.integers(0, 200)] * 2, *[st.integers(20, 200)] * 2), max_size=3),
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=6),
)
def test_around_what_is_placed_in_one_half_the_other_half_is_used(placed, kinds):
    document = Document()
    for number, box in enumerate(placed):
        document = done(
            document, plan_create(document, f"p{number}", placing=Placing(box=Box(*box), avoid_overlap=False))
        )
    fixed = rects(document)
    for number, kind in enumerate(kinds):
        document = done(document, plan_create(document, f"n{number}", content=CONTENTS[kind]))
    assert {name: rects(document)[name] for name in fixed} == fixed
    among_placed = {pair for pair in overlaps(document) if set(pair) <= fixed.keys()}
    assert set(overlaps(document)) == among_placed


@pytest.mark.ledger("A6")
@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(SIDES), st.integers(0, 7)), min_size=1, max_size=7),
    st.booleans(),
)
def test_relations_are_kept_by_all_that_follows(asked, top):
    document = done(Document(width=1400, height=1000), plan_create(Document(width=1400, height=1000), "n0"))
    wanted = []
    for number, (kind, side, anchor) in enumerate(asked, 1):
        other = f"n{anchor % number}"
        relations = Relations(**{side: other})
        plan = plan_create(document, f"n{number}", content=CONTENTS[kind], placing=Placing(relations=relations))
        document = done(document, plan)
        wanted.append((f"n{number}", side, other))
        assert overlaps(document) == []
        assert all(_holds(side, rects(document)[name], rects(document)[other]) for name, side, other in wanted)
    if top:
        document = done(document, plan_create(document, "top", content=CONTENTS["metric"], placing=Placing(top=True)))
        at = rects(document)
        assert all(at["top"].bottom <= rect.y for name, rect in at.items() if name != "top")
        assert all(_holds(side, at[name], at[other]) for name, side, other in wanted)


@pytest.mark.ledger("A6")
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
def test_nobody_moves_while_there_is_room(kinds):
    document = Document(width=3000, height=2000)
    for number, kind in enumerate(kinds):
        plan = plan_create(document, f"n{number}", content=CONTENTS[kind])
        assert plan.report.moved == ()
        assert plan.report.notes == ()
        document = done(document, plan)


@pytest.mark.ledger("A6")
def test_locked_ones_stay_though_automatic():
    adds = [add("a", 100, 100, 300, 200, locked=True), add("b", 420, 100, 300, 200)]
    document = apply(Document(), tx(*adds)).document
    for number in range(6):
        document = done(document, plan_create(document, f"n{number}", content=CONTENTS["chart"]))
    assert rects(document)["a"] == (100, 100, 300, 200)
    assert overlaps(document) == []
