"""Order, limits and superlatives: "sorted by weight, descending", "top 5", "the 20 heaviest"."""

from __future__ import annotations

from collections.abc import Sequence

from canvas_widget.agent.providers.offline.link.column import Column, Link
from canvas_widget.agent.providers.offline.query.query import Measure, Query, Sort
from canvas_widget.agent.providers.offline.words.directions import direction_at, directions
from canvas_widget.agent.providers.offline.words.lexicon import AGGREGATES
from canvas_widget.agent.providers.offline.words.normalise import stem
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import words

__all__ = ["read_limit", "read_sort", "sort_words"]

_TRIGGERS = words(
    """
    sort sorted sorting order ordered ordering rank ranked ranking arrange arranged list listed display displayed
    show shown showing displaying listing put putting arranging organise organize organised organized organising
    organizing sequence sequenced present presented presenting position positioned place placed structure structured
    """
)
_ALWAYS = words("sort sorted sorting ordered ordering rank ranked ranking organised organized sequenced")
_BY = words(
    """
    by on along across according to based in terms of the a an from with using its their for and x-axis
    """
)
_Y_WORDS = words("value count number total amount frequency measure size height quantity y")
_X_WORDS = words("name label category x alphabet bar")


def read_sort(phrase: Phrase, links: Sequence[Link], query: Query) -> None:
    """Finds the order asked for and takes its words."""
    at = {link.start: link for link in links}
    for hit in list(directions(phrase)):
        direction = hit.value
        phrase.take(hit.start, hit.end, "sort")
        again = direction_at(phrase.tokens, hit.end) if hit.end < len(phrase) else None
        meanings = f"{direction} {again.value if again is not None else ''}".split()
        named = "name" in meanings
        if again is not None:
            phrase.take(again.start, again.end, "sort")
        start, end = _around(phrase, hit.start, again.end if again is not None else hit.end)
        on, measure = _target_after(phrase, end, at) or _target_before(phrase, start, at) or (None, None)
        _trigger(phrase, start)
        if named:
            on, measure = "x", None
        ranked = query.sort is not None and on is None
        query.sort = Sort("y" if ranked else on, "desc" in meanings, measure)
        return
    if query.sort is not None:
        return
    for index, token in enumerate(phrase.tokens):
        if not phrase.free(index) or token.lower not in _ALWAYS | {"order"}:
            continue
        by = index + 1
        while by < len(phrase) and phrase.word(by) in (
            "it",
            "them",
            "this",
            "that",
            "the",
            "bars",
            "rows",
            "chart",
            "table",
            "result",
            "results",
        ):
            by += 1
        if phrase.word(by) in ("by", "on", "according", "from") or token.lower in ("sort", "sorted"):
            phrase.take(index, by, "sort")
            found = _target_after(phrase, by, at)
            query.sort = Sort(found[0] if found else None, None, found[1] if found else None)
            return


def _trigger(phrase: Phrase, start: int) -> None:
    """Takes "and rank", "then list" in front of the order, so that the verb names no column."""
    for index in range(start - 1, max(-1, start - 4), -1):
        if phrase.free(index) and phrase.word(index) in _TRIGGERS:
            phrase.take(index, start, "sort")
            return
        if phrase.word(index) not in ("it", "them", "the", "bars", "in", "this", "that", "bar"):
            return


def _around(phrase: Phrase, start: int, end: int) -> tuple[int, int]:
    """Takes "in … order" around the direction."""
    while (
        start > 0
        and phrase.free(start - 1)
        and phrase.word(start - 1)
        in (
            "in",
            "the",
            "a",
            "an",
            "with",
            "from",
            ",",
            "(",
            "order",
            "is",
            "are",
            "going",
            "running",
            "being",
            "following",
        )
    ):
        start -= 1
        phrase.take(start, start + 1, "sort")
    while (
        end < len(phrase)
        and phrase.free(end)
        and phrase.word(end)
        in (
            "order",
            "manner",
            "sort",
            "sorted",
            "sorting",
            "ordering",
            ")",
            "fashion",
            "way",
            "sequence",
            "arrangement",
        )
    ):
        phrase.take(end, end + 1, "sort")
        end += 1
    return start, end


def _target_after(phrase: Phrase, start: int, at: dict[int, Link]) -> tuple[str | Column | None, Measure | None] | None:
    """The column, axis or measure named after "of", "by", "for"."""
    index = start
    if phrase.word(index) not in _BY:
        return None
    while index < len(phrase) and phrase.word(index) in _BY and index not in at:
        index += 1
    return _target(phrase, start, index, at)


def _target(
    phrase: Phrase, start: int, index: int, at: dict[int, Link]
) -> tuple[str | Column | None, Measure | None] | None:
    if index >= len(phrase) or not phrase.free(index):
        return None
    word = phrase.word(index)
    if word in ("x", "y") and index not in at:
        end = index + 1
        while end < len(phrase) and (phrase.word(end) in ("-", "axis", "axes", "coordinate", "label", "labels")):
            end += 1
        phrase.take(start, end, "sort")
        return word, None
    if word in ("name", "names") and phrase.word(index + 1) != "of" and (index not in at or at[index].end == index + 1):
        phrase.take(start, index + 1, "sort")
        return "x", None
    aggregate = AGGREGATES.at(phrase.tokens, index)
    if aggregate is not None and not (index in at and at[index].end >= aggregate.end):
        end = aggregate.end
        while phrase.word(end) in ("the", "of"):
            end += 1
        link = at.get(end)
        if link is not None and link.value is None:
            phrase.take(start, link.end, "sort")
            return "y", Measure(aggregate.value, link.column)
        phrase.take(start, aggregate.end, "sort")
        return "y", Measure("count") if aggregate.value == "count" else None
    link = at.get(index)
    if link is not None and link.value is None:
        phrase.take(start, link.end, "sort")
        return link.column, None
    token = stem(word)
    if token in _Y_WORDS or token in _X_WORDS:
        phrase.take(start, index + 1, "sort")
        return ("y" if token in _Y_WORDS else "x"), None
    return None


