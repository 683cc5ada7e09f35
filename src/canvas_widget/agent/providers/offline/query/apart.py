"""A source whose rows of one name are told apart: the key stands behind a name that several have."""

from __future__ import annotations

from dataclasses import replace

from canvas_widget.agent.providers.offline.link.column import Column
from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.sql import identifier
from canvas_widget.agent.views import DatasetView

__all__ = ["own_name", "with_key"]


def own_name(column: Column, part: Source) -> str:
    """What a column of a join is called in the dataset that it comes from."""
    return column.name if part.column(column.name) is not None else column.name.removeprefix(f"{part.name} ")


def with_key(source: Source, part: Source, label: Column, key: Column) -> Source:
    """The source with the key behind each value of `label` that several rows of its dataset share."""
    number = source.parts.index(part) + 1 if source.parts else 1
    raw, alias = identifier(own_name(label, part)), identifier(label.name)
    plain = f"t{number}.{raw} AS {alias}"
    shared = f"SELECT {raw} FROM {identifier(part.name)} GROUP BY 1 HAVING count(*) > 1"
    told = f"t{number}.{raw} || ' (' || CAST(t{number}.{identifier(key.name)} AS VARCHAR) || ')'"
    made = f"CASE WHEN t{number}.{raw} IN ({shared}) THEN {told} ELSE t{number}.{raw} END AS {alias}"
    sql = source.sql
    if sql is None:
        listed = ", ".join(f"t1.{identifier(column.name)} AS {identifier(column.name)}" for column in source.columns)
        sql = f"SELECT {listed} FROM {identifier(part.name)} AS t1"
    rows = part.view.row_count
    views = [replace(v, distinct=rows) if v.name == label.name else v for v in source.view.columns]
    view = DatasetView(source.view.name, source.view.row_count, views)
    return replace(source, view=view, sql=sql.replace(plain, made, 1))
