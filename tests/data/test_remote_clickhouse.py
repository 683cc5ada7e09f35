"""Tables that stay in ClickHouse: every construct gives there what pandas gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from canvas_widget.data import Catalogue, ChartRequest, Engine, build_chart
from canvas_widget.errors import NotFound, QueryError
from tests.data.constructs import CONSTRUCTS, Construct, alike, events, people
from tests.data.test_remote import CHARTS, rows_of

KINDS = {
    "id": "UInt32", "name": "LowCardinality(Nullable(String))", "units": "Nullable(Int32)", "flag": "Nullable(Bool)",
    "price": "Nullable(Float64)", "at": "Nullable(DateTime64(6, 'UTC'))", "day": "Nullable(Date32)",
    "person": "Nullable(String)", "weight": "Float32",
}  # fmt: skip


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from chdb.session import Session

    session = Session()
    session.query("CREATE DATABASE shop ENGINE = Atomic")
    for name, frame in (("events", events()), ("people", people())):
        columns = ", ".join(f"`{each}` {KINDS[each]}" for each in frame.columns)
        session.query(f"CREATE TABLE shop.{name} ({columns}) ENGINE = MergeTree ORDER BY tuple()")
        rows = ", ".join(f"({', '.join(map(_cell, row))})" for row in frame.itertuples(index=False))
        session.query(f"INSERT INTO shop.{name} VALUES {rows}")
    yield session
    session.close()


def _cell(value: Any) -> str:
    import pandas as pd

    if not isinstance(value, str) and pd.isna(value):
        return "NULL"
    return (
        repr(value.item() if hasattr(value, "item") else value)
        if isinstance(value, bool | int | float) or hasattr(value, "item")
        else f"'{value}'"
    )


@pytest.fixture(scope="module")
def clickhouse(session: Any) -> Engine:
    catalogue = Catalogue()
    for name in ("events", "people"):
        catalogue.register(name, session, table=f"shop.{name}", remote=True)
    return Engine(catalogue)


@pytest.fixture(scope="module")
def here() -> Engine:
    frames = {"events": events(), "people": people()}
    return Engine(Catalogue(lambda: frames))


@pytest.mark.ledger("X6")
@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda each: each.name)
def test_every_construct_gives_in_clickhouse_what_pandas_gives(clickhouse: Engine, construct: Construct) -> None:
    assert alike(rows_of(clickhouse, construct.sql), construct.expected(events())) == ""


@pytest.mark.ledger("X6")
@pytest.mark.parametrize("given", CHARTS, ids=str)
def test_charts_of_a_table_in_clickhouse_are_those_of_the_frame(
    clickhouse: Engine, here: Engine, given: dict[str, Any]
) -> None:
    request = ChartRequest(dataset="events", **given)
    there, local = build_chart(request, clickhouse), build_chart(request, here)
    assert alike(*([tuple(row.values()) for row in each.result.rows()] for each in (there, local))) == ""
    assert (there.title, there.subtitle) == (local.title, local.subtitle)


@pytest.mark.ledger("X6")
def test_what_is_not_proven_in_clickhouse_is_refused_and_what_fails_there_is_told(session: Any) -> None:
    session.query("CREATE TABLE shop.shifting (a Int32) ENGINE = MergeTree ORDER BY tuple()")
    catalogue = Catalogue()
    catalogue.register("shifting", session, table="shop.shifting", remote=True)
    engine = Engine(catalogue)
    assert engine.run('SELECT sum("a") AS s, count(*) AS n FROM "shifting"').rows() == [{"s": None, "n": 0}]
    with pytest.raises(QueryError, match="ClickHouse is not asked this: mode"):
        engine.run('SELECT mode("a") AS m FROM "shifting"')
    session.query("ALTER TABLE shop.shifting RENAME COLUMN a TO b")
    with pytest.raises(QueryError, match="ClickHouse says"):
        engine.run('SELECT sum("a") AS s FROM "shifting"')
    with pytest.raises(NotFound, match="shifting"):
        catalogue.register("other", session, table="shop.shiftin", remote=True)
