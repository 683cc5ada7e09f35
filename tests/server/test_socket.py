"""The WebSocket: sessions, resuming, several tabs, bad input, limits – by a client that knows only the protocol."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from .client import Client
from .network import Tab
from .process import Server

SECRET = "a secret of this test alone, long enough for HS256"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with small limits, so that each of them is met."""
    started = Server(
        tmp_path_factory.mktemp("server"),
        jwt_secret=SECRET,
        max_message_bytes=65_536,
        edit_rate_limit="20000/60",
        rate_limit="12/600",
        cors_origins="https://friend.example",
    )
    started.add_user("ada", PASSWORD)
    started.add_user("bob", PASSWORD)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def ada(server: Server) -> str:
    return server.sign_in("ada", PASSWORD)


@pytest.fixture(scope="module")
def bob(server: Server) -> str:
    return server.sign_in("bob", PASSWORD)


def add(name: str, **fields: Any) -> dict[str, Any]:
    box = {"id": name, "x": 0, "y": 0, "width": 100, "height": 80} | fields
    return {"op": "add", "path": f"/containers/{name}", "value": box}


async def joined(client: Client, **data: Any) -> dict[str, Any]:
    return await client.ask("init_session", data, answer="session_ready")


# -- a session from its first frame to its last ------------------------------------------------------------------------


@pytest.mark.ledger("N4", "C2", "C3", "D1")
async def test_a_socket_makes_a_session_and_the_agent_charts_an_uploaded_file(
    server: Server, ada: str, csv: Path
) -> None:
    async with Client(server.ws(), ada) as client:
        info = await client.ask("handshake", {"client_type": "test"}, answer="server_info")
        assert info["data"]["protocol"] == 1
        ready = await joined(client)
        assert ready["data"]["resumed"] == "new"
        form = {"name": "sales", "session_id": client.session_id}
        headers = {"Authorization": f"Bearer {ada}"}
        with csv.open("rb") as file:
            uploaded = server.anonymous.post(server.http("datasets"), data=form, files={"file": file}, headers=headers)
        assert uploaded.status_code == 201
        accepted = await client.ask("user_prompt", {"prompt": "bar chart of total revenue by region"}, "accepted")
        turn = accepted["data"]["turn_id"]
        done = await client.wait("done")
        assert (done["data"]["turn_id"], done["data"]["reason"]) == (turn, "complete")
        whole = [frame["data"] for frame in client.of("assistant_response") if not frame["data"]["chunk"]]
        chart = client.canvas["containers"][whole[-1]["chart"]]
        assert chart["content"]["mark"] == "bar"
        rows = next(f["data"] for f in client.of("result") if f["data"]["container_id"] == chart["id"])["rows"]
        totals = {row[chart["content"]["encoding"]["x"]]: row[chart["content"]["encoding"]["y"]] for row in rows}
        assert totals == {"north": 17.75, "south": 20.5, "east": 30.0, "west": 5.25}
        assert client.gaps == 0


@pytest.mark.ledger("C2")
async def test_a_client_that_reads_arrow_gets_one_buffer_behind_a_header(server: Server, ada: str, csv: Path) -> None:
    import pyarrow as pa

    async with Client(server.ws(), ada) as client:
        await client.ask("handshake", {"client_type": "test", "arrow": True}, answer="server_info")
        await joined(client)
        form, headers = {"name": "sales", "session_id": client.session_id}, {"Authorization": f"Bearer {ada}"}
        with csv.open("rb") as file:
            server.anonymous.post(server.http("datasets"), data=form, files={"file": file}, headers=headers)
        content = {"kind": "table", "sql": "select * from sales order by revenue"}
        await client.ask("canvas_edit", {"changes": [add("t", content=content)]}, answer="ack")
        page = await client.ask("get_result", {"container_id": "t", "limit": 2}, answer="result")
        assert "rows" not in page["data"]
        buffer = client.buffers[client.frames.index(page)]
        assert buffer is not None
        assert pa.ipc.open_stream(buffer).read_all()["revenue"].to_pylist() == [5.25, 7.75]


