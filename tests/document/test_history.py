"""Undo and redo: turns as one step, stacks per origin, and what others have edited since is kept."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import ChartContent, Commit, Document, History, apply
from canvas_widget.errors import CanvasError, NotFound
from strategies import add, changes, doc, drop, move, put, resize, switch, tx

pytestmark = pytest.mark.ledger("X4")


class _Canvas:
    """A document with its history, as a workspace keeps them."""

    def __init__(self, document: Document, limit: int = 1000) -> None:
        self.document, self.history = document, History(limit)

    def edit(self, *changes, **fields):
        applied = apply(self.document, tx(*changes, **fields))
        self.document = applied.document
        self.history.record(Commit(applied.document.rev, tx(*changes, **fields), applied))

    def undo(self, key=None, origin="user"):
        reverted = self.history.undo(self.document, origin, key)
        if reverted.changes:
            self.edit(*reverted.changes, source="undo", origin=origin)
        return reverted.kept

    def redo(self, origin="user"):
        reverted = self.history.redo(self.document, origin)
        if reverted.changes:
            self.edit(*reverted.changes, source="redo", origin=origin)
        return reverted.kept

    @property
    def state(self):
        wire = self.document.to_wire()
        for container in wire["containers"]:
            del container["updated_at"]
        return wire["canvas"], wire["settings"], wire["containers"]


def test_undo_and_redo_go_back_and_forth():
    canvas = _Canvas(doc("a"))
    states = [canvas.state]
    for change in (put("a/x", 100), add("b"), put("b/title", "B"), move("b", 0), drop("a"), resize(width=900)):
        canvas.edit(change)
        states.append(canvas.state)
    for expected in reversed(states[:-1]):
        canvas.undo()
        assert canvas.state == expected
    for expected in states[1:]:
        canvas.redo()
        assert canvas.state == expected
    for expected in reversed(states[:-1]):
        canvas.undo()
        assert canvas.state == expected


def test_with_nothing_to_undo_it_says_so():
    canvas = _Canvas(doc("a"))
    with pytest.raises(NotFound, match="nothing to undo"):
        canvas.undo()
    with pytest.raises(NotFound, match="nothing to redo"):
        canvas.redo()
    assert canvas.history.undo_key("user") is canvas.history.redo_key("user") is None


def test_a_new_edit_ends_what_could_be_redone():
    canvas = _Canvas(doc("a"))
    canvas.edit(put("a/x", 100))
    canvas.undo()
    assert canvas.history.redo_key("user") == "rev:2"
    canvas.edit(put("a/y", 100))
    assert canvas.history.redo_key("user") is None


class TestTurns:
    def test_a_turn_is_undone_as_one(self):
        canvas = _Canvas(doc("a"))
        before = canvas.state
        canvas.edit(add("b"), turn_id="t1", source="agent")
        canvas.edit(put("a/x", 300), turn_id="t1", source="agent")
        canvas.edit(drop("b"), add("c"), turn_id="t1", source="agent")
        after = canvas.state
        assert canvas.history.undo_key("user") == "t1"
        assert canvas.undo() == ()
        assert canvas.state == before
        canvas.redo()
        assert canvas.state == after

    def test_a_turn_may_be_undone_by_its_id_after_others(self):
        canvas = _Canvas(doc("a", "b"))
        canvas.edit(put("a/x", 300), turn_id="t1")
        canvas.edit(put("b/x", 400))
        canvas.undo("t1")
        assert (canvas.document["a"].x, canvas.document["b"].x) == (0, 400)
        assert canvas.history.undo_key("user") == "rev:3"

    def test_an_id_that_is_not_there_names_those_that_are(self):
        canvas = _Canvas(doc("a"))
        canvas.edit(put("a/x", 300), turn_id="t1")
        with pytest.raises(NotFound, match="'t2' cannot be undone") as caught:
            canvas.undo("t2")
        assert caught.value.alternatives == ("t1",)

    def test_an_edit_between_a_turns_commits_is_not_undone_with_it(self):
        canvas = _Canvas(doc("a", "b"))
        canvas.edit(put("a/x", 100), turn_id="t1")
        canvas.edit(put("b/x", 200))
        canvas.edit(put("a/y", 100), turn_id="t1")
        canvas.undo()
        assert (canvas.document["a"].x, canvas.document["a"].y, canvas.document["b"].x) == (0, 0, 200)


class TestLaterEdits:
    def test_a_field_edited_since_is_kept_and_listed(self):
        canvas = _Canvas(doc("a"))
        canvas.edit(put("a/x", 100), put("a/title", "Turn"), turn_id="t1")
        canvas.edit(put("a/title", "Mine"), origin="colleague")
        assert canvas.undo() == ("/containers/a/title",)
        assert (canvas.document["a"].x, canvas.document["a"].title) == (0, "Mine")

    def test_a_container_edited_since_is_kept_whole(self):
        canvas = _Canvas(doc())
        canvas.edit(add("a"), add("b"), turn_id="t1")
        canvas.edit(put("a/x", 50), put("a/placement", "pinned"))
        assert set(canvas.undo("t1")) == {"/containers/a/x", "/containers/a/placement"}
        assert canvas.document.ids() == ("a",)

    def test_a_container_moved_by_automatic_layout_is_not_edited(self):
        canvas = _Canvas(doc())
        canvas.edit(add("a"), turn_id="t1")
        canvas.edit(add("b"), put("a/x", 50), turn_id="t2")
        assert canvas.undo("t1") == ()
        assert canvas.document.ids() == ("b",)

    def test_a_newer_result_of_the_same_query_is_no_edit(self):
        first, second = (ChartContent(sql="q", mark="bar", result_id=number) for number in ("1", "2"))
        canvas = _Canvas(doc())
        canvas.edit(add("a", content=first), turn_id="t1")
        canvas.edit(put("a/content", second))
        stale = second.model_copy(update={"stale": True})
        canvas.edit(put("a/content", stale), source="data", origin="data")
        assert canvas.undo("t1") == ()
        assert "a" not in canvas.document

    def test_the_other_writers_value_comes_back_when_a_turn_wrote_over_it(self):
        canvas = _Canvas(doc("a"))
        canvas.edit(put("a/x", 100), turn_id="t1")
        canvas.edit(put("a/x", 200), origin="colleague")
        canvas.edit(put("a/x", 300), turn_id="t1")
        assert canvas.undo() == ()
        assert canvas.document["a"].x == 200

    def test_an_edit_that_was_itself_undone_keeps_nothing(self):
        canvas = _Canvas(doc("a"))
        canvas.edit(put("a/x", 100), turn_id="t1")
        canvas.edit(put("a/x", 200), origin="colleague")
        canvas.undo(origin="colleague")
        assert canvas.undo("t1") == ()
        assert canvas.document["a"].x == 0

    def test_what_somebody_deleted_does_not_come_back(self):
        canvas = _Canvas(doc("a"))
        canvas.edit(put("a/x", 100), turn_id="t1")
        canvas.edit(drop("a"), origin="colleague")
        assert canvas.undo() == ("/containers/a",)
        assert "a" not in canvas.document

    def test_settings_and_size_set_since_are_kept(self):
        canvas = _Canvas(doc("a"))
        canvas.edit(resize(width=900, height=700), switch(auto_adjust=False), turn_id="t1")
        canvas.edit(resize(width=1000), origin="colleague")
        assert canvas.undo() == ("/canvas/width",)
        assert (canvas.document.width, canvas.document.height) == (1000, 600)
        assert canvas.document.settings.auto_adjust

    def test_a_step_of_which_nothing_is_left_does_not_block_the_stack(self):
        canvas = _Canvas(doc("a", "b"))
        canvas.edit(put("b/title", "B"))
        canvas.edit(put("a/title", "A"))
        canvas.edit(put("a/title", "Mine"), origin="colleague")
        assert canvas.undo() == ("/containers/a/title",)
        assert canvas.undo() == ()
        assert (canvas.document["a"].title, canvas.document["b"].title) == ("Mine", "")


def test_a_deleted_container_comes_back_to_its_place_with_the_relations_to_it():
    canvas = _Canvas(doc("a", "b", "c"))
    canvas.edit(put("c/relations", {"right_of": "b"}))
    before = canvas.state
    canvas.edit(drop("b"))
    canvas.edit(add("d"), origin="colleague")
    canvas.undo()
    assert canvas.document.ids() == ("a", "b", "c", "d")
    assert canvas.document["c"].relations.right_of == "b"
    canvas.undo(origin="colleague")
    assert canvas.state == before


def test_each_origin_has_a_stack_of_its_own():
    canvas = _Canvas(doc("a", "b"))
    canvas.edit(put("a/x", 100), origin="one")
    canvas.edit(put("b/x", 200), origin="two")
    canvas.undo(origin="one")
    assert (canvas.document["a"].x, canvas.document["b"].x) == (0, 200)
    assert canvas.history.redo_key("two") is None


def test_what_the_log_no_longer_holds_cannot_be_undone():
    canvas = _Canvas(doc("a"), limit=2)
    for x in (1, 2, 3):
        canvas.edit(put("a/x", x))
    assert len(canvas.history) == 2
    canvas.undo()
    assert canvas.document["a"].x == 2
    assert canvas.history.undo_key("user") is None


@given(st.lists(st.lists(st.lists(changes(), min_size=1, max_size=3), min_size=1, max_size=3), max_size=4))
def test_undoing_all_leads_back_to_the_start_and_redoing_all_to_the_end(turns):
    canvas = _Canvas(doc("a", "b", "c"))
    start = canvas.state
    for number, batches in enumerate(turns):
        for batch in batches:
            with contextlib.suppress(CanvasError):
                canvas.edit(*batch, turn_id=f"t{number}" if len(batches) > 1 else None)
    end = canvas.state
    while canvas.history.undo_key("user"):
        try:
            assert canvas.undo() == ()
        except NotFound:
            break
    assert canvas.state == start
    while canvas.history.redo_key("user"):
        try:
            assert canvas.redo() == ()
        except NotFound:
            break
    assert canvas.state == end
