"""How a query of the user's groups its rows, as far as that can be read safely."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import CanvasError, QueryError

if TYPE_CHECKING:
    from canvas_widget.data.engine import Engine

__all__ = ["Grouping", "grouping_of"]


@dataclass(frozen=True)
class Grouping:
    """`table` is what stands after FROM, `conditions` after WHERE; `keys` the expression of each group's column.

    `values` are the other columns' expressions, `summed` those of them that are a plain count, sum or mean: its name
    and what it is of (None: rows). `tables` are the names that the whole query reads, as often as it reads them.
    """

    table: str
    conditions: tuple[str, ...]
    keys: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    summed: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    tables: tuple[str, ...] = ()


def _cannot(why: str) -> QueryError:
    return QueryError(
        f"The rows behind this cannot be told from its SQL: {why}. Draw it from encodings (x, y, …), or query the rows."
    )


def grouping_of(sql: str, engine: Engine, cancel: threading.Event | None = None) -> Grouping:
    """The grouping of one SELECT over datasets.

    What is read is written again as SQL and run beside the query; where the two differ the reading is not trusted.

    Raises:
        QueryError: the query is more than one plain SELECT, or cannot be read reliably.
    """
    import sqlglot
    from sqlglot import expressions as exp
    from sqlglot.errors import SqlglotError

    try:
        tree: Any = sqlglot.parse_one(sql, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise _cannot("it is written in a way that is not understood") from error
    if not isinstance(tree, exp.Select) or (tree.args.get("from_") or tree.args.get("from")) is None:
        raise _cannot("it is not a single SELECT from a dataset")
    for part, why in (
        ("with_", "it has a WITH"), ("with", "it has a WITH"), ("distinct", "it has a DISTINCT"),
        ("qualify", "it has a QUALIFY"), ("limit", ""), ("laterals", "it has a lateral join"),
    ):  # fmt: skip
        if why and tree.args.get(part):
            raise _cannot(why)
    if next(iter(tree.find_all(exp.Window)), None) is not None:
        raise _cannot("it has a window function")
    if any(isinstance(each, exp.Star) or each.is_star for each in tree.expressions):
        keys: dict[str, str] = {}
        if tree.args.get("group") is not None:
            raise _cannot("it selects *")
    else:
        keys = {
            each.alias_or_name: each.unalias().sql(dialect="duckdb")
            for each in tree.expressions
            if each.find(exp.AggFunc, exp.Subquery) is None and not each.find(exp.Anonymous)
        }
    start: Any = tree.args.get("from_") or tree.args["from"]
    origin = start.this
    table = origin.sql(dialect="duckdb") + "".join(
        f" {join.sql(dialect='duckdb')}" for join in tree.args.get("joins") or ()
    )
    where = tree.args.get("where")
    conditions = (f"({where.this.sql(dialect='duckdb')})",) if where is not None else ()
    try:
        same = engine.run(sql, cancel=cancel).rows() == engine.run(tree.sql(dialect="duckdb"), cancel=cancel).rows()
        if same and tree.args.get("group") is not None and not tree.args.get("having") and not tree.args.get("limit"):
            same = _adds_up(sql, Grouping(table, conditions, keys), engine, cancel)
    except CanvasError as error:
        raise _cannot("it cannot be read back reliably") from error
    if not same:
        raise _cannot("it cannot be read back reliably")
    rest = [each for each in tree.expressions if each.alias_or_name not in keys and not each.is_star]
    return Grouping(
        table,
        conditions,
        keys,
        {each.alias_or_name: each.unalias().sql(dialect="duckdb") for each in rest},
        {each.alias_or_name: found for each in rest if (found := _sum(each.unalias())) is not None},
        tuple(each.name for each in tree.find_all(exp.Table)),
    )


def _sum(call: Any) -> tuple[str, str | None] | None:
    """A plain count, sum or mean and what it is of; None for anything else."""
    from sqlglot import expressions as exp

    names = {exp.Count: "count", exp.Sum: "sum", exp.Avg: "mean"}
    name, of = names.get(type(call)), call.this
    if name is None or isinstance(of, exp.Distinct | exp.Order) or call.expressions:
        return None
    if name == "count" and (of is None or isinstance(of, exp.Star)):
        return name, None
    return None if of is None or of.find(exp.AggFunc, exp.Subquery) else (name, of.sql(dialect="duckdb"))


def _adds_up(sql: str, read: Grouping, engine: Engine, cancel: threading.Event | None) -> bool:
    """Whether the keys that were read make as many groups as the query has rows."""
    where = f" WHERE {' AND '.join(read.conditions)}" if read.conditions else ""
    listed = ", ".join(f'{key} AS "k{number}"' for number, key in enumerate(read.keys.values())) or "1"
    again = f"SELECT count(*) AS n FROM (SELECT DISTINCT {listed} FROM {read.table}{where})"
    groups = engine.run(again, cancel=cancel).rows()[0]["n"]
    return bool(groups == engine.run(sql, cancel=cancel).row_count)
