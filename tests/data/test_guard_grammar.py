"""Every function of the database, in every place of a statement: what is not allow-listed is refused, and nothing that
is let through opens a file, reaches an address, sees a variable or writes.
"""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canvas_widget.data import Catalogue, Engine
from canvas_widget.data.guards.functions import AGGREGATES, OPERATORS, SCALARS, TABLE_FUNCTIONS, WINDOWS
from canvas_widget.errors import CanvasError, QueryError

from .watch import Watch

WORD = "canary-4712"
SECRET = "secret-4712"
CARS = pd.DataFrame({"name": ["ford", "audi", None], "power": [100, 80, 60]})


def catalogue() -> list[tuple[str, str, int]]:
    """(name, kind, parameters) of each function the database has, every overload."""
    rows = duckdb.connect().execute(
        "select distinct function_name, function_type, len(parameters) from duckdb_functions() order by all"
    )
    return [(str(name), str(kind), int(count or 0)) for name, kind, count in rows.fetchall()]


CATALOGUE = catalogue()
HARMLESS = {"range", "generate_series", "unnest"}
NEVER = set(
    "repeat levenshtein damerau_levenshtein list_transform list_filter list_reduce list_resize getvariable getenv "
    "current_setting nextval setval write_log sleep_ms pg_sleep json_execute_serialized_sql json_serialize_plan bar "
    "query query_table error parse_path current_query version invoke st_asgeojson".split()
)
TABLES = sorted({name for name, kind, _ in CATALOGUE if kind in {"table", "table_macro", "pragma"}} - HARMLESS)
BOTH = {name for name in TABLES if name in AGGREGATES}
VALUES = sorted(
    {name for name, kind, _ in CATALOGUE if kind not in {"table", "table_macro", "pragma"}}
    - (SCALARS | AGGREGATES | WINDOWS | OPERATORS)
)
MOST = {name: max(count for each, _, count in CATALOGUE if each == name) for name in {*TABLES, *VALUES}}
ALLOWED = sorted(name for name in SCALARS | AGGREGATES if name.isidentifier() and name in {row[0] for row in CATALOGUE})


class Cage:
    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        frames = {"cars": CARS, "_hidden": pd.DataFrame({"word": [SECRET]})}
        self.engine = Engine(Catalogue(lambda: frames), memory_limit="500MB", timeout=10)
        self.engine.run("select * from cars")
        self.watch.touched()

    def assert_untouched(self, statement: str) -> None:
        assert self.watch.touched() == set(), statement


@pytest.fixture(scope="module")
def cage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cage]:
    watch = Watch(tmp_path_factory.mktemp("cage"), WORD)
    yield Cage(watch)
    watch.close()


def call(name: str, arguments: list[str]) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"{quoted}({', '.join(arguments)})"


@pytest.mark.ledger("N3")
def test_the_lists_hold_nothing_that_was_found_to_do_harm() -> None:
    assert TABLE_FUNCTIONS == HARMLESS
    assert not NEVER & (SCALARS | AGGREGATES | WINDOWS | OPERATORS)


BOUNDS = [
    ("select range(0, {})", 5_000, "more than 5,000 values"),
    ("select lpad('x', {}, 'y')", 1_000, "at most 1,000"),
    ("select regexp_matches('x', 'a{{{}}}')", 100, "more than 100 times"),
    ("select regexp_replace('x', '(a{{10}}){{{}}}', '')", 10, "more than 100 times"),
    ("select reservoir_quantile(range, 0.5, {}) from range(9)", 1_000_000, "at most 1,000,000"),
]


@pytest.mark.ledger("N3", "X3")
@pytest.mark.parametrize(("statement", "most", "words"), BOUNDS)
def test_what_cannot_be_interrupted_is_bounded_and_usable_up_to_there(
    cage: Cage, statement: str, most: int, words: str
) -> None:
    assert cage.engine.run(statement.format(most)).row_count == 1
    with pytest.raises(QueryError, match=words):
        cage.engine.guard(statement.format(most + 1))


def test_the_watch_sees_a_read_a_write_and_a_connection(tmp_path: Any) -> None:
    import socket

    watch = Watch(tmp_path, WORD)
    assert watch.touched() == set()
    connection = duckdb.connect()
    connection.execute(f"select * from '{watch.file}'").fetchall()
    assert any(name.startswith("canary.csv") for name in watch.touched()), "a read by the database itself"
    connection.execute(f"copy (select 1) to '{watch.out}'")
    assert any(name.startswith("out.csv") for name in watch.touched())
    port = int(watch.url.split(":")[2].split("/")[0])
    socket.create_connection(("127.0.0.1", port)).close()
    assert "port" in watch.touched()
    watch.close()


