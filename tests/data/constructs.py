"""What generated queries are made of: each construct as a query, and what pandas says it gives."""

# ruff: noqa: E501, DTZ001, T201
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["CONSTRUCTS", "Construct", "alike", "events", "people"]

Rows = list[tuple[Any, ...]]


def events() -> pd.DataFrame:
    """500 rows with nulls in every column but the first, texts of several scripts, times before and after 1970."""
    chance = np.random.default_rng(7)
    number = 500
    names = np.array(["alpha", "Beta", "éclair", "zebra", "Ångström", "beta", "10", "9", "", "日本"], dtype=object)
    frame = pd.DataFrame(
        {
            "id": np.arange(number),
            "name": names[chance.integers(0, len(names), number)],
            "units": pd.array(chance.integers(-50, 50, number), dtype="Int64"),
            "price": np.round(chance.normal(10, 40, number), 3),
            "at": pd.to_datetime("1965-01-01")
            + pd.to_timedelta(chance.integers(0, 60 * 365 * 86_400, number), unit="s"),
            "flag": pd.array(chance.integers(0, 2, number).astype(bool), dtype="boolean"),
        }
    )
    frame["day"] = frame["at"].dt.date
    for position, column in enumerate(["name", "units", "price", "at", "flag", "day"], 3):
        frame.loc[frame.index[position::23], column] = None
    return frame


def people() -> pd.DataFrame:
    return pd.DataFrame({"person": ["alpha", "zebra", "zebra", "nobody", None], "weight": [1.5, 2.5, 3.5, 4.5, 5.5]})


@dataclass(frozen=True)
class Construct:
    name: str
    sql: str
    expected: Callable[[pd.DataFrame], Rows]


def _none(value: Any) -> Any:
    return None if value is None or value is pd.NA or (not isinstance(value, str) and pd.isna(value)) else value


def _rows(frame: pd.DataFrame) -> Rows:
    return [tuple(_none(cell) for cell in row) for row in frame.itertuples(index=False)]


def _one(*values: Any) -> Rows:
    return [tuple(_none(value) for value in values)]


def _by(frame: pd.DataFrame, key: Any, **values: Any) -> Rows:
    """Groups in the order of the keys, what is missing last."""
    keys = key if isinstance(key, pd.Series) else frame[key]
    groups: dict[Any, list[int]] = {}
    for position, each in enumerate(keys):
        groups.setdefault(_none(each), []).append(position)
    ordered = sorted((each for each in groups if each is not None), key=_bytes) + [None] * (None in groups)
    return [(each, *(_none(value(frame.iloc[groups[each]])) for value in values.values())) for each in ordered]


