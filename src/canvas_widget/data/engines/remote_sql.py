"""From the queries that charts, tables and metrics generate to the SQL of another engine.

The query is read as DuckDB's own parse tree and written anew, part by part. Only parts that are known to mean the same
there are written (the tests prove each); anything else is refused with the reason, never passed on as it stands. Types
are worked out on the way, because text is ordered, numbers are divided and sums are counted differently elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from canvas_widget.data.engines.dialects import Dialect, Typed, Unproven
from canvas_widget.data.engines.remote_expressions import Expressions

__all__ = ["Compiled", "Table", "compile_query"]

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the engine: what stands after FROM, and its columns in lower case as (name there, kind)."""

    sql: str
    columns: Mapping[str, tuple[str, str]]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query of the engine: its text, and the kinds of its columns, which are called c1, c2, …"""

    sql: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A source in FROM: how it is called here and there, and its columns by lower-case name."""

    alias: str
    sql: str
    columns: Mapping[str, tuple[str, str]]


def compile_query(node: Node, dialect: Dialect, tables: Mapping[str, Table], most: int | None = None) -> Compiled:
    """Write a query for an engine.

    Args:
        node: the query's node of DuckDB's serialised tree.
        tables: the engine's tables by lower-case dataset name.
        most: no more rows than this are asked for.

    Raises:
        Unproven: it holds something that is not proven to mean the same there.
    """
    return _Compiler(dialect, tables).query(node, {}, most)


