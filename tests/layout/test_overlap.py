"""Overlap: found, avoided where asked, and a free place found from coarse steps to fine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import Document, Rect, apply, rect_of
from canvas_widget.layout import (
    Box,
    Placing,
    find_place,
    is_free,
    overlaps,
    plan_create,
    plan_edit,
    plan_modify,
    plan_settings,
)
from canvas_widget.layout.overlap import covered_area
from strategies import add, documents, done, drop, put, rects, switch, tx

pytestmark = pytest.mark.ledger("A4")


def _pinned(*boxes, **settings):
    changes = [add(f"n{number}", *box, placement="pinned") for number, box in enumerate(boxes)]
    return apply(Document(), tx(*changes, *([switch(**settings)] if settings else []))).document


@given(documents())
def test_overlaps_are_all_and_only_the_pairs_that_share_a_pixel(document):
    shown = [container for container in document if not container.hidden]
    expected = {
        (first.id, second.id)
        for number, first in enumerate(shown)
        for second in shown[number + 1 :]
        if max(first.x, second.x) < min(first.right, second.right)
        and max(first.y, second.y) < min(first.bottom, second.bottom)
    }
    assert set(overlaps(document)) == expected


def test_touching_edges_do_not_overlap():
    assert overlaps(_pinned((0, 0, 100, 100), (100, 0, 100, 100), (0, 100, 100, 100))) == []


class TestFindPlace:
    def test_the_preferred_place_first(self):
        assert find_place(_pinned((0, 0, 100, 100)), 50, 50, preferred=(333, 77)) == Rect(333, 77, 50, 50)

    def test_else_the_nearest_found(self):
        document = _pinned((100, 100, 200, 200))
        found = find_place(document, 50, 50, preferred=(240, 180))
        assert is_free(document, found)
        assert abs(found.x - 240) + abs(found.y - 180) <= 70

    def test_a_gap_that_only_fits_to_the_pixel_is_found(self):
        document = _pinned((0, 0, 333, 600), (384, 0, 416, 600))
        assert find_place(document, 51, 600, preferred=(0, 0)) == Rect(333, 0, 51, 600)
        assert find_place(document, 52, 600, preferred=(0, 0)) is None

    def test_without_a_preference_the_first_in_reading_order(self):
        assert find_place(_pinned((16, 16, 100, 100)), 100, 100, gap=16) == Rect(132, 16, 100, 100)

    @given(documents(), st.integers(1, 900), st.integers(1, 700), st.tuples(st.integers(0, 900), st.integers(0, 700)))
    def test_what_is_found_is_free_and_on_the_canvas_and_what_is_free_is_found(
        self, document, width, height, preferred
    ):
        found = find_place(document, width, height, preferred=preferred)
        if found is not None:
            assert (found.width, found.height) == (width, height)
            assert is_free(document, found)
            assert 0 <= found.x <= document.width - width
            assert 0 <= found.y <= document.height - height
        else:
            corners = [(0, 0), (document.width - width, document.height - height)]
            spots = [Rect(x, y, width, height) for x, y in corners]
            spots = [spot for spot in spots if spot.x >= 0 and spot.y >= 0 and spot.right <= document.width]
            spots = [spot for spot in spots if spot.bottom <= document.height]
            assert not any(is_free(document, spot) for spot in spots)


class TestPrevention:
    def test_off_a_person_may_overlap(self):
        document = _pinned((0, 0, 200, 200))
        after = done(document, plan_create(document, "b", placing=Placing(box=Box(100, 100, 200, 200))))
        assert rects(after)["b"] == Rect(100, 100, 200, 200)
        assert overlaps(after) == [("n0", "b")]

    @pytest.mark.ledger("A17")
    @pytest.mark.parametrize(("setting", "call"), [(True, None), (False, True)])
    def test_on_it_is_moved_and_reported(self, setting, call):
        document = _pinned((0, 0, 200, 200), overlap_prevention=setting)
        plan = plan_create(document, "b", placing=Placing(box=Box(100, 100, 200, 200), avoid_overlap=call))
        after = done(document, plan)
        assert overlaps(after) == []
        [moved] = plan.report.moved
        assert (moved.id, moved.before, moved.after) == ("b", Rect(100, 100, 200, 200), rect_of(after["b"]))
        assert plan.report.notes == (
            f"Moved 'b' from 100, 100 to {moved.after.x}, {moved.after.y} so that it overlaps nothing.",
        )

    @pytest.mark.ledger("A17")
    def test_a_call_may_allow_it_where_the_setting_does_not(self):
        document = _pinned((0, 0, 200, 200), overlap_prevention=True)
        after = done(
            document, plan_create(document, "b", placing=Placing(box=Box(100, 100, 200, 200), avoid_overlap=False))
        )
        assert overlaps(after) == [("n0", "b")]

    def test_with_no_room_left_it_stays_and_the_report_says_so(self):
        document = _pinned((0, 0, 800, 590), overlap_prevention=True)
        plan = plan_create(document, "b", placing=Placing(box=Box(100, 100, 200, 200)))
        assert rects(done(document, plan))["b"] == Rect(100, 100, 200, 200)
        assert plan.report.notes == ("No free place: 'b' overlaps 'n0'. Enlarge the canvas, or arrange it.",)

    def test_it_holds_for_a_drag_and_a_modify_too(self):
        document = _pinned((0, 0, 200, 200), (400, 0, 200, 200), overlap_prevention=True)
        for plan in (
            plan_edit(document, [put("n1/x", 100)]),
            plan_modify(document, "n1", box=Box(x=100)),
        ):
            after = done(document, plan)
            assert overlaps(after) == []
            assert [moved.id for moved in plan.report.moved] == ["n1"]

    def test_a_group_dragged_together_stays_together(self):
        document = _pinned((0, 0, 100, 100), (110, 0, 100, 100), overlap_prevention=True)
        after = done(document, plan_edit(document, [put("n0/x", 50), put("n1/x", 160)]))
        assert [container.x for container in after] == [50, 160]

    @pytest.mark.ledger("A17")
    def test_the_settings_can_be_read_and_changed(self):
        document = Document()
        after = done(document, plan_settings(document, overlap_prevention=True))
        assert after.to_wire()["settings"] == {"auto_adjust": True, "overlap_prevention": True}
        assert plan_settings(after, overlap_prevention=True).changes == ()


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 12)] * 2), max_size=5))
def test_the_area_covered_is_that_of_the_union(boxes):
    pixels = {(x, y) for left, top, w, h in boxes for x in range(left, left + w) for y in range(top, top + h)}
    assert covered_area(Rect(*box) for box in boxes) == len(pixels)


def test_hidden_containers_are_in_nobodys_way():
    document = apply(_pinned((0, 0, 200, 200)), tx(put("n0/hidden", True))).document
    assert is_free(document, Rect(0, 0, 800, 600))
    assert apply(document, tx(drop("n0"))).document.covered == 0
