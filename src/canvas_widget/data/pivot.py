"""A value by two things at once: the groups of one as rows, those of the other as columns."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from canvas_widget.data.charts.channels import Channel, resolve
from canvas_widget.data.engine import Engine
from canvas_widget.data.filters import filtered
from canvas_widget.data.requests import Filter
from canvas_widget.data.sql import identifier, literal
from canvas_widget.errors import QueryError

__all__ = ["pivot_sql"]

MOST_COLUMNS = 50
"""The most columns that a pivot makes."""


def pivot_sql(
    engine: Engine,
    dataset: str | None,
    rows: Sequence[str],
    columns: str,
    value: str = "count()",
    *,
    where: Sequence[Filter] = (),
    sql: str | None = None,
    cancel: threading.Event | None = None,
) -> str:
    """The query of a pivot: one row per group of `rows`, one column per value of `columns`, `value` in the cells.

    Args:
        rows: columns or time units (`year(day)`), at least one.
        columns: a column or a time unit with at most 50 values.
        value: an aggregate, such as `sum(revenue)`.

    Raises:
        QueryError: no such dataset or column, too many columns, or no aggregate.
    """
    source = filtered(engine, dataset, sql, tuple(where), cancel)

    def channel(text: str) -> Channel:
        return resolve(text, source.fields, source.where, source.dataset)

    groups, across, cell = [channel(each) for each in rows], channel(columns), channel(value)
    if not groups:
        raise QueryError("A pivot needs at least one column for its rows.")
    for each in (*groups, across):
        if each.aggregate or each.encoding.kind == "bin":
            raise QueryError(f'"{each.encoding}" is a value: rows and columns of a pivot are columns or time units.')
    if not cell.aggregate:
        raise QueryError(f'The cells of a pivot need a function of "{cell.alias}", such as sum("{cell.alias}").')
    order = across.key or "1"
    keyed = f", {across.key}" if across.key else ""
    found = engine.run(
        f'SELECT CAST({across.sql} AS VARCHAR) AS "name"\n{source.clause()}\n'
        f'GROUP BY 1{keyed}\nHAVING "name" IS NOT NULL\nORDER BY {order}\nLIMIT {MOST_COLUMNS + 1}',
        cancel=cancel,
    )
    names = [str(name) for name in found.column("name")]
    if not names:
        raise QueryError(f'"{columns}" has no value{source.where}, so there are no columns.')
    if len(names) > MOST_COLUMNS:
        raise QueryError(f'"{columns}" has more than {MOST_COLUMNS} values. Filter it, or put it into the rows.')
    chosen = ", ".join(f"{each.sql} AS {identifier(f'row {number}')}" for number, each in enumerate(groups, 1))
    places = [identifier(f"row {number}") for number in range(1, len(groups) + 1)]
    inner = (
        f'SELECT {chosen}, CAST({across.sql} AS VARCHAR) AS "pivot column", {cell.sql} AS "pivot value"\n'
        f"  {source.clause()}\n  GROUP BY {', '.join(map(str, range(1, len(groups) + 2)))}"
    )
    shown = [f"{place} AS {identifier(each.alias)}" for place, each in zip(places, groups, strict=True)]
    return (
        f"SELECT {', '.join([*shown, *map(identifier, names)])}\nFROM (\n  {inner}\n)\n"
        f'PIVOT (first("pivot value") FOR "pivot column" IN ({", ".join(map(literal, names))}) '
        f"GROUP BY {', '.join(places)})\nORDER BY {', '.join(places)}"
    )
