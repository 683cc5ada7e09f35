"""What a user may not do too often, each kind counted apart; with limits that do not fill up while a test runs."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from mcp import Client as McpClient
from mcp import MCPError

from mcp_server.clients import over_http, said

from .client import Client
from .process import Server
from .speech import PASSWORD, add, bearer, joined

NAMES = ("ada", "bob", "cleo", "dan")
NEVER = 360_000
"""Seconds that a bucket takes to fill: no test lasts until it holds another."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(
        tmp_path_factory.mktemp("server"),
        rate_limit=f"12/{NEVER}",
        edit_rate_limit=f"4/{NEVER}",
        work_rate_limit=f"3/{NEVER}",
        login_rate_limit=f"2/{NEVER}",
    )
    for name in NAMES:
        started.add_user(name, PASSWORD)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def tokens(server: Server) -> dict[str, str]:
    """A sign-in each, of the twelve that this address has."""
    return {name: server.sign_in(name, PASSWORD) for name in NAMES}


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


@pytest.mark.ledger("C9")
async def test_prompts_are_limited_and_edits_never_spend_them(server: Server, tokens: dict[str, str]) -> None:
    dan = tokens["dan"]
    async with Client(server.ws(), dan) as client:
        await joined(client)
        for number in range(3):
            await client.ask("canvas_edit", {"changes": [add(f"b{number}")]}, answer="ack")
        errors = []
        for _ in range(16):
            frame = await client.ask("chat_message", {"message": "list the datasets"}, answer="accepted")
            if frame["type"] == "error":
                errors.append(frame["error"])
            else:
                await client.wait("done", after=client.frames.index(frame))
        assert len(errors) == 4, "twelve are allowed"
        assert all(error["code"] == 429 and error["error_code"] == "RATE_LIMIT" for error in errors)
        assert NEVER / 13 < errors[0]["retry_after"] <= NEVER / 12 + 1
        again = server.anonymous.post(server.http("chat"), json={"message": "more"}, headers=bearer(dan))
        assert again.status_code == 429, "one bucket for every door"
        assert int(again.headers["retry-after"]) >= 1
        last = await client.ask("canvas_edit", {"changes": [add("b3")]}, answer="ack")
        assert last["type"] == "ack", "a prompt spends no edits"


@pytest.mark.ledger("C9", "X9")
async def test_what_comes_by_mcp_is_counted_with_the_users_edits(server: Server, tokens: dict[str, str]) -> None:
    cleo = tokens["cleo"]
    made: list[str] = []
    async with Client(server.ws(), cleo) as tab:
        await tab.ask("init_session", answer="session_ready")
        url = f"{server.http('').replace('/canvas/api/', '/canvas/mcp')}?session_id={tab.session_id}"

        async def write(client: McpClient) -> None:
            for number in range(5):  # the client may ask for more than the tools, and that counts too
                note = {"container_id": f"n{number}", "markdown": "Hello."}
                made.append(said(await client.call_tool("write_text", note))["container_id"])

        async with over_http(url, cleo) as client:
            with pytest.raises(MCPError, match=r"At most 4 edits in .* Try again in [\d.]+ s"):
                await write(client)
        assert 0 < len(made) < 5
        error = (await tab.ask("canvas_edit", {"changes": [add("by_hand")]}))["error"]
        assert error["error_code"] == "RATE_LIMIT", "the same count by every door"
        assert list(tab.canvas["containers"]) == made, "what was refused has changed nothing"
        headers = {"Authorization": f"Bearer {cleo}", "Accept": "application/json, text/event-stream"}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        async with httpx.AsyncClient(headers=headers) as http:
            answer = await http.post(url, json=call)
        assert (answer.status_code, answer.json()["error"]["data"]["error_code"]) == (429, "RATE_LIMIT")
        assert int(answer.headers["retry-after"]) > NEVER / 5


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
