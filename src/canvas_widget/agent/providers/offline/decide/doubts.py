"""What a reading only guessed: groups that nobody asked for, and what the answer has to say of them."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.decide.namesakes import rows_apart
from canvas_widget.agent.providers.offline.query.aggregate import is_key, profile
from canvas_widget.agent.providers.offline.query.dates import is_year
from canvas_widget.agent.providers.offline.query.query import Dimension, Query
from canvas_widget.agent.providers.offline.words.normalise import human
from canvas_widget.agent.providers.offline.words.phrases import Phrase

__all__ = ["namesakes", "second_group"]

LABELS = 0.4
"""The share of rows with a value of their own beyond which a column tells rows apart, and groups none."""
FEW_COLOURS = 7
MOST_COLOURS = 24
"""Values of a column beyond which a colour for each says nothing."""


def second_group(query: Query) -> Dimension | None:
    """The second group as the colour of a chart; None, and named as not understood, when its values are too many."""
    second = query.dimensions[1]
    column = second.column
    distinct, rows = profile(query, column)
    if second.unit is not None or second.binned or (column.numeric and is_year(query, column)):
        return second
    asked = query.kind is not None and query.kind.grouped
    labels = distinct is not None and distinct >= FEW_COLOURS and distinct > LABELS * rows and not asked
    if labels or (distinct is not None and distinct > MOST_COLOURS) or is_key(column):
        query.unknown.append(f"what {column.name} is for")
        return None
    return second


def namesakes(query: Query, phrase: Phrase) -> None:
    """“the 10 customers with the most sales, by first name”: each bar is one customer, also of two with one name."""
    column = query.dimensions[0].column if query.dimensions and query.limit else None
    part = next((p for p in query.source.parts[1:] if column is not None and p.name == column.table), None)
    if column is None or part is None or not {"name", "title"} & set(column.words):
        return
    named = any(
        [token.stem for token in phrase.tokens[at : at + len(part.words)]] == list(part.words)
        for at in range(len(phrase))
    )
    distinct, _ = profile(query, column)
    few = named and distinct is not None and distinct < part.view.row_count
    if few and not rows_apart(query, column, part):
        query.unknown.append(f"whether {human(part.name)} that share a {human(column.name)} are one (here they are)")
