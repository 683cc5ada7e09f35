"""No edit costs the length of the document: counted in containers looked at, not in time."""

from __future__ import annotations

from functools import cache

import pytest

from canvas_widget.document import Commit, Container, Document, History, apply
from canvas_widget.document.order import BLOCK, ReadingOrder
from strategies import add, drop, move, put, tx

pytestmark = pytest.mark.ledger("A1")


@cache
def _large(count: int) -> Document:
    document = Document(width=100_000, height=100_000)
    for number in range(count):
        x, y = number % 100 * 900, number // 100 * 900
        document = document.with_container(Container(id=f"n{number}", x=x, y=y, width=800, height=800))
    return document


@pytest.mark.parametrize(
    "change",
    [
        put("n50/x", 50 * 900 + 8),
        put("n50/title", "New"),
        add("new", 50, 50, 10, 10),
        add("new").model_copy(update={"index": 40}),
        drop("n50"),
        move("n50", 10),
    ],
    ids=["drag", "rename", "add", "insert", "remove", "move"],
)
def test_an_edit_among_ten_thousand_looks_at_no_more_than_among_a_hundred(change, monkeypatch):
    seen = []
    overlaps = Document.touching
    monkeypatch.setattr(Document, "__iter__", lambda self: pytest.fail("went through all containers"))
    monkeypatch.setattr(Document, "ids", lambda self: pytest.fail("listed all ids"))
    monkeypatch.setattr(ReadingOrder, "__iter__", lambda self: pytest.fail("went through the reading order"))
    monkeypatch.setattr(Document, "touching", lambda *args: seen.append(args) or overlaps(*args))
    for count in (100, 10_000):
        document = _large(count)
        applied = apply(document, tx(change))
        back = apply(applied.document, tx(*applied.inverse)).document
        assert len(back) == count
        assert len(applied.deltas) <= 2
    assert not seen


def test_the_reading_order_copies_one_block():
    order = ReadingOrder()
    for number in range(10_000):
        order = order.put(f"n{number}", order.end)
    after = order.put("n5000", 3.5)
    shared = {id(block) for block in order._blocks} & {id(block) for block in after._blocks}
    assert len(shared) >= len(order._blocks) - 3
    assert max(map(len, after._blocks)) <= BLOCK


def test_recording_an_edit_looks_at_none_of_the_thousand_before_it():
    history = History()
    document = _large(100)

    def edit(number: int) -> None:
        nonlocal document
        transaction = tx(put("n50/x", 50 * 900 + number))
        applied = apply(document, transaction)
        document = applied.document
        history.record(Commit(document.rev, transaction, applied))

    for number in range(1, 1000):
        edit(number)
    nothing = object()  # whoever reads a field of it fails
    history._log = dict.fromkeys(history._log, nothing)
    steps = history._stacks["user"].undo
    steps[:] = [nothing] * len(steps)
    edit(1000)
    assert len(history) == 1000
    assert steps[-1].key == f"rev:{document.rev}"
