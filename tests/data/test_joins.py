"""Charts over several datasets, with conditions on rows and groups: what pandas merges and filters."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from canvas_widget.data import ChartRequest, Engine, TableRequest, build_chart, build_table
from canvas_widget.errors import InvalidArgument, QueryError

from .conftest import engine_of

ORDERS = pd.DataFrame(
    {
        "order_id": range(1, 9),
        "customer_id": [1, 1, 2, 3, 3, 3, 9, None],
        "amount": [10.0, 20.0, 5.0, 7.0, 8.0, 9.0, 100.0, 1.0],
        "name": list("abcdefgh"),
    }
)
CUSTOMERS = pd.DataFrame(
    {"customer_id": [1, 2, 3, 4], "name": ["Ann", "Bob", "Cem", "Dee"], "city_code": ["B", "B", "C", "D"]}
)
CITIES = pd.DataFrame({"code": ["B", "C"], "city": ["Bonn", "Celle"]})


@pytest.fixture
def shop() -> Engine:
    return engine_of(orders=ORDERS, customers=CUSTOMERS, cities=CITIES)


def drawn(engine: Engine, **request: Any) -> dict[Any, Any]:
    built = build_chart(ChartRequest(**{"dataset": "orders", **request}), engine)
    return {row[str(built.encoding["x"])]: row[str(built.encoding["y"])] for row in built.result.rows()}


@pytest.mark.ledger("E7")
@pytest.mark.parametrize("joins", ["customers", ["customers"], [{"dataset": "customers", "left": "customer_id"}]])
def test_a_join_is_that_of_pandas(shop: Engine, joins: Any) -> None:
    merged = ORDERS.merge(CUSTOMERS, on="customer_id", suffixes=("", ".customers"))
    expected = merged.groupby("name.customers")["amount"].sum().to_dict()
    assert drawn(shop, joins=joins, x="customers.name", y="sum(amount)") == expected


def test_joins_follow_one_another_and_may_keep_what_matches_nothing(shop: Engine) -> None:
    joins = ["customers", {"dataset": "cities", "left": "city_code", "right": "code"}]
    merged = ORDERS.merge(CUSTOMERS, on="customer_id").merge(CITIES, left_on="city_code", right_on="code")
    assert drawn(shop, joins=joins, x="city", y="sum(amount)") == merged.groupby("city")["amount"].sum().to_dict()
    left = [{"dataset": "customers", "left": "customer_id", "how": "left"}]
    kept = ORDERS.merge(CUSTOMERS, on="customer_id", how="left")
    expected = kept.groupby("city_code", dropna=False)["amount"].sum()
    found = drawn(shop, joins=left, x="city_code", y="sum(amount)")
    assert found == {key if isinstance(key, str) else None: value for key, value in expected.items()}


def test_a_join_says_so_and_reads_only_what_it_draws(shop: Engine) -> None:
    request = ChartRequest(dataset="orders", joins=["customers"], x="customers.name", y="count()")
    built = build_chart(request, shop)
    assert "joined with customers" in built.subtitle
    assert built.title == "Number of orders by name (customers)"
    assert '"amount"' not in built.sql
    assert build_chart(ChartRequest.model_validate(built.request), shop).sql == built.sql


@pytest.mark.parametrize(
    ("joins", "words"),
    [
        (["citys"], "Closest match: cities"),
        (["cities"], "They share no column"),
        ([{"dataset": "cities", "left": "nope", "right": "code"}], 'No column "nope"'),
        ([{"dataset": "cities", "left": "name", "right": "nope"}], 'No column "nope" in cities'),
        (["customers"] * 7, "at most 6"),
    ],
)
def test_a_join_that_cannot_be_says_why(shop: Engine, joins: Any, words: str) -> None:
    with pytest.raises((InvalidArgument, QueryError)) as failed:
        drawn(shop, joins=joins, x="name", y="count()")
    assert words in failed.value.message


@pytest.mark.ledger("E7")
def test_one_of_several_conditions(engine: Engine, cars: pd.DataFrame) -> None:
    either = {"any": [{"field": "Cylinders", "value": 3}, {"all": [
        {"field": "Horsepower", "op": ">", "value": 200}, {"field": "Origin", "value": "USA"}]}]}  # fmt: skip
    expected = cars[(cars["Cylinders"] == 3) | ((cars["Horsepower"] > 200) & (cars["Origin"] == "USA"))]
    found = drawn(engine, dataset="cars", x="Origin", y="count()", where=[either])
    assert found == expected["Origin"].value_counts().to_dict()
    table = build_table(TableRequest(dataset="cars", where=[either]), engine)
    assert table.result.row_count == len(expected)


@pytest.mark.ledger("E7")
def test_values_that_are_computed_themselves(engine: Engine, cars: pd.DataFrame, shop: Engine) -> None:
    above = {"field": "Horsepower", "op": ">", "value": {"of": "mean(Horsepower)"}}
    expected = cars[cars["Horsepower"] > cars["Horsepower"].mean()]["Origin"].value_counts()
    assert drawn(engine, dataset="cars", x="Origin", y="count()", where=[above]) == expected.to_dict()
    usual = {"field": "Horsepower", "op": ">", "value": {
        "of": "max(Horsepower)", "where": [{"field": "Origin", "value": "Japan"}]}}  # fmt: skip
    stronger = cars[cars["Horsepower"] > cars[cars["Origin"] == "Japan"]["Horsepower"].max()]
    assert drawn(engine, dataset="cars", x="Origin", y="count()", where=[usual]) == (
        stronger["Origin"].value_counts().to_dict()
    )
    known = {"field": "customer_id", "op": "not in", "value": {"of": "customer_id", "dataset": "customers"}}
    unknown = ORDERS[~ORDERS["customer_id"].isin(CUSTOMERS["customer_id"]) & ORDERS["customer_id"].notna()]
    assert drawn(shop, x="name", y="sum(amount)", where=[known]) == dict(
        zip(unknown["name"], unknown["amount"], strict=True)
    )


def test_computed_values_are_guarded(shop: Engine) -> None:
    for value in (
        {"of": "max(amount)", "sql": "select 1"},
        {"of": "read_csv('/etc/passwd')"},
        {"of": 3},
        {"of": "max(amount)", "dataset": "nope"},
    ):
        with pytest.raises(QueryError):
            drawn(shop, x="name", y="count()", where=[{"field": "amount", "op": "=", "value": value}])
    deep: dict[str, Any] = {"field": "amount", "value": 1}
    for _ in range(8):
        deep = {"any": [deep]}
    with pytest.raises(InvalidArgument, match="levels deep"):
        drawn(shop, x="name", y="count()", where=[deep])


@pytest.mark.ledger("E7")
def test_conditions_on_groups(engine: Engine, cars: pd.DataFrame) -> None:
    groups = cars.groupby("Cylinders")["Horsepower"].mean()
    found = drawn(
        engine,
        dataset="cars",
        x="Cylinders",
        y="count()",
        having=[{"field": "mean(Horsepower)", "op": ">", "value": 100}],
    )
    assert found == cars["Cylinders"].value_counts()[groups[groups > 100].index].to_dict()
    split = ChartRequest(dataset="cars", x="Cylinders", y="count()", series="Origin", sort="-y",
                         having=[{"field": "count()", "op": "between", "value": [50, 80]}])  # fmt: skip
    counts = cars.groupby(["Cylinders", "Origin"]).size()
    kept = counts[counts.between(50, 80)]
    rows = build_chart(split, engine).result.rows()
    assert {(row["Cylinders"], row["Origin"]): row["count"] for row in rows} == kept.to_dict()
    with pytest.raises(QueryError, match="is no value of a group"):
        drawn(engine, dataset="cars", x="Cylinders", y="count()", having=[{"field": "Origin", "value": "USA"}])


def test_a_condition_on_groups_holds_before_the_limit(engine: Engine, cars: pd.DataFrame) -> None:
    counts = cars["Cylinders"].value_counts()
    few = counts[counts < 90].head(2)
    request = ChartRequest(dataset="cars", x="Cylinders", y="count()", sort="-y", limit=2,
                           having=[{"field": "count()", "op": "<", "value": 90}])  # fmt: skip
    built = build_chart(request, engine)
    assert {row["Cylinders"]: row["count"] for row in built.result.rows()} == few.to_dict()
    assert f"2 of {len(counts[counts < 90])} groups" in built.subtitle
