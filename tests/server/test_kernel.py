"""A canvas that lives in a running kernel, driven from outside while its notebook works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from environment import private_environment

from .client import Client
from .notebook import SETUP, Notebook, opened
from .process import Server

PASSWORD = "correct horse battery"
LINES = 4
"""Clients that a kernel lets in here."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"), max_kernel_clients=LINES)
    yield started
    started.stop()


@pytest.fixture
async def notebook(server: Server) -> AsyncIterator[Notebook]:
    async with opened(server, SETUP) as running:
        yield running


@pytest.mark.ledger("N4", "A16", "A2")
async def test_a_canvas_in_a_kernel_is_driven_from_outside(server: Server, notebook: Notebook) -> None:
    async with Client(notebook.url(), server.token) as client:
        ready = await client.ask("init_session", answer="session_ready")
        assert ready["data"]["canvas"]["canvas"]["name"] == "main"
        assert (await client.ask("handshake", {"arrow": True}, answer="server_info"))["data"]["protocol"] == 1
        box = {"id": "outside", "x": 0, "y": 0, "width": 200, "height": 100}
        change = {"op": "add", "path": "/containers/outside", "value": box}
        await client.ask("canvas_edit", {"changes": [change]}, answer="ack")
        assert (await notebook.run("print([box.id for box in canvas])")).strip() == "['outside']"
        await notebook.run("canvas.chart('inside', data='sales', mark='bar', x='region', y='sum(revenue)');")
        while "inside" not in client.canvas["containers"]:
            await client.wait("tree_update", after=len(client.frames))
        page = await client.ask("get_result", {"container_id": "inside"}, answer="result")
        import pyarrow as pa

        buffer = client.buffers[client.frames.index(page)]
        assert buffer is not None
        rows = pa.ipc.open_stream(buffer).read_all().to_pylist()
        assert sorted(value for row in rows for value in row.values() if isinstance(value, float)) == [17.75, 20.5]
        await client.ask("user_prompt", {"prompt": "create a container called notes"}, answer="accepted")
        assert (await client.wait("done"))["data"]["reason"] == "complete"
        assert "notes" in await notebook.run("print([box.id for box in canvas])")
        assert client.gaps == 0


@pytest.mark.ledger("N4")
async def test_a_blocking_cell_does_not_hold_up_who_looks_from_outside(server: Server, notebook: Notebook) -> None:
    async with Client(notebook.url(), server.token) as client:
        await client.ask("init_session", answer="session_ready")
        cell = await notebook.start("import time\nwhile True: time.sleep(0.01)")
        for _ in range(3):
            await client.ask("ping", answer="pong")
        async with Client(notebook.url(), server.token) as second:
            assert (await second.ask("init_session", answer="session_ready"))["data"]["active_tabs"] == 2
        async with httpx.AsyncClient(headers=server.headers) as http:
            base = f"http://127.0.0.1:{server.port}/base/api/kernels/{notebook.kernel_id}"
            await http.post(f"{base}/interrupt")  # the cell runs until now: nothing above waited for it
        with pytest.raises(AssertionError, match="KeyboardInterrupt"):
            await notebook.end(cell)
        assert (await client.ask("ping", answer="pong"))["type"] == "pong", "an interrupt is the cell's alone"


@pytest.mark.ledger("N4", "B1")
async def test_the_http_api_reaches_a_canvas_in_a_kernel(server: Server, notebook: Notebook) -> None:
    where = {"kernel_id": notebook.kernel_id, "canvas": "main"}
    async with httpx.AsyncClient(base_url=server.http(""), headers=server.headers, timeout=60) as http:
        made = await http.post("container/create", params=where, json={"id": "a", "width": 50, "height": 40})
        assert made.status_code == 201, made.text
        assert (await notebook.run("print(canvas['a'].width)")).strip() == "50"
        answer = await http.post("chat", params=where, json={"message": "total revenue by region as a bar chart"})
        assert answer.json()["chart"], answer.text
        listed = (await http.get("canvases")).json()["canvases"]
        assert {"name": "main", "scope": "own", "session_id": None, "kernel_id": notebook.kernel_id} in listed
        png = await http.get("canvas/screenshot", params=where)
        assert png.content[:4] == b"\x89PNG"


@pytest.mark.ledger("C5", "N4")
async def test_a_kernels_canvas_is_its_owners_until_it_is_shared(server: Server, notebook: Notebook) -> None:
    server.add_user(f"ada-{notebook.kernel_id[:6]}", PASSWORD)
    ada = f"ada-{notebook.kernel_id[:6]}"
    token = server.sign_in(ada, PASSWORD)
    answers = []
    for url in (notebook.url(), notebook.url("nothing"), notebook.url().replace(notebook.kernel_id, "none")):
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, additional_headers={"Authorization": f"Bearer {token}"}, proxy=None)
        answers.append(refused.value.response.status_code)
    assert answers == [404, 404, 404]
    await notebook.run(f"canvas.share({ada!r}, 'read')")
    async with Client(notebook.url(), token) as client:
        await client.ask("init_session", answer="session_ready")
        assert (await client.ask("undo"))["error"]["code"] == 403
        await notebook.run(f"canvas.share({ada!r}, 'edit'); canvas.create_container('a')")
        await client.wait("tree_update")
        await client.ask("undo", answer="ack")
        await notebook.run(f"canvas.share({ada!r}, None)")
        assert (await client.until_closed())[0] == 1000


