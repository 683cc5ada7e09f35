"""Charts draw what pandas computes, in the order asked for, and say what they leave out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from canvas_widget.data import BuiltChart, ChartRequest, Engine, Filter, build_chart
from canvas_widget.errors import InvalidArgument, QueryError

from .conftest import engine_of


def chart(engine: Engine, **request: Any) -> BuiltChart:
    return build_chart(ChartRequest(**request), engine)


def drawn(built: BuiltChart, *roles: str) -> list[Any]:
    """The drawn values of one channel, or tuples of several."""
    names = [str(built.encoding[role]) for role in roles or ("x", "y")]
    rows = [tuple(row[name] for name in names) for row in built.result.rows()]
    return [row[0] for row in rows] if len(names) == 1 else rows


def close(pairs: list[Any], expected: pd.Series) -> bool:
    keys, values = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return keys == list(expected.index) and values == pytest.approx(list(expected), rel=1e-11)


@pytest.mark.ledger("N3", "X3")
def test_a_bar_chart_holds_the_means_of_pandas_in_descending_order(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="bar", x="Origin", y="mean(Miles_per_Gallon)", sort="-y")
    assert close(drawn(built), cars.groupby("Origin")["Miles_per_Gallon"].mean().sort_values(ascending=False))
    assert built.title == "Mean miles per gallon by origin"
    assert built.subtitle == "3 groups"
    assert built.encoding == {"x": "Origin", "y": "mean_Miles_per_Gallon", "series": None}
    assert built.spec["encoding"]["x"]["sort"] is None


@pytest.mark.ledger("X3")
@pytest.mark.parametrize(
    ("op", "method"),
    [
        ("sum", "sum"),
        ("mean", "mean"),
        ("median", "median"),
        ("min", "min"),
        ("max", "max"),
        ("stdev", "std"),
        ("distinct", "nunique"),
        ("count", "count"),
    ],
)
def test_each_aggregate_is_that_of_pandas(engine: Engine, cars: pd.DataFrame, op: str, method: str) -> None:
    built = chart(engine, dataset="cars", x="Cylinders", y=f"{op}(Horsepower)")
    assert close(drawn(built), getattr(cars.groupby("Cylinders")["Horsepower"], method)())


@pytest.mark.ledger("X3")
@pytest.mark.parametrize(
    ("unit", "index"),
    [
        ("year", lambda date: date.dt.year),
        ("hour", lambda date: date.dt.hour),
        ("quarter", lambda date: "Q" + date.dt.quarter.astype(str)),
        ("yearmonth", lambda date: date.dt.strftime("%Y-%m-01T00:00:00")),
        ("day", lambda date: date.dt.strftime("%Y-%m-%dT00:00:00")),
        ("week", lambda date: (date - pd.to_timedelta(date.dt.day_of_week, "D")).dt.strftime("%Y-%m-%dT00:00:00")),
        ("yearquarter", lambda date: date.dt.to_period("Q").dt.start_time.dt.strftime("%Y-%m-%dT00:00:00")),
    ],
)
def test_each_time_unit_is_that_of_pandas(
    engine: Engine, frames: dict[str, pd.DataFrame], unit: str, index: Any
) -> None:
    weather = frames["weather"]
    built = chart(engine, dataset="weather", mark="line", x=f"{unit}(date)", y="mean(temp_max)")
    assert close(drawn(built), weather.groupby(index(weather["date"]))["temp_max"].mean())


@pytest.mark.parametrize(("unit", "form", "number"), [("month", "%b", "month"), ("weekday", "%a", "day_of_week")])
def test_months_and_weekdays_stand_in_their_own_order(
    engine: Engine, frames: dict[str, pd.DataFrame], unit: str, form: str, number: str
) -> None:
    weather = frames["weather"]
    date = weather["date"]
    means = weather.groupby([getattr(date.dt, number), date.dt.strftime(form)])["temp_max"].mean().droplevel(0)
    built = chart(engine, dataset="weather", x=f"{unit}(date)", y="mean(temp_max)")
    assert close(drawn(built), means)
    by_value = chart(engine, dataset="weather", x=f"{unit}(date)", y="mean(temp_max)", sort="-y")
    assert close(drawn(by_value), means.sort_values(ascending=False))
    stacked = chart(engine, dataset="weather", x=f"{unit}(date)", y="count()", series="weather", sort="-y")
    totals = weather.groupby(date.dt.strftime(form)).size().sort_values(ascending=False, kind="stable")
    first = drawn(stacked, "x")[0]
    assert totals[first] == totals.max()


def test_a_time_unit_is_of_the_columns_own_zone() -> None:
    when = pd.to_datetime(["2024-06-30 23:30", "2024-07-01 00:30"]).tz_localize("Europe/Berlin")
    built = chart(engine_of(log=pd.DataFrame({"when": when})), dataset="log", x="day(when)", y="count()")
    assert drawn(built) == [("2024-06-30T00:00:00", 1), ("2024-07-01T00:00:00", 1)]
    hours = chart(engine_of(log=pd.DataFrame({"when": when})), dataset="log", x="hour(when)", y="count()")
    assert drawn(hours) == [(0, 1), (23, 1)]


def test_text_that_holds_dates_and_numbers_that_are_years_have_time_units() -> None:
    data = pd.DataFrame({"day": ["2024-01-05", "2024-02-01", "2024-02-09", None], "year": [2023, 2024, 2024, 2024]})
    engine = engine_of(data=data)
    assert drawn(chart(engine, dataset="data", mark="line", x="yearmonth(day)", y="count()")) == [
        ("2024-01-01T00:00:00", 1),
        ("2024-02-01T00:00:00", 2),
    ]
    assert drawn(chart(engine, dataset="data", x="year(year)")) == [(2023, 1), (2024, 3)]
    with pytest.raises(QueryError, match="month\\(\\) needs dates or times"):
        chart(engine, dataset="data", x="month(year)")


@pytest.mark.ledger("X3")
def test_a_line_over_years_reads_as_years(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="line", x='year("Year")', y="mean(Horsepower)")
    assert close(drawn(built), cars.groupby(cars["Year"].dt.year)["Horsepower"].mean())
    place = built.spec["encoding"]["x"]
    assert place["type"] == "quantitative"
    assert place["axis"]["format"] == "d"
    stocks = chart(engine, dataset="stocks", mark="line", x="year(date)", y="mean(price)")
    assert stocks.spec["encoding"]["x"]["type"] == "ordinal"
    bars = chart(engine, dataset="cars", x="year(Year)", y="mean(Horsepower)")
    assert bars.spec["encoding"]["x"]["type"] == "ordinal"


def test_series_are_stacked_when_they_add_up_and_beside_each_other_when_not(engine: Engine, cars: pd.DataFrame) -> None:
    stacked = chart(engine, dataset="cars", x="Cylinders", y="count()", series="Origin")
    assert drawn(stacked, "x", "series", "y") == [
        (cylinders, origin, size) for (cylinders, origin), size in cars.groupby(["Cylinders", "Origin"]).size().items()
    ]
    assert stacked.spec["encoding"]["y"]["stack"] == "zero"
    assert "xOffset" not in stacked.spec["encoding"]
    grouped = chart(engine, dataset="cars", x="Cylinders", y="mean(Horsepower)", series="Origin")
    assert grouped.spec["encoding"]["y"]["stack"] is None
    assert grouped.spec["encoding"]["xOffset"]["field"] == "Origin"


@pytest.mark.ledger("X3")
def test_stacked_bars_stand_in_the_order_of_their_totals(engine: Engine, frames: dict[str, pd.DataFrame]) -> None:
    barley = frames["barley"]
    totals = barley.groupby("variety")["yield"].sum().sort_values(ascending=False)
    built = chart(engine, dataset="barley", x="sum(yield)", y="variety", series="site", sort="-x")
    assert list(dict.fromkeys(drawn(built, "y"))) == list(totals.index)
    limited = chart(engine, dataset="barley", x="variety", y="sum(yield)", series="site", sort="-y", limit=3)
    assert list(dict.fromkeys(drawn(limited, "x"))) == list(totals.index[:3])
    assert len(limited.result.rows()) == 3 * barley["site"].nunique()
    assert limited.subtitle == "3 of 10 groups"


def test_a_limit_is_applied_after_sorting_and_said(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", x="Name", y="count()", sort="-y", limit=5)
    sizes = cars.groupby("Name").size().reset_index(name="n").sort_values(["n", "Name"], ascending=[False, True])
    assert drawn(built) == list(sizes.head(5).itertuples(index=False, name=None))
    assert built.subtitle == f"5 of {cars['Name'].nunique()} groups"
    first = chart(engine, dataset="cars", x="Cylinders", y="count()", series="Origin", limit=2)
    assert sorted(set(drawn(first, "x"))) == [3, 4]


def test_too_many_categories_show_the_largest_and_say_so(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", x="Name", y="count()")
    assert built.result.row_count == 30
    assert drawn(built, "y") == sorted(cars["Name"].value_counts(), reverse=True)[:30]
    assert built.subtitle == "30 of 311 groups"


def test_more_than_eight_series_share_a_colour(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="line", x="year(Year)", y="count()", series="Name")
    names = set(drawn(built, "series"))
    assert len(names) == 8
    assert names - {"Other"} <= set(cars["Name"].value_counts().head(20).index)
    assert sum(drawn(built, "y")) == len(cars)
    assert built.spec["encoding"]["color"]["scale"]["domain"][-1] == "Other"
    assert "7 of 311 series shown, the rest as Other" in built.subtitle


@pytest.mark.ledger("X3")
def test_a_pie_holds_shares_largest_first(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="pie", x="Origin")
    sizes = cars["Origin"].value_counts()
    assert drawn(built) == list(sizes.items())
    assert built.mark == "arc"
    assert built.result.column("share") == pytest.approx(list(sizes / len(cars)), rel=1e-11)
    many = chart(engine, dataset="cars", mark="arc", x="Name", y="sum(Weight_in_lbs)")
    assert len(many.result.rows()) == 8
    assert sum(drawn(many, "y")) == int(cars["Weight_in_lbs"].sum())
    assert "7 of 311 groups, the rest as Other" in many.subtitle
    raw = chart(engine, dataset="cars", mark="arc", x="Origin", y="Weight_in_lbs")
    assert dict(drawn(raw)) == cars.groupby("Origin")["Weight_in_lbs"].sum().to_dict()
    with pytest.raises(QueryError, match="a pie cannot show that, bars can"):
        chart(engine_of(d=pd.DataFrame({"a": ["x", "y"], "b": [1, -1]})), dataset="d", mark="arc", x="a", y="sum(b)")


@pytest.mark.ledger("X3")
def test_a_histogram_counts_like_numpy(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="histogram", x="Horsepower")
    rows = built.result.rows()
    step = rows[0]["bin_Horsepower_end"] - rows[0]["bin_Horsepower"]
    edges = np.arange(rows[0]["bin_Horsepower"], rows[-1]["bin_Horsepower_end"] + step, step)
    counts, _ = np.histogram(cars["Horsepower"].dropna(), edges)
    by_edge = {row["bin_Horsepower"]: row["count"] for row in rows}
    assert [by_edge.get(edge, 0) for edge in edges[:-1]] == list(counts)
    assert built.subtitle == "bins of 10 · 6 rows without horsepower left out"
    few = chart(engine, dataset="cars", mark="histogram", x="bin(Horsepower, 5)")
    assert few.result.row_count <= 5
    split = chart(engine, dataset="cars", mark="histogram", x="Horsepower", series="Origin")
    assert sum(drawn(split, "y")) == cars["Horsepower"].notna().sum()
    with pytest.raises(QueryError, match="needs numbers"):
        chart(engine, dataset="cars", mark="histogram", x="Origin")


@pytest.mark.parametrize("values", [[5.0], [1e-9, 2e-9], [-1e12, 1e12], [0.1, 0.2, 0.3], [10**6, 10**6 + 2], [-5, 5]])
def test_a_histogram_of_odd_numbers_holds_them_all(values: list[float]) -> None:
    built = chart(engine_of(d=pd.DataFrame({"v": values})), dataset="d", mark="histogram", x="v")
    rows = built.result.rows()
    assert sum(row["count"] for row in rows) == len(values)
    assert len(rows) <= 20
    assert float(rows[0]["bin_v"]) <= min(values)
    assert float(rows[-1]["bin_v_end"]) > max(values)


@pytest.mark.ledger("X3")
def test_decimals_fall_into_the_bin_they_begin() -> None:
    values = [round(0.01 * number, 2) for number in range(100)]
    built = chart(engine_of(d=pd.DataFrame({"v": values})), dataset="d", mark="histogram", x="bin(v, 10)")
    assert drawn(built) == [(pytest.approx(0.1 * number), 10) for number in range(10)]


def test_points_are_the_rows_that_have_both_values(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="point", x="Horsepower", y="Miles_per_Gallon", series="Origin")
    expected = cars[["Horsepower", "Miles_per_Gallon", "Origin"]].dropna()
    assert sorted(drawn(built, "x", "y", "series")) == sorted(expected.itertuples(index=False, name=None))
    assert built.subtitle == f"{len(expected)} rows · {len(cars) - len(expected)} rows without a value left out"


@pytest.mark.ledger("X5")
def test_too_many_points_with_colours_are_5000_rows_evenly_spread_and_the_same_each_time() -> None:
    """Evenly, and not in step: where every second row is of an even hour, each hour has its share."""
    many = 9_000
    data = pd.DataFrame(
        {"hour": [n % 24 for n in range(many)], "n": range(many), "c": [f"s{n % 3}" for n in range(many)]}
    )
    engine = engine_of(data=data)
    built = chart(engine, dataset="data", mark="point", x="hour", y="n", series="c")
    shown = drawn(built, "x", "y", "series")
    assert len(set(shown)) == len(shown) == 5_000
    assert set(shown) <= set(data.itertuples(index=False, name=None))
    assert built.subtitle == "5,000 of 9,000 rows, evenly spread"
    frame = pd.DataFrame(shown, columns=["hour", "n", "c"])
    for column, parts in (("hour", 24), ("c", 3)):
        assert frame.groupby(column).size().between(0.9 * 5_000 / parts, 1.1 * 5_000 / parts).all()
    assert frame.groupby(frame.n // 900).size().between(495, 505).all()
    again = chart(engine, dataset="data", mark="point", x="hour", y="n", series="c")
    assert again.result.rows() == built.result.rows()


@pytest.mark.ledger("X3", "X5")
@pytest.mark.parametrize("facet", [None, "f"])
def test_too_many_points_are_counted_in_cells_as_pandas_counts_them(facet: str | None) -> None:
    rng = np.random.default_rng(1)
    many = 20_000
    data = pd.DataFrame(
        {
            "a": rng.normal(0, 3, many).round(4),
            "b": rng.gamma(2, 5, many).round(4),
            "t": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90 * 86_400, many), unit="s"),
            "k": rng.choice(["p", "q", "r"], many),
            "f": rng.choice(["left", "right"], many),
        }
    )
    data.loc[:49, "a"] = np.nan
    full = data.dropna()
    split = [] if facet is None else ["f"]
    engine = engine_of(data=data)
    more: dict[str, Any] = {} if facet is None else {"facet": facet}

    numbers = chart(engine, dataset="data", mark="point", x="a", y="b", **more)
    rows = numbers.result.rows()
    assert sum(row["count"] for row in rows) == len(full)
    for row in rows[:: max(1, len(rows) // 40)]:
        inside = full[full.a.ge(row["bin_a"]) & full.a.lt(row["bin_a_end"])]
        inside = inside[inside.b.ge(row["bin_b"]) & inside.b.lt(row["bin_b_end"])]
        inside = inside if facet is None else inside[inside.f == row["f"]]
        assert row["count"] == len(inside)
    assert f"{len(rows):,} bins of {len(full):,} rows" in numbers.subtitle
    assert "50 rows without a value left out" in numbers.subtitle

    times = chart(engine, dataset="data", mark="point", x="t", y="a", **more)
    held = pd.DataFrame(times.result.rows())
    starts = pd.to_datetime(held.t)
    width = (pd.to_datetime(held.t_end) - starts).unique()
    assert len(width) == 1
    edges = sorted(held.bin_a.unique())
    monday = pd.Timestamp("2000-01-03")
    cut = full.assign(
        t=(full.t - monday) // width[0] * width[0] + monday,
        b=np.array(edges)[np.searchsorted(edges, full.a, side="right") - 1],
    )
    expected = cut.groupby(["t", "b", *split]).size()
    assert held.assign(t=starts).set_index(["t", "bin_a", *split])["count"].sort_index().to_dict() == expected.to_dict()

    places = chart(engine, dataset="data", mark="point", x="k", y="a", **more)
    assert (
        pd.DataFrame(places.result.rows()).groupby("k")["count"].sum().to_dict() == full.groupby("k").size().to_dict()
    )
    limited = chart(engine, dataset="data", mark="point", x="t", y="a", limit=30)
    assert limited.result.row_count == 30
    assert limited.spec["mark"]["type"] == "point"


@pytest.mark.ledger("X3", "X5")
@pytest.mark.parametrize(
    ("every", "width", "words"),
    [
        ("7ms", "500ms", "500 milliseconds"),
        ("90s", "1h", "1 hour"),
        ("20min", "12h", "12 hours"),
        ("4h", "W-SUN", "1 week"),
    ],
)
def test_a_line_over_many_times_is_the_mean_lowest_and_highest_of_each_bin(every: str, width: str, words: str) -> None:
    many = 20_000
    times = pd.date_range("2024-01-01", periods=many, freq=every)
    frame = pd.DataFrame({"t": times, "v": [(number * 7_919 % 10_007) / 8 for number in range(many)]})
    built = chart(engine_of(long=frame), dataset="long", mark="line", x="t", y="v")
    period = frame.t.dt.to_period(width).dt.start_time if width == "W-SUN" else frame.t.dt.floor(width)
    expected = frame.groupby(period)["v"].agg(["mean", "min", "max"])
    assert [pd.Timestamp(at) for at, _ in drawn(built)] == list(expected.index)
    assert [value for _, value in drawn(built)] == pytest.approx(list(expected["mean"]))
    ends = [(row["error from"], row["error to"]) for row in built.result.rows()]
    assert ends == list(expected[["min", "max"]].itertuples(index=False, name=None))
    assert built.subtitle == f"{many:,} rows in bins of {words} · band from lowest to highest"
    assert [layer["mark"]["type"] for layer in built.spec["layer"]] == ["area", "line"]


@pytest.mark.ledger("X5")
def test_only_the_aggregate_travels() -> None:
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"region": rng.choice(list("abcd"), 300_000), "revenue": rng.random(300_000)})
    built = chart(engine_of(sales=data), dataset="sales", x="region", y="sum(revenue)")
    assert built.result.row_count == 4
    assert len(built.result.ipc()) < 4_096
    assert built.result.rows_read == len(data)


def test_raw_numbers_on_bars_are_totals_and_called_so(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", x="Origin", y="Weight_in_lbs")
    assert dict(drawn(built)) == cars.groupby("Origin")["Weight_in_lbs"].sum().to_dict()
    assert built.title == "Total weight in lbs by origin"
    across = chart(engine, dataset="cars", x="Weight_in_lbs", y="Origin")
    assert across.encoding == {"x": "sum_Weight_in_lbs", "y": "Origin", "series": None}


def test_rows_without_a_category_are_a_group_of_their_own() -> None:
    data = pd.DataFrame({"a": ["x", None, "x", None, "y"], "b": [1, 2, 3, 4, None]})
    built = chart(engine_of(d=data), dataset="d", x="a", y="sum(b)")
    assert drawn(built) == [("x", 4.0), ("y", None), (None, 6.0)]
    assert built.subtitle == "3 groups · 1 group without a value"


def test_infinite_and_missing_numbers_never_reach_the_page() -> None:
    data = pd.DataFrame({"a": ["x", "y"], "b": [np.inf, 1.0], "c": [np.nan, 2.0]})
    engine = engine_of(d=data)
    assert drawn(chart(engine, dataset="d", x="a", y="mean(b)")) == [("x", None), ("y", 1.0)]
    assert drawn(chart(engine, dataset="d", mark="point", x="b", y="c")) == [(1.0, 2.0)]
    assert "1 row without a value left out" in chart(engine, dataset="d", mark="point", x="b", y="c").subtitle


def test_filters_are_those_of_pandas(engine: Engine, cars: pd.DataFrame) -> None:
    def size(*filters: dict[str, Any]) -> int:
        built = chart(engine, dataset="cars", x="Origin", y="count()", where=[Filter(**each) for each in filters])
        return int(sum(drawn(built, "y")))

    year = cars["Year"].dt.year
    cases: list[tuple[dict[str, Any], pd.Series]] = [
        ({"field": "Origin", "value": "USA"}, cars["Origin"] == "USA"),
        ({"field": "Origin", "op": "!=", "value": "USA"}, cars["Origin"] != "USA"),
        ({"field": "origin", "op": "in", "value": ["USA", "Japan"]}, cars["Origin"].isin(["USA", "Japan"])),
        ({"field": "Origin", "op": "not in", "value": ["USA"]}, ~cars["Origin"].isin(["USA"])),
        ({"field": "Horsepower", "op": ">", "value": 150}, cars["Horsepower"] > 150),
        ({"field": "Horsepower", "op": "between", "value": [100, "150"]}, cars["Horsepower"].between(100, 150)),
        ({"field": "Horsepower", "op": "is null"}, cars["Horsepower"].isna()),
        ({"field": "Horsepower", "op": "is not null"}, cars["Horsepower"].notna()),
        ({"field": "Name", "op": "contains", "value": "FORD"}, cars["Name"].str.contains("ford")),
        ({"field": "Year", "op": ">=", "value": "1975-01-01"}, cars["Year"] >= "1975-01-01"),
        ({"field": "Year", "op": "<", "value": 1975}, cars["Year"] < "1975-01-01"),
        ({"field": "year(Year)", "value": 1980}, year == 1980),
        ({"field": "year(Year)", "op": "between", "value": [1971, 1973]}, year.between(1971, 1973)),
    ]
    for given, mask in cases:
        assert size(given) == int(mask.sum()), given
    assert size(cases[0][0], cases[4][0]) == int((cases[0][1] & cases[4][1]).sum())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"field": "Orgin", "value": "USA"}, 'No column "Orgin" in cars. Closest match: Origin.'),
        ({"field": "Horsepower", "op": ">", "value": "many"}, "holds numbers and cannot be compared"),
        ({"field": "Year", "value": "soon"}, "holds times and cannot be compared"),
        ({"field": "Year", "op": "between", "value": 3}, "needs a list of two values"),
        ({"field": "Origin", "op": "in", "value": []}, "lists no value"),
        ({"field": "Origin", "value": "Mars"}, "No row in cars meets the filter"),
        ({"field": "sum(Horsepower)", "value": 1}, "A filter takes a column"),
    ],
)
def test_a_filter_that_cannot_be_says_why(engine: Engine, given: dict[str, Any], words: str) -> None:
    with pytest.raises(QueryError) as failed:
        chart(engine, dataset="cars", x="Origin", where=(Filter(**given),))
    assert words in failed.value.message


@pytest.mark.ledger("X3")
def test_a_query_of_ones_own_is_drawn_as_it_stands(engine: Engine, cars: pd.DataFrame) -> None:
    sql = "select Origin, count(*) as n from cars group by 1 order by 2 desc"
    built = chart(engine, sql=sql)
    assert built.sql == sql
    assert drawn(built) == list(cars["Origin"].value_counts().items())
    assert built.encoding == {"x": "Origin", "y": "n", "series": None}
    unordered = chart(engine, sql="select Origin, count(*) as n from cars group by 1;", x="Origin", y="n", sort="-y")
    assert drawn(unordered) == drawn(built)
    assert "ORDER BY" in unordered.sql
    again = chart(engine, sql="select * from cars -- all", x="Origin", y="mean(Horsepower)")
    assert close(drawn(again), cars.groupby("Origin")["Horsepower"].mean())
    repeated = chart(engine, sql="select Origin, Horsepower from cars", mark="bar", x="Origin", y="Horsepower")
    assert dict(drawn(repeated)) == pytest.approx(cars.groupby("Origin")["Horsepower"].sum().to_dict())
    filtered = chart(engine, sql=sql, where=(Filter(field="n", op=">", value=75),))
    assert drawn(filtered, "x") == ["USA", "Japan"]


def test_a_query_keeps_its_order_when_its_columns_need_new_names(engine: Engine) -> None:
    built = chart(engine, sql='select Origin as "a.b", max(Name) as "<x>", count(*) as "n[0]" from cars group by 1 '
                  "order by 3", x='"a.b"', y='"n[0]"')  # fmt: skip
    assert built.encoding == {"x": "a_b", "y": "n_0_", "series": None}
    assert drawn(built, "y") == sorted(drawn(built, "y"))


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"dataset": "cars", "x": "Orgin"}, 'No column "Orgin" in cars. Closest match: Origin. Columns: Name,'),
        ({"dataset": "carz", "x": "Origin"}, 'No data frame "carz". Closest match: cars.'),
        (
            {"dataset": "cars", "x": "Origin", "y": "mean(Name)"},
            'mean() needs numbers; "Name" holds text. Columns with',
        ),
        ({"dataset": "cars", "x": "Origin", "y": "Name"}, 'Use y="count()"'),
        ({"dataset": "cars"}, "A chart needs x"),
        ({"dataset": "cars", "y": "mean(Horsepower)"}, "needs x too"),
        ({"dataset": "cars", "x": "sum(Horsepower)", "y": "count()"}, "x and y are both values"),
        ({"dataset": "cars", "x": "Origin", "series": "count()"}, "The series"),
        ({"dataset": "cars", "x": "Origin", "sort": "-z"}, 'cannot be sorted by "-z". Use one of "x", "-x", "y", "-y"'),
        ({"dataset": "cars", "x": "Origin", "limit": 0}, "A limit is at least 1"),
        ({"dataset": "cars", "mark": "line", "x": "bin(Horsepower)"}, 'set mark to "histogram"'),
        ({"x": "Origin"}, "Which data?"),
        ({"sql": "select 1 as a where false"}, "The query has no rows"),
    ],
)
def test_a_chart_that_cannot_be_says_why(engine: Engine, request_: dict[str, Any], words: str) -> None:
    with pytest.raises((QueryError, InvalidArgument)) as failed:
        chart(engine, **request_)
    assert words in failed.value.message


@pytest.mark.ledger("N3")
def test_an_empty_frame_is_a_clear_error() -> None:
    engine = engine_of(empty=pd.DataFrame({"a": pd.Series([], dtype="str"), "b": pd.Series([], dtype="float")}))
    for mark in ("bar", "line", "point", "arc", "histogram"):
        with pytest.raises(QueryError, match="empty has no rows, so there is nothing to draw"):
            chart(engine, dataset="empty", mark=mark, x="b" if mark == "histogram" else "a", y="sum(b)")


def test_the_only_frame_need_not_be_named() -> None:
    assert chart(engine_of(one=pd.DataFrame({"a": ["x"]})), x="a").dataset == "one"


@pytest.mark.ledger("X3")
def test_the_request_draws_the_same_chart_again(engine: Engine) -> None:
    first = chart(engine, dataset="cars", mark="pie", x="Origin", where=[{"field": "Cylinders", "op": ">", "value": 4}])
    again = build_chart(ChartRequest.model_validate(first.request), engine)
    assert (again.sql, again.spec, again.title, again.subtitle) == (first.sql, first.spec, first.title, first.subtitle)
    assert again.result.result_id == first.result.result_id


@pytest.mark.ledger("X3", "N3")
def test_more_than_five_thousand_marks_are_binned_or_cut_and_said() -> None:
    """What a subtitle says is drawn is what pandas has of it, for rows of a query, groups, cells and series."""
    many = 52_000
    frame = pd.DataFrame({"t": range(many), "v": [number * 7_919 % 10_007 for number in range(many)]})
    eight = pd.DataFrame(
        [(time, f"s{name}", time * name % 97) for time in range(1_000) for name in range(8)], columns=["t", "s", "v"]
    )
    days = pd.date_range("2024-01-01", periods=101)
    cells = pd.DataFrame([(day, f"b{place:02}") for day in days for place in range(60)], columns=["x", "y"])
    engine = engine_of(long=frame, eight=eight, cells=cells)
    means = frame.groupby(frame.t // 100 * 100)["v"].mean()
    for source in ({"dataset": "long"}, {"sql": "select * from long"}, {"sql": "select * from long order by t"}):
        line = chart(engine, **source, mark="line", x="t", y="v")
        assert line.subtitle == f"{many:,} rows in bins of 100 · band from lowest to highest"
        assert dict(drawn(line)) == pytest.approx(means.to_dict())
        points = chart(engine, **source, mark="point", x="t", y="v")
        assert points.subtitle == f"{points.result.row_count:,} bins of {many:,} rows"
        assert sum(row["count"] for row in points.result.rows()) == many
    lines = chart(engine, sql="select * from eight", mark="line", x="t", y="v", series="s")
    assert lines.subtitle == "8,000 rows in bins of 2 · band from lowest to highest"
    halved = eight.groupby([eight.t // 2 * 2, "s"])["v"]
    assert {(t, s): v for t, s, v in drawn(lines, "x", "series", "y")} == halved.mean().to_dict()
    sums = chart(engine, dataset="eight", mark="line", x="t", y="sum(v)", series="s")
    assert sums.subtitle == "500 bins of 2 for 1,000 points"
    assert {(t, s): v for t, s, v in drawn(sums, "x", "series", "y")} == halved.sum().to_dict()
    cut = chart(engine, dataset="eight", mark="line", x="t", y="sum(v)", series="s", limit=30)
    assert {t for t, *_ in drawn(cut)} == set(range(30))
    heat = chart(engine, dataset="cells", mark="heatmap", x="day(x)", y="y")
    assert heat.subtitle.startswith("5,000 cells of 6,060 rows")
    assert "first 5,000 cells" in heat.subtitle
    assert heat.result.row_count == 5_000
