"""Short, passive, negated and two-step requests over eight databases; of one half only the totals are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from agent.offline.charted import Asked, asked_in, drawn, right

pytestmark = pytest.mark.ledger("X1")


@dataclass(frozen=True)
class Totals:
    """How many were asked, drawn, right, and wrong without a word of doubt."""

    asked: int
    answered: int
    right: int
    sure_but_wrong: int


def totals(asked: list[Asked]) -> Totals:
    answered = [each for each in asked if drawn(each)[0]]
    hits = sum(right(each)[0] for each in answered)
    sure = sum(not drawn(each)[2] and not right(each)[0] for each in answered)
    return Totals(len(asked), len(answered), hits, sure)


@pytest.mark.parametrize(("file", "missed"), [("fresh.txt", 0.16), ("desk.txt", 0.12)])
def test_short_and_negated_requests_draw_what_pandas_computes(file: str, missed: float):
    asked = asked_in(file)
    wrong = [f"{each.domain}: {each.sentence} → {right(each)[1][:90]}" for each in asked if not right(each)[0]]
    assert len(wrong) <= missed * len(asked), "\n".join(wrong)


@pytest.mark.parametrize(("file", "floor", "sure"), [("fresh_sealed.txt", 0.8, 0.06), ("desk_sealed.txt", 0.82, 0.08)])
def test_requests_that_no_rule_was_fitted_to_hold_their_floor(file: str, floor: float, sure: float):
    found = totals(asked_in(file))
    assert found.right >= floor * found.asked, found
    assert found.sure_but_wrong <= sure * found.asked, found
