"""The journal: numbers, batches, what must be safe before it is told, and conversations made again from it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvas_widget.agent.stream import Delta, Finish, Message, Request, TextDelta, ToolCall, ToolCallDelta, UsageDelta
from canvas_widget.data import Catalogue
from canvas_widget.document import Document
from canvas_widget.errors import StorageError
from canvas_widget.session import MemoryClient, Session, Turns, UserPrompt
from canvas_widget.session.journal import Event, MemoryJournal, message_from, message_to, rebuild
from canvas_widget.session.restore import document_of, replay, snapshot_of
from canvas_widget.settings import Settings
from canvas_widget.store import MemoryStore, SessionRecord, Store, Writer
from canvas_widget.store.base import Entry
from canvas_widget.workspace import Workspace

START = datetime(2026, 3, 29, tzinfo=UTC)


class Scripted:
    """A provider that plays its steps in order."""

    name = "scripted"
    model = "script"

    def __init__(self, *steps: list[Delta]) -> None:
        self.steps = list(steps)

    async def stream(self, _: Request) -> AsyncIterator[Delta]:
        for delta in self.steps.pop(0):
            yield delta
            await asyncio.sleep(0)


def provider() -> Scripted:
    call = ToolCallDelta(0, "c1", "create_container", '{"container_id": "a"}')
    return Scripted(
        [TextDelta("First "), TextDelta("a box."), call, Finish("tool_calls")],
        [*(TextDelta(f"word{n} ") for n in range(200)), UsageDelta(10, 5), Finish("stop")],
    )


def session(journal: Any) -> Session:
    chosen = provider()
    return Session(Workspace("test", catalogue=Catalogue()), Turns(Settings(), lambda *_: chosen), "s", journal)


@pytest.mark.ledger("D4", "B3")
async def test_a_conversation_and_its_canvas_are_made_again_from_the_log_alone() -> None:
    journal = MemoryJournal()
    live = session(journal)
    await live.turns.ask(UserPrompt(prompt="a box, please", conversation_id="ü"))
    live.workspace.resize(500, 400)
    live.workspace.undo()
    events = [event for _, event in await journal.events(limit=10_000)]
    assert rebuild(events) == {"ü": list(live.turns.conversations.get("ü").messages)}
    again = Workspace("test", catalogue=Catalogue())
    replay(again, events)
    assert again.state() == live.workspace.state()
    again.redo()
    live.workspace.redo()
    assert {**again.state(), "updated_at": ""} == {**live.workspace.state(), "updated_at": ""}
    await live.close()


@pytest.mark.ledger("D4")
async def test_tokens_are_joined_and_none_is_lost() -> None:
    journal = MemoryJournal()
    live = session(journal)
    turn = await live.turns.ask(UserPrompt(prompt="a box, please"))
    pieces = [event for _, event in await journal.events(limit=10_000) if event.type == "ai_token"]
    assert "".join(event.content["text"] for event in pieces).endswith(turn.text)
    assert sum(event.content["tokens"] for event in pieces) == 202
    assert max(event.content["tokens"] for event in pieces) <= 64
    assert len(pieces) <= 6
    await live.close()


@pytest.mark.ledger("D4", "B3")
@pytest.mark.parametrize("cut", range(1, 12))
async def test_a_log_cut_anywhere_gives_a_conversation_that_a_provider_takes(cut: int) -> None:
    journal = MemoryJournal()
    live = session(journal)
    await live.turns.ask(UserPrompt(prompt="a box, please"))
    events = [event for _, event in await journal.events(limit=10_000)][:cut]
    for messages in rebuild(events).values():
        assert [message.role for message in messages][:1] == ["user"]
        assert messages[-1].role == "assistant"
        assert messages[-1].content
        asked = [call.id for message in messages for call in message.tool_calls]
        assert asked == [message.tool_call_id for message in messages if message.role == "tool"]
    await live.close()


names = st.text(min_size=0, max_size=20)


@pytest.mark.ledger("D4")
@given(st.lists(st.tuples(names, names, names)), names, st.sampled_from(["assistant", "tool", "user"]))
def test_a_message_comes_back_as_it_was(calls: list[tuple[str, str, str]], text: str, role: Any) -> None:
    message = Message(role, text, tuple(ToolCall(*call) for call in calls), text or None, text or None)
    if message.tool_call_id is None:
        message = Message(role, text, message.tool_calls)
    assert message_from(message_to(message)) == message


@pytest.mark.ledger("D4")
def test_a_snapshot_gives_the_same_document_its_order_included() -> None:
    workspace = Workspace("snapshot", catalogue=Catalogue())
    for name in "abc":
        workspace.create(name)
    workspace.delete("a")
    workspace.undo()
    again = document_of(snapshot_of(workspace.document))
    assert again.to_wire() == workspace.document.to_wire()
    assert again.covered == workspace.document.covered
    assert isinstance(again, Document)


class Slow(MemoryStore):
    """A store that is locked until somebody opens the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.batches: list[int] = []
        self.broken = False

    def write(self, entries: Sequence[Entry]) -> None:
        self.gate.wait(20)
        if self.broken:
            raise StorageError("The disk is full.")
        super().write(entries)
        self.batches.append(len(entries))


async def _kept(store: Store) -> tuple[Writer, Session, MemoryClient]:
    store.add_session(SessionRecord("s", "ada", "test", START))
    writer = Writer(store)
    live = session(writer.journal("s"))
    client = MemoryClient()
    member = live.attach(client)
    await live.handle(member, {"type": "init_session"})
    return writer, live, client


