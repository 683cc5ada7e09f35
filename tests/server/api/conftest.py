"""Users of the HTTP API, and a session of one of them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from server.process import Server
from server.speech import PASSWORD

from .users import client_of


@pytest.fixture(scope="module")
def ada(server: Server) -> Iterator[httpx.Client]:
    """Ada, signed in with her own password."""
    server.add_user("ada", PASSWORD)
    with client_of(server, server.sign_in("ada", PASSWORD)) as client:
        yield client


@pytest.fixture(scope="module")
def bob(server: Server) -> Iterator[httpx.Client]:
    server.add_user("bob", PASSWORD)
    with client_of(server, server.sign_in("bob", PASSWORD)) as client:
        yield client


@pytest.fixture
def session(ada: httpx.Client) -> str:
    made = ada.post("sessions", json={"name": "figures"})
    assert made.status_code == 201
    return str(made.json()["session_id"])