class _Compiler:
    def __init__(self, dialect: Dialect, tables: Mapping[str, Table]) -> None:
        self.dialect = dialect
        self._tables = tables
        self._number = 0

    def fresh(self) -> str:
        self._number += 1
        return f"t{self._number}"

    def query(self, node: Node, ctes: dict[str, Table], most: int | None = None) -> Compiled:
        ctes = dict(ctes)
        heads = []
        for entry in (node.get("cte_map") or {}).get("map", []):
            if entry["value"].get("aliases"):
                raise Unproven("WITH columns renamed")
            inner = self.query(entry["value"]["query_node"], ctes)
            name = self.fresh()
            heads.append(f"{name} AS (\n{inner.sql}\n)")
            columns = {
                each.lower(): (f"c{n}", kind)
                for n, (each, kind) in enumerate(zip(inner.names, inner.kinds, strict=True), 1)
            }
            ctes[str(entry["key"]).lower()] = Table(name, columns, dict(zip(columns, inner.names, strict=False)))
        match node.get("type"):
            case "SELECT_NODE":
                body = self._select(node, ctes, most)
            case "SET_OPERATION_NODE":
                body = self._union(node, ctes, most)
            case other:
                raise Unproven(str(other))
        head = "WITH " + ", ".join(heads) + "\n" if heads else ""
        return Compiled(head + body.sql, body.kinds, body.names)

    def _union(self, node: Node, ctes: dict[str, Table], most: int | None) -> Compiled:
        children = node.get("children") or [node.get("left"), node.get("right")]
        if node.get("setop_type") != "UNION" or not node.get("setop_all"):
            raise Unproven(str(node.get("setop_type")))
        parts = [self.query(each, ctes) for each in children]
        kinds = []
        for position in range(len(parts[0].kinds)):
            found = [part.kinds[position] for part in parts if part.kinds[position] != "null"]
            kinds.append(found[0] if found else "null")
        alias = self.fresh()
        alike = []
        for part in parts:
            shown = ", ".join(
                f"{f'u.c{n}' if kind == 'null' else self.dialect.cast_to(f'u.c{n}', kind)} AS c{n}"
                for n, kind in enumerate(kinds, 1)
            )
            alike.append(f"SELECT {shown} FROM (\n{part.sql}\n) AS u")
        inner = "\nUNION ALL\n".join(alike)
        columns = {
            name.lower(): (f"c{n}", kind) for n, (name, kind) in enumerate(zip(parts[0].names, kinds, strict=True), 1)
        }
        scope = Expressions(self, [_Part("", alias, columns)], ctes)
        items = [Typed(f"{alias}.c{n}", kind) for n, kind in enumerate(kinds, 1)]
        named = {name.lower(): item for name, item in zip(parts[0].names, items, strict=True)}
        order, cut = self._modifiers(node, scope, items, named, most)
        keys = f"\nORDER BY {', '.join(f'{sql} {way}' for sql, way in order)}" if order else ""
        # A star: with each column given its own name once more, Spark 4.3 loses track of them under ORDER BY.
        return Compiled(f"SELECT * FROM (\n{inner}\n) AS {alias}{keys}{cut}", tuple(kinds), parts[0].names)

    def _select(self, node: Node, ctes: dict[str, Table], most: int | None) -> Compiled:
        if node.get("sample") or node.get("aggregate_handling") != "STANDARD_HANDLING" or len(node["group_sets"]) > 1:
            raise Unproven("SAMPLE, GROUP BY ALL or grouping sets")
        sources, from_sql = self._from(node["from_table"], ctes)
        scope = Expressions(self, sources, ctes)
        items, names = self._items(node["select_list"], scope, sources)
        aliases = {name.lower(): item for name, item in zip(names, items, strict=True)}
        where = f"\nWHERE {scope.sql(node['where_clause'])}" if node.get("where_clause") else ""
        groups = [
            self._place(each, scope, items, aliases, columns_first=True).sql for each in node["group_expressions"]
        ]
        group = f"\nGROUP BY {', '.join(dict.fromkeys(groups))}" if groups else ""
        scope.aliases = aliases
        having = f"\nHAVING {scope.sql(node['having'])}" if node.get("having") else ""
        body = f"{from_sql}{where}{group}{having}"
        distinct = any(each["type"] == "DISTINCT_MODIFIER" for each in node["modifiers"])
        order, cut = self._modifiers(node, scope, items, aliases, most)
        kinds = tuple(item.kind for item in items)
        shown = ", ".join(f"{item.sql} AS c{n}" for n, item in enumerate(items, 1))
        grouped = bool(groups) or any(map(_windowed, node["select_list"]))
        apart = bool(order) and grouped and not distinct and not self.dialect.sorts_hidden
        if node.get("qualify") is None and not apart and not (distinct and order):
            keys = f"\nORDER BY {', '.join(f'{sql} {way}' for sql, way in order)}" if order else ""
            return Compiled(f"SELECT {'DISTINCT ' if distinct else ''}{shown}{body}{keys}{cut}", kinds, tuple(names))
        if distinct:
            raise Unproven("DISTINCT with an order")
        hidden = "".join(f", {sql} AS k{n}" for n, (sql, _) in enumerate(order, 1))
        outer = self.fresh()
        listed = ", ".join(f"{outer}.c{n} AS c{n}" for n in range(1, len(items) + 1))
        keys = ", ".join(f"{outer}.k{n} {way}" for n, (_, way) in enumerate(order, 1))
        keys = f"\nORDER BY {keys}" if order else ""
        keep, kept = "", ""
        if node.get("qualify") is not None:
            keep, kept = f", {scope.sql(node['qualify'])} AS keep", f"\nWHERE {outer}.keep"
        inner = f"SELECT {shown}{hidden}{keep}{body}"
        return Compiled(f"SELECT {listed} FROM (\n{inner}\n) AS {outer}{kept}{keys}{cut}", kinds, tuple(names))

    def _items(self, listed: list[Node], scope: Expressions, sources: list[_Part]) -> tuple[list[Typed], list[str]]:
        items: list[Typed] = []
        names: list[str] = []
        for each in listed:
            if each["class"] == "STAR":
                if any(
                    each.get(key)
                    for key in ("exclude_list", "replace_list", "columns", "expr", "rename_list", "relation_name")
                ):
                    raise Unproven("a star with changes")
                for source in sources:
                    for name, (there, kind) in source.columns.items():
                        items.append(Typed(f"{source.sql}.{there}", kind))
                        names.append(name)
                continue
            items.append(scope.typed(each))
            names.append(each.get("alias") or (each.get("column_names") or [f"column {len(names)}"])[-1])
        return items, names

    def _place(
        self, node: Node, scope: Expressions, items: list[Typed], aliases: Mapping[str, Typed], *, columns_first: bool
    ) -> Typed:
        """What GROUP BY or ORDER BY names: a position, the name of an output, or an expression."""
        if node["class"] == "CONSTANT" and (node.get("literal") or {}).get("kind") == "INTEGER":
            position = int(node["literal"]["text"])
            if not 1 <= position <= len(items):
                raise Unproven("a position that is not selected")
            return items[position - 1]
        if node["class"] == "COLUMN_REF" and len(node["column_names"]) == 1:
            name = str(node["column_names"][0]).lower()
            held = scope.column(node["column_names"])
            if name in aliases and not (columns_first and held is not None):
                return aliases[name]
        return scope.typed(node)

    def _modifiers(
        self, node: Node, scope: Expressions, items: list[Typed], aliases: Mapping[str, Typed], most: int | None
    ) -> tuple[list[tuple[str, str]], str]:
        order: list[tuple[str, str]] = []
        limit, offset = most, 0
        for each in node["modifiers"]:
            match each["type"]:
                case "ORDER_MODIFIER":
                    for key in each["orders"]:
                        place = self._place(key["expression"], scope, items, aliases, columns_first=False)
                        order.append(self.dialect.order_key(place, _way(key)))
                case "LIMIT_MODIFIER":
                    asked = each.get("limit")
                    given = None if asked is None else int(asked["literal"]["text"])
                    limit = given if limit is None else limit if given is None else min(given, limit)
                    offset = int(each["offset"]["literal"]["text"]) if each.get("offset") else 0
                case "DISTINCT_MODIFIER" if not each.get("distinct_on_targets"):
                    pass
                case other:
                    raise Unproven(str(other))
        cut = "" if limit is None else f"\nLIMIT {limit}"
        return order, cut + (f" OFFSET {offset}" if offset else "")

    def _from(self, node: Node, ctes: dict[str, Table]) -> tuple[list[_Part], str]:
        match node["type"]:
            case "EMPTY":
                return [], ""
            case "BASE_TABLE" | "SUBQUERY" | "JOIN":
                if node.get("sample") or node.get("column_name_alias"):
                    raise Unproven("a renamed or sampled table")
                parts, sql = self._source(node, ctes)
                return parts, f"\nFROM {sql}"
            case other:
                raise Unproven(f"{other} in FROM")

    def _source(self, node: Node, ctes: dict[str, Table]) -> tuple[list[_Part], str]:
        if node["type"] == "BASE_TABLE":
            name = str(node["table_name"]).lower()
            table = ctes.get(name) or self._tables.get(name)
            if table is None:
                raise Unproven(f"the table {node['table_name']}")
            alias = self.fresh()
            return [_Part(str(node.get("alias") or name).lower(), alias, table.columns)], f"{table.sql} AS {alias}"
        if node["type"] == "SUBQUERY":
            inner = self.query(node["subquery"]["node"], ctes)
            alias = self.fresh()
            columns = {
                each.lower(): (f"c{n}", kind)
                for n, (each, kind) in enumerate(zip(inner.names, inner.kinds, strict=True), 1)
            }
            return [_Part(str(node.get("alias") or "").lower(), alias, columns)], f"(\n{inner.sql}\n) AS {alias}"
        if (
            node["type"] != "JOIN"
            or node.get("ref_type") != "REGULAR"
            or node.get("join_type") not in {"INNER", "LEFT"}
        ):
            raise Unproven(f"{node.get('ref_type', '')} {node.get('join_type', node['type'])} join".strip())
        left, left_sql = self._source(node["left"], ctes)
        right, right_sql = self._source(node["right"], ctes)
        word = "LEFT JOIN" if node["join_type"] == "LEFT" else "JOIN"
        if using := node.get("using_columns"):
            pairs = []
            for each in using:
                one, other = Expressions(self, left, ctes).known([each]), Expressions(self, right, ctes).known([each])
                pairs.append(f"{one.sql} = {other.sql}")
            shared = {str(each).lower() for each in using}
            kept = [_Part(p.alias, p.sql, {k: v for k, v in p.columns.items() if k not in shared}) for p in right]
            return [*left, *kept], f"{left_sql} {word} {right_sql} ON {' AND '.join(pairs)}"
        sides = [*left, *right]
        return sides, f"{left_sql} {word} {right_sql} ON {Expressions(self, sides, ctes).sql(node['condition'])}"


def _windowed(node: Any) -> bool:
    """Whether there is a window function anywhere in an expression."""
    if isinstance(node, list):
        return any(map(_windowed, node))
    return isinstance(node, dict) and (node.get("class") == "WINDOW" or any(map(_windowed, node.values())))


def _way(key: Node) -> str:
    down = key["type"] == "DESCENDING"
    first = key["null_order"] in {"NULLS FIRST", "NULLS_FIRST"}
    return f"{'DESC' if down else 'ASC'} NULLS {'FIRST' if first else 'LAST'}"
