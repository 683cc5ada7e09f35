"""From an encoding to the SQL that computes it and to how it is drawn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from canvas_widget.data.charts.wording import human, lower, phrase
from canvas_widget.data.dataset import find_field
from canvas_widget.data.encode import Encoding, parse
from canvas_widget.data.names import listed
from canvas_widget.data.sql import identifier, literal
from canvas_widget.data.types import Field
from canvas_widget.errors import QueryError

__all__ = ["Channel", "Measure", "resolve", "time_expression", "unique_aliases"]

Measure = Literal["nominal", "ordinal", "temporal", "quantitative"]

_ODD = re.compile("[.\\[\\]\\\\'\"`<>&{}\x00-\x1f\x7f-\x9f]")
_INHERITED = frozenset({
    "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
})  # fmt: skip
"""What every object of JavaScript has: Vega keeps its fields in such, and takes these for its own."""
_NUMERIC_ONLY = ("sum", "mean", "median", "stdev")
_FUNCTION = {"sum": "sum", "mean": "avg", "median": "median", "min": "min", "max": "max", "stdev": "stddev_samp"}
_TRUNCATED = {"week": "week", "day": "day", "yearmonth": "month", "yearquarter": "quarter"}
_NAMED = {"month": ("%b", "month"), "weekday": ("%a", "isodow")}


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a chart.

    `alias` is its column in the result and `sql` the expression; `key` orders it where the value itself does not
    (months by number); `needs` are conditions under which a row has a value that can be drawn.
    """

    encoding: Encoding
    alias: str
    sql: str
    measure: Measure
    title: str
    aggregate: bool = False
    whole: bool = False
    key: str | None = None
    needs: tuple[str, ...] = ()
    field: Field | None = None

    @property
    def selected(self) -> str:
        return self.sql if self.sql == identifier(self.alias) else f"{self.sql} AS {identifier(self.alias)}"

    @property
    def additive(self) -> bool:
        """Whether its values add up to something, so that they may be stacked."""
        return self.encoding.op in {"count", "sum", None}

    @property
    def share(self) -> bool:
        """Whether it is the mean of yes and no: how many in a hundred are yes."""
        return self.encoding.op == "mean" and self.field is not None and self.field.type == "boolean"


def resolve(text: str, fields: tuple[Field, ...], where: str, dataset: str | None) -> Channel:
    """The channel of an encoding over these columns. `where` is " in cars", for the error.

    Raises:
        QueryError: no such column, or a function that its values do not have.
    """
    encoding = parse(text, [field.name for field in fields])
    if encoding.field is None:
        return Channel(encoding, "count", "count(*)", "quantitative", phrase(encoding, dataset), True, True)
    field = find_field(encoding.field, fields, where)
    encoding = replace(encoding, field=field.name)
    title = phrase(encoding, dataset)
    match encoding.kind:
        case "aggregate":
            return _aggregate(encoding, field, fields, title)
        case "time":
            return _time(encoding, field, title)
        case "bin":
            if not field.numeric:
                raise QueryError(f'bin() needs numbers; "{field.name}" holds {_holds(field)}.{_numbers(fields)}')
            sql = f"CAST({identifier(field.name)} AS DOUBLE)"
            return Channel(
                encoding, _safe(f"bin_{field.name}"), sql, "quantitative", title, needs=_finite(field), field=field
            )
        case _:
            return _plain(encoding, field, title)


def _safe(alias: str) -> str:
    """An alias that Vega reads as one name: no dots, brackets, quotes or markup, and nothing that every object has."""
    plain = _ODD.sub("_", alias)
    return f"{plain}_" if plain in _INHERITED else plain


def _holds(field: Field) -> str:
    words = {"string": "text", "boolean": "yes and no", "date": "dates", "datetime": "times", "time": "times of day"}
    return words.get(
        field.type, "whole numbers" if field.type == "integer" else "numbers" if field.numeric else "lists"
    )


def _numbers(fields: Sequence[Field]) -> str:
    names = [field.name for field in fields if field.numeric]
    return f" Columns with numbers: {listed(names)}." if names else ""


def _finite(field: Field) -> tuple[str, ...]:
    name = identifier(field.name)
    present = f"{name} IS NOT NULL"
    return (present, f"isfinite({name})") if field.db_type in {"DOUBLE", "FLOAT"} else (present,)


