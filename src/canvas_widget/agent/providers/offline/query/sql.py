"""SQL for what the typed requests cannot say: joins, “or”, groups with a condition, comparisons with an average."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from canvas_widget.agent.providers.offline.link.source import Source
from canvas_widget.agent.providers.offline.query.query import (
    AGGREGATE_WORDS,
    Condition,
    Dimension,
    Having,
    Measure,
    Nested,
    Query,
)
from canvas_widget.agent.providers.offline.words.normalise import human

__all__ = [
    "conditions_sql",
    "derived_sql",
    "dimension_sql",
    "grouped_sql",
    "identifier",
    "measure_sql",
    "paired_sql",
    "rows_sql",
    "several_sql",
]

_FUNCTIONS = {
    "mean": "avg({})",
    "sum": "sum({})",
    "median": "median({})",
    "min": "min({})",
    "max": "max({})",
    "stdev": "stddev_samp({})",
    "distinct": "count(DISTINCT {})",
    "count": "count(*)",
}
_TRUNCATED = {"yearmonth": "month", "yearquarter": "quarter", "week": "week", "day": "day"}


def identifier(text: str) -> str:
    """A name, always quoted."""
    return '"' + text.replace('"', '""') + '"'


def literal(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def table_of(source: Source) -> str:
    """What stands after FROM."""
    return f"({source.sql}) AS joined" if source.sql else identifier(source.name)


def measure_sql(measure: Measure) -> str:
    column = identifier(measure.column.name) if measure.column is not None else ""
    if measure.share:
        column = f"CAST({column} AS INTEGER)"
    return _FUNCTIONS[measure.aggregate or "sum"].format(column)


def dimension_sql(dimension: Dimension) -> str:
    column = identifier(dimension.column.name)
    function = dimension.unit.function if dimension.unit is not None else ""
    if function in _TRUNCATED:
        return f"date_trunc('{_TRUNCATED[function]}', {column})"
    return f"{function}({column})" if function else column


def _condition(condition: Condition, source: Source) -> str:
    if condition.op in ("or", "and"):
        return f"({f' {condition.op.upper()} '.join(_condition(one, source) for one in condition.value)})"
    if condition.op == "not":
        return f"NOT coalesce({_condition(condition.value, source)}, FALSE)"
    column, value = identifier(condition.field), condition.value
    if isinstance(value, Nested):
        inner = f"SELECT {_FUNCTIONS[value.aggregate].format(identifier(value.field))} FROM {table_of(source)}"
        return f"{column} {'<>' if condition.op == '!=' else condition.op} ({inner})"
    if condition.op in ("is null", "not null"):
        return f"{column} IS {'NOT ' if condition.op == 'not null' else ''}NULL"
    if condition.op in ("in", "not in"):
        return f"{column} {condition.op.upper()} ({', '.join(literal(one) for one in value)})"
    if condition.op == "between":
        return f"{column} BETWEEN {literal(value[0])} AND {literal(value[1])}"
    if condition.op == "contains":
        return f"contains(lower({column}), lower({literal(value)}))"
    if condition.op in ("starts", "ends"):
        return f"{condition.op}_with(lower({column}), lower({literal(value)}))"
    if condition.op == "months":
        return f"month({column}) IN ({', '.join(map(str, value))})"
    if condition.op == "absent":
        other, field = value
        key = identifier(field)
        return f"{column} NOT IN (SELECT {key} FROM {identifier(other)} WHERE {key} IS NOT NULL)"
    return f"{column} {'<>' if condition.op == '!=' else condition.op} {literal(value)}"


def conditions_sql(query: Query) -> str:
    """“ WHERE …” with all conditions on rows, or nothing."""
    found = [_condition(condition, query.source) for condition in query.conditions]
    return f" WHERE {' AND '.join(found)}" if found else ""


def _having(query: Query, having: Having) -> str:
    dimension = query.dimensions[0]
    group = dimension_sql(dimension)
    kept = f"SELECT {group} FROM {table_of(query.source)}{conditions_sql(query)} GROUP BY 1"
    return f"{group} IN ({kept} HAVING {measure_sql(having.measure)} {having.op} {literal(having.value)})"


def rows_sql(query: Query) -> str | None:
    """The query whose rows are drawn; None where the dataset itself and the plain conditions say it all.

    Conditions that the tools take themselves stay out of it, so that a follow-up can change them.
    """
    having = [_having(query, each) for each in query.having] if query.dimensions else []
    special = [_condition(each, query.source) for each in query.conditions if not each.plain]
    if query.base is not None and not having and not special:
        return query.base
    if not having and not special:
        return query.source.sql
    table = f"({query.base}) AS before" if query.base is not None else table_of(query.source)
    return f"SELECT * FROM {table} WHERE {' AND '.join([*special, *having])}"


def grouped_sql(query: Query, order: str | None) -> str:
    """A table of groups: the typed table request shows rows as they are, so the grouping is written out."""
    groups = [*query.dimensions, *([query.series] if query.series is not None else [])]
    measures = query.measures or [Measure("count")]
    selected = [f"{dimension_sql(d)} AS {identifier(d.words())}" for d in groups]
    selected += [f"{measure_sql(each)} AS {identifier(each.words(query.rows))}" for each in measures]
    sql = f"SELECT {', '.join(selected)} FROM {table_of(query.source)}{conditions_sql(query)}"
    keys = [str(number) for number in range(1, len(groups) + 1)]
    if keys:
        sql += f" GROUP BY {', '.join(keys)}"
        for each in query.having[:1]:
            sql += f" HAVING {measure_sql(each.measure)} {each.op} {literal(each.value)}"
        first = f"{len(groups) + 1} {'DESC' if order == '-y' else 'ASC'} NULLS LAST" if order in ("y", "-y") else ""
        if order == "-x":
            first = "1 DESC"
        sql += " ORDER BY " + ", ".join([*([first] if first else []), *keys])
    if query.limit:
        sql += f" LIMIT {query.limit}"
    return sql


def derived_sql(query: Query) -> tuple[str, str]:
    """A running total, or the growth from one period to the next, of a measure along time; and its column's name."""
    names = [identifier(each.words()) for each in (query.dimensions[0], query.series) if each is not None]
    said = (query.measures[0] if query.measures else Measure("count")).words(query.rows)
    value = identifier(said)
    apart = f"PARTITION BY {names[1]} " if len(names) > 1 else ""
    window = f"OVER ({apart}ORDER BY {names[0]})"
    if query.derived == "running":
        name, made = f"running {said}", f"sum({value}) {window}"
    else:
        name, made = f"growth of {said}", f"{value} / nullif(lag({value}) {window}, 0) - 1"
    listed = ", ".join(names)
    inner = grouped_sql(replace(query, limit=None), None)
    return f"SELECT {listed}, {made} AS {identifier(name)} FROM ({inner}) AS periods ORDER BY {listed}", name


