"""The sessions of one server, without a server: who is let in, what is kept, and what may happen at the same time."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from canvas_widget.errors import InvalidArgument, NotFound, TooLarge
from canvas_widget.server.identity import Caller
from canvas_widget.server.lines import HttpLine
from canvas_widget.server.sessions import Sessions
from canvas_widget.server.tokens import Tokens
from canvas_widget.server.uploads import Uploads
from canvas_widget.session import MemoryClient
from canvas_widget.session.journal import Event
from canvas_widget.settings import Settings
from canvas_widget.store import MemoryStore, Writer

from .speech import add

ADA, BOB = Caller("ada", "ada"), Caller("bob", "bob")


class Slow(MemoryStore):
    """A store that ends no session before somebody opens the gate, once it was asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.gate = threading.Event(), threading.Event()

    def end_session(self, session_id: str, at: datetime) -> None:
        self.asked.set()
        self.gate.wait(20)
        super().end_session(session_id, at)


@pytest.fixture
def store() -> Slow:
    return Slow()


@pytest.fixture
async def sessions(store: Slow, tmp_path: Path) -> AsyncIterator[Sessions]:
    writer = Writer(store)
    yield Sessions(Settings(), store, writer, Uploads(tmp_path))
    store.gate.set()
    await writer.close()


@pytest.mark.ledger("C6", "D4")
async def test_a_session_that_is_ending_is_opened_by_nobody(sessions: Sessions, store: Slow) -> None:
    live = await sessions.create(ADA)
    await sessions.safe(live)
    ending = asyncio.ensure_future(sessions.end(live.record.session_id))
    await asyncio.to_thread(store.asked.wait, 20)
    with pytest.raises(NotFound):
        await sessions.get(live.record.session_id, ADA)
    store.gate.set()
    await ending
    assert sessions.live == []
    with pytest.raises(NotFound):
        await sessions.get(live.record.session_id, ADA)


@pytest.mark.ledger("X6", "D6")
async def test_clients_that_come_when_a_session_has_moved_find_one_and_the_same(
    sessions: Sessions, store: Slow
) -> None:
    live = await sessions.create(ADA)
    await sessions.safe(live)
    other = Writer(store)
    last = store.last_number(live.record.session_id)
    other.journal(live.record.session_id, last).append(Event("system_event", {"event": "elsewhere"}))
    await other.close()
    begun, closing, close = asyncio.Event(), asyncio.Event(), live.session.close

    async def slowly(reason: str) -> None:
        begun.set()
        await closing.wait()
        await close(reason)

    live.session.close = slowly  # type: ignore[method-assign]
    first = asyncio.ensure_future(sessions.get(live.record.session_id, ADA))
    await begun.wait()
    second = await sessions.get(live.record.session_id, ADA)
    closing.set()
    assert await first is second is sessions.live[0]
    assert second is not live


@pytest.mark.ledger("C5", "C9")
async def test_who_a_session_is_shared_with_no_more_changes_nothing_by_the_line_they_have(sessions: Sessions) -> None:
    live = await sessions.create(ADA)
    await sessions.share(live, ADA, "bob", "edit")
    client = MemoryClient()
    line = sessions.connect(live, client, BOB)
    await line.receive({"type": "canvas_edit", "id": "1", "data": {"changes": [add("a")]}})
    await sessions.share(live, ADA, "bob", None)
    for frame in (
        {"type": "canvas_edit", "id": "2", "data": {"changes": [add("b")]}},
        {"type": "user_prompt", "id": "3", "data": {"prompt": "clear the canvas"}},
        {"type": "get_canvas_state", "id": "4"},
    ):
        await line.receive(frame)
    await sessions.safe(live)
    assert live.session.workspace.document.ids() == ("a",)
    assert not live.session.turns.busy
    assert [frame["error"]["code"] for frame in client.of("error")] == [404] * 3
    assert client.of("canvas_state") == []


