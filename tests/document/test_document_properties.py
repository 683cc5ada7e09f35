"""Laws of documents, over random ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.document import Document, Rect, Transaction, apply, rect_of
from canvas_widget.errors import CanvasError
from document.follower import follow
from strategies import add, doc, documents, drop, move, transactions, tx


def _timeless(document):
    wire = document.to_wire()
    for container in wire["containers"]:
        del container["updated_at"]
    return wire["canvas"], wire["settings"], wire["containers"]


def _try(document: Document, transaction: Transaction):
    try:
        return apply(document, transaction)
    except CanvasError:
        return None


@given(documents(), transactions())
def test_the_inverse_gives_back_the_document_but_for_the_times_of_change(document, transaction):
    applied = _try(document, transaction)
    if applied is not None:
        back = apply(applied.document, tx(*applied.inverse, at="2027-01-01T00:00:00.000Z")).document
        assert _timeless(back) == _timeless(document)


@pytest.mark.ledger("A5")
@given(documents(), st.data())
def test_many_containers_put_elsewhere_at_once_are_where_one_by_one_would_put_them(document, data):
    side = st.integers(1, 3_000)
    rects = st.builds(Rect, st.integers(0, 2_000), st.integers(0, 2_000), side, side)
    moved = [
        document[name].model_copy(update={**data.draw(rects)._asdict(), "hidden": data.draw(st.booleans())})
        for name in data.draw(st.lists(st.sampled_from(document.ids()), unique=True)) or ()
    ] if document.ids() else []  # fmt: skip
    single, start = document, document.to_wire()
    for container in moved:
        single = single.with_container(container)
    together = document.with_containers(moved)
    assert together.to_wire() == single.to_wire()
    assert together.covered == single.covered
    assert document.to_wire() == start
    for where in [data.draw(rects), Rect(0, 0, 10_000, 10_000), *(rect_of(each) for each in document)]:
        near = sorted(each.id for each in together if not each.hidden and rect_of(each).overlaps(where))
        assert sorted(each.id for each in together.touching(where)) == near
        assert sorted(together.index.near(where)) == sorted(single.index.near(where))


@pytest.mark.ledger("C4")
@given(documents(), st.lists(transactions(), max_size=4))
def test_a_client_that_follows_the_deltas_has_the_document(document, batch):
    shown = document.to_wire()
    for transaction in batch:
        applied = _try(document, transaction)
        if applied is None:
            continue
        document = applied.document
        shown = follow(shown, [delta.model_dump(mode="json") for delta in applied.deltas])
        shown |= {"rev": document.rev, "updated_at": document.updated_at}
        assert shown == document.to_wire()


@pytest.mark.ledger("C4")
@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 6)), min_size=2, max_size=6))
def test_a_client_that_follows_several_moves_at_once_has_the_order(moves):
    document = doc(*"abcdefg")
    applied = apply(document, tx(drop("d"), *(move(name, index) for name, index in moves if name != "d"), add("h")))
    shown = follow(document.to_wire(), [delta.model_dump(mode="json") for delta in applied.deltas])
    assert [container["id"] for container in shown["containers"]] == list(applied.document.ids())
    assert sum(delta.action == "move" for delta in applied.deltas) <= len(moves)


@pytest.mark.ledger("A5")
@given(documents(), transactions())
def test_what_is_refused_leaves_everything_as_it_was(document, transaction):
    before = document.to_wire()
    _try(document, transaction)
    assert document.to_wire() == before


@given(documents(), transactions())
def test_what_the_document_keeps_beside_its_containers_is_true(document, transaction):
    applied = _try(document, transaction)
    after = document if applied is None else applied.document
    visible = [container for container in after if not container.hidden]
    assert after.covered == sum(container.width * container.height for container in visible)
    for container in after:
        for gap in (0, 7):
            near = {other.id for other in after.touching(rect_of(container), gap)}
            assert near == {other.id for other in visible if rect_of(other).overlaps(rect_of(container), gap)}
        named = {other.id for other in after if container.id in other.relations.named.values()}
        assert after.related.get(container.id, frozenset()) == named


@given(documents(), transactions())
def test_every_container_stays_on_the_canvas(document, transaction):
    applied = _try(document, transaction)
    for container in document if applied is None else applied.document:
        assert container.x >= 0
        assert container.y >= 0
        after = document if applied is None else applied.document
        assert container.right <= after.width
        assert container.bottom <= after.height
