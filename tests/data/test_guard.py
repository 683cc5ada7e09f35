"""Nothing that reads files, the network or variables gets through, nothing that writes; analysts' SQL does."""

# ruff: noqa: SIM905 (a list of words reads best as words)

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.data import Catalogue, Engine
from canvas_widget.data.guards.guard import guard
from canvas_widget.errors import CanvasError, QueryError, QueryRefused
from data.attacks import ATTACKS
from data.legitimate import QUERIES

WORD = "canary-4711"


class Cage:
    """An engine over two frames, a canary file beside it, and a frame that no query may see."""

    def __init__(self, folder: Path, frames: dict[str, pd.DataFrame]) -> None:
        self.folder = folder
        self.file = folder / "canary.csv"
        self.file.write_text(f"word\n{WORD}\n")
        self.engine = Engine(Catalogue(lambda: {**frames, "_hidden": frames["cars"]}), memory_limit="1GB", timeout=20)

    def filled(self, statement: str) -> str:
        paths = {"file": self.file, "out": self.folder / "out.csv", "folder": self.folder}
        for name, path in paths.items():
            statement = statement.replace("{" + name + "}", str(path))
        return statement.replace("{{", "{").replace("}}", "}")

    def assert_untouched(self) -> None:
        assert self.file.read_text() == f"word\n{WORD}\n"
        assert [path.name for path in self.folder.iterdir()] == ["canary.csv"]


@pytest.fixture(scope="module")
def cage(tmp_path_factory: pytest.TempPathFactory, frames: dict[str, pd.DataFrame]) -> Cage:
    return Cage(tmp_path_factory.mktemp("cage"), {"cars": frames["cars"], "stocks": frames["stocks"]})


canary_frame = pd.DataFrame({"word": [WORD]})


@pytest.mark.ledger("N3", "X3")
@pytest.mark.parametrize("statement", ATTACKS, ids=lambda statement: statement[:60])
def test_an_attack_is_refused_with_a_reason(cage: Cage, statement: str) -> None:
    canary_frame = pd.DataFrame({"word": [WORD]})  # noqa: F841  (a variable of a calling frame, as in a notebook)
    with pytest.raises(QueryError) as refused:
        cage.engine.run(cage.filled(statement))
    assert WORD not in refused.value.message
    assert len(refused.value.message) > 20
    cage.assert_untouched()


@pytest.mark.ledger("N3")
@pytest.mark.parametrize(
    "statement",
    [
        "select * from _hidden",
        'select * from "_hidden"',
        "select * from cars where exists (select 1 from _hidden)",
        "with a as (select * from _hidden) select * from a",
        "with _a as (select 1 as n) select * from _a join _hidden on true",
        "select (select count(*) from _canary_frame) as n",
    ],
)
def test_a_variable_that_begins_with_an_underscore_is_no_table(cage: Cage, statement: str) -> None:
    _canary_frame = pd.DataFrame({"word": [WORD]})
    with cage.engine.catalogue.database.cursor() as cursor:
        assert {"_hidden", "_canary_frame"} & set(guard(statement, cursor).tables)
    with pytest.raises(QueryError, match=r'No data frame "_(hidden|canary_frame)"'):
        cage.engine.run(statement)
    assert cage.engine.run("with _hidden as (select 1 as n) select * from _hidden").rows() == [{"n": 1}]


def test_the_attacks_are_many_and_differ() -> None:
    assert len(set(ATTACKS)) == len(ATTACKS) >= 100


@pytest.mark.ledger("N3")
@pytest.mark.parametrize("statement", ATTACKS[:90], ids=lambda statement: statement[:60])
def test_the_database_itself_gives_nothing_away_when_the_guard_is_left_out(cage: Cage, statement: str) -> None:
    canary_frame = pd.DataFrame({"word": [WORD]})  # noqa: F841
    connection = Engine(Catalogue(), memory_limit="200MB").catalogue.database.cursor()
    try:
        rows: Any = connection.execute(cage.filled(statement)).fetchall()
    except Exception:
        rows = []
    finally:
        connection.close()
    assert WORD not in str(rows)
    cage.assert_untouched()


