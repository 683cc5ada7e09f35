"""What is asked in words of a table that stays in PostgreSQL, without a provider: beside what pandas computes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import psycopg
import pytest

from canvas_widget.workspace import Workspace
from tests.agent.offline.asking import Asking
from tests.data.test_remote import dsn  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.ledger("X1"), pytest.mark.ledger("X6")]
MADE = """
SELECT i AS order_id, ('2023-01-01'::date + (i % 700)) AS order_date, (ARRAY['North', 'South', 'East'])[1 + i % 3] AS
region, i % 7 = 0 AS returned, (i % 90)::float8 AS revenue FROM generate_series(1, 3000) i
"""


@pytest.fixture
def ask(dsn: str) -> Iterator[Asking]:  # noqa: F811
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS orders")
        connection.execute(f"CREATE TABLE orders AS {MADE}")
        cursor = connection.execute("SELECT * FROM orders")
        names = [each.name for each in cursor.description or ()]
        asking = Asking(orders=pd.DataFrame(cursor.fetchall(), columns=names))
        asking.workspace = Workspace()
        asking.workspace.catalogue.register("orders", connection, table="orders", remote=True)
        asking.workspace.resize(1200, 900)
        yield asking


def orders(ask: Asking) -> Any:
    frame = ask.frames["orders"]
    return frame.assign(month=pd.to_datetime(frame["order_date"]).dt.to_period("M"))


def test_a_dashboard_is_drawn_in_full(ask: Asking):
    ask("dashboard of orders")
    told = {
        each.title: next(iter(ask.workspace.result_for(each.id).rows()[0].values()))
        for each in ask.workspace.document
        if each.content.kind == "metric"
    }
    assert not ask.failures
    assert told == {"Number of orders": 3000, "Total revenue": pytest.approx(orders(ask)["revenue"].sum())}
    assert sum(each.content.kind == "chart" for each in ask.workspace.document) >= 3


def test_rates_growth_and_months_are_worked_out_there(ask: Asking):
    ask("return rate by region")
    assert dict(ask.rows()) == {
        k: pytest.approx(v) for k, v in orders(ask).groupby("region")["returned"].mean().items()
    }
    ask("monthly growth of revenue")
    growth = orders(ask).groupby("month")["revenue"].sum().pct_change()
    assert [row[1] for row in ask.rows()][1:] == [pytest.approx(each) for each in growth[1:]]
    ask("number of orders by region in July")
    kept = orders(ask)[orders(ask)["month"].dt.month == 7]
    assert dict(ask.rows()) == dict(kept["region"].value_counts())
    assert not ask.failures
