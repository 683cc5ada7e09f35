"""SQL in an engine's own dialect: read by its grammar, found to be one query that only reads, and written anew.

What is sent is never the text as it came but what this grammar understood of it, so that the engine cannot read more in
it than was checked. Whatever is not on a list here is refused: a function that is not listed was not looked at.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from canvas_widget.data.engines.dialects import Dialect
from canvas_widget.data.guards.guard import MAX_NESTING, MAX_SQL
from canvas_widget.data.names import missing
from canvas_widget.errors import QueryError, QueryRefused

if TYPE_CHECKING:
    from sqlglot import exp

__all__ = ["native", "tables_of"]

PARTS = frozenset(
    """
    Select With CTE Subquery From Join Where Group Having Order Ordered Limit Offset Union Intersect Except Alias
    TableAlias Column Identifier Star Table Literal Null Boolean Paren Tuple Distinct Window WindowSpec Filter
    WithinGroup Qualify Rollup Cube GroupingSets Cast TryCast DataType DataTypeParam Interval Var Case If In Between
    Like ILike Is Not And Or EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Add Sub Mul Div IntDiv Mod Neg DPipe SafeDPipe
    Exists Collate
    """.split()
)
CALLS = frozenset(
    """
    Count CountIf Sum Avg Min Max Stddev StddevSamp StddevPop Variance VariancePop Corr CovarSamp CovarPop Median Mode
    PercentileCont PercentileDisc Percentile Quantile ApproxDistinct ApproxQuantile ArgMax ArgMin AnyValue First Last
    LogicalAnd LogicalOr RowNumber Rank DenseRank Ntile PercentRank CumeDist Lag Lead FirstValue LastValue NthValue
    Abs Ceil Floor Round Trunc Sqrt Cbrt Exp Ln Log Pow Sign Greatest Least Coalesce Nullif IsNan IsInf Sin Cos Tan Atan
    Atan2 Lower Upper Trim Length Substring Concat ConcatWs Replace StrPosition Contains StartsWith EndsWith SplitPart
    Left Right Initcap Reverse RegexpLike RegexpILike RegexpReplace RegexpExtract
    CurrentDate CurrentTimestamp Extract TimestampTrunc DateTrunc DateDiff TimestampDiff DateAdd DateSub TimestampAdd
    TimestampSub TsOrDsAdd TsOrDsDiff TsOrDsToDate TsOrDsToTimestamp TsOrDsToDateStr Year Month Day Quarter Week
    WeekOfYear DayOfWeek DayOfWeekIso DayOfMonth DayOfYear Hour Minute Second TimeToStr StrToTime StrToDate ToChar
    LastDay Date Timestamp DateFromParts MonthsBetween AddMonths AtTimeZone UnixToTime TimeToUnix
    """.split()
)
TYPES = frozenset(
    """
    TINYINT SMALLINT INT BIGINT UTINYINT USMALLINT UINT UBIGINT INT128 FLOAT DOUBLE DECIMAL BOOLEAN CHAR NCHAR VARCHAR
    NVARCHAR TEXT DATE DATE32 TIME TIMESTAMP TIMESTAMPTZ TIMESTAMPLTZ TIMESTAMPNTZ DATETIME DATETIME64 INTERVAL UUID
    NULLABLE DAY MONTH YEAR
    """.split()
)
NAMED: Mapping[str, frozenset[str]] = {
    "postgres": frozenset(
        "date_part age to_date to_timestamp make_date isfinite bool_and bool_or every string_agg btrim ltrim rtrim "
        "char_length octet_length mod div width_bucket regr_slope regr_intercept regr_r2 justify_days".split()
    ),
    "clickhouse": frozenset(
        "tostartofmonth tostartofquarter tostartofyear tostartofweek tostartofhour tostartofday tostartofminute "
        "tomonday toyear tomonth toquarter todayofweek todayofmonth todayofyear tohour tominute tosecond toyyyymm "
        "toisoweek toisoyear todate todate32 todatetime todatetime64 tostring toint32 toint64 touint32 touint64 "
        "tofloat32 tofloat64 toint8 toint16 touint8 touint16 datediff dateadd formatdatetime "
        "monthname intdiv modulo if multiif "
        "ifnull isnull isnotnull uniq uniqexact countif sumif avgif minif maxif uniqif uniqexactif anyif any anylast "
        "argmin argmax quantile quantileexact quantileexactinclusive quantileif median medianexact stddevsamp "
        "stddevpop varsamp varpop lowerutf8 upperutf8 lengthutf8 positioncaseinsensitive startswith endswith round "
        "sumornull avgornull minornull maxornull roundbankers toint64ornull tofloat64ornull todateornull".split()
    ),
    "spark": frozenset(
        "date_part weekday dayofweek date_format to_date to_timestamp make_date months_between percentile "
        "percentile_approx approx_count_distinct bool_and bool_or any some every min_by max_by nvl nvl2 ifnull isnull "
        "isnotnull try_divide try_add try_subtract try_multiply pmod bround count_if stddev_samp char_length "
        "kurtosis skewness regr_slope regr_intercept regr_r2 monthname dayname startswith endswith instr locate "
        "date_diff datediff dateadd date_add date_sub div median mode std ltrim rtrim btrim width_bucket "
        "convert_timezone extract".split()
    ),
}
NESTED = re.compile(r"[+*}|][^()]*\)+[+*{]")
"""Spark's patterns try every way of repeating what repeats, for years, and nothing stops them."""


