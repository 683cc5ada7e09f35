"""Small charts: how many there may be, and the order they stand in."""

from __future__ import annotations

from dataclasses import replace

from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.roles import FACETS
from canvas_widget.data.charts.sheet import Sheet
from canvas_widget.data.charts.wording import plural
from canvas_widget.data.sql import literal

__all__ = ["few_facets"]

MOST = {"facet": 16, "row": 6, "column": 6}
"""The most small charts in all, or down or across a grid: those with the most rows."""


def few_facets(sheet: Sheet, channels: dict[str, Channel]) -> dict[str, Channel]:
    """The channels with no more facets than can be read, and with the order of months and weekdays."""
    done = dict(channels)
    for role in FACETS:
        channel = channels.get(role)
        if channel is None:
            continue
        if channel.key is not None:
            alias = f"{channel.alias} order"
            order = replace(channel, alias=alias, sql=channel.key, key=None, measure="quantitative", title=alias)
            done[f"{role} order"] = order
        needs = " AND ".join((*sheet.source.conditions, *channel.needs)) or "TRUE"
        counts = (
            f'SELECT {channel.sql} AS "name", count(*) AS "rows"\nFROM {sheet.source.table}\nWHERE {needs}\n'
            "GROUP BY 1\nORDER BY 2 DESC, 1"
        )
        rows = sheet.run(counts, limit=1_000).rows()
        conditions = list(channel.needs)
        if len(rows) > MOST[role]:
            kept = ", ".join(literal(str(row["name"])) for row in rows[: MOST[role]])
            conditions.append(f"CAST({channel.sql} AS VARCHAR) IN ({kept})")
            sheet.notes.append(f"{MOST[role]} of {plural(len(rows), 'small chart')}, those with the most rows")
        sheet.source = replace(sheet.source, conditions=(*sheet.source.conditions, *conditions))
    return done
