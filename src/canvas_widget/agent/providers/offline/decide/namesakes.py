"""Different rows of one name: they are told apart by their key, and never added up."""

from __future__ import annotations

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.aggregate import is_key
from canvas_widget.agent.providers.offline.query.apart import own_name, with_key
from canvas_widget.agent.providers.offline.query.joined import label_of
from canvas_widget.agent.providers.offline.query.query import Query
from canvas_widget.agent.providers.offline.words.normalise import human

__all__ = ["rows_apart", "tell_apart"]

NAMES = 0.6
"""The share of rows with a name of their own from which a column names rows, and is no group of them."""


def tell_apart(query: Query) -> None:
    """Makes “Aurora” two bars, “Aurora (301)” and “Aurora (310)”, where two ships have that name."""
    grouped = [*query.dimensions, *([query.series] if query.series is not None else [])]
    for column in dict.fromkeys(each.column for each in grouped if each.unit is None and not each.binned):
        part = _owner(query.source, column)
        if part is not None and _names(query, column, part) and not _counts(query, part):
            rows_apart(query, column, part)


def rows_apart(query: Query, column: Column, part: Source) -> bool:
    """Tells the rows of a dataset apart in what is drawn by `column`; False where nothing has a value for each."""
    key = _key(part, column)
    if key is None:
        return False
    query.source = with_key(query.source, part, column, key)
    query.notes.append(f"Where {human(part.name)} share a {human(column.name)}, {key.name} tells them apart.")
    return True


def _counts(query: Query, part: Source) -> bool:
    """“Playlists by name”: the rows that have the name are what is counted."""
    finest = query.source.parts[0] if query.source.parts else query.source
    return part.name == finest.name and (not query.measures or query.measures[0].column is None)


def _owner(source: Source, column: Column) -> Source | None:
    return next((part for part in source.parts or (source,) if column.table in ("", part.name)), None)


def _names(query: Query, column: Column, part: Source) -> bool:
    """Whether a column names the rows of its dataset, and some have the same name; none of them is asked for."""
    own = {*part.words, "name", "title", "label"}
    if column.type != "string" or label_of(query.source, part.name) != column or not set(column.words) <= own:
        return False
    view = part.view.column(own_name(column, part))
    rows, distinct = part.view.row_count, view.distinct if view is not None else None
    compared = any(condition.field == column.name for condition in query.conditions)
    return distinct is not None and NAMES * rows <= distinct < rows and not compared


def _key(part: Source, label: Column) -> Column | None:
    """What has a value of its own in every row."""
    views = [(column, part.view.column(column.name)) for column in part.columns if column.name != own_name(label, part)]
    unique = [c for c, view in views if view is not None and view.distinct == part.view.row_count and not c.temporal]
    keys = [column for column in unique if is_key(column) or column is part.columns[0]]
    return keys[0] if keys else None
