"""What was acknowledged is there: after a stop, after a kill, with a full disk, with a locked database."""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sqlite3
import stat
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from .client import Client
from .process import Server
from .speech import add

MOST = 65_536
"""Bytes: less than one edit here takes. The log itself is as long as it gets from the start."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def running(folder: Path) -> Iterator[list[Server]]:
    """The servers of a test; all are stopped at its end."""
    started: list[Server] = []
    yield started
    for server in started:
        server.stop()


def start(running: list[Server], folder: Path, **settings: Any) -> Server:
    """Start a server, the next one on the same data and with the same token."""
    token = running[-1].token if running else None
    running.append(Server(folder, token=token, **settings))
    return running[-1]


async def asks(server: Server, path: str) -> Any:
    """What a route says."""
    got = await asyncio.to_thread(server.anonymous.get, server.http(path), headers=server.headers)
    return got.json()


def database(folder: Path) -> Path:
    return folder / "data" / "canvas_widget" / "canvas.sqlite"


@pytest.mark.ledger("C6", "D4", "D6", "X13", "B3")
async def test_a_session_is_all_there_after_the_server_was_stopped(
    running: list[Server], folder: Path, csv: Path
) -> None:
    server = start(running, folder)
    hello = {"client_type": "test", "client_id": "mine"}
    async with Client(server.ws(), server.token) as client:
        await client.ask("handshake", hello, answer="server_info", id="h")
        await client.ask("init_session", answer="session_ready", id="i")
        form = {"name": "sales", "session_id": client.session_id}
        with csv.open("rb") as file:
            url = server.http("datasets")
            server.anonymous.post(url, data=form, files={"file": file}, headers=server.headers).raise_for_status()
        await client.ask("user_prompt", {"prompt": "bar chart of total revenue by region"}, "accepted", id="p")
        await client.wait("done")
        ack = await client.ask("canvas_edit", {"changes": [add("kept", title="Ümlaut 漢字")]}, "ack", id="e")
        await client.ask("canvas_edit", {"changes": [add("undone")]}, "ack", id="u")
        await client.ask("undo", answer="ack", id="z")
        history = await client.ask("get_history", answer="chat_history", id="g")
        state = (await client.ask("get_canvas_state", answer="canvas_state", id="s"))["data"]
        await asyncio.to_thread(server.stop)
        assert (await client.until_closed())[0] == 1001
    assert "ERROR" not in server.log.read_text()
    server = start(running, folder)
    async with Client(server.ws(f"/session/{client.session_id}"), server.token) as again:
        await again.ask("handshake", hello, answer="server_info", id="h2")
        ready = await again.ask("init_session", {"last_seq": client.seq}, answer="session_ready", id="i2")
        assert ready["data"]["resumed"] == "snapshot"
        assert ready["seq"] > client.seq, "no number is given twice"
        assert ready["data"]["canvas"] == state
        said = await again.ask("get_history", answer="chat_history", id="g2")
        assert [(each["role"], each["content"]) for each in said["data"]["messages"]] == [
            (each["role"], each["content"]) for each in history["data"]["messages"]
        ]
        same = await again.ask("canvas_edit", {"changes": [add("kept")]}, answer="ack", id="e")
        assert same["data"]["deltas"] == ack["data"]["deltas"], "asked again, done once"
        await again.ask("redo", answer="ack", id="r")
        assert "undone" in again.canvas["containers"]
        await again.ask("user_prompt", {"prompt": "make the bar chart a line chart"}, answer="accepted", id="p2")
        assert (await again.wait("done"))["data"]["reason"] == "complete"
        charts = [box["content"] for box in again.canvas["containers"].values() if box["content"]["kind"] == "chart"]
        assert [chart["mark"] for chart in charts] == ["line"], "the data and the conversation are still known"


@pytest.mark.ledger("D4", "D6")
async def test_a_killed_server_has_kept_every_acknowledged_edit_and_none_twice(
    running: list[Server], folder: Path, soak: bool
) -> None:
    dice = random.Random(11)
    server = start(running, folder)
    async with Client(server.ws(), server.token) as client:
        await client.ask("init_session", answer="session_ready")
        session = client.session_id
    number = 0
    acknowledged: set[str] = set()
    for run in range(200 if soak else 3):
        async with Client(server.ws(f"/session/{session}"), server.token) as client:
            await client.ask("handshake", {"client_id": f"run-{run}"}, answer="server_info")
            await client.ask("init_session", answer="session_ready")
            if run == 0:  # on a slow machine nothing else might be acknowledged in time
                await client.ask("canvas_edit", {"changes": [add("first")]}, answer="ack", id="first")
            moment = time.monotonic() + dice.random() * 0.4
            sent = []
            try:
                while True:
                    number += 1
                    if time.monotonic() >= moment and server.process.poll() is None:
                        server.kill()
                    sent.append(f"c{number}")
                    await client.send("canvas_edit", {"changes": [add(f"c{number}")]}, id=f"c{number}")
                    await asyncio.sleep(0)
            except ConnectionClosed:
                await client.until_closed()
            acks = Counter(frame["reply_to"] for frame in client.of("ack"))
            assert not acks or max(acks.values()) == 1
            acknowledged |= set(acks)
        with sqlite3.connect(database(folder)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            rows = connection.execute("SELECT content FROM session_events WHERE event_type = 'transaction'").fetchall()
        written = [
            change["value"]["id"]
            for (row,) in rows
            for change in json.loads(row)["transaction"]["changes"]
            if change["op"] == "add"
        ]
        assert len(written) == len(set(written)), "none is there twice"
        assert acknowledged <= set(written), "every acknowledged one is there"
        server = start(running, folder)
        async with Client(server.ws(f"/session/{session}"), server.token) as client:
            await client.ask("init_session", answer="session_ready")
            assert set(client.canvas["containers"]) == set(written)
    assert acknowledged


@pytest.mark.ledger("D4", "D6", "E9")
async def test_a_locked_database_holds_back_what_is_not_safe_and_then_all_is_told(
    running: list[Server], folder: Path
) -> None:
    server = start(running, folder)
    async with Client(server.ws(), server.token) as client:
        await client.ask("init_session", answer="session_ready")
        await client.ask("canvas_edit", {"changes": [add("a")]}, answer="ack")
        lock = sqlite3.connect(database(folder), isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        held = await client.send("canvas_edit", {"changes": [add("b")]})
        store = {"ok": True}
        while store["ok"]:
            store = (await asks(server, "status"))["store"]
        assert not [frame for frame in client.of("ack") if frame["reply_to"] == held], "not safe, so not told"
        form = {"message": "create a container called notes", "session_id": client.session_id}
        post, url = server.anonymous.post, server.http("chat")
        refused = await asyncio.to_thread(post, url, json=form, headers=server.headers, timeout=60)
        assert (refused.status_code, refused.json()["error"]["error_code"]) == (503, "STORAGE")
        lock.execute("ROLLBACK")
        lock.close()
        assert (await client.wait("ack", reply_to=held))["data"]["deltas"][0]["path"] == "/containers/b"
        await client.ask("canvas_edit", {"changes": [add("c")]}, answer="ack")
        assert server.anonymous.get(server.http("status"), headers=server.headers).json()["store"]["ok"]


@pytest.mark.ledger("D4", "D6", "E9")
async def test_a_full_disk_refuses_what_is_new_and_keeps_what_was_told(running: list[Server], folder: Path) -> None:
    """The operating system lets the server write no file past `MOST` bytes; then it does again."""
    server = start(running, folder)
    async with Client(server.ws(), server.token) as client:
        await client.ask("init_session", answer="session_ready")
        await client.ask("canvas_edit", {"changes": [add("a")]}, answer="ack")
        limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (MOST, limits[1]))
        titles = [{"op": "set", "path": "/containers/b/title", "value": letter * 5000} for letter in "abcdefghijklmnop"]
        held = await client.send("canvas_edit", {"changes": [add("b"), *titles]})
        store = {"ok": True}
        while store["ok"]:
            store = (await asks(server, "status"))["store"]
        assert not [frame for frame in client.of("ack") if frame["reply_to"] == held], "not safe, so not told"
        refused = await client.ask("canvas_edit", {"changes": [add("c")]}, answer="ack")
        assert (refused["error"]["code"], refused["error"]["error_code"]) == (503, "STORAGE")
        assert (await client.ask("ping", answer="pong"))["type"] == "pong"
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)
        assert (await client.wait("ack", reply_to=held))["data"]["deltas"][0]["path"] == "/containers/b"
        await client.ask("canvas_edit", {"changes": [add("d")]}, answer="ack")
        assert set(client.canvas["containers"]) == {"a", "b", "d"}
    with sqlite3.connect(database(folder)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.ledger("C1")
async def test_the_secret_that_signs_tokens_is_its_owners_alone_and_stays(running: list[Server], folder: Path) -> None:
    server = start(running, folder)
    secret = folder / "data" / "canvas_widget" / "jwt_secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(secret.read_text()) >= 32
    server.add_user("ada", "correct horse battery")
    token = await asyncio.to_thread(server.sign_in, "ada", "correct horse battery")
    await asyncio.to_thread(server.stop)
    assert secret.read_text() not in server.log.read_text()
    secret.chmod(0o644)
    server = start(running, folder)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600, "mended"
    own = {"Authorization": f"Bearer {token}"}
    assert server.anonymous.get(server.http("me"), headers=own).json()["username"] == "ada", "still good"
    async with Client(server.ws(), token) as client:
        await client.ask("init_session", answer="session_ready")
        assert server.command("user", "remove", "ada").returncode == 0
        assert (await client.until_closed())[0] == 1008, "the user is gone, and with her who came in as her"


@pytest.mark.ledger("D4", "E9")
@pytest.mark.parametrize("why", ["newer", "not a database"])
async def test_a_database_that_cannot_be_used_stops_the_canvases_and_not_the_server(
    running: list[Server], folder: Path, why: str
) -> None:
    database(folder).parent.mkdir(parents=True)
    if why == "newer":
        with sqlite3.connect(database(folder)) as connection:
            connection.execute("CREATE TABLE canvas_schema (version INTEGER NOT NULL)")
            connection.execute("INSERT INTO canvas_schema VALUES (99)")
    else:
        database(folder).write_bytes(b"\xa5" * 40_000)
    server = start(running, folder, health="failed")
    health = server.anonymous.get(server.http("health"))
    assert (health.status_code, health.json()["status"]) == (503, "failed")
    got = server.anonymous.get(server.http("sessions"), headers=server.headers)
    assert (got.status_code, got.json()["error"]["error_code"]) == (503, "STORAGE")
    assert why in got.json()["error"]["message"]
    jupyter = f"http://127.0.0.1:{server.port}/base/api/status"
    assert server.anonymous.get(jupyter, headers=server.headers).status_code == 200


@pytest.mark.ledger("C7", "D5")
async def test_a_session_nobody_uses_ends_and_a_cut_off_turn_is_said(running: list[Server], folder: Path) -> None:
    server = start(running, folder, session_expiry=3)
    async with Client(server.ws(), server.token) as client:
        await client.ask("init_session", answer="session_ready")
        closed = await client.wait("session_closed")
        assert "3 s" in closed["data"]["message"]
        assert (await client.until_closed())[0] == 1000
    assert (await asks(server, f"sessions/{client.session_id}"))["end_time"]
    summary = None
    while summary is None:
        summary = (await asks(server, f"sessions/{client.session_id}/summary"))["summary"]
    assert "0 prompts" in summary
