"""MCP over standard input and output, by a real process over a file given by argument."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from mcp import Client, MCPError, StdioServerParameters

from environment import private_environment

from .clients import MODES, said

CHART = {"container_id": "rev", "dataset": "sales", "mark": "bar", "x": "region", "y": "sum(revenue)"}
SCRIPT = ["-m", "canvas_widget.command", "mcp"]


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    path.write_text("region,revenue,units\nnorth,10,1\nsouth,20.5,2\neast,30,3\nwest,5.25,4\nnorth,7.75,5\n")
    return path


def started(folder: Path, *arguments: str, module: bool = False, **settings: str) -> StdioServerParameters:
    """What starts the server in a process of its own; `settings` are ours, without their prefix."""
    environment = private_environment(folder) | {
        f"CANVAS_WIDGET_{name.upper()}": value for name, value in settings.items()
    }
    command = ["-m", "canvas_widget.mcp"] if module else SCRIPT
    return StdioServerParameters(command=sys.executable, args=[*command, *arguments], env=environment, cwd=folder)


@pytest.mark.ledger("X9")
@pytest.mark.parametrize("mode", MODES)
async def test_a_client_charts_a_file_and_sees_the_picture(tmp_path: Path, csv: Path, mode: str) -> None:
    page = tmp_path / "canvas.html"
    arguments = (str(csv), "--size", "1000x700", "--html", str(page))
    async with Client(started(tmp_path, *arguments, module=mode == "auto"), mode=mode) as client:
        assert client.instructions is not None
        assert "list_datasets" in client.instructions
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert {"create_chart", "create_table", "create_metric", "run_query", "undo"} <= set(names)
        made = said(await client.call_tool("create_chart", CHART))
        expected = pd.read_csv(csv).groupby("region")["revenue"].sum().to_dict()
        assert {row["region"]: row["sum_revenue"] for row in made["rows"]} == expected

        shown = await client.call_tool("take_screenshot", {})
        picture = await client.read_resource("canvas://picture.png")
        for encoded in (shown.content[1].data, picture.contents[0].blob):  # type: ignore[union-attr]
            data = base64.b64decode(encoded)
            assert data[:8] == b"\x89PNG\r\n\x1a\n"
            width, height = (int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
            assert width / height == pytest.approx(1000 / 700, abs=0.01)
        drawn = (await client.read_resource("canvas://picture.svg")).contents[0].text  # type: ignore[union-attr]
        assert all(region in drawn for region in expected)

        listed = {str(each.uri): each.mime_type for each in (await client.list_resources()).resources}
        assert listed["canvas://picture.png"] == "image/png"
        assert "canvas://datasets/sales" in listed
        templates = (await client.list_resource_templates()).resource_templates
        assert [each.uri_template for each in templates] == ["canvas://datasets/{name}"]
        told = json.loads((await client.read_resource("canvas://datasets/sales")).contents[0].text)  # type: ignore[union-attr]
        assert (told["rows"], [column["name"] for column in told["columns"]]) == (5, ["region", "revenue", "units"])

        assert said(await client.call_tool("undo", {}))["undone"]
        state = json.loads((await client.read_resource("canvas://state")).contents[0].text)  # type: ignore[union-attr]
        assert (state["width"], state["height"], state["containers"]) == (1000, 700, [])
        said(await client.call_tool("create_chart", CHART | {"title": "Kept in the page"}))
    assert "Kept in the page" in page.read_text()


@pytest.mark.ledger("X9")
async def test_a_tool_that_fails_says_what_there_is_instead(tmp_path: Path, csv: Path) -> None:
    async with Client(started(tmp_path, f"trade={csv}")) as client:
        wrong = await client.call_tool("create_chart", CHART | {"dataset": "trde"})
        assert wrong.is_error
        assert said(wrong)["alternatives"] == ["trade"]
        unknown = said(await client.call_tool("create_chrat", {}))
        assert "create_chart" in unknown["alternatives"]
        for sql in ("SELECT * FROM read_csv('/etc/passwd')", f"SELECT * FROM '{csv}'", "DELETE FROM trade"):
            assert (await client.call_tool("run_query", {"sql": sql})).is_error
        for tool, arguments in (
            ("create_metric", {"container_id": 5, "dataset": [], "value": {"x": 1}}),
            ("take_screenshot", {"filename": "../x.png"}),
        ):
            assert (await client.call_tool(tool, arguments)).is_error
        for uri in ("canvas://datasets/sales", "canvas://other", "file:///etc/passwd"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
        rows = said(await client.call_tool("run_query", {"sql": "SELECT sum(units) AS n FROM trade"}))["rows"]
        assert rows == [{"n": 15}], "it lives on"


@pytest.mark.ledger("X9", "X12")
@pytest.mark.parametrize("share", ["schema", "none"])
async def test_what_the_user_does_not_share_is_not_told(tmp_path: Path, csv: Path, share: str) -> None:
    async with Client(started(tmp_path, str(csv), share=share)) as client:
        made = said(await client.call_tool("create_chart", CHART))
        told = [made, said(await client.call_tool("check_container_content", {"container_id": "rev"}))]
        told.append(said(await client.call_tool("describe_dataset", {"name": "sales"})))
        told.append(said(await client.call_tool("list_datasets", {})))
        told.append(said(await client.call_tool("run_query", {"sql": "SELECT * FROM sales"})))
        assert "north" not in json.dumps(told)
        assert "20.5" not in json.dumps(told)
        assert (await client.call_tool("take_screenshot", {})).is_error
        for picture in ("canvas://picture.png", "canvas://picture.svg"):
            with pytest.raises(MCPError, match="shares no values"):
                await client.read_resource(picture)
        uris = {str(each.uri) for each in (await client.list_resources()).resources}
        assert ("canvas://datasets/sales" in uris) is (share == "schema")


@pytest.mark.ledger("X9")
def test_what_is_no_message_does_not_end_it(tmp_path: Path, csv: Path) -> None:
    lines: list[Any] = [
        "",
        "{",
        "nonsense",
        "[" * 20_000,
        '{"jsonrpc":"2.0"}',
        '{"jsonrpc":"2.0","id":1,"method":"no"}',
    ]
    meta = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    lines.append(json.dumps({"jsonrpc": "2.0", "id": 7, "method": "initialize", "params": meta}))
    lines.append(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))
    lines.append(json.dumps({"jsonrpc": "2.0", "id": 8, "method": "tools/list"}))
    process = subprocess.Popen(
        [sys.executable, *SCRIPT, str(csv)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=private_environment(tmp_path), cwd=tmp_path,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n".join(lines) + "\n")
    process.stdin.flush()
    answers: dict[Any, Any] = {}
    while 8 not in answers:
        line = process.stdout.readline()
        assert line, "it ended"
        answer = json.loads(line)
        answers[answer.get("id")] = answer
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert answers[7]["result"]["serverInfo"]["name"] == "canvas_widget"
    assert len(answers[8]["result"]["tools"]) > 20


@pytest.mark.ledger("X9")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.csv"], "missing.csv"),
        (["a=sales.csv", "a=sales.csv"], "Two files are named 'a'"),
        (["sales.csv", "--size", "huge"], "Write it like 1200x800"),
        (["sales.csv", "--html", "nowhere/page.html"], "there is no folder"),
        (["sales.csv", "--html", "."], "is a folder"),
    ],
)
def test_what_cannot_be_served_is_said_before_it_starts(
    tmp_path: Path, csv: Path, arguments: list[str], words: str
) -> None:
    ended = told(tmp_path, *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def told(folder: Path, *arguments: str, says: str = "") -> subprocess.CompletedProcess[str]:
    """The server's whole life with one who says that and leaves."""
    return subprocess.run(
        [sys.executable, *SCRIPT, *arguments], check=False, capture_output=True, text=True, input=says,
        env=private_environment(folder), cwd=folder,
    )  # fmt: skip


@pytest.mark.ledger("X9")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no disk that is always full")
def test_a_page_that_cannot_be_written_at_the_end_is_said_in_a_line(tmp_path: Path, csv: Path) -> None:
    ended = told(tmp_path, str(csv), "--html", "/dev/full")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "--html /dev/full cannot be written: No space left on device.\n"
