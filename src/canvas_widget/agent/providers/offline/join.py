"""Joins what was cut too finely: “How many cars per origin? Draw a pie chart.” is one request."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.canvas.intents import command
from canvas_widget.agent.providers.offline.words.charts import KINDS
from canvas_widget.agent.providers.offline.words.directions import direction_at
from canvas_widget.agent.providers.offline.words.lexicon import GROUPERS
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.similar import GRAMMAR
from canvas_widget.agent.providers.offline.words.synonyms import FILLERS
from canvas_widget.agent.providers.offline.words.verbs import RELATING
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["join"]

_VERBS = words(
    "draw plot visualize visualise show return give present display make create use graph chart illustrate put list "
    "utilize utilise employ generate kindly depict render"
)
_NEW = words("of for about showing to from another next below above add")
_ASKING = words("what which how who whose where when")
_AGAIN = words("show list return give report find count display compare bin group sort order")
_KEEPING = words("""
    consider take look keep use focus restrict limit ignore exclude omit disregard regard select pick skip leave drop
    filter
""")
_TELLING = words("compare contrast rank order sort")
_SPLITTING = words("break split group divide separate cut slice")
_ONLY = words("only just to on at out first")
_LEAVING = words("ignore exclude omit disregard skip select pick filter leave drop restrict limit")
_THESE = words("their them those these its theirs remaining rest others there they")
_LABELS = words("name code id title type number count total")


def join(requests: Sequence[Phrase]) -> list[Phrase]:
    """The requests; one that only says how to draw the one before it, or says it again, is put together with that."""
    found: list[Phrase] = []
    for phrase in requests:
        if found and _belongs(found[-1], phrase):
            found[-1] = Phrase((*found[-1].tokens, *phrase.tokens), phrase.source)
        else:
            found.append(phrase)
    return found


def _belongs(before: Phrase, phrase: Phrase) -> bool:
    if (_kinds(before) and _only_orders(before, phrase)) or _restricts(before, phrase):
        return True
    if _instructs(before, phrase):
        return True
    if _asks(before) and (_breaks_down(phrase) or (_open(before) and _draws_the_same(before, phrase))):
        return True
    if _open(before) and (_only_draws(phrase) or (_asks(before) and _ungrouped(phrase))):
        return True
    if _open(before) and _open(phrase) and phrase.word(0) in _TELLING and not _new_words(before, phrase):
        return True  # “List the ten dearest wines. Compare their prices by name.”
    if _only_kind(before):
        return not _kinds(phrase) and command(phrase) is None
    if _open(before) and _kinds(phrase):
        refers = _asks(before) and _refers(phrase) and not (_grouped(before) and _grouped(phrase))
        return _repeats(before, phrase) or refers or _their_names(before, phrase)
    return bool(_kinds(before)) and _asks(before) and not _kinds(phrase) and _repeats(before, phrase)


def _restricts(before: Phrase, phrase: Phrase) -> bool:
    """“Only consider flights from Oslo. Chart their number by month.”: which rows the next sentence is about."""
    verbs = {token.lower for token in before.tokens[:3]}
    if _kinds(before) or not verbs & _KEEPING or not (verbs & _ONLY or verbs & _LEAVING):
        return False
    return any(token.lower in _THESE for token in phrase.tokens) and command(phrase) is None


def _breaks_down(phrase: Phrase) -> bool:
    """“Split by status.”, “Break that down by class.”: how the figure that was just asked for is to be grouped."""
    at = 1
    while phrase.word(at) in ("it", "that", "this", "them", "these", "down", "up", "the", "result", "answer", "figure"):
        at += 1
    return phrase.word(0) in _SPLITTING and phrase.word(at) in ("by", "per") and len(phrase) <= 10


def _instructs(before: Phrase, phrase: Phrase) -> bool:
    """“The dates should be grouped into bins.”: how what was asked for is to be drawn, and nothing that is new."""
    modal = any(
        token.lower in ("should", "must", "shall") and phrase.word(index + 1) == "be"
        for index, token in enumerate(phrase.tokens)
    )
    return modal and bool(_kinds(before)) and not _kinds(phrase) and not _new_words(before, phrase)


def _draws_the_same(before: Phrase, phrase: Phrase) -> bool:
    """“Bars with the vessel names, please.”, “Draw a bar for every genre.”: a kind, and nothing that is new."""
    hit = KINDS.first(phrase)
    starts = hit is not None and all(token.lower in _VERBS | set(FILLERS) for token in phrase.tokens[: hit.start])
    named = hit is not None and (hit.value.mark is not None or hit.value.tool == "table")
    return starts and named and not _new_words(before, phrase) and "another" not in {t.lower for t in phrase.tokens}


def _kinds(phrase: Phrase) -> bool:
    return any(hit.value.sure for hit in KINDS.scan(phrase))


def _asks(phrase: Phrase) -> bool:
    return any(token.lower in _ASKING for token in phrase.tokens)


def _open(phrase: Phrase) -> bool:
    """Whether a request names data and no kind."""
    kinds = [hit for hit in KINDS.scan(phrase) if hit.value.mark is not None or hit.value.tool != "chart"]
    return len(phrase) > 2 and not any(hit.value.sure for hit in kinds) and command(phrase) is None


def _only_kind(phrase: Phrase) -> bool:
    """“Pie.”, “A bar chart:”"""
    hit = KINDS.first(phrase)
    if hit is None or len(phrase) > 5 or not hit.value.sure:
        return False
    rest = [
        token.lower for k, token in enumerate(phrase.tokens) if not hit.start <= k < hit.end and token.kind != "symbol"
    ]
    return all(word in FILLERS or word in _VERBS for word in rest)


def _only_draws(phrase: Phrase) -> bool:
    """Whether nothing but verbs and small words stands before the kind, and no data right behind it."""
    hit = next((h for h in KINDS.scan(phrase) if h.value.mark is not None or h.value.tool != "chart"), None)
    if hit is None:
        return False
    before = [token.lower for token in phrase.tokens[: hit.start]]
    small = all(word in FILLERS or word in _VERBS for word in before) and not _NEW & set(before)
    ordered = any(direction_at(phrase.tokens, k) for k in range(hit.end, len(phrase)))
    sorted_by = phrase.word(hit.end) in ("sorted", "ordered", "ranked", "arranged")
    asked = bool(_VERBS & set(before)) or len(phrase) == hit.end or ordered or sorted_by
    return small and asked and phrase.word(hit.end) not in _NEW


def _ungrouped(phrase: Phrase) -> bool:
    """“Bar chart of average horsepower”, behind a question: a kind, and nothing that says by what."""
    if not _kinds(phrase) or _NEW & {token.lower for token in phrase.tokens} - {"of", "for", "showing", "to"}:
        return False
    grouping = any(
        hit.value in ("group", "series", "versus", "relation", "time", "years") for hit in GROUPERS.scan(phrase)
    )
    return not grouping and not any(token.lower in ("and", "that", "which") for token in phrase.tokens)


def _only_orders(before: Phrase, phrase: Phrase) -> bool:
    """“Please arrange the y-axis in ascending order.”: an order, and no data but what was named before."""
    ordered = any(direction_at(phrase.tokens, k) for k in range(len(phrase)))
    if not ordered or _kinds(phrase) or phrase.word(0) in ("sort", "order", "rank"):
        return False
    said = {token.stem for token in before.tokens}
    return all(
        token.kind == "symbol" or token.stem in GRAMMAR or token.lower in GRAMMAR or token.lower in RELATING
        or token.stem in said or token.lower in FILLERS or token.lower in ("x", "y", "axis", "sure", "bars")
        for token in phrase.tokens
    )  # fmt: skip


def _grouped(phrase: Phrase) -> bool:
    return any(hit.value == "group" for hit in GROUPERS.scan(phrase))


def _refers(phrase: Phrase) -> bool:
    """“… for each in a bar chart”, “… of them”: a word that stands for what was named before."""
    for index, token in enumerate(phrase.tokens):
        following = phrase.word(index + 1)
        if token.lower == "each" and following in ("", "in", "with", "by", "using", "as", "one", "of", ",", "and"):
            return following != "of" or phrase.word(index + 2) in ("them", "these", "those")
        if token.lower == "of" and following in ("them", "those", "these"):
            return True
    return False


def _their_names(before: Phrase, phrase: Phrase) -> bool:
    """“… display their names with a bar chart”: belongings of what was named, and nothing new."""
    pointing = any(token.lower in ("their", "its", "corresponding", "respective") for token in phrase.tokens)
    return pointing and phrase.word(0) not in _NEW and not _new_words(before, phrase)


def _repeats(before: Phrase, phrase: Phrase) -> bool:
    """“List the continent name and the count”: all that it names was named before."""
    if phrase.word(0) not in _AGAIN:
        return False
    said = {token.stem for token in before.tokens}
    named = _named(phrase)
    return bool(named) and all(word in said for word in named)


def _named(phrase: Phrase) -> list[str]:
    """The stems that carry something, without kinds and labels."""
    taken = {k for hit in KINDS.scan(phrase) for k in range(hit.start, hit.end)}
    return [
        token.stem
        for k, token in enumerate(phrase.tokens)
        if k not in taken and token.kind != "symbol" and token.stem not in GRAMMAR and token.stem not in _LABELS
    ]


def _new_words(before: Phrase, phrase: Phrase) -> list[str]:
    """What a phrase names that the one before it did not."""
    said = {token.stem for token in before.tokens}
    return [word for word in _named(phrase) if word not in said and word not in RELATING]
