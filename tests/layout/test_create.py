"""Creating a container: its id, its size, its place."""

from __future__ import annotations

import math

import pytest

from canvas_widget.document import Document, Rect, Relations
from canvas_widget.errors import Conflict, InvalidArgument, NotFound
from canvas_widget.layout import Box, Placing, default_size, overlaps, plan_create, plan_modify, plan_settings
from strategies import CONTENTS, doc, done, rects


def _create(document, name="new", *, kept=("content", "title", "ignore"), **how):
    plain = {key: how.pop(key) for key in kept if key in how}
    plan = plan_create(document, name, placing=Placing(**how), **plain)
    return done(document, plan), plan.report


@pytest.mark.ledger("A6")
class TestPlacement:
    def test_without_a_box_it_is_automatic(self):
        document, report = _create(Document(), content=CONTENTS["chart"])
        assert (document["new"].placement, rects(document)["new"]) == ("auto", Rect(16, 16, 376, 276))
        assert report.moved == ()
        assert report.notes == ()

    @pytest.mark.parametrize("box", [Box(x=40), Box(width=300), Box(1, 2, 30, 40)])
    def test_any_side_given_pins_it(self, box):
        document, _ = _create(Document(), box=box)
        given = {side: getattr(box, side) for side in ("x", "y", "width", "height") if getattr(box, side) is not None}
        assert document["new"].placement == "pinned"
        assert {side: getattr(document["new"], side) for side in given} == given

    def test_a_size_alone_still_finds_a_free_place(self):
        document, _ = _create(doc("a", "b"), box=Box(width=300, height=200))
        assert overlaps(document) == []

    def test_a_column_alone_finds_a_free_row(self):
        document, _ = _create(Document(), "a", box=Box(100, 0, 300, 200))
        document, _ = _create(document, "b", box=Box(x=100, width=300, height=200))
        assert (document["b"].x, overlaps(document)) == (100, [])

    @pytest.mark.parametrize("kind", sorted(CONTENTS))
    def test_it_is_never_larger_than_a_small_canvas(self, kind):
        document, _ = _create(Document(width=100, height=60), content=CONTENTS[kind])
        assert rects(document)["new"].width <= 100 - 32
        assert default_size(kind, 10_000, 10_000)[0] == pytest.approx(
            {"metric": 240, "control": 240, "empty": 240}.get(kind, 380), 0.05
        )

    def test_a_full_canvas_says_what_overlaps_and_what_to_do(self):
        document = Document(width=300, height=200)
        document, _ = _create(document, "all", box=Box(0, 0, 300, 200))
        document, report = _create(document, "new")
        assert report.notes == ("No free place: 'new' overlaps 'all'. Enlarge the canvas, or arrange it.",)


@pytest.mark.ledger("A6")
class TestRelations:
    def test_ids_are_normalised(self):
        document, _ = _create(doc("my_chart"), relations=Relations(below="My Chart"))
        assert document["new"].relations == Relations(below="my_chart")

    def test_to_what_is_not_there(self):
        with pytest.raises(NotFound, match="Nearest: sales"):
            plan_create(doc("sales"), "new", placing=Placing(relations=Relations(below="sale")))

    def test_to_itself(self):
        with pytest.raises(InvalidArgument, match="'new' cannot be right of itself"):
            plan_create(doc(), "New", placing=Placing(relations=Relations(right_of="new")))

    @pytest.mark.parametrize("side", ["above", "below", "left_of", "right_of"])
    def test_with_automatic_layout_off_nobody_else_moves(self, side):
        document = doc()
        for name in ("a", "b", "c", "d"):
            document, _ = _create(document, name, content=CONTENTS["chart"])
        after, report = _create(document, relations=Relations(**{side: "a"}), auto_adjust=False)
        assert {name: rects(after)[name] for name in "abcd"} == rects(document)
        assert report.notes

    def test_contradictions_are_won_by_the_newer_and_told(self):
        document, _ = _create(doc(), "a", content=CONTENTS["chart"])
        document, _ = _create(document, "b", content=CONTENTS["chart"], relations=Relations(below="a"))
        plan = plan_modify(document, "a", relations=Relations(below="b"))
        after = done(document, plan)
        assert overlaps(after) == []
        assert after["b"].y != after["a"].y


