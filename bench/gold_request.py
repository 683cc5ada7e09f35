"""A chart's SQL read as the arguments an analyst would give the chart tool; says what they cannot express."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["NotTyped", "typed_request"]

EVERY = 1_000
"""The charts show every group there is, so they ask for more than there are."""
UNITS = {"%a": "weekday", "%b": "month"}
OPS = {"EQ": "=", "NEQ": "!=", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}


class NotTyped(Exception):
    """What typed arguments cannot say."""


class _Reader:
    def __init__(self, names: Sequence[str], columns: dict[str, list[str]]) -> None:
        self.names = {name.casefold(): name for name in names}
        self.columns = columns
        self.aliases: dict[str, str] = {}
        self.joined = False

    def table(self, table: Any) -> str:
        name = self.names.get(table.name.casefold())
        if name is None:
            raise NotTyped(f"table {table.name}")
        self.aliases[(table.alias or table.name).casefold()] = name
        return name

    def column(self, column: Any, *, plain: bool = False) -> str:
        table = self.aliases.get(column.table.casefold()) if column.table else None
        name = column.name
        for known in self.columns.get(table or "", []) or [each for held in self.columns.values() for each in held]:
            if known.casefold() == name.casefold():
                name = known
                break
        if plain:
            return str(name)
        text = f"{table}.{name}" if table is not None and self.joined else name
        return '"' + text.replace('"', '""') + '"'

    def encoding(self, part: Any) -> str:
        from sqlglot import exp

        match part:
            case exp.Alias():
                return self.encoding(part.this)
            case exp.Column():
                return self.column(part)
            case exp.AnyValue():
                return self.encoding(part.this)
            case exp.IgnoreNulls():
                return self.encoding(part.this)
            case exp.Count():
                if isinstance(part.this, exp.Star):
                    return "count()"
                if isinstance(part.this, exp.Distinct):
                    return f"distinct({self.encoding(part.this.expressions[0])})"
                return f"count({self.encoding(part.this)})"
            case exp.Avg() | exp.Sum() | exp.Min() | exp.Max():
                op = {"Avg": "mean", "Sum": "sum", "Min": "min", "Max": "max"}[type(part).__name__]
                return f"{op}({self.encoding(part.this)})"
            case exp.Year():
                return f"year({self.encoding(part.this)})"
            case exp.TimeToStr():
                unit = UNITS.get(part.text("format"))
                if unit is None:
                    raise NotTyped(f"format {part.text('format')}")
                return f"{unit}({self.encoding(part.this)})"
            case _:
                raise NotTyped(f"expression {type(part).__name__}")

    def field(self, part: Any) -> str:
        from sqlglot import exp

        return self.encoding(part.this if isinstance(part, exp.Cast) else part)

    def conditions(self, part: Any) -> list[dict[str, Any]]:
        from sqlglot import exp

        if isinstance(part, exp.Paren):
            return self.conditions(part.this)
        if isinstance(part, exp.And):
            return [*self.conditions(part.left), *self.conditions(part.right)]
        if isinstance(part, exp.Or):
            sides = [self.conditions(side) for side in (part.left, part.right)]
            options: list[dict[str, Any]] = []
            for side in sides:
                options += side[0]["any"] if len(side) == 1 and "any" in side[0] else [_all(side)]
            return [{"any": options}]
        if isinstance(part, exp.Not):
            inner = part.this
            if isinstance(inner, exp.Is):
                return [{"field": self.field(inner.this), "op": "not null"}]
            if isinstance(inner, exp.In):
                return [{**condition, "op": "not in"} for condition in self.membership(inner)]
            raise NotTyped("not")
        if isinstance(part, exp.In):
            return self.membership(part)
        if isinstance(part, exp.Is):
            return [{"field": self.field(part.this), "op": "is null"}]
        if isinstance(part, exp.Between):
            ends = [_literal(part.args["low"]), _literal(part.args["high"])]
            return [{"field": self.field(part.this), "op": "between", "value": ends}]
        if isinstance(part, exp.ILike):
            text = str(_literal(part.expression))
            if not (text.startswith("%") and text.endswith("%") and "%" not in text[1:-1] and "_" not in text):
                raise NotTyped(f"pattern {text}")
            return [{"field": self.field(part.this), "op": "contains", "value": text[1:-1]}]
        op = OPS.get(type(part).__name__)
        if op is None:
            raise NotTyped(f"condition {type(part).__name__}")
        inner = part.right.unnest() if isinstance(part.right, exp.Subquery) else None
        value = self.computed(inner) if inner is not None else _literal(part.right)
        return [{"field": self.field(part.left), "op": op, "value": value}]

    def membership(self, part: Any) -> list[dict[str, Any]]:
        from sqlglot import exp

        field = self.field(part.this)
        query = part.args.get("query")
        if query is None:
            return [{"field": field, "op": "in", "value": [_literal(each) for each in part.expressions]}]
        inner = query.unnest() if isinstance(query, exp.Subquery) else query
        if isinstance(inner, exp.Intersect):
            sides = [self.computed(side) for side in (inner.left, inner.right)]
            return [{"field": field, "op": "in", "value": side} for side in sides]
        return [{"field": field, "op": "in", "value": self.computed(inner)}]

    def computed(self, select: Any) -> dict[str, Any]:
        from sqlglot import exp

        if not isinstance(select, exp.Select) or select.args.get("joins") or select.args.get("group"):
            raise NotTyped("subquery")
        reader = _Reader(list(self.names.values()), self.columns)
        dataset = reader.table(_from(select).this)
        value: dict[str, Any] = {"of": reader.encoding(select.expressions[0]), "dataset": dataset}
        where = select.args.get("where")
        if where is not None:
            value["where"] = reader.conditions(where.this)
        return value


def _from(select: Any) -> Any:
    return select.args.get("from_") or select.args.get("from")


def _all(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    return conditions[0] if len(conditions) == 1 else {"all": conditions}


def _literal(part: Any) -> Any:
    from sqlglot import exp

    if isinstance(part, exp.Neg):
        return -_literal(part.this)
    if not isinstance(part, exp.Literal):
        raise NotTyped(f"value {type(part).__name__}")
    if part.is_string:
        return part.this
    return float(part.this) if "." in part.this else int(part.this)


def typed_request(sql: str, names: Sequence[str], columns: dict[str, list[str]]) -> dict[str, Any]:
    """The arguments for `create_chart`.

    Raises:
        NotTyped: they cannot say it; says what.
    """
    import sqlglot
    from sqlglot import exp

    select = sqlglot.parse_one(sql, read="duckdb")
    order = select.args.get("order")
    source = _from(select).this
    if isinstance(source, exp.Subquery):
        select = source.unnest()
    reader = _Reader(names, columns)
    joins = select.args.get("joins") or []
    base = _from(select).this
    reader.joined = bool(joins)
    asked: dict[str, Any] = {"dataset": reader.table(base)}
    if joins:
        asked["joins"] = [_join(reader, join) for join in joins]
    parts = {each.alias: each.this for each in select.expressions}
    for role in ("x", "y", "series"):
        if role in parts:
            asked[role] = reader.encoding(parts[role])
    where, having, group = (select.args.get(name) for name in ("where", "having", "group"))
    if where is not None:
        asked["where"] = reader.conditions(where.this)
    if having is not None:
        asked["having"] = reader.conditions(having.this)
    if group is not None:
        drawn = {asked[role].casefold().rsplit(".", 1)[-1].strip('"') for role in ("x", "y", "series") if role in asked}
        hidden = [reader.encoding(each) for each in group.expressions]
        hidden = [each for each in hidden if each.casefold().rsplit(".", 1)[-1].strip('"') not in drawn]
        if hidden:
            asked["group"] = hidden
    asked |= _order(order, select)
    asked.setdefault("limit", EVERY)
    return asked


def _order(order: Any, select: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    inner = select.args.get("order")
    limit = select.args.get("limit")
    if limit is not None:
        found["limit"] = int(limit.expression.this)
        if order is None or order is inner:
            order = inner
    if order is not None:
        first = order.expressions[0]
        name = first.this.name if first.this.name in {"x", "y"} else "y"
        if type(first.this).__name__ == "Window":
            name = "y"
        found["sort"] = f"-{name}" if first.args.get("desc") else name
    return found


def _join(reader: _Reader, join: Any) -> dict[str, Any]:
    on = join.args.get("on")
    if on is None or type(on).__name__ != "EQ":
        raise NotTyped("join")
    other = reader.table(join.this)
    sides = [on.left, on.right]
    here = [side for side in sides if reader.aliases.get(side.table.casefold()) == other]
    if len(here) != 1:
        raise NotTyped("join keys")
    left = next(side for side in sides if side is not here[0])
    table = reader.aliases[left.table.casefold()]
    left_name = reader.column(left, plain=True)
    return {"dataset": other, "left": f"{table}.{left_name}", "right": reader.column(here[0], plain=True)}