@pytest.mark.ledger("C3", "D5")
async def test_close_session_ends_it_and_the_socket_with_1000(server: Server, ada: str) -> None:
    async with Client(server.ws(), ada) as client, Client(server.ws(), ada) as other:
        await joined(client)
        async with Client(server.ws(f"/session/{client.session_id}"), ada) as tab:
            await joined(tab)
            closed = await client.ask("close_session", answer="session_closed")
            assert closed["reply_to"]
            assert (await client.until_closed())[0] == 1000
            assert (await tab.until_closed())[0] == 1000
        await joined(other)
        with pytest.raises(InvalidStatus) as refused:
            await connect(server.ws(f"/session/{client.session_id}"), additional_headers=bearer(ada), proxy=None)
        assert refused.value.response.status_code == 404


# -- who may come in ---------------------------------------------------------------------------------------------------


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.ledger("C1")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://evil.example", "token": "jupyter"},
        {"Origin": "null", "token": "ada"},
        {"Origin": "http://127.0.0.1.evil.example", "token": "ada"},
    ],
    ids=str,
)
async def test_no_credential_or_a_foreign_page_is_refused_before_the_upgrade(
    server: Server, ada: str, headers: dict[str, str]
) -> None:
    given = dict(headers)
    if (who := given.pop("token", None)) is not None:
        given |= bearer(server.token if who == "jupyter" else ada)
    for path in ("", f"/session/{'0' * 32}", "/kernel/none/canvas"):
        with pytest.raises(InvalidStatus) as refused:
            await connect(server.ws(path), additional_headers=given, proxy=None)
        assert refused.value.response.status_code == 403
        assert b"FORBIDDEN" in refused.value.response.body


@pytest.mark.ledger("C1")
async def test_all_ways_to_show_a_token_and_the_friendly_origin_come_in(server: Server, ada: str) -> None:
    ways: list[dict[str, Any]] = [
        {"token": ada},
        {"token": server.token},
        {"headers": {"Authorization": f"token {server.token}"}},
        {"headers": {"Origin": "https://friend.example", **bearer(ada)}},
        {"headers": {"Origin": f"http://127.0.0.1:{server.port}", **bearer(ada)}},
        {"subprotocols": ["canvas.v1", f"bearer.{ada}"]},
        {"subprotocols": ["canvas.v1", f"bearer.{server.token}"]},
        {"url": f"{server.ws()}?token={ada}"},
        {"url": f"{server.ws()}?token={server.token}"},
    ]
    for way in ways:
        async with Client(way.pop("url", server.ws()), way.pop("token", None), **way) as client:
            assert (await joined(client))["data"]["resumed"] == "new"
            assert client.socket.subprotocol in (None, "canvas.v1"), "the token is not repeated"


def _signed_in(server: Server) -> str:
    """The cookie that Jupyter gives to a browser."""
    with httpx.Client() as browser:
        browser.get(server.http("me"), headers=server.headers)
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


@pytest.mark.ledger("C1")
async def test_a_cookie_of_jupyters_comes_in_from_its_own_pages_only(server: Server) -> None:
    cookie = _signed_in(server)
    own = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{server.port}"}
    async with Client(server.ws(), headers=own) as client:
        await joined(client)
    for origin in (
        "https://evil.example",
        "https://friend.example",
    ):  # a friend shows a token: its cookies do not count
        with pytest.raises(InvalidStatus) as refused:
            await connect(server.ws(), additional_headers=own | {"Origin": origin}, proxy=None)
        assert refused.value.response.status_code == 403


@pytest.mark.ledger("C1", "B1")
def test_pages_of_a_listed_origin_may_read_the_answers_and_no_others(server: Server, ada: str) -> None:
    """What a browser goes by: the headers of the question before, of the answer, and of a refusal."""
    friend, evil = {"Origin": "https://friend.example"}, {"Origin": "https://evil.example"}
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,content-type"}
    url, cookie = server.http("me"), {"Cookie": _signed_in(server)}
    before = server.anonymous.options(server.http("canvas/size"), headers=friend | asked)
    assert before.status_code == 204
    assert "PUT" in before.headers["access-control-allow-methods"]
    assert {"authorization", "content-type"} <= {
        name.strip().lower() for name in before.headers["access-control-allow-headers"].split(",")
    }
    answers = [
        before,
        server.anonymous.get(url, headers=friend | bearer(ada)),
        server.anonymous.get(server.http("container/none"), headers=friend | bearer(ada)),
        server.anonymous.get(url, headers=friend),
        server.anonymous.get(url, headers=friend | cookie),
        server.anonymous.get(server.http("health"), headers=friend),
    ]
    for answer in answers:
        assert answer.headers.get("access-control-allow-origin") == "https://friend.example", answer.url
        assert "Origin" in answer.headers["vary"]
        assert "access-control-allow-credentials" not in answer.headers, "its cookies do not count"
    assert [answer.status_code for answer in answers] == [204, 200, 404, 401, 401, 200]
    assert "Retry-After" in answers[1].headers["access-control-expose-headers"]
    for answer in (
        server.anonymous.options(url, headers=evil | asked),
        server.anonymous.get(url, headers=evil | bearer(ada)),
        server.anonymous.get(url, headers=evil | cookie),
        server.anonymous.get(server.http("health"), headers=evil),
    ):
        assert "access-control-allow-origin" not in answer.headers
        assert "ada" not in answer.text


