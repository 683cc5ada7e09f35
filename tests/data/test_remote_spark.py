"""Tables that stay in Spark, on a cluster of two workers: every construct gives there what pandas gives."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import spark as cluster
from canvas_widget.data import Catalogue, ChartRequest, Engine, build_chart, telling
from canvas_widget.data.engines import remote
from canvas_widget.data.engines.spark_port import SparkPort, scanned
from canvas_widget.data.engines.spark_sql import Spark
from canvas_widget.errors import Cancelled, NotFound, QueryError, QueryRefused
from tests.data.brushed import brushed_as_pandas
from tests.data.constructs import CONSTRUCTS, Construct, alike, events, people
from tests.data.faults import Board
from tests.data.test_remote import CHARTS, rows_of
from waiting import until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def session(folder: Path) -> Iterator[Any]:
    for name, frame in (("events", events()), ("people", people())):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        places = [table.schema.get_field_index(each) for each in ("at",) if each in table.column_names]
        for place in places:
            table = table.set_column(place, "at", table.column(place).cast(pa.timestamp("us")))
        (folder / name).mkdir()
        for part in range(3):
            rows = table.filter(pa.array([n % 3 == part for n in range(table.num_rows)]))
            pq.write_table(rows, folder / name / f"{part}.parquet")
    session = cluster.session(folder)
    try:
        yield session
    finally:
        session.stop()


@pytest.fixture(scope="module")
def spark(session: Any, folder: Path) -> Engine:
    catalogue = Catalogue()
    for name in ("events", "people"):
        catalogue.register(name, session.read.parquet(str(folder / name)))
    return Engine(catalogue, timeout=600)


@pytest.fixture(scope="module")
def here() -> Engine:
    frames = {"events": events(), "people": people()}
    return Engine(Catalogue(lambda: frames))


@pytest.mark.ledger("X6")
@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda each: each.name)
def test_every_construct_gives_in_spark_what_pandas_gives(spark: Engine, construct: Construct) -> None:
    assert alike(rows_of(spark, construct.sql), construct.expected(events())) == ""


@pytest.mark.ledger("X6")
@pytest.mark.parametrize("given", CHARTS, ids=str)
def test_charts_of_a_table_in_spark_are_those_of_the_frame(spark: Engine, here: Engine, given: dict[str, Any]) -> None:
    request = ChartRequest(dataset="events", **given)
    there, local = build_chart(request, spark), build_chart(request, here)
    assert alike(*([tuple(row.values()) for row in each.result.rows()] for each in (there, local))) == ""
    assert (there.title, there.subtitle) == (local.title, local.subtitle)


@pytest.mark.ledger("X6")
def test_the_workers_of_the_cluster_do_the_work_and_only_results_travel(
    session: Any, spark: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker = session.sparkContext._jsc.sc().statusTracker()
    until(lambda: len({each.port() for each in tracker.getExecutorInfos()}) == 3)  # a driver and two workers
    received: list[int] = []
    ask = SparkPort.ask

    def counted(port: SparkPort, *given: Any) -> Any:
        table = ask(port, *given)
        received.append(table.num_rows)
        return table

    monkeypatch.setattr(SparkPort, "ask", counted)
    monkeypatch.setattr(SparkPort, "fetch", None)
    result = spark.run('SELECT "name", count(*) AS n FROM "events" GROUP BY 1')
    assert received == [result.row_count] == [11]
    assert spark.run('SELECT "id" FROM "events"', limit=20).truncated
    assert received[-1] == 21
    assert session.catalog.listTables() == [], "no view is left behind"


@pytest.mark.ledger("X6")
def test_the_answer_does_not_hang_on_settings_of_the_session(session: Any, spark: Engine) -> None:
    odd = {
        "spark.sql.ansi.enabled": "false", "spark.sql.parser.escapedStringLiterals": "true",
        "spark.sql.ansi.doubleQuotedIdentifiers": "true", "spark.sql.session.timeZone": "Pacific/Apia",
    }  # fmt: skip
    before = {name: session.conf.get(name, None) for name in odd}
    try:
        for name, value in odd.items():
            session.conf.set(name, value)
        for construct in CONSTRUCTS:
            if construct.name in {
                "sums past 64 bits", "division by zero", "integer division, remainder, division", "filter by text",
                "time unit day", "time unit hour", "cast of times to text",
            }:  # fmt: skip
                assert alike(rows_of(spark, construct.sql), construct.expected(events())) == "", construct.name
    finally:
        for name, value in before.items():
            session.conf.unset(name) if value is None else session.conf.set(name, value)


@pytest.mark.ledger("X6")
@pytest.mark.parametrize("text", ["it's", "back\\slash", "\\' OR 1=1 --", "${env:HOME}", "new\nline", "漢字", "a`b{c}"])
def test_a_text_is_a_text_whatever_it_holds(spark: Engine, text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert rows_of(spark, f'SELECT {quoted} AS t FROM "people" LIMIT 1') == [(text,)]


@pytest.mark.ledger("X6")
def test_letters_become_small_as_they_do_here(spark: Engine, here: Engine) -> None:
    for word in ("ΟΔΟΣ", "İSTANBUL", "ÅÉß"):
        sql = f"SELECT lower('{word}') AS t FROM \"people\" LIMIT 1"
        assert rows_of(spark, sql) == rows_of(here, sql)


@pytest.mark.ledger("X6", "N3")
def test_sql_in_the_words_of_spark_means_what_spark_says(spark: Engine) -> None:
    sql = "SELECT name, percentile(price, 0.5) AS p, '${env:HOME}' AS t FROM events WHERE units div 7 > 1 GROUP BY name"
    found = {name: (p, t) for name, p, t in rows_of(spark, spark.native_sql(sql))}
    frame = events()
    wanted = frame[(frame["units"] / 7).fillna(0) >= 2].groupby("name", dropna=False)["price"].median()
    assert {name: p for name, (p, _) in found.items() if name} == pytest.approx(
        {name: p for name, p in wanted.items() if isinstance(name, str) and name}
    )
    assert {t for _, t in found.values()} == {"${env:HOME}"}
    with pytest.raises(QueryRefused, match="reflect"):
        spark.native_sql("SELECT reflect('java.lang.System', 'getenv') FROM events")


@pytest.mark.ledger("X6")
def test_types_that_have_no_like_here_arrive_as_text_and_times_as_the_session_shows_them(session: Any) -> None:
    frame = session.sql(
        "SELECT array(1, 2) AS a, map('k', 1) AS m, struct(1 AS x) AS s, parse_json('{\"a\": 1}') AS v, X'00ff' AS b, "
        "INTERVAL '1' DAY AS i, CAST(1.25 AS DECIMAL(20, 3)) AS d, CAST(1 AS TINYINT) AS t, NULL AS nothing, "
        "TIMESTAMP '2024-03-01 23:30:00 America/Sao_Paulo' AS at"
    )
    catalogue = Catalogue()
    catalogue.register("odd", frame)
    dataset = catalogue.get("odd")
    kinds = {field.name: field.type for field in dataset.fields}
    assert {name: kind for name, kind in kinds.items() if kind != "string"} == {
        "d": "number", "t": "integer", "at": "datetime",
    }  # fmt: skip
    row = Engine(catalogue, timeout=600).run('SELECT * FROM "odd"').rows()[0]
    assert (row["b"], row["v"], row["t"], row["nothing"]) == ("00FF", '{"a":1}', 1, None)
    assert str(row["at"]).startswith("2024-03-01T23:30") or "23:30" in str(row["at"])
    assert all(isinstance(row[name], str) for name in "amsi")


@pytest.mark.ledger("X6")
@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ('SELECT median("name") FROM "events"', "median"),
        ('SELECT list("id") FROM "events"', "list"),
        ('SELECT regexp_matches("name", \'a+\') AS a FROM "events"', "regexp_matches"),
        ('SELECT CAST("price" AS VARCHAR) AS a FROM "events"', "cast of float to text"),
        ('SELECT sum("units") OVER (ORDER BY "id" ROWS 3 PRECEDING) AS a FROM "events"', "frame of its own"),
    ],
)
def test_what_is_not_proven_is_refused_with_the_reason(spark: Engine, sql: str, what: str) -> None:
    with pytest.raises(QueryError, match=what) as refused:
        spark.run(sql)
    assert "median" in what or "Spark" in refused.value.message


@pytest.mark.ledger("X6")
def test_the_profile_comes_from_spark_and_is_that_of_the_frame(spark: Engine, here: Engine) -> None:
    names = ["name", "price", "at"]
    found, wanted = (each.catalogue.get("events").profile(names) for each in (spark, here))
    for one, other in zip(found, wanted, strict=True):
        assert (one.name, one.min, one.max, one.distinct, one.nulls, one.values) == (
            other.name, other.min, other.max, other.distinct, other.nulls, other.values,
        )  # fmt: skip


@pytest.mark.ledger("X5", "X6")
def test_brushing_in_spark_is_by_cubes_built_there(spark: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = SparkPort.ask
    monkeypatch.setattr(SparkPort, "ask", lambda port, sql, *given: (asked.append(sql), ask(port, sql, *given))[1])
    brushed_as_pandas(spark.catalogue, asked)


def slow(session: Any) -> Any:
    """A table that takes minutes to read."""
    return session.range(0, 10**12, 1, 4).selectExpr("id", "hash(id) AS h")


@pytest.mark.ledger("X6")
def test_a_query_is_followed_and_cancelled_by_its_job_group_and_no_other_is(session: Any, folder: Path) -> None:
    catalogue = Catalogue()
    catalogue.register("slow", slow(session))
    catalogue.register("people", session.read.parquet(str(folder / "people")))
    engine = Engine(catalogue, timeout=600)
    port: Any = catalogue.get("slow").origin.port  # type: ignore[attr-defined]
    stop, ended = threading.Event(), []
    told: list[tuple[str, float | None]] = []

    def ask() -> None:
        try:
            with telling(lambda *each: told.append(each)):
                engine.run('SELECT max("h") AS n FROM "slow"', cancel=stop)
        except BaseException as error:
            ended.append(error)

    context = session.sparkContext
    context.setJobGroup("mine", "the user's own")
    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: (port.progress() or (0, 0))[1] >= 4)
    until(lambda: len(told) > 1)
    assert re.fullmatch(r"Spark reads (about [\d,]+ rows, )?[\d,.]+ MiB", told[0][0]), (
        "what it will cost, before it runs"
    )
    assert re.fullmatch(r"Spark: \d+ of \d+ tasks are done", told[1][0])
    assert 0 <= (told[1][1] or 0) <= 1
    port.interrupt(-1)
    assert port.progress() is not None, "what another thread waits for is left alone"
    stop.set()
    until(lambda: ended)
    asking.join()
    assert isinstance(ended[0], Cancelled)
    assert told[-1] == ("", None)
    until(lambda: not context.statusTracker().getActiveJobsIds())
    assert rows_of(engine, 'SELECT count(*) AS n FROM "people"') == [(5,)]
    assert context.getLocalProperty("spark.jobGroup.id") == "mine"
    context.setLocalProperty("spark.jobGroup.id", None)


@pytest.mark.ledger("X6")
def test_spark_tells_what_a_query_will_read(spark: Engine, session: Any) -> None:
    port: Any = spark.catalogue.get("events").origin.port  # type: ignore[attr-defined]
    cost = port.cost(f"SELECT count(*) FROM {port.relation()}")
    assert cost.nbytes
    assert cost.rows is None
    catalogue = Catalogue()
    catalogue.register("numbers", session.range(1234))
    assert catalogue.get("numbers").origin.port.estimate() == 1230, "to three digits"  # type: ignore[attr-defined]
    assert str(scanned("Relation [x], Statistics(sizeInBytes=8.0 EiB)\n== Physical Plan ==")) == "unknown"


@pytest.mark.ledger("X6")
def test_a_table_by_name_a_changed_schema_and_lost_files(session: Any, folder: Path) -> None:
    session.sql("CREATE TABLE shifting USING parquet AS SELECT 1 AS a, 'x' AS b")
    catalogue = Catalogue()
    with pytest.raises(NotFound, match="shifting"):
        catalogue.register("shifting", session, table="shiftin")
    catalogue.register("shifting", session, table="shifting")
    engine = Engine(catalogue, timeout=600)
    assert rows_of(engine, 'SELECT count("a") AS n FROM "shifting"') == [(1,)]
    session.sql("DROP TABLE shifting")
    session.sql("CREATE TABLE shifting USING parquet AS SELECT 1 AS c, 'x' AS b")
    with pytest.raises(QueryError, match="Spark says"):
        rows_of(engine, 'SELECT count("a") AS n FROM "shifting"')
    catalogue.renew(["shifting"])
    assert rows_of(engine, 'SELECT count("c") AS n FROM "shifting"') == [(1,)]
    board = Board(session, "c", table="shifting")
    session.sql("DROP TABLE shifting")
    assert 'No table "shifting"' in board.refused()
    session.sql("CREATE TABLE shifting USING parquet AS SELECT 1 AS c, 'x' AS b")
    board.mended()
    session.sql("DROP TABLE shifting")


@pytest.mark.ledger("X6")
def test_spark_and_a_frame_are_joined_here_below_a_size(
    session: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = {"people": people()}
    catalogue = Catalogue(lambda: frames)
    catalogue.register("events", session.read.parquet(str(folder / "events")))
    engine = Engine(catalogue, timeout=600)
    sql = 'SELECT count(*) AS n FROM "events" JOIN "people" ON "name" = "person"'
    wanted = len(events().dropna(subset=["name"]).merge(people(), left_on="name", right_on="person"))
    assert engine.run(sql).rows() == [{"n": wanted}]
    monkeypatch.setattr(remote, "CROSS_ROWS", 100)
    with pytest.raises(QueryError, match="more than 100 rows"):
        engine.run(sql)


@pytest.mark.ledger("X6")
def test_a_java_without_the_vector_module_starts_by_a_wrapper(tmp_path: Path) -> None:
    import subprocess

    home = cluster.wrapped(tmp_path)
    said = subprocess.run(
        [str(home / "bin" / "java"), "--add-modules=jdk.incubator.vector", "-version"],
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert 'version "21' in said.stderr


@pytest.mark.ledger("X6")
def test_a_stopped_session_says_so_and_the_other_containers_live(session: Any, folder: Path) -> None:
    """The last test: it ends the cluster, and the first query is on it when it ends."""
    frames = {"mine": pd.DataFrame({"a": [1, 2]})}
    catalogue = Catalogue(lambda: frames)
    catalogue.register("slow", slow(session))
    catalogue.register("events", session.read.parquet(str(folder / "events")))
    engine = Engine(catalogue, timeout=600)
    port: Any = catalogue.get("slow").origin.port  # type: ignore[attr-defined]
    ended: list[BaseException] = []

    def ask() -> None:
        try:
            engine.run('SELECT max("h") AS n FROM "slow"')
        except BaseException as error:
            ended.append(error)

    board = Board(session.read.parquet(str(folder / "events")), "name")
    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: port.progress() is not None)
    session.stop()
    until(lambda: ended)
    asking.join()
    assert isinstance(ended[0], QueryError)
    assert "Spark" in ended[0].message
    with pytest.raises(QueryError, match="was stopped"):
        engine.run('SELECT count(*) AS n FROM "events"')
    assert engine.run('SELECT sum("a") AS s FROM "mine"').rows() == [{"s": 3}]
    assert "its Spark session was stopped" in board.refused()
    assert Spark.title == "Spark"