def several_sql(query: Query) -> tuple[str, str, str]:
    """Several measures of the same groups as rows: the group, which measure it is, and its value; and two names."""
    first = query.dimensions[0]
    alike = len({measure.aggregate for measure in query.measures}) == 1
    names = [m.words(query.rows) if not alike or m.column is None else human(m.column.name) for m in query.measures]
    value = AGGREGATE_WORDS.get(query.measures[0].aggregate or "", "value") if alike else "value"
    value = "value" if value.endswith(" of") else value
    parts = [
        f"SELECT {dimension_sql(first)} AS {identifier(first.words())}, {literal(name)} AS {identifier('measure')}, "
        f"{measure_sql(measure)} AS {identifier(value)} FROM {table_of(query.source)}{conditions_sql(query)} GROUP BY 1"
        for name, measure in zip(names, query.measures, strict=True)
    ]
    return " UNION ALL ".join(parts) + " ORDER BY 1", "measure", value


def paired_sql(query: Query) -> str:
    """Two aggregates per group, as two columns named by their words, and the group."""
    groups = list(query.dimensions)
    selected = [f"{dimension_sql(d)} AS {identifier(d.words())}" for d in groups]
    selected += [f"{measure_sql(each)} AS {identifier(each.words(query.rows))}" for each in query.measures[:2]]
    having = [_having(query, each) for each in query.having] if groups else []
    found = [_condition(condition, query.source) for condition in query.conditions] + having
    where = f" WHERE {' AND '.join(found)}" if found else ""
    keys = ", ".join(str(number) for number in range(1, len(groups) + 1))
    return f"SELECT {', '.join(selected)} FROM {table_of(query.source)}{where} GROUP BY {keys} ORDER BY {keys}"
