"""What a client's edits mean, and what undo gives back."""

from __future__ import annotations

import pytest

from canvas_widget.document import Add, Container, Document, Rect, Relations, apply
from canvas_widget.errors import Conflict, InvalidArgument, NotFound
from canvas_widget.layout import (
    Box,
    Placing,
    overlaps,
    plan_canvas_size,
    plan_create,
    plan_edit,
    plan_modify,
    plan_revert,
)
from strategies import CONTENTS, add, doc, done, drop, move, put, rects, resize, switch, tx

pytestmark = pytest.mark.ledger("A2", "A6")


def _charts(*names):
    document = Document()
    for name in names:
        document = done(document, plan_create(document, name, content=CONTENTS["chart"]))
    return document


def _edit(document, *changes):
    return done(document, plan_edit(document, changes))


class TestDrag:
    def test_pins_what_is_dragged_and_nothing_else(self):
        after = _edit(_charts("a", "b"), put("a/x", 300), put("a/y", 300))
        assert (after["a"].x, after["a"].y, after["a"].placement) == (300, 300, "pinned")
        assert after["b"].placement == "auto"

    def test_a_placement_in_the_same_batch_stands(self):
        assert _edit(_charts("a"), put("a/x", 300), put("a/placement", "auto"))["a"].placement == "auto"

    def test_over_the_edge_it_is_fitted_and_fractions_are_rounded(self):
        after = _edit(_charts("a"), put("a/x", -37.6), put("a/y", 580.2))
        assert (after["a"].x, after["a"].bottom) == (0, 600)

    def test_over_the_edge_with_auto_adjust_off_it_is_refused(self):
        document = _edit(_charts("a"), switch(auto_adjust=False))
        with pytest.raises(InvalidArgument, match="does not fit"):
            plan_edit(document, [put("a/x", 700)])

    def test_onto_another_that_one_moves_away(self):
        document = _charts("a", "b")
        after = _edit(document, put("a/x", 300))
        assert overlaps(after) == []
        assert (after["b"].width, after["b"].height) == (document["b"].width, document["b"].height)

    def test_onto_another_with_auto_adjust_off_both_stay(self):
        document = _edit(_charts("a", "b"), switch(auto_adjust=False))
        after = _edit(document, put("a/x", 300))
        assert rects(after)["b"] == rects(document)["b"]
        assert overlaps(after) == [("a", "b")]

    def test_a_relation_to_what_is_dragged_is_kept(self):
        document = _charts("a")
        document = done(
            document,
            plan_create(document, "b", content=CONTENTS["text"], placing=Placing(relations=Relations(below="a"))),
        )
        after = _edit(document, put("a/y", 200))
        assert after["b"].y >= after["a"].bottom

    def test_a_relation_that_cannot_be_kept_is_told_and_disturbs_nobody(self):
        document = _charts("a", "c", "d")
        document = done(
            document,
            plan_create(document, "b", content=CONTENTS["metric"], placing=Placing(relations=Relations(below="a"))),
        )
        plan = plan_edit(document, [put("a/y", 324)])
        assert "There was no room for 'b' below 'a'." in plan.report.notes
        assert overlaps(done(document, plan)) == []


