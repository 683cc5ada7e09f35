"""Peers that are no good: dead, silent, half way, too many at once, talking rubbish. The others do not notice."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import socket
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from canvas_widget.server.identity import Caller
from canvas_widget.server.sessions import Sessions
from canvas_widget.server.uploads import Uploads
from canvas_widget.session import MemoryClient
from canvas_widget.settings import Settings
from canvas_widget.store import MemoryStore, Writer

from .client import Client
from .process import Server
from .raw import PING, Raw
from .speech import add, joined


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that pings as often as it does by itself: no client of a slow machine is taken for a dead one."""
    started = Server(tmp_path_factory.mktemp("server"), edit_rate_limit="1000000/1", max_message_bytes=65_536)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that pings often, and waits for an answer as long as the client of a slow machine may need."""
    started = Server(tmp_path_factory.mktemp("strict"), ping_interval=3, ping_timeout=3)
    yield started
    started.stop()


async def gone(client: Client) -> None:
    """Wait until the others are told that a tab has left."""
    while not any(frame["data"]["status"] == "left" for frame in client.of("connection_status")):
        await client.wait("connection_status", after=len(client.frames))


@pytest.mark.ledger("C7")
async def test_a_peer_that_answers_no_ping_is_dropped_and_the_session_lives_on(strict: Server) -> None:
    async with Client(strict.ws(), strict.token) as client:
        await client.ask("init_session", answer="session_ready")
        dead = await Raw.open(strict.ws(f"/session/{client.session_id}"), strict.token)
        await dead.ask("init_session", "session_ready")
        assert await dead.until_dropped() == 1, "no second ping is sent to who did not answer the first"
        await gone(client)
        await client.ask("canvas_edit", {"changes": [add("a")]}, answer="ack")
        async with Client(strict.ws(f"/session/{client.session_id}"), strict.token) as again:
            ready = await again.ask("init_session", answer="session_ready")
            assert ready["data"]["active_tabs"] == 2, "the dead one is not counted"
            assert list(again.canvas["containers"]) == ["a"]


@pytest.mark.ledger("C7")
async def test_a_peer_that_answers_its_pings_stays_until_it_stops(strict: Server) -> None:
    peer = await Raw.open(strict.ws(), strict.token)
    await peer.ask("init_session", "session_ready")
    assert await peer.until_dropped(pongs=2) == 3


@pytest.mark.ledger("C7")
async def test_a_peer_stuck_in_the_middle_of_a_frame_is_dropped(strict: Server) -> None:
    async with Client(strict.ws(), strict.token) as client:
        await client.ask("init_session", answer="session_ready")
        stuck = await Raw.open(strict.ws(f"/session/{client.session_id}"), strict.token)
        await stuck.ask("init_session", "session_ready")
        await stuck.say(b'{"type": "user_pro', claimed=5000)
        assert await stuck.until_dropped() >= 1
        await gone(client)


@pytest.mark.ledger("C2", "C7")
async def test_fragments_without_an_end_cost_only_who_sends_them(server: Server) -> None:
    endless = await Raw.open(server.ws(), server.token)
    await endless.ask("init_session", "session_ready")
    await endless.say(b'{"type": "ping"', final=False)
    for _ in range(3000):
        await endless.say(b"", opcode=0, final=False)
    async with Client(server.ws(), server.token) as client:
        await client.ask("init_session", answer="session_ready")
        await client.ask("canvas_edit", {"changes": [add("a")]}, answer="ack")
    await endless.say(b"}", opcode=0)
    kinds = []
    while "pong" not in kinds:
        opcode, payload = await endless.read()
        if opcode == PING:
            await endless.say(payload, opcode=0xA)
        elif opcode == 1:
            kinds.append(json.loads(payload)["type"])
    endless.writer.close()


@pytest.mark.ledger("C7")
async def test_connections_that_never_ask_anything_keep_nobody_out(server: Server) -> None:
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    for each in idle:
        each.sendall(b"GET /base/canvas/ws HTTP/1.1\r\nHost: x\r\n")
    async with Client(server.ws(), server.token) as client:
        await client.ask("init_session", answer="session_ready")
    for each in idle:
        each.close()


@pytest.mark.ledger("C6", "C7")
async def test_a_storm_of_reconnecting_tabs_misses_nothing(server: Server, soak: bool) -> None:
    count = 200 if soak else 40
    async with Client(server.ws(), server.token) as editor:
        await editor.ask("init_session", answer="session_ready")
        url = server.ws(f"/session/{editor.session_id}")

        async def tab(was: Client | None = None) -> Client:
            client = await Client(url, server.token).__aenter__()
            if was is not None:
                client.seq, client.canvas, client.order = was.seq, was.canvas, was.order
            await client.ask("init_session", {"last_seq": client.seq} if was else {}, answer="session_ready")
            return client

        tabs = await asyncio.gather(*(tab() for _ in range(count)))
        for each in tabs:
            each.socket.transport.abort()
        for number in range(5):
            await editor.ask("canvas_edit", {"changes": [add(f"c{number}")]}, answer="ack")
        tabs = await asyncio.gather(*(tab(each) for each in tabs))
        await editor.ask("canvas_edit", {"changes": [add("last")]}, answer="ack")
        for each in tabs:
            while "last" not in each.canvas["containers"]:
                await each.wait("tree_update", after=len(each.frames))
            assert each.canvas["containers"] == editor.canvas["containers"]
            assert each.gaps == 0
            await each.socket.close()


@pytest.mark.ledger("C6", "D4")
async def test_a_session_that_all_ask_for_after_a_restart_is_made_again_once(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        async with Client(server.ws(), server.token) as client:
            await client.ask("init_session", answer="session_ready")
            await client.ask("canvas_edit", {"changes": [add("a")]}, answer="ack")
        await asyncio.to_thread(server.stop)
        server = Server(tmp_path, token=server.token)

        async def seen() -> list[str]:
            async with Client(server.ws(f"/session/{client.session_id}"), server.token) as again:
                await again.ask("init_session", answer="session_ready")
                return list(again.canvas["containers"])

        assert await asyncio.gather(*(seen() for _ in range(20))) == [["a"]] * 20
        page = f"sessions/{client.session_id}/events"
        got = await asyncio.to_thread(server.anonymous.get, server.http(page), headers=server.headers)
        restored = [e for e in got.json()["events"] if e["content"].get("event") == "restored"]
        assert len(restored) == 1
    finally:
        server.stop()


@pytest.mark.ledger("C7")
async def test_an_expired_session_leaves_nothing_in_memory_or_on_disk(tmp_path: Path) -> None:
    store = MemoryStore()
    writer = Writer(store)
    uploads = Uploads(tmp_path)
    sessions = Sessions(Settings(session_expiry=0.01), store, writer, uploads)
    ada = Caller("ada", "ada")
    live = await sessions.create(ada)
    await sessions.upload(live, "sales", "sales.csv", b"region,revenue\nnorth,1\n")
    client = MemoryClient()
    line = sessions.connect(live, client, ada)
    await line.receive({"type": "init_session"})
    session_id, watched = live.record.session_id, weakref.ref(live.session)
    assert (tmp_path / session_id).is_dir()
    while sessions.live:
        await asyncio.sleep(0.01)
        await sessions.expire()
    assert client.of("session_closed")
    line.close()
    del live, line
    for _ in range(3):
        await asyncio.sleep(0)
        gc.collect()
    assert watched() is None, "what the session held is free"
    assert not (tmp_path / session_id).exists(), "its datasets can be asked for no more"
    assert writer.journals == 0
    await writer.close()


BAD: list[tuple[str, str | bytes, int]] = [
    ("no json", "{", 400),
    ("empty", "", 400),
    ("trailing", '{"type": "ping"} x', 400),
    ("binary", b"\x00\x01", 400),
    ("deep", "[" * 10_000 + "]" * 10_000, 400),
    ("deep in data", '{"type": "canvas_edit", "data": ' + '{"a":' * 100 + "1" + "}" * 101, 400),
    ("nan", '{"type": "canvas_edit", "data": {"changes": [NaN]}}', 422),
    ("infinity", '{"type": "init_session", "data": {"last_seq": Infinity}}', 422),
    ("2^63", '{"type": "get_result", "data": {"container_id": "a", "offset": 9223372036854775808}}', 404),
    ("huge number", '{"type": "get_result", "data": {"container_id": "a", "offset": 1' + "0" * 5000 + "}}", 400),
    ("twice", '{"type": "ping", "type": "pong"}', 422),
    ("oversize", '{"type": "ping", "data": {"x": "' + "x" * 70_000 + '"}}', 413),
    ("unknown", '{"type": "no_such_type"}', 400),
    ("list", "[1]", 422),
    ("text", '"text"', 422),
    ("null", "null", 422),
    ("type", '{"type": 7}', 422),
    ("long type", '{"type": "' + "x" * 1000 + '"}', 422),
    ("bad id", '{"type": "ping", "id": 7}', 422),
    ("data", '{"type": "user_prompt", "data": [1]}', 422),
    ("surrogate", '{"type": "user_prompt", "data": {"prompt": "\\ud800"}, "id": "s"}', 400),
    ("surrogate id", '{"type": "ping", "id": "\\uDFFF"}', 400),
    ("surrogate name", '{"type": "user_prompt", "data": {"prompt": "x", "conversation_id": "\\ud800"}}', 400),
]


@pytest.mark.ledger("C2", "C9", "E9")
async def test_nothing_a_client_sends_costs_it_the_connection(server: Server) -> None:
    async with Client(server.ws(), server.token) as client:
        await joined(client)
        for name, sent, code in BAD:
            before = len(client.frames)
            await client.socket.send(sent)
            frame = await client.wait("error", after=before)
            assert frame["error"]["code"] == code, (name, frame["error"])
            assert "Traceback" not in json.dumps(frame)
        before = len(client.frames)
        await client.socket.send(b'{"type": "\xff"}', text=True)
        assert (await client.wait("error", after=before))["error"]["code"] == 400
        other = {"client_type": "x", "version": "99.0", "protocol": 7, "capabilities": ["no_such"]}
        assert (await client.ask("handshake", other, answer="server_info"))["data"]["protocol"] == 1
        assert (await client.ask("ping", answer="pong"))["type"] == "pong"


@pytest.mark.ledger("C9")
async def test_a_frame_above_the_transports_limit_closes_with_1009(server: Server) -> None:
    for fragments in (False, True):
        async with Client(server.ws(), server.token) as client:
            await joined(client)
            with suppress(ConnectionError, ConnectionClosed):
                await client.socket.send(["x" * 50_000] * 8 if fragments else "x" * 400_000)
            code, _ = await client.until_closed()
            assert code in (1009, 1006), "1006 where the network lost the last words"
    async with Client(server.ws(), server.token) as client:
        await joined(client)


@pytest.mark.ledger("C2")
async def test_raw_rubbish_on_the_port_leaves_the_server_up(server: Server) -> None:
    dice = random.Random(7)
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.sendall(dice.randbytes(300) + b"\r\n\r\n")
    async with Client(server.ws(), server.token) as client:
        await joined(client)
