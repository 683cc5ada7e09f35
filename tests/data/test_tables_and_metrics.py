"""Tables keep every row's place; metrics are one number with a name and a format."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from canvas_widget.data import Engine, Filter, MetricRequest, TableRequest, build_metric, build_table
from canvas_widget.errors import CanvasError, InvalidArgument, QueryError

from .conftest import engine_of


@pytest.mark.ledger("N3", "X3")
def test_the_heaviest_cars_are_those_of_pandas_ties_broken_by_every_column(engine: Engine, cars: pd.DataFrame) -> None:
    built = build_table(TableRequest(dataset="cars", sort="-Weight_in_lbs", limit=20), engine)
    rest = [name for name in cars.columns if name != "Weight_in_lbs"]
    expected = cars.sort_values(["Weight_in_lbs", *rest], ascending=[False] + [True] * len(rest)).head(20)
    rows = built.result.rows()
    assert [row["Name"] for row in rows] == list(expected["Name"])
    assert [row["Weight_in_lbs"] for row in rows] == list(expected["Weight_in_lbs"])
    assert built.title == "20 cars with the highest weight in lbs"
    assert built.subtitle == f"20 of {len(cars)}"
    order = built.sql.split("ORDER BY ")[1]
    assert all(f'"{name}"' in order for name in cars.columns)


def test_a_table_without_a_sort_keeps_the_frames_order(engine: Engine, cars: pd.DataFrame) -> None:
    built = build_table(TableRequest(dataset="cars", columns=("Origin", "name")), engine)
    assert built.columns == ("Origin", "Name")
    assert [row["Name"] for row in built.result.rows()] == list(cars["Name"])
    assert list(built.result.rows()[0]) == ["Origin", "Name"]
    assert "ORDER BY" in built.sql


def test_a_table_sorts_by_several_columns_some_downwards(engine: Engine, cars: pd.DataFrame) -> None:
    built = build_table(
        TableRequest(dataset="cars", columns=("Name",), sort=("Origin", "-Horsepower"), limit=5), engine
    )
    expected = cars.sort_values(["Origin", "Horsepower", "Name"], ascending=[True, False, True])
    assert [row["Name"] for row in built.result.rows()] == list(expected["Name"].head(5))


def test_a_table_is_filtered(engine: Engine, cars: pd.DataFrame) -> None:
    built = build_table(TableRequest(dataset="cars", where=(Filter(field="Origin", value="Japan"),)), engine)
    assert built.result.row_count == int((cars["Origin"] == "Japan").sum())


def test_a_table_of_a_query_keeps_its_order(engine: Engine) -> None:
    sql = "select Name, Horsepower from cars order by Horsepower desc, Name limit 3"
    built = build_table(TableRequest(sql=sql), engine)
    assert built.sql == sql
    assert built.columns is None
    narrowed = build_table(TableRequest(sql=sql, columns=("Name",)), engine)
    assert [row["Name"] for row in narrowed.result.rows()] == [row["Name"] for row in built.result.rows()]
    sorted_again = build_table(TableRequest(sql=sql, sort="Name"), engine)
    names = [row["Name"] for row in sorted_again.result.rows()]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"dataset": "cars", "columns": ("Nam",)}, 'No column "Nam" in cars. Closest match: Name.'),
        ({"dataset": "cars", "sort": "-Weight"}, "Closest match: Weight_in_lbs."),
        ({"dataset": "cars", "limit": 0}, "A limit is at least 1"),
        ({"sql": "select 1 as a where false"}, "The query has no rows"),
        ({"dataset": "cars", "where": (Filter(field="Origin", value="Mars"),)}, "No row of cars meets the filter"),
    ],
)
def test_a_table_that_cannot_be_says_why(engine: Engine, request_: dict[str, Any], words: str) -> None:
    with pytest.raises((QueryError, InvalidArgument)) as failed:
        build_table(TableRequest(**request_), engine)
    assert words in failed.value.message


@pytest.mark.ledger("N3", "X3")
@pytest.mark.parametrize(
    ("value", "expected", "label", "form"),
    [
        ("count()", len, "Number of cars", ",.0f"),
        ("mean(Horsepower)", lambda cars: cars["Horsepower"].mean(), "Mean horsepower", ",.1f"),
        ("sum(Weight_in_lbs)", lambda cars: cars["Weight_in_lbs"].sum(), "Total weight in lbs", ",.0f"),
        ("distinct(Origin)", lambda cars: cars["Origin"].nunique(), "Distinct origin", ",.0f"),
        ("max(Year)", lambda cars: cars["Year"].max().isoformat(), "Highest year", None),
    ],
)
def test_a_metric_is_the_number_of_pandas(  # noqa: PLR0917
    engine: Engine, cars: pd.DataFrame, value: str, expected: Any, label: str, form: str | None
) -> None:
    built = build_metric(MetricRequest(dataset="cars", value=value), engine)
    wanted = expected(cars)
    assert built.value == (wanted if isinstance(wanted, str) else pytest.approx(wanted, rel=1e-11))
    assert (built.label, built.title) == (label, label)
    assert form is None or built.format == form


def test_a_metric_counts_when_nothing_is_said(engine: Engine, cars: pd.DataFrame) -> None:
    assert build_metric(MetricRequest(dataset="cars"), engine).value == len(cars)
    filtered = MetricRequest(dataset="cars", where=(Filter(field="Origin", value="USA"),))
    assert build_metric(filtered, engine).value == int((cars["Origin"] == "USA").sum())


def test_a_metric_of_a_query(engine: Engine, cars: pd.DataFrame) -> None:
    built = build_metric(MetricRequest(sql="select max(Horsepower) from cars"), engine)
    assert built.value == cars["Horsepower"].max()
    assert built.label == "Highest horsepower"
    named = build_metric(MetricRequest(sql="select count(*) as fast_cars from cars where Horsepower > 200"), engine)
    assert (named.label, named.value) == ("Fast cars", int((cars["Horsepower"] > 200).sum()))
    own = build_metric(MetricRequest(dataset="cars", value="mean(Horsepower)", label="Power", format=".2f"), engine)
    assert (own.label, own.format) == ("Power", ".2f")
    again = build_metric(MetricRequest.model_validate(own.request), engine)
    assert (again.sql, again.label, again.format) == (own.sql, own.label, own.format)


def test_an_empty_frame_still_counts_but_has_no_mean() -> None:
    engine = engine_of(empty=pd.DataFrame({"a": pd.Series([], dtype="float")}))
    assert build_metric(MetricRequest(dataset="empty"), engine).value == 0
    with pytest.raises(QueryError, match="Mean a has no value in empty"):
        build_metric(MetricRequest(dataset="empty", value="mean(a)"), engine)
    with pytest.raises(QueryError, match="empty has no rows"):
        build_table(TableRequest(dataset="empty"), engine)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"dataset": "cars", "value": "Horsepower"}, 'such as sum("Horsepower")'),
        ({"dataset": "cars", "value": "mean(Horse)"}, "Closest match: Horsepower."),
        ({"sql": "select Horsepower from cars"}, "more than one row"),
        ({"sql": "select 1 as a where false"}, "no row"),
        ({"dataset": "nothing"}, 'No data frame "nothing"'),
    ],
)
def test_a_metric_that_cannot_be_says_why(engine: Engine, request_: dict[str, Any], words: str) -> None:
    with pytest.raises(CanvasError) as failed:
        build_metric(MetricRequest(**request_), engine)
    assert words in failed.value.message


@pytest.mark.parametrize(
    ("values", "form"),
    [([0.5, 0.25], ".2f"), ([0.001], ".3~g"), ([3.14], ",.1f"), ([12345.6], ",.0f"), ([math.nan, 2.0], ",.1f")],
)
def test_numbers_are_as_exact_as_their_size_asks(values: list[float], form: str) -> None:
    engine = engine_of(d=pd.DataFrame({"v": values}))
    assert build_metric(MetricRequest(dataset="d", value="max(v)"), engine).format == form
