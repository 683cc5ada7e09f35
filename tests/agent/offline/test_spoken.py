"""How analysts speak, over databases with link tables, two keys to one table, and names cut to letters."""

from __future__ import annotations

import pytest

from agent.offline.charted import asked_in, drawn, right
from agent.offline.spoken_data import SPOKEN

pytestmark = pytest.mark.ledger("X1")

ASKED = asked_in("spoken.txt")
LONG = asked_in("spoken_long.txt")


@pytest.mark.parametrize("database", SPOKEN)
def test_what_analysts_say_draws_what_pandas_computes(database: str):
    asked = [each for each in ASKED if each.domain == database]
    wrong = [f"{each.sentence} → {right(each)[1][:90]}" for each in asked if not right(each)[0]]
    assert len(wrong) <= 0.12 * len(asked), "\n".join(wrong)


def test_what_is_drawn_without_a_word_of_doubt_is_right_in_nine_of_ten():
    sure = [each for each in (*ASKED, *LONG) if drawn(each)[1] and not drawn(each)[2]]
    wrong = [f"{each.domain}: {each.sentence}" for each in sure if not right(each)[0]]
    assert len(sure) >= 0.7 * len((*ASKED, *LONG))
    assert len(wrong) <= 0.1 * len(sure), "\n".join(wrong)


def test_long_and_careful_requests_draw_what_pandas_computes():
    wrong = [f"{each.domain}: {each.sentence} → {right(each)[1][:90]}" for each in LONG if not right(each)[0]]
    assert len(wrong) <= 0.1 * len(LONG), "\n".join(wrong)
