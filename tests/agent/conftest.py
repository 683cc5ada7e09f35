from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from canvas_widget.settings import KEY_VARIABLES, PREFIX

if TYPE_CHECKING:
    from canvas_widget.workspace import Workspace

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def only_scripted_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine reaches a test, and no test reaches a provider that is not on loopback."""
    for name in os.environ:
        if name.startswith((PREFIX, "OPENAI_")) or name in KEY_VARIABLES or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)

    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {address[0]}")
        connect(self, address)

    def resolve(host: str | None, *args: Any, **kwargs: Any) -> Any:
        if host not in LOOPBACK:
            raise AssertionError(f"A test tried to reach {host}")
        return getaddrinfo(host, *args, **kwargs)

    getaddrinfo = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def cars() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Name": ["civic", "golf", "beetle", "mustang", "pinto", "corolla"],
            "Origin": ["Japan", "Europe", "Europe", "USA", "USA", "Japan"],
            "Miles_per_Gallon": [33.0, 29.0, 26.0, 15.0, 21.0, 31.0],
            "Weight_in_lbs": [1795, 1937, 1950, 3139, 2254, 1773],
        }
    )


@pytest.fixture
def workspace(cars: pd.DataFrame) -> Workspace:
    from canvas_widget.data import Catalogue
    from canvas_widget.workspace import Workspace

    catalogue = Catalogue()
    catalogue.register("cars", cars)
    return Workspace("test", catalogue=catalogue)
