"""Summaries of ended sessions: written beside the rest, asked for again after a failure and after a crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from canvas_widget.server.summaries import ATTEMPTS, Summaries
from canvas_widget.session.journal import Event
from canvas_widget.settings import Settings
from canvas_widget.store import MemoryStore, SessionRecord

START = datetime(2026, 3, 29, tzinfo=UTC)


def ended() -> MemoryStore:
    """A store with a session that has ended and has no summary: its server was stopped before it wrote one."""
    store = MemoryStore()
    store.add_session(SessionRecord("s", "ada", "figures", START))
    message = {"role": "user", "content": "revenue by region?"}
    answer = {"role": "assistant", "content": "North leads."}
    done = {"event": "done", "reason": "complete", "messages": [message, answer]}
    events = [
        Event("user_message", {"prompt": "revenue by region?"}, "default", "t"),
        Event("tool_call", {"call_id": "c", "tool": "create_chart", "arguments": {}}, "default", "t"),
        Event("system_event", done, "default", "t"),
    ]
    store.write([("s", number, event) for number, event in enumerate(events, 1)])
    store.end_session("s", START + timedelta(minutes=7))
    return store


@pytest.mark.ledger("D5")
async def test_a_summary_that_a_crash_left_out_is_written_after_the_next_start() -> None:
    store = ended()
    assert await Summaries(Settings(), store).run() == 1
    record = store.session("s")
    assert record is not None
    assert record.final_summary is not None
    for part in ("figures", "7 minutes", "1 prompt", "create_chart ×1", "revenue by region?"):
        assert part in record.final_summary
    assert await Summaries(Settings(), store).run() == 0, "once is enough"


@pytest.mark.ledger("D5")
async def test_a_provider_that_fails_is_asked_again_and_in_the_end_the_facts_stand() -> None:
    store = ended()
    settings = Settings(providers=("custom",), base_url="http://127.0.0.1:9/v1", api_key="none", model="m")
    summaries = Summaries(settings, store)
    for _ in range(ATTEMPTS):
        assert await summaries.run() == 0
        record = store.session("s")
        assert record is not None
        assert record.final_summary is None, "not yet; nothing is lost by it"
    assert await summaries.run() == 1
    record = store.session("s")
    assert record is not None
    assert "1 prompt" in str(record.final_summary)