@pytest.mark.ledger("A7")
class TestIdentity:
    def test_the_id_is_normalised(self):
        plan = plan_create(doc(), "Sales by Region!")
        assert plan.container_id == "sales_by_region"
        assert done(doc(), plan).ids() == ("sales_by_region",)

    def test_a_taken_one_is_refused_with_five_others(self):
        with pytest.raises(Conflict) as caught:
            plan_create(doc("sales"), "Sales", content=CONTENTS["chart"])
        assert caught.value.alternatives == ("sales_2", "sales_3", "sales_4", "sales_copy", "chart_sales")

    def test_with_replace_the_content_changes_and_the_place_stays(self):
        document, _ = _create(doc(), "a", box=Box(40, 50, 300, 200), title="Old")
        after, _ = _create(document, "a", content=CONTENTS["table"], replace=True)
        assert (after["a"].kind, after["a"].title, rects(after)) == ("table", "Old", rects(document))
        assert after["a"].created_at == document["a"].created_at

    @pytest.mark.parametrize("name", [5, None, ["a"]])
    def test_an_id_is_text(self, name):
        with pytest.raises(InvalidArgument, match="An identifier is text"):
            plan_create(doc(), name)


@pytest.mark.ledger("A1")
class TestNumbers:
    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "12", True, 10**7, [1]])
    @pytest.mark.parametrize("side", ["x", "width"])
    def test_what_is_no_number_of_px_is_refused(self, side, value):
        with pytest.raises(InvalidArgument, match=f"^{side} must be"):
            plan_create(doc(), "a", placing=Placing(box=Box(**{side: value})))

    @pytest.mark.parametrize("value", [0, -5, 0.2])
    def test_a_size_is_at_least_a_pixel(self, value):
        with pytest.raises(InvalidArgument, match=r"^height must be at least 1 px"):
            plan_create(doc(), "a", placing=Placing(box=Box(height=value)))

    def test_whole_floats_count_and_others_are_rounded_and_reported(self):
        document, report = _create(doc(), "a", box=Box(10.0, 20.5, 100.0, 99.4))
        assert rects(document)["a"] == Rect(10, 21, 100, 99)
        assert all(type(side) is int for side in rects(document)["a"])
        assert report.notes == ("Rounded y of 'a' from 20.5 to 21 px.", "Rounded height of 'a' from 99.4 to 99 px.")

    def test_a_title_is_text(self):
        with pytest.raises(InvalidArgument, match="title of container 'a' cannot be 5"):
            plan_create(doc(), "a", title=5)


@pytest.mark.ledger("A3")
class TestBounds:
    def test_outside_it_is_moved_in_and_reported(self):
        document, report = _create(doc(), "a", box=Box(750, -30, 200, 100))
        assert rects(document)["a"] == Rect(600, 0, 200, 100)
        assert report.as_dict()["moved"] == [
            {
                "id": "a",
                "before": {"x": 750, "y": -30, "width": 200, "height": 100},
                "after": {"x": 600, "y": 0, "width": 200, "height": 100},
            }
        ]
        assert report.notes == ("Fitted 'a' inside the canvas: 200 × 100 px at 600, 0.",)

    def test_too_large_it_is_shrunk(self):
        document, _ = _create(doc(), "a", box=Box(10, 10, 2000, 100))
        assert rects(document)["a"] == Rect(0, 10, 800, 100)

    def test_without_auto_adjust_it_is_refused(self):
        document = done(doc(), plan_settings(doc(), auto_adjust=False))
        with pytest.raises(
            InvalidArgument, match=r"'a' \(200 × 100 px at 750, -30\) does not fit the canvas of 800 × 600"
        ):
            plan_create(document, "a", placing=Placing(box=Box(750, -30, 200, 100)))
        with pytest.raises(InvalidArgument, match="does not fit"):
            plan_modify(done(document, plan_create(document, "b")), "b", box=Box(x=790))

    @pytest.mark.ledger("A17")
    def test_a_call_may_choose_otherwise_than_the_settings(self):
        off = done(doc(), plan_settings(doc(), auto_adjust=False))
        assert done(off, plan_create(off, "a", placing=Placing(box=Box(x=790), auto_adjust=True)))["a"].right == 800
        with pytest.raises(InvalidArgument, match="does not fit"):
            plan_create(doc(), "a", placing=Placing(box=Box(x=790), auto_adjust=False))
        with pytest.raises(InvalidArgument, match="auto_adjust must be true or false"):
            plan_create(doc(), "a", placing=Placing(auto_adjust="yes"))
