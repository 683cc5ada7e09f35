from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .process import Server
from .speech import PASSWORD


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a module."""
    started = Server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Sales of four regions."""
    path = tmp_path / "sales.csv"
    path.write_text("region,revenue,units\nnorth,10,1\nsouth,20.5,2\neast,30,3\nwest,5.25,4\nnorth,7.75,5\n")
    return path


@pytest.fixture(scope="module")
def ada(server: Server) -> str:
    """A token of a user's own, on a server that knows her."""
    return server.sign_in("ada", PASSWORD)


@pytest.fixture(scope="module")
def bob(server: Server) -> str:
    return server.sign_in("bob", PASSWORD)
