"""Conditions with cells in words: `where name contains "ford"`, “where origin is Mars”, “without Japan”."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.conditions.comparing import comparator, grouped, owner
from canvas_widget.agent.providers.offline.link.column import Link
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.query.query import Condition, Query
from canvas_widget.agent.providers.offline.words.lexicon import COMPARISONS
from canvas_widget.agent.providers.offline.words.normalise import stem
from canvas_widget.agent.providers.offline.words.phrases import Phrase, quote
from canvas_widget.agent.providers.offline.words.similar import nearest
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["compared_word", "literal", "negated", "refused_behind"]

_NOT = words("""
    not except excluding without exclude excludes excluded non besides omit omitting omitted ignoring ignore disregard
    disregarding skip skipping minus sans neither nor barring excepting drop dropping outside
""")
_TWO = (
    ("other", "than"),
    ("leaving", "out"),
    ("leave", "out"),
    ("apart", "from"),
    ("aside", "from"),
    ("rather", "than"),
    ("but", "not"),
    ("anything", "but"),
    ("everything", "but"),
    ("all", "but"),
    ("not", "counting"),
    ("not", "including"),
    ("not", "considering"),
    ("outside", "of"),
    ("filter", "out"),
    ("filtering", "out"),
    ("taking", "out"),
    ("leaving", "aside"),
    ("setting", "aside"),
)
_BEHIND = words("excluded omitted excepted removed ignored disregarded aside")
_BETWEEN = words("""
    the from for in any of is are to and a an those using all who that which whose was were have has had been ones
    people rows these
""")
_CONTAINING = words("like contains contain containing including includes")
_BEING = words("is are was were being")
_RELATIVE = words("where whose which that when if having")
_STOPS = words("and by per for sorted as or with in")


def negated(phrase: Phrase, start: int, rows: Sequence[str] = ()) -> int | None:
    """Where a negation in front of `start` begins; `rows` are words for the rows: “ignoring members who left”."""
    for back in range(1, 8):
        word = phrase.word(start - back)
        if (phrase.word(start - back - 1), word) in _TWO:
            return start - back - 1
        if word in _NOT:
            return start - back
        small = word in _BETWEEN or (stem(word) in rows and word)
        if not small or (back > 3 and word in ("and", "to", "for", "using")):
            return None
    return None


def refused_behind(phrase: Phrase, end: int) -> int | None:
    """“with West left out”, “West excluded”: where a negation behind `end` ends."""
    at = end + (phrase.word(end) in ("is", "are", "being", "be", "was", "were"))
    if phrase.word(at) in _BEHIND:
        return at + 1
    return at + 2 if (phrase.word(at), phrase.word(at + 1)) in (("left", "out"), ("taken", "out")) else None


def literal(phrase: Phrase, index: int, ends: dict[int, Link], query: Query, linker: Linker) -> None:
    """A quoted cell: `where name contains "ford"`, `for "Ford Pinto"`."""
    text = phrase.tokens[index].text
    compared = comparator(phrase, index)
    start, op = compared or (index, "=")
    link = owner(phrase, start, ends)
    if link is not None and link.column.type in ("string", "other"):
        op = op if op in ("=", "!=", "contains") else "="
        text = text.strip("%*") if phrase.word(start) in _CONTAINING else text
        query.conditions.append(Condition(link.column.name, op, text, index))
        phrase.take(link.start, index + 1, "filter")
        return
    for source, column, value in linker.search(text):
        if source.name == query.source.name:
            negation = negated(phrase, index)
            query.conditions.append(Condition(column.name, "=" if negation is None else "!=", value, index))
            phrase.take(negation if negation is not None else index, index + 1, "filter")
            return


def compared_word(phrase: Phrase, link: Link, at: dict[int, Link], query: Query, linker: Linker) -> None:
    """“where origin is Mars”: a word compared with a text column, though no frequent cell is that word."""
    hit = COMPARISONS.at(phrase.tokens, link.end) if link.end < len(phrase) else None
    if hit is None or hit.value not in ("=", "!=", "contains") or grouped(phrase, link.start):
        return
    if phrase.word(hit.start) in ("in", "of", ":", "includes", "including", "like"):
        return
    if phrase.word(hit.start) in _BEING and not _relative(phrase, link.start):
        return
    end = hit.end
    while end < len(phrase) and end - hit.end < 4 and _part_of_cell(phrase, end, at):
        end += 1
    if end == hit.end:
        return
    text, name = phrase.written(hit.end, end), link.column.name
    phrase.take(link.start, end, "filter")
    if hit.value != "contains":
        found = [v for s, c, v in linker.search(text) if s.name == query.source.name and c.name == name]
        if not found:
            view = query.source.view.column(name)
            known = [str(value) for value in (view.values if view else ()) if value is not None]
            close = nearest(text, known) or known[:3]
            query.asks.append(f"No {quote(text)} in {name}." + (f" Closest: {', '.join(close)}." if close else ""))
            return
        text = found[0]
    query.conditions.append(Condition(name, hit.value, text, hit.end))


def _relative(phrase: Phrase, start: int) -> bool:
    before = [phrase.word(start - k) for k in (1, 2, 3)]
    return any(word in _RELATIVE for word in before) and "how" not in before and "many" not in before


def _part_of_cell(phrase: Phrase, index: int, at: dict[int, Link]) -> bool:
    token = phrase.tokens[index]
    return phrase.free(index) and index not in at and token.kind == "word" and token.lower not in _STOPS
