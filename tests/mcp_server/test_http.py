"""MCP over HTTP, in a running server: signed in as anywhere, on the canvas that everybody sees."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from mcp import MCPError

from canvas_widget.agent.tools import DEFAULT_TOOLS
from server.client import Client
from server.process import Server

from .clients import MODES, over_http, said

PASSWORD = "correct horse battery"
CHART = {"container_id": "rev", "dataset": "sales", "mark": "bar", "x": "region", "y": "sum(revenue)"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"), max_message_bytes=65_536)
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


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text("region,revenue,units\nnorth,10,1\nsouth,20.5,2\neast,30,3\nwest,5.25,4\nnorth,7.75,5\n")
    return path


def address(server: Server, **query: str) -> str:
    url = server.http("").replace("/canvas/api/", "/canvas/mcp")
    return f"{url}?{httpx.QueryParams(query)}" if query else url


def session_with(server: Server, token: str, csv: Path | None = None) -> str:
    """A new session of the user's, with the file as its dataset."""
    headers = {"Authorization": f"Bearer {token}"}
    made = server.anonymous.post(server.http("sessions"), json={}, headers=headers)
    assert made.status_code == 201, made.text
    session_id = str(made.json()["session_id"])
    if csv is not None:
        with csv.open("rb") as file:
            form = {"name": "sales", "session_id": session_id}
            sent = server.anonymous.post(server.http("datasets"), data=form, files={"file": file}, headers=headers)
        assert sent.status_code == 201, sent.text
    return session_id


def post(server: Server, token: str | None, body: Any, **headers: str) -> httpx.Response:
    """A request as no client of the package would send it."""
    known = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    known |= {"Authorization": f"Bearer {token}"} if token else {}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.anonymous.post(address(server), content=content, headers=known | headers)