def _bytes(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def _sorted(frame: pd.DataFrame, column: str, down: bool) -> Rows:
    rows = [(_none(value), int(number)) for value, number in zip(frame[column], frame["id"], strict=True)]
    held = sorted((row for row in rows if row[0] is not None), key=lambda row: row[1])
    held.sort(key=lambda row: _bytes(row[0]), reverse=down)
    return held + sorted((row for row in rows if row[0] is None), key=lambda row: row[1])


def _unit(name: str, column: str, value: Callable[[pd.Series], pd.Series]) -> Construct:
    sql = {
        "week": f"CAST(date_trunc('week', {column}) AS TIMESTAMP)",
        "day": f"CAST(date_trunc('day', {column}) AS TIMESTAMP)",
        "yearmonth": f"CAST(date_trunc('month', {column}) AS TIMESTAMP)",
        "yearquarter": f"CAST(date_trunc('quarter', {column}) AS TIMESTAMP)",
        "month": f"strftime({column}, '%b')",
        "weekday": f"strftime({column}, '%a')",
        "quarter": f"'Q' || quarter({column})",
    }.get(name, f"{name}({column})")
    return Construct(
        f"time unit {name}",
        f'SELECT {sql} AS "t", count(*) AS "n" FROM "events" GROUP BY 1 ORDER BY "t"',
        lambda frame: _by(frame, value(pd.to_datetime(frame["at"])), n=len),
    )


def _missing(text: Callable[[pd.Series], pd.Series]) -> Callable[[pd.Series], pd.Series]:
    return lambda at: text(at).astype(object).where(at.notna(), None)


def _lower(frame: pd.DataFrame, part: str) -> int:
    return int(frame["name"].dropna().str.lower().str.contains(part, regex=False).sum())


def _quantile(frame: pd.DataFrame, share: float) -> Any:
    return frame["price"].quantile(share)


def _bins(frame: pd.DataFrame) -> Rows:
    return _by(frame, np.floor((frame["price"] + 200) / 2.5) * 2.5 - 200, n=len)[
        : -1 if frame["price"].isna().any() else None
    ]


def _having(f: pd.DataFrame) -> Rows:
    found = [(each, part) for each, part in f.groupby("name") if part["price"].mean() > 8]
    found.sort(key=lambda each: (-each[1]["units"].count(), str(each[0]).encode()))
    return [(each, int(part["units"].sum())) for each, part in found]


def _shares(f: pd.DataFrame) -> Rows:
    counts = f["name"].value_counts()
    listed = sorted(counts.items(), key=lambda each: (-each[1], str(each[0]).encode()))
    return [(name, count / counts.sum()) for name, count in listed]


def _moments(f: pd.DataFrame) -> Rows:
    held = f[f["at"].notna() & f["day"].notna()]
    start, micro = pd.Timestamp("1970-01-01"), pd.Timedelta(1, "us")
    return [
        ((at - start) // micro, (pd.Timestamp(day) - start) // micro)
        for at, day in zip(held["at"], held["day"], strict=True)
    ]


def _top(frame: pd.DataFrame) -> Rows:
    rows = _by(frame, "name", s=lambda g: g["units"].sum(min_count=1))
    return sorted(rows, key=lambda row: -row[1])[:3]


def _joined(frame: pd.DataFrame, how: str) -> Rows:
    left = frame[frame["name"].notna()] if how == "inner" else frame
    right = people()[people()["person"].notna()]
    both = left.merge(right, left_on="name", right_on="person", how=how)  # type: ignore[arg-type]
    return _by(both, "name", n=len, w=lambda g: g["weight"].sum(min_count=1))


def _divided(frame: pd.DataFrame) -> Rows:
    rows = frame[frame["units"].notna()].sort_values("id")
    return [
        (int(i), math.trunc(int(u) / 7), int(math.fmod(int(u), 7)), int(u) / 7)
        for i, u in zip(rows["id"], rows["units"], strict=True)
    ]


def _ranks(frame: pd.DataFrame) -> Rows:
    rows = frame[frame["units"].notna() & frame["name"].notna()].copy()
    rows["rank"] = rows.groupby("name")["units"].rank(method="dense", ascending=False).astype(int)
    rows["total"] = rows.groupby("name")["units"].transform("sum")
    return _rows(rows.sort_values("id")[["id", "rank", "total"]])


def _days(frame: pd.DataFrame) -> Rows:
    rows = frame[frame["at"].notna()].sort_values("id")
    return [(int(i), (a.date() - date(2000, 1, 1)).days) for i, a in zip(rows["id"], rows["at"], strict=True)]


CONSTRUCTS: tuple[Construct, ...] = (
    Construct("count, count of present, distinct",
              'SELECT count(*) AS "a", count("name") AS "b", count(DISTINCT "name") AS "c" FROM "events"',
              lambda f: _one(len(f), f["name"].count(), f["name"].nunique())),
    Construct("sum, mean, least, greatest",
              'SELECT sum("units") AS "a", avg("price") AS "b", min("price") AS "c", max("units") AS "d", avg("units") AS "e" FROM "events"',
              lambda f: _one(f["units"].sum(), f["price"].mean(), f["price"].min(), f["units"].max(), float(f["units"].mean()))),
    Construct("sums past 64 bits", 'SELECT sum("id" * 9000000000000000) AS "a" FROM "events" WHERE "id" > 300',
              lambda f: _one(_sum_big(f))),
    Construct("least and greatest text", 'SELECT min("name") AS "a", max("name") AS "b" FROM "events"',
              lambda f: _one(min(f["name"].dropna(), key=str.encode), max(f["name"].dropna(), key=str.encode))),
    Construct("no rows", 'SELECT sum("units") AS "a", min("units") AS "b", avg("price") AS "c", count(*) AS "d", median("price") AS "e", max("name") AS "f" FROM "events" WHERE "id" < 0',
              lambda f: _one(None, None, None, 0, None, None)),
    Construct("spread", 'SELECT stddev_samp("price") AS "a" FROM "events"', lambda f: _one(f["price"].std())),
    Construct("spread of one", 'SELECT stddev_samp("price") AS "a" FROM "events" WHERE "id" = 1', lambda f: _one(None)),
    Construct("median and quantiles",
              'SELECT median("price") AS "a", quantile_cont("price", 0.25) AS "b", quantile_cont("price", 0.75) AS "c", median("units") AS "d" FROM "events"',
              lambda f: _one(_quantile(f, 0.5), _quantile(f, 0.25), _quantile(f, 0.75), float(f["units"].median()))),
    Construct("group", 'SELECT "name", count(*) AS "n", sum("units") AS "s" FROM "events" GROUP BY 1 ORDER BY "name"',
              lambda f: _by(f, "name", n=len, s=lambda g: g["units"].sum(min_count=1))),
    Construct("group by yes and no", 'SELECT "flag", avg(CAST("flag" AS INTEGER)) AS "n", count(*) AS "c" FROM "events" GROUP BY 1 ORDER BY 1',
              lambda f: _by(f, "flag", n=lambda g: g["flag"].astype("Float64").mean(), c=len)),
    Construct("having", 'SELECT "name" FROM "events" GROUP BY 1 HAVING count(*) > 48 ORDER BY 1',
              lambda f: [(r[0],) for r in _by(f, "name", n=len) if r[1] > 48]),
    Construct("having and an order that are not selected", 'SELECT "name", sum("units") AS "s" FROM "events" WHERE "name" IS NOT NULL GROUP BY 1 HAVING avg("price") > 8 ORDER BY count("units") DESC, "name"', _having),
    Construct("filter by text", 'SELECT count(*) AS "n" FROM "events" WHERE "name" IN (\'alpha\', \'éclair\') OR "name" = \'\'',
              lambda f: _one(int(f["name"].isin(["alpha", "éclair", ""]).sum()))),
    Construct("filter by order of text", 'SELECT count(*) AS "n" FROM "events" WHERE "name" < \'beta\'',
              lambda f: _one(sum(each.encode() < b"beta" for each in f["name"].dropna()))),
    Construct("filter by number", 'SELECT count(*) AS "n" FROM "events" WHERE "price" BETWEEN 1.5 AND 20 AND NOT ("units" >= 10)',
              lambda f: _one(int((f["price"].between(1.5, 20) & (f["units"] < 10).fillna(False)).sum()))),
    Construct("filter by time", "SELECT count(*) AS \"n\" FROM \"events\" WHERE \"at\" >= TIMESTAMP '1969-12-31 10:00:00' AND \"day\" < DATE '2001-01-01'",
              lambda f: _one(int(((f["at"] >= datetime(1969, 12, 31, 10)) & (pd.to_datetime(f["day"]) < datetime(2001, 1, 1))).sum()))),
    Construct("filter by part of a text", 'SELECT count(*) AS "n" FROM "events" WHERE contains(lower(CAST("name" AS VARCHAR)), \'å\')',
              lambda f: _one(_lower(f, "å"))),
    Construct("filter inside an aggregate", 'SELECT count(*) FILTER (WHERE "units" > 0) AS "a", sum("price") FILTER (WHERE "flag") AS "b", min("price") FILTER (WHERE "id" < 0) AS "c" FROM "events"',
              lambda f: _one(int((f["units"] > 0).sum()), f.loc[f["flag"].fillna(False).astype(bool), "price"].sum(), None)),
    Construct("missing or not", 'SELECT count(*) AS "n" FROM "events" WHERE "name" IS NULL OR "units" IS NOT NULL',
              lambda f: _one(int((f["name"].isna() | f["units"].notna()).sum()))),
    Construct("sort upwards, missing last", 'SELECT "name", "id" FROM "events" ORDER BY "name", "id"', lambda f: _sorted(f, "name", False)),
    Construct("sort downwards, missing last", 'SELECT "units", "id" FROM "events" ORDER BY "units" DESC NULLS LAST, "id"', lambda f: _sorted(f, "units", True)),
    Construct("page of rows", 'SELECT "name", "id" FROM "events" ORDER BY "name", "id" LIMIT 20 OFFSET 40', lambda f: _sorted(f, "name", False)[40:60]),
    Construct("top N", 'SELECT "name", sum("units") AS "s" FROM "events" GROUP BY 1 ORDER BY "s" DESC NULLS LAST, "name" LIMIT 3', _top),
    Construct("top N by rank", 'SELECT "name", sum("units") AS "s" FROM "events" GROUP BY 1 QUALIFY dense_rank() OVER (ORDER BY sum("units") DESC NULLS LAST) <= 3 ORDER BY "s" DESC NULLS LAST, "name"', _top),
    Construct("distinct", 'SELECT count(*) AS "n" FROM (SELECT DISTINCT "name" AS "group" FROM "events")', lambda f: _one(f["name"].nunique(dropna=False))),
    Construct("bins", 'SELECT floor((CAST("price" AS DOUBLE) + 200) / 2.5) * 2.5 - 200 AS "b", count(*) AS "n" FROM "events" WHERE "price" IS NOT NULL AND isfinite("price") GROUP BY 1 ORDER BY 1', _bins),
    Construct("integer division, remainder, division", 'SELECT "id", "units" // 7 AS "a", "units" % 7 AS "b", "units" / 7 AS "c" FROM "events" WHERE "units" IS NOT NULL ORDER BY "id"', _divided),
    Construct("division by zero", 'SELECT count(*) AS "n" FROM "events" WHERE isfinite("units" / ("units" - "units"))', lambda f: _one(0)),
    Construct("day differences", "SELECT \"id\", date_diff('day', TIMESTAMP '2000-01-01 00:00:00', \"at\") AS \"d\" FROM \"events\" WHERE \"at\" IS NOT NULL ORDER BY 1", _days),
    Construct("inner join", 'SELECT "name", count(*) AS "n", sum("weight") AS "w" FROM (SELECT "events"."name" AS "name", "people"."weight" AS "weight" FROM "events" JOIN "people" ON "events"."name" = "people"."person") AS "joined" GROUP BY 1 ORDER BY "name"',
              lambda f: _joined(f, "inner")),
    Construct("left join", 'SELECT "name", count(*) AS "n", sum("weight") AS "w" FROM (SELECT "events"."name" AS "name", "people"."weight" AS "weight" FROM "events" LEFT JOIN "people" ON "events"."name" = "people"."person") AS "joined" GROUP BY 1 ORDER BY "name"',
              lambda f: _joined(f, "left")),
    Construct("windows", 'SELECT "id", dense_rank() OVER (PARTITION BY "name" ORDER BY "units" DESC NULLS LAST) AS "r", sum("units") OVER (PARTITION BY "name") AS "t" FROM "events" WHERE "units" IS NOT NULL AND "name" IS NOT NULL ORDER BY "id"', _ranks),
    Construct("share of a total, in the order of a count", 'SELECT "name", CAST(count(*) AS DOUBLE) / sum(count(*)) OVER () AS "s" FROM "events" WHERE "name" IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, "name"', _shares),
    Construct("a query within", 'SELECT count(*) AS "n" FROM "events" WHERE "price" > (SELECT avg("price") FROM "events")',
              lambda f: _one(int((f["price"] > f["price"].mean()).sum()))),
    Construct("among a query's values", 'SELECT count(*) AS "n" FROM "events" WHERE "name" IN (SELECT "person" FROM "people")',
              lambda f: _one(int(f["name"].isin(["alpha", "zebra", "nobody"]).sum()))),
    Construct("steps (WITH) and UNION ALL", 'WITH "g" AS (SELECT "name", count(*) AS "n" FROM "events" WHERE "name" IS NOT NULL GROUP BY 1) SELECT max("n") AS "v" FROM "g" UNION ALL SELECT NULL UNION ALL SELECT min("n") FROM "g" ORDER BY 1',
              lambda f: [(int(f["name"].value_counts().min()),), (int(f["name"].value_counts().max()),), (None,)]),
    Construct("microseconds since 1970", 'SELECT epoch_us("at") AS "t", epoch_us("day") AS "d" FROM "events" WHERE "at" IS NOT NULL AND "day" IS NOT NULL ORDER BY "id"', _moments),
    Construct("cast of numbers to text", 'SELECT CAST("units" AS VARCHAR) AS "t" FROM "events" WHERE "units" IS NOT NULL ORDER BY "t", "id" LIMIT 30',
              lambda f: [(each,) for each in sorted(str(int(u)) for u in f["units"].dropna())[:30]]),
    Construct("cast of times to text", 'SELECT CAST("at" AS VARCHAR) AS "t" FROM "events" WHERE "at" IS NOT NULL ORDER BY "id" LIMIT 30',
              lambda f: [(str(each),) for each in f["at"].dropna().head(30)]),
    Construct("cast of dates to times", 'SELECT CAST("day" AS TIMESTAMP) AS "t" FROM "events" WHERE "day" IS NOT NULL ORDER BY "id" LIMIT 30',
              lambda f: [(pd.Timestamp(each),) for each in f["day"].dropna().head(30)]),
    Construct("one thing or another", 'SELECT CASE WHEN "units" > 0 THEN \'up\' WHEN "units" <= 0 THEN \'down\' ELSE \'none\' END AS "w", count(*) AS "n" FROM "events" GROUP BY 1 ORDER BY 1',
              lambda f: sorted([("up", int((f["units"] > 0).sum())), ("down", int((f["units"] <= 0).sum())), ("none", int(f["units"].isna().sum()))])),
    Construct("first present value", 'SELECT sum(coalesce("units", 1000)) AS "n" FROM "events"', lambda f: _one(int(f["units"].fillna(1000).sum()))),
    _unit("week", '"at"', lambda at: at.dt.normalize() - pd.to_timedelta(at.dt.day_of_week, unit="D")),
    _unit("day", '"at"', lambda at: at.dt.normalize()),
    _unit("yearmonth", '"at"', lambda at: at.dt.to_period("M").dt.to_timestamp()),
    _unit("yearquarter", '"at"', lambda at: at.dt.to_period("Q").dt.to_timestamp()),
    _unit("year", '"at"', lambda at: at.dt.year),
    _unit("hour", '"at"', lambda at: at.dt.hour),
    _unit("quarter", '"at"', _missing(lambda at: "Q" + at.dt.quarter.astype("Int64").astype(str))),
    _unit("month", '"at"', _missing(lambda at: at.dt.strftime("%b"))),
    _unit("weekday", '"at"', _missing(lambda at: at.dt.strftime("%a"))),
)  # fmt: skip


def _sum_big(frame: pd.DataFrame) -> int:
    return sum(int(each) for each in frame["id"] if each > 300) * 9_000_000_000_000_000


def alike(found: Rows, wanted: Rows) -> str:
    """What differs, in words; empty when nothing does. Numbers may differ by one part in 10^9."""
    if len(found) != len(wanted):
        return f"{len(found)} rows instead of {len(wanted)}"
    for number, (row, other) in enumerate(zip(found, wanted, strict=True)):
        for one, two in zip(map(_plain, row), map(_plain, other), strict=True):
            numbers = isinstance(one, float | int) and isinstance(two, float | int)
            same = math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-9) if numbers else one == two
            if not same:
                return f"row {number}: {row!r} instead of {other!r}"
    return ""


def _plain(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, Decimal | np.integer | np.floating):
        return float(value)
    if isinstance(value, pd.Timestamp | datetime):
        return pd.Timestamp(value).to_pydatetime()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return value


ENGINES = ("DuckDB", "PostgreSQL", "ClickHouse", "Spark")
EXCEPTIONS = {("filter by part of a text", "PostgreSQL"): "from version 17"}


def table() -> str:
    """The constructs by engine, as it stands in docs/engines.md: each cell is a test that compares with pandas."""
    lines = [f"| Construct | {' | '.join(ENGINES)} |", f"|---|{'---|' * len(ENGINES)}"]
    for construct in CONSTRUCTS:
        cells = [EXCEPTIONS.get((construct.name, engine), "equal") for engine in ENGINES]
        lines.append(f"| {construct.name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
