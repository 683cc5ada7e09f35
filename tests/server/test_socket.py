"""The WebSocket: sessions from their first frame to their last, resumed, in several tabs, over a bad network."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from .client import Client
from .network import Tab
from .process import Server
from .speech import PASSWORD, add, bearer, joined


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that pings so seldom that a client which is deaf for a while is not one that is gone."""
    started = Server(
        tmp_path_factory.mktemp("server"),
        ping_interval=600,
        edit_rate_limit="20000/60",
    )
    started.add_user("ada", PASSWORD)
    started.add_user("bob", PASSWORD)
    yield started
    started.stop()


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
        while {"status": "left", "active_tabs": 1} not in [f["data"] for f in one.of("connection_status")]:
            await one.wait("connection_status", after=len(one.frames))


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