def forged(**changes: Any) -> str:
    now = int(time.time())
    claims = {"sub": "x", "iat": now, "exp": now + 600, "iss": "canvas_widget", "aud": "canvas", "jti": "j"} | changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, SECRET, algorithm="HS256")


def bad_tokens(ada: str) -> dict[str, str]:
    claims = jwt.decode(ada, options={"verify_signature": False})
    sub = claims["sub"]
    return {
        "nonsense": "nonsense",
        "a.b.c": "a.b.c",
        "alg none": jwt.encode(claims, "", algorithm="none"),
        "other secret": jwt.encode(claims, "another secret of the same length as ours", algorithm="HS256"),
        "other algorithm": jwt.encode(claims, SECRET * 2, algorithm="HS512"),
        "expired": forged(sub=sub, exp=int(time.time()) - 1),
        "not yet": forged(sub=sub, nbf=int(time.time()) + 600),
        "wrong aud": forged(sub=sub, aud="other"),
        "wrong iss": forged(sub=sub, iss="other"),
        "no aud": forged(sub=sub, aud=None),
        "no exp": forged(sub=sub, exp=None),
        "no jti": forged(sub=sub, jti=None),
        "no user": forged(sub="user:nobody"),
        "cut": ada[:-3],
    }


@pytest.mark.ledger("C1")
async def test_a_token_that_is_no_good_closes_with_1008_and_is_401_over_http(server: Server, ada: str) -> None:
    good = forged(sub=jwt.decode(ada, options={"verify_signature": False})["sub"])
    async with Client(server.ws(), good) as client:
        await joined(client)
    for name, token in bad_tokens(ada).items():
        async with Client(server.ws(), token) as client:
            code, reason = await client.until_closed()
            assert code == 1008, name
            assert token not in reason
        assert server.anonymous.get(server.http("me"), headers=bearer(token)).status_code == 401, name


@pytest.mark.ledger("C1")
def test_a_bad_token_is_not_made_up_for_by_a_good_cookie(server: Server) -> None:
    with httpx.Client() as browser:
        browser.get(server.http("me"), headers=server.headers)
        assert browser.get(server.http("me")).status_code == 200
        assert browser.get(server.http("me"), headers=bearer("nonsense")).status_code == 401
        assert browser.get(server.http("me"), params={"token": "nonsense"}).status_code == 401


@pytest.mark.ledger("C1")
def test_a_cookie_alone_changes_nothing_without_the_xsrf_token(server: Server) -> None:
    with httpx.Client() as browser:
        browser.get(server.http("me"), headers=server.headers)
        assert browser.post(server.http("sessions"), json={}).status_code == 403
        assert browser.post(server.http("sessions?token=x"), json={}).status_code == 401


@pytest.mark.ledger("C1")
async def test_an_expired_or_revoked_token_closes_the_open_socket(server: Server, ada: str) -> None:
    sub = jwt.decode(ada, options={"verify_signature": False})["sub"]
    async with Client(server.ws(), forged(sub=sub, exp=int(time.time()) + 2, jti="short")) as client:
        await joined(client)
        assert (await client.until_closed())[0] == 1008
    token = forged(sub=sub, jti="revoked")
    async with Client(server.ws(), token) as client:
        await joined(client)
        assert server.anonymous.post(server.http("logout"), headers=bearer(token)).status_code == 200
        assert (await client.until_closed())[0] == 1008