class TestOthers:
    def test_add_finds_its_place_and_normalises_its_id(self):
        change = Add.model_validate(
            {
                "path": "/containers/My Note",
                "value": {"id": "My Note", "created_at": "1999", "content": {"kind": "text"}},
            }
        )
        after = _edit(_charts("a"), change)
        assert after.ids() == ("a", "my_note")
        assert after["my_note"].placement == "auto"
        assert after["my_note"].created_at == "2026-01-01T00:00:00.000Z"
        assert overlaps(after) == []

    def test_add_at_a_place_pins_it(self):
        after = _edit(doc(), add("a", 700, 500, 200, 200))
        assert (after["a"].placement, rects(after)["a"]) == ("pinned", Rect(600, 400, 200, 200))

    def test_add_of_a_taken_id(self):
        with pytest.raises(Conflict):
            plan_edit(doc("a"), [add("a")])

    def test_rename_delete_move_and_settings_in_one_batch(self):
        after = _edit(doc("a", "b", "c"), put("a/title", "A"), drop("b"), move("c", 0), switch(overlap_prevention=True))
        assert after.ids() == ("c", "a")
        assert (after["a"].title, after["a"].placement, after.settings.overlap_prevention) == ("A", "auto", True)

    def test_resize_canvas_brings_everything_in(self):
        document = _charts("a", "b", "c", "d")
        after = _edit(document, resize(width=500, height=500))
        assert (after.width, after.height) == (500, 500)
        assert overlaps(after) == []
        assert all(container.right <= 500 and container.bottom <= 500 for container in after)

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            (put("gone/x", 1), NotFound),
            (put("gone/title", "x"), NotFound),
            (put("a/x", "left"), InvalidArgument),
            (put("a/width", 0), InvalidArgument),
            (put("a/relations", {"below": "gone"}), NotFound),
            (put("a/relations", 5), InvalidArgument),
            (put("a/content", {"kind": "film"}), InvalidArgument),
            (drop("gone"), NotFound),
            (drop("a").model_copy(update={"path": "/somewhere/else"}), InvalidArgument),
        ],
    )
    def test_what_cannot_be_is_refused_as_by_every_other_door(self, change, error):
        with pytest.raises(error):
            plan_edit(doc("a"), [put("a/title", "first"), change])

    @pytest.mark.parametrize(
        ("relations", "error"), [({"below": "gone"}, NotFound), ({"right_of": "b"}, InvalidArgument)]
    )
    def test_what_is_added_may_only_be_related_to_what_is_there(self, relations, error):
        with pytest.raises(error):
            plan_edit(doc("a"), [add("b", relations=Relations(**relations))])

    @pytest.mark.parametrize("auto_adjust", [True, False])
    def test_what_is_added_stands_beside_what_is_added_after_it(self, auto_adjust):
        document = _edit(Document(width=1200), switch(auto_adjust=auto_adjust))
        text, beside = CONTENTS["text"], Relations(right_of="a")
        added = [Container(id="b", content=text, relations=beside), Container(id="a", content=text)]
        after = _edit(document, *(Add(path=f"/containers/{each.id}", value=each) for each in added))
        assert after["b"].x >= after["a"].right

    def test_what_is_added_is_related_by_any_spelling_and_to_what_is_added_with_it(self):
        def new(name, **relations):
            value = Container(id=name, content=CONTENTS["metric"], relations=Relations(**relations))
            return Add(path=f"/containers/{name}", value=value)

        after = _edit(Document(), new("c", below="b"), new("b", right_of="The First"), new("the_first"))
        assert after["b"].relations == Relations(right_of="the_first")
        assert after["b"].x >= after["the_first"].right
        assert after["c"].y >= after["b"].bottom
        circle = _edit(Document(), new("a", below="b"), new("b", below="a"))
        assert overlaps(circle) == []

    @pytest.mark.parametrize("z", [2**31, -(2**31), 2.5])
    def test_nothing_lies_further_before_the_others_than_a_browser_can_say(self, z):
        with pytest.raises(InvalidArgument, match="z of container 'a'"):
            plan_edit(doc("a"), [put("a/z", z)])

    def test_showing_what_was_hidden_finds_it_room(self):
        document = _edit(_charts("a"), put("a/hidden", True))
        document = done(document, plan_create(document, "b", content=CONTENTS["chart"]))
        assert rects(document)["a"] == rects(document)["b"]
        after = _edit(document, put("a/hidden", False))
        assert overlaps(after) == []

    def test_relations_let_go_of_a_pinned_container(self):
        document = _edit(_charts("a", "b"), put("b/x", 8), put("b/y", 320))
        after = _edit(document, put("b/relations", {"right_of": "a"}))
        assert (after["b"].placement, after["b"].y) == ("auto", after["a"].y)


