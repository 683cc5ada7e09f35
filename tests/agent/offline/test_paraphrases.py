"""Paraphrases over data the rules were not written for: what share of them draws what pandas computes."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.offline.charted import Asked, drawn, right
from agent.offline.paraphrase_data import FOLDS

pytestmark = pytest.mark.ledger("X1")


def _asked() -> list[Asked]:
    found: list[Asked] = []
    head: list[str] = []
    for line in Path(__file__).with_name("paraphrases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            head = [part.strip() for part in line[3:].split(" | ")]
        elif line and not line.startswith("#"):
            found.append(Asked(head[0], head[1], head[2], head[3] if len(head) > 3 else "", line))
    return found


ASKED = _asked()


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
