"""Conditions on rows: “for Japan”, “where cylinders is 8”, “since 1975”, “with weight over 3000”."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.conditions.amounts import read_number
from canvas_widget.agent.providers.offline.conditions.cells import compared_word, literal, negated, refused_behind
from canvas_widget.agent.providers.offline.conditions.combine import combine
from canvas_widget.agent.providers.offline.conditions.comparing import comparator, grouped
from canvas_widget.agent.providers.offline.conditions.letters import read_letters
from canvas_widget.agent.providers.offline.conditions.negation import negate
from canvas_widget.agent.providers.offline.conditions.nested import read_nested
from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.link.linker import Linker
from canvas_widget.agent.providers.offline.query.query import Condition, Query
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["read_filters"]


def read_filters(phrase: Phrase, links: Sequence[Link], query: Query, linker: Linker) -> None:
    """Finds the conditions and takes their words."""
    at = {link.start: link for link in links}
    ends = {link.end: link for link in links}
    _cells(phrase, links, ends, query)
    _nulls_and_flags(phrase, links, query)
    read_nested(phrase, links, query)
    read_letters(phrase, links, query)
    for index in range(len(phrase)):
        token = phrase.tokens[index]
        if not phrase.free(index):
            continue
        spelled = token.value is not None and token.kind == "word" and _counts(phrase, index, at)
        if token.kind == "date" or spelled or (token.value is not None and token.kind == "number"):
            read_number(phrase, index, at, ends, query)
        elif token.kind == "quoted":
            literal(phrase, index, ends, query, linker)
    for link in links:
        if link.value is None and not link.column.numeric and not link.column.temporal and phrase.free(link.start):
            compared_word(phrase, link, at, query, linker)
    negate(phrase, query)
    combine(phrase, query)


def _counts(phrase: Phrase, index: int, at: dict[int, Link]) -> bool:
    """“with eight cylinders”, “more than three”: a spelled number compared with, or before the column it counts."""
    compared = comparator(phrase, index)
    if compared is not None and compared[1] not in ("=", "!=", "contains"):
        return True
    link = at.get(index + 1)
    owned = link is not None and link.value is None and link.column.numeric
    return owned and phrase.word(index - 1) in (
        "with",
        "having",
        "have",
        "has",
        "of",
        "than",
        "least",
        "most",
        "exactly",
    )


def _cells(phrase: Phrase, links: Sequence[Link], ends: dict[int, Link], query: Query) -> None:
    included: dict[str, list[str]] = {}
    excluded: dict[str, list[str]] = {}
    columns: dict[str, Column] = {}
    places: dict[str, int] = {}
    negating = False
    last_end = -1
    for link in links:
        if link.value is None or not all(phrase.free(k) for k in range(link.start, link.end)):
            continue
        if link.others:
            names = " and ".join(c.name for c in (link.column, *link.others[:3]))
            owners = [c for c in (link.column, *link.others) if any(o.value is None and o.column == c for o in links)]
            if len(owners) != 1:
                query.asks.append(f"“{link.value}” stands in {names}. Which column?")
                continue
            column = owners[0]
        else:
            column = link.column
        at = link.start
        while phrase.word(at - 1) in ("is", "are", "was", "were", "=", ":", "being"):
            at -= 1
        before = ends.get(at)
        owned = before is not None and before.value is None and before.column == column
        rows = [word for part in query.source.parts or (query.source,) for word in part.words]
        negation = negated(phrase, before.start if before is not None and owned else link.start, rows)
        chained = (
            negating
            and link.start - last_end <= 3
            and any(phrase.word(k) in ("and", "or", ",", "nor") for k in range(last_end, link.start))
        )
        after = next((o for o in links if o.start == link.end and o.value is None and o.column == column), None)
        refused = refused_behind(phrase, after.end if after is not None else link.end)
        if refused is not None:
            phrase.take(after.end if after is not None else link.end, refused, "filter")
        negating, last_end = negation is not None or chained or refused is not None, link.end
        (excluded if negating else included).setdefault(column.name, []).append(link.value)
        columns[column.name] = column
        places.setdefault(column.name, link.start)
        start = negation if negation is not None else link.start
        phrase.take(start, link.end, "filter")
        if negation is None or not _plural_before(phrase, start):
            _take_owner(phrase, start, column, ends)
        if after is not None:
            phrase.take(after.start, after.end, "filter")
    for name, values in included.items():
        unique = list(dict.fromkeys(values))
        op, value = ("=", unique[0]) if len(unique) == 1 else ("in", unique)
        query.conditions.append(Condition(name, op, value, places[name]))
    for name, values in excluded.items():
        for value in dict.fromkeys(values):
            query.conditions.append(Condition(name, "!=", value, places[name]))


def _plural_before(phrase: Phrase, start: int) -> bool:
    """“for genres other than Western”: the genres are what is drawn, and one is left out."""
    token = phrase.tokens[start - 1] if start else None
    return token is not None and token.kind == "word" and token.lower != token.stem


_TO_CELLS = words("is are = == : equals to equal being was of in either from one any among not")


def _take_owner(phrase: Phrase, start: int, column: Column, ends: dict[int, Link]) -> None:
    """Takes "origin is" in front of a cell of that column."""
    index = start
    while index > 0 and (phrase.word(index - 1) in _TO_CELLS and phrase.free(index - 1)):
        index -= 1
    link = ends.get(index)
    if (
        link is not None
        and link.value is None
        and link.column == column
        and phrase.free(link.start)
        and (not grouped(phrase, link.start) or link.end == start)
    ):
        phrase.take(link.start, start, "filter")


def _nulls_and_flags(phrase: Phrase, links: Sequence[Link], query: Query) -> None:
    for link in links:
        if link.value is not None or not phrase.free(link.start) or _null_before(phrase, link, query):
            continue
        at = link.end
        while phrase.word(at) in ("is", "are", "was", "=", "has", "have"):
            at += 1
        negative = phrase.word(at) in ("not", "no") or phrase.word(at - 1) in ("isn't", "aren't")
        at += phrase.word(at) in ("not", "no")
        if phrase.word(at) in ("null", "missing", "empty", "unknown", "na", "blank", "nan") and at > link.end:
            op = "not null" if negative else "is null"
            query.conditions.append(Condition(link.column.name, op, None, link.start))
            phrase.take(link.start, at + 1, "filter")
        elif (
            (not grouped(phrase, link.start) or phrase.word(link.start - 1) == "all")
            and at == link.end
            and (flag := _flag(link, query)) is not None
        ):
            refused = any(phrase.word(link.start - k) in ("not", "no", "without", "non") for k in (1, 2))
            query.conditions.append(Condition(link.column.name, "=", flag[refused], link.start))
            phrase.take(link.start, link.end, "filter")
        elif link.column.type == "boolean" and query.source.named_at(phrase, link.end) is not None:
            left_out = negated(phrase, link.start)
            query.conditions.append(Condition(link.column.name, "=", left_out is None, link.start))
            phrase.take(link.start if left_out is None else left_out, link.end, "filter")
        elif link.column.type == "boolean" and _said_of_rows(phrase, link):
            negated_before = phrase.word(link.start - 1) == "not"
            query.conditions.append(Condition(link.column.name, "=", not negated_before, -1))
            phrase.take(link.start - negated_before, link.end, "filter")
        elif link.column.type == "boolean" and phrase.word(at) in ("true", "false", "yes") and at > link.end:
            value = (phrase.word(at) != "false") != negative
            query.conditions.append(Condition(link.column.name, "=", value))
            phrase.take(link.start, at + 1, "filter")


def _null_before(phrase: Phrase, link: Link, query: Query) -> bool:
    """“non-null commissions”, “a missing date”: the adjective in front of the column."""
    at = link.start - 1
    if phrase.word(at) not in ("null", "missing", "empty", "blank", "unknown") or not phrase.free(at):
        return False
    start = at - (phrase.word(at - 1) == "-")
    negative = phrase.word(start - 1) in ("non", "not", "no")
    query.conditions.append(Condition(link.column.name, "not null" if negative else "is null", None, at))
    phrase.take(start - negative, link.end, "filter")
    return True


_YES = frozenset({"y", "yes", "t", "true"})
_NO = frozenset({"n", "no", "f", "false"})


def _flag(link: Link, query: Query) -> tuple[str, str] | None:
    """The two values of a column that says yes or no in letters."""
    view = query.source.view.column(link.column.name)
    values = [str(value) for value in view.values] if view is not None and view.type == "string" else []
    yes = [value for value in values if value.casefold() in _YES]
    no = [value for value in values if value.casefold() in _NO]
    return (yes[0], no[0]) if len(yes) == len(no) == 1 and len(values) == 2 else None


def _said_of_rows(phrase: Phrase, link: Link) -> bool:
    """“that are active”, “only active ones”: the flag itself, with no value behind it."""
    if phrase.word(link.end) in ("is", "are", "=", "true", "false", "yes", "no"):
        return False
    before = phrase.word(link.start - 2) if phrase.word(link.start - 1) == "not" else phrase.word(link.start - 1)
    return before in ("is", "are", "was", "were", "only", "just", "who's")
