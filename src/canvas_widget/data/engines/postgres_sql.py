"""What generated queries are made of, as PostgreSQL writes it. Each part here is proven equal by the tests."""

from __future__ import annotations

from canvas_widget.data.engines.dialects import NUMBERS, Dialect, Typed, Unproven

__all__ = ["Postgres"]

UNITS = {"week", "day", "month", "quarter", "year"}
PARTS = {"year": "year", "month": "month", "quarter": "quarter", "isodow": "isodow", "hour": "hour", "day": "day"}
NAMES = {"%b": "Mon", "%a": "Dy"}


class Postgres(Dialect):
    """PostgreSQL 14 and later.

    Args:
        version: the server's number (180000), on which it depends what it can be asked.
    """

    def __init__(self, version: int = 0) -> None:
        self._version = version

    name = "postgres"
    title = "PostgreSQL"
    casts = {
        "text": "text", "int": "bigint", "float": "double precision", "dec": "numeric", "ts": "timestamp",
        "date": "date", "bool": "boolean", "tz": "timestamptz",
    }  # fmt: skip

    def text(self, value: str) -> str:
        return super().text(value) if "\\" not in value else "E" + super().text(value).replace("\\", "\\\\")

    def ordered(self, value: Typed) -> str:
        return f'({value.sql}) COLLATE "C"' if value.kind == "text" else value.sql

    def order_key(self, value: Typed, way: str) -> tuple[str, str]:
        return self.ordered(value), way

    def cast(self, value: Typed, kind: str, *, attempt: bool) -> str:
        if (value.kind, kind) == ("time", "text") and not attempt:
            return f"CAST({value.sql} AS text)"
        if value.kind == "bool" and kind == "int":
            return f"CAST(CAST({value.sql} AS integer) AS bigint)"
        return super().cast(value, kind, attempt=attempt)

    def divide(self, one: Typed, other: Typed) -> str:
        a, b = self.as_float(one), self.as_float(other)
        if other.sql.replace(".", "").isdigit() and float(other.sql) != 0:
            return f"({a} / {b})"
        nothing = f"CASE WHEN {a} = 0 OR {a} = 'NaN' THEN 'NaN'::float8 ELSE sign({a}) * 'Infinity'::float8 END"
        return f"(CASE WHEN {b} = 0 THEN {nothing} ELSE {a} / {b} END)"

    def whole_divide(self, one: Typed, other: Typed) -> str:
        return f"({one.sql} / {other.sql})"

    def remainder(self, one: Typed, other: Typed) -> str:
        return f"({one.sql} % {other.sql})"

    def function(self, name: str, given: list[Typed]) -> Typed | None:
        kinds = [each.kind for each in given]
        one = given[0].sql if given else ""
        match name, kinds:
            case "date_trunc", ["text", "date" | "ts"] if given[0].constant and one[1:-1] in UNITS:
                return Typed(f"date_trunc({one}, {self._moment(given[1])})", "ts")
            case _, ["date" | "ts"] if name in PARTS:
                return Typed(f"CAST(extract({PARTS[name]} FROM {one}) AS bigint)", "int")
            case "epoch_us", ["date" | "ts"]:
                return Typed(f"CAST(extract(epoch FROM {self._moment(given[0])}) * 1000000 AS bigint)", "int")
            case "hour", ["time"]:
                return Typed(f"CAST(extract(hour FROM {one}) AS bigint)", "int")
            case "strftime", ["date" | "ts", "text"] if given[1].constant and given[1].sql[1:-1] in NAMES:
                return Typed(f"to_char({self._moment(given[0])}, '{NAMES[given[1].sql[1:-1]]}')", "text")
            case "timezone", ["text", "tz"] if given[0].constant:
                return Typed(f"timezone({one}, {given[1].sql})", "ts")
            case "timezone", ["text", "ts"] if given[0].constant:
                return Typed(f"timezone({one}, {given[1].sql})", "tz")
            case "date_diff" | "datediff", ["text", "date" | "ts", "date" | "ts"] if one == "'day'":
                return Typed(f"CAST(CAST({given[2].sql} AS date) - CAST({given[1].sql} AS date) AS bigint)", "int")
            case "isfinite", ["float"]:
                return Typed(f"({one} NOT IN ('NaN', 'Infinity', '-Infinity'))", "bool")
            case "floor" | "abs", [kind] if kind in NUMBERS:
                return (
                    Typed(f"{name}({self.as_float(given[0])})", "float")
                    if kind != "int"
                    else Typed(f"{name}({one})", kind)
                )
            case "sqrt" | "exp", [kind] if kind in NUMBERS:
                return Typed(f"{name}({self.as_float(given[0])})", "float")
            case "round", [kind, "int"] if kind in NUMBERS and given[1].sql.isdigit():
                value, power = self.as_float(given[0]), f"1e{given[1].sql}::float8"
                return Typed(f"(sign({value}) * floor(abs({value}) * {power} + 0.5) / {power})", "float")
            case "least" | "greatest", _ if set(kinds) <= {"int"} or set(kinds) <= NUMBERS:
                same = set(kinds) <= {"int"}
                texts = [each.sql if same else self.as_float(each) for each in given]
                return Typed(f"{name}({', '.join(texts)})", "int" if same else "float")
            case "contains", ["text", "text"]:
                return Typed(f"(strpos({one}, {given[1].sql}) > 0)", "bool")
            case "lower", ["text"] if self._version >= 170_000:
                return Typed(f'lower({one} COLLATE "pg_c_utf8")', "text")
            case _:
                return None

    @staticmethod
    def _moment(value: Typed) -> str:
        return f"CAST({value.sql} AS timestamp)" if value.kind == "date" else value.sql

    def aggregate(self, name: str, given: list[Typed], distinct: bool, where: str | None) -> Typed | None:
        found = self._aggregate(name, given, "DISTINCT " if distinct else "")
        if found is None or where is None:
            return found
        return Typed(f"{found.sql} FILTER (WHERE {where})", found.kind)

    def _aggregate(self, name: str, given: list[Typed], distinct: str) -> Typed | None:
        if name == "count_star" or (name == "count" and not given):
            return Typed("count(*)", "int")
        kind, sql = given[0].kind, given[0].sql
        number = kind in NUMBERS
        match name:
            case "count" if len(given) == 1:
                return Typed(f"count({distinct}{sql})", "int")
            case "sum" if number:
                return Typed(f"sum({distinct}{self.as_float(given[0]) if kind == 'float' else sql})", kind)
            case "avg" | "mean" if number:
                return Typed(f"avg({distinct}{self.as_float(given[0])})", "float")
            case "median" | "quantile_cont" if number and not distinct:
                share = "0.5" if name == "median" else given[1].sql
                if not share.replace(".", "").isdigit():
                    raise Unproven("a quantile that is no constant")
                return Typed(f"percentile_cont({share}) WITHIN GROUP (ORDER BY {self.as_float(given[0])})", "float")
            case "min" | "max" | "any_value" if kind in {*NUMBERS, "text", "date", "ts", "tz", "time"}:
                return Typed(f"{'max' if name == 'max' else 'min'}({self.ordered(given[0])})", kind)
            case "stddev_samp" | "stddev" if number and not distinct:
                return Typed(f"stddev_samp({self.as_float(given[0])})", "float")
            case _:
                return None

    def window(self, name: str, given: list[Typed]) -> Typed | None:
        if name in {"median", "quantile_cont"}:
            return None
        return super().window(name, given)
