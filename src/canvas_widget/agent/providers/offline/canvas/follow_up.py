"""Whether a request goes on about what is there: “make it a pie”, “only USA”, “now by cylinders”."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.canvas.context import Context
from canvas_widget.agent.providers.offline.canvas.dress import dress_only
from canvas_widget.agent.providers.offline.canvas.intents import asks_something
from canvas_widget.agent.providers.offline.canvas.refs import reference
from canvas_widget.agent.providers.offline.words.charts import KINDS
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["CONVERTS", "is_follow_up"]

_STARTS = words(
    """
    only just sort sorted order ordered rank ranked filter exclude excluding without keep limit limited group
    grouped split color colour instead use drop remove for where since until after before with top bottom first
    ascending descending as per by in but and what how flip reverse color-coded coloured colored stacked without
    """
)

CONVERTS = words("make turn change convert switch transform draw show display")

_TOP = words("show only just the top bottom first last limit to keep them me ones")

_ALONE = words("one separate individual facet faceted small")


def is_follow_up(phrase: Phrase, start: int, context: Context) -> bool:
    """Whether a request goes on about something that is there already."""
    if not context.things or not any(thing.request is not None for thing in context.things):
        return False
    word, following = phrase.word(start), phrase.word(start + 1)
    if dress_only(phrase):
        return True
    if word in _ALONE and {"per", "for", "by"} & {token.lower for token in phrase.tokens} and len(phrase) <= 7:
        return not _makes(phrase)
    if asks_something(phrase) and following != "about":
        return False
    words = {token.lower for token in phrase.tokens}
    if all(token.lower in _TOP or token.value is not None for token in phrase.tokens[start:]):
        return True
    if word in CONVERTS and following in ("it", "this", "that", "them"):
        return True
    if word in ("facet", "split", "limit", "sort", "colour", "color") and following in ("it", "this", "that", "them"):
        return True
    if word in CONVERTS or word in ("sort", "order", "rank", "filter", "limit", "colour", "color", "group", "split"):
        named = reference(phrase, start + 1, context.things, bare=False)
        if named is not None and named.things:
            return True
    if (word in ("show", "keep") and following in ("only", "just")) or (word in ("only", "just")):
        return not _makes(phrase)
    if word == "now" or (
        start > 0 and phrase.word(start - 1) == "now" and len(phrase) - start <= 8 and not _makes(phrase)
    ):
        return True
    if "instead" in words and not _makes(phrase):
        return True
    if word in ("what", "how") and following == "about":
        return True
    if word in (
        "by",
        "per",
        "for",
        "in",
        "as",
        "with",
        "top",
        "bottom",
        "first",
        "use",
        "and",
        "but",
        "after",
        "before",
        "where",
    ):
        return (
            len(phrase) - start <= 10
            and not _makes(phrase)
            and (word not in ("top", "bottom", "first") or len(phrase) - start <= 3)
        )
    return word in _STARTS and not _makes(phrase) and not _new_kind(phrase, start)


def _new_kind(phrase: Phrase, start: int) -> bool:
    """“Stacked area of generation by source”: a kind and what it is of make a chart of its own."""
    hit = KINDS.at(phrase.tokens, start)
    return hit is not None and hit.value.sure and phrase.word(hit.end) in ("of", "showing", "for", "about", "that")


def _makes(phrase: Phrase) -> bool:
    return any(
        phrase.word(k) in ("add", "create", "draw", "plot", "insert", "build", "another", "new")
        for k in range(len(phrase))
    )
