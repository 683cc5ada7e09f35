"""Tables that stay in ClickHouse: every construct gives there what pandas gives."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from canvas_widget.data import Catalogue, ChartRequest, Engine, build_chart
from canvas_widget.data.engines import clickhouse_port
from canvas_widget.errors import Cancelled, NotFound, QueryError
from tests.data.brushed import brushed_as_pandas
from tests.data.constructs import CONSTRUCTS, Construct, alike, events, people
from tests.data.faults import Board
from tests.data.test_remote import CHARTS, rows_of
from waiting import until

KINDS = {
    "id": "UInt32", "name": "LowCardinality(Nullable(String))", "units": "Nullable(Int32)", "flag": "Nullable(Bool)",
    "price": "Nullable(Float64)", "at": "Nullable(DateTime64(6, 'UTC'))", "day": "Nullable(Date32)",
    "person": "Nullable(String)", "weight": "Float32",
}  # fmt: skip


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from chdb.session import Session

    session = Session()
    session.query("DROP DATABASE IF EXISTS shop")  # of a first try that left a connection open: one server per process
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


def count_of(session: Any, what: str) -> int:
    return int(str(session.query(f"SELECT count(*) FROM {what}")))


@pytest.mark.ledger("X6", "N3")
@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO shop.kept SELECT * FROM shop.kept", "ALTER TABLE shop.kept DELETE WHERE 1", "DROP TABLE shop.kept",
     "CREATE TABLE shop.copied ENGINE = Memory AS SELECT 1 AS a"],
)  # fmt: skip
def test_clickhouse_itself_writes_nothing_whatever_reaches_it(session: Any, statement: str) -> None:
    session.query("CREATE OR REPLACE TABLE shop.kept (a Int32) ENGINE = MergeTree ORDER BY a")
    session.query("INSERT INTO shop.kept VALUES (1), (2)")
    with pytest.raises(QueryError, match=r"Cannot execute query in readonly mode.*READONLY"):
        clickhouse_port.ClickHousePort(session, "shop.kept")._sent(statement)
    assert count_of(session, "shop.kept") == 2
    assert count_of(session, "system.tables WHERE name = 'copied'") == 0


@pytest.mark.ledger("X6", "N3")
@pytest.mark.parametrize(
    ("sql", "most", "nbytes", "what"),
    [
        (
            "SELECT number AS c1 FROM numbers(101)",
            100,
            10**6,
            "max rows: 100.*TOO_MANY_ROWS.*Aggregate",
        ),
        ("SELECT repeat('x', 900 + number) AS c1 FROM numbers(100)", 100, 10**4, "max bytes: 9.77 KiB.*Aggregate"),
        ("SELECT sum(sleepEachRow(0.2)) AS c1 FROM numbers(14)", 1, 10**6, "TIMEOUT_EXCEEDED"),
        ("SELECT length(groupArray(number)) AS c1 FROM numbers(100000000)", 1, 10**6, "MEMORY_LIMIT.*before joining"),
    ],
    ids=["rows", "bytes", "time", "memory"],
)
def test_clickhouse_itself_ends_what_goes_past_a_bound_and_answers_afterwards(  # noqa: PLR0917
    session: Any, clickhouse: Engine, monkeypatch: pytest.MonkeyPatch, sql: str, most: int, nbytes: int, what: str
) -> None:
    import pyarrow as pa

    if what == "TIMEOUT_EXCEEDED":  # the others are stopped by their own bound, however slow the machine is
        monkeypatch.setattr(clickhouse_port, "STATEMENT_SECONDS", 1)
    monkeypatch.setattr(clickhouse_port, "machine_memory", lambda: 100 * 2**20)
    port = clickhouse_port.ClickHousePort(session, "shop.events")
    kind = pa.string() if "repeat" in sql else pa.int64()
    with pytest.raises(QueryError, match=what):
        port.ask(sql, (), [kind], most, nbytes)
    monkeypatch.undo()
    assert rows_of(clickhouse, 'SELECT count(*) AS n FROM "events"') == [(500,)]
    fits = port.ask("SELECT number AS c1 FROM numbers(100)", (), [pa.int64()], 100, 10**6)
    assert fits["c1"].to_pylist() == list(range(100)), "a result as large as asked for is whole"


@pytest.mark.ledger("X6")
def test_clickhouse_tells_what_a_query_will_read(session: Any) -> None:
    session.query("CREATE TABLE shop.many (a Int64) ENGINE = MergeTree ORDER BY a")
    session.query("INSERT INTO shop.many SELECT number FROM numbers(100000)")
    port = clickhouse_port.ClickHousePort(session, "shop.many")
    assert port.cost(f"SELECT sum(k1) FROM {port.relation()}").rows == 100_000
    narrowed = port.cost(f"SELECT sum(k1) FROM {port.relation()} WHERE k1 < 100").rows
    assert narrowed is not None
    assert narrowed < 100_000, "by its primary key"
    assert port.cost("SELECT 1").rows is None


@pytest.mark.ledger("X6", "N3")
def test_a_query_in_clickhouses_own_sql_runs_under_its_bounds(
    clickhouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "SELECT toYear(at) AS y, intDiv(sum(units), 7) AS s FROM events WHERE at IS NOT NULL GROUP BY y ORDER BY y"
    frame = events().dropna(subset=["at"])
    wanted = [(int(y), int(int(group.sum()) / 7)) for y, group in frame.groupby(frame["at"].dt.year)["units"]]
    assert rows_of(clickhouse, clickhouse.native_sql(sql)) == wanted
    monkeypatch.setattr(clickhouse_port, "STATEMENT_SECONDS", 1)
    slow = "SELECT count(*) AS n FROM events a, events b, events c, events d WHERE a.id + b.id + c.id + d.id = 7"
    with pytest.raises(QueryError, match="TIMEOUT_EXCEEDED"):
        rows_of(clickhouse, clickhouse.native_sql(slow))


@pytest.mark.ledger("X5", "X6")
def test_brushing_in_clickhouse_is_by_cubes_built_there(clickhouse: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = clickhouse_port.ClickHousePort.ask
    monkeypatch.setattr(
        clickhouse_port.ClickHousePort, "ask", lambda port, sql, *given: (asked.append(sql), ask(port, sql, *given))[1]
    )
    brushed_as_pandas(clickhouse.catalogue, asked)


@pytest.mark.ledger("X6")
def test_a_stopped_query_ends_in_clickhouse_too_and_the_next_one_runs(session: Any, clickhouse: Engine) -> None:
    running = "SELECT count() FROM system.processes WHERE startsWith(Settings['log_comment'], 'canvas-')"
    stop, ended = threading.Event(), []
    slow = "SELECT count(*) AS n FROM events a, events b, events c, events d WHERE a.id + b.id + c.id + d.id = 7"

    def ask() -> None:
        try:
            clickhouse.run(clickhouse.native_sql(slow), cancel=stop)
        except BaseException as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    other = type(session)()
    try:
        until(lambda: int(str(other.query(running))) == 1)
        stop.set()
        until(lambda: ended)
        asking.join()
        assert isinstance(ended[0], Cancelled)
        until(lambda: int(str(other.query(running))) == 0)
    finally:
        other.close()
    assert rows_of(clickhouse, 'SELECT count(*) AS n FROM "events"') == [(500,)]


@pytest.mark.ledger("X6")
def test_faults_of_clickhouse_are_told_on_their_container_and_the_others_live(session: Any) -> None:
    mine = type(session)()  # a connection of its own to the same database
    mine.query("CREATE OR REPLACE TABLE shop.faulty (a Int64, b Int64) ENGINE = MergeTree ORDER BY tuple()")
    mine.query("INSERT INTO shop.faulty SELECT number, number FROM numbers(10000)")
    board = Board(mine, "a", table="shop.faulty", remote=True)
    session.query("ALTER TABLE shop.faulty RENAME COLUMN a TO c")
    assert '"a"' in board.refused()
    session.query("ALTER TABLE shop.faulty RENAME COLUMN c TO a")
    board.mended()
    slow = "SELECT count(*) AS n FROM there x, there y, there z WHERE x.a + y.a + z.a = 7"
    ended: list[BaseException] = []

    def ask() -> None:
        try:
            board.work.query(board.work.engine.native_sql(slow))
        except BaseException as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    # One request is several queries: its columns, its cost, its rows. The rows are in the middle of their work.
    ours = "startsWith(Settings['log_comment'], 'canvas-') AND query LIKE '%faulty%' AND elapsed > 1"
    rows = f"{ours} AND query NOT LIKE 'DESCRIBE%' AND query NOT LIKE '%EXPLAIN%'"

    def ended_by_a_kill() -> bool:
        session.query(f"KILL QUERY WHERE {rows} ASYNC")
        return not asking.is_alive()

    until(ended_by_a_kill)
    assert isinstance(ended[0], QueryError)
    assert "ClickHouse says: Code: 394" in ended[0].message
    board.mended()
    session.query("DROP TABLE shop.faulty")
    assert 'No table "shop.faulty"' in board.refused()
    mine.close()
    assert "cannot be read: ClickHouse says" in board.refused()


@pytest.mark.ledger("X6")
def test_a_query_that_ends_before_it_tells_its_columns_is_no_empty_table(
    session: Any, clickhouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = clickhouse_port.ClickHousePort._sent
    monkeypatch.setattr(
        clickhouse_port.ClickHousePort,
        "_sent",
        lambda port, sql, *bounds: sent(port, sql, *bounds).slice(0, 0),
    )
    with pytest.raises(QueryError, match="stopped it before it told its columns"):
        clickhouse.run(clickhouse.native_sql("SELECT count(*) AS n FROM events"))


@pytest.mark.ledger("X6")
def test_types_of_clickhouse_that_arrow_lacks_are_shown_as_text(session: Any) -> None:
    session.query(
        "CREATE TABLE shop.odd ENGINE = Memory AS SELECT [1, 2] AS a, map('k', 1) AS m, (1, 'x') AS t, "
        "toUUID('00000000-0000-0000-0000-000000000001') AS u, toIPv4('10.0.0.1') AS i, toInt256(7) AS w, "
        "CAST('b' AS Enum8('a' = 1, 'b' = 2)) AS e, toDateTime('2024-03-01 12:00:00', 'America/Sao_Paulo') AS z"
    )
    catalogue = Catalogue()
    catalogue.register("odd", session, table="shop.odd", remote=True)
    assert Engine(catalogue).run('SELECT * FROM "odd"').rows() == [
        {
            "a": "[1,2]", "m": "{'k':1}", "t": "(1,'x')", "u": "00000000-0000-0000-0000-000000000001", "i": "10.0.0.1",
            "w": "7", "e": "b", "z": "2024-03-01 12:00:00",
        }
    ]  # fmt: skip
