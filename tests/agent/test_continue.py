from __future__ import annotations

import pytest

from canvas_widget.agent.proceed import says_continue

GO_ON = [
    "continue",
    "Continue.",
    "continue please",
    "please continue",
    "go on",
    "Go on!",
    "yes",
    "Yes, carry on",
    "yes please",
    "ok",
    "ok, go ahead",
    "Okay, proceed.",
    "sure, keep going",
    "carry on",
    "resume",
    "finish it",
    "finish the rest please",
    "do the rest",
    "yes, do it",
    "continue where you left off",
    "go on from where you stopped",
    "please go on with the rest",
    "you can continue",
    "let's continue",
    "weiter",
    "Mach weiter",
    "ja, bitte weiter",
    "ja",
    "Weitermachen, bitte",
    "fahr fort",
    "oui, continue",
    "sí, continúa",
    "…continue…",
    "CONTINUE",
]
SOMETHING_ELSE = [
    "",
    "   ",
    "no",
    "stop",
    "don't continue",
    "continue with a bar chart of revenue",
    "go on and delete everything",
    "yes but only for 2019",
    "next to it a table",
    "more charts",
    "undo",
    "carry on luggage by airline",
    "ok now a pie chart",
    "weiter unten eine Tabelle",
    "continue " * 20,
    "resume sales by region",
]


@pytest.mark.ledger("A11")
@pytest.mark.parametrize("prompt", GO_ON)
def test_these_words_say_go_on(prompt: str) -> None:
    assert says_continue(prompt)


@pytest.mark.ledger("A11")
@pytest.mark.parametrize("prompt", SOMETHING_ELSE)
def test_these_ask_for_something_else(prompt: str) -> None:
    assert not says_continue(prompt)