def _aggregate(encoding: Encoding, field: Field, fields: Sequence[Field], title: str) -> Channel:
    name, op = identifier(field.name), str(encoding.op)
    alias = _safe(f"{op}_{field.name}")
    if op in {"count", "distinct"}:
        sql = f"count({'DISTINCT ' if op == 'distinct' else ''}{name})"
        return Channel(encoding, alias, sql, "quantitative", title, True, True, field=field)
    if op in _NUMERIC_ONLY:
        if field.type == "boolean":
            name = f"CAST({name} AS INTEGER)"
            title = f"Share of {lower(human(field.name))}" if op == "mean" else title
        elif not field.numeric:
            raise QueryError(f'{op}() needs numbers; "{field.name}" holds {_holds(field)}.{_numbers(fields)}')
    elif field.type == "other":
        raise QueryError(f'{op}() needs values with an order; "{field.name}" holds lists.')
    whole = field.type == "integer" and op in {"sum", "min", "max"}
    measure: Measure = "quantitative"
    if op in {"min", "max"} and not field.numeric:
        measure = "temporal" if field.temporal else "nominal"
        if field.temporal:
            name = _local(field)
    return Channel(encoding, alias, f"{_FUNCTION[op]}({name})", measure, title, True, whole, field=field)


def _local(field: Field) -> str:
    """A column's times as they read on a clock in their own zone, so that a day is that zone's day."""
    name = identifier(field.name)
    if field.db_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone({literal(field.time_zone or 'UTC')}, {name})"
    return f"CAST({name} AS TIMESTAMP)" if field.db_type != "TIMESTAMP" else name


def time_expression(op: str, field: Field) -> str:
    """The SQL of a time unit of a column: a number, a text, or the time at which the unit begins.

    Raises:
        QueryError: the column holds no times.
    """
    name = identifier(field.name)
    if field.type == "string":
        local = f"try_cast({name} AS TIMESTAMP)"
    elif field.temporal:
        local = _local(field)
    elif op == "year" and field.type == "integer":
        return name
    elif op == "hour" and field.type == "time":
        return f"hour({name})"
    else:
        raise QueryError(f'{op}() needs dates or times; "{field.name}" holds {_holds(field)}.')
    if op in _TRUNCATED:
        return f"CAST(date_trunc('{_TRUNCATED[op]}', {local}) AS TIMESTAMP)"
    if op in _NAMED:
        return f"strftime({local}, '{_NAMED[op][0]}')"
    return f"'Q' || quarter({local})" if op == "quarter" else f"{op}({local})"


def _time(encoding: Encoding, field: Field, title: str) -> Channel:
    op = str(encoding.op)
    sql = time_expression(op, field)
    key = None
    if op in _NAMED:
        inner = sql.removeprefix("strftime(").rsplit(", '", 1)[0]
        key = f"{_NAMED[op][1]}({inner})"
    needs = (f"{sql} IS NOT NULL" if field.type == "string" else f"{identifier(field.name)} IS NOT NULL",)
    measure: Measure = "temporal" if op in _TRUNCATED else "ordinal"
    whole = op in {"year", "hour"}
    return Channel(encoding, _safe(f"{op}_{field.name}"), sql, measure, title, False, whole, key, needs, field)


def _plain(encoding: Encoding, field: Field, title: str) -> Channel:
    alias, name = _safe(field.name), identifier(field.name)
    if field.temporal:
        return Channel(encoding, alias, _local(field), "temporal", title, needs=(f"{name} IS NOT NULL",), field=field)
    if field.numeric:
        whole = field.type == "integer"
        return Channel(encoding, alias, name, "quantitative", title, whole=whole, needs=_finite(field), field=field)
    sql = f"CAST({name} AS VARCHAR)" if field.type in {"other", "time"} else name
    return Channel(encoding, alias, sql, "nominal", title, needs=(f"{name} IS NOT NULL",), field=field)


def unique_aliases(channels: dict[str, Channel]) -> dict[str, Channel]:
    """The channels with aliases that differ, case aside; the same encoding twice keeps one."""
    taken: dict[str, str] = {}
    unique: dict[str, Channel] = {}
    for role, channel in channels.items():
        alias, number = channel.alias or "value", 1
        while taken.get(alias.casefold(), str(channel.encoding)) != str(channel.encoding):
            number += 1
            alias = f"{channel.alias}_{number}"
        taken[alias.casefold()] = str(channel.encoding)
        unique[role] = replace(channel, alias=alias)
    return unique
