"""Short, passive, negated and two-step requests over four databases; of one half only the totals are looked at."""

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


def test_short_and_negated_requests_draw_what_pandas_computes():
    asked = asked_in("fresh.txt")
    wrong = [f"{each.domain}: {each.sentence} → {right(each)[1][:90]}" for each in asked if not right(each)[0]]
    assert len(wrong) <= 0.16 * len(asked), "\n".join(wrong)


def test_requests_that_no_rule_was_fitted_to_hold_their_floor():
    found = totals(asked_in("fresh_sealed.txt"))
    assert found.right >= 0.8 * found.asked, found
    assert found.sure_but_wrong <= 0.06 * found.asked, found
