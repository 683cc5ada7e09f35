"""The expressions of a generated query, written for another engine, each with its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from canvas_widget.data.engines.dialects import NUMBERS, TYPES, Typed, Unproven

__all__ = ["Expressions"]

Node = dict[str, Any]
COMPARED = {
    "COMPARE_EQUAL": "=", "COMPARE_NOTEQUAL": "<>", "COMPARE_LESSTHAN": "<", "COMPARE_GREATERTHAN": ">",
    "COMPARE_LESSTHANOREQUALTO": "<=", "COMPARE_GREATERTHANOREQUALTO": ">=",
}  # fmt: skip
AGGREGATES = {
    "count", "count_star", "sum", "avg", "mean", "median", "min", "max", "stddev_samp", "stddev", "quantile_cont",
    "any_value",
}  # fmt: skip
ALIKE = (NUMBERS, {"date", "ts"}, {"text"}, {"bool"}, {"tz"}, {"time"})


class Expressions:
    """Expressions over the sources of one SELECT. `aliases` are its outputs, seen where no column is of that name."""

    def __init__(self, compiler: Any, sources: Sequence[Any], ctes: Any) -> None:
        self._compiler = compiler
        self._dialect = compiler.dialect
        self._sources = sources
        self._ctes = ctes
        self.aliases: Mapping[str, Typed] = {}

    def sql(self, node: Node) -> str:
        return self.typed(node).sql

    def column(self, names: Sequence[str]) -> Typed | None:
        """The column of that name; None when there is none. One that two sources have is refused."""
        parts = [str(name).lower() for name in names]
        if len(parts) > 2:
            raise Unproven("a part of a value")
        found = [
            Typed(f"{each.sql}.{each.columns[parts[-1]][0]}", each.columns[parts[-1]][1])
            for each in self._sources
            if parts[-1] in each.columns and (len(parts) == 1 or each.alias == parts[0])
        ]
        if len(found) > 1:
            raise Unproven(f'"{parts[-1]}", which two tables have,')
        return found[0] if found else None

    def known(self, names: Sequence[str]) -> Typed:
        found = self.column(names)
        if found is None and len(names) == 1:
            found = self.aliases.get(str(names[0]).lower())
        if found is None:
            raise Unproven(f'the name "{".".join(map(str, names))}"')
        return found

    def typed(self, node: Node) -> Typed:
        match node["class"]:
            case "COLUMN_REF":
                return self.known(node["column_names"])
            case "CONSTANT":
                return self._constant(node)
            case "COMPARISON":
                return self._compared(node["type"], self.typed(node["left"]), self.typed(node["right"]))
            case "CONJUNCTION":
                word = {"CONJUNCTION_AND": " AND ", "CONJUNCTION_OR": " OR "}[node["type"]]
                return Typed(f"({word.join(self.sql(each) for each in node['children'])})", "bool")
            case "BETWEEN" if node["type"] == "COMPARE_BETWEEN":
                value = self.typed(node["input"])
                low = self._compared("COMPARE_GREATERTHANOREQUALTO", value, self.typed(node["lower"]))
                high = self._compared("COMPARE_LESSTHANOREQUALTO", value, self.typed(node["upper"]))
                return Typed(f"({low.sql} AND {high.sql})", "bool")
            case "OPERATOR":
                return self._operator(node)
            case "CASE":
                return self._case(node)
            case "CAST":
                return self._cast(node)
            case "FUNCTION":
                return self._function(node)
            case "WINDOW":
                return self._window(node)
            case "SUBQUERY" if node.get("subquery_type") == "SCALAR":
                inner = self._compiler.query(node["subquery"]["node"], self._ctes)
                return Typed(f"(\n{inner.sql}\n)", inner.kinds[0])
            case "SUBQUERY" if node.get("subquery_type") == "ANY" and node.get("comparison_type") == "COMPARE_EQUAL":
                inner = self._compiler.query(node["subquery"]["node"], self._ctes)
                children = node.get("children") or [node.get("child")]
                value = self.typed(children[0])
                self._alike(value, Typed("", inner.kinds[0]))
                return Typed(f"({value.sql} IN (\n{inner.sql}\n))", "bool")
            case other:
                raise Unproven(f"{other} {node.get('subquery_type', '')}".strip())

    def _constant(self, node: Node) -> Typed:
        held = node.get("literal") or {}
        match held.get("kind"):
            case "INTEGER" if abs(int(held["text"])) < 2**63:
                return Typed(str(int(held["text"])), "int")
            case "NUMERIC" | "DECIMAL" | "DOUBLE" | "FLOAT":
                return Typed(self._dialect.number(str(held["text"])), "dec")
            case "STRING":
                return Typed(self._dialect.text(str(held["text"])), "text", constant=True)
            case "NULL" | "NULL_LITERAL":
                return Typed("NULL", "null")
            case "BOOLEAN" | "TRUE" | "FALSE":
                word = str(held.get("text") or held.get("value") or held["kind"]).lower()
                return Typed("TRUE" if word in {"true", "t", "1"} else "FALSE", "bool")
            case other:
                raise Unproven(f"a constant of kind {other}")

    @staticmethod
    def _alike(one: Typed, other: Typed) -> None:
        if "null" in {one.kind, other.kind}:
            return
        if not any(one.kind in group and other.kind in group for group in ALIKE):
            raise Unproven(f"a comparison of {one.kind} with {other.kind}")

    def _compared(self, kind: str, one: Typed, other: Typed) -> Typed:
        if kind not in COMPARED:
            raise Unproven(kind)
        self._alike(one, other)
        if kind in {"COMPARE_EQUAL", "COMPARE_NOTEQUAL"}:
            return Typed(f"({one.sql} {COMPARED[kind]} {other.sql})", "bool")
        return Typed(f"({self._dialect.ordered(one)} {COMPARED[kind]} {other.sql})", "bool")

    def _operator(self, node: Node) -> Typed:
        given = [self.typed(each) for each in node["children"]]
        match node["type"]:
            case "OPERATOR_IS_NULL":
                return Typed(f"({given[0].sql} IS NULL)", "bool")
            case "OPERATOR_IS_NOT_NULL":
                return Typed(f"({given[0].sql} IS NOT NULL)", "bool")
            case "OPERATOR_NOT":
                return Typed(f"(NOT {given[0].sql})", "bool")
            case "COMPARE_IN" | "COMPARE_NOT_IN":
                for each in given[1:]:
                    self._alike(given[0], each)
                word = "IN" if node["type"] == "COMPARE_IN" else "NOT IN"
                return Typed(f"({given[0].sql} {word} ({', '.join(each.sql for each in given[1:])}))", "bool")
            case "OPERATOR_COALESCE":
                return Typed(f"coalesce({', '.join(each.sql for each in given)})", self._common(given))
            case other:
                raise Unproven(str(other))

    @staticmethod
    def _common(given: Sequence[Typed]) -> str:
        kinds = {each.kind for each in given} - {"null"}
        if not kinds:
            return "null"
        if kinds <= NUMBERS:
            return "float" if "float" in kinds else "dec" if "dec" in kinds else "int"
        if len(kinds) > 1:
            raise Unproven(f"a value that is {' or '.join(sorted(kinds))}")
        return kinds.pop()

    def _case(self, node: Node) -> Typed:
        checks = [(self.sql(each["when_expr"]), self.typed(each["then_expr"])) for each in node["case_checks"]]
        last = self.typed(node["else_expr"]) if node.get("else_expr") else Typed("NULL", "null")
        body = "".join(f" WHEN {when} THEN {then.sql}" for when, then in checks)
        return Typed(f"CASE{body} ELSE {last.sql} END", self._common([*(then for _, then in checks), last]))

    def _cast(self, node: Node) -> Typed:
        kind = TYPES.get(str(node["type_expr"].get("type_name", "")).upper())
        if kind is None:
            raise Unproven(f"a cast to {node['type_expr'].get('type_name')}")
        value = self.typed(node["child"])
        return Typed(self._dialect.cast(value, kind, attempt=bool(node.get("try_cast"))), kind)

    def _arguments(self, node: Node) -> list[Typed]:
        return [self.typed(each["expression"]) for each in node.get("arguments", [])]

    def _function(self, node: Node) -> Typed:
        name, given = str(node["function_name"]).lower(), self._arguments(node)
        if node.get("is_operator"):
            return self._arithmetic(name, given)
        found: Typed | None
        if name in AGGREGATES:
            if (node.get("order_bys") or {}).get("orders"):
                raise Unproven(f"{name}() with an order")
            where = self.sql(node["filter"]) if node.get("filter") else None
            found = self._dialect.aggregate(name, given, bool(node.get("distinct")), where)
        else:
            found = self._dialect.function(name, given)
        if found is None:
            kinds = ", ".join(each.kind for each in given)
            raise Unproven(f"{name}({kinds})")
        return found

    def _arithmetic(self, name: str, given: list[Typed]) -> Typed:
        dialect = self._dialect
        if name == "||" and len(given) == 2:
            texts = [
                each.sql if each.kind in {"text", "null"} else dialect.cast(each, "text", attempt=False)
                for each in given
            ]
            return Typed(f"({' || '.join(texts)})", "text")
        if any(each.kind not in {*NUMBERS, "null"} for each in given):
            raise Unproven(f"{' '.join(each.kind for each in given)} {name}")
        if name in {"+", "-"} and len(given) == 1:
            return Typed(f"({name} {given[0].sql})", given[0].kind)
        one, other = given
        kind = self._common(given)
        match name:
            case "+" | "-" | "*":
                if kind == "dec":
                    return Typed(f"({dialect.as_float(one)} {name} {dialect.as_float(other)})", "float")
                if kind == "int":
                    return Typed(f"({dialect.whole(one.sql)} {name} {other.sql})", kind)
                return Typed(f"({one.sql} {name} {other.sql})", kind)
            case "/":
                return Typed(dialect.divide(one, other), "float")
            case "//" if kind == "int":
                return Typed(dialect.whole_divide(one, other), "int")
            case "%" if kind == "int":
                return Typed(dialect.remainder(one, other), "int")
            case _:
                raise Unproven(f"{one.kind} {name} {other.kind}")

    def _window(self, node: Node) -> Typed:
        plain = node.get("start") == "UNBOUNDED_PRECEDING" and node.get("end") == "CURRENT_ROW_RANGE"
        odd = ("filter_expr", "ignore_nulls", "distinct", "arg_orders", "offset_expr", "default_expr")
        if not plain or any(node.get(key) for key in odd):
            raise Unproven("a window with a frame of its own")
        given = self._arguments(node)
        name = str(node["function_name"]).lower()
        numbering = name in {"row_number", "rank", "dense_rank"}
        found = self._dialect.window(name, given)
        if found is None:
            raise Unproven(f"{node['function_name']}() OVER")
        parts = []
        if node["partitions"]:
            parts.append("PARTITION BY " + ", ".join(self.sql(each) for each in node["partitions"]))
        keys = [self._dialect.order_key(self.typed(each["expression"]), _way(each)) for each in node["orders"]]
        listed = [f"{sql} {way}" for sql, way in keys]
        if numbering:
            listed = self._dialect.window_order(listed)
        if listed:
            parts.append("ORDER BY " + ", ".join(listed))
        return Typed(
            found.sql.replace("{over}", f"OVER ({' '.join(parts)})")
            if "{over}" in found.sql
            else f"{found.sql} OVER ({' '.join(parts)})",
            found.kind,
        )


def _way(key: Node) -> str:
    down = key["type"] == "DESCENDING"
    first = key["null_order"] in {"NULLS FIRST", "NULLS_FIRST"}
    return f"{'DESC' if down else 'ASC'} NULLS {'FIRST' if first else 'LAST'}"
