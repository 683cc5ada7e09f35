"""A grammar of requests over invented databases: most are drawn as pandas computes, and few wrongly without a doubt."""

from __future__ import annotations

import os

import pytest

from agent.offline.charted import Asked, asked_in, drawn, right
from agent.offline.phrasings import FRAMES, every

pytestmark = pytest.mark.ledger("X1")

STEP = 1 if os.environ.get("CANVAS_WIDGET_SOAK") else 5
"""Every how many sentences one is asked; a long run asks all."""
ASKED = list(every())[::STEP]


@pytest.mark.parametrize("kind", FRAMES)
def test_requests_of_every_kind_draw_what_pandas_computes(kind: str):
    asked = [each for of, each in ASKED if of == kind]
    wrong = [f"{each.domain}: {each.sentence} → {right(each)[1][:90]}" for each in asked if not right(each)[0]]
    assert len(wrong) <= 0.15 * len(asked), "\n".join(wrong)


def test_hardly_any_is_drawn_wrongly_without_a_word_of_doubt():
    sure = [f"{each.domain}: {each.sentence}" for _, each in ASKED if _sure_and_wrong(each)]
    assert len(sure) <= 0.05 * len(ASKED), "\n".join(sure)


def test_long_and_polite_requests_draw_the_same():
    asked = asked_in("rephrased.txt")
    wrong = [f"{each.domain}: {each.sentence}" for each in asked if not right(each)[0]]
    assert len(wrong) <= 0.1 * len(asked), "\n".join(wrong)


def _sure_and_wrong(each: Asked) -> bool:
    _, rows, doubt = drawn(each)
    return bool(rows) and not doubt and not right(each)[0]