@pytest.mark.ledger("N3", "X3")
def test_every_function_that_is_not_allowed_is_refused_in_every_place(cage: Cage, soak: bool) -> None:
    assert len(TABLES) > 100
    assert len(VALUES) > 500
    tried = 0
    for number, name in enumerate(TABLES + VALUES):
        path = f"'{cage.watch.file}'"
        arguments = [path, "1", f"'{cage.watch.url}'", "'cars'"]
        shapes = [[], [path], (arguments * 3)[: MOST[name]]]
        for given_ in shapes if soak else shapes[number % 3 :][:1]:
            once = call(name, given_)
            statements = [f"select * from {once}", f"with t as (select * from {once}) select * from t"]
            if name not in BOTH:  # `histogram` is an aggregate that is allowed, and a table that is not
                statements += [
                    f"select {once}",
                    f"select {once} over () from cars",
                    f"select * from cars where {once} is not null",
                    f"select name from cars group by 1 having count({once}) > 0 order by {once}",
                    f"select * from cars, lateral (select {once}) t",
                ]
            for statement in statements if soak else statements[number % 2 :: 2]:
                tried += 1
                with pytest.raises(QueryError) as refused:
                    cage.engine.guard(statement)
                assert WORD not in refused.value.message
    assert tried > 2_000
    cage.assert_untouched("guarding alone opens nothing")


@pytest.mark.ledger("N3")
def test_functions_of_other_schemas_are_refused_too(cage: Cage) -> None:
    for name in (*TABLES[::4], *VALUES[::10], "length", "range"):
        for schema in ("main", "pg_catalog", "system.main", "temp"):
            for statement in (f"select {schema}.{call(name, ['1'])}", f"select * from {schema}.{call(name, ['1'])}"):
                with pytest.raises(QueryError):
                    cage.engine.guard(statement)


ARGUMENTS = st.sampled_from(
    ["name", "power", "cars", "*", "null", "1", "-1", "2.5", "[1, 2]", "{'a': 1}", "true", "interval 1 day",
     "date '2024-01-01'", "'x'", "'$.a'", "'{file}'", "'{out}'", "'{url}'", "'canary_frame'", "'select 1'"]
)  # fmt: skip


@pytest.mark.ledger("N3", "X3")
@settings(max_examples=5 * settings.default.max_examples)
@given(st.data())
def test_allowed_functions_with_hostile_arguments_touch_nothing(cage: Cage, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(ALLOWED))
    arguments = data.draw(st.lists(ARGUMENTS, max_size=4))
    filled = [fill(cage, each) for each in arguments]
    run(cage, f"select {call(name, filled)} from cars")


def fill(cage: Cage, text: str) -> str:
    for key, value in {"file": cage.watch.file, "out": cage.watch.out, "url": cage.watch.url}.items():
        text = text.replace("{" + key + "}", str(value))
    return text


def run(cage: Cage, statement: str) -> None:
    canary_frame = pd.DataFrame({"word": [SECRET]})  # noqa: F841  (a variable of a calling frame, as in a notebook)
    said = ""
    try:
        result = cage.engine.run(statement, limit=20, timeout=5)
        said = str(result.rows())
        assert {name for name, _ in result.datasets} <= {"cars"}
    except CanvasError as error:
        said = error.message
    assert WORD not in said
    assert SECRET not in said
    cage.assert_untouched(statement)


