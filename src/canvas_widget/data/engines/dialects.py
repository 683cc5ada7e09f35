"""How each engine writes what generated queries are made of. A part that an engine lacks is not proven there."""

from __future__ import annotations

from dataclasses import dataclass

from canvas_widget.data.sql import identifier
from canvas_widget.errors import QueryError

__all__ = ["Dialect", "Typed", "Unproven"]

NUMBERS = {"int", "dec", "float"}
TYPES = {
    "VARCHAR": "text", "TEXT": "text", "INTEGER": "int", "BIGINT": "int", "DOUBLE": "float", "TIMESTAMP": "ts",
    "DATE": "date", "BOOLEAN": "bool", "TIMESTAMP WITH TIME ZONE": "tz", "TIMESTAMPTZ": "tz",
}  # fmt: skip


class Unproven(QueryError):
    """A part of a query that is not proven to mean the same on an engine."""


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression and its kind: int, dec, float, text, bool, date, ts, tz, time, null, other."""

    sql: str
    kind: str
    constant: bool = False


class Dialect:
    """The parts that all engines share. `float_type` and `words` are what they differ in by name only."""

    name = "standard"
    title = "the engine"
    casts: dict[str, str] = {}
    sorts_hidden = True
    """Whether ORDER BY may name what is not selected, in a query with groups or windows."""

    def identifier(self, name: str) -> str:
        return identifier(name)

    def text(self, value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    def cast_to(self, sql: str, kind: str) -> str:
        if kind not in self.casts:
            raise Unproven(f"a cast to {kind}")
        return f"CAST({sql} AS {self.casts[kind]})"

    def number(self, text: str) -> str:
        return text

    def as_float(self, value: Typed) -> str:
        return value.sql if value.kind == "float" else self.cast_to(value.sql, "float")

    def ordered(self, value: Typed) -> str:
        """A value such that < and ORDER BY compare it as DuckDB does (text by its bytes)."""
        return value.sql

    def order_key(self, value: Typed, way: str) -> tuple[str, str]:
        return self.ordered(value), way

    def cast(self, value: Typed, kind: str, *, attempt: bool) -> str:
        if attempt:
            raise Unproven("TRY_CAST")
        if value.kind == kind:
            return value.sql
        pairs = {
            ("int", "float"), ("dec", "float"), ("int", "text"), ("bool", "text"), ("date", "ts"), ("bool", "int"),
            ("null", "text"), ("null", "float"), ("null", "int"), ("null", "ts"), ("date", "text"), ("ts", "date"),
            ("float", "dec"), ("ts", "text"),
        }  # fmt: skip
        if value.constant and (kind in {"ts", "date", "float", "tz"}):
            return self.constant(value.sql[1:-1], kind)
        if (value.kind, kind) not in pairs:
            raise Unproven(f"a cast of {value.kind} to {kind}")
        return self.cast_to(value.sql, kind)

    def constant(self, text: str, kind: str) -> str:
        return self.cast_to(f"'{text}'", kind)

    def whole(self, sql: str) -> str:
        """A whole number that may be added to and multiplied without going round."""
        return sql

    def divide(self, one: Typed, other: Typed) -> str:  # noqa: ARG002
        raise Unproven("/")

    def whole_divide(self, one: Typed, other: Typed) -> str:  # noqa: ARG002
        raise Unproven("//")

    def remainder(self, one: Typed, other: Typed) -> str:  # noqa: ARG002
        raise Unproven("%")

    def function(self, name: str, given: list[Typed]) -> Typed | None:  # noqa: ARG002
        return None

    def aggregate(self, name: str, given: list[Typed], distinct: bool, where: str | None) -> Typed | None:  # noqa: ARG002
        return None

    def window_order(self, keys: list[str]) -> list[str]:
        return keys

    def window(self, name: str, given: list[Typed]) -> Typed | None:
        if name in {"row_number", "rank", "dense_rank"} and not given:
            return Typed(f"{name}()", "int")
        return self.aggregate(name, given, False, None)
