"""A transaction is applied whole or not at all; one class for each change."""

from __future__ import annotations

import pytest

from canvas_widget.document import Document, Relations, apply
from canvas_widget.errors import Conflict, InvalidArgument, NotFound
from strategies import add, doc, drop, move, put, resize, switch, tx

pytestmark = pytest.mark.ledger("A1")


def _after(document, *changes):
    return apply(document, tx(*changes)).document


def test_a_new_canvas_has_the_stated_size_and_settings():
    wire = Document(name="test").to_wire()
    assert wire["canvas"] == {"name": "test", "width": 800, "height": 600}
    assert wire["settings"] == {"auto_adjust": True, "overlap_prevention": False}
    assert wire["containers"] == []


class TestAdd:
    def test_goes_to_the_end_of_the_reading_order_with_its_times(self):
        after = _after(doc("a", "b"), add("c", 1, 2, 30, 40, title="C"))
        assert after.ids() == ("a", "b", "c")
        found = after.to_wire()["containers"][2]
        assert (found["x"], found["y"], found["width"], found["height"], found["title"]) == (1, 2, 30, 40, "C")
        assert found["created_at"] == found["updated_at"] == after.updated_at == "2026-01-01T00:00:00.000Z"
        assert (found["placement"], found["locked"], found["hidden"], found["z"]) == ("auto", False, False, 0)

    def test_goes_to_an_index(self):
        change = add("c").model_copy(update={"index": 1})
        assert _after(doc("a", "b"), change).ids() == ("a", "c", "b")

    @pytest.mark.ledger("A7")
    def test_a_taken_id_is_refused_with_free_ones(self):
        with pytest.raises(Conflict, match="'a' is taken") as caught:
            apply(doc("a", "a_2"), tx(add("a")))
        assert len(caught.value.alternatives) == 5
        assert not set(caught.value.alternatives) & {"a", "a_2"}

    @pytest.mark.ledger("A7")
    @pytest.mark.parametrize("name", ["A", "a b", "-a", "", "a:chart", "a" * 65])
    def test_an_id_that_is_not_normal_is_refused(self, name):
        with pytest.raises(InvalidArgument):
            apply(doc(), tx(add(name)))


class TestSet:
    def test_writes_the_field_and_the_time(self):
        after = _after(doc("a"), put("a/title", "Sales"))
        assert after["a"].title == "Sales"
        assert after["a"].updated_at == "2026-01-01T00:00:00.000Z"

    @pytest.mark.parametrize(
        ("path", "value"),
        [("a/x", -1), ("a/x", 10.5), ("a/x", float("nan")), ("a/width", 0), ("a/placement", "floating"), ("a/z", "up")],
    )
    def test_refuses_a_value_the_field_cannot_have(self, path, value):
        with pytest.raises(InvalidArgument, match="of container 'a' cannot be"):
            apply(doc("a"), tx(put(path, value)))

    @pytest.mark.parametrize("path", ["a/id", "a/created_at", "a/colour", "a"])
    def test_refuses_a_field_that_is_not_there_to_be_set(self, path):
        with pytest.raises(InvalidArgument, match="Can be: title, x"):
            apply(doc("a"), tx(put(path, "x")))

    def test_names_the_nearest_id_when_there_is_none(self):
        with pytest.raises(NotFound, match=r"No container 'sale' on canvas 'test'\. Nearest: sales\."):
            apply(doc("sales", "b"), tx(put("sale/x", 1)))


class TestMove:
    @pytest.mark.parametrize(("index", "order"), [(0, "cab"), (1, "acb"), (2, "abc"), (99, "abc"), (-5, "cab")])
    def test_changes_the_reading_order(self, index, order):
        assert "".join(_after(doc("a", "b", "c"), move("c", index)).ids()) == order

    def test_room_between_two_never_runs_out(self):
        document = doc("a", "b", "c")
        for _ in range(200):
            document = _after(document, move(document.ids()[2], 1))
        assert sorted(document.ids()) == ["a", "b", "c"]
        assert document.ids()[0] == "a"


class TestRemove:
    def test_takes_the_container_away_and_ends_relations_to_it(self):
        document = _after(doc("a", "b"), put("b/relations", Relations(right_of="a", below="a", top=True)))
        after = _after(document, drop("a"))
        assert after.ids() == ("b",)
        assert after["b"].relations == Relations(top=True)

    def test_of_what_is_not_there(self):
        with pytest.raises(NotFound, match="There are: a, b"):
            apply(doc("a", "b"), tx(drop("xyz")))


class TestCanvas:
    def test_size_and_settings(self):
        after = _after(doc("a"), resize(width=400), switch(overlap_prevention=True))
        assert (after.width, after.height) == (400, 600)
        assert after.settings.overlap_prevention
        assert after.settings.auto_adjust

    @pytest.mark.ledger("A3")
    def test_a_canvas_never_becomes_smaller_than_what_is_on_it(self):
        document = _after(doc(), add("a", 700, 0, 100, 100))
        with pytest.raises(InvalidArgument, match="does not fit the canvas of 799 × 600"):
            apply(document, tx(resize(width=799)))


@pytest.mark.ledger("A5")
def test_a_batch_with_one_bad_change_changes_nothing():
    document = doc("a", "b")
    before = document.to_wire()
    with pytest.raises(NotFound):
        apply(document, tx(put("a/x", 300), drop("b"), resize(width=900), put("missing/x", 1)))
    assert document.to_wire() == before


def test_a_batch_is_judged_by_its_end_not_by_its_steps():
    document = _after(doc(), add("a", 700, 0, 100, 100))
    after = _after(document, resize(width=400), put("a/x", 300))
    assert (after.width, after["a"].x) == (400, 300)


@pytest.mark.ledger("C4")
def test_an_edit_sends_only_the_fields_that_changed():
    deltas = apply(doc("a", "b"), tx(put("a/x", 300), put("a/y", 0))).deltas
    assert [delta.model_dump() for delta in deltas] == [
        {
            "action": "update",
            "path": "/containers/a",
            "node": {"x": 300, "updated_at": "2026-01-01T00:00:00.000Z"},
        }
    ]


@pytest.mark.ledger("C4")
def test_each_kind_of_change_has_its_delta():
    def actions(*changes):
        return [(delta.action, delta.path) for delta in apply(doc("a", "b"), tx(*changes)).deltas]

    assert actions(add("c")) == [("add", "/containers/c")]
    assert actions(drop("a")) == [("remove", "/containers/a")]
    assert actions(move("b", 0)) == [("move", "/containers/b")]
    assert actions(resize(width=900)) == [("update", "/canvas")]
    assert actions(switch(auto_adjust=False)) == [("update", "/settings")]
    assert actions(put("a/x", 0)) == []
    assert actions(add("c"), drop("c")) == []