class TestModify:
    def test_a_rename_moves_nobody(self):
        document = _charts("a", "b")
        plan = plan_modify(document, "A", title="New", z=3, locked=True)
        assert rects(done(document, plan)) == rects(document)
        assert (done(document, plan)["a"].z, plan.report.moved) == (3, ())

    def test_of_nothing_changes_nothing(self):
        document = _charts("a")
        assert plan_modify(document, "a", title="", locked=False).changes == ()

    def test_a_box_pins_and_the_others_make_room(self):
        document = _charts("a", "b")
        after = done(document, plan_modify(document, "a", box=Box(width=500)))
        assert (after["a"].placement, after["a"].width) == ("pinned", 500)
        assert overlaps(after) == []


class TestCanvasSize:
    def test_smaller_moves_the_placed_in_and_reports_it(self):
        document = done(Document(), plan_create(Document(), "a", placing=Placing(box=Box(700, 500, 100, 100))))
        plan = plan_canvas_size(document, 400, 300)
        assert rects(done(document, plan))["a"] == Rect(300, 200, 100, 100)
        assert [moved.id for moved in plan.report.moved] == ["a"]

    def test_smaller_than_a_locked_one_is_refused(self):
        document = done(Document(), plan_create(Document(), "a", placing=Placing(box=Box(700, 500, 100, 100))))
        document = done(document, plan_modify(document, "a", locked=True))
        with pytest.raises(InvalidArgument, match="'a' would lie outside"):
            plan_canvas_size(document, 400, 300)

    @pytest.mark.ledger("A3")
    def test_smaller_with_auto_adjust_off_is_refused(self):
        document = _charts("a")
        with pytest.raises(InvalidArgument, match="turn auto_adjust on"):
            plan_canvas_size(document, 300, 200, auto_adjust=False)

    def test_larger_again_gives_the_room_back(self):
        document = _charts("a", "b", "c", "d")
        small = done(document, plan_canvas_size(document, 400, 300))
        large = done(small, plan_canvas_size(small, 800, 600))
        assert {container.width for container in small} < {container.width for container in large} or all(
            large[name].width > small[name].width for name in large.ids()
        )
        assert overlaps(large) == []

    def test_a_fraction_is_rounded_and_told(self):
        plan = plan_canvas_size(Document(), 640.4, 480)
        assert done(Document(), plan).width == 640
        assert plan.report.notes == ("Rounded width of the canvas from 640.4 to 640 px.",)

    @pytest.mark.parametrize("size", [(0, 100), (100, float("nan")), (10**6, 100), ("wide", 5)])
    def test_no_size(self, size):
        with pytest.raises(InvalidArgument):
            plan_canvas_size(Document(), *size)


@pytest.mark.ledger("X4")
class TestRevert:
    def test_what_comes_back_pins_nothing(self):
        document = _charts("a", "b")
        applied = apply(document, tx(*plan_edit(document, [put("a/x", 300)]).changes))
        back = done(applied.document, plan_revert(applied.document, applied.inverse))
        assert (rects(back), back["a"].placement) == (rects(document), "auto")

    def test_into_a_smaller_canvas_it_is_fitted(self):
        document = done(Document(), plan_create(Document(), "a", placing=Placing(box=Box(700, 500, 100, 100))))
        applied = apply(document, tx(drop("a")))
        small = done(applied.document, plan_canvas_size(applied.document, 400, 300))
        assert rects(done(small, plan_revert(small, applied.inverse)))["a"] == Rect(300, 200, 100, 100)

    def test_onto_a_place_taken_since_nothing_overlaps(self):
        document = _charts("a", "b")
        applied = apply(document, tx(drop("a")))
        taken = done(applied.document, plan_create(applied.document, "c", content=CONTENTS["chart"]))
        assert rects(taken)["c"] == rects(document)["a"]
        after = done(taken, plan_revert(taken, applied.inverse))
        assert overlaps(after) == []
        assert set(after.ids()) == {"a", "b", "c"}

    def test_of_a_canvas_size(self):
        document = _charts("a", "b", "c", "d")
        applied = apply(document, tx(*plan_canvas_size(document, 400, 300).changes))
        back = done(applied.document, plan_revert(applied.document, applied.inverse))
        assert (back.width, back.height, rects(back)) == (800, 600, rects(document))