def _target_before(
    phrase: Phrase, start: int, at: dict[int, Link]
) -> tuple[str | Column | None, Measure | None] | None:
    """“sort the x-axis descending”, "sorted by price, high to low": between the verb and the direction."""
    for trigger in range(start - 1, max(-1, start - 9), -1):
        if phrase.word(trigger) in _TRIGGERS and phrase.free(trigger):
            always = phrase.word(trigger) in _ALWAYS or phrase.word(trigger) in ("order", "arrange", "arranged")
            index = trigger + 1
            named_by = False
            while (
                index < start
                and (phrase.word(index) in _BY or phrase.word(index) in ("it", "them", "bars", "bar", "chart"))
                and index not in at
            ):
                named_by = named_by or phrase.word(index) in ("by", "on")
                index += 1
            labels = phrase.word(index) in ("x", "y", "name", "names")
            if not always and not named_by and not labels:
                return None
            if index >= start:
                phrase.take(trigger, start, "sort")
                return _axis_before(phrase, trigger)
            found = _target(phrase, trigger, index, at)
            if found is not None:
                phrase.take(trigger, start, "sort")
            return found
    link = next((link for link in at.values() if link.end == start and link.value is None), None)
    if (
        link is not None
        and phrase.word(link.start - 1) in ("by", "on")
        and phrase.free(link.start)
        and phrase.role(start) == "sort"
        and link.column.numeric
    ):
        phrase.take(link.start - 1, link.end, "sort")
        return link.column, None
    named = link is not None and phrase.free(link.start) and not link.column.numeric and not link.column.temporal
    named = named and phrase.word(start) != ","
    if link is not None and named and _owned(phrase, link.start):  # “with the product names in ascending order”
        return "x", None
    for index in range(max(0, start - 3), start):
        if phrase.word(index) in ("x", "y") and phrase.word(index + 1) in ("axis", "-") and phrase.free(index):
            phrase.take(index, start, "sort")
            return phrase.word(index), None
    return None


def _owned(phrase: Phrase, start: int) -> bool:
    """Whether “with the”, “having the” stands before `start`."""
    at = start - (phrase.word(start - 1) in ("the", "all", "its", "their"))
    return phrase.word(at - 1) in ("with", "having", "put", "putting", "keep", "keeping")


def _axis_before(phrase: Phrase, trigger: int) -> tuple[str | Column | None, Measure | None] | None:
    """“the x-axis is sorted …”, “the names ordered …”: the axis in front of the verb."""
    at = trigger
    if not phrase.word(trigger).endswith(("ed", "ing", "shown", "put")):
        return None  # “… by club name. Sort the bars descending.” is an order of its own
    while phrase.word(at - 1) in ("is", "are", "be", "being", "should", "to", "been", "get", "gets"):
        at -= 1
    word, axis = phrase.word(at - 1), at - 1
    if word in ("axis", "axes"):
        axis = at - 2 - (phrase.word(at - 2) == "-")
        if phrase.word(axis) in ("x", "y"):
            phrase.take(axis, trigger, "sort")
            return phrase.word(axis), None
    if stem(word) in ("name", "label", "category") and phrase.free(axis):
        phrase.take(axis, trigger, "sort")
        return "x", None
    if stem(word) in ("bar", "result", "value", "row", "mark", "data", "chart") and phrase.free(axis):
        phrase.take(axis, trigger, "sort")
    return None


def sort_words(sort: Sort) -> str:
    """The direction in words."""
    return "descending" if sort.descending else "ascending"


def read_limit(phrase: Phrase, query: Query) -> bool | None:
    """Finds “top 5”, “first 10 rows”, “limit to 20”; True: the largest, False: the smallest, None: not said."""
    for index, token in enumerate(phrase.tokens):
        if not phrase.free(index) or token.value is None:
            continue
        count = int(token.value) if token.value == int(token.value) and 0 < token.value <= 100_000 else None
        before, after = phrase.word(index - 1), phrase.word(index + 1)
        if count is None or not (index == 0 or phrase.free(index - 1) or before in (",", "the")):
            continue
        if before in ("top", "bottom", "first", "last", "limit", "-"):
            start = index - 1
            word = phrase.word(index - 2) if before == "-" else before
            if before == "-":
                if word not in ("top", "bottom"):
                    continue
                start = index - 2
            query.limit = count
            phrase.take(start, index + 1, "limit")
            return {"top": True, "bottom": False}.get(word)
        pointed = before == "to" and phrase.word(index - 2) in ("it", "this", "that", "them")
        if (
            (pointed and phrase.word(index - 3) in ("limit", "cut", "reduce", "shorten"))
            or (
                before in ("to", "only", "just", "show")
                and phrase.word(index - 2) in ("limit", "limited", "show", "keep")
            )
            or (
                after in ("rows", "records", "entries", "lines")
                and before not in ("than", "over", "under", "least", "most")
            )
        ):
            query.limit = count
            phrase.take(index, index + (2 if after in ("rows", "records", "entries", "lines") else 1), "limit")
            return None
    return None
