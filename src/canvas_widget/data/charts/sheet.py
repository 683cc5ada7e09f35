"""What every chart needs while it is built: its source, a way to ask it, notes of what the picture does not show."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any

from canvas_widget.data.charts.channels import Channel
from canvas_widget.data.charts.chart_words import d3_format
from canvas_widget.data.charts.drawn import BuiltChart
from canvas_widget.data.charts.plan import Plan
from canvas_widget.data.charts.style import ChartStyle, check_scheme
from canvas_widget.data.charts.wording import lower, measure_word, phrase, plural, share_title
from canvas_widget.data.encode import Encoding
from canvas_widget.data.engine import Engine
from canvas_widget.data.guards.spec_guard import check_spec
from canvas_widget.data.joined import Joined
from canvas_widget.data.names import listed
from canvas_widget.data.requests import ChartRequest
from canvas_widget.data.source import Source
from canvas_widget.data.types import Result, result_id
from canvas_widget.data.views import apart
from canvas_widget.errors import QueryError

__all__ = ["MAX_CATEGORIES", "MAX_MARKS", "MAX_SERIES", "OTHER", "SHOWN_CATEGORIES", "Sheet"]

MAX_MARKS = 5_000
"""The most marks a chart draws."""
MAX_CATEGORIES = 60
"""The most categories of an axis that nobody set a limit for."""
SHOWN_CATEGORIES = 30
"""So many of them are drawn when there are more."""
MAX_SERIES = 8
"""The most colours; past that the largest seven and "Other"."""
OTHER = "Other"
COUNTED = "groups in all"
EXTRA_ROLES = ("color", "size", "facet", "row", "column")
"""Channels that a chart's encoding names only where it has them."""


