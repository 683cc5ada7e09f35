"""Paraphrases over data the rules were not written for: what share of them draws what pandas computes."""

from __future__ import annotations

import pytest

from agent.offline.charted import asked_in, drawn, right
from agent.offline.paraphrase_data import FOLDS

pytestmark = pytest.mark.ledger("X1")


ASKED = asked_in("paraphrases.txt")


def _share(fold: str) -> tuple[float, list[str]]:
    asked = [each for each in ASKED if FOLDS[each.domain] == fold]
    wrong = [f"{each.domain}: {each.sentence}" for each in asked if not right(each)[0]]
    return 1 - len(wrong) / len(asked), wrong


@pytest.mark.parametrize("fold", ["looked at", "held out"])
def test_most_paraphrases_draw_what_pandas_computes(fold: str):
    share, wrong = _share(fold)
    assert share >= 0.85, "\n".join(wrong)


def test_few_are_drawn_wrongly_without_a_word_of_doubt():
    sure = []
    for each in ASKED:
        mark, rows, doubt = drawn(each)
        if rows and not doubt and not right(each)[0]:
            sure.append(f"{each.domain}: {each.sentence} → {mark} {rows[:2]}")
    assert len(sure) <= 0.1 * len(ASKED), "\n".join(sure)


def test_the_paraphrases_are_many():
    assert len(ASKED) >= 250
    assert {each.domain for each in ASKED} == set(FOLDS)
