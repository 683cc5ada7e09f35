"""Thinking between tags is told from the answer wherever a server cuts its pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.agent.providers.think_tags import ThinkTags
from canvas_widget.agent.stream import ReasoningDelta, TextDelta

WORDS = st.text(alphabet="a<>/think \n", max_size=12)


def told(pieces: list[str]) -> tuple[str, str]:
    tags, text, thinking = ThinkTags(), "", ""
    for piece in [*pieces, None]:
        for delta in tags.end() if piece is None else tags.split(piece):
            match delta:
                case TextDelta(text=said):
                    text += said
                case ReasoningDelta(text=said):
                    thinking += said
    return text, thinking


def cut(whole: str, places: list[int]) -> list[str]:
    ends = sorted({place % (len(whole) + 1) for place in places} | {0, len(whole)})
    return [whole[begin:end] for begin, end in pairwise(ends)]


@pytest.mark.ledger("E3", "E1")
@given(thought=WORDS.filter(lambda text: "</think>" not in text), answer=WORDS, places=st.lists(st.integers(0, 99)))
def test_the_cuts_of_a_stream_change_nothing(thought: str, answer: str, places: list[int]) -> None:
    whole = f"\n<think>{thought}</think>\n{answer}"
    expected = answer.lstrip()
    text, thinking = told(cut(whole, places))
    assert (text.removeprefix("\n"), thinking) == (expected, thought)
    if not answer.lstrip().startswith("<think>"):
        assert told(cut(answer, places)) == (answer, "")


@pytest.mark.ledger("E1")
@pytest.mark.parametrize("whole", ["<think>only thinking", "<think>only thinking</think>", "<think></think> \n"])
def test_an_answer_of_nothing_but_thinking_is_empty(whole: str) -> None:
    text, _ = told([whole])
    assert text.strip() == ""
