"""Many ways to say the same request over six invented sets of data; `wording.txt` holds the sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.offline.domains import DOMAINS, said

pytestmark = pytest.mark.ledger("X1")


def _groups() -> list[tuple[str, str, tuple[str, ...]]]:
    """Domain, what is drawn, and the sentences that ask for it."""
    groups: list[tuple[str, str, list[str]]] = []
    for line in Path(__file__).with_name("wording.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            domain, drawing = line[3:].split(" | ", 1)
            groups.append((domain, drawing, []))
        elif line and not line.startswith("#"):
            groups[-1][2].append(line)
    return [(domain, drawing, tuple(sentences)) for domain, drawing, sentences in groups]


GROUPS = _groups()


@pytest.mark.parametrize(
    ("domain", "drawing", "sentences"), GROUPS, ids=[f"{group[0]}: {group[1]}" for group in GROUPS]
)
def test_all_these_sentences_draw_the_same(domain: str, drawing: str, sentences: tuple[str, ...]):
    drawn = {sentence: said(domain, sentence) for sentence in sentences}
    if drawing.startswith("* "):
        other = {sentence: found for sentence, found in drawn.items() if found.split(" ", 1)[-1] != drawing[2:]}
    else:
        other = {sentence: found for sentence, found in drawn.items() if found != drawing}
    assert not other


def test_the_sentences_cover_every_domain_and_are_many():
    assert {domain for domain, _, _ in GROUPS} == set(DOMAINS)
    assert sum(len(sentences) for _, _, sentences in GROUPS) >= 350