FUNCTIONS = st.sampled_from(TABLES) | st.sampled_from(VALUES) | st.sampled_from(ALLOWED)
SOURCES = st.sampled_from(
    ["cars", "_hidden", "canary_frame", "'{file}'", '"{file}"', "'{url}'", "sqlite_master", "duckdb_settings", "t", "u",
     "range(3)", "(values (1))", "information_schema.tables", "read_text('{file}')", "glob('{folder}*')"]
)  # fmt: skip


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2) -> str:
    match draw(st.integers(0, 4 if depth else 1)):
        case 0 | 1:
            return draw(ARGUMENTS.filter(lambda each: each != "*"))
        case 2:
            parts = [draw(expressions(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
            return call(draw(FUNCTIONS), parts)
        case 3:
            return f"({draw(selects(depth - 1))})"
        case _:
            return f"case when {draw(expressions(depth - 1))} then {draw(expressions(depth - 1))} end"


@st.composite
def selects(draw: st.DrawFn, depth: int = 2) -> str:
    source = draw(SOURCES)
    if depth and draw(st.booleans()):
        source = f"({draw(selects(depth - 1))}) s"
    elif draw(st.integers(0, 3)) == 0:
        source = call(draw(FUNCTIONS), [draw(ARGUMENTS) for _ in range(draw(st.integers(0, 2)))])
    text = f"select {draw(expressions(depth))} from {source}"
    if draw(st.integers(0, 3)) == 0:
        text += f" where {draw(expressions(depth))} is not null"
    if depth and draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(["t", "cars", "u", '"{file}"', "duckdb_settings", "canary_frame"]))
        body = draw(st.sampled_from(["select 1", "insert into cars values (1)", "copy cars to '{out}'"]))
        text = f"with {name} as ({draw(selects(0)) if draw(st.booleans()) else body}) {text}"
    return text


@pytest.mark.ledger("N3", "X3")
@settings(max_examples=5 * settings.default.max_examples)
@given(selects())
def test_statements_from_the_grammar_get_no_further_than_the_frame(cage: Cage, statement: str) -> None:
    run(cage, fill(cage, statement).replace("{folder}", f"{cage.watch.folder}/"))


@pytest.mark.ledger("N3")
def test_no_query_opens_a_file_or_a_socket_from_python(cage: Cage) -> None:
    seen: list[str] = []
    watching = [True]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and (event.startswith(("socket.", "subprocess.", "os.", "shutil.")) or event == "open"):
            seen.append(f"{event} {arguments[:1]}")

    cage.engine.run("select count(*) from cars")  # what is imported on first use is imported
    sys.addaudithook(hook)
    try:
        for statement in ("select * from cars", f"select * from '{cage.watch.file}'", "select length(name) from cars"):
            run(cage, statement)
    finally:
        watching.clear()
    assert seen == []


HEAVY = [
    "select reservoir_quantile(range, 0.5, 2000000000) from range(10)",
    "select sum(length(regexp_replace(lpad('', 1000, 'a') || range, '(a?){50}a{50}', 'x', 'g'))) from range(200000)",
    "select count(*) from range(200000) where regexp_matches(lpad('', 999, 'a') || range, range || '(.*a){30}')",
    "select string_agg(range::varchar) over (order by range) from range(100000)",
    "select sum(len(list_slice(range(5000), 1, 5000 - range % 3, 1))) from range(100000000)",
    "select length(string_agg(range::varchar, lpad('', 1000, 'x'))) from range(3000000)",
    "select list(range) over (order by range) from range(10000000)",
    "select string_split(lpad('', 1000, 'x') || range, '') from range(100000000)",
    "with recursive t(s, n) as (select 'a', 1 union all select s || s, n + 1 from t) select max(length(s)) from t",
]


@pytest.mark.ledger("X3", "N3")
@pytest.mark.parametrize("statement", HEAVY, ids=lambda statement: statement[:50])
def test_what_is_too_heavy_is_refused_or_stopped_and_the_next_query_runs(statement: str) -> None:
    engine = Engine(Catalogue(), memory_limit="300MB", timeout=1)
    with pytest.raises(CanvasError) as refused:
        engine.run(statement)
    assert type(refused.value) is not CanvasError
    assert engine.run("select 1 as one").rows() == [{"one": 1}]


FATAL = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
from canvas_widget.data import Catalogue, Engine
from canvas_widget.errors import QueryError
engine = Engine(Catalogue(), memory_limit="300MB")
engine.run("select 1")
said = []
fatal = "SELECT reservoir_quantile(range, 0.5, 2000000000) FROM range(9)"
for work in (
    lambda: engine.work(lambda connection: connection.execute(fatal).fetchall()),
    lambda: engine.run("select 1 as one"),
    lambda: engine.run("select 1 as one"),
):
    try:
        said.append(work().rows())
    except QueryError as error:
        said.append("refused")
print(said)
"""


@pytest.mark.ledger("N3")
def test_after_a_fatal_error_of_the_database_queries_run_again() -> None:
    done = subprocess.run([sys.executable, "-c", FATAL], capture_output=True, text=True, timeout=60, check=False)
    said = done.stdout.strip()
    assert said.startswith("['refused', "), done.stderr
    assert said.endswith("[{'one': 1}]]"), said


LARGE = """
import json, sys, threading
from pathlib import Path
import pyarrow as pa
from canvas_widget.data import Catalogue, Engine
from canvas_widget.errors import QueryRefused
text = "ab c," * 200_000
numbers = pa.array(range(100_000))
frames = {
    "docs": pa.table({"a": pa.array([text] * 300), "label": pa.array([f"label {n}" for n in range(300)])}),
    "few": pa.table({"a": pa.array([text] * 3), "label": pa.array(["x", "y", None])}),
    "many": pa.table({"i": numbers, "w": pa.array([f"word {n}" for n in range(100_000)])}),
}
engine = Engine(Catalogue(lambda: frames), memory_limit="200MB", timeout=5)
engine.run("select max(strlen(a)) from docs")
status = Path("/proc/self/status")
def read(key):
    return int(next(each for each in status.read_text().splitlines() if each.startswith(key)).split()[1]) // 1024
for statement in json.load(sys.stdin):
    Path("/proc/self/clear_refs").write_text("5")
    before = read("VmRSS")
    try:
        said = engine.run(statement).rows()[:1]
    except QueryRefused as error:
        said = "refused"
    print(json.dumps([read("VmHWM") - before, said]), flush=True)
"""
BEYOND = [
    "select max(length(concat(a, a))) from docs",
    "select max(length(a || ' ' || a)) from docs",
    "select max(length(upper(a))) from docs",
    "select max(length(replace(a, 'a', 'bbb'))) from docs",
    "select max(length(format('{} {}', a, label))) from docs",
    "select max(len(string_split(a, ','))) from docs",
    "select max(length(few.a || many.i)) from few, many",
    "select max(length(a || w)) from (select a from few limit 1) cross join many",
    "with x as (select string_agg(w, '') s from many) select max(length(s || i)) from many, x",
    "with x as (select list(w) s from many) select max(length(array_to_string(s, i::varchar))) from many, x",
    "select max(length(left(s || i, 10))) from many, (select string_agg(w, '') s from many)",
    "select max(length((select string_agg(w, '') from many) || i)) from many",
    (
        "with x as (select string_agg(w, '') s from many), y as (select s, i from x, many) select max(length(upper(s)))"
        " from y"
    ),
    "select max(length(u.t)) from (select string_agg(w, '') s from many) x, many, lateral (select s || i t) u",
    "with a as (select range(5000) l), b as (select [l, l, l, l] l from a) select max(len([l, l, l, l])) from b, many",
]
WITHIN = [
    ("select max(length(w || ' (' || i || ')')) from many", 18),
    ("select max(length(concat(w, ' ', w, ' ', i))) from many", 27),
    ("select max(length(left(a, 20) || ': ' || label)) from docs", 31),
    ("select max(length(upper(left(a, 100)))) from docs", 100),
    ("select max(length(a || label)) from few", 1_000_001),
    (
        "select max(length(s)) from (select 'words: ' || string_agg(w, ', ') s from many where i < 10)",
        len("words: " + ", ".join(f"word {n}" for n in range(10))),
    ),
    (
        (
            "with x as (select i % 2 k, string_agg(w, ',') s from many where i < 4 group by 1) "
            "select max(length(s || k)) from x"
        ),
        len("word 0,word 2" + "0"),
    ),
    (
        (
            "with x as (select left(string_agg(w, ','), 12) s from many where i < 4) "
            "select max(length(s || ':' || i)) from x, many"
        ),
        18,
    ),
    (
        (
            "with x as (select w, i, date '2024-01-01' d from many where i < 0) "
            "select count(w) filter (where d = (select max(d) from x) - interval 1 month) + coalesce(len(list(i)), 7) "
            "from x"
        ),
        7,
    ),
    ("select max(list_sum(l)) from (select list(i) l from many group by i % 2)", 2_500_000_000),
    (f"select max(length(c0)) from (select {', '.join(f'w || i as c{n}' for n in range(12))} from many)", 15),
]


@pytest.mark.ledger("X3", "N3")
def test_texts_made_row_by_row_stay_within_the_memory_or_are_refused_before_they_run() -> None:
    """What a function makes for one vector of rows is counted by no limit: measured in a process of its own."""
    asked = json.dumps([*BEYOND, *(statement for statement, _ in WITHIN)])
    done = subprocess.run(
        [sys.executable, "-c", LARGE], input=asked, capture_output=True, text=True, timeout=300, check=False
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(BEYOND) + len(WITHIN), done.stderr
    for statement, (peak, said) in zip(BEYOND, found, strict=False):
        assert said == "refused", statement
        assert peak < 60, statement
    for (statement, value), (peak, said) in zip(WITHIN, found[len(BEYOND) :], strict=True):
        assert [list(row.values()) for row in said] == [[value]], statement
        assert peak < 200, statement


@pytest.mark.ledger("N3")
def test_a_refusal_of_long_texts_names_the_column_and_what_to_write() -> None:
    frame = pd.DataFrame({"note": ["x" * 1_000_000] * 300, "n": range(300)})
    engine = Engine(Catalogue(lambda: {"notes": frame}), memory_limit="200MB")
    with pytest.raises(QueryError, match=r'"note" of notes has up to 1,000,000 bytes.*572 MB.*left\(column, 1000\)'):
        engine.run("select note || note from notes")
    assert engine.run("select max(length(left(note, 1000) || n)) as m from notes").rows() == [{"m": 1_003}]
    few = Engine(Catalogue(lambda: {"notes": frame.head(10)}), memory_limit="200MB")
    assert few.run("select max(length(note || note)) as m from notes").rows() == [{"m": 2_000_000}]