@pytest.mark.ledger("N3")
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:60])
def test_what_an_analyst_writes_runs(cage: Cage, query: str) -> None:
    result = cage.engine.run(query)
    assert result.fields
    assert result.rows(0, 3) is not None


SNIPPETS = st.sampled_from(
    [statement for statement in ATTACKS if len(statement) < 200] + [query for query in QUERIES if len(query) < 200]
)
TOKENS = st.sampled_from(
    """
    select * from cars '{file}' "{file}" read_text('{file}') with x as ( ) ( , ; union all copy to '{out}' insert into
    canary_frame where 1 limit order by lateral duckdb_settings() as x main. query('{file}') exists pivot summarize
    -- /* */
    """.split()
)


@st.composite
def spliced(draw: st.DrawFn) -> str:
    """Parts of attacks and queries, cut and put together, with tokens between them."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        text = draw(SNIPPETS)
        start = draw(st.integers(0, len(text)))
        parts.append(text[start:] if draw(st.booleans()) else text[:start])
        parts += draw(st.lists(TOKENS, max_size=4))
    return " ".join(parts)


@pytest.mark.ledger("N3")
@given(spliced() | st.lists(TOKENS, max_size=14).map(" ".join) | st.text(max_size=60))
def test_no_mixture_gets_further_than_the_frames(cage: Cage, statement: str) -> None:
    canary_frame = pd.DataFrame({"word": [WORD]})  # noqa: F841
    said, read = "", ()
    try:
        result = cage.engine.run(cage.filled(statement), limit=50, timeout=5)
        said, read = str(result.rows()), result.datasets
    except CanvasError as error:
        said = error.message
    assert WORD not in said
    assert {name for name, _ in read} <= {"cars", "stocks"}
    cage.assert_untouched()


def test_a_refusal_says_what_to_do_instead(cage: Cage) -> None:
    said = {
        "copy cars to 'x'": "COPY is not allowed: queries here only read.",
        "select * from read_csv('x')": "Register a file with canvas.datasets.register(name, path).",
        "select 1; select 2": "One statement at a time",
        "select $1": "write the values into the query",
        "select list_transform([1], lambda x: x)": "list_transform",
        "select * from main.cars": "Use the plain name of a data frame",
    }
    for sql, words in said.items():
        with pytest.raises(QueryRefused) as refused:
            cage.engine.guard(sql)
        assert words in refused.value.message


def test_the_guard_names_the_frames_a_query_reads(cage: Cage) -> None:
    query = "with a as (select * from cars) select * from a join Stocks s on true where 1 in (select 1 from cars)"
    assert cage.engine.guard(query).tables == ("cars", "Stocks")
    assert cage.engine.guard("with cars as (select 1) select * from cars").tables == ()
    assert cage.engine.guard("with cars as (select * from cars) select * from cars").tables == ("cars",)
    assert cage.engine.guard("select * from (with stocks as (select 1) select 1) t, stocks").tables == ("stocks",)


@pytest.mark.ledger("N3", "X3")
def test_a_with_part_is_known_by_its_name_as_the_database_compares_it() -> None:
    """Letters A to Z in any case are the same name; a Kelvin sign is no k, so a dataset of that name is still read."""
    engine = Engine(Catalogue(lambda: {"tokens": pd.DataFrame({"a": [1, 2, 3]})}))
    upper = engine.run("WITH Recent AS (SELECT a FROM tokens WHERE a > 1) SELECT count(*) AS n FROM RECENT")
    assert upper.rows() == [{"n": 2}]
    both = 'WITH "to\u212aens" AS (SELECT 9 AS a) SELECT sum(a) AS n FROM tokens'
    assert set(engine.guard(both).tables) == {"tokens"}
    assert engine.run(both).rows() == [{"n": 6}]
