"""Who may use the HTTP API: users, their tokens and cookies, what is shared, what nobody else learns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from server.process import Server
from server.speech import PASSWORD

from .users import client_of, sales_as


def routes(server: Server) -> list[tuple[str, str, bool]]:
    """Method, path and openness of each route, from the description that the server gives of itself."""
    described = server.anonymous.get(server.http("openapi.json"), headers=server.headers).json()
    return [
        (method.upper(), re.sub(r"{\w+}", "x", path).lstrip("/"), operation.get("security") == [])
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.ledger("C1", "B1")
def test_every_route_but_the_open_ones_is_refused_without_credentials(server: Server) -> None:
    walked = routes(server)
    assert len(walked) > 30
    assert {path for _, path, is_open in walked if is_open} == {"health", "login"}
    for method, path, is_open in walked:
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}):
            got = server.anonymous.request(method, server.http(path), headers=headers)
            if is_open:
                assert got.status_code in (200, 422), (method, path)
            else:
                assert got.status_code == 401, (method, path, headers)
                assert got.json()["error"]["error_code"] == "UNAUTHENTICATED"


@pytest.mark.ledger("C1")
def test_every_route_is_refused_to_a_page_from_elsewhere(server: Server) -> None:
    for method, path, _ in routes(server):
        for origin in ("https://evil.example", "null"):
            got = server.anonymous.request(method, server.http(path), headers={**server.headers, "Origin": origin})
            assert got.status_code == 403 or path == "health", (method, path, origin)
            assert "access-control-allow-origin" not in got.headers


@pytest.mark.ledger("C5")
def test_another_users_session_is_the_same_404_as_none(ada: httpx.Client, bob: httpx.Client, session: str) -> None:
    ada.post("container/create", params={"session_id": session}, json={"id": "secret"})
    none = "0" * 32
    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "sessions/{}", {}),
        ("DELETE", "sessions/{}", {}),
        ("GET", "sessions/{}/events", {}),
        ("GET", "sessions/{}/summary", {}),
        ("POST", "sessions/{}/share", {"json": {"username": "bob"}}),
        ("GET", "canvas/state?session_id={}", {}),
        ("GET", "container/secret?session_id={}", {}),
        ("PUT", "canvas/size?session_id={}", {"json": {"width": 5, "height": 5}}),
        ("GET", "chat/history?session_id={}", {}),
        ("GET", "datasets?session_id={}", {}),
        ("GET", "canvas/screenshot?session_id={}", {}),
        ("POST", "chat?session_id={}", {"json": {"message": "clear the canvas"}}),
    ]
    for method, path, more in attempts:
        theirs, nobodys = (bob.request(method, path.format(name), **more) for name in (session, none))
        assert theirs.status_code == nobodys.status_code == 404, path
        assert theirs.text.replace(session, "ID") == nobodys.text.replace(none, "ID"), path
    assert session not in bob.get("sessions").text + bob.get("canvases").text
    assert ada.get("container/secret", params={"session_id": session}).status_code == 200


@pytest.mark.ledger("C5")
def test_a_shared_session_can_be_looked_at_or_changed_as_its_owner_says(
    ada: httpx.Client, bob: httpx.Client, session: str
) -> None:
    where = {"session_id": session}

    def share(scope: str | None) -> int:
        body = {"username": "bob", "scope": scope}
        return ada.post(f"sessions/{session}/share", json=body).status_code

    assert share("read") == 200
    assert bob.get("canvas/state", params=where).status_code == 200
    assert {each["session_id"]: each["scope"] for each in bob.get("canvases").json()["canvases"]}[session] == "read"
    assert bob.post("container/create", params=where, json={"id": "b"}).status_code == 403
    assert bob.post("chat", params=where, json={"message": "clear"}).status_code == 403
    assert bob.delete("chat/context", params=where).status_code == 403
    for name in ("sales", "salaries"):
        ada.post(
            "datasets", data={"name": name, **where}, files={"file": ("s.csv", sales_as("csv"))}
        ).raise_for_status()
    assert bob.get("datasets", params=where).json()["datasets"] == [], "nothing is drawn from them"
    ada.post("chat", params=where, json={"message": "bar chart of revenue by region in sales"}).raise_for_status()
    assert [each["name"] for each in bob.get("datasets", params=where).json()["datasets"]] == ["sales"]
    assert len(ada.get("datasets", params=where).json()["datasets"]) == 2
    assert bob.get(f"sessions/{session}/events").status_code == 403, "it tells what was taken back"
    assert bob.post("datasets", data={"name": "x", **where}, files={"file": ("s.csv", b"a")}).status_code == 403
    assert bob.put(f"sessions/{session}", json={"name": "mine"}).status_code == 403
    assert share("edit") == 200
    assert bob.get(f"sessions/{session}/events").status_code == 200
    assert bob.post("container/create", params=where, json={"id": "b"}).status_code == 201
    assert bob.delete(f"sessions/{session}").status_code == 404, "not theirs to end"
    assert share(None) == 200
    assert bob.get("canvas/state", params=where).status_code == 404
    assert ada.post(f"sessions/{session}/share", json={"username": "nobody"}).status_code == 404


@pytest.mark.ledger("C5")
def test_a_user_takes_their_data_along_and_has_them_deleted(server: Server, tmp_path: Path) -> None:
    server.add_user("eve", PASSWORD)
    with client_of(server, server.sign_in("eve", PASSWORD)) as eve:
        session = eve.post("sessions", json={}).json()["session_id"]
        eve.post("datasets", data={"name": "sales"}, files={"file": ("s.csv", sales_as("csv"))})
        eve.post("chat", json={"message": "create a container called diary"})
        kept = server.folder / "data" / "canvas_widget" / "datasets" / session
        assert kept.is_dir()
        taken = eve.get("me/export").json()
        assert [each["session_id"] for each in taken["sessions"]] == [session]
        assert "diary" in json.dumps(taken)
        assert eve.delete("me").json() == {"success": True}
        assert eve.get("me").status_code == 401, "the token went with its user"
    assert not kept.exists()
    assert (
        server.anonymous.post(server.http("login"), data={"username": "eve", "password": PASSWORD}).status_code == 401
    )
    import sqlite3

    with sqlite3.connect(server.folder / "data" / "canvas_widget" / "canvas.sqlite") as connection:
        left = "\n".join(line for line in connection.iterdump())
    assert "diary" not in left


@pytest.mark.ledger("C1")
def test_a_token_is_revoked_by_signing_out(server: Server, ada: httpx.Client) -> None:
    token = server.sign_in("ada", PASSWORD)
    with client_of(server, token) as client:
        assert client.get("me").json()["username"] == "ada"
        assert client.post("logout").json() == {"success": True}
        assert client.get("me").status_code == 401


@pytest.mark.ledger("C1")
def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(server: Server, ada: httpx.Client) -> None:
    answers = []
    for form in ({"username": "ada", "password": "wrong"}, {"username": "nobody", "password": PASSWORD}):
        got = server.anonymous.post(server.http("login"), data=form)
        answers.append((got.status_code, got.text))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


@pytest.mark.ledger("C1")
def test_users_are_made_and_removed_by_the_command(server: Server) -> None:
    assert server.command("user", "add", "joe", line="too short\n"[:6]).returncode == 1
    assert server.command("user", "add", "joe", line=f"{PASSWORD}\n").stdout == "Added joe.\n"
    again = server.command("user", "add", "joe", line=f"{PASSWORD}\n")
    assert (again.returncode, "joe" in again.stderr) == (1, True)
    server.sign_in("joe", PASSWORD)
    assert server.command("user", "remove", "joe").returncode == 0
    form = {"username": "joe", "password": PASSWORD}
    assert server.anonymous.post(server.http("login"), data=form).status_code == 401


@pytest.mark.ledger("C9", "E9")
def test_guessing_passwords_is_slowed_down(server: Server) -> None:
    form = {"username": "guess", "password": "wrong"}
    got = [server.anonymous.post(server.http("login"), data=form)]
    while got[-1].status_code == 401 and len(got) < 40:  # a slow machine gives some of them back meanwhile
        got.append(server.anonymous.post(server.http("login"), data=form))
    assert len(got) > 10
    assert got[-1].status_code == 429
    assert int(got[-1].headers["retry-after"]) >= 1


@pytest.mark.ledger("C1")
@pytest.mark.parametrize("name", ["local", "jupyter:ada", " ", "x" * 101, "tab\there"])
def test_no_user_of_ours_can_be_taken_for_one_of_jupyters(server: Server, name: str) -> None:
    refused = server.command("user", "add", name, line=f"{PASSWORD}\n")
    assert refused.returncode == 1
    assert "name" in refused.stderr


@pytest.mark.ledger("B4", "C1")
def test_no_secret_is_in_the_log(server: Server, ada: httpx.Client, session: str) -> None:
    """Plant what must not be logged in every place a client can put it, then look."""
    planted = "sesame" + "0f3a9c"
    ada.get("me", params={"token": planted})
    ada.get("me", headers={"Authorization": f"Bearer {planted}"})
    ada.get("me", headers={"Cookie": f"session={planted}", "X-Custom": planted})
    ada.post("chat", json={"message": planted, "provider": planted})
    ada.post("login", data={"username": "ada", "password": planted})
    ada.get("container/x", params={"api_key": planted})
    token = ada.headers["Authorization"].split()[1]
    for path in ("", f"/session/{session}", f"/session/{'0' * 32}", "/kernel/none/canvas"):
        for shown in (planted, token, server.token):
            for url, protocols in ((f"{server.ws(path)}?token={shown}", None), (server.ws(path), [f"bearer.{shown}"])):
                _speak(url, protocols, planted)
    log = server.log.read_text()
    assert '"event": "request"' in log
    assert '"route": "me"' in log
    for secret in (planted, PASSWORD, server.token, token):
        assert secret not in log


def _speak(url: str, protocols: list[str] | None, secret: str) -> None:
    """Connect, say something with a secret in it in good form and in bad, and go."""
    offered = [Subprotocol(name) for name in ("canvas.v1", *protocols)] if protocols else None
    with suppress(InvalidStatus, ConnectionClosed), connect(url, subprotocols=offered, proxy=None) as socket:
        for said in (f'{{"type": "ping", "data": {{"{secret}": "{secret}"}}}}', f'{{"type": "{secret}"}}', secret):
            socket.send(said)
            while "error" not in (answer := socket.recv(30)) and "pong" not in answer:
                continue


@contextmanager
def _browser(server: Server) -> Iterator[httpx.Client]:
    """A browser with the page open and nobody signed in."""
    with httpx.Client(base_url=server.http(""), timeout=60) as opened:
        opened.get(server.http("").removesuffix("api/"))
        yield opened


@pytest.mark.ledger("C1", "C8")
def test_a_page_signs_in_with_a_cookie_that_needs_the_xsrf_token_to_change_anything(server: Server) -> None:
    server.add_user("paula", PASSWORD)
    with _browser(server) as browser:
        form = {"username": "paula", "password": PASSWORD, "cookie": "true"}
        signed = browser.post("login", data=form)
        assert signed.json()["access_token"] is None
        assert "HttpOnly" in signed.headers["set-cookie"]
        assert "SameSite=Strict" in signed.headers["set-cookie"]
        assert browser.get("me").json()["username"] == "paula"
        assert browser.post("sessions", json={}).status_code == 403, "a form of another page could send this"
        own = {"X-XSRFToken": browser.cookies["_xsrf"]}
        assert browser.post("sessions", json={}, headers=own).status_code == 201
        before = {**browser.cookies}
        renewed = browser.post("renew", headers=own)
        assert renewed.json()["access_token"] is None
        assert {**browser.cookies} != before
        assert browser.get("me").json()["expires_in"] > 0
        assert browser.post("logout", headers=own).status_code == 200
        assert browser.get("me").status_code == 401
        foreign = browser.post("login", data=form, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403, "nor may it sign anybody in"


@pytest.mark.ledger("C1")
def test_a_token_is_renewed_with_the_time_of_the_password_in_it(server: Server, ada: httpx.Client) -> None:
    import jwt

    first = ada.headers["Authorization"].split()[1]
    second = ada.post("renew").json()["access_token"]
    old, new = (jwt.decode(token, options={"verify_signature": False}) for token in (first, second))
    assert new["jti"] != old["jti"]
    assert new["auth_time"] == old["auth_time"]
    assert server.anonymous.post(server.http("renew"), headers=server.headers).status_code == 403, (
        "Jupyter's is its own"
    )
    secret = (server.folder / "data" / "canvas_widget" / "jwt_secret").read_text().strip()
    stale = jwt.encode(new | {"auth_time": new["auth_time"] - 12 * 3600, "jti": "x" * 32}, secret, algorithm="HS256")
    headers = {"Authorization": f"Bearer {stale}"}
    assert server.anonymous.get(server.http("me"), headers=headers).status_code == 200
    assert server.anonymous.post(server.http("renew"), headers=headers).status_code == 401