@dataclass
class Sheet:
    """A chart being built. `notes` become its subtitle."""

    request: ChartRequest
    engine: Engine
    source: Source
    cancel: threading.Event | None = None
    notes: list[str] = field(default_factory=list)
    style: ChartStyle = field(default_factory=ChartStyle)
    asked: ChartRequest | None = None
    """The request as it was made, where `request` is it with its axes exchanged."""

    @property
    def format(self) -> str | None:
        """The d3-format of values, where one was asked for."""
        return d3_format(self.request.format or self.style.format)

    @property
    def marks(self) -> dict[str, Any] | None:
        """The marks of numbers, as d3 has them; None where they are those of the theme."""
        return self.style.numbers("$" in (self.format or ""))

    @property
    def scheme(self) -> str | None:
        """The colour scheme, where one was asked for."""
        return check_scheme(self.request.scheme) or self.style.scheme

    def run(self, sql: str, limit: int | None = None) -> Result:
        """Run a query that must give something to draw."""
        result = self.engine.run(sql, limit=limit, cancel=self.cancel)
        if not result.row_count:
            raise QueryError(self.nothing())
        return result

    def counted(self, plan: Plan, limit: int) -> tuple[Result, int | None]:
        """The result of a plan, and how many categories there are before its limit where that is known at once."""
        source = self.source
        here = source.sql is None and source.dataset is not None and not isinstance(source, Joined)
        here = here and not self.engine.catalogue.get(str(source.dataset)).stays
        sql = plan.counted_sql(apart(COUNTED, source.fields)) if here else None
        if sql is None:
            return self.run(plan.sql, limit=limit), None
        both = self.run(sql, limit=limit)
        total = int(both.table.column(-1)[0].as_py())
        own = replace(
            both,
            sql=plan.sql,
            result_id=result_id(plan.sql, both.datasets, limit),
            fields=both.fields[:-1],
            table=both.table.select(both.table.column_names[:-1]),
        )
        return own, total

    def number(self, sql: str) -> int:
        """The one number a query gives."""
        row = self.engine.run(sql, cancel=self.cancel).rows()[0]
        return int(next(iter(row.values())) or 0)

    def nothing(self) -> str:
        """Why there is nothing to draw."""
        if self.source.conditions:
            return f"No row{self.source.where} meets the filter. Change it, or leave it out."
        name = self.source.dataset or "The query"
        if self.source.rows:
            return f"{name} has no row with a value on every axis, so there is nothing to draw."
        return f"{name} has no rows, so there is nothing to draw. Fill it, then run this again."

    def note_left_out(self, channels: list[Channel]) -> None:
        """Say how many rows have no value on an axis that is a scale."""
        lacking = [channel for channel in channels if channel.needs and not channel.aggregate]
        needs = list(dict.fromkeys(need for channel in lacking for need in channel.needs))
        if not needs:
            return
        count = self.number(f"SELECT count(*) FILTER (WHERE NOT ({' AND '.join(needs)}))\n{self.source.clause()}")
        if count:
            names = list(dict.fromkeys(channel.field.name for channel in lacking if channel.field is not None))
            what = lower(phrase(Encoding(None, names[0]))) if len(names) == 1 else "a value"
            self.notes.append(f"{plural(count, 'row')} without {what} left out")

    def title(self, channels: dict[str, Channel]) -> str:
        """The request's title, else one in words."""
        if self.request.title:
            return self.request.title
        x, y = channels["x"], channels["y"]
        mark = self.request.mark
        if mark == "histogram":
            text = f"Distribution of {lower(x.title)}"
        elif mark == "density" and not y.field:
            text = f"Density of {lower(x.title)}"
        elif mark == "box":
            value, place = (y, x) if y.measure == "quantitative" else (x, y)
            text = f"{value.title} by {lower(place.title)}" if place is not value else f"Spread of {lower(value.title)}"
        elif mark in {"heatmap", "density"}:
            value = channels["color"]
            text = f"{value.title} by {lower(x.title)} and {lower(y.title)}"
        elif mark == "point":
            text = f"{y.title} against {lower(x.title)}"
        else:
            value, place = (x, y) if x.aggregate and not y.aggregate else (y, x)
            shares = self.request.stack == "percent" and mark in {"bar", "area"}
            text = f"{share_title(value.title) if shares else value.title} by {lower(place.title)}"
        more = [lower(channels[role].title) for role in ("series", "facet", "row", "column") if role in channels]
        said = {lower(channels["x"].title), lower(channels["y"].title)}
        more = [each for each in more if each not in said]
        words = ["by" if " by " not in text else "and", *("and" for _ in more)]
        return text + "".join(f" {word} {each}" for word, each in zip(words, dict.fromkeys(more), strict=False))

    def built(self, result: Result, channels: dict[str, Channel], drawn: dict[str, Any]) -> BuiltChart:
        """The finished chart; its spec has passed the guard."""
        if self.marks is not None:
            drawn = {**drawn, "locale": {"number": self.marks}}
        check_spec(drawn)
        title = self.title(channels)
        measured = next((channel for channel in channels.values() if channel.aggregate), None)
        if measured is not None and result.table.column(measured.alias).null_count == result.row_count:
            raise QueryError(f"{measured.title} has no value{self.source.where}: there is nothing to draw.")
        word = measure_word(measured.encoding) if measured is not None and not measured.share else ""
        if word and self.request.mark != "box" and word.casefold() not in title.casefold():
            self.notes.insert(0, word)
        if isinstance(self.source, Joined):
            self.notes.append(f"joined with {listed(self.source.others)}")
        shown = ("x", "y", "series", *(role for role in EXTRA_ROLES if role in channels))
        return BuiltChart(
            sql=result.sql,
            result=result,
            mark=self.request.mark,
            encoding={role: channels[role].alias if role in channels else None for role in shown},
            spec=drawn,
            title=title,
            subtitle=" · ".join(dict.fromkeys(self.notes)),
            dataset=self.source.dataset,
            request=(self.asked or self.request).model_dump(mode="json", exclude_defaults=True),
            source=self.source,
            channels=channels,
        )
