"""The further kinds of charts: what they draw is what pandas and numpy compute."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from canvas_widget.data import BuiltChart, ChartRequest, ChartStyle, Engine, build_chart
from canvas_widget.errors import InvalidArgument, QueryError

from .conftest import engine_of

Frames = dict[str, pd.DataFrame]


def chart(engine: Engine, **request: Any) -> BuiltChart:
    return build_chart(ChartRequest(**request), engine)


def rows(built: BuiltChart) -> pd.DataFrame:
    return pd.DataFrame(built.result.rows())


@pytest.mark.ledger("X3")
def test_boxes_are_the_quartiles_whiskers_and_outliers_of_pandas(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="box", x="Origin", y="Horsepower")
    drawn = rows(built)
    for origin, values in cars.dropna(subset="Horsepower").groupby("Origin")["Horsepower"]:
        low, middle, high = values.quantile([0.25, 0.5, 0.75])
        within = values[(values >= low - 1.5 * (high - low)) & (values <= high + 1.5 * (high - low))]
        box = drawn[(drawn["Origin"] == origin) & drawn["outlier"].isna()].iloc[0]
        expected = [within.min(), low, middle, high, within.max()]
        assert list(box[["low", "q1", "median", "q3", "high"]]) == pytest.approx(expected)
        outside = sorted(set(values.index) - set(within.index))
        found = drawn[(drawn["Origin"] == origin) & drawn["outlier"].notna()]["outlier"]
        assert sorted(found) == sorted(values.loc[outside])
    assert built.title == "Horsepower by origin"
    assert "without horsepower left out" in built.subtitle


def test_a_box_may_stand_alone_or_lie(engine: Engine, cars: pd.DataFrame) -> None:
    alone = chart(engine, dataset="cars", mark="box", y="Horsepower")
    assert rows(alone)["median"][0] == cars["Horsepower"].median()
    assert alone.encoding == {"x": None, "y": "median", "series": None}
    lying = chart(engine, dataset="weather", mark="boxplot", x="temp_max", y="month(date)")
    months = list(dict.fromkeys(rows(lying)["month_date"]))
    assert months == ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.ledger("X5")
def test_far_outliers_are_drawn_and_the_rest_is_said() -> None:
    rng = np.random.default_rng(7)
    values = rng.standard_t(1.2, 20_000)
    built = chart(engine_of(data=pd.DataFrame({"v": values})), dataset="data", mark="box", y="v")
    low, high = np.quantile(values, [0.25, 0.75])
    count = int(((values < low - 1.5 * (high - low)) | (values > high + 1.5 * (high - low))).sum())
    assert f"600 of {count:,} outliers beyond the whiskers" in built.subtitle
    assert rows(built)["outlier"].max() == pytest.approx(values.max())


@pytest.mark.ledger("X3")
def test_a_heatmap_holds_the_means_of_pandas(engine: Engine, frames: Frames) -> None:
    weather = frames["weather"]
    built = chart(engine, dataset="weather", mark="heatmap", x="month(date)", y="year(date)", color="mean(temp_max)")
    date = weather["date"]
    expected = weather.groupby([date.dt.strftime("%b"), date.dt.year])["temp_max"].mean()
    found = rows(built).set_index(["month_date", "year_date"])["mean_temp_max"]
    assert found.to_dict() == pytest.approx(expected.to_dict())
    assert built.encoding["color"] == "mean_temp_max"
    assert built.subtitle == "48 cells of 1,461 rows"


@pytest.mark.ledger("X5")
def test_a_density_of_two_columns_counts_millions_of_points_in_bins() -> None:
    rng = np.random.default_rng(1)
    many = 300_000
    frame = pd.DataFrame({"a": rng.normal(0, 3, many), "b": rng.gamma(2, 4, many)})
    built = chart(engine_of(points=frame), dataset="points", mark="density", x="a", y="b")
    found = rows(built)
    assert len(found) <= 60 * 40
    assert found["count"].sum() == many
    x, y = built.spec["encoding"]["x"]["bin"]["step"], built.spec["encoding"]["y"]["bin"]["step"]
    some = found.iloc[len(found) // 2]
    inside = frame["a"].between(some["bin_a"], some["bin_a"] + x, inclusive="left")
    inside &= frame["b"].between(some["bin_b"], some["bin_b"] + y, inclusive="left")
    assert inside.sum() == some["count"]
    assert built.subtitle == f"{len(found):,} bins of 300,000 rows"


@pytest.mark.ledger("X3")
def test_a_density_is_that_of_a_gaussian_kernel(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="density", x="Miles_per_Gallon", series="Origin")
    found = rows(built)
    for origin, part in cars.dropna(subset="Miles_per_Gallon").groupby("Origin"):
        values = part["Miles_per_Gallon"].to_numpy()
        width = values.std(ddof=1) * len(values) ** -0.2
        curve = found[found["Origin"] == origin]
        at = curve["Miles_per_Gallon"].to_numpy()
        distance = (at[:, None] - values[None, :]) / width
        expected = np.exp(-0.5 * distance**2).sum(axis=1) / (len(values) * width * np.sqrt(2 * np.pi))
        assert np.abs(curve["density"].to_numpy() - expected).max() < 0.01 * expected.max()
        assert np.trapezoid(curve["density"], at) == pytest.approx(1, abs=0.01)


def test_a_density_far_from_zero_is_as_wide_as_near_it() -> None:
    values = np.random.default_rng(3).normal(0, 1, 5_000)
    near, far = (
        rows(chart(engine_of(d=pd.DataFrame({"v": values + away})), dataset="d", mark="density", x="v"))["density"]
        for away in (0.0, 1e9)
    )
    assert near.max() == pytest.approx(far.max(), rel=0.02)


@pytest.mark.ledger("N3")
@pytest.mark.parametrize(("facets", "many"), [({"facet": "Origin"}, 3), ({"row": "Origin", "column": "Cylinders"}, 9)])
def test_small_charts_hold_the_counts_of_pandas(
    engine: Engine, cars: pd.DataFrame, facets: dict[str, str], many: int
) -> None:
    built = chart(engine, dataset="cars", x="year(Year)", y="count()", **facets)
    names = list(facets.values())
    expected = cars.groupby([*names, cars["Year"].dt.year.rename("year_Year")]).size()
    found = rows(built).set_index([*names, "year_Year"])["count"]
    assert found.to_dict() == expected.to_dict()
    assert len(rows(built)[names].drop_duplicates()) == many
    facet = built.spec["facet"]
    assert {part["field"] for part in ([facet] if "field" in facet else facet.values())} == set(names)
    assert "facet" not in built.spec["spec"]


def test_too_many_small_charts_become_those_with_the_most_rows(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="histogram", x="Acceleration", facet="Name")
    largest = cars["Name"].value_counts()
    drawn = set(rows(built)["Name"])
    assert len(drawn) == 16
    assert largest[list(drawn)].min() >= largest.nlargest(16).min()
    assert "16 of 311 small charts, those with the most rows" in built.subtitle


def test_small_charts_of_months_stand_in_their_order(engine: Engine) -> None:
    built = chart(engine, dataset="weather", x="weather", y="count()", facet="month(date)")
    assert built.spec["facet"]["sort"] == {"field": "month_date order", "op": "min"}
    found = rows(built)
    assert found[found["month_date"] == "Mar"]["month_date order"].unique().tolist() == [3]


@pytest.mark.ledger("N3")
def test_the_largest_groups_and_the_rest_together(engine: Engine, cars: pd.DataFrame) -> None:
    counts = cars["Cylinders"].astype(str).value_counts()
    built = chart(engine, dataset="cars", x="Cylinders", y="count()", top=2, other=True)
    assert [tuple(row.values()) for row in built.result.rows()] == [
        *counts.head(2).items(),
        ("Other", counts.iloc[2:].sum()),
    ]
    assert built.subtitle.startswith("2 largest of 5 groups, the rest as Other")
    without = chart(engine, dataset="cars", x="Cylinders", y="count()", top=2, sort="x")
    kept = cars["Cylinders"].value_counts().head(2).sort_index()
    assert rows(without).set_index("Cylinders")["count"].to_dict() == kept.to_dict()
    means = chart(engine, dataset="cars", x="Cylinders", y="mean(Horsepower)", top=1, other=True)
    best = cars.groupby("Cylinders")["Horsepower"].mean().idxmax()
    rest = cars[cars["Cylinders"] != best]["Horsepower"].mean()
    assert rows(means)["mean_Horsepower"].tolist()[-1] == pytest.approx(rest)


def test_shares_of_what_does_not_add_up_are_refused(engine: Engine) -> None:
    with pytest.raises(InvalidArgument, match="does not add up to a whole"):
        chart(engine, dataset="cars", x="Origin", y="mean(Horsepower)", series="Cylinders", stack="percent")
    built = chart(engine, dataset="cars", mark="100% bar", x="Origin", y="count()", series="Cylinders")
    assert built.spec["encoding"]["y"]["stack"] == "normalize"
    assert built.spec["encoding"]["y"]["title"] == "Share of cars"
    assert built.title == "Share of cars by origin and cylinders"


@pytest.mark.parametrize(
    ("word", "stack", "channel"),
    [("stacked bar", "zero", None), ("grouped bar", None, "xOffset"), ("bar", "zero", None)],
)
def test_series_stand_as_asked(engine: Engine, word: str, stack: str | None, channel: str | None) -> None:
    built = chart(engine, dataset="cars", mark=word, x="Origin", y="count()", series="Cylinders")
    assert built.spec["encoding"]["y"]["stack"] == stack
    assert ("xOffset" in built.spec["encoding"]) == (channel == "xOffset")


def test_bars_lie_when_asked_to_and_keep_their_order(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(engine, dataset="cars", mark="bar", x="Origin", y="count()", sort="-y", orient="horizontal")
    assert built.encoding["x"] == "count"
    assert rows(built)["Origin"].tolist() == list(cars["Origin"].value_counts().index)
    assert built.request["sort"] == "-y"
    again = build_chart(ChartRequest.model_validate(built.request), engine)
    assert again.spec == built.spec


@pytest.mark.ledger("X3")
@pytest.mark.parametrize(("kind", "factor"), [("stdev", None), ("stderr", 1.0), ("ci", 1.96)])
def test_error_bars_are_those_of_pandas(engine: Engine, cars: pd.DataFrame, kind: str, factor: float | None) -> None:
    built = chart(engine, dataset="cars", x="Origin", y="mean(Horsepower)", error=kind)
    groups = cars.groupby("Origin")["Horsepower"]
    spread = groups.std() if factor is None else factor * groups.sem()
    found = rows(built).set_index("Origin")
    assert found["error from"].to_dict() == pytest.approx((groups.mean() - spread).to_dict())
    assert found["error to"].to_dict() == pytest.approx((groups.mean() + spread).to_dict())


def test_bubbles_show_a_value_as_area_and_group_by_what_is_not_drawn(engine: Engine, cars: pd.DataFrame) -> None:
    built = chart(
        engine, dataset="cars", mark="bubble", x="mean(Horsepower)", y="mean(Acceleration)", size="count()",
        group="Cylinders",
    )  # fmt: skip
    expected = cars.groupby("Cylinders").agg({"Horsepower": "mean", "Acceleration": "mean", "Name": "size"})
    found = rows(built).set_index("Cylinders")[["mean_Horsepower", "mean_Acceleration", "count"]]
    assert np.allclose(found.sort_index().to_numpy(), expected.to_numpy())
    assert "area: number of cars" in built.subtitle


@pytest.mark.ledger("X3")
def test_rules_stand_where_pandas_puts_the_mean(engine: Engine, cars: pd.DataFrame) -> None:
    def ruled(place: Any, **request: Any) -> tuple[Any, str]:
        built = chart(engine, dataset="cars", annotations=[{"y": place}], **request)
        layers = built.spec["layer"]
        rule = next(layer for layer in layers if layer.get("mark", {}).get("type") == "rule")
        text = next(layer for layer in layers if layer.get("mark", {}).get("type") == "text")
        return rule["encoding"]["y"]["datum"], text["mark"]["text"]

    means = cars.groupby("Origin")["Horsepower"].mean()
    bars = {"x": "Origin", "y": "mean(Horsepower)"}
    assert ruled("mean", **bars) == (pytest.approx(means.mean()), f"Mean {means.mean():.1f}")
    overall = cars["Horsepower"].mean()
    assert ruled("overall", **bars) == (pytest.approx(overall), f"Overall {overall:.1f}")
    points = {"mark": "point", "x": "Weight_in_lbs", "y": "Horsepower"}
    assert ruled("median", **points)[0] == pytest.approx(cars["Horsepower"].median())
    built = chart(engine, dataset="cars", mark="histogram", x="Horsepower", annotations=[{"x": "mean"}])
    rule = next(layer for layer in built.spec["layer"] if layer.get("mark", {}).get("type") == "rule")
    assert rule["encoding"]["x"]["datum"] == pytest.approx(cars["Horsepower"].mean())
    totals = cars.groupby(cars["Year"].dt.year).size()
    stacked = {"x": "year(Year)", "y": "count()", "series": "Origin"}
    assert ruled("max", **stacked)[0] == totals.max()


@pytest.mark.ledger("X3")
def test_the_mean_of_yes_and_no_is_a_share_in_percent(cars: pd.DataFrame) -> None:
    strong = cars.assign(is_strong=cars["Horsepower"] > 100)
    built = chart(engine_of(cars=strong), dataset="cars", x="Origin", y="mean(is_strong)")
    assert built.title == "Share of is strong by origin"
    assert "Mean" not in built.subtitle
    drawn = rows(built).set_index("Origin")["mean_is_strong"]
    assert drawn.to_dict() == pytest.approx(strong.groupby("Origin")["is_strong"].mean().to_dict())
    value = next(layer for layer in (built.spec, *built.spec.get("layer", ())) if "y" in layer.get("encoding", {}))
    assert value["encoding"]["y"]["title"] == "Share of is strong"
    assert value["encoding"]["y"]["axis"]["format"].endswith("%")


@pytest.mark.ledger("X3")
@pytest.mark.parametrize(
    ("style", "word", "axis"),
    [
        ({"locale": "de", "currency": "€"}, "Mean 11,3M €", "$~s"),
        ({"locale": "ch", "currency": "CHF"}, "Mean CHF\u00a011.3M", "$~s"),
        ({}, "Mean $11.3M", "$~s"),
    ],
)
def test_words_of_rules_are_in_the_currency_and_marks_of_the_axis(style: dict[str, str], word: str, axis: str) -> None:
    frame = pd.DataFrame({"shop": ["a", "b"], "v": [5_000_000.0, 17_564_480.0]})
    theme = ChartStyle(format="currency", **style)
    request = ChartRequest(dataset="d", x="shop", y="sum(v)", annotations=[{"y": "mean"}])
    built = build_chart(request, engine_of(d=frame), style=theme)
    texts = [layer["mark"]["text"] for layer in built.spec["layer"] if "text" in layer.get("mark", {})]
    assert [text.replace("\u00a0€", " €") for text in texts] == [word]
    core = next(layer for layer in built.spec["layer"] if "y" in layer.get("encoding", {}) and "x" in layer["encoding"])
    assert core["encoding"]["y"]["axis"]["format"] == axis


def test_bands_labels_and_goal_lines(engine: Engine) -> None:
    built = chart(
        engine, dataset="stocks", mark="line", x="yearmonth(date)", y="mean(price)",
        annotations=[{"x": ["2008", "2009-06"], "text": "Crisis"}, {"y": 200, "text": "Goal"},
                     {"x": "2007-01", "y": 300, "text": "Here"}],
    )  # fmt: skip
    first, *_, last = built.spec["layer"]
    assert first["mark"]["type"] == "rect"
    assert first["encoding"]["x2"] == {"datum": {"year": 2009, "month": 6, "date": 1}}
    assert last["mark"]["text"] == "Here"
    with pytest.raises(InvalidArgument, match="is not on x"):
        chart(engine, dataset="cars", x="Origin", annotations=[{"x": "Mars"}])
    with pytest.raises(InvalidArgument, match="A pie has no axes"):
        chart(engine, dataset="cars", mark="pie", x="Origin", y="count()", annotations=[{"y": 1}])


def test_scales_may_be_logarithmic_begin_at_zero_or_be_bounded(engine: Engine, frames: Frames) -> None:
    log = chart(engine, dataset="stocks", mark="line", x="date", y="price", series="symbol", scale="log")
    assert log.spec["encoding"]["y"]["scale"]["type"] == "log"
    assert log.spec["encoding"]["y"]["axis"]["values"] == [1, 10, 100, 1000]
    bounded = chart(engine, dataset="cars", mark="point", x="Horsepower", y="Acceleration",
                    scale={"x": {"domain": [50, 100]}, "y": {"zero": True}})  # fmt: skip
    assert bounded.spec["encoding"]["x"]["scale"]["domain"] == [50, 100]
    assert bounded.spec["encoding"]["y"]["scale"]["zero"] is True
    assert bounded.spec["mark"]["clip"] is True
    frame = pd.DataFrame({"a": [1, 2, 3, 4], "b": [0, -1, 10, 100]})
    lost = chart(engine_of(d=frame), dataset="d", mark="point", x="a", y="b", scale={"y": "log"})
    assert rows(lost)["b"].tolist() == [10, 100]
    assert "2 rows at 0 or below left out" in lost.subtitle


def test_counts_up_to_three_have_a_tick_each(engine: Engine) -> None:
    frame = pd.DataFrame({"a": ["x", "y", "y"]})
    axis = chart(engine_of(d=frame), dataset="d", x="a", y="count()").spec["encoding"]["y"]["axis"]
    assert axis["values"] == [0, 1, 2]


def test_formats_schemes_and_locales(engine: Engine) -> None:
    request = ChartRequest(dataset="stocks", x="symbol", y="max(price)", format="currency")
    built = build_chart(request, engine, style=ChartStyle(locale="de", currency="€", scheme="Set2"))
    assert built.spec["encoding"]["y"]["axis"]["format"] == "$,.0f"
    assert built.spec["locale"]["number"]["currency"] == ["", "\u00a0€"]
    assert "locale" not in chart(engine, dataset="cars", x="Origin").spec
    stacked = ChartRequest(dataset="cars", x="Origin", y="count()", series="Cylinders")
    assert build_chart(stacked, engine, style=ChartStyle(scheme="Set2")).spec["encoding"]["color"]["scale"] == {
        "scheme": "set2"
    }
    for wrong in ({"scheme": "https://evil.example"}, {"format": "'+alert(1)"}, {"currency": "<b>"}, {"colour": "red"}):
        with pytest.raises(InvalidArgument):
            ChartStyle(**wrong)
    with pytest.raises(InvalidArgument, match="No colour scheme"):
        chart(engine, dataset="cars", mark="heatmap", x="Origin", y="Cylinders", scheme="nosuch")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"mark": "box", "x": "Origin"}, "A box plot needs y"),
        ({"mark": "heatmap", "x": "Origin"}, "A heatmap needs x and y"),
        ({"mark": "heatmap", "x": "Origin", "y": "Cylinders", "color": "Name"}, "is a value such as count"),
        ({"mark": "density", "x": "Origin"}, "needs a column of numbers"),
        ({"mark": "line", "x": "Year", "y": "count()", "orient": "horizontal"}, "Only bars and boxes lie"),
        ({"x": "Origin", "y": "count()", "error": "ci"}, "Error bars stand on means"),
        ({"x": "Origin", "y": "count()", "facet": "a", "row": "b"}, "not both"),
        ({"x": "Origin", "y": "count()", "columns": 0, "facet": "Origin"}, "1 column or more"),
        ({"x": "Origin", "y": "count()", "top": 0}, "A top is at least 1"),
        ({"x": "Origin", "y": "count()", "annotations": [{"text": "x"}]}, "needs a place"),
        ({"mark": "point", "x": "Weight_in_lbs", "y": "Horsepower", "size": "Origin"}, "must be a number"),
        ({"mark": "point", "x": "Weight_in_lbs", "y": "Horsepower", "having": [{"field": "count()", "value": 1}]},
         '"having" is about groups'),
        ({"x": "Year", "y": "count()", "time_unit": "monht"}, "Closest match: month"),
    ],
)  # fmt: skip
def test_what_cannot_be_says_why(engine: Engine, request_: dict[str, Any], words: str) -> None:
    with pytest.raises((InvalidArgument, QueryError)) as failed:
        chart(engine, dataset="cars", **request_)
    assert words in failed.value.message


KINDS: dict[str, dict[str, Any]] = {
    "bar": {"x": "Origin", "y": "mean(Horsepower)", "sort": "-y"},
    "stacked": {"x": "Cylinders", "y": "count()", "series": "Origin"},
    "grouped": {"x": "Cylinders", "y": "mean(Acceleration)", "series": "Origin", "stack": "grouped"},
    "percent": {"x": "Cylinders", "y": "count()", "series": "Origin", "stack": "percent"},
    "horizontal": {"x": "Origin", "y": "count()", "orient": "horizontal"},
    "line": {"mark": "line", "x": "year(Year)", "y": "mean(Miles_per_Gallon)", "series": "Origin"},
    "area": {"mark": "area", "x": "year(Year)", "y": "count()", "series": "Origin"},
    "point": {"mark": "point", "x": "Horsepower", "y": "Miles_per_Gallon", "series": "Origin"},
    "bubble": {"mark": "point", "x": "mean(Horsepower)", "y": "mean(Acceleration)", "size": "count()", "group": "Name"},
    "pie": {"mark": "arc", "x": "Origin", "y": "count()"},
    "donut": {"mark": "arc", "x": "Origin", "y": "sum(Weight_in_lbs)", "hole": True},
    "histogram": {"mark": "histogram", "x": "bin(Horsepower)"},
    "box": {"mark": "box", "x": "Origin", "y": "Horsepower"},
    "heatmap": {"mark": "heatmap", "x": "Cylinders", "y": "Origin", "color": "mean(Horsepower)"},
    "density": {"mark": "density", "x": "Miles_per_Gallon", "series": "Origin"},
    "density of two": {"mark": "density", "x": "Horsepower", "y": "Weight_in_lbs"},
    "facet": {"x": "Cylinders", "y": "count()", "facet": "Origin"},
    "layered rule": {"x": "Origin", "y": "mean(Horsepower)", "annotations": [{"y": "overall", "text": "all"}]},
    "log": {"mark": "point", "x": "Horsepower", "y": "Weight_in_lbs", "scale": {"y": {"log": True}}},
}


@pytest.mark.ledger("X3", "N3")
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_draws_a_query_as_it_draws_the_dataset(engine: Engine, kind: str) -> None:
    """The same encodings over `select * from cars` give the same rows and spec; a query's rows are not called cars."""
    typed = chart(engine, dataset="cars", **KINDS[kind])
    asked = chart(engine, sql="select * from cars", **KINDS[kind])
    assert asked.sql != typed.sql
    assert asked.result.row_count > 1
    assert asked.result.rows() == typed.result.rows()
    named = json.dumps(typed.spec).replace("Number of cars", "Number of rows").replace("Share of cars", "Share of rows")
    assert json.dumps(asked.spec) == named
    assert (asked.mark, asked.encoding) == (typed.mark, typed.encoding)


def test_a_donut_is_a_pie_with_a_hole(engine: Engine, cars: pd.DataFrame) -> None:
    pie, donut = (
        chart(engine, dataset="cars", mark="arc", x="Origin", y="count()", hole=hole) for hole in (False, True)
    )
    counts = cars["Origin"].value_counts().to_dict()
    assert {row["Origin"]: row["count"] for row in donut.result.rows()} == counts
    slices, ring = pie.spec["layer"][0]["encoding"], donut.spec["layer"][0]["encoding"]
    assert "radius2" not in slices
    assert 0 < ring["radius2"]["datum"] < ring["radius"]["datum"]
    assert {**slices, "radius2": ring["radius2"]} == ring, "all else is the pie's"
