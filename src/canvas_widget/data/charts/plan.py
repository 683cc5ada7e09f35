"""The query of a chart: what is selected, grouped, ordered and cut off."""

from __future__ import annotations

import math
from dataclasses import dataclass

from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier, literal
from canvas_widget.errors import QueryError

__all__ = ["Plan", "category_of", "sorting", "spread"]

TOTAL = "in all"
ROW_NUMBER = "row number"


def category_of(channels: dict[str, Channel]) -> str:
    """The axis that carries the categories: "y" for horizontal bars, else "x"."""
    x, y = channels["x"], channels["y"]
    upright = not x.aggregate if x.aggregate != y.aggregate else y.measure == "quantitative"
    return "x" if upright or x.measure != "quantitative" else "y"


def sorting(sort: str | None, channels: dict[str, Channel], default: str) -> tuple[str, bool]:
    """The role a chart is sorted by, and whether downwards.

    Raises:
        QueryError: the sort names nothing the chart shows.
    """
    text = (sort if sort is not None else default).strip()
    downwards = text.startswith("-")
    name = text.lstrip("-+").strip()
    words = {"asc": False, "ascending": False, "desc": True, "descending": True}
    if name.casefold() in words:
        value = next((role for role in ("y", "x") if channels[role].aggregate), "y")
        return value, words[name.casefold()]
    if name == "color" and "series" in channels:
        return "series", downwards
    if name in channels:
        return name, downwards
    for role, channel in channels.items():
        if name in {channel.alias, str(channel.encoding), channel.encoding.field}:
            return role, downwards
    roles = ", ".join(f'"{role}", "-{role}"' for role in channels)
    raise QueryError(f'A chart cannot be sorted by "{sort}". Use one of {roles}.')


