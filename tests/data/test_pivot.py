"""Pivots hold what pandas' pivot tables hold; what a statement of the database sums up is what pandas says."""

from __future__ import annotations

import pandas as pd
import pytest

from canvas_widget.data import Engine, Filter
from canvas_widget.data.pivot import pivot_sql
from canvas_widget.errors import QueryError

from .conftest import engine_of


@pytest.mark.ledger("E7", "X3")
def test_a_pivot_is_that_of_pandas(engine: Engine, cars: pd.DataFrame) -> None:
    sql = pivot_sql(engine, "cars", ["Origin", "year(Year)"], "Cylinders", "mean(Horsepower)")
    rows = engine.run(sql).rows()
    wanted = cars.pivot_table(
        index=["Origin", cars["Year"].dt.year.rename("y")], columns="Cylinders", values="Horsepower", aggfunc="mean"
    )
    groups = cars.groupby(["Origin", cars["Year"].dt.year]).size()
    assert len(rows) == len(groups)
    for row in rows:
        for cylinders in (3, 4, 5, 6, 8):
            key = (row["Origin"], list(row.values())[1])
            cell = wanted.loc[key, cylinders] if key in wanted.index else float("nan")
            assert row[str(cylinders)] == (None if pd.isna(cell) else pytest.approx(cell, rel=1e-11))


@pytest.mark.ledger("X3")
def test_a_pivot_counts_filters_and_survives_hostile_names(engine: Engine, cars: pd.DataFrame) -> None:
    where = [Filter(field="Origin", value="USA")]
    rows = engine.run(pivot_sql(engine, "cars", ["Cylinders"], "Origin", where=where)).rows()
    assert rows == [
        {"Cylinders": n, "USA": int(((cars.Cylinders == n) & (cars.Origin == "USA")).sum())} for n in (4, 6, 8)
    ]
    odd = engine_of(t=pd.DataFrame({"a": ["x", "x", "y"], "b": ["it's", 'q"x', None], "row 1": [1, 2, 3]}))
    assert odd.run(pivot_sql(odd, "t", ["a"], "b", 'sum("row 1")')).rows() == [
        {"a": "x", "it's": 1, 'q"x': 2},
        {"a": "y", "it's": None, 'q"x': None},
    ]


@pytest.mark.parametrize(
    ("rows", "columns", "value", "words"),
    [
        (["Origin"], "Name", "count()", "more than 50 values"),
        (["Origin"], "Cylinders", "Horsepower", "need a function"),
        ([], "Cylinders", "count()", "at least one column"),
        (["Orign"], "Cylinders", "count()", "Closest match: Origin"),
        (["count()"], "Cylinders", "count()", "is a value"),
    ],
)
def test_a_pivot_that_cannot_be_says_why(engine: Engine, rows: list[str], columns: str, value: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        pivot_sql(engine, "cars", rows, columns, value)


@pytest.mark.ledger("E7")
def test_summarize_and_describe_say_what_pandas_says(engine: Engine, cars: pd.DataFrame) -> None:
    found = {row["column_name"]: row for row in engine.run("summarize cars").rows()}
    assert float(found["Horsepower"]["max"]) == cars["Horsepower"].max()
    assert float(found["Horsepower"]["avg"]) == pytest.approx(cars["Horsepower"].mean())
    assert [row["column_name"] for row in engine.run("describe cars").rows()] == list(cars.columns)


@pytest.mark.parametrize(
    "sql", ["select mpgs from cars", "select Name frm cars where", "select upper(Horsepower, 1) from cars"]
)
def test_an_error_quotes_the_users_words(engine: Engine, sql: str) -> None:
    for ask in (engine.run, engine.fields):
        with pytest.raises(QueryError) as failed:
            ask(sql)
        assert "DESCRIBE" not in failed.value.message
        assert "source" not in failed.value.message
