"""Joins what was cut too finely: “How many cars per origin? Draw a pie chart.” is one request."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.intents import command
from canvas_widget.agent.providers.offline.lexicon import KINDS
from canvas_widget.agent.providers.offline.phrases import Phrase
from canvas_widget.agent.providers.offline.synonyms import FILLERS
from canvas_widget.agent.providers.offline.vocabulary import words

__all__ = ["join"]

_VERBS = words(
    "draw plot visualize visualise show return give present display make create use graph chart illustrate put"
)
_NEW = words("of for about showing to from another next below above add")


def join(requests: Sequence[Phrase]) -> list[Phrase]:
    """The requests, each that only says how to draw the one before it put together with that one."""
    found: list[Phrase] = []
    for phrase in requests:
        if found and _open(found[-1]) and _only_draws(phrase):
            found[-1] = Phrase((*found[-1].tokens, *phrase.tokens), phrase.source)
        else:
            found.append(phrase)
    return found


def _open(phrase: Phrase) -> bool:
    """Whether a request names data and no kind."""
    kinds = [hit for hit in KINDS.scan(phrase) if hit.value.mark is not None or hit.value.tool != "chart"]
    return len(phrase) > 2 and not any(hit.value.sure for hit in kinds) and command(phrase) is None


def _only_draws(phrase: Phrase) -> bool:
    """Whether nothing but verbs and small words stands before the kind, and no data right behind it."""
    hit = next((h for h in KINDS.scan(phrase) if h.value.mark is not None or h.value.tool != "chart"), None)
    if hit is None:
        return False
    before = [token.lower for token in phrase.tokens[: hit.start]]
    small = all(word in FILLERS or word in _VERBS for word in before) and not _NEW & set(before)
    asked = bool(_VERBS & set(before)) or len(phrase) == hit.end
    return small and asked and phrase.word(hit.end) not in _NEW
