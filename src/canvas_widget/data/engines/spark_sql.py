"""What generated queries are made of, as Spark writes it. Each part here is proven equal by the tests.

Nothing here depends on settings of the session: division and sums are written so that ANSI mode on or off gives the
same, times carry no zone, and text that a setting could change (quotes, backslashes, `${…}`) is written as bytes.
"""

from __future__ import annotations

import re

from canvas_widget.data.engines.dialects import NUMBERS, Dialect, Typed, Unproven

__all__ = ["Spark"]

UNITS = {"'week'": "WEEK", "'month'": "MONTH", "'quarter'": "QUARTER", "'year'": "YEAR"}
PARTS = {"year": "year({})", "month": "month({})", "quarter": "quarter({})", "day": "day({})",
         "isodow": "(weekday({}) + 1)"}  # fmt: skip
NAMES = {
    "'%b'": ("month", ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")),
    "'%a'": ("1 + weekday", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")),
}
PLAIN = re.compile(r"[\w .,:;+\-/()%#@!?=<>&|*~^\[\]]*")
WHOLE = "DECIMAL(38, 0)"
NAN, MORE, LESS = (f"CAST('{word}' AS DOUBLE)" for word in ("NaN", "Infinity", "-Infinity"))


class Spark(Dialect):
    """Spark 4. Whole numbers are added up in 38 digits, since its own sums wrap around or fail."""

    name = "spark"
    title = "Spark"
    sorts_hidden = False
    casts = {
        "text": "STRING", "int": WHOLE, "float": "DOUBLE", "ts": "TIMESTAMP_NTZ", "date": "DATE", "bool": "BOOLEAN",
    }  # fmt: skip

    def identifier(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text(self, value: str) -> str:
        if PLAIN.fullmatch(value):
            return f"'{value}'"
        return f"CAST(X'{value.encode().hex()}' AS STRING)"

    def constant(self, text: str, kind: str) -> str:
        if not PLAIN.fullmatch(text):
            raise Unproven(f"a cast of that text to {kind}")
        return self.cast_to(f"'{text}'", kind)

    def number(self, text: str) -> str:
        return text if len(text) < 30 and "e" not in text.lower() else f"CAST('{text}' AS DOUBLE)"

    def divide(self, one: Typed, other: Typed) -> str:
        a, b = self.as_float(one), self.as_float(other)
        if other.sql.replace(".", "").isdigit() and float(other.sql) != 0:
            return f"({a} / {b})"
        nothing = f"CASE WHEN {a} = 0 OR {a} = {NAN} THEN {NAN} ELSE sign({a}) * {MORE} END"
        return f"(CASE WHEN {b} = 0 THEN {nothing} ELSE {a} / {b} END)"

    def whole_divide(self, one: Typed, other: Typed) -> str:
        return f"({one.sql} div nullif({other.sql}, 0))"

    def remainder(self, one: Typed, other: Typed) -> str:
        return f"({one.sql} % nullif({other.sql}, 0))"

    def whole(self, sql: str) -> str:
        return f"CAST({sql} AS {WHOLE})"

    def function(self, name: str, given: list[Typed]) -> Typed | None:
        kinds = [each.kind for each in given]
        one = given[0].sql if given else ""
        match name, kinds:
            case "date_trunc", ["text", "date" | "ts"] if one in {*UNITS, "'day'"}:
                day = self._day(given[1])
                cut = day if one == "'day'" else f"trunc({day}, '{UNITS[one]}')"
                return Typed(self.cast_to(cut, "ts"), "ts")
            case _, ["date" | "ts"] if name in PARTS:
                return Typed(PARTS[name].format(self._day(given[0])), "int")
            case "epoch_us", ["date"]:
                return Typed(f"(date_diff({one}, DATE '1970-01-01') * 86400000000L)", "int")
            case "epoch_us", ["ts"]:
                # Part by part: Spark's own unix_micros() goes by the time zone of the session.
                days = f"date_diff({self._day(given[0])}, DATE '1970-01-01') * 86400000000L"
                clock = f"hour({one}) * 3600000000L + minute({one}) * 60000000L"
                return Typed(f"({days} + {clock} + CAST(extract(SECOND FROM {one}) * 1000000 AS BIGINT))", "int")
            case "hour", ["ts"]:
                return Typed(f"hour({one})", "int")
            case "strftime", ["date" | "ts", "text"] if given[1].sql in NAMES:
                part, names = NAMES[given[1].sql]
                listed = ", ".join(f"'{each}'" for each in names)
                return Typed(f"elt({part}({self._day(given[0])}), {listed})", "text")
            case "date_diff" | "datediff", ["text", "date" | "ts", "date" | "ts"] if one == "'day'":
                return Typed(f"date_diff({self._day(given[2])}, {self._day(given[1])})", "int")
            case "isfinite", ["float"]:
                return Typed(f"({one} NOT IN ({NAN}, {MORE}, {LESS}))", "bool")
            case "floor", [kind] if kind in NUMBERS:
                return given[0] if kind == "int" else Typed(self._floor(self.as_float(given[0])), "float")
            case "abs", [kind] if kind in NUMBERS:
                return (
                    Typed(f"abs({self.whole(one)})", kind)
                    if kind == "int"
                    else Typed(f"abs({self.as_float(given[0])})", "float")
                )
            case "sqrt" | "exp", [kind] if kind in NUMBERS:
                return Typed(f"{name}({self.as_float(given[0])})", "float")
            case "round", [kind, "int"] if kind in NUMBERS and given[1].sql.isdigit() and int(given[1].sql) < 16:
                value, power = self.as_float(given[0]), f"CAST('1e{given[1].sql}' AS DOUBLE)"
                return Typed(f"(sign({value}) * {self._floor(f'(abs({value}) * {power} + 0.5D)')} / {power})", "float")
            case "least" | "greatest", _ if len(given) > 1 and set(kinds) <= NUMBERS:
                same = set(kinds) <= {"int"}
                texts = [each.sql if same else self.as_float(each) for each in given]
                return Typed(f"{name}({', '.join(texts)})", "int" if same else "float")
            case "contains", ["text", "text"]:
                return Typed(f"contains({one}, {given[1].sql})", "bool")
            case "lower", ["text"]:
                # Letter by letter: as a whole Spark writes a Greek sigma otherwise at the end of a word.
                letters = f"transform(split(replace({one}, CAST(X'c4b0' AS STRING), 'i'), ''), c -> lower(c))"
                return Typed(f"array_join({letters}, '')", "text")
            case _:
                return None

    def _day(self, value: Typed) -> str:
        return value.sql if value.kind == "date" else f"CAST({value.sql} AS DATE)"

    @staticmethod
    def _floor(value: str) -> str:
        return f"(CASE WHEN abs({value}) < 9007199254740992D THEN CAST(floor({value}) AS DOUBLE) ELSE {value} END)"

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
            case "sum" if number:
                whole = kind == "int"
                value = self.whole(sql) if whole else self.as_float(given[0])
                return Typed(f"sum({some}{value}){more}", "int" if whole else "float")
            case "avg" | "mean" if number:
                return Typed(f"avg({some}{self.as_float(given[0])}){more}", "float")
            case "median" | "quantile_cont" if number and not distinct:
                share = "0.5" if name == "median" else given[1].sql
                if not share.replace(".", "").isdigit():
                    raise Unproven("a quantile that is no constant")
                return Typed(f"percentile({self.as_float(given[0])}, {share}){more}", "float")
            case "min" | "max" | "any_value" if kind in {*NUMBERS, "text", "date", "ts"}:
                return Typed(f"{'max' if name == 'max' else 'min'}({sql}){more}", kind)
            case "stddev_samp" | "stddev" if number and not distinct:
                value = self.as_float(given[0])
                return Typed(f"CASE WHEN count({value}){more} > 1 THEN stddev_samp({value}){more} END", "float")
            case _:
                return None

    def window(self, name: str, given: list[Typed]) -> Typed | None:
        if name not in {"row_number", "rank", "dense_rank", "count", "count_star", "sum", "avg", "min", "max"}:
            return None
        return super().window(name, given)

    def window_order(self, keys: list[str]) -> list[str]:
        """Spark numbers no rows without an order: any will do where none is asked for."""
        return keys or ["NULL"]
