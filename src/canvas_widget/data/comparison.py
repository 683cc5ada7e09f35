"""Beside a metric's number: the period before, another value, and how it went over time – all of one query."""

from __future__ import annotations

from dataclasses import dataclass

from canvas_widget.data.charts.channels import Channel, resolve
from canvas_widget.data.charts.wording import lower, phrase
from canvas_widget.data.encode import Encoding
from canvas_widget.data.names import listed
from canvas_widget.data.requests import MetricRequest
from canvas_widget.data.source import Source
from canvas_widget.data.sql import identifier
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["PREVIOUS", "TREND", "Compared", "compared"]

PREVIOUS = "compared with"
TREND = "over time"
POINTS = 60
"""The most points of a trend, the latest ones."""
PERIODS = ("year", "yearquarter", "yearmonth", "week", "day")


@dataclass(frozen=True, slots=True)
class Compared:
    """The query of a metric with more than its number: one row, the number first.

    `previous` and `trend` are the columns of the row that hold the other number and the list of earlier ones (or
    None); `label` says what the other number is.
    """

    sql: str
    previous: str | None
    trend: str | None
    label: str


def compared(request: MetricRequest, source: Source, value: Channel) -> Compared | None:
    """The query, None where nothing beside the number is asked for.

    Raises:
        InvalidArgument: what is asked for does not go together.
        QueryError: no such column, or it is no time unit.
    """
    if request.previous is None and request.trend is None and request.against is None:
        return None
    if request.previous is not None and request.against is not None:
        raise InvalidArgument("A metric is compared with the previous period or with another value, not with both.")
    over = request.previous or request.trend
    if request.against is not None:
        return _against(request, source, value, _period(over, source) if over else None)
    period = _period(str(over), source)
    alias = identifier(value.alias)
    series = _series(source, value, period)
    if request.previous is None:
        number = f"(SELECT {value.sql} {_line(source)}) AS {alias}"
        sql = f'{series}\nSELECT {number},\n  {_trend()} AS {identifier(TREND)}\nFROM "series"'
        return Compared(sql, None, TREND, "")
    word = {"year": "year", "yearquarter": "quarter", "yearmonth": "month"}.get(str(period.encoding.op))
    word = word or str(period.encoding.op)
    last = 'first("value" ORDER BY "period" DESC)'
    before = f'max("value") FILTER (WHERE "period" = (SELECT max("period") FROM "series") - INTERVAL 1 {word.upper()})'
    if period.encoding.op == "year":
        before = 'max("value") FILTER (WHERE "period" = (SELECT max("period") FROM "series") - 1)'
    sql = (
        f"{series}\nSELECT {last} AS {alias},\n  {before} AS {identifier(PREVIOUS)},\n"
        f'  {_trend()} AS {identifier(TREND)}\nFROM "series"'
    )
    return Compared(sql, PREVIOUS, TREND, f"the {word} before")


def _against(request: MetricRequest, source: Source, value: Channel, period: Channel | None) -> Compared:
    other = resolve(str(request.against), source.fields, source.where, source.dataset)
    if not other.aggregate:
        raise QueryError(f'"{request.against}" is no value to compare with. Write a function, such as mean(…).')
    columns = [f"{value.sql} AS {identifier(value.alias)}", f"{other.sql} AS {identifier(PREVIOUS)}"]
    head = ""
    if period is not None:
        head = _series(source, value, period) + "\n"
        columns.append(f'(SELECT {_trend()} FROM "series") AS {identifier(TREND)}')
    label = lower(phrase(Encoding(other.encoding.op, other.encoding.field), source.dataset))
    sql = f"{head}SELECT {', '.join(columns)}\n{source.clause()}"
    return Compared(sql, PREVIOUS, TREND if period is not None else None, label)


def _period(text: str, source: Source) -> Channel:
    channel = resolve(text, source.fields, source.where, source.dataset)
    if channel.encoding.op not in PERIODS:
        times = listed([field.name for field in source.fields if field.temporal])
        there = f" Columns with times: {times}." if times else " There is no column with times."
        raise QueryError(f'"{text}" is no period. Write one of {", ".join(PERIODS)}, such as yearmonth(day).{there}')
    return channel


def _line(source: Source) -> str:
    return " ".join(source.clause().split("\n"))


def _series(source: Source, value: Channel, period: Channel) -> str:
    rows = source.clause((f"{period.sql} IS NOT NULL",)).replace("\n", "\n  ")
    return (
        f'WITH "series" AS (\n  SELECT {period.sql} AS "period", {value.sql} AS "value"\n  {rows}\n'
        f"  GROUP BY 1\n  ORDER BY 1 DESC\n  LIMIT {POINTS}\n)"
    )


def _trend() -> str:
    return 'list("value" ORDER BY "period")'
