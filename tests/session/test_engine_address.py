"""A database named in the settings: its tables are registered without a connection in the notebook."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import psycopg
import pytest

from canvas_widget.data.engines.connect import connected
from canvas_widget.errors import CanvasError, InvalidArgument, QueryError
from canvas_widget.notebook.datasets import Datasets
from canvas_widget.workspace import Workspace
from tests.data.test_remote import dsn  # noqa: F401  (a fixture)

pytestmark = pytest.mark.ledger("X6")


def test_a_table_of_postgresql_is_read_where_it_is(dsn: str, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("DROP TABLE IF EXISTS parcels")
        admin.execute("CREATE TABLE parcels AS SELECT i AS id, i % 4 AS lane FROM generate_series(1, 50) i")
    monkeypatch.setenv("CANVAS_WIDGET_DATA_URL", dsn)
    workspace = Workspace()
    dataset = Datasets(workspace).register("parcels")
    assert type(dataset.origin).__name__ == "RemoteOrigin"
    found = workspace.engine.run("SELECT lane, count(*) AS n FROM parcels GROUP BY 1 ORDER BY 1").rows()
    expected = pd.Series([i % 4 for i in range(1, 51)]).value_counts().sort_index()
    assert {row["lane"]: row["n"] for row in found} == dict(expected)


def test_that_connection_is_opened_once_and_only_reads(dsn: str):  # noqa: F811
    assert connected(dsn) is connected(dsn)
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connected(dsn).execute("CREATE TABLE mine (id int)")


def test_a_file_of_duckdb_is_opened_for_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE sold AS SELECT range AS id, range % 3 AS kind FROM range(30)")
    monkeypatch.setenv("CANVAS_WIDGET_DATA_URL", f"duckdb:///{path}")
    workspace = Workspace()
    Datasets(workspace).register("what was sold", table="sold")
    (row,) = workspace.engine.run('SELECT count(*) AS n, sum(id) AS s FROM "what was sold"').rows()
    assert (row["n"], row["s"]) == (30, sum(range(30)))
    with pytest.raises(duckdb.Error):
        connected(f"duckdb:///{path}").execute("CREATE TABLE mine (id int)")


def test_without_an_address_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CANVAS_WIDGET_DATA_URL", raising=False)
    with pytest.raises(InvalidArgument, match="set CANVAS_WIDGET_DATA_URL to postgresql://"):
        Datasets(Workspace()).register("parcels")


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("postgresql://canvas:hunter2secret@127.0.0.1:1/none", QueryError),
        ("mysql://canvas:hunter2secret@127.0.0.1/none", InvalidArgument),
        ("duckdb:///hunter2secret/none.duckdb", QueryError),
        ("hunter2secret", InvalidArgument),
    ],
)
def test_no_message_holds_the_password(address: str, error: type[CanvasError], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CANVAS_WIDGET_DATA_URL", address)
    with pytest.raises(error) as raised:
        Datasets(Workspace()).register("parcels")
    if not address.startswith("duckdb"):  # a path is no secret
        assert "hunter2" not in str(raised.value)
