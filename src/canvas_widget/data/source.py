"""What a generated query reads: a dataset or a query of the user's, with the conditions on its rows."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from canvas_widget.data.charts.channels import time_expression
from canvas_widget.data.dataset import find_field
from canvas_widget.data.encode import parse
from canvas_widget.data.engine import Engine
from canvas_widget.data.names import listed
from canvas_widget.data.requests import Filter
from canvas_widget.data.sql import identifier, literal
from canvas_widget.data.types import Field
from canvas_widget.errors import InvalidArgument, NotFound, QueryError

__all__ = ["Source", "source_of"]

_COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}


@dataclass(frozen=True, slots=True)
class Source:
    """`table` is what stands after FROM; `conditions` what stands after WHERE; `rows` is None for a query."""

    dataset: str | None
    table: str
    fields: tuple[Field, ...]
    conditions: tuple[str, ...] = ()
    rows: int | None = None
    sql: str | None = None
    ordered: bool = False

    @property
    def where(self) -> str:
        """“in cars”, for messages."""
        return f" in {self.dataset}" if self.dataset else " in the query"

    def clause(self, more: tuple[str, ...] = ()) -> str:
        """FROM and WHERE, each on its line."""
        conditions = list(dict.fromkeys(self.conditions + more))
        return f"FROM {self.table}" + (f"\nWHERE {' AND '.join(conditions)}" if conditions else "")


def source_of(
    engine: Engine,
    dataset: str | None,
    sql: str | None,
    where: tuple[Filter, ...],
    cancel: threading.Event | None = None,
) -> Source:
    """The source of a request: its query when it has one, else its dataset, else the only dataset there is.

    A query over tables of an engine is in that engine's own SQL.

    Raises:
        InvalidArgument: neither is given and there is no single dataset to mean.
        QueryError: no such dataset or column; the dataset has no columns.
    """
    if sql is not None and (there := engine.catalogue.query_there(sql)) is not None:
        conditions = tuple(condition(each, there.fields, " in the query") for each in where)
        table = identifier(there.name)
        return Source(dataset, table, there.fields, conditions, sql=f"SELECT * FROM {table}", ordered=True)
    if sql is not None:
        guarded = engine.guard(sql)
        fields = engine.fields(sql, cancel=cancel)
        conditions = tuple(condition(each, fields, " in the query") for each in where)
        return Source(
            dataset, f'(\n{guarded.sql}\n) AS "source"', fields, conditions, sql=guarded.sql, ordered=guarded.ordered
        )
    name = dataset if dataset is not None else _only(engine)
    try:
        found = engine.catalogue.get(name)
    except NotFound as error:
        raise QueryError(error.message, alternatives=error.alternatives) from error
    fields = found.fields
    conditions = tuple(condition(each, fields, f" in {found.name}") for each in where)
    return Source(found.name, identifier(found.name), fields, conditions, found.row_count)


def _only(engine: Engine) -> str:
    names = engine.catalogue.names()
    if len(names) == 1:
        return names[0]
    there = f" Data frames here: {listed(names)}." if names else " There is no data frame yet."
    raise InvalidArgument(f"Which data? Name a data frame with `data=`, or give `sql=`.{there}", alternatives=names[:5])


def condition(given: Filter, fields: tuple[Field, ...], where: str) -> str:
    """A filter as SQL.

    Raises:
        QueryError: no such column, or a value that its cells cannot be compared with.
    """
    encoding = parse(given.field, [field.name for field in fields])
    if encoding.kind in {"aggregate", "bin"} or encoding.field is None:
        raise QueryError(f'A filter takes a column or a time unit of one, not "{given.field}".')
    field = find_field(encoding.field, fields, where)
    left = identifier(field.name)
    if encoding.op is not None:
        left = time_expression(encoding.op, field)
        field = Field(given.field, "string" if encoding.op in {"month", "weekday", "quarter"} else "integer", "")
        if encoding.op in {"week", "day", "yearmonth", "yearquarter"}:
            field = Field(given.field, "datetime", "TIMESTAMP")
    elif field.db_type.startswith("ENUM"):
        left = f"CAST({left} AS VARCHAR)"
    match given.op:
        case "is null":
            return f"{left} IS NULL"
        case "not null":
            return f"{left} IS NOT NULL"
        case "in" | "not in":
            values = given.value if isinstance(given.value, list) else [given.value]
            if not values:
                raise QueryError(f'The filter on "{field.name}" lists no value.')
            held = ", ".join(_value(each, field) for each in values)
            return f"{left} {given.op.upper()} ({held})"
        case "between":
            if not isinstance(given.value, list) or len(given.value) != 2:
                raise QueryError(f'"between" on "{field.name}" needs a list of two values.')
            low, high = (_value(each, field) for each in given.value)
            return f"{left} BETWEEN {low} AND {high}"
        case "contains":
            return f"contains(lower(CAST({left} AS VARCHAR)), {literal(str(given.value).lower())})"
        case _:
            if given.value is None and given.op in {"=", "!="}:
                return f"{left} IS {'NOT ' if given.op == '!=' else ''}NULL"
            return f"{left} {given.op} {_value(given.value, field)}"


def _value(value: Any, field: Field) -> str:
    """A value as a literal of the column's type."""
    if isinstance(value, list | dict) or value is None:
        raise QueryError(f'The filter on "{field.name}" needs a single value.')
    if field.temporal:
        return _moment(value, field)
    if field.numeric:
        number = _number(value)
        if number is None:
            raise QueryError(f'"{field.name}" holds numbers and cannot be compared with "{value}".')
        return literal(number)
    if field.type == "boolean":
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if str(value).casefold() not in words:
            raise QueryError(f'"{field.name}" holds yes and no and cannot be compared with "{value}".')
        return literal(words[str(value).casefold()])
    return literal(value if isinstance(value, str) else str(value))


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    for kind in (int, float):
        try:
            return kind(str(value).replace(",", "").replace("_", ""))
        except ValueError:
            continue
    return None


def _moment(value: Any, field: Field) -> str:
    text = str(value).strip()
    if text.isdigit() and len(text) == 4:
        text = f"{text}-01-01"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise QueryError(
            f'"{field.name}" holds times and cannot be compared with "{value}". Write 2024-12-31.'
        ) from error
    if field.type == "date" and len(text) == 10:
        return literal(date.fromisoformat(text))
    if field.db_type == "TIMESTAMP WITH TIME ZONE":
        zone = field.time_zone or "UTC"
        return literal(moment) if moment.tzinfo else f"timezone({literal(zone)}, {literal(moment)})"
    return literal(moment.replace(tzinfo=None))
