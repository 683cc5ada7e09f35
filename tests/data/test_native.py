"""SQL of the model in an engine's own dialect: it means there what the engine says, and it can only read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.data import Catalogue, ChartRequest, Engine, TableRequest, build_chart, build_table
from canvas_widget.data.engines.clickhouse_sql import ClickHouse
from canvas_widget.data.engines.native_guard import native, tables_of
from canvas_widget.data.engines.postgres_sql import Postgres
from canvas_widget.data.engines.spark_sql import Spark
from canvas_widget.errors import CanvasError, QueryError, QueryRefused
from tests.data.constructs import events
from tests.data.test_remote import dsn, people, rows_of  # noqa: F401

COLUMNS = frozenset(events().columns)
ANYWHERE = (
    "DROP TABLE events", "DELETE FROM events", "UPDATE events SET id = 1", "INSERT INTO events SELECT * FROM events",
    "CREATE TABLE x AS SELECT 1", "SELECT 1; SELECT 2", "SELECT * FROM other.events", "SELECT * FROM unknown_table",
    "SELECT current_user", "SELECT version()", "SET x = 1", "EXPLAIN SELECT 1",
    "SELECT repeat('x', 100000000) FROM events",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t", "", "SELECT",
    "SELECT lpad('x', 1000000000, 'y') FROM events", "SELECT * FROM events WHERE id = $1", "SELECT secret FROM events",
)  # fmt: skip
ATTACKS: dict[str, tuple[str, ...]] = {
    "postgres": (
        "SELECT pg_sleep(10)", "SELECT pg_read_file('/etc/passwd')", "SELECT * FROM pg_shadow", "TABLE pg_authid",
        "SELECT lo_import('/etc/passwd')", "SELECT * FROM dblink('x', 'SELECT 1') AS t(a int)",
        "SELECT set_config('statement_timeout', '0', false) FROM events", "SELECT current_setting('data_directory')",
        "SELECT query_to_xml('DELETE FROM events', true, true, '')", "COPY events TO PROGRAM 'touch /tmp/x'",
        "WITH x AS (DELETE FROM events RETURNING *) SELECT * FROM x", "SELECT * INTO fresh FROM events",
        "SELECT * FROM events FOR UPDATE", "SELECT nextval('s')", "SELECT 'pg_class'::regclass FROM events",
        "SELECT * FROM generate_series(1, 1000000000)", "SELECT * FROM events TABLESAMPLE SYSTEM (1)",
        "DO $$ BEGIN END $$", "SELECT e.row_to_json FROM events e", "SELECT pg_catalog.pg_sleep(1) FROM events",
        "SELECT * FROM events, LATERAL (SELECT pg_sleep(1)) x", "SELECT pg_terminate_backend(1) FROM events",
        "SELECT count(*) FROM events WHERE pg_try_advisory_lock(1)", "SELECT * FROM ONLY pg_class",
        "SELECT * FROM ROWS FROM (generate_series(1, 3)) AS t", "VALUES (1)", "SELECT U&'\\0041' FROM pg_user",
        "SELECT * FROM events NATURAL JOIN pg_user", "SELECT xmlparse(document '<a/>')",
        "SELECT * FROM ROWS FROM (pg_ls_dir('/'))", "SELECT events.xmin FROM events",
        "SELECT to_json(events) FROM events",
        "SELECT id FROM events LIMIT (SELECT pg_sleep(1))", "SELECT id FROM events WHERE id OPERATOR(pg_catalog.=) 1",
        "SELECT * FROM events WINDOW w AS (ORDER BY pg_sleep(1))", "SELECT convert_from(name, 'utf8') FROM events",
        "SELECT string_agg(name, (SELECT pg_read_file('a'))) FROM events", "SELECT lo_get(1) FROM events",
        "SELECT $x$a$x$ || pg_read_file('x') FROM events", "SELECT tableoid, ctid FROM events",
    ),
    "clickhouse": (
        "SELECT * FROM file('/etc/passwd', 'LineAsString')", "SELECT * FROM url('http://x', 'CSV')",
        "SELECT * FROM remote('x', system.one)", "SELECT * FROM s3('x')", "SELECT * FROM system.tables",
        "SELECT sleep(3) FROM events", "SELECT file('/etc/passwd') FROM events", "SELECT * FROM numbers(100000000000)",
        "SELECT * FROM events SETTINGS max_execution_time = 0", "SELECT * FROM events INTO OUTFILE '/tmp/x'",
        "SELECT getSetting('readonly') FROM events", "SELECT dictGet('d', 'a', 1) FROM events",
        "SELECT * FROM executable('x', 'CSV', 'a Int8')", "SELECT joinGet('a', 'b', 1) FROM events",
        "SELECT * FROM events FORMAT JSON", "SELECT throwIf(1) FROM events", "SELECT hostName() FROM events",
        "SELECT arrayMap(x -> sleep(1), [1]) FROM events", "SELECT range(1000000000) FROM events",
        "SELECT _part FROM events",
        "SELECT * APPLY(sum) FROM events", "SELECT * REPLACE (file('a') AS name) FROM events", "SELECT {x:String}",
        "SELECT id FROM events PREWHERE sleep(1)", "SELECT id FROM events LIMIT 1 BY sleep(1)",
        "SELECT id FROM events ORDER BY id WITH FILL STEP 0.0000001", "SELECT * FROM merge('a', 'b')",
        "SELECT quantiles(0.5)(id) FROM events", "SELECT topK(10000000)(id) FROM events", "SELECT _path FROM events",
        "SELECT * FROM cluster('a', 'b')", "SELECT formatRow('CSV', id) FROM events", "SELECT * FROM events FINAL",
        "ALTER TABLE events DELETE WHERE 1", "SYSTEM SHUTDOWN", "KILL QUERY WHERE 1", "ATTACH TABLE x",
    ),
    "spark": (
        "SELECT java_method('java.lang.System', 'exit', 1)", "SELECT reflect('java.lang.System', 'getenv') FROM events",
        "SELECT * FROM parquet.`/etc/passwd`", "SELECT * FROM text.`/etc/passwd`", "SELECT * FROM range(100000000000)",
        "SELECT TRANSFORM (id) USING 'cat' AS (a) FROM events", "SELECT sequence(1, 1000000000) FROM events",
        "CACHE TABLE events", "ADD JAR 'x.jar'", "SELECT /*+ BROADCAST(events) */ * FROM events",
        "SELECT `${env:HOME}` FROM events", "INSERT OVERWRITE DIRECTORY '/tmp/x' SELECT * FROM events",
        "SELECT try_reflect('a', 'b') FROM events", "SELECT * FROM events LATERAL VIEW explode(array(1)) t AS c",
        "SELECT input_file_name() FROM events", "SELECT raise_error('x') FROM events", "SELECT _metadata FROM events",
        "SELECT * FROM read_files('/etc')", "SELECT current_database() FROM events",
        "SELECT ai_query('m', 'x') FROM events",
        "SELECT name RLIKE '(a+)+b' FROM events", "SELECT regexp_replace(name, '(.*)*x', '') FROM events",
        "SELECT name RLIKE name FROM events", "SELECT regexp_extract(name, '((a{1,9}){1,9})+b', 1) FROM events",
        "SELECT transform(array(1), y -> y) FROM events", "SELECT * FROM events VERSION AS OF 1",
        "SELECT inline(name) FROM events", "SELECT http_request('a') FROM events",
        "SELECT secret('a', 'b') FROM events", "SELECT name RLIKE '(a|aa)+b' FROM events",
        "SELECT * FROM events TABLESAMPLE (10 PERCENT)", "SELECT `java_method`('a') FROM events",
        "SELECT id FROM events WHERE id IN (SELECT java_method('a', 'b'))", "SELECT * FROM delta.`/etc`",
        "EXECUTE IMMEDIATE 'DROP TABLE events'", "SELECT * FROM IDENTIFIER('events')", "SELECT udf(id) FROM events",
    ),
}  # fmt: skip
DIALECTS = {"postgres": Postgres(180_000), "clickhouse": ClickHouse(), "spark": Spark()}
GOOD = {
    "postgres": "SELECT \"name\", date_trunc('month', at) AS m, avg(price) "
    "FILTER (WHERE units > 0) AS p FROM events GROUP BY 1, 2",
    "clickhouse": "SELECT name, toStartOfMonth(at) AS m, avgIf(price, units > 0) AS p FROM events GROUP BY name, m",
    "spark": "SELECT name, trunc(day, 'MM') AS m, percentile(price, 0.5) AS p FROM events GROUP BY 1, 2",
}


def read(sql: str, dialect: str) -> str:
    language = DIALECTS[dialect]
    tree, names = tables_of(sql, language)
    if set(names) - {"events"}:
        raise QueryRefused(f"There is no {names}.")
    return native(tree, language, COLUMNS, lambda name: f"real_{name}")


@pytest.mark.ledger("X6", "N3")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_only_reads_passes_and_names_the_table_of_the_engine(dialect: str) -> None:
    written = read(GOOD[dialect], dialect)
    assert "real_events" in written
    assert tables_of(written, DIALECTS[dialect])[1] == ["real_events"]


@pytest.mark.ledger("X6", "N3")
@pytest.mark.parametrize(("dialect", "attack"), [(d, a) for d in DIALECTS for a in (*ANYWHERE, *ATTACKS[d])])
def test_whatever_does_more_than_read_is_refused(dialect: str, attack: str) -> None:
    with pytest.raises((QueryRefused, QueryError)):
        read(attack, dialect)


@pytest.mark.ledger("X6", "N3")
@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
def test_a_step_opens_no_table_of_a_name_that_only_looks_like_it(dialect: str, data: st.DataObject) -> None:
    """`WITH "TOKENS" AS (…) SELECT * FROM tokens` reads the step in one engine and a table in another."""
    letters = st.sampled_from(
        ["tokens", "TOKENS", "Tokens", "to\u212aens", "\u017ftokens", "stokens", "\u0130d", "id", "t\u00f6kens"]
    )
    mark = "`" if dialect == "spark" else '"'
    step, table = (data.draw(letters) for _ in range(2))
    quoted = [f"{mark}{step}{mark}" if not step.isascii() or data.draw(st.booleans()) else step]
    quoted += [f"{mark}{table}{mark}" if not table.isascii() or data.draw(st.booleans()) else table]
    shapes = (
        "WITH {} AS (SELECT 1 AS a) SELECT * FROM {}",
        "WITH {} AS (SELECT 1 AS a) SELECT * FROM (SELECT * FROM {}) AS x",
        "WITH {} AS (SELECT 1 AS a), b AS (SELECT * FROM {}) SELECT * FROM b",
    )
    shape = data.draw(st.sampled_from(shapes))
    try:
        tree, names = tables_of(shape.format(*quoted), DIALECTS[dialect])
    except QueryRefused:
        assert quoted[0] != quoted[1]
        return
    if quoted[0] == quoted[1] or (step == table and step.isascii() and step.islower()):
        assert names == [], "it is the step itself"
        native(tree, DIALECTS[dialect], COLUMNS, lambda name: f"real_{name}")
    else:
        assert names == [table], "it is looked up among the datasets"


EXPRESSIONS = {
    "postgres": ("pg_sleep(1)", "pg_read_file('x')", "'x'::regclass", "(SELECT a FROM pg_authid)", "lo_get(1)"),
    "clickhouse": ("sleep(1)", "file('x')", "(SELECT 1 FROM system.one)", "hostName()", "dictGet('d', 'a', 1)"),
    "spark": (
        "reflect('a', 'b')",
        "java_method('a', 'b')",
        "(SELECT value FROM text.`/x`)",
        "current_user()",
        "uuid()",
    ),
}
PLACES = (
    "SELECT {} FROM events", "SELECT id FROM events WHERE {} IS NULL", "SELECT id FROM events ORDER BY {}",
    "SELECT count(*) FROM events GROUP BY {}", "SELECT count(*) FROM events HAVING {} IS NULL",
    "WITH a AS (SELECT {} AS b FROM events) SELECT b FROM a", "SELECT id FROM (SELECT {} AS id FROM events) AS x",
    "SELECT id FROM events UNION ALL SELECT {} FROM events", "SELECT CASE WHEN id > 1 THEN {} END FROM events",
    "SELECT e.id FROM events e JOIN events f ON e.id = {}", "SELECT id FROM events WHERE id IN (SELECT {} FROM events)",
    "SELECT sum(id) OVER (PARTITION BY {}) FROM events", "SELECT coalesce(id, abs({})) FROM events",
    "SELECT EXISTS(SELECT {} FROM events) FROM events", "SELECT id FROM events LIMIT {}",
    "SELECT id FROM events WHERE 'a' LIKE concat('b', {})", "SELECT cast({} AS TEXT) FROM events",
)  # fmt: skip


@pytest.mark.ledger("X6", "N3")
@given(data=st.data())
def test_an_attack_is_refused_wherever_it_hides(data: st.DataObject) -> None:
    dialect = data.draw(st.sampled_from(sorted(DIALECTS)))
    sql = data.draw(st.sampled_from(EXPRESSIONS[dialect]))
    for wrap in data.draw(st.lists(st.sampled_from(("({})", "abs({})", "coalesce(NULL, {})", "-({})")), max_size=3)):
        sql = wrap.format(sql)
    text = data.draw(st.sampled_from(PLACES)).format(sql)
    text = text.replace(" ", data.draw(st.sampled_from((" ", "\n", " /* a */ ", "\t"))))
    with pytest.raises((QueryRefused, QueryError)):
        read(text, dialect)


@pytest.mark.ledger("X6", "N3")
@given(
    text=st.text(alphabet="SELECTFROMeventsid()'\"`;-/*,.$\\{}[]@ \n1", max_size=60),
    dialect=st.sampled_from(sorted(DIALECTS)),
)
def test_any_text_is_refused_or_read_again_as_what_was_checked(text: str, dialect: str) -> None:
    try:
        written = read(f"SELECT id FROM events WHERE name = 'a' AND {text}", dialect)
    except CanvasError:
        return
    tree, names = tables_of(written, DIALECTS[dialect])
    assert set(names) <= {"real_events"}
    native(tree, DIALECTS[dialect], COLUMNS, lambda name: name)


@pytest.fixture
def postgres(dsn: str) -> Iterator[tuple[Engine, Any]]:  # noqa: F811
    with psycopg.connect(dsn, autocommit=True) as connection:
        catalogue = Catalogue(lambda: {"people": people()})
        catalogue.register("events", connection, table="events", remote=True)
        yield Engine(catalogue), connection


@pytest.mark.ledger("X6")
def test_a_chart_over_the_engines_own_sql_means_what_the_engine_says(postgres: tuple[Engine, Any]) -> None:
    engine, _ = postgres
    sql = "SELECT name, units / 7 AS sevenths, to_char(at, 'YYYY') AS y FROM events WHERE units IS NOT NULL"
    built = build_chart(ChartRequest(sql=sql, x="name", y="sum(sevenths)", sort="x"), engine)
    frame = events()
    frame = frame[frame["units"].notna()]
    wanted = {name: sum(int(int(u) / 7) for u in group) for name, group in frame.groupby("name", dropna=False)["units"]}
    found = {
        row["name"]: row["sum(sevenths)"] if "sum(sevenths)" in row else list(row.values())[-1]
        for row in built.result.rows()
    }
    assert {str(k): v for k, v in found.items() if k is not None} == {
        str(k): v for k, v in wanted.items() if isinstance(k, str)
    }
    assert dict(built.result.datasets) == {"events": 1}, "it is stale when its table is"
    table = build_table(TableRequest(sql="SELECT id, name FROM events ORDER BY id DESC LIMIT 3"), engine)
    assert [row["id"] for row in table.result.rows()] == [499, 498, 497]
    assert "events" in table.sql, "a private table is known by its name"


@pytest.mark.ledger("X6", "N3")
def test_postgresql_gives_no_table_away_that_was_not_registered(postgres: tuple[Engine, Any]) -> None:
    engine, connection = postgres
    connection.execute("DROP TABLE IF EXISTS tokens; CREATE TABLE tokens AS SELECT 'secret-4712' AS word")
    for step in ('"TOKENS"', '"to\u212aens"', '"Tokens"'):
        with pytest.raises(QueryRefused, match="everywhere as it is named"):
            engine.catalogue.query_there(f"WITH {step} AS (SELECT id FROM events) SELECT * FROM tokens")
    plain = "WITH Tokens AS (SELECT id FROM events) SELECT count(*) AS n FROM Tokens"
    assert rows_of(engine, plain) == [(500,)]


@pytest.mark.ledger("X6", "N3")
def test_postgresql_itself_holds_what_the_guard_would_let_through(postgres: tuple[Engine, Any]) -> None:
    engine, connection = postgres
    connection.execute("CREATE SEQUENCE IF NOT EXISTS numbers")
    port: Any = engine.catalogue.get("events").origin.port  # type: ignore[attr-defined]
    with pytest.raises(QueryError, match="read-only transaction"):
        port.query("SELECT nextval('numbers') AS id").fetch(["id"], 1, 10**6)
    assert rows_of(engine, 'SELECT count(*) AS n FROM "events"') == [(500,)]
    with pytest.raises(QueryError, match='column "nothing"'):
        engine.catalogue.query_there("SELECT nothing FROM events")
    with pytest.raises(QueryError, match="called a"):
        engine.catalogue.query_there("SELECT id AS a, units AS a FROM events")
    with pytest.raises(QueryError, match="PostgreSQL"):
        engine.catalogue.query_there("SELECT name FROM events WHERE id = 'x y'")
    assert engine.catalogue.query_there("SELECT * FROM people") is None
    assert engine.catalogue.query_there("SELECT * FROM people JOIN events ON name = person") is None
