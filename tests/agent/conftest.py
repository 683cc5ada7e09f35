from __future__ import annotations

import os
import socket
from typing import Any

import pytest

from canvas_widget.settings import KEY_VARIABLES, PREFIX

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