def spread(total: int, most: int) -> str:
    """The condition that picks so many of all rows. They lie evenly in the source's order, but not in step with it:

    every second row of hourly measurements would show every second hour only.
    """
    stride = max(1, min(round(total * 0.618034), 2**62 // max(1, total)))
    while math.gcd(stride, total) != 1:  # then each row has a number of its own
        stride += 1
    return f"(row_number() OVER () - 1) * {stride} % {total} < {most}"


@dataclass(frozen=True)
class Plan:
    """A chart's query, not yet run.

    `by` is the role it is sorted by; `needs` are conditions a row must meet to be drawn, `having` those of a group;
    `limit` counts categories where rows are grouped, else rows; `extra` are further columns, already named; the
    category `last` stands after all others.
    """

    source: Source
    channels: dict[str, Channel]
    by: str
    downwards: bool = False
    limit: int | None = None
    needs: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    having: tuple[str, ...] = ()
    last: str | None = None

    @property
    def grouped(self) -> bool:
        return any(channel.aggregate for channel in self.channels.values())

    @property
    def selected(self) -> list[Channel]:
        return list({channel.alias: channel for channel in self.channels.values()}.values())

    @property
    def category(self) -> Channel:
        return self.channels[category_of(self.channels)]

    @property
    def value(self) -> Channel:
        return self.channels["y" if category_of(self.channels) == "x" else "x"]

    @property
    def sql(self) -> str:
        """The query. It ends in an order that no two rows share, but for rows that are equal."""
        if not self.grouped:
            return self._rows()
        if self.last is not None or (self._split and self.channels[self.by].aggregate and not self.category.aggregate):
            return self._by_total()
        return self._groups()

    @property
    def count_sql(self) -> str:
        """How many categories (of rows: rows) there are before the limit."""
        clause = self.source.clause(self.needs)
        if not self.grouped:
            return f"SELECT count(*)\n{clause}"
        if self.category.aggregate:
            return f"SELECT count(*) FROM ({self._head()}{self._grouping()})"
        if not self.having:
            return f'SELECT count(*) FROM (SELECT DISTINCT {self.category.sql} AS "group"\n{clause})'
        group = self._having(", ".join(channel.sql for channel in self._dimensions))
        return f'SELECT count(*) FROM (SELECT DISTINCT {self.category.sql} AS "group"\n{clause}{group})'

    def counted_sql(self, name: str) -> str | None:
        """The query with the number of categories before the limit as one more column: groups are made only once.

        None where that takes more than a count of groups.
        """
        simple = self.grouped and self.last is None and not self._split and not self.extra and self.limit is not None
        if not simple or len(self._dimensions) != 1 or any(channel.key for channel in self.selected):
            return None
        groups = f"{self._head()}{self._grouping()}".replace("\n", "\n  ")
        shown = ", ".join(identifier(channel.alias) for channel in self.selected)
        total = f'(SELECT count(*) FROM "groups") AS {identifier(name)}'
        head = f'WITH "groups" AS MATERIALIZED (\n  {groups}\n)\nSELECT {shown}, {total}\nFROM "groups"'
        return f"{head}\nORDER BY {self._order()}{self._cut()}"

    def sampled(self, total: int, most: int) -> str:
        """So many of all rows, spread evenly over the source's order: the same rows each time."""
        return f"{self._head()}\nQUALIFY {spread(total, most)}\nORDER BY {self._order()}"

    def in_given_order(self) -> str:
        """The rows in the order that the user's own query gives them."""
        columns = self.selected
        names = [channel.alias for channel in columns]
        plain = [
            channel.field.name if channel.field and channel.sql == identifier(channel.alias) else None
            for channel in columns
        ]
        if self.source.sql is not None and not self.source.conditions and plain == names and self.limit is None:
            return self.source.sql
        numbered = f'SELECT *, row_number() OVER () AS "{ROW_NUMBER}"\n{self.source.clause()}'.replace("\n", "\n  ")
        head = f"SELECT {', '.join(channel.selected for channel in columns)}\nFROM (\n  {numbered}\n)"
        return f'{head}\nORDER BY "{ROW_NUMBER}"' + self._cut()

    @property
    def _dimensions(self) -> list[Channel]:
        return [channel for channel in self.selected if not channel.aggregate]

    @property
    def _split(self) -> list[Channel]:
        """What splits a category into several marks; columns that are only grouped by make categories of their own."""
        hidden = {channel.alias for role, channel in self.channels.items() if role.startswith("group")}
        return [each for each in self._dimensions if each.alias not in hidden | {self.category.alias}]

    def _having(self, keys: str) -> str:
        return f"\nGROUP BY {keys}\nHAVING {' AND '.join(self.having)}"

    def _position(self, channel: Channel) -> str:
        return channel.key or str(self.selected.index(self._of_alias(channel)) + 1)

    def _of_alias(self, channel: Channel) -> Channel:
        return next(each for each in self.selected if each.alias == channel.alias)

    def _direction(self) -> str:
        return " DESC NULLS LAST" if self.downwards else ""

    def _cut(self) -> str:
        return "" if self.limit is None else f"\nLIMIT {self.limit}"

    def _head(self) -> str:
        columns = [channel.selected for channel in self.selected] + list(self.extra)
        return f"SELECT {', '.join(columns)}\n{self.source.clause(self.needs)}"

    def _order(self) -> str:
        by = self.channels[self.by]
        rest = [channel for channel in self.selected if not (self.grouped and channel.aggregate)]
        tail = [self._position(channel) for channel in rest if channel.alias != by.alias]
        return ", ".join([self._position(by) + self._direction(), *tail])

    def _rows(self) -> str:
        return f"{self._head()}\nORDER BY {self._order()}{self._cut()}"

    def _grouping(self) -> str:
        dimensions = self._dimensions
        keys = [str(self.selected.index(channel) + 1) for channel in dimensions]
        keys += [channel.key for channel in dimensions if channel.key is not None]
        group = f"\nGROUP BY {', '.join(keys)}" if keys else ""
        return group + (f"\nHAVING {' AND '.join(self.having)}" if self.having else "")

    def _groups(self) -> str:
        cut = self._cut()
        first = ""
        if self.limit is not None and self._split and not self.category.aggregate:
            turn = f"dense_rank() OVER (ORDER BY {self.category.key or self.category.sql}{self._direction()})"
            first, cut = f"\nQUALIFY {turn} <= {self.limit}", ""
        return f"{self._head()}{self._grouping()}{first}\nORDER BY {self._order()}{cut}"

    def _by_total(self) -> str:
        """Series within categories, the categories ordered by what their series come to together."""
        keyed = [channel for channel in self._dimensions if channel.key is not None]
        columns = [channel.selected for channel in self.selected]
        columns += [f"{channel.key} AS {identifier(channel.alias + ' order')}" for channel in keyed]
        columns += self.extra
        body = f"SELECT {', '.join(columns)}\n{self.source.clause(self.needs)}{self._grouping()}".replace("\n", "\n  ")
        by, at = self.channels[self.by], identifier(self.category.alias)
        if by.aggregate:
            total = f"{'sum' if by.additive else 'avg'}({identifier(by.alias)})"
        else:
            total = f"min({identifier(by.alias + ' order' if by.key else by.alias)})"
        ranked = (
            f'WITH "grouped" AS (\n  {body}\n), "ranked" AS (\n'
            f'  SELECT *, {total} OVER (PARTITION BY {at}) AS "{TOTAL}" FROM "grouped"\n)\n'
        )
        names = ", ".join(identifier(channel.alias) for channel in self.selected)
        names += "".join(f", {column.rsplit(' AS ', 1)[1]}" for column in self.extra)
        order = f'"{TOTAL}"{self._direction()}, {at}'
        if self.last is not None:
            order = f"{at} = {literal(self.last)}, {order}"
        cut = "" if self.limit is None else f"\nQUALIFY dense_rank() OVER (ORDER BY {order}) <= {self.limit}"
        within = "".join(
            f", {identifier(f'{channel.alias} order' if channel.key else channel.alias)}" for channel in self._split
        )
        return f'{ranked}SELECT {names} FROM "ranked"{cut}\nORDER BY {order}{within}'