@pytest.mark.ledger("C5")
async def test_another_users_session_is_the_same_404_as_none(server: Server, ada: str, bob: str) -> None:
    async with Client(server.ws(), ada) as client:
        await joined(client)
        answers = []
        for name in (client.session_id, "0" * 32):
            with pytest.raises(InvalidStatus) as refused:
                await connect(server.ws(f"/session/{name}"), additional_headers=bearer(bob), proxy=None)
            body = refused.value.response.body
            assert body is not None
            answers.append((refused.value.response.status_code, body.decode().replace(name, "ID")))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


@pytest.mark.ledger("C5")
async def test_who_may_only_look_sees_everything_and_changes_nothing(server: Server, ada: str, bob: str) -> None:
    async with Client(server.ws(), ada) as client:
        await joined(client)
        path = f"sessions/{client.session_id}/share"
        server.anonymous.post(server.http(path), json={"username": "bob", "scope": "read"}, headers=bearer(ada))
        async with Client(server.ws(f"/session/{client.session_id}"), bob) as looker:
            await joined(looker)
            ack = await client.ask("canvas_edit", {"changes": [add("a")]}, answer="ack")
            await looker.wait("tree_update")
            assert looker.canvas["containers"] == client.canvas["containers"]
            for kind, data in (
                ("canvas_edit", {"changes": [add("b")]}),
                ("user_prompt", {"prompt": "clear the canvas"}),
                ("undo", {}),
                ("clear_conversation", {}),
                ("close_session", {}),
                ("refresh", {}),
                ("cancel", {}),
                ("arrange", {}),
                ("select", {"container_id": "a", "selection": None}),
                ("redraw", {"container_id": "a", "mark": "line"}),
                ("set_control", {"container_id": "a", "value": None}),
            ):
                error = (await looker.ask(kind, data))["error"]
                assert (error["code"], error["error_code"]) == (403, "FORBIDDEN"), kind
            server.anonymous.post(server.http(path), json={"username": "bob", "scope": None}, headers=bearer(ada))
            assert (await looker.until_closed())[0] == 1000
        assert (await client.ask("get_canvas_state", answer="canvas_state"))["data"]["rev"] == ack["data"]["rev"]


# -- resuming and several tabs -----------------------------------------------------------------------------------------


@pytest.mark.ledger("C6")
async def test_a_lost_connection_resumes_with_what_was_missed_and_nothing_twice(server: Server, ada: str) -> None:
    async with Client(server.ws(), ada) as first:
        await joined(first)
        path = f"/session/{first.session_id}"
        async with Client(server.ws(path), ada) as lost:
            await joined(lost)
            await first.ask("canvas_edit", {"changes": [add("a")]}, answer="ack")
            await lost.wait("tree_update")
        for name in ("b", "c"):
            await first.ask("canvas_edit", {"changes": [add(name)]}, answer="ack")
        async with Client(server.ws(path), ada) as again:
            again.seq, again.canvas, again.order = lost.seq, lost.canvas, lost.order
            ready = await joined(again, last_seq=lost.seq)
            assert ready["data"]["resumed"] == "replay"
            await again.ask("ping", answer="pong")
            assert again.canvas["containers"] == first.canvas["containers"]
            assert again.gaps == 0
        async with Client(server.ws(path), ada) as foreign:
            ready = await joined(foreign, last_seq=10**9)
            assert ready["data"]["resumed"] == "snapshot"
            assert foreign.canvas["containers"] == first.canvas["containers"]


@pytest.mark.ledger("C6", "A16")
async def test_a_message_repeated_on_a_new_connection_has_one_effect(server: Server, ada: str) -> None:
    hello = {"client_type": "test", "client_id": "tab-1"}
    async with Client(server.ws(), ada) as first:
        await first.ask("handshake", hello, answer="server_info", id="h1")
        await joined(first)
        ack = await first.ask("canvas_edit", {"changes": [add("a")]}, answer="ack", id="e1")
    async with Client(server.ws(f"/session/{first.session_id}"), ada) as again:
        await again.ask("handshake", hello, answer="server_info", id="h2")
        await again.ask("init_session", {"last_seq": first.seq}, answer="session_ready", id="i2")
        same = await again.ask("canvas_edit", {"changes": [add("a")]}, answer="ack", id="e1")
        assert same["data"] == ack["data"]
        state = await again.ask("get_canvas_state", answer="canvas_state", id="s2")
        assert [box["id"] for box in state["data"]["containers"]] == ["a"]


