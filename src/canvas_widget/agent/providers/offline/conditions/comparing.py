"""Words of comparison beside a number: “over”, “or more”, “older than”, and the column that stands before them."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Link
from canvas_widget.agent.providers.offline.words.lexicon import COMPARISONS, GROUPERS
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.synonyms import COMPARATIVES
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["ALONE", "behind_number", "comparative_than", "comparator", "grouped", "owned_comparative", "owner"]

_LINKERS = words(
    "is are was were has have had being of a an the that with having whose value values where in at by either both "
    "fall falls falling fell lie lies lying stay stays range ranges ranging somewhere anywhere"
)
_BEHIND = {
    **dict.fromkeys(("more", "above", "over", "higher", "greater", "up", "upward", "upwards", "larger", "later"), ">="),
    **dict.fromkeys(("older", "longer", "onward", "onwards", "after", "beyond"), ">="),
    **dict.fromkeys(("less", "fewer", "below", "under", "lower", "smaller", "younger", "earlier", "downwards"), "<="),
    **dict.fromkeys(("before", "shorter"), "<="),
}
ALONE = words("upward upwards onward onwards")


def grouped(phrase: Phrase, start: int) -> bool:
    """Whether a word of grouping stands right before `start`."""
    for length in (1, 2, 3):
        hit = GROUPERS.at(phrase.tokens, start - length) if start >= length else None
        if hit is not None and hit.end == start:
            return True
    return False


def comparator(phrase: Phrase, index: int) -> tuple[int, str] | None:
    """The comparison that ends right before the number at `index`, and where it starts."""
    at = index
    while at > 0 and phrase.word(at - 1) in ("the", "$", "€", "£", "year", "years"):
        at -= 1
    if phrase.word(at - 1) == "of" and phrase.word(at - 2) in ("age", "value"):
        at -= 3 if phrase.word(at - 3) in ("the", "an", "a") else 2
    for length in range(6, 0, -1):
        hit = COMPARISONS.at(phrase.tokens, at - length) if at >= length else None
        if hit is not None and hit.end == at and all(phrase.free(k) for k in range(hit.start, hit.end)):
            return hit.start, hit.value
    return None


def owner(phrase: Phrase, start: int, ends: dict[int, Link]) -> Link | None:
    index = start
    while True:
        link = ends.get(index)
        if link is not None:
            usable = link.value is None and phrase.free(link.start) and not grouped(phrase, link.start)
            return link if usable else None
        if index <= 0 or phrase.word(index - 1) not in _LINKERS:
            return None
        index -= 1


def behind_number(phrase: Phrase, index: int, links: dict[int, Link]) -> tuple[int, str, int] | None:
    """“5 or more”, “10 hectares or less”, “1999 onwards”: end, meaning and start of what stands behind the number."""
    at = start = index + 1
    unit = links.get(at)
    if unit is not None and unit.value is None and unit.column.numeric and phrase.word(unit.end) == "or":
        at = start = unit.end
    joined = phrase.word(at) in ("or", "and")
    op = _BEHIND.get(phrase.word(at + joined))
    if op is None or not (joined or phrase.word(at) in ALONE):
        return None
    following = phrase.word(at + joined + 1)
    return (at + joined + 1, op, start) if following != "than" else None


def comparative_than(phrase: Phrase, index: int) -> tuple[int, str] | None:
    """“older than” at `index`: its end and what it compares."""
    meaning = COMPARATIVES.get(phrase.word(index))
    return (index + 2, meaning[1]) if meaning is not None and phrase.word(index + 1) == "than" else None


def owned_comparative(phrase: Phrase, index: int, ends: dict[int, Link]) -> tuple[int, str] | None:
    """“life expectancy is shorter than 72”: a comparative whose column is named before it."""
    for start in range(max(0, index - 3), index):
        found = comparative_than(phrase, start)
        if found is not None and found[0] <= index and owner(phrase, start, ends) is not None:
            return start, found[1]
    return None
