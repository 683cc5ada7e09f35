"""MCP on a canvas that lives in a running kernel, beside its notebook."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from mcp import MCPError

from server.client import Client
from server.notebook import Notebook, opened
from server.process import Server

from .clients import over_http, said

SETUP = """
import pandas as pd
sales = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.5, 7.75]})
from canvas_widget import Canvas
canvas = Canvas(name="main")
canvas.datasets.register("salaries", pd.DataFrame({"name": ["Hopper"], "pay": [4711]}), private=True)
"""
CHART = {"container_id": "rev", "dataset": "sales", "mark": "bar", "x": "region", "y": "sum(revenue)"}
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"))
    started.add_user("ada", PASSWORD)
    yield started
    started.stop()


@pytest.fixture
async def notebook(server: Server) -> AsyncIterator[Notebook]:
    async with opened(server, SETUP) as running:
        yield running


def address(notebook: Notebook) -> str:
    query = httpx.QueryParams({"kernel_id": notebook.kernel_id, "canvas": "main"})
    return f"http://127.0.0.1:{notebook.server.port}/base/canvas/mcp?{query}"


@pytest.mark.ledger("X9", "X12")
async def test_the_canvas_of_a_notebook_is_driven_by_mcp(server: Server, notebook: Notebook) -> None:
    async with Client(notebook.url(), server.token) as tab:
        await tab.ask("init_session", answer="session_ready")
        async with over_http(address(notebook), server.token) as client:
            made = said(await client.call_tool("create_chart", CHART))
            assert {row["region"]: row["sum_revenue"] for row in made["rows"]} == {"north": 17.75, "south": 20.5}
            await tab.wait("tree_update")
            assert list(tab.canvas["containers"]) == ["rev"]
            printed = await notebook.run("print([box.id for box in canvas.workspace.document])")
            assert "rev" in printed
            assert len((await client.read_resource("canvas://picture.png")).contents) == 1

            assert said(await client.call_tool("list_datasets", {}))["datasets"][0]["name"] == "sales"
            private = {"container_id": "pay", "dataset": "salaries", "columns": ["name", "pay"]}
            shown = await client.call_tool("create_table", private)
            told = json.dumps(
                [said(shown), said(await client.call_tool("check_container_content", {"container_id": "pay"}))]
            )
            assert "Hopper" not in told
            assert "4711" not in told
            with pytest.raises(MCPError, match="shares no values"):
                await client.read_resource("canvas://picture.png")
    ada = server.sign_in("ada", PASSWORD)
    async with over_http(address(notebook), ada) as client:
        assert "No canvas" in said(await client.call_tool("get_canvas_state", {}))["error"]
        await notebook.run("canvas.share('ada', 'read')")
        assert len(said(await client.call_tool("get_canvas_state", {}))["containers"]) == 2
        assert "to read only" in said(await client.call_tool("clear_canvas", {}))["error"]
        await notebook.run("canvas.share('ada', 'edit')")
        assert said(await client.call_tool("clear_canvas", {}))["deleted"] == 2
