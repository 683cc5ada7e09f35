"""The HTTP API, as a program that is no notebook uses it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from .process import Server

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def ada(server: Server) -> Iterator[httpx.Client]:
    """Ada, signed in with her own password."""
    server.add_user("ada", PASSWORD)
    with _client(server, server.sign_in("ada", PASSWORD)) as client:
        yield client


@pytest.fixture(scope="module")
def bob(server: Server) -> Iterator[httpx.Client]:
    server.add_user("bob", PASSWORD)
    with _client(server, server.sign_in("bob", PASSWORD)) as client:
        yield client


def _client(server: Server, token: str) -> httpx.Client:
    return httpx.Client(base_url=server.http(""), headers={"Authorization": f"Bearer {token}"}, timeout=60)


@pytest.fixture
def session(ada: httpx.Client) -> str:
    made = ada.post("sessions", json={"name": "figures"})
    assert made.status_code == 201
    return str(made.json()["session_id"])


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


@pytest.mark.ledger("A2", "A3", "A7", "A17", "B1")
def test_a_canvas_is_built_changed_and_cleared(ada: httpx.Client, session: str) -> None:
    where = {"session_id": session}
    assert ada.get("canvas/size", params=where).json() == {"width": 800, "height": 600}
    assert ada.put("canvas/size", params=where, json={"width": 900, "height": 700}).json()["width"] == 900
    made = ada.post("container/create", params=where, json={"id": "a", "x": 850, "width": 200, "height": 100})
    assert made.status_code == 201
    assert made.json()["x"] + made.json()["width"] <= 900, "fitted inside"
    taken = ada.post("container/create", params=where, json={"id": "a"})
    assert taken.status_code == 409
    assert 1 <= len(taken.json()["error"]["alternatives"]) <= 5
    strict = {"id": "b", "x": 850, "width": 200, "height": 100, "auto_adjust": False}
    assert ada.post("container/create", params=where, json=strict).status_code == 422
    changed = ada.put("container/a", params=where, json={"title": "Ümlaut", "width": 300})
    assert (changed.json()["title"], changed.json()["width"]) == ("Ümlaut", 300)
    assert ada.get("container/a", params=where).json() == changed.json()
    assert [box["id"] for box in ada.get("canvas/state", params=where).json()["containers"]] == ["a"]
    gone = ada.get("container/ab", params=where)
    assert gone.status_code == 404
    assert gone.json()["error"]["alternatives"] == ["a"]
    assert ada.delete("container/a", params=where).json() == {"success": True}
    assert ada.delete("container/a", params=where).status_code == 404
    ada.post("container/create", params=where, json={"id": "c"})
    assert ada.post("canvas/clear", params=where).json() == {"success": True}
    assert ada.get("canvas/state", params=where).json()["containers"] == []


@pytest.mark.ledger("A9")
def test_a_screenshot_is_a_picture_and_its_name_never_a_path(ada: httpx.Client, session: str) -> None:
    where = {"session_id": session}
    png = ada.get("canvas/screenshot", params=where)
    assert png.headers["content-type"] == "image/png"
    assert png.content[:8] == b"\x89PNG\r\n\x1a\n"
    svg = ada.get("canvas/screenshot", params={**where, "format": "svg", "filename": "mine"})
    assert svg.text.startswith("<svg")
    assert 'filename="mine.svg"' in svg.headers["content-disposition"]
    assert ada.get("canvas/screenshot", params={**where, "filename": "../x"}).status_code == 422


def frame() -> pd.DataFrame:
    return pd.DataFrame({"region": ["north", "south", "north", "east"], "revenue": [10.0, 20.5, 7.75, 30.0]})


def _as(kind: str) -> bytes:
    import pyarrow as pa

    table, buffer = pa.Table.from_pandas(frame()), io.BytesIO()
    if kind == "csv":
        return frame().to_csv(index=False).encode()
    if kind == "parquet":
        frame().to_parquet(buffer)
    elif kind == "arrow":
        with pa.ipc.new_file(buffer, table.schema) as writer:
            writer.write_table(table)
    else:
        with pa.ipc.new_stream(buffer, table.schema) as writer:
            writer.write_table(table)
    return buffer.getvalue()


@pytest.mark.ledger("B1", "B3", "E2", "X1")
@pytest.mark.parametrize("kind", ["csv", "parquet", "arrow", "stream"])
def test_an_uploaded_dataset_is_charted_by_the_agent(ada: httpx.Client, session: str, kind: str) -> None:
    form = {"name": "sales", "session_id": session}
    name = f"sales.{'arrow' if kind == 'stream' else kind}"
    uploaded = ada.post("datasets", data=form, files={"file": (name, _as(kind))})
    assert uploaded.status_code == 201, uploaded.text
    assert (uploaded.json()["name"], uploaded.json()["rows"]) == ("sales", 4)
    listed = ada.get("datasets", params={"session_id": session}).json()["datasets"]
    assert [[column[0] for column in each["columns"]] for each in listed] == [["region", "revenue"]]
    answer = ada.post("chat", json={"message": "bar chart of total revenue by region", "session_id": session}).json()
    assert answer["success"]
    assert answer["response"]
    assert answer["confidence"] in ("High", "Medium", "Low")
    chart = ada.get(f"container/{answer['chart']}", params={"session_id": session}).json()
    assert chart["content"]["kind"] == "chart"
    assert chart["content"]["mark"] == "bar"
    assert answer["metadata"]["session_id"] == session
    said = ada.get("chat/history", params={"session_id": session}).json()["messages"]
    assert [message["role"] for message in said] == ["user", "assistant"]
    assert said == ada.get("conversation/history", params={"session_id": session}).json()["messages"]
    assert ada.delete("chat/context", params={"session_id": session}).json() == {"success": True}
    assert ada.get("chat/history", params={"session_id": session}).json()["messages"] == []


@pytest.mark.ledger("B1", "D1")
def test_a_streamed_answer_is_server_sent_events_to_done(ada: httpx.Client, session: str) -> None:
    body = {"message": "create a container called notes", "session_id": session, "stream": True}
    with ada.stream("POST", "chat", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        text = "".join(response.iter_text())
    events = [dict(line.split(": ", 1) for line in part.splitlines()) for part in text.strip().split("\n\n")]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "accepted"
    assert kinds[-1] == "done"
    assert {"tool_call", "tool_result", "tree_update", "assistant_response"} <= set(kinds)
    frames = [json.loads(event["data"]) for event in events]
    assert {frame["data"]["turn_id"] for frame in frames} == {frames[0]["data"]["turn_id"]}


@pytest.mark.ledger("B1")
def test_a_prompt_about_one_dataset_reads_that_one(ada: httpx.Client, session: str) -> None:
    for name in ("first", "second"):
        form = {"name": name, "session_id": session}
        ada.post("datasets", data=form, files={"file": (f"{name}.csv", _as("csv"))})
    answer = ada.post("datasets/second/chat", json={"message": "total revenue by region", "session_id": session}).json()
    assert (
        ada.get(f"container/{answer['chart']}", params={"session_id": session}).json()["content"]["dataset"] == "second"
    )
    missing = ada.post("datasets/third/chat", json={"message": "total revenue", "session_id": session})
    assert missing.status_code == 404


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
    assert share("edit") == 200
    assert bob.post("container/create", params=where, json={"id": "b"}).status_code == 201
    assert bob.delete(f"sessions/{session}").status_code == 404, "not theirs to end"
    assert share(None) == 200
    assert bob.get("canvas/state", params=where).status_code == 404
    assert ada.post(f"sessions/{session}/share", json={"username": "nobody"}).status_code == 404


@pytest.mark.ledger("D4", "D5")
def test_a_session_that_ended_keeps_its_events_and_gets_a_summary(ada: httpx.Client, session: str) -> None:
    ada.post("chat", json={"message": "create a container called notes", "session_id": session})
    assert ada.delete(f"sessions/{session}").json() == {"success": True}
    record = ada.get(f"sessions/{session}").json()
    assert record["end_time"]
    assert record["duration_seconds"] >= 0
    types = []
    after: int | None = 0
    while after is not None:
        page = ada.get(f"sessions/{session}/events", params={"after": after, "limit": 3}).json()
        types += [event["type"] for event in page["events"]]
        after = page["next"]
    assert {"user_message", "tool_call", "tool_result", "transaction", "snapshot", "system_event"} <= set(types)
    summary = None
    while summary is None:
        summary = ada.get(f"sessions/{session}/summary").json()["summary"]
    assert "1 prompt" in summary
    assert "notes" in summary
    assert ada.get("canvas/state", params={"session_id": session}).status_code == 404, "it has ended"


@pytest.mark.ledger("C5")
def test_a_user_takes_their_data_along_and_has_them_deleted(server: Server, tmp_path: Path) -> None:
    server.add_user("eve", PASSWORD)
    with _client(server, server.sign_in("eve", PASSWORD)) as eve:
        session = eve.post("sessions", json={}).json()["session_id"]
        eve.post("datasets", data={"name": "sales"}, files={"file": ("s.csv", _as("csv"))})
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
    with _client(server, token) as client:
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


@pytest.mark.ledger("D6", "B1")
def test_the_server_tells_how_it_is_doing(server: Server, ada: httpx.Client) -> None:
    assert server.anonymous.get(server.http("health")).json()["status"] == "ok"
    status = ada.get("status").json()
    assert status["status"] == "ok"
    assert status["store"]["ok"]
    text = ada.get("metrics/prometheus")
    assert text.headers["content-type"].startswith("text/plain")
    assert re.search(r"^canvas_sessions \d", text.text, re.MULTILINE)
    assert "canvas_http_requests_total" in text.text
    for path in ("metrics", "chat/metrics"):
        assert ada.get(path).json()["canvas_sessions"] >= 0
    assert ada.get("").json()["protocol"] == 1
    models = ada.get("models").json()["models"]
    assert any(each["provider"] == "offline" and each["usable"] for each in models)
    assert "canvas" in ada.get("help").json()["text"].lower()


@pytest.mark.ledger("B1")
def test_the_description_has_a_page_that_loads_nothing_from_elsewhere(ada: httpx.Client) -> None:
    page = ada.get("docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "container/create" in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text.replace("http://127.0.0.1", "")
    assert "https://" not in page.text


BAD: list[tuple[str, str, dict[str, Any], int]] = [
    ("POST", "chat", {"content": b"{"}, 400),
    ("POST", "chat", {"content": b"\xff"}, 400),
    ("POST", "chat", {"content": b'{"message": NaN}'}, 422),
    ("POST", "chat", {"content": b"[" * 10_000 + b"]" * 10_000}, 400),
    ("POST", "chat", {"content": b'"x' + b"x" * 1_100_000 + b'"'}, 413),
    ("POST", "chat", {"json": []}, 422),
    ("POST", "chat", {"json": {}}, 422),
    ("POST", "chat", {"json": {"message": ""}}, 422),
    ("POST", "chat", {"json": {"message": "hi", "datasets": ["none"]}}, 404),
    ("POST", "container/create", {"json": {"id": "x", "x": 2**70}}, 422),
    ("POST", "container/create", {"json": {"id": "x", "width": -1}}, 422),
    ("PUT", "container/none", {"json": {"title": "t"}}, 404),
    ("PUT", "container/none", {"json": {}}, 422),
    ("GET", "container/..%2f..%2fetc%2fpasswd", {}, 404),
    ("GET", "container/%00", {}, 404),
    ("PATCH", "canvas/size", {}, 405),
    ("DELETE", "canvas/state", {}, 405),
    ("GET", "nothing/here", {}, 404),
    ("GET", "canvas/state?session_id=../../x", {}, 422),
    ("GET", "canvas/state?kernel_id=k", {}, 422),
    ("GET", "sessions?limit=0", {}, 422),
    ("GET", "sessions?limit=99999999999999999999", {}, 422),
    ("POST", "datasets", {"data": {"name": "x"}}, 422),
    ("POST", "datasets", {"data": {"name": "x"}, "files": {"file": ("x.exe", b"MZ")}}, 422),
    ("POST", "datasets", {"data": {"name": "x"}, "files": {"file": ("x.parquet", b"PAR1 broken")}}, 422),
    ("POST", "datasets", {"data": {"name": ""}, "files": {"file": ("x.csv", b"a\n1\n")}}, 422),
]


@pytest.mark.ledger("B1", "E9")
@pytest.mark.parametrize("path", ["nothing", "nothing/here", "sessions/a/b/c", "container/", "..%2flogin", "%ff%00"])
def test_an_address_that_is_none_is_our_404_by_every_method(server: Server, ada: httpx.Client, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        for who in (ada, server.anonymous):
            got = who.request(method, server.http(path), headers={"Content-Type": "application/json"})
            assert got.status_code == 404, (method, got.text)
            assert got.headers["content-type"].startswith("application/json")
            if method != "HEAD":
                assert got.json()["success"] is False
                assert got.json()["error"]["error_code"] == "NOT_FOUND"


@pytest.mark.ledger("B1", "E9")
@pytest.mark.parametrize(("method", "path", "more", "code"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_bad_input_is_a_clear_error(ada: httpx.Client, method: str, path: str, more: dict[str, Any], code: int) -> None:
    got = ada.request(method, path, **more)
    assert got.status_code == code, got.text
    error = got.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert "Traceback" not in got.text
    assert "/canvas_widget/" not in got.text, "no path of the server's"


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


@pytest.mark.ledger("N4")
def test_the_client_of_the_page_runs_as_it_stands(server: Server, ada: httpx.Client, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "server.md").read_text(encoding="utf-8")
    program = next(part for part in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "asyncio.run" in part)
    token = ada.headers["Authorization"].split()[1]
    where = {**server.environment, "CANVAS_URL": server.http("").removesuffix("/canvas/api/"), "CANVAS_TOKEN": token}
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, env=where, cwd=tmp_path, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    answer, picture = done.stdout.strip().splitlines()[0], done.stdout.strip().splitlines()[-1]
    assert "revenue" in answer
    assert picture == "True image/png"


# -- the standalone page's own ways ------------------------------------------------------------------------------------


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


@pytest.mark.ledger("C4", "C5")
def test_a_session_is_renamed_with_its_canvas(ada: httpx.Client, bob: httpx.Client, session: str) -> None:
    assert bob.put(f"sessions/{session}", json={"name": "mine now"}).status_code == 404
    assert ada.put(f"sessions/{session}", json={"name": " "}).status_code == 422
    assert ada.put(f"sessions/{session}", json={"name": "Figures of 2025"}).json()["name"] == "Figures of 2025"
    assert ada.get("canvas/state", params={"session_id": session}).json()["canvas"]["name"] == "Figures of 2025"
    assert ada.get(f"sessions/{session}").json()["name"] == "Figures of 2025"
    ada.delete(f"sessions/{session}").raise_for_status()
    assert ada.put(f"sessions/{session}", json={"name": "Past"}).json()["name"] == "Past"


def _until(http: httpx.Client, line: str, kind: str) -> dict[str, Any]:
    """The first frame of a type that comes on a line, by long polls."""
    for _ in range(20):
        for frame in http.get(f"lines/{line}", params={"wait": 5}).json()["frames"]:
            if frame["type"] == kind:
                return dict(frame)
    raise AssertionError(f"no {kind}")


@pytest.mark.ledger("B1", "C3", "C8")
def test_frames_travel_over_plain_http(ada: httpx.Client, bob: httpx.Client, session: str) -> None:
    where = {"session_id": session}
    begun = ada.post("lines", params=where)
    assert begun.status_code == 201
    line = begun.json()["line"]
    for method, body in (("GET", None), ("POST", {"frames": []}), ("DELETE", None)):
        assert bob.request(method, f"lines/{line}", json=body).status_code == 404
    assert bob.post("lines", params=where).status_code == 404
    hello = [{"type": "handshake", "data": {"arrow": True, "client_id": "c"}}, {"type": "init_session", "data": {}}]
    ada.post(f"lines/{line}", json={"frames": hello}).raise_for_status()
    ready = _until(ada, line, "session_ready")
    made = {"op": "add", "path": "/containers/a", "value": {"id": "a", "width": 50, "height": 40}}
    ada.post(f"lines/{line}", json={"frames": [{"type": "canvas_edit", "id": "e", "data": {"changes": [made]}}]})
    ack = _until(ada, line, "ack")
    assert ack["seq"] == ready["seq"] + 1
    ada.put("container/a", params=where, json={"x": 90})
    assert _until(ada, line, "tree_update")["data"]["deltas"][0]["node"]["x"] == 90
    bad = [{"type": "no_such_type", "id": "n"}, {"type": 7}]
    ada.post(f"lines/{line}", json={"frames": bad}).raise_for_status()
    assert _until(ada, line, "error")["reply_to"] == "n"
    assert ada.post(f"lines/{line}", json={"frames": ["text"]}).status_code == 422

    again = ada.post("lines", params=where).json()["line"]
    resume = [
        {"type": "handshake", "data": {"client_id": "c"}},
        {"type": "init_session", "data": {"last_seq": ack["seq"]}},
    ]
    ada.post(f"lines/{again}", json={"frames": resume})
    assert _until(ada, again, "session_ready")["data"]["resumed"] == "replay"
    with ada.stream("GET", f"lines/{again}", params={"stream": "true"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        ada.post("canvas/clear", params=where)
        for text in stream.iter_lines():
            if text.startswith("data: ") and json.loads(text[6:])["type"] == "tree_update":
                break
        else:
            raise AssertionError("the stream ended early")
    ada.delete(f"lines/{line}").raise_for_status()
    assert ada.get(f"lines/{line}").status_code == 404
    third = ada.post("lines", params=where).json()["line"]
    ada.delete(f"sessions/{session}").raise_for_status()
    assert _until(ada, third, "session_closed")
    assert ada.get(f"lines/{third}").status_code == 404