@pytest.mark.ledger("N4", "C7")
@pytest.mark.parametrize("how", ["restart", "delete", "death"])
async def test_a_kernel_that_goes_says_so_to_who_looks(server: Server, notebook: Notebook, how: str) -> None:
    async with Client(notebook.url(), server.token) as client:
        await client.ask("init_session", answer="session_ready")
        base = f"http://127.0.0.1:{server.port}/base/api/kernels/{notebook.kernel_id}"
        async with httpx.AsyncClient(headers=server.headers, timeout=60) as http:
            if how == "death":
                await notebook.start("import os; os._exit(1)")
            else:
                await (http.post(f"{base}/restart") if how == "restart" else http.delete(base))
        assert "kernel" in (await client.wait("session_closed"))["data"]["message"]
        assert (await client.until_closed())[0] == 1000


@pytest.mark.ledger("N4")
async def test_a_line_leaves_no_subshell_behind(server: Server, notebook: Notebook) -> None:
    code = "import threading; print(sum('subshell' in t.name for t in threading.enumerate()))"
    before: Any = await notebook.run(code)
    async with Client(notebook.url(), server.token) as client:
        await client.ask("ping", answer="pong")
        assert int(await notebook.run(code)) == int(before) + 1
    async with asyncio.timeout(20):
        while int(await notebook.run(code)) > int(before):
            pass


@pytest.mark.ledger("N4")
async def test_what_a_kernel_tells_others_does_not_come_to_a_line(tmp_path: Path) -> None:
    from jupyter_client.manager import AsyncKernelManager

    from canvas_widget.server.kernels import KernelConnection

    manager = AsyncKernelManager(kernel_name="python3")
    await manager.start_kernel(cwd=str(tmp_path), env=private_environment(tmp_path))
    notebook, heard = manager.client(), asyncio.Queue[str]()
    notebook.start_channels()
    line = KernelConnection(manager, "kernel", SimpleNamespace(send=lambda frame, _: heard.put_nowait(frame["type"])))
    try:
        await notebook.wait_for_ready(timeout=60)
        await notebook.execute_interactive(SETUP, timeout=60)
        await line.open({"canvas": "main", "user": {"name": "ada", "owner": True}}, 60)
        for _ in range(3):
            await line.receive({"type": "ping", "data": {}})
            assert await asyncio.wait_for(heard.get(), 60) == "pong"
        assert line._reader is not None
        line._reader.cancel()
        said = "for n in range(200): print(n, flush=True)"
        await notebook.execute_interactive(said, timeout=60, output_hook=lambda _: None)
        await line.receive({"type": "ping", "data": {}})
        socket, come = line._kernel.iopub_channel.socket, list[bytes]()
        async with asyncio.timeout(60):
            while b'"pong"' not in b"".join(parts := await socket.recv_multipart()):
                come.append(parts[0])
        assert come == []
    finally:
        line.close()
        notebook.stop_channels()
        await manager.shutdown_kernel(now=True)
        async with asyncio.timeout(20):
            while line._kernel.channels_running:  # noqa: ASYNC110  (a line lets its last words be heard first)
                await asyncio.sleep(0.05)


@pytest.mark.ledger("C9", "C7", "N4")
async def test_a_kernel_lets_in_so_many_clients_and_those_that_left_count_no_more(
    server: Server, notebook: Notebook
) -> None:
    async with AsyncExitStack() as stack:
        asked = [stack.enter_async_context(Client(notebook.url(), server.token)) for _ in range(LINES + 2)]
        came = await asyncio.gather(*asked, return_exceptions=True)  # at once: those on their way in count, too
        refused = [each.response for each in came if isinstance(each, InvalidStatus)]
        assert [answer.status_code for answer in refused] == [429, 429]
        assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
        for client in came:
            if isinstance(client, Client):
                assert (await client.ask("ping", answer="pong"))["type"] == "pong", "the others notice nothing"
    head = f"GET {urlsplit(notebook.url()).path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\n"
    head += f"Connection: Upgrade\r\nSec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\n"
    head += f"Authorization: token {server.token}\r\n\r\n"
    for _ in range(LINES):  # gone before the kernel has answered
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(head.encode())
        await writer.drain()
        writer.transport.abort()
    async with asyncio.timeout(60):
        while not await _let_in(notebook):
            continue


async def _let_in(notebook: Notebook) -> bool:
    with suppress(InvalidStatus):
        async with Client(notebook.url(), notebook.server.token) as client:
            return bool((await client.ask("ping", answer="pong"))["type"] == "pong")
    return False