def request(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


@pytest.mark.ledger("X9")
@pytest.mark.parametrize("mode", MODES)
async def test_a_chart_made_by_mcp_arrives_over_the_websocket(server: Server, ada: str, csv: Path, mode: str) -> None:
    session_id = session_with(server, ada, csv)
    async with Client(server.ws(f"/session/{session_id}"), ada) as tab:
        await tab.ask("init_session", answer="session_ready")
        async with over_http(address(server, session_id=session_id), ada, mode) as client:
            listed = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(listed) == {tool.name for tool in DEFAULT_TOOLS}
            made = said(await client.call_tool("create_chart", CHART))
            update = await tab.wait("tree_update")
            rows = (await tab.wait("result"))["data"]["rows"]
            held = await client.read_resource("canvas://picture.png")
            drawn = await client.read_resource("canvas://picture.svg")
            state = json.loads((await client.read_resource("canvas://state")).contents[0].text)  # type: ignore[union-attr]
        expected = pd.read_csv(csv).groupby("region")["revenue"].sum().to_dict()
        assert {row["region"]: row["sum_revenue"] for row in made["rows"]} == expected
        assert {row["region"]: row["sum_revenue"] for row in rows} == expected
        assert [delta["path"] for delta in update["data"]["deltas"]] == ["/containers/rev"]
        assert list(tab.canvas["containers"]) == ["rev"]
        assert tab.gaps == 0
        assert [box["container_id"] for box in state["containers"]] == ["rev"]
        assert base64.b64decode(held.contents[0].blob)[:8] == b"\x89PNG\r\n\x1a\n"  # type: ignore[union-attr]
        assert all(region in drawn.contents[0].text for region in expected)  # type: ignore[union-attr]


@pytest.mark.ledger("X9")
async def test_the_schemas_are_those_of_the_agents_tools(server: Server, ada: str) -> None:
    async with over_http(address(server), ada) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    for tool in DEFAULT_TOOLS:
        spec, told = tool.spec(), listed[tool.name]
        assert (told.description, told.input_schema) == (spec.description, spec.parameters)
        assert told.annotations is not None
        assert told.annotations.read_only_hint is not tool.mutates


@pytest.mark.ledger("X9", "N6")
def test_without_or_with_bad_credentials_nothing_is_told(server: Server) -> None:
    for token in (None, "nonsense", "a.b.c"):
        for body in (request("tools/list"), request("initialize"), b"{"):
            refused = post(server, token, body)
            assert refused.status_code == 401, (token, body)
            assert refused.headers["WWW-Authenticate"] == "Bearer"
            assert "create_chart" not in refused.text
    assert server.anonymous.get(address(server)).status_code == 401


@pytest.mark.ledger("X9", "N6")
async def test_the_package_s_client_is_refused_without_credentials(server: Server) -> None:
    with pytest.raises(BaseExceptionGroup) as refused:
        async with over_http(address(server), None) as client:
            await client.list_tools()
    error: BaseException = refused.value
    while isinstance(error, BaseExceptionGroup):
        (error,) = error.exceptions
    assert isinstance(error, MCPError)


@pytest.mark.ledger("X9", "N6")
async def test_a_foreign_page_and_a_signed_out_user_are_refused(server: Server) -> None:
    token = server.sign_in("ada", PASSWORD)
    assert post(server, token, request("tools/list"), Origin="https://evil.example").status_code == 403
    server.anonymous.post(server.http("logout"), headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    assert post(server, token, request("tools/list")).status_code == 401


@pytest.mark.ledger("X9", "N6")
async def test_what_is_not_yours_does_not_exist_and_what_is_shared_to_read_stays_as_it_is(
    server: Server, ada: str, bob: str, csv: Path
) -> None:
    session_id = session_with(server, ada, csv)
    where = address(server, session_id=session_id)
    async with over_http(where, bob) as client:
        missing = said(await client.call_tool("get_canvas_state", {}))
        assert missing["error"] == f"No session '{session_id}'."
        with pytest.raises(MCPError, match="No session"):
            await client.list_resources()
    shared = {"username": "bob", "scope": "read"}
    headers = {"Authorization": f"Bearer {ada}"}
    server.anonymous.post(server.http(f"sessions/{session_id}/share"), json=shared, headers=headers).raise_for_status()
    async with over_http(where, ada) as client:
        said(await client.call_tool("create_chart", CHART))
    async with over_http(where, bob) as client:
        assert [box["container_id"] for box in said(await client.call_tool("get_canvas_state", {}))["containers"]] == [
            "rev"
        ]
        for tool, arguments in (
            ("delete_container", {"container_id": "rev"}),
            ("create_chart", CHART),
            ("run_query", {"sql": "SELECT * FROM sales"}),
            ("undo", {}),
        ):
            assert "shared with you to read only" in said(await client.call_tool(tool, arguments))["error"]
        assert len((await client.read_resource("canvas://picture.png")).contents) == 1
        assert {str(each.uri) for each in (await client.list_resources()).resources} == {
            "canvas://state",
            "canvas://picture.png",
            "canvas://picture.svg",
            "canvas://datasets",
        }
    async with over_http(where, ada) as client:
        state = said(await client.call_tool("get_canvas_state", {}))
        assert [box["container_id"] for box in state["containers"]] == ["rev"]


@pytest.mark.ledger("X9")
async def test_jupyter_s_own_token_reaches_the_newest_canvas(server: Server) -> None:
    async with over_http(address(server), server.token) as client:
        made = said(await client.call_tool("write_text", {"container_id": "note", "markdown": "Hello **there**"}))
        assert made["kind"] == "text"
    async with over_http(address(server), server.token) as client:
        state = said(await client.call_tool("get_canvas_state", {}))
        assert [box["container_id"] for box in state["containers"]] == ["note"]


@pytest.mark.ledger("X9")
async def test_hostile_arguments_are_answered_as_the_agent_is_and_change_nothing(
    server: Server, ada: str, csv: Path
) -> None:
    session_id = session_with(server, ada, csv)
    async with over_http(address(server, session_id=session_id), ada) as client:
        said(await client.call_tool("create_chart", CHART))
        before = said(await client.call_tool("get_canvas_state", {}))
        for tool, arguments in (
            ("run_query", {"sql": "SELECT * FROM read_csv('/etc/passwd')"}),
            ("run_query", {"sql": "DROP TABLE sales"}),
            ("run_query", {"sql": "SELECT 1; SELECT 2"}),
            ("create_table", {"container_id": "t", "sql": "COPY sales TO '/tmp/stolen.csv'"}),
            ("create_chart", CHART | {"container_id": "x", "x": "regoin"}),
            ("create_chart", CHART | {"container_id": "x", "y": "sum(revenue) FROM sales; DROP TABLE sales; --"}),
            ("create_chart", {"container_id": ["a", {"b": 1}], "dataset": {"c": []}}),
            ("take_screenshot", {"filename": "../../etc/passwd"}),
            ("take_screenshot", {"filename": "/tmp/x.png"}),
            ("edit_canvas_size", {"width": 10**12, "height": -1}),
            ("modify_container", {"container_id": "../../etc", "title": "x"}),
            ("describe_dataset", {"name": "../../../etc/passwd"}),
            ("__class__", {}),
            ("create_chrat", CHART),
        ):
            refused = await client.call_tool(tool, arguments)
            assert refused.is_error, (tool, arguments)
            assert len(said(refused)["error"]) > 20
        near = said(await client.call_tool("create_chart", CHART | {"container_id": "x", "x": "regoin"}))
        assert "region" in near["error"]
        for uri in ("canvas://nope", "file:///etc/passwd", "canvas://datasets/..%2F..%2Fetc", "canvas://datasets/nope"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
        assert said(await client.call_tool("get_canvas_state", {})) == before


@pytest.mark.ledger("X9")
def test_requests_that_are_none_are_refused_and_the_server_lives_on(server: Server, ada: str) -> None:
    for body in (
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 5000 + b"]" * 5000,
        json.dumps(request("tools/call", name="undo", arguments={"a": "x" * 70_000})).encode(),
        json.dumps([request("tools/list")]).encode(),
        b'{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "tools/list"}',
        b'"tools/list"',
    ):
        answer = post(server, ada, body)
        assert 400 <= answer.status_code < 500, (body[:60], answer.status_code, answer.text[:200])
    assert post(server, ada, request("tools/list"), **{"Content-Type": "text/plain"}).status_code in (400, 415)
    assert post(server, ada, request("no/such/method")).json()["error"]["code"] == -32601
    assert "error" in post(server, ada, request("tools/call", name=7, arguments="x")).json()
    listed = post(server, ada, request("tools/list")).json()["result"]["tools"]
    assert len(listed) == len(list(DEFAULT_TOOLS))
    for method in ("GET", "DELETE"):
        refused = server.anonymous.request(method, address(server), headers={"Authorization": f"Bearer {ada}"})
        assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert ada not in server.log.read_text()


@pytest.mark.ledger("X9", "D4")
async def test_what_a_tool_said_is_done_is_there_after_a_kill(tmp_path: Path, csv: Path) -> None:
    first = Server(tmp_path)
    try:
        session_id = session_with(first, first.token, csv)
        async with over_http(address(first, session_id=session_id), first.token) as client:
            for number in range(5):
                made = said(await client.call_tool("create_chart", CHART | {"container_id": f"rev{number}"}))
                assert made["container_id"] == f"rev{number}"
    finally:
        first.kill()
        first.stop()
    second = Server(tmp_path, token=first.token)
    try:
        async with over_http(address(second, session_id=session_id), second.token) as client:
            state = said(await client.call_tool("get_canvas_state", {}))
            assert [box["container_id"] for box in state["containers"]] == [f"rev{number}" for number in range(5)]
            assert said(await client.call_tool("undo", {}))["undone"]
    finally:
        second.stop()
