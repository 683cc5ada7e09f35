"""Conditions on rows and groups: nested ones, and values that are computed themselves."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from canvas_widget.data.charts.channels import resolve
from canvas_widget.data.dataset import find_field
from canvas_widget.data.encode import parse
from canvas_widget.data.engine import Engine
from canvas_widget.data.requests import Filter
from canvas_widget.data.source import Source, condition, source_of
from canvas_widget.data.sql import identifier, literal
from canvas_widget.errors import InvalidArgument, QueryError

__all__ = ["conditions", "filtered", "group_conditions"]

DEEPEST = 4
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
Spell = Callable[[str, Source], str]


def _as_it_is(text: str, _: Source) -> str:
    return text


def conditions(
    filters: Sequence[Filter], source: Source, engine: Engine, spell: Spell = _as_it_is, depth: int = 0
) -> Iterable[str]:
    """The SQL of each condition over a source's rows.

    Raises:
        InvalidArgument: conditions within conditions go too deep.
        QueryError: no such column, or a value its cells cannot be compared with.
    """
    if depth > DEEPEST:
        raise InvalidArgument(f"Conditions may be {DEEPEST} levels deep. Write a query instead.")
    for each in filters:
        if each.any:
            yield f"({' OR '.join(conditions(each.any, source, engine, spell, depth + 1))})"
        if each.all:
            yield f"({' AND '.join(conditions(each.all, source, engine, spell, depth + 1))})"
        if not each.field:
            continue
        here = each.model_copy(update={"field": spell(each.field, source)})
        if isinstance(here.value, dict):
            yield _computed(here, here.value, source, engine, depth)
        else:
            yield condition(here, source.fields, source.where)


def filtered(
    engine: Engine,
    dataset: str | None,
    sql: str | None,
    where: Sequence[Filter],
    cancel: threading.Event | None = None,
) -> Source:
    """The source of a request without joins, with its conditions; errors as `source_of` and `conditions`."""
    source = source_of(engine, dataset, sql, (), cancel)
    return replace(source, conditions=tuple(conditions(where, source, engine)))


def _computed(given: Filter, value: dict[str, Any], source: Source, engine: Engine, depth: int) -> str:
    """A condition whose value comes from a query of its own."""
    of = value.get("of") or value.get("column") or value.get("value")
    if not isinstance(of, str) or set(value) - {"of", "column", "value", "dataset", "where"}:
        raise QueryError(
            f'The filter on "{given.field}" compares with something it cannot read: write {{"of": "mean(age)"}}, or '
            '{"of": "id", "dataset": "members", "where": […]} with the operator "in".'
        )
    name = value.get("dataset") or source.dataset
    inner = source_of(engine, name, source.sql if name is None else None, ())
    where = [Filter.model_validate(each) for each in value.get("where") or ()]
    needs = tuple(conditions(where, inner, engine, depth=depth + 1))
    column = parse(given.field, [each.name for each in source.fields])
    if column.op is not None or column.field is None:
        raise QueryError(f'A filter with a computed value takes a column, not "{given.field}".')
    left = identifier(find_field(column.field, source.fields, source.where).name)
    channel = resolve(of, inner.fields, inner.where, inner.dataset)
    if given.op in ("in", "not in") or (given.op in ("=", "!=") and not channel.aggregate):
        word = "NOT IN" if given.op in ("not in", "!=") else "IN"
        present = () if channel.aggregate else (f"{channel.sql} IS NOT NULL",)
        return f"{left} {word} (SELECT {channel.sql} {_line(inner.clause((*needs, *present)))})"
    if given.op not in COMPARISONS:
        raise QueryError(f'"{given.op}" cannot be used with a computed value. Use one of {", ".join(COMPARISONS)}, in.')
    return f"{left} {given.op} (SELECT {channel.sql} {_line(inner.clause(needs))})"


def _line(clause: str) -> str:
    return clause.replace("\nWHERE", " WHERE")


def group_conditions(filters: Sequence[Filter], source: Source, spell: Spell = _as_it_is) -> tuple[str, ...]:
    """The SQL of conditions on groups: each compares a value such as `count()` with a number.

    Raises:
        QueryError: a condition is not on a value, or does not compare it with a number.
    """
    found = []
    for each in filters:
        if each.any or each.all:
            word = " OR " if each.any else " AND "
            found.append(f"({word.join(group_conditions(each.any or each.all, source, spell))})")
            continue
        channel = resolve(spell(each.field, source), source.fields, source.where, source.dataset)
        if not channel.aggregate:
            raise QueryError(f'"{each.field}" is no value of a group: write count(), mean(column) or the like.')
        if each.op == "between" and isinstance(each.value, list) and len(each.value) == 2:
            low, high = (_number(end, each) for end in each.value)
            found.append(f"{channel.sql} BETWEEN {low} AND {high}")
        elif each.op in COMPARISONS:
            found.append(f"{channel.sql} {each.op} {_number(each.value, each)}")
        else:
            raise QueryError(f'A condition on groups compares with {", ".join(COMPARISONS)} or "between".')
    return tuple(found)


def _number(value: Any, given: Filter) -> str:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QueryError(f'"{given.field}" is compared with a number, not "{value}".')
    return literal(value)
