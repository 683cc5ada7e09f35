"""An edit with automatic layout on looks at its neighbours only: counted, not timed."""

from __future__ import annotations

from functools import cache

import pytest

from canvas_widget.document import Container, Document, SpatialIndex, apply
from canvas_widget.layout import Box, Placing, plan_create, plan_delete, plan_edit, plan_modify
from strategies import put, tx

pytestmark = pytest.mark.ledger("A6")

PLANS = {
    "drag": lambda document: plan_edit(document, [put("n5_5/x", 4_508), put("n5_5/y", 4_516)]),
    "drag onto another": lambda document: plan_edit(document, [put("n5_5/x", 4_900)]),
    "create": lambda document: plan_create(document, "new"),
    "create beside": lambda document: plan_create(
        document, "new", placing=Placing(box=Box(50, 50, 20, 20), avoid_overlap=True)
    ),
    "rename": lambda document: plan_modify(document, "n5_5", title="New"),
    "resize": lambda document: plan_modify(document, "n5_5", box=Box(width=790)),
    "delete": lambda document: plan_delete(document, "n5_5"),
}


@cache
def _large(side: int) -> Document:
    document = Document(width=100_000, height=100_000)
    for number in range(side * side):
        column, row = number % side, number // side
        container = Container(id=f"n{column}_{row}", x=column * 900, y=row * 900, width=800, height=800)
        document = document.with_container(container)
    return document


@pytest.mark.parametrize("name", PLANS)
def test_among_ten_thousand_no_more_are_looked_at_than_among_some_hundreds(name, monkeypatch):
    """Where another has to move, the search for its place is bounded; it goes farther where all is full."""
    looked = []
    near, through = SpatialIndex.near, Document.__iter__

    def counted(names):
        for found in names:
            looked.append(found)
            yield found

    monkeypatch.setattr(SpatialIndex, "near", lambda self, rect: counted(near(self, rect)))
    monkeypatch.setattr(Document, "__iter__", lambda self: counted(through(self)))
    counts = []
    for side in (20, 100):
        document = _large(side)
        looked.clear()
        plan = PLANS[name](document)
        counts.append(len(looked))
        apply(document, tx(*plan.changes))
    assert counts[1] <= 1.5 * counts[0] + 4 or "onto" in name
    assert counts[1] < 500
