"""The guard: a query is let through only when every node of its parse tree is one we know to be harmless.

The tree is the database's own (`json_serialize_sql`), so guard and engine read the same text the same way. "A single
SELECT" is no boundary: an INSERT or a COPY inside a CTE reports SELECT, a table function reads files, and a scalar
function can take the machine's memory without being interruptible. Hence allow-lists for node types, tables, table
functions, scalar functions and types, with names of CTEs known exactly where they are visible.
"""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from canvas_widget.data.guards import calls
from canvas_widget.data.guards.functions import AGGREGATES, OPERATORS, SCALARS, TABLE_FUNCTIONS, TYPES, WINDOWS
from canvas_widget.data.guards.mentions import Mentions
from canvas_widget.data.guards.sizes import LONG, Sizes
from canvas_widget.data.problems import syntax_error
from canvas_widget.data.types import GuardedQuery
from canvas_widget.errors import QueryRefused

if TYPE_CHECKING:
    import duckdb

__all__ = ["MAX_SQL", "guard"]

MAX_SQL = 20_000
"""The longest query text, in characters."""
MAX_NESTING = 100
"""The deepest brackets of a query."""

Node = dict[str, Any]
Scope = frozenset[str]

QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE"})
SOURCES = frozenset(
    {"BASE_TABLE", "EMPTY", "EXPRESSION_LIST", "JOIN", "PIVOT", "SHOW_REF", "SUBQUERY", "TABLE_FUNCTION"}
)
PARTS = frozenset(
    {"ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER"}
    | {"ORDER_DEFAULT", "ASCENDING", "DESCENDING"}
)
EXPRESSIONS = frozenset(
    {"BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION"}
    | {"OPERATOR", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "TYPE", "WINDOW"}
)
RESERVED = re.compile(r"^(duckdb|pragma|sqlite|pg)_|[^\w $-]", re.IGNORECASE)
"""Names a CTE may not take: those of system views, and those that could be read as a path."""
COLLATION = re.compile(r"[A-Za-z_.]{1,40}")
STATEMENTS = re.compile(r"^\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*\(*\s*(\w+)", re.DOTALL)
READS = {"select", "with", "from", "values", "table", "describe", "summarize", "show"}


def guard(sql: str, connection: duckdb.DuckDBPyConnection) -> GuardedQuery:
    """Check a query without running it.

    Args:
        sql: one read-only statement, without parameters.
        connection: any connection; it only parses.

    Returns:
        the query, trimmed, with the names of the datasets it reads.

    Raises:
        QueryError: the text is no SQL; says where.
        QueryRefused: the query does what no query here may do; says what, and what to do instead.
    """
    text = sql.strip().rstrip(";").rstrip()
    _check_text(text)
    answer = json.loads(connection.execute("SELECT json_serialize_sql(?)", [text]).fetchall()[0][0])
    if answer["error"]:
        raise _unparsed(text, answer)
    statements = answer["statements"]
    if len(statements) != 1:
        raise QueryRefused("One statement at a time: this text holds several. Run them one by one.")
    walk = _Walk()
    try:
        walk.query(statements[0]["node"], frozenset())
    except RecursionError as error:
        raise QueryRefused("The query is nested too deeply. Split it into steps with WITH.") from error
    modifiers = statements[0]["node"].get("modifiers", [])
    ordered = any(modifier.get("type") == "ORDER_MODIFIER" for modifier in modifiers)
    columns = walk.columns.mentioned(walk.tables)
    return GuardedQuery(text, tuple(walk.tables), ordered, columns, walk.sizes.made)


