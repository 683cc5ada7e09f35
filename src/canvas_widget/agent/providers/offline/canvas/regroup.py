"""What a follow-up takes away, groups anew, or turns into another kind."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query, Sort
from canvas_widget.agent.providers.offline.roles.shapes import split_apart
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.vocabulary import table, words

__all__ = ["convert", "regroup", "removals"]

_REMOVING = words("remove drop clear delete reset without no")

_COLOURING = words("color colour colored coloured split stack stacked")

_REMOVABLE = table("""
conditions:: filter, condition, restriction
series:: series, colour, color, split
limit:: limit
facet:: facet, multiple
sort:: sort, sorting, order
""")


def removals(phrase: Phrase, query: Query) -> bool:
    """“Remove the filter”, “no colours”."""
    if not any(token.stem in _REMOVING for token in phrase.tokens):
        return False
    changed = False
    for index, token in enumerate(phrase.tokens):
        part = _REMOVABLE.get(token.stem)
        if part is not None and not any(phrase.word(k) in ("by", "to") for k in range(index, len(phrase))):
            setattr(query, part, [] if part == "conditions" else None)
            phrase.take(index, index + 1, "removed")
            changed = True
    if changed:
        for index, token in enumerate(phrase.tokens):
            if token.stem in _REMOVING:
                phrase.take(index, index + 1, "removed")
    return changed


def regroup(phrase: Phrase, query: Query, new: Query, kind: Kind | None) -> bool:
    changed = False
    if new.measures:
        measure = new.measures[0]
        if measure.column is None and measure.aggregate != "count" and query.measures:
            measure = Measure(measure.aggregate, query.measures[0].column)
        query.measures, changed = [measure], True
    lost = next((hint.removeprefix("lost:") for hint in new.hints if hint.startswith("lost:")), None)
    if "total" in new.hints:
        lost = "sum"
    if lost and query.measures and query.measures[0].column is not None:
        query.measures, changed = [Measure(lost, query.measures[0].column)], True
    if query.kind is not None and query.kind.tool == "table" and new.columns:
        query.columns, changed = new.columns, True
    elif new.columns and not new.dimensions:
        grouped = [c for c in new.columns if not c.numeric]
        numbers = [c for c in new.columns if c.numeric]
        if grouped:
            query.dimensions, changed = [Dimension(grouped[0])], True
        if numbers and "bins" in query.hints:
            query.dimensions, changed = [Dimension(numbers[0])], True
        elif numbers and query.measures:
            query.measures, changed = [Measure(query.measures[0].aggregate, numbers[0])], True
    if split_apart(phrase) and new.facet is None and (new.dimensions or new.series or new.columns):
        groups = [*new.dimensions, *([new.series] if new.series else []), *map(Dimension, new.columns)]
        new.facet, new.dimensions, new.series, new.columns = groups[-1], [], None, []
    if new.dimensions and new.series is None and phrase_colours(phrase):
        new.series, new.dimensions = new.dimensions[0], []
    if new.dimensions:
        query.dimensions, changed = new.dimensions[:1], True
        if query.dimensions[0].column.temporal or "year" in query.dimensions[0].column.words:
            query.sort = None
        if len(new.dimensions) > 1:
            query.series = Dimension(new.dimensions[1].column, new.dimensions[1].unit)
        if query.kind is not None and query.kind.tool == "metric" and kind is None:
            query.kind = None
    if new.series is not None:
        query.series, changed = new.series, True
        query.hints |= {"own colours"} if phrase_colours(phrase) else set()
    if new.facet is not None:
        query.facet, changed = new.facet, True
        query.series = None if query.series == new.facet else query.series
    return changed


def phrase_colours(phrase: Phrase) -> bool:
    """“Colour it by origin”: the grouping is to be told apart by colour."""
    return any(token.stem in _COLOURING for token in phrase.tokens)


def convert(query: Query, kind: Kind) -> None:
    old = query.kind
    query.kind = kind
    if kind.mark == "arc" and query.series is not None:
        query.notes.append(f"A pie shows one grouping; {query.series.column.name} was left out.")
        query.series = None
    if old is not None and old.tool == "table" and kind.tool == "chart" and not query.dimensions:
        query.dimensions = [Dimension(c) for c in query.columns if not c.numeric][:1]
        query.measures = [Measure(None, c) for c in query.columns if c.numeric][:1]
        if query.sort is not None and not isinstance(query.sort.on, str) and query.sort.on is not None:
            query.measures = query.measures or [Measure(None, query.sort.on)]
            query.sort = Sort("y", query.sort.descending)