@pytest.mark.ledger("C6", "A16")
async def test_a_message_that_comes_again_before_its_answer_has_one_effect(sessions: Sessions) -> None:
    live = await sessions.create(ADA)
    clients = [MemoryClient(), MemoryClient()]
    lines = [sessions.connect(live, client, ADA) for client in clients]
    for line in lines:
        await line.receive({"type": "handshake", "data": {"client_id": "tab-1"}})
    call = {"name": "write_text", "arguments": {"container_id": "note", "markdown": "once"}}
    await asyncio.gather(*(line.receive({"type": "call_tool", "id": "t", "data": call}) for line in lines))
    await sessions.safe(live)
    answers = [client.of("tool_answer") for client in clients]
    assert [[each["data"]["ok"] for each in held] for held in answers] == [[True], [True]]
    assert live.session.workspace.document.rev == 1


@pytest.mark.ledger("C6", "D5")
async def test_what_is_kept_for_those_who_come_back_is_bounded_in_bytes(sessions: Sessions) -> None:
    live = await sessions.create(ADA)
    line = sessions.connect(live, client := MemoryClient(), ADA)
    outbox = live.session.outbox
    await line.receive({"type": "init_session", "id": "i"})
    await sessions.safe(live)
    for number in range(40):
        outbox.broadcast("progress", {"turn_id": None, "message": "x" * 500_000})
        await line.receive({"type": "get_canvas_state", "id": f"s{number}"})
    member = outbox.members[0]
    assert len(client.of("canvas_state")) == 40
    assert outbox.since(outbox.seq - 1) is not None
    assert outbox.since(outbox.seq - 39) is None, "told by a snapshot instead"
    assert not member.answers, "what only reads is read again when it is asked for again"


def spoilt() -> bytes:
    """An Arrow stream whose texts lie outside of its own bytes."""
    table = pa.table({"name": ["a" * 10] * 1000})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content = bytearray(sink.getvalue().to_pybytes())
    start = content.find(struct.pack("<4i", 0, 10, 20, 30))
    for number in range(1, 1001):
        struct.pack_into("<i", content, start + 4 * number, 0x7FF00000 + number)
    return bytes(content)


@pytest.mark.ledger("C4", "C9")
async def test_a_file_that_lies_about_its_insides_is_refused_and_not_kept(sessions: Sessions, tmp_path: Path) -> None:
    live = await sessions.create(ADA)
    with pytest.raises(InvalidArgument, match="Arrow"):
        await sessions.upload(live, "x", "x.arrow", spoilt())
    assert live.session.workspace.catalogue.names() == []
    assert list((tmp_path / live.record.session_id).iterdir()) == []


@pytest.mark.ledger("C4")
async def test_one_file_that_comes_many_times_at_once_is_kept_once(sessions: Sessions, tmp_path: Path) -> None:
    live = await sessions.create(ADA)
    content = b"region,revenue\n" + b"north,1\n" * 200_000
    await asyncio.gather(*(sessions.upload(live, f"sales{n}", "sales.csv", content) for n in range(6)))
    assert live.session.workspace.catalogue.names() == [f"sales{n}" for n in range(6)]
    assert len(list((tmp_path / live.record.session_id).iterdir())) == 1


@pytest.mark.ledger("C9")
async def test_uploads_of_a_session_have_a_number_and_a_size(sessions: Sessions, tmp_path: Path) -> None:
    sessions.uploads = Uploads(tmp_path, most=2, most_bytes=100)
    live = await sessions.create(ADA)

    async def upload(name: str, rows: int) -> int:
        dataset = await sessions.upload(live, name, f"{name}.csv", b"n\n" + b"1234567\n" * rows)
        return int(dataset.row_count or 0)

    def kept() -> int:
        return len(list((tmp_path / live.record.session_id).iterdir()))

    assert [await upload("a", 3), await upload("b", 4)] == [3, 4]
    with pytest.raises(TooLarge, match="at most 2 uploaded files, and this one has 2") as refused:
        await upload("c", 1)
    assert (refused.value.code, refused.value.error_code) == (413, "TOO_LARGE")
    assert await upload("c", 4) == 4, "the bytes are there already, under another name"
    assert await upload("a", 5) == 5, "it takes the place of the one before, which goes"
    assert kept() == 2
    with pytest.raises(TooLarge, match="at most 100 bytes together; this one has 74, and 34 are there"):
        await upload("a", 9)
    assert live.session.workspace.catalogue.names() == ["a", "b", "c"]
    assert live.session.workspace.engine.run("select count(*) as n from a").rows() == [{"n": 5}]
    assert await upload("b", 5) == 5, "c is read from what was b's"
    assert await upload("c", 5) == 5
    assert kept() == 1
    other = await sessions.create(ADA)
    await sessions.upload(other, "a", "a.csv", b"n\n1\n")


