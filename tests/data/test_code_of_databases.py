"""The code of charts over a database: it reads through the connection that is the user's, and says so where none is."""

from __future__ import annotations

import warnings
from typing import Any

import psycopg
import pytest

from canvas_widget.data import Catalogue, ChartRequest, MetricRequest, TableRequest
from canvas_widget.workspace import Workspace
from tests.data.constructs import events
from tests.data.test_remote import dsn  # noqa: F401  (a fixture)


@pytest.mark.ledger("X3", "X6", "X7")
def test_the_code_reads_postgresql_through_the_connection_of_the_user(dsn: str) -> None:  # noqa: F811
    frame = events()
    with psycopg.connect(dsn, autocommit=True) as connection:
        variables: dict[str, Any] = {"shop": connection}
        work = Workspace("code", 2_000, 2_000, catalogue=Catalogue(lambda: variables))
        work.catalogue.register("fetched", connection, table="public.events")
        work.catalogue.register("there", connection, table="events", remote=True)
        work.metric("total", MetricRequest(dataset="fetched", value="sum(units)"))
        work.chart("flags", ChartRequest(dataset="there", x="flag", y="count()"))
        work.table("theirs", TableRequest(sql="select name, sum(units) as u from there group by name order by name"))
        made = dict(variables)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas would rather be given an SQLAlchemy engine
            exec(compile(work.code().python, "code", "exec"), made)
        assert made["total"].iloc[0, 0] == frame.units.sum()
        assert len(made["flags"]) == len(work.result_for("flags").rows())
        assert made["flags"]["count"].sum() == work.result_for("flags").table["count"].to_pandas().sum()
        held = [(row["name"], row["u"]) for row in work.result_for("theirs").rows()]
        shown = made["theirs"].astype(object).where(made["theirs"].notna(), None)
        assert list(shown.itertuples(index=False, name=None)) == held
        assert dict(held) == frame.groupby("name").units.sum(min_count=1).to_dict() | dict.fromkeys(
            [name for name, _ in held if name is None], frame[frame.name.isna()].units.sum()
        )
        variables.clear()
        lines = work.code().python.splitlines()
        assert any(line.startswith("# Register fetched of your database here") for line in lines)