def tables_of(sql: str, dialect: Dialect) -> tuple[exp.Expr, list[str]]:
    """The one query of a text, and the names of what it reads, its own steps aside.

    Raises:
        QueryError: it is no SQL of that engine. QueryRefused: it does more than read, or is too long.
    """
    import sqlglot
    from sqlglot import errors, exp

    text = sql.strip().rstrip(";").rstrip()
    if not text or len(text) > MAX_SQL or "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise QueryRefused(f"A query has 1 to {MAX_SQL:,} characters, none of them NUL or half a character.")
    if max(text.count("("), text.count("[")) > MAX_NESTING * 5 or _deep(text) > MAX_NESTING:
        raise QueryRefused(f"The query is nested too deeply; at most {MAX_NESTING} brackets. Split it with WITH.")
    try:
        found = [each for each in sqlglot.parse(text, dialect=dialect.name) if each is not None]
    except errors.SqlglotError as error:
        first = str(error).split("\n", 1)[0]
        raise QueryError(
            f"This is no query of {dialect.title}: {first} SQL over its tables is {dialect.title}'s own."
        ) from error
    except RecursionError as error:
        raise QueryRefused("The query is nested too deeply. Split it into steps with WITH.") from error
    if len(found) != 1:
        raise QueryRefused("One statement at a time: this text holds several. Run them one by one.")
    tree = found[0]
    if not isinstance(tree, exp.Query) or isinstance(tree, exp.Table):
        raise QueryRefused(f"{tree.key.upper()} is not allowed: queries here only read. Write a SELECT.")
    names = [table.name for table, inside in _sources(tree) if not inside]
    return tree, list(dict.fromkeys(names))


def _deep(text: str) -> int:
    depth = deepest = 0
    for each in text:
        depth += (each in "([") - (each in ")]")
        deepest = max(deepest, depth)
    return deepest


def _sources(tree: exp.Expr) -> Iterator[tuple[exp.Table, bool]]:
    """Each table, and whether it is a step of WITH that can be seen where it stands."""
    from sqlglot import exp

    for table in list(tree.find_all(exp.Table)):
        yield table, not table.args.get("db") and _is_step(table)


def _is_step(table: exp.Table) -> bool:
    from sqlglot import exp

    name, inner, outer = table.name.lower(), table, table.parent
    within: Any = inner
    while outer is not None:
        with_ = outer.args.get("with_") or outer.args.get("with")
        if with_ is not None:
            steps = list(with_.expressions)
            if within is with_:
                holder = next((each for each in steps if _holds(each, table)), None)
                steps = steps[: steps.index(holder)] if holder is not None else steps
            named = [each for each in steps if isinstance(each, exp.CTE) and each.alias.lower() == name]
            if any(_same(each.args["alias"].this, table.this) for each in named):
                return True
            if named:
                raise QueryRefused(
                    f'Write the WITH part "{named[0].alias[:80]}" everywhere as it is named: same letters, same quotes.'
                )
        within, outer = outer, outer.parent
    return False


def _same(step: exp.Expr, table: exp.Expr) -> bool:
    """Whether every engine takes two names for one; each folds letters in its own way, and quoted ones in another."""
    from sqlglot import exp

    if not isinstance(step, exp.Identifier) or not isinstance(table, exp.Identifier) or step.name != table.name:
        return False
    plain = step.name.isascii() and step.name == step.name.lower()
    return plain or bool(step.args.get("quoted")) == bool(table.args.get("quoted"))


def _holds(step: exp.Expr, table: exp.Expr) -> bool:
    at: Any = table
    while at is not None:
        if at is step:
            return True
        at = at.parent
    return False