class Late(MemoryStore):
    """A store that reads what is revoked before it is told of the newest, and answers after."""

    def __init__(self) -> None:
        super().__init__()
        self.reading, self.told = threading.Event(), threading.Event()
        self.late = False

    def revoked(self) -> set[str]:
        found = super().revoked()
        if self.late:
            self.reading.set()
            self.told.wait(20)
        return found


@pytest.mark.ledger("C5")
async def test_a_token_revoked_while_the_store_is_read_stays_revoked(tmp_path: Path) -> None:
    store = Late()
    tokens = Tokens(Settings(), store, tmp_path)
    store.late = True
    caller = Caller("ada", "ada", "jti-1", datetime.now(UTC).timestamp() + 600)
    reading = asyncio.ensure_future(tokens.refresh())
    await asyncio.to_thread(store.reading.wait, 20)
    await tokens.revoke(caller)
    store.told.set()
    await reading
    assert not tokens.good(caller)


@pytest.mark.ledger("C5")
def test_servers_that_start_together_sign_with_one_secret(tmp_path: Path) -> None:
    for number in range(40):
        folder, made = tmp_path / str(number), list[Any]()
        start = threading.Barrier(4)

        def begin(folder: Path = folder, made: list[Any] = made, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                made.append(Tokens(Settings(), MemoryStore(), folder)._secret)
            except OSError as error:
                made.append(error)

        threads = [threading.Thread(target=begin) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {str(each) for each in made} == {(folder / "jwt_secret").read_text()}


@pytest.mark.ledger("C6", "N4")
async def test_a_line_is_read_by_the_newest_reader_alone() -> None:
    line = HttpLine(SimpleNamespace(), ADA)  # type: ignore[arg-type]
    seen: dict[str, list[str]] = {"old": [], "new": []}

    async def stream(name: str) -> None:
        mine = line.reader()
        while mine == line.readers and not line.done:
            seen[name] += [frame["type"] for frame in await line.read(20, mine)]

    old = asyncio.ensure_future(stream("old"))
    await asyncio.sleep(0)
    new = asyncio.ensure_future(stream("new"))
    await asyncio.wait_for(old, 10)
    for _ in range(10):
        line.send({"type": "progress"}, [])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    line.send({"type": "session_closed"}, [])
    await asyncio.wait_for(new, 10)
    assert seen == {"old": [], "new": ["progress"] * 10 + ["session_closed"]}, "none goes to who is not there any more"


@pytest.mark.ledger("X6", "C7")
async def test_a_session_that_is_only_looked_at_is_ended_by_no_other_server(store: Slow, tmp_path: Path) -> None:
    store.gate.set()
    settings = Settings(session_expiry=0.6)
    here, there = (Sessions(settings, store, Writer(store), Uploads(tmp_path)) for _ in range(2))
    live = await here.create(ADA)
    line = here.connect(live, client := MemoryClient(), ADA)
    for _ in range(12):
        await line.receive({"type": "ping"})
        await asyncio.sleep(0.1)
        assert await here.expire() == 0
        await here.safe(live)
        assert await there.expire() == 0
    assert client.of("session_closed") == []
    record = store.session(live.record.session_id)
    assert record is not None
    assert record.end_time is None
    for sessions in (here, there):
        await sessions.writer.close()