@pytest.mark.ledger("C6")
async def test_an_old_sockets_late_close_does_not_harm_the_resumed_session(server: Server, ada: str) -> None:
    async with Client(server.ws(), ada) as old:
        await joined(old)
        async with Client(server.ws(f"/session/{old.session_id}"), ada) as new:
            await joined(new, last_seq=0)
            old.socket.transport.abort()
            while {"status": "left", "active_tabs": 1} not in [f["data"] for f in new.of("connection_status")]:
                await new.wait("connection_status", after=len(new.frames))
            await new.ask("canvas_edit", {"changes": [add("a")]}, answer="ack")
            assert (await new.ask("ping", answer="pong"))["type"] == "pong"
            assert list(new.canvas["containers"]) == ["a"]


@pytest.mark.ledger("C6", "A16")
async def test_tabs_hear_of_each_other_and_see_each_others_turns(server: Server, ada: str) -> None:
    async with Client(server.ws(), ada) as one:
        await joined(one)
        async with Client(server.ws(f"/session/{one.session_id}"), ada) as two:
            ready = await joined(two)
            assert ready["data"]["active_tabs"] == 2
            assert (await one.wait("connection_status"))["data"]["active_tabs"] == 2
            await one.ask("user_prompt", {"prompt": "create a container called notes"}, answer="accepted")
            await asyncio.gather(one.wait("done"), two.wait("done"))
            assert one.canvas == two.canvas
            numbered = [[frame for frame in client.frames if "turn_id" in frame["data"]] for client in (one, two)]
            assert [f["type"] for f in numbered[0] if "seq" in f] == [f["type"] for f in numbered[1] if "seq" in f]
        left = await one.wait("connection_status", after=len(one.frames) - 1)
        assert left["data"]["active_tabs"] == 1


@pytest.mark.ledger("C6", "A16")
async def test_many_clients_with_drops_repeats_and_reorders_converge(server: Server, ada: str, soak: bool) -> None:
    """100 random edits by four clients on a bad network: all show the same canvas, and each edit had one effect."""
    for seed in range(50 if soak else 5):
        dice = random.Random(seed)
        async with AsyncExitStack() as stack:
            watcher = await stack.enter_async_context(Client(server.ws(), ada))
            start = (await joined(watcher))["data"]["canvas"]["rev"]
            url = server.ws(f"/session/{watcher.session_id}")
            tabs = [Tab(stack, dice, url, ada, f"tab-{number}") for number in range(4)]
            for tab in tabs:
                await tab.connect()
            drops = 0
            for step in range(100):
                tab = dice.choice(tabs)
                if dice.random() < 0.1:
                    await tab.drop()
                    drops += 1
                await tab.edit(_random_change(dice, tab.client, step))
            for tab in tabs:
                await tab.settle()
            assert sum(len(tab.edits) for tab in tabs) == 100
            assert min(drops, sum(tab.repeated for tab in tabs), sum(tab.reordered for tab in tabs)) > 0
            state = await watcher.ask("get_canvas_state", answer="canvas_state")
            truth = {box["id"]: box for box in state["data"]["containers"]}
            for client in (*(tab.client for tab in tabs), watcher):
                while client.seq < state["seq"]:
                    await client.wait("tree_update", "ack", "connection_status", after=len(client.frames))
                assert client.canvas["containers"] == truth
                assert client.order == list(truth)
                assert client.gaps == 0
            titles, revisions = _replayed(tabs)
            assert {name: box["title"] for name, box in truth.items()} == titles
            assert revisions == list(range(start + 1, state["data"]["rev"] + 1)), "each by one message, none by two"


def _replayed(tabs: list[Tab]) -> tuple[dict[str, str], list[int]]:
    """The titles there must be by the edits that were acknowledged, in their order; and the revisions these made."""
    done: dict[int, dict[str, Any]] = {}
    for tab in tabs:
        for name, answer in tab.answers().items():
            if answer["type"] == "ack" and answer["data"]["deltas"]:
                assert answer["data"]["rev"] not in done, "two messages, one revision"
                done[answer["data"]["rev"]] = tab.edits[name]
            elif answer["type"] == "error":
                assert answer["error"]["code"] in (404, 409), answer
    titles: dict[str, str] = {}
    for _, change in sorted(done.items()):
        name = change["path"].split("/")[2]
        if change["op"] == "remove":
            del titles[name]
        elif change["op"] == "add" or change["path"].endswith("/title"):
            titles[name] = change["value"].get("title", "") if change["op"] == "add" else change["value"]
    return titles, sorted(done)