def box(name: str) -> dict[str, Any]:
    change = {"op": "add", "path": f"/containers/{name}", "value": {"id": name, "width": 10, "height": 10}}
    return {"type": "canvas_edit", "id": name, "data": {"changes": [change]}}


@pytest.mark.ledger("D4", "D6", "A16")
async def test_an_edit_is_told_to_nobody_before_it_is_safe() -> None:
    store = Slow()
    writer, live, client = await _kept(store)
    other = MemoryClient()
    await live.handle(live.attach(other), {"type": "init_session"})
    member = live.outbox.members[0]
    for name in "abc":
        await live.handle(member, box(name))
        await live.handle(member, box(name))
    assert client.of("ack") == other.of("tree_update") == []
    store.gate.set()
    await client.until("ack")
    assert live.recorder is not None
    await live.recorder.journal.flush()
    assert [frame["reply_to"] for frame in client.of("ack")] == ["a", "a", "b", "b", "c", "c"], (
        "asked twice, told twice"
    )
    assert [frame["seq"] for frame in other.of("tree_update")] == sorted({f["seq"] for f in client.of("ack")})
    assert len(live.workspace.document) == 3
    assert sum(store.batches) == 3
    assert len(store.batches) <= 2, "what waits shares a commit"
    await live.close()
    await writer.close()


@pytest.mark.ledger("D6", "E9")
async def test_a_full_disk_refuses_what_is_new_and_tells_the_rest_when_there_is_room() -> None:
    store = Slow()
    store.gate.set()
    writer, live, client = await _kept(store)
    member = live.outbox.members[0]
    store.broken = True
    await live.handle(member, box("a"))
    assert live.recorder is not None
    await live.recorder.journal.flush()
    assert writer.problem
    await live.handle(member, box("b"))
    error = (await client.until("error"))["error"]
    assert (error["code"], error["error_code"]) == (503, "STORAGE")
    assert "disk is full" in error["message"]
    assert client.of("ack") == []
    store.broken = False
    assert (await client.until("ack"))["reply_to"] == "a"
    seen = len(client.frames)
    await live.handle(member, box("b"))
    assert (await client.until("ack", seen))["reply_to"] == "b", "a refused one may be asked again"
    assert [event.type for _, event in store.events("s")] == ["transaction", "transaction"]
    await live.close()
    await writer.close()


@pytest.mark.ledger("D4")
async def test_one_sessions_lost_events_do_not_hold_up_the_others() -> None:
    store = MemoryStore()
    store.add_session(SessionRecord("good", "ada", "test", START))
    writer = Writer(store)
    good, gone = writer.journal("good"), writer.journal("gone")
    gone.append(Event("system_event", {"event": "x"}))
    good.append(Event("system_event", {"event": "y"}))
    await asyncio.gather(good.flush(), gone.flush())
    assert store.last_number("good") == 1
    assert gone.problem
    assert not good.problem
    await writer.close()


@pytest.mark.ledger("D6", "D4")
async def test_what_came_in_the_last_moment_is_written_before_the_end() -> None:
    store = MemoryStore()
    store.add_session(SessionRecord("s", "ada", "test", START))
    writer = Writer(store)
    journal = writer.journal("s")
    for number in range(3):
        journal.append(Event("system_event", {"event": f"{number}"}))
    await writer.close()
    assert [event.content["event"] for _, event in store.events("s")] == ["0", "1", "2"]
    assert journal.durable == 3, "and who waits for it is told"


class Busy(MemoryStore):
    """A store that is busy for the first of the writes it would otherwise take."""

    left = 1

    def write(self, entries: Sequence[Entry]) -> None:
        if {entry[0] for entry in entries} <= {"good"} and self.left:
            self.left -= 1
            raise StorageError("database is locked")
        super().write(entries)


@pytest.mark.ledger("D4", "D6")
async def test_a_busy_moment_beside_a_session_that_is_gone_loses_nothing() -> None:
    store = Busy()
    store.add_session(SessionRecord("good", "ada", "test", START))
    writer = Writer(store)
    good, gone = writer.journal("good"), writer.journal("gone")
    gone.append(Event("system_event", {"event": "x"}))
    good.append(Event("system_event", {"event": "y"}))
    written = asyncio.Event()
    good.watch(lambda: written.set() if good.durable or good.lost else None)
    async with asyncio.timeout(20):
        await written.wait()
    assert store.last_number("good") == 1
    assert (good.problem, bool(gone.problem)) == ("", True)
    await writer.close()


@pytest.mark.ledger("D4", "D7")
@pytest.mark.parametrize(
    "event",
    [
        Event("user_message", {"prompt": "x"}, "a" * 300 + "\x00"),
        Event("tool_call", {"arguments": {"limit": float("nan")}}),
        Event("tool_call", {"arguments": {"limit": object()}}),
        Event("user_message", {"prompt": "x"}, "\ud800"),
    ],
)
async def test_what_a_database_will_never_take_holds_up_no_other_session(store: Store, event: Event) -> None:
    for name in ("bad", "good"):
        store.add_session(SessionRecord(name, "ada", "test", START))
    writer = Writer(store)
    bad, good = writer.journal("bad"), writer.journal("good")
    bad.append(event)
    good.append(Event("system_event", {"event": "y"}))
    async with asyncio.timeout(20):
        await asyncio.gather(good.flush(), bad.flush())
        good.append(Event("system_event", {"event": "z"}))
        await good.flush()
    assert store.last_number("good") == 2
    assert not good.problem
    assert bool(bad.problem) is (store.last_number("bad") == 0), "one or the other, and said"
    await writer.close()
