"""What generated queries are made of, as ClickHouse writes it. Each part here is proven equal by the tests."""

from __future__ import annotations

from canvas_widget.data.engines.dialects import NUMBERS, Dialect, Typed, Unproven

__all__ = ["ClickHouse"]

TRUNCATED = {
    "'week'": "toMonday", "'day'": "toStartOfDay", "'month'": "toStartOfMonth", "'quarter'": "toStartOfQuarter",
    "'year'": "toStartOfYear",
}  # fmt: skip
PARTS = {"year": "toYear", "month": "toMonth", "quarter": "toQuarter", "isodow": "toDayOfWeek", "hour": "toHour",
         "day": "toDayOfMonth"}  # fmt: skip
MOMENT = "Nullable(DateTime64(6, 'UTC'))"


class ClickHouse(Dialect):
    """ClickHouse 25 and later. Whole numbers are counted with in 128 bits, since its own sums wrap around."""

    name = "clickhouse"
    title = "ClickHouse"
    casts = {
        "text": "Nullable(String)", "int": "Nullable(Int64)", "float": "Nullable(Float64)", "ts": MOMENT, "tz": MOMENT,
        "date": "Nullable(Date32)", "bool": "Nullable(Bool)",
    }  # fmt: skip

    def identifier(self, name: str) -> str:
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"

    def text(self, value: str) -> str:
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def cast(self, value: Typed, kind: str, *, attempt: bool) -> str:
        if (value.kind, kind) == ("ts", "text") and not attempt:
            return f"replaceRegexpOne({self.cast_to(value.sql, 'text')}, '\\\\.?0+$', '')"
        return super().cast(value, kind, attempt=attempt)

    def divide(self, one: Typed, other: Typed) -> str:
        return f"({self.as_float(one)} / {self.as_float(other)})"

    def whole_divide(self, one: Typed, other: Typed) -> str:
        return f"intDiv({one.sql}, {other.sql})"

    def remainder(self, one: Typed, other: Typed) -> str:
        return f"({one.sql} % {other.sql})"

    def whole(self, sql: str) -> str:
        return f"toInt128({sql})"

    def function(self, name: str, given: list[Typed]) -> Typed | None:
        kinds = [each.kind for each in given]
        one = given[0].sql if given else ""
        match name, kinds:
            case "date_trunc", ["text", "date" | "ts"] if given[0].constant and one in TRUNCATED:
                moment = self.cast_to(given[1].sql, "ts")
                return Typed(self.cast_to(f"{TRUNCATED[one]}({moment})", "ts"), "ts")
            case _, ["date" | "ts"] if name in PARTS and not (name == "hour" and kinds == ["date"]):
                return Typed(f"{PARTS[name]}({one})", "int")
            case "epoch_us", ["date" | "ts"]:
                return Typed(f"toUnixTimestamp64Micro({self.cast_to(one, 'ts')})", "int")
            case "strftime", ["date" | "ts", "text"] if given[1].sql in {"'%b'", "'%a'"}:
                return Typed(f"formatDateTime({one}, {given[1].sql})", "text")
            case "date_diff" | "datediff", ["text", "date" | "ts", "date" | "ts"] if one == "'day'":
                return Typed(f"dateDiff('day', {given[1].sql}, {given[2].sql})", "int")
            case "isfinite", ["float"]:
                return Typed(f"(isFinite({one}) = 1)", "bool")
            case "floor" | "abs", [kind] if kind in NUMBERS:
                return Typed(f"{name}({self.as_float(given[0])})", "float")
            case "sqrt" | "exp", [kind] if kind in NUMBERS:
                return Typed(f"{name}({self.as_float(given[0])})", "float")
            case "round", [kind, "int"] if kind in NUMBERS and given[1].sql.isdigit():
                value, power = self.as_float(given[0]), f"1e{given[1].sql}"
                return Typed(f"(sign({value}) * floor(abs({value}) * {power} + 0.5) / {power})", "float")
            case "least" | "greatest", _ if set(kinds) <= NUMBERS:
                return Typed(f"{name}({', '.join(map(self.as_float, given))})", "float")
            case "contains", ["text", "text"]:
                return Typed(f"(position({one}, {given[1].sql}) > 0)", "bool")
            case "lower", ["text"]:
                return Typed(f"lowerUTF8({one})", "text")
            case _:
                return None

    def aggregate(self, name: str, given: list[Typed], distinct: bool, where: str | None) -> Typed | None:
        more = "" if where is None else f" FILTER (WHERE {where})"
        some = "DISTINCT " if distinct else ""
        if name == "count_star" or (name == "count" and not given):
            return Typed(f"count(*){more}", "int")
        kind, sql = given[0].kind, given[0].sql
        number = kind in NUMBERS
        match name:
            case "count" if len(given) == 1:
                return Typed(f"count({some}{sql}){more}", "int")
            case "sum" if kind == "int":
                return Typed(f"sumOrNull({some}{self.whole(sql)}){more}", "int")
            case "sum" if number:
                return Typed(f"sumOrNull({some}{self.as_float(given[0])}){more}", "float")
            case "avg" | "mean" if number:
                return Typed(f"avgOrNull({some}{self.as_float(given[0])}){more}", "float")
            case "median" | "quantile_cont" if number and not distinct:
                share = "0.5" if name == "median" else given[1].sql
                if not share.replace(".", "").isdigit():
                    raise Unproven("a quantile that is no constant")
                return Typed(f"quantileExactInclusiveOrNull({share})({self.as_float(given[0])}){more}", "float")
            case "min" | "max" | "any_value" if kind in {*NUMBERS, "text", "date", "ts", "tz"}:
                return Typed(f"{'max' if name == 'max' else 'min'}OrNull({sql}){more}", kind)
            case "stddev_samp" | "stddev" if number and not distinct:
                value = self.as_float(given[0])
                return Typed(f"if(count({value}){more} > 1, stddevSampStableOrNull({value}){more}, NULL)", "float")
            case _:
                return None

    def window(self, name: str, given: list[Typed]) -> Typed | None:
        if name not in {"row_number", "rank", "dense_rank", "count", "count_star", "sum", "avg", "min", "max"}:
            return None
        return super().window(name, given)