def native(tree: exp.Expr, dialect: Dialect, columns: Collection[str], relation: Callable[[str], str]) -> str:
    """The query as the engine is sent it.

    Args:
        tree: of `tables_of`.
        columns: those of what it reads, in lower case. A name that is neither of them nor given by the query itself is
            refused: engines have hidden columns, and PostgreSQL calls functions by the names of columns.
        relation: what stands after FROM for a dataset's name; raises where there is none.

    Raises:
        QueryRefused: a part or function of it is on no list.
    """
    import sqlglot
    from sqlglot import exp

    try:
        given = {each.alias.lower() for each in tree.find_all(exp.Alias, exp.CTE, exp.Subquery, exp.Table)}
        given |= {each.name.lower() for each in tree.find_all(exp.Table)}
        given |= {
            name.name.lower() for each in tree.find_all(exp.TableAlias) for name in each.args.get("columns") or ()
        }
        for column in tree.find_all(exp.Column):
            if isinstance(column.this, exp.Identifier) and column.name.lower() not in {*columns, *given}:
                raise QueryRefused(missing("column", column.name, "", sorted(columns), "Columns"))
        for node in list(tree.walk()):
            _check(node, dialect)
        for table, step in list(_sources(tree)):
            if step:
                continue
            alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name, quoted=True))
            held = sqlglot.parse_one(f"SELECT * FROM {relation(table.name)}", dialect=dialect.name).find(exp.Table)
            where = {} if held is None else {key: held.args.get(key) for key in ("this", "db", "catalog")}
            table.replace(exp.Table(**where, alias=alias))
        return tree.sql(dialect=dialect.name, comments=False)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # a tree that the grammar itself cannot write
        raise QueryRefused(f"This query cannot be read as one of {dialect.title}. Write it more simply.") from error
    except RecursionError as error:
        raise QueryRefused("The query is nested too deeply. Split it into steps with WITH.") from error


def _check(node: exp.Expr, dialect: Dialect) -> None:
    from sqlglot import exp

    kind = type(node).__name__
    if isinstance(node, exp.Table):
        odd = [key for key, value in node.args.items() if value and key not in {"this", "alias"}]
        if odd or not isinstance(node.this, exp.Identifier):
            raise QueryRefused(
                f'"{node.sql(dialect=dialect.name)[:80]}" is not allowed. Use the plain name of a dataset.'
            )
    elif isinstance(node, exp.Select) and not node.expressions:
        raise QueryRefused("The query selects nothing. Name columns, or write *.")
    elif isinstance(node, exp.Select):
        if any(
            node.args.get(key) for key in ("into", "hint", "locks", "kind", "settings", "format", "sample", "laterals")
        ):
            raise QueryRefused("INTO, locks, hints, settings and formats are not allowed: queries here only read.")
    elif isinstance(node, exp.With) and node.args.get("recursive"):
        raise QueryRefused("WITH RECURSIVE is not allowed: nothing bounds it.")
    elif isinstance(node, exp.DataType):
        if getattr(node.this, "name", None) not in TYPES:
            raise QueryRefused(f'The type "{node.sql(dialect=dialect.name)[:80]}" is not allowed in a query.')
    elif isinstance(node, exp.Column):
        if node.args.get("db") or node.args.get("catalog"):
            raise QueryRefused("A column is named alone or with its table. Parts of values are not read.")
    elif isinstance(node, exp.Literal) and node.is_string and dialect.name == "spark":
        _as_bytes(node, dialect)
    elif kind in {"RegexpLike", "RegexpILike", "RegexpReplace", "RegexpExtract"} and dialect.name == "spark":
        pattern = node.args.get("expression")
        if not isinstance(pattern, exp.Literal) or NESTED.search(str(pattern.this)):
            raise QueryRefused(
                "A pattern is a constant text with no repetition or choice in a repeated part, like (a+)+ or (a|b)+."
            )
    elif isinstance(node, exp.Identifier) and ("${" in node.name or "\\" in node.name):
        raise QueryRefused(f"The name {node.name[:80]!r} is not allowed in a query.")
    if kind in {"Anonymous", "AnonymousAggFunc", "CombinedAggFunc", "ParameterizedAgg", "CombinedParameterizedAgg"}:
        name = str(node.this).lower()
        if name not in NAMED[dialect.name]:
            raise QueryRefused(f'The function "{name[:80]}" is not allowed in a query of {dialect.title}.')
    elif kind not in PARTS and kind not in CALLS:
        name = node.sql_name() if isinstance(node, exp.Func) else kind
        raise QueryRefused(f"{name[:80]} is not allowed in a query of {dialect.title}.")


def _as_bytes(node: exp.Literal, dialect: Dialect) -> None:
    """Spark puts settings and variables into texts (`${…}`): such a text is sent as bytes."""
    from sqlglot import exp

    if not dialect.text(str(node.this)).startswith("'"):
        held = exp.HexString(this=str(node.this).encode().hex())
        node.replace(exp.Cast(this=held, to=exp.DataType.build("text")))
