"""What a user may not do too often, each kind counted apart; with limits that do not fill up while a test runs."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from .client import Client
from .process import Server

PASSWORD = "correct horse battery"
NEVER = 360_000
"""Seconds that a bucket takes to fill: no test lasts until it holds another."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(
        tmp_path_factory.mktemp("server"),
        edit_rate_limit=f"4/{NEVER}",
        work_rate_limit=f"3/{NEVER}",
        login_rate_limit=f"2/{NEVER}",
    )
    for name in ("ada", "bob"):
        started.add_user(name, PASSWORD)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def tokens(server: Server) -> dict[str, str]:
    """Two sign-ins of the twelve that this address has."""
    return {name: server.sign_in(name, PASSWORD) for name in ("ada", "bob")}


def add(name: str) -> dict[str, object]:
    return {"op": "add", "path": f"/containers/{name}", "value": {"id": name, "width": 50, "height": 40}}


@pytest.mark.ledger("C9")
async def test_pictures_refreshes_and_connections_are_one_count_and_edits_another(
    server: Server, tokens: dict[str, str]
) -> None:
    async with Client(server.ws(), tokens["ada"]) as client:  # one: it makes a session
        await client.ask("init_session", answer="session_ready")
        url = server.ws(f"/session/{client.session_id}")
        assert (await client.ask("take_screenshot", answer="screenshot"))["type"] == "screenshot"  # two
        await client.send("refresh")  # three
        for kind in ("take_screenshot", "refresh"):
            error = (await client.ask(kind))["error"]
            assert (error["code"], error["error_code"]) == (429, "RATE_LIMIT"), kind
            assert error["retry_after"] > NEVER / 4
        headers = {"Authorization": f"Bearer {tokens['ada']}"}
        async with httpx.AsyncClient(base_url=server.http(""), headers=headers) as http:
            picture = await http.get("canvas/screenshot", params={"session_id": client.session_id})
            assert picture.status_code == 429, "the same count by every door"
            assert int(picture.headers["retry-after"]) > NEVER / 4
        async with Client(server.ws(), tokens["ada"]) as refused:
            assert (await refused.wait("error"))["error"]["code"] == 429
            assert (await refused.until_closed())[0] == 4429
        async with Client(url, tokens["ada"]) as tab:  # it makes no session, and is let in
            await tab.ask("init_session", answer="session_ready")
        for number in range(4):
            assert (await client.ask("canvas_edit", {"changes": [add(f"b{number}")]}, "ack"))["type"] == "ack"
        error = (await client.ask("canvas_edit", {"changes": [add("b4")]}))["error"]
        assert error["code"] == 429
        assert (await client.ask("undo"))["error"]["code"] == 429, "an edit by another name"
        assert (await client.ask("user_prompt", {"prompt": "help"}, "accepted"))["type"] == "accepted"
        assert len(client.canvas["containers"]) == 4
    async with Client(server.ws(), tokens["bob"]) as other:
        await other.ask("init_session", answer="session_ready")
        assert (await other.ask("canvas_edit", {"changes": [add("b")]}, "ack"))["type"] == "ack", "what one spends"


@pytest.mark.ledger("C9", "C1")
def test_attempts_to_sign_in_are_counted_by_name_and_by_address(server: Server, tokens: dict[str, str]) -> None:
    def attempt(name: str) -> httpx.Response:
        return server.anonymous.post(server.http("login"), data={"username": name, "password": "wrong"})

    assert [attempt("guess").status_code for _ in range(3)] == [401, 401, 429]
    assert int(attempt("guess").headers["retry-after"]) > NEVER / 4
    left = 12 - len(tokens) - 4
    assert [attempt(f"name{number}").status_code for number in range(left + 1)] == [401] * left + [429]
    form = {"username": "ada", "password": PASSWORD}
    assert server.anonymous.post(server.http("login"), data=form).status_code == 429, "the right password neither"
    me = server.anonymous.get(server.http("me"), headers={"Authorization": f"Bearer {tokens['ada']}"})
    assert me.json()["username"] == "ada", "who is in stays in"