def _check_text(text: str) -> None:
    if not text:
        raise QueryRefused("The query is empty. Write a SELECT.")
    if len(text) > MAX_SQL:
        raise QueryRefused(f"The query has {len(text):,} characters; at most {MAX_SQL:,} are read.")
    if "\0" in text:
        raise QueryRefused("The query holds a NUL character. Remove it.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise QueryRefused("The query holds half a character (a lone surrogate). Write it again.")
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_NESTING:
        raise QueryRefused(f"The query is nested {deepest} brackets deep; at most {MAX_NESTING}. Split it with WITH.")


def _unparsed(text: str, answer: Node) -> Exception:
    if answer.get("error_type") == "not implemented":
        found = STATEMENTS.match(text)
        word = found[1].upper() if found and found[1].lower() not in READS else "This statement"
        return QueryRefused(f"{word} is not allowed: queries here only read. Write a SELECT over the data frames.")
    position = answer.get("position")
    return syntax_error(text, str(answer.get("error_message", "")), None if position is None else int(position))


class _Walk:
    """One pass over the tree; `tables` fills with the names that are no CTEs, in order of appearance."""

    def __init__(self) -> None:
        self.tables: dict[str, None] = {}
        self.sizes = Sizes()
        self._linked: set[int] = set()
        self.columns = Mentions()

    def query(self, node: Node, scope: Scope) -> None:
        if node.get("type") not in QUERIES:
            raise _refused(str(node.get("type")).removesuffix("_QUERY_NODE").removesuffix("_NODE"))
        with self.sizes.query():
            inner = self._ctes(node.get("cte_map"), scope)
            if node["type"] == "RECURSIVE_CTE_NODE":
                self.sizes.repeats()
                self.query(node["left"], inner)
                self.query(node["right"], inner | {_cte_name(node["cte_name"])})
                self._parts(node, inner, skip={"cte_map", "left", "right", "cte_name"})
                return
            self._parts(node, inner, skip={"cte_map"})

    def _ctes(self, ctes: Node | None, scope: Scope) -> Scope:
        for entry in (ctes or {}).get("map", []):
            value = entry["value"]
            self.query(value["query_node"], scope)
            self._parts(value, scope, skip={"query_node"})
            self.sizes.seen()
            scope |= {_cte_name(entry["key"])}
        return scope

    def _parts(self, node: Node, scope: Scope, skip: set[str] | frozenset[str] = frozenset()) -> None:
        for key, part in node.items():
            if key not in skip:
                self._any(part, scope)

    def _any(self, part: Any, scope: Scope) -> None:
        if isinstance(part, list):
            for each in part:
                self._any(each, scope)
        elif isinstance(part, dict):
            kind = part.get("type")
            if "class" in part:
                self._expression(part, scope)
            elif kind is None or isinstance(kind, dict) or kind in PARTS:
                self._parts(part, scope)
            elif kind in QUERIES:
                self.query(part, scope)
            elif kind in SOURCES:
                self._source(part, scope)
            else:
                raise _refused(str(kind).removesuffix("_QUERY_NODE").removesuffix("_NODE"))

    def _source(self, node: Node, scope: Scope) -> None:
        self.columns.source(node)
        match node["type"]:
            case "BASE_TABLE":
                self._table(node, scope)
            case "JOIN":
                self.sizes.repeats()
            case "TABLE_FUNCTION":
                function = node["function"]
                _plain(function, "table function")
                calls.check_table_function(function, TABLE_FUNCTIONS)
                self._parts(function, scope)
            case "SHOW_REF":
                if node["query"] is None or node["table_name"] or node["show_type"] not in {"SUMMARY", "DESCRIBE"}:
                    raise QueryRefused(
                        "SHOW is not allowed. The outline lists the data frames; DESCRIBE names columns."
                    )
            case "PIVOT":
                if any(pivot.get("pivot_enum") for pivot in node.get("pivots", [])):
                    raise _refused("PIVOT on an enum")
            case _:
                pass
        self._parts(node, scope, skip={"function"})

    def _table(self, node: Node, scope: Scope) -> None:
        _plain(node, "table")
        name = node["table_name"]
        if node.get("at_clause") is not None:
            raise _refused("AT")
        if folded(name) not in scope:
            self.tables.setdefault(name)

    def _expression(self, node: Node, scope: Scope) -> None:
        kind = node["class"]
        if kind not in EXPRESSIONS:
            raise _refused_expression(kind)
        match kind:
            case "COLUMN_REF" | "STAR" | "POSITIONAL_REFERENCE":
                self.columns.expression(node)
                self.sizes.column(*node.get("column_names", ()))
            case "FUNCTION":
                self._function(node, scope)
                return
            case "WINDOW":
                _plain(node, "function")
                calls.check_name(node["function_name"], AGGREGATES | WINDOWS)
                if node["function_name"].lower() in LONG:
                    self.sizes.long(window=True)
            case "TYPE":
                _plain(node, "type")
                if node["type_name"].lower() not in TYPES:
                    raise QueryRefused(f'The type "{node["type_name"]}" is not allowed in a query.')
            case "COLLATE" if not COLLATION.fullmatch(node["collation"]):
                raise QueryRefused(f'The collation "{node["collation"]}" is not allowed in a query.')
            case "CAST":
                with self.sizes.cast():
                    self._parts(node, scope)
                return
            case "CONSTANT":
                self.sizes.constant(len(str((node.get("literal") or {}).get("text") or "")))
            case "SUBQUERY":
                with self.sizes.value():
                    self.query(node["subquery"]["node"], scope)
                self.sizes.column("")
                self._parts(node, scope, skip={"subquery"})
                return
            case _:
                pass
        self._parts(node, scope)

    def _function(self, node: Node, scope: Scope) -> None:
        _plain(node, "function")
        if node.get("export_state"):
            raise _refused("EXPORT_STATE")
        calls.check_function(node, OPERATORS if node.get("is_operator") else SCALARS | AGGREGATES)
        match node["function_name"].lower():
            case name if name in LONG:
                self.sizes.long()
            case "unnest":
                self.sizes.repeats()
            case "range" | "generate_series":
                self.sizes.constant(8 * calls.MAX_LIST)
            case "lpad" | "rpad":
                self.sizes.constant(4 * calls.MAX_PAD)
            case _:
                pass
        cut = calls.cut_to(node)
        if cut is not None:
            self.sizes.constant(4 * cut)
        factor = 0.0 if id(node) in self._linked else calls.growth(node)
        if node["function_name"] == "||":
            self._linked.update(map(id, calls.links(node)))
        with self.sizes.call(factor), nullcontext() if cut is None else self.sizes.shortened():
            self._parts(node, scope)


def _cte_name(name: str) -> str:
    if RESERVED.search(name):
        raise QueryRefused(f'A WITH part cannot be called "{name}". Use letters, digits and _.')
    return folded(name)


def folded(name: str) -> str:
    """A name as the database compares it: only A to Z have small letters.

    Python's `lower` would take the Kelvin sign for a k, and a WITH part written with one for a system view.
    """
    return "".join(each.lower() if each.isascii() else each for each in name)


def _plain(node: Node, what: str) -> None:
    """A name without schema and catalogue, so that it can only be what we know under that name."""
    path = node.get("qualified_name", {}).get("path", [])
    qualifiers = [node.get(key) for key in ("schema", "catalog", "schema_name", "catalog_name")]
    if len(path) > 1 or any(qualifiers):
        name = ".".join(path) or str(node.get("table_name") or node.get("function_name"))
        raise QueryRefused(f'The {what} "{name}" is qualified. Use the plain name of a data frame, without a schema.')


def _refused(what: str) -> QueryRefused:
    word = what.replace("_", " ")
    return QueryRefused(f"{word} is not allowed: queries here only read. Write a SELECT over the data frames.")


def _refused_expression(kind: str) -> QueryRefused:
    words = {
        "PARAMETER": "Parameters (?, $1) are not allowed: write the values into the query.",
        "LAMBDA": "Lambdas are not allowed. Use unnest() and a subquery, or json_extract() for a path.",
    }
    return QueryRefused(words.get(kind, f"{kind.replace('_', ' ').capitalize()} is not allowed in a query."))
