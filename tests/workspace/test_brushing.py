"""Brushing over plain, joined and SQL charts: what is shown equals what pandas has of the rows that are kept."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest, TableRequest
from canvas_widget.errors import Cancelled, InvalidArgument
from canvas_widget.workspace import Workspace

N = 600


def frame(seed: int, *, odd: str = "") -> pd.DataFrame:
    """Orders; `odd` makes the values "wide" (of very different sizes), "infinite" or "huge" (beyond exact floats)."""
    rng = np.random.default_rng(seed)
    value = rng.normal(0, 100, N).round(3)
    if odd == "wide":
        value = value * 10.0 ** rng.integers(-3, 15, N)
    if odd == "infinite":
        value[rng.integers(0, N, 5)] = math.inf
    units = rng.integers(-5, 9, N)
    if odd == "huge":
        units = units * 2**54 + 1
    data = pd.DataFrame(
        {
            "amount": rng.integers(0, 400, N) / 4,
            "value": value,
            "units": units,
            "city": rng.choice(["Oslo", "it's", "北京", None], N),
            "size": pd.Categorical(rng.choice(["S", "M", None], N), ["S", "M", "XL"]),
            "paid": rng.choice([True, False], N),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400 * 24, N), "h"),
            "product": rng.choice(["p1", "p2", "p3", "gone"], N),
        }
    )
    data.loc[rng.random(N) < 0.1, "value"] = None
    return data


PRODUCTS = pd.DataFrame({"product": ["p1", "p2", "p3"], "maker": ["Acme", "Acme", "Blum"], "weight": [1.0, 2.0, 4.0]})
TAGS = pd.DataFrame({"product": ["p1", "p1", "p2"], "tag": ["new", "red", "red"]})


def board(orders: pd.DataFrame, **charts: ChartRequest | MetricRequest | TableRequest) -> Workspace:
    catalogue = Catalogue()
    for name, data in {"orders": orders, "products": PRODUCTS, "tags": TAGS}.items():
        catalogue.register(name, data)
    work = Workspace("test", 2000, 2000, catalogue=catalogue)
    for name, request in charts.items():
        {ChartRequest: work.chart, MetricRequest: work.metric, TableRequest: work.table}[type(request)](name, request)
    return work


def chart(**request: Any) -> ChartRequest:
    return ChartRequest(**({} if "sql" in request else {"dataset": "orders"}) | request)


def rows_of(work: Workspace, name: str, selection: dict[str, Any] | None) -> dict[str, list[dict[str, Any]] | None]:
    done = work.select(name, selection)
    assert [each.error for each in done.filtered if each.error] == []
    return {each.container_id: each.rows for each in done.filtered}


def agree(rows: list[dict[str, Any]] | None, keys: list[str], value: str, expected: pd.Series, empty: Any) -> None:
    """Whether each row has what pandas has of its group, or `empty` where pandas has no group."""
    assert rows is not None
    wanted = {
        tuple(None if pd.isna(each) else each for each in (key if isinstance(key, tuple) else (key,))): number
        for key, number in expected.astype(object).items()
    }
    shown = {tuple(row[key] for key in keys): row[value] for row in rows}
    assert set(wanted) <= set(shown)
    for key, number in shown.items():
        want = wanted.get(key, empty)
        if want is None or (isinstance(want, float) and not math.isfinite(want)):
            assert number is None, (key, number)
        elif isinstance(want, int):
            assert int(number) == want, key
        else:
            assert float(number) == pytest.approx(want, rel=1e-9, abs=1e-9), key


def total(values: pd.Series) -> float | None:
    """A sum as SQL has it: none of nothing."""
    present = values.dropna()
    return (
        math.fsum(present)
        if len(present) and np.isfinite(present.astype(float)).all()
        else (float(present.sum()) if len(present) else None)
    )


def average(values: pd.Series) -> float | None:
    summed = total(values)
    return None if summed is None else summed / values.count()


def whole(values: pd.Series) -> int | None:
    """An exact sum of whole numbers, however large."""
    return sum(map(int, values)) if len(values) else None


@pytest.mark.ledger("X5")
@pytest.mark.parametrize("odd", ["", "wide", "infinite", "huge"])
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000), ends=st.lists(st.integers(0, 100), min_size=2, max_size=2, unique=True))
def test_whatever_is_brushed_every_chart_shows_what_pandas_has_of_the_rows(
    odd: str, seed: int, ends: list[int]
) -> None:
    orders = frame(seed, odd=odd)
    work = board(
        orders,
        amounts=chart(mark="histogram", x="bin(amount)"),
        sums=chart(x="city", y="sum(value)"),
        means=chart(x="size", y="mean(value)", series="paid", stack="grouped"),
        counts=chart(mark="line", x="yearmonth(day)", y="count(value)"),
        units=chart(x="city", y="sum(units)", where=[{"field": "paid", "op": "=", "value": True}]),
        cities=chart(x="size", y="distinct(city)"),
        all=MetricRequest(dataset="orders", value="count()"),
    )
    wanted = sorted(ends)
    done = work.select("amounts", {"bin_amount": {"range": wanted}})
    low, high = done.selection["bin_amount"]["range"]
    kept = orders[(orders.amount >= low) & (orders.amount < high)]
    found = rows_of(work, "amounts", {"bin_amount": {"range": wanted}})
    by = {"dropna": False, "observed": True}
    agree(found["sums"], ["city"], "sum_value", kept.groupby("city", **by).value.agg(total), None)
    means = kept.groupby(["size", "paid"], **by).value.agg(
        lambda each: None if total(each) is None else total(each) / each.count()
    )
    agree(found["means"], ["size", "paid"], "mean_value", means, None)
    months = kept.day.dt.strftime("%Y-%m-01T00:00:00")
    agree(found["counts"], ["yearmonth_day"], "count_value", kept.groupby(months).value.count(), 0)
    paid = kept[kept.paid]
    agree(found["units"], ["city"], "sum_units", paid.groupby("city", **by).units.agg(whole), None)
    agree(found["cities"], ["size"], "distinct_city", kept.groupby("size", **by).city.nunique(), 0)
    assert found["all"] == [{"count": len(kept)}]


@pytest.mark.ledger("X5")
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000), picked=st.sets(st.sampled_from(["Oslo", "it's", "北京", None]), min_size=1))
def test_brushes_of_several_charts_hold_together(seed: int, picked: set[str | None]) -> None:
    orders = frame(seed)
    work = board(
        orders,
        amounts=chart(mark="histogram", x="bin(amount)"),
        cities=chart(x="city", y="sum(value)"),
        sizes=chart(x="size", y="mean(value)"),
    )
    work.select("amounts", {"bin_amount": {"range": [20, 60]}})
    found = rows_of(work, "cities", {"city": {"values": list(picked)}})
    inside = orders.city.isin([each for each in picked if each]) | (orders.city.isna() if None in picked else False)
    kept = orders[(orders.amount >= 20) & (orders.amount < 60) & inside]
    by = {"dropna": False, "observed": True}
    agree(found["sizes"], ["size"], "mean_value", kept.groupby("size", **by).value.mean(), None)
    bins = found["amounts"]
    assert bins is not None
    for row in bins:
        low, high = row["bin_amount"], row["bin_amount_end"]
        assert row["count"] == ((orders.amount >= low) & (orders.amount < high) & inside).sum()
    back = rows_of(work, "amounts", None)
    agree(back["sizes"], ["size"], "mean_value", orders[inside].groupby("size", **by).value.mean(), None)
    assert back["cities"] is None, "its own selection does not filter it"


JOIN = {"joins": [{"dataset": "products", "left": "product"}]}
BY_MAKER = "select maker, sum(value) as s from orders join products using (product) group by maker order by maker"


@pytest.mark.ledger("X5")
def test_joined_and_sql_charts_are_filtered_too() -> None:
    orders = frame(3)
    work = board(
        orders,
        amounts=chart(mark="histogram", x="bin(amount)"),
        makers=chart(x="maker", y="sum(value)", **JOIN),
        weights=chart(x="maker", y="median(weight)", **JOIN),
        sql=chart(sql=BY_MAKER),
        top=chart(sql="with s as (select city, value from orders) select city, max(value) as m from s group by 1"),
        share=chart(sql="select city, count(*) * 100.0 / (select count(*) from orders) as p from orders group by city"),
        metric=MetricRequest(sql="select avg(value) as a from orders where paid"),
        rows=TableRequest(sql="select city, amount from orders order by amount desc, city limit 5"),
        others=chart(sql="select maker, count(*) as n from products group by 1"),
    )
    built = work.brushes.built
    found = rows_of(work, "amounts", {"bin_amount": {"range": [10, 50]}})
    assert work.brushes.built > built
    kept = orders[(orders.amount >= 10) & (orders.amount < 50)]
    joined = kept.merge(PRODUCTS, on="product")
    agree(found["makers"], ["maker"], "sum_value", joined.groupby("maker").value.agg(total), None)
    agree(found["weights"], ["maker"], "median_weight", joined.groupby("maker").weight.median(), None)
    agree(found["sql"], ["maker"], "s", joined.groupby("maker").value.agg(total), None)
    agree(found["top"], ["city"], "m", kept.groupby("city", dropna=False).value.max(), None)
    agree(found["share"], ["city"], "p", kept.groupby("city", dropna=False).size() * 100 / len(kept), None)
    assert found["metric"][0]["a"] == pytest.approx(kept[kept.paid].value.mean())
    assert [row["amount"] for row in found["rows"]] == sorted(kept.amount, reverse=True)[:5]
    assert "others" not in found, "it reads other data"
    asked = []
    run = work.engine.run
    work.engine.run = lambda sql, **how: asked.append(sql) or run(sql, **how)
    rows_of(work, "amounts", {"bin_amount": {"range": [30, 80]}})
    assert not [sql for sql in asked if "sum(" in sql.lower()], "sums come from cubes"


@pytest.mark.ledger("X5")
@pytest.mark.parametrize("name", ["joined", "sql", "both"])
def test_what_is_selected_in_joined_and_sql_charts_filters_the_rows_behind_it(name: str) -> None:
    orders = frame(4)
    work = board(
        orders,
        joined=chart(x="maker", y="sum(value)", **JOIN),
        sql=chart(sql=BY_MAKER),
        both=chart(x="maker", y="count()", sql="select * from orders join products using (product)"),
        sums=chart(x="city", y="sum(value)"),
        medians=chart(x="city", y="median(value)"),
        all=MetricRequest(dataset="orders", value="count()"),
    )
    found = rows_of(work, name, {"maker": {"values": ["Acme"]}})
    kept = orders[orders["product"].isin(["p1", "p2"])]
    agree(found["sums"], ["city"], "sum_value", kept.groupby("city", dropna=False).value.agg(total), None)
    agree(found["medians"], ["city"], "median_value", kept.groupby("city", dropna=False).value.median(), None)
    assert found["all"] == [{"count": len(kept)}]
    assert all(rows is None for rows in rows_of(work, name, None).values())


@pytest.mark.ledger("X5")
def test_a_row_that_a_join_meets_twice_is_counted_once_elsewhere() -> None:
    orders = frame(5)
    work = board(
        orders,
        tags=chart(x="tag", y="count()", joins=[{"dataset": "tags", "left": "product"}]),
        sums=chart(x="city", y="sum(value)"),
        amounts=chart(mark="histogram", x="bin(amount)"),
    )
    found = rows_of(work, "tags", {"tag": {"values": ["red"]}})
    kept = orders[orders["product"].isin(["p1", "p2"])]
    agree(found["sums"], ["city"], "sum_value", kept.groupby("city", dropna=False).value.agg(total), None)
    found = rows_of(work, "tags", {"tag": {"values": ["red", "new"]}})
    agree(found["sums"], ["city"], "sum_value", kept.groupby("city", dropna=False).value.agg(total), None)
    work.select("tags", {"tag": {"values": ["new"]}})
    found = rows_of(work, "amounts", {"bin_amount": {"range": [0, 50]}})
    kept = orders[(orders["product"] == "p1") & (orders.amount < 50)]
    agree(found["sums"], ["city"], "sum_value", kept.groupby("city", dropna=False).value.agg(total), None)


HARD = "with s as (select city, value from orders) select city, sum(value) v from s group by 1"


@pytest.mark.ledger("X5")
def test_sql_whose_marks_cannot_be_traced_says_so() -> None:
    work = board(
        frame(6),
        hard=chart(sql="with s as (select city, value from orders) select city, sum(value) v from s group by 1"),
    )
    with pytest.raises(InvalidArgument, match="cannot be told from its SQL"):
        work.select("hard", {"city": {"values": ["Oslo"]}})


def by_city(kept: pd.DataFrame) -> pd.Series:
    return kept.groupby("city", dropna=False)["brush index"].agg(total)


@pytest.mark.ledger("X5")
def test_columns_named_like_ours_do_not_get_in_the_way() -> None:
    orders = frame(7).rename(columns={"value": "brush index", "units": "row position"})
    work = board(
        orders,
        amounts=chart(mark="histogram", x="bin(amount)"),
        sums=chart(x="city", y='sum("brush index")'),
        makers=chart(x="maker", y='sum("row position")', **JOIN),
    )
    found = rows_of(work, "amounts", {"bin_amount": {"range": [10, 50]}})
    kept = orders[(orders.amount >= 10) & (orders.amount < 50)]
    agree(
        found["sums"], ["city"], "sum_brush index", kept.groupby("city", dropna=False)["brush index"].agg(total), None
    )
    found = rows_of(work, "makers", {"maker": {"values": ["Blum"]}})
    kept = kept[kept["product"] == "p3"]
    agree(
        found["sums"], ["city"], "sum_brush index", kept.groupby("city", dropna=False)["brush index"].agg(total), None
    )


@pytest.mark.ledger("X5")
def test_building_the_cubes_is_told_and_can_be_given_up() -> None:
    count = 1_500_000
    rng = np.random.default_rng(1)
    orders = pd.DataFrame({"amount": rng.integers(0, 400, count) / 4, "city": rng.choice(["a", "b"], count)})
    work = board(orders, amounts=chart(mark="histogram", x="bin(amount)"), cities=chart(x="city", y="sum(amount)"))
    told: list[tuple[str, float | None]] = []
    stop = threading.Event()

    def progress(message: str, share: float | None) -> None:
        told.append((message, share))
        stop.set()

    with pytest.raises(Cancelled):
        work.select("amounts", {"bin_amount": {"range": [0, 50]}}, cancel=stop, progress=progress)
    assert told[0][0].startswith("Preparing 1 chart")
    assert 0 < told[0][1] < 1
    assert told[-1] == ("", None), "nothing is left standing"
    built = work.brushes.built
    found = rows_of(work, "amounts", {"bin_amount": {"range": [0, 50]}})
    assert work.brushes.built == built + 1, "what was given up is built when it is asked for again"
    kept = orders[orders.amount < 50].groupby("city").amount.sum()
    agree(found["cities"], ["city"], "sum_amount", kept, None)
