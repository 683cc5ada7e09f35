"""What every test stands on: an environment of its own, no network, seeded property tests, the ledger's rows."""

from __future__ import annotations

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from environment import private_environment
from fresh import pytest_runtest_makereport, pytest_runtest_teardown  # noqa: F401  (pytest finds them here)

ROOT = Path(__file__).resolve().parent.parent

SOAK = os.environ.get("CANVAS_WIDGET_SOAK") == "1"
PICTURES = os.environ.get("CANVAS_WIDGET_PICTURES")
LOOPBACK = ("127.", "::1", "localhost")
ROW = re.compile(r"[ABCDENX]\d{1,2}")

_home = tempfile.TemporaryDirectory(prefix="canvas-widget-tests-", ignore_cleanup_errors=True)
_environment = private_environment(Path(_home.name))
for _name in set(os.environ) - set(_environment) - {"CANVAS_WIDGET_SOAK", "CANVAS_WIDGET_PICTURES"}:
    del os.environ[_name]
os.environ.update(_environment)

slow = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile(
    "ci", max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=slow
)
settings.register_profile("soak", max_examples=600, deadline=None, print_blob=True, suppress_health_check=slow)
settings.load_profile("soak" if SOAK else "ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "e2e" in item.path.parts)  # the browser comes last, when all else has passed
    for item in items:
        for marker in item.iter_markers("ledger"):
            unknown = [row for row in marker.args if not ROW.fullmatch(str(row))]
            if unknown or not marker.args:
                raise pytest.UsageError(f"{item.nodeid}: no row of the ledger is called {unknown or 'nothing'}.")


@pytest.fixture(scope="session")
def soak() -> bool:
    """Whether the long counts are asked for (`make soak`); otherwise a test runs a seeded tenth."""
    return SOAK


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """The folder that `make pictures` wants pictures in, else None."""
    return ROOT / PICTURES if PICTURES else None


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Any connection that leaves this machine fails the test that tried it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test tried to reach {address[0]}; tests use this machine only.")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield
