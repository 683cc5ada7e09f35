"""What “top 5”, “heaviest” and “worst first” come to, and whether an order is one of what is shown."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import default_aggregate, is_key
from canvas_widget.agent.providers.offline.query.query import Dimension, Measure, Query, Sort
from canvas_widget.agent.providers.offline.roles.bare import label_rows
from canvas_widget.agent.providers.offline.roles.ranks import Ranked
from canvas_widget.agent.providers.offline.roles.roles import Roles
from canvas_widget.agent.providers.offline.words.charts import Kind
from canvas_widget.agent.providers.offline.words.normalise import name_words
from canvas_widget.agent.providers.offline.words.phrases import Phrase
from canvas_widget.agent.providers.offline.words.roots import related
from canvas_widget.agent.providers.offline.words.synonyms import UNWANTED

__all__ = ["check_sort", "judged", "rank", "which_ascends"]


def rank(query: Query, roles: Roles, ranked: Ranked | None, up: bool | None) -> None:
    """What "top 5 … by revenue" and "the 20 heaviest" mean for measures, order and kind."""
    chart = query.kind is not None and query.kind.tool == "chart"
    metric = query.kind is not None and query.kind.tool == "metric"
    grouped = [d for d in query.dimensions if not d.column.numeric or d.unit is not None or "year" in d.column.words]
    if ranked is not None and not ranked.plain and ranked.column is None:
        query.asks.append(_which_column(query, ranked.word))
        return
    if ranked is not None and ranked.column is not None:
        _ranked_column(query, roles, ranked, chart=chart, metric=metric, grouped=bool(grouped))
        return
    descending = ranked.descending if ranked is not None else up
    if descending is None:
        return
    keys = [c for c in roles.bare if is_key(c)]
    rows = ranked is not None and ranked.column is None and query.rows != "rows" and query.source.parts == ()
    if rows and keys and not query.measures and not query.dimensions:  # “which 3 directors made the most films”
        roles.bare = [c for c in roles.bare if c not in keys]
        query.dimensions, query.measures = [Dimension(keys[0])], [Measure("count")]
        query.sort = query.sort or Sort("y", descending)
        return
    numeric = [d for d in query.dimensions if d.column.numeric and d not in grouped]
    categories = [*grouped, *[Dimension(c) for c in roles.bare if not c.numeric and not c.temporal]]
    if numeric and not query.measures:
        by = numeric[0]
        query.dimensions.remove(by)
        if categories or chart:
            if not categories:
                label_rows(query, by.column)
            query.measures.append(Measure(default_aggregate(by.column) if categories else None, by.column))
            query.sort = query.sort or Sort("y", descending)
        else:
            query.kind = query.kind or Kind("table")
            query.sort = query.sort or Sort(by.column, descending)
        return
    if query.measures or categories or chart or (query.kind is None and any(c.numeric for c in roles.bare)):
        query.sort = query.sort or Sort("y", descending)
        return
    if query.sort is None and not metric:
        numbers = [c for c in query.source.columns if c.numeric]
        if len(numbers) == 1:
            query.sort = Sort(numbers[0], descending)
            query.notes.append(f"“{ranked.word if ranked else 'top'}” was read by {numbers[0].name}, the only number.")
            query.kind = query.kind or Kind("table")
        else:
            query.asks.append(_which_column(query, ranked.word if ranked else "top"))


def _which_column(query: Query, word: str) -> str:
    numbers = [c.name for c in query.source.columns if c.numeric or c.temporal]
    listed = f" {query.source.name} has {', '.join(numbers[:6])}." if numbers else ""
    return f"No column of {query.source.name} tells what “{word}” is. Say by which column.{listed}"


def _ranked_column(query: Query, roles: Roles, ranked: Ranked, *, chart: bool, metric: bool, grouped: bool) -> None:
    column = ranked.column
    if column is None:
        return
    roles.bare = [c for c in roles.bare if c != column]
    query.dimensions = [d for d in query.dimensions if d.column != column]
    extreme = Measure("max" if ranked.descending else "min", column)
    category = [c for c in roles.bare if not c.numeric and not c.temporal]
    period = "which period" in query.hints and grouped
    if metric or (ranked.plain and grouped and query.limit is None and not query.measures and not period):
        query.measures = [extreme]
    elif (ranked.plain or query.question) and query.limit is None and (category or period) and query.kind is None:
        usual = default_aggregate(column)
        literal = ranked.plain and usual == "mean" and roles.trailing is None  # “which share had the highest price”
        query.measures = query.measures or ([extreme] if literal else [Measure(usual, column)])
        query.sort = query.sort or Sort("y", ranked.descending)
    elif chart:
        if not grouped and not category:
            label_rows(query, column)
        query.measures = query.measures or [Measure(default_aggregate(column) if grouped or category else None, column)]
        query.sort = query.sort or Sort("y", ranked.descending)
    else:
        query.kind = query.kind or Kind("table")
        query.sort = query.sort or Sort(column, ranked.descending)
        if ranked.singular and query.limit is None:
            query.limit = 1
        elif query.limit is None and not ranked.plain:
            query.limit = 10
            query.notes.append("No number was given, so it shows 10.")


def judged(query: Query, phrase: Phrase) -> None:
    """“Worst first” of what nobody wants, delays and errors: the largest."""
    sort, measure = query.sort, query.measures[0] if query.measures else None
    column = measure.column if measure is not None else None
    counted = set(name_words(query.rows)) | set(query.source.words) if measure == Measure("count") else set()
    named = set(column.words) if column is not None else counted
    bad = any(word in UNWANTED or any(related(word, other) for other in UNWANTED) for word in named)
    said = {token.lower for index, token in enumerate(phrase.tokens) if phrase.role(index) == "sort"}
    if sort is not None and bad and said & {"worst", "best"} and sort.on != "x":
        query.sort = Sort(sort.on, "worst" in said, sort.measure)


def which_ascends(query: Query, phrase: Phrase) -> None:
    """“The bars in ascending order”: of names as likely as of numbers, which the answer says."""
    sort, first = query.sort, query.dimensions[0] if query.dimensions else None
    charted = query.kind is not None and query.kind.mark == "bar" and first is not None and bool(query.measures)
    if not charted or first is None or sort is None or sort.on is not None or first.column.type != "string":
        return
    said = {token.lower for index, token in enumerate(phrase.tokens) if phrase.role(index) == "sort"}
    if sort.descending is False and said & {"ascending", "asc"}:
        query.unknown.append(f"whether {first.column.name} or the number ascends (the number was taken)")


def check_sort(query: Query) -> None:
    """Lets an order be one of what is shown, or says that it is none."""
    sort, kind = query.sort, query.kind
    if sort is None or kind is None:
        return
    if kind.tool == "table" and not (query.measures or query.dimensions):
        if isinstance(sort.on, Column):
            query.sort = Sort(sort.on, sort.descending if sort.descending is not None else False)
            return
        options = [c for c in query.columns if (c.numeric if sort.on != "x" else True)]
        column = options[0] if options else None
        query.sort = Sort(column, sort.descending is not False) if column is not None else None
        if column is None:
            query.unknown.append("which column to sort by")
        return
    if kind.tool == "metric":
        query.sort = None
        return
    if isinstance(sort.on, Column):
        fits = [d.column for d in query.dimensions[:1]] + [m.column for m in query.measures[:1]]
        plain = any(m.column == sort.on and m.aggregate is None for m in query.measures[:1])
        if plain and sort.descending is None:
            query.sort = Sort(sort.on, False)
            query.notes.append(f"No direction was named, so the smallest {sort.on.name} comes first.")
        if sort.on not in fits:
            query.unknown.append(f"sorting by {sort.on.name}, which is not in the chart")
            query.sort = None
    elif sort.on is None and sort.descending is None:
        query.notes.append("No order was named, so the largest come first.")
