"""Who comes in over the WebSocket, and how far: tokens, cookies, pages of elsewhere, other users' sessions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import jwt
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from .client import Client
from .process import Server
from .speech import PASSWORD, SECRET, add, bearer, forged, joined


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose tokens we can sign, too, and that lets one other site's pages in."""
    started = Server(
        tmp_path_factory.mktemp("server"),
        jwt_secret=SECRET,
        cors_origins="https://friend.example",
    )
    started.add_user("ada", PASSWORD)
    started.add_user("bob", PASSWORD)
    yield started
    started.stop()


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
    for seconds in (2, 4, 8, 16, 32):  # the first that lasts until the session is ready
        token = forged(sub=sub, exp=int(time.time()) + seconds, jti="short")
        async with Client(server.ws(), token) as client:
            with suppress(AssertionError, ConnectionClosed):
                await joined(client)
            assert (await client.until_closed())[0] == 1008
            if client.of("session_ready"):
                break
    else:
        raise AssertionError("no token lasted until the session was ready")
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
