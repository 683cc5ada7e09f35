"""Charts with a shape of their own: heatmaps, box plots, density curves, and one small chart for each group."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import is_key, profile
from canvas_widget.agent.providers.offline.query.dates import time_column
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query
from canvas_widget.agent.providers.offline.words.charts import KINDS
from canvas_widget.agent.providers.offline.words.lexicon import FACETS, GROUPERS, Unit
from canvas_widget.agent.providers.offline.words.phrases import Phrase

__all__ = ["SHAPES", "facets", "for_facets", "read_facets", "shaped", "split_apart"]

SHAPES = frozenset({"box", "heatmap", "density"})
_APART = ("one", "single", "separate", "individual", "own", "small")
_FEW = 24
"""So many different numbers stand on an axis one by one; more are put in bins."""


def read_facets(phrase: Phrase) -> None:
    """Finds “small multiples”, “one chart per”, and takes the words; what they are for is a grouping like others."""
    for hit in list(FACETS.scan(phrase)):
        end = hit.end
        while phrase.word(end) in ("of", ","):
            end += 1
        start = hit.start - (phrase.word(hit.start - 1) in ("as", "in", "with", "into", "a", "the"))
        phrase.take(start, hit.end if end - hit.end > 1 else end, "facet")
    for index in range(len(phrase) - 2):
        kind = KINDS.at(phrase.tokens, index + 1) if phrase.word(index) in _APART and phrase.free(index) else None
        if kind is None or not (kind.value.sure or kind.value.mark is None):  # “one bar per genre” is a bar
            continue
        group = GROUPERS.at(phrase.tokens, kind.end) if kind.end < len(phrase) else None
        if group is not None and group.value == "group":
            phrase.take(index - (phrase.word(index - 1) in ("a", "an", "as", "in", "with")), index + 1, "facet")


def split_apart(phrase: Phrase) -> bool:
    """Whether a small chart for each group was asked for."""
    return any(phrase.role(index) == "facet" for index in range(len(phrase)))


def for_facets(phrase: Phrase, index: int) -> bool:
    """Whether the grouping word at `index` names what the small charts are for: “one bar chart per”, “faceted by”."""
    before = index - 1
    while phrase.role(before) == "kind":
        before -= 1
    return phrase.role(before) == "facet"


def facets(query: Query) -> None:
    """The grouping that the small charts are for: one that is no time, the last named.

    Where it is the only one, the small charts run along time.
    """
    if "facets" not in query.hints:
        return
    if query.facet is None and not _choose(query):
        query.unknown.append("what the small charts are for")
        return
    raw = [m for m in query.measures if m.aggregate is None and m.column is not None]
    alone = query.kind is not None and query.kind.mark in ("histogram", "density", "box", "point")
    if query.dimensions or (alone and raw):
        return
    column = time_column(query)
    if column is None:
        query.unknown.append("what each small chart has along x")
        return
    query.hints.add("time")


def _choose(query: Query) -> bool:
    groups = [*query.dimensions, *([query.series] if query.series is not None else [])]
    plain = [each for each in groups if not each.column.temporal and each.unit is None] or groups[1:]
    if not plain:
        return False
    chosen = query.series if query.series in plain and query.series is not None else plain[-1]
    query.facet = chosen
    query.dimensions = [each for each in query.dimensions if each != chosen]
    query.series = None if query.series == chosen else query.series
    return True


def shaped(query: Query) -> None:
    """Fits dimensions and measures to a heatmap, a box plot or a density curve; asks for what it lacks."""
    mark = query.kind.mark if query.kind is not None else None
    {"heatmap": _heatmap, "box": _box, "density": _density}[mark or ""](query)


def _groups(query: Query) -> list[Dimension]:
    groups = [*query.dimensions, *([query.series] if query.series is not None else [])]
    return [each for position, each in enumerate(groups) if each not in groups[:position]]


def _heatmap(query: Query) -> None:
    groups = _groups(query)
    raw = [m.column for m in query.measures if m.aggregate is None and m.column is not None]
    while len(groups) < 2 and len(raw) > 2 - len(groups) - (0 if groups else 1) and raw:
        column = raw.pop(0)
        groups.append(Dimension(column))
        query.measures.remove(Measure(None, column))
    if len(groups) < 2:
        query.asks.append(f"A heatmap needs two groupings, such as a heatmap of {_example(query)}.")
        return
    first, second, *more = [_binned(query, each) for each in groups]
    if second.column.temporal and not first.column.temporal:
        first, second = second, first
    query.dimensions, query.series = [first], second
    query.measures = query.measures[:1] or [Measure("count")]
    if more:
        query.unknown.append("a third grouping in a heatmap (" + ", ".join(d.column.name for d in more) + ")")
    query.sort = query.limit = None


def _example(query: Query) -> str:
    groups = [c for c in query.source.columns if not c.numeric and 1 < (profile(query, c)[0] or 0) <= _FEW]
    names = [c.name for c in groups[:2]]
    return f"{query.source.name} by {' and '.join(names)}" if len(names) == 2 else "a number by two columns"


def _binned(query: Query, each: Dimension) -> Dimension:
    distinct, _ = profile(query, each.column)
    if each.column.temporal and each.unit is None and (distinct or 0) > _FEW:
        return Dimension(each.column, Unit("yearmonth", running=True))
    many = each.column.numeric and each.unit is None and not each.binned and (distinct is None or distinct > _FEW)
    return Dimension(each.column, binned=True) if many else each


def _numbers(query: Query) -> list[Column]:
    """The numbers that were named, those with a role first."""
    named = [m.column for m in query.measures if m.column is not None and m.column.numeric]
    named += [d.column for d in query.dimensions if d.column.numeric and d.unit is None and not is_key(d.column)]
    return list(dict.fromkeys(named))


def _box(query: Query) -> None:
    numbers = _numbers(query)
    if not numbers:
        query.asks.append("A box plot needs a number, such as a box plot of … by …: it shows how its values spread.")
        return
    number = numbers[0]
    if any(m.aggregate not in (None, "count") for m in query.measures):
        query.notes.append(f"A box plot shows all values of {number.name}, so nothing is aggregated.")
    groups = [_binned(query, each) for each in _groups(query) if each.column != number]
    query.measures = [Measure(None, number)]
    query.dimensions, query.series = groups[:1], groups[1] if len(groups) > 1 else None
    query.sort = query.limit = None


def _density(query: Query) -> None:
    numbers = _numbers(query)
    if not numbers:
        query.asks.append("A density curve needs a number, such as the density of …: it shows how its values spread.")
        return
    groups = [each for each in _groups(query) if each.column not in numbers]
    query.dimensions = [Dimension(numbers[0])]
    query.measures = [Measure(None, numbers[1])] if len(numbers) > 1 else []
    query.series = groups[0] if groups else None
    query.sort = query.limit = None
