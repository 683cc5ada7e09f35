"""What “number of …”, “different …” and an aggregate named without its column count."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.query.aggregate import is_key, unique
from canvas_widget.agent.providers.offline.query.dates import is_year
from canvas_widget.agent.providers.offline.query.joined import label_of
from canvas_widget.agent.providers.offline.query.query import AGGREGATE_WORDS, Dimension, Measure, Query
from canvas_widget.agent.providers.offline.roles.roles import Roles
from canvas_widget.agent.providers.offline.words.normalise import human

__all__ = ["count", "different_and_how_many", "trailing"]


def count(query: Query, roles: Roles) -> None:
    """“number of products”: rows where the column tells the rows apart, else different products."""
    column = roles.counted
    if roles.noun is not None:
        query.notes.append(f"Each row of {query.source.name} counts as one of “{roles.noun}”.")
    if column is None:
        return
    count = Measure("count")
    charted = query.kind is not None and query.kind.tool == "chart"
    if any(d.column == column for d in query.dimensions) or column in (*roles.bare, *roles.versus):
        return
    if (
        (charted or query.hints & {"share", "distribution"})
        and not ("each row" in query.hints and column.numeric)
        and not query.dimensions
        and not roles.bare
        and not roles.versus
        and query.series is None
        and "time" not in query.hints
    ):
        query.dimensions.append(Dimension(column, roles.units.get(column.name)))
        return
    if is_key(column) or _names_rows(query, column) or (unique(query, column) and not column.numeric):
        query.rows = roles.counted_words or query.rows
        return
    if column.numeric and "each row" in query.hints:
        query.measures = [Measure(roles.trailing, column) if m == count else m for m in query.measures]
        return
    if column.numeric:
        aggregate = roles.trailing or "sum"
        query.measures = [Measure(aggregate, column) if m == count else m for m in query.measures]
        query.notes.append(
            f"“Number of {human(column.name)}” was read as the {AGGREGATE_WORDS[aggregate]} of {column.name}."
        )
    else:
        query.measures = [Measure("distinct", column) if m == count else m for m in query.measures]
        query.notes.append(f"Different values of {column.name} are counted, each once.")


def _names_rows(query: Query, column: Column) -> bool:
    """“number of titles”: what names the rows is counted as rows are, twins too."""
    table = query.source.parts[0].name if query.source.parts else query.source.name
    label = bool({"name", "title"} & set(column.words)) and column == label_of(query.source, table)
    return label and column.type == "string"


def trailing(query: Query, roles: Roles) -> None:
    """“How old … on average”: the aggregate of the number that was named without one."""
    if roles.trailing is None:
        return
    bare = [column for column in roles.bare if column.numeric and not is_key(column)]
    if bare and not any(m.column is not None for m in query.measures):
        roles.bare.remove(bare[0])
        query.measures = [Measure(roles.trailing, bare[0])]
    else:
        query.measures = [
            Measure(roles.trailing, m.column) if m.aggregate is None and m.column is not None else m
            for m in query.measures
        ]


def different_and_how_many(query: Query, roles: Roles) -> None:
    """“The different classes, and how many of each”: the different values are the groups."""
    count = Measure("count")
    named = [m.column for m in query.measures if m.aggregate == "distinct" and m.column is not None]
    bare = not query.dimensions and not roles.bare and not roles.versus and query.series is None
    charted = query.kind is not None and query.kind.tool == "chart" and query.kind.mark != "histogram"
    coloured = not query.dimensions and not roles.bare and query.series is not None
    if charted and coloured and len(query.measures) == len(named) == 1:  # “in different years, coloured by grade”
        query.measures, query.dimensions = [count], [Dimension(named[0], roles.units.get(named[0].name))]
        return
    if charted and bare and len(query.measures) == len(named) == 1 and "time" not in query.hints:
        query.measures = [count]
        query.dimensions = [Dimension(named[0], roles.units.get(named[0].name))]
        return
    numbers = [d.column for d in query.dimensions if d.column.numeric and not is_key(d.column) and d.unit is None]
    labelled = charted and len(query.measures) == len(named) == 1 and not named[0].numeric and query.series is None
    if labelled and len(numbers) == len(query.dimensions) == 1 and "counting" not in query.hints:
        if not is_year(query, numbers[0]):  # “the height among different names”
            query.dimensions = [Dimension(named[0])]
            query.measures = [Measure(None, numbers[0])]
        return
    amounts = [column for column in roles.bare if column.numeric and not is_key(column) and not is_year(query, column)]
    if labelled and not query.dimensions and len(roles.bare) == len(amounts) == 1 and "counting" not in query.hints:
        query.dimensions, query.measures = [Dimension(named[0])], [Measure(roles.trailing, amounts[0])]
        roles.bare = []  # “compare the height among different names”
        return
    others = [m for m in query.measures if m.aggregate not in (None, "distinct", "count")]
    if (
        bare and others and len(named) == 1 and (not named[0].numeric or is_key(named[0]))
    ):  # “what mean do the different grades have”
        query.measures = others
        query.dimensions = [Dimension(named[0], roles.units.get(named[0].name))]
        return
    if count in query.measures and len(named) == 1 and all(d.column == named[0] for d in query.dimensions):
        query.measures = [count]
        query.dimensions = query.dimensions or [Dimension(named[0], roles.units.get(named[0].name))]