def _random_change(dice: random.Random, client: Client, step: int) -> dict[str, Any]:
    """Any change of what the client sees; some are refused because another client was quicker."""
    boxes = list(client.canvas["containers"])
    if not boxes or dice.random() < 0.3:
        return add(f"b{dice.randrange(12)}", x=dice.randrange(700), y=dice.randrange(500))
    path = f"/containers/{dice.choice(boxes)}"
    return dice.choice(
        [
            {"op": "set", "path": f"{path}/x", "value": dice.randrange(700)},
            {"op": "set", "path": f"{path}/title", "value": f"t{step}"},
            {"op": "move", "path": path, "value": 0},
            {"op": "remove", "path": path},
        ]
    )


@pytest.mark.ledger("C6")
async def test_a_slow_client_gets_a_snapshot_and_slows_nobody(server: Server, ada: str) -> None:
    async with Client(server.ws(), ada) as quick:
        await joined(quick)
        slow = Client(server.ws(f"/session/{quick.session_id}"), ada, max_queue=1)
        async with slow:
            await joined(slow)
            slow.socket.transport.pause_reading()
            long = "x" * 9000
            for number in range(1200):
                change = {"op": "set", "path": "/containers/a/title", "value": f"{number}{long}"}
                await quick.ask("canvas_edit", {"changes": [add("a") if number == 0 else change]}, answer="ack")
            slow.socket.transport.resume_reading()
            ready = await slow.wait("session_ready", after=len(slow.frames))
            assert ready["data"]["resumed"] == "snapshot"
            assert (await slow.ask("ping", answer="pong"))["type"] == "pong"
            assert slow.canvas["containers"]["a"]["title"].startswith("1199")
            assert len(slow.frames) < 1200


# -- bad input ---------------------------------------------------------------------------------------------------------

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
    ("surrogate", '{"type": "user_prompt", "data": {"prompt": "\\ud800"}, "id": "s"}', 422),
]


@pytest.mark.ledger("C2", "C9", "E9")
async def test_nothing_a_client_sends_costs_it_the_connection(server: Server, ada: str) -> None:
    async with Client(server.ws(), ada) as client:
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
async def test_a_frame_above_the_transports_limit_closes_with_1009(server: Server, ada: str) -> None:
    for fragments in (False, True):
        async with Client(server.ws(), ada) as client:
            await joined(client)
            with suppress(ConnectionError, ConnectionClosed):
                await client.socket.send(["x" * 50_000] * 8 if fragments else "x" * 400_000)
            code, _ = await client.until_closed()
            assert code in (1009, 1006), "1006 where the network lost the last words"
    async with Client(server.ws(), ada) as client:
        await joined(client)


@pytest.mark.ledger("C2")
async def test_raw_rubbish_on_the_port_leaves_the_server_up(server: Server, ada: str) -> None:
    dice = random.Random(7)
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.sendall(dice.randbytes(300) + b"\r\n\r\n")
    async with Client(server.ws(), ada) as client:
        await joined(client)


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("C9")
async def test_prompts_are_limited_and_edits_never_spend_them(server: Server) -> None:
    server.add_user("cleo", PASSWORD)
    cleo = server.sign_in("cleo", PASSWORD)
    async with Client(server.ws(), cleo) as client:
        await joined(client)
        for number in range(40):
            change = add("a") if number == 0 else {"op": "set", "path": "/containers/a/x", "value": number}
            await client.ask("canvas_edit", {"changes": [change]}, answer="ack")
        errors = []
        for _ in range(16):
            frame = await client.ask("chat_message", {"message": "list the datasets"}, answer="accepted")
            if frame["type"] == "error":
                errors.append(frame["error"])
            else:
                await client.wait("done", after=client.frames.index(frame))
        assert len(errors) == 4, "twelve are allowed"
        assert all(error["code"] == 429 and error["error_code"] == "RATE_LIMIT" for error in errors)
        assert 0 < errors[0]["retry_after"] <= 51
        again = server.anonymous.post(server.http("chat"), json={"message": "more"}, headers=bearer(cleo))
        assert again.status_code == 429, "one bucket for every door"
        assert int(again.headers["retry-after"]) >= 1
        await client.ask("canvas_edit", {"changes": [{"op": "set", "path": "/containers/a/x", "value": 99}]}, "ack")
