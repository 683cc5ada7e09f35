"""Every spec is valid Vega-Lite, can be drawn, passes the guard, and carries no look of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canvas_widget.data import BuiltChart, ChartRequest, Engine, build_chart, check_spec
from canvas_widget.errors import InvalidArgument, QueryError
from canvas_widget.render.chart import chart_rows, full_spec
from canvas_widget.render.theme import theme

from .conftest import engine_of

REQUESTS: list[dict[str, Any]] = [
    {"dataset": "cars", "x": "Origin", "y": "mean(Miles_per_Gallon)", "sort": "-y"},
    {"dataset": "cars", "x": "mean(Miles_per_Gallon)", "y": "Origin", "sort": "-x"},
    {"dataset": "cars", "x": "Name", "y": "count()"},
    {"dataset": "cars", "x": "Cylinders", "y": "count()", "series": "Origin"},
    {"dataset": "cars", "x": "Cylinders", "y": "mean(Horsepower)", "series": "Origin"},
    {"dataset": "cars", "x": "year(Year)", "y": "max(Horsepower)"},
    {"dataset": "weather", "x": "month(date)", "y": "mean(temp_max)"},
    {"dataset": "weather", "x": "yearmonth(date)", "y": "sum(precipitation)"},
    {"dataset": "weather", "x": "date", "y": "precipitation"},
    {"dataset": "weather", "x": "week(date)", "y": "count()", "series": "weather"},
    {"dataset": "cars", "mark": "line", "x": "year(Year)", "y": "mean(Horsepower)"},
    {"dataset": "cars", "mark": "line", "x": "Horsepower", "y": "mean(Acceleration)"},
    {"dataset": "stocks", "mark": "line", "x": "date", "y": "price", "series": "symbol"},
    {"dataset": "stocks", "mark": "line", "x": "year(date)", "y": "max(price)", "series": "symbol", "limit": 40},
    {"dataset": "weather", "mark": "line", "x": "month(date)", "y": "mean(temp_max)", "series": "year(date)"},
    {"dataset": "stocks", "mark": "area", "x": "yearmonth(date)", "y": "mean(price)"},
    {"dataset": "stocks", "mark": "area", "x": "yearmonth(date)", "y": "sum(price)", "series": "symbol"},
    {"dataset": "stocks", "mark": "area", "x": "yearquarter(date)", "y": "mean(price)", "series": "symbol"},
    {"dataset": "cars", "mark": "point", "x": "Horsepower", "y": "Miles_per_Gallon"},
    {"dataset": "iris", "mark": "point", "x": "petalLength", "y": "petalWidth", "series": "species"},
    {"dataset": "cars", "mark": "point", "x": "Year", "y": "Origin"},
    {"dataset": "cars", "mark": "point", "x": "Origin", "y": "mean(Horsepower)"},
    {"dataset": "cars", "mark": "arc", "x": "Origin", "y": "count()"},
    {"dataset": "cars", "mark": "arc", "x": "Origin", "y": "mean(Horsepower)"},
    {"dataset": "cars", "mark": "arc", "x": "Name", "y": "sum(Weight_in_lbs)"},
    {"dataset": "cars", "mark": "histogram", "x": "Horsepower"},
    {"dataset": "cars", "mark": "histogram", "x": "bin(Horsepower, 5)", "series": "Origin"},
    {"dataset": "barley", "x": "sum(yield)", "y": "variety", "series": "site", "sort": "-x"},
    {"sql": "select Origin, Cylinders::varchar as c, count(*) as n from cars group by all order by 1, 2"},
]
CHARTS = pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: json.dumps(each)[:70])


def nodes(part: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield key, value
            yield from nodes(value)
    elif isinstance(part, list):
        for each in part:
            yield from nodes(each)


def with_rows(built: BuiltChart) -> dict[str, Any]:
    return {**built.spec, "data": {"name": "result", "values": built.result.rows()}}


def svg(built: BuiltChart) -> str:
    import vl_convert

    sized = full_spec(built.spec, chart_rows(built.result), 366, 250, theme("light"))
    return str(vl_convert.vegalite_to_svg(sized, vl_version="6.4", allowed_base_urls=[]))


def assert_valid(built: BuiltChart) -> None:
    import altair as alt

    check_spec(built.spec)
    alt.Chart.from_dict(with_rows(built), validate=True) if "layer" not in built.spec else alt.LayerChart.from_dict(
        with_rows(built), validate=True
    )


@pytest.mark.ledger("X3")
@CHARTS
def test_a_spec_is_valid_and_can_be_drawn(engine: Engine, request_: dict[str, Any]) -> None:
    built = build_chart(ChartRequest(**request_), engine)
    assert_valid(built)
    picture = svg(built)
    assert "mark-" in picture
    assert "NaN" not in picture
    assert "undefined" not in picture


@CHARTS
def test_a_spec_leaves_the_look_to_the_theme(engine: Engine, request_: dict[str, Any]) -> None:
    built = build_chart(ChartRequest(**request_), engine)
    assert built.spec["data"] == {"name": "result"}
    keys = {key for key, _ in nodes(built.spec)}
    assert not keys & {"config", "width", "height", "range", "fill", "stroke", "font", "fontSize", "transform", "url"}
    assert not [value for key, value in nodes(built.spec) if key == "color" and isinstance(value, str)]


@CHARTS
def test_what_a_reader_sees_is_written_for_people(engine: Engine, request_: dict[str, Any]) -> None:
    built = build_chart(ChartRequest(**request_), engine)
    titles = [value for key, value in nodes(built.spec) if key == "title" and value is not None]
    for title in [*titles, built.title]:
        assert title[0].isupper() or title[0].isdigit()
        assert "_" not in title
    assert built.subtitle
    names = set(built.result.rows()[0])
    fields = {value for key, value in nodes(built.spec) if key == "field"}
    assert fields <= names
    assert {name for name in built.encoding.values() if name is not None} <= names


@CHARTS
def test_a_generated_query_ends_in_a_total_order(engine: Engine, request_: dict[str, Any]) -> None:
    built = build_chart(ChartRequest(**request_), engine)
    last = built.sql.rsplit("\n", 2)
    assert any(line.startswith("ORDER BY ") for line in last) or "order by" in built.sql
    rows = built.result.rows()
    assert engine.run(built.sql, limit=5_000).rows() == rows


@CHARTS
def test_bars_begin_at_zero(engine: Engine, request_: dict[str, Any]) -> None:
    built = build_chart(ChartRequest(**request_), engine)
    if built.mark in {"bar", "area", "histogram"}:
        quantitative = [value for key, value in nodes(built.spec) if key in {"x", "y"} and "scale" in value]
        assert all(value["scale"].get("zero") is not False for value in quantitative if "stack" in value)


def test_values_stand_at_the_ends_of_few_bars(engine: Engine) -> None:
    few = build_chart(ChartRequest(dataset="cars", x="Origin", y="mean(Miles_per_Gallon)", sort="-y"), engine)
    labels = few.spec["layer"][1]
    assert labels["mark"]["type"] == "text"
    assert labels["encoding"]["text"] == {
        "field": "mean_Miles_per_Gallon",
        "type": "quantitative",
        "format": ",.1f",
    }
    picture = svg(few)
    assert all(f">{value}<" in picture for value in ("30.5", "27.9", "20.1"))
    many = build_chart(ChartRequest(dataset="cars", x="Name", y="count()"), engine)
    assert "layer" not in many.spec


def test_years_are_drawn_without_thousands(engine: Engine) -> None:
    for mark in ("bar", "line"):
        picture = svg(build_chart(ChartRequest(dataset="cars", mark=mark, x="year(Year)", y="count()"), engine))
        assert ">1970<" in picture
        assert "1,970" not in picture


def test_bars_are_drawn_in_the_order_of_the_rows(engine: Engine) -> None:
    built = build_chart(ChartRequest(dataset="cars", x="Origin", y="mean(Horsepower)", sort="-y"), engine)
    picture = svg(built)
    names = [row["Origin"] for row in built.result.rows()]
    places = [picture.index(f">{name}<") for name in names]
    assert places == sorted(places)
    assert names != sorted(names)


def test_lines_are_named_at_their_ends_when_these_lie_apart() -> None:
    data = pd.DataFrame({"t": pd.to_datetime(["2024-01-01", "2024-02-01"] * 2), "n": list("aabb"), "v": [1, 9, 1, 2]})
    built = build_chart(ChartRequest(dataset="d", mark="line", x="t", y="sum(v)", series="n"), engine_of(d=data))
    assert built.spec["encoding"]["color"]["legend"] is None
    assert svg(built).count("mark-text") >= 1
    assert_valid(built)
    data["v"] = [1, 2, 1, 2]
    met = build_chart(ChartRequest(dataset="d", mark="line", x="t", y="sum(v)", series="n"), engine_of(d=data))
    assert "layer" not in met.spec


LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0", max_codepoint=0xFFFF)
NAMES = st.text(LETTERS, min_size=1, max_size=12) | st.sampled_from(
    ["😀", 'x\\": warn(1), "', "a.b[0]", "<b>", "url(x)"]
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(
    st.lists(NAMES, min_size=2, max_size=2, unique_by=str.casefold),
    st.lists(st.tuples(NAMES, st.floats(-1e6, 1e6)), min_size=1, max_size=6),
    st.sampled_from(["bar", "line", "area", "point", "arc"]),
)
def test_hostile_names_and_values_make_valid_specs(names: list[str], cells: list[tuple[str, float]], mark: str) -> None:
    data = pd.DataFrame(cells, columns=names)
    engine = engine_of(d=data)
    first, second = (field.name.replace('"', '""') for field in engine.catalogue.get("d").fields)
    request = ChartRequest(dataset="d", mark=mark, x=f'"{first}"', y=f'sum("{second}")', series=f'"{first}"')
    try:
        built = build_chart(request, engine)
    except (QueryError, InvalidArgument) as error:
        assert "negative" in error.message  # noqa: PT017
        return
    assert_valid(built)
    svg(built)
