"""Whether enough of a request was read to act on it, and whether it is English at all."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.decide.leftovers import unread
from canvas_widget.agent.providers.offline.query.query import Measure, Query
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.synonyms import FILLERS
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["beyond", "essential", "foreign"]

_AHEAD = words("forecast forecasting predict prediction predicting extrapolate extrapolation")
_CONDITIONAL = words("where whose only without except excluding")


def beyond(phrase: Phrase, named: frozenset[str]) -> str | None:
    """What a request asks that rules cannot answer, as a sentence, or None. `named` are words of the data."""
    if phrase.word(0) == "why":
        return "Why something is so is not for the built-in model to say. Ask for the figures: by month, by a group."
    said = next((t for t in phrase.tokens if t.stem in _AHEAD and t.stem not in named), None)
    if said is not None:
        return f"“{said.text}” looks ahead, and only what is in the data is drawn here. Ask how it went so far."
    return None


def essential(query: Query, phrase: Phrase) -> bool:
    """Whether a word that was not read leaves so little that the rest would be a guess."""
    kind = query.kind
    if kind is None or any(_condition_lost(phrase, index) for index in range(len(phrase))):
        return True
    if kind.tool == "metric":
        return True
    if kind.tool == "table":
        return not (query.columns or query.limit or query.sort or query.measures or query.conditions)
    lost = any(hint.startswith("lost:") or hint == "total" for hint in query.hints)
    return lost or not query.dimensions or _measure_lost(query, phrase)


def _condition_lost(phrase: Phrase, index: int) -> bool:
    """Whether a number or the word behind "where" was not read: without its condition the rest would mislead."""
    if not unread(phrase, index):
        return False
    number = phrase.tokens[index].kind in ("number", "date", "quoted")
    return number or any(phrase.word(index - back) in _CONDITIONAL for back in (1, 2))


def _measure_lost(query: Query, phrase: Phrase) -> bool:
    """Whether the rows are counted only because the words before the grouping were not read."""
    if query.measures != [Measure("count")] or "aggregate" in [phrase.role(k) for k in range(len(phrase))]:
        return False
    first = next((k for k in range(len(phrase)) if phrase.role(k) in ("group", "versus", "series")), len(phrase))
    return any(phrase.free(k) and unread(phrase, k) for k in range(first))


def foreign(phrase: Phrase) -> bool:
    """Whether hardly a word of a request is English that requests are made of."""
    said = [token for token in phrase.tokens if token.kind == "word"]
    known = sum(token.stem in GRAMMAR or token.lower in FILLERS or token.lower in RELATING for token in said)
    return (len(said) >= 2 or any(_unspaced(token.text) for token in said)) and known / len(said) <= 0.25


def _unspaced(word: str) -> bool:
    """Whether a word is a sentence in a script that puts no blanks between words: Chinese, Japanese, Thai, Khmer."""
    return len(word) >= 4 and all("\u0e00" <= letter <= "\u0eff" or letter >= "\u1000" for letter in word)
