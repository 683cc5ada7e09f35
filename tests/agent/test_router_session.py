"""What the clients of a session, and whoever asked, learn of a provider's failure; and stopping while it is waited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from agent.scripted_server import END, HANG, ScriptedServer, Status, text, usage
from canvas_widget.agent.providers.health import HEALTH
from canvas_widget.data import Catalogue
from canvas_widget.session import MemoryClient, Session, Turns
from canvas_widget.session.protocol import UserPrompt
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace


@pytest.fixture(autouse=True)
def own_health() -> Iterator[None]:
    HEALTH.clear()
    yield
    HEALTH.clear()


async def opened(settings: Settings, cars: pd.DataFrame) -> tuple[Session, list[dict[str, Any]]]:
    catalogue = Catalogue()
    catalogue.register("cars", cars)
    session = Session(Workspace("test", catalogue=catalogue), Turns(settings))
    client = MemoryClient()
    session.join(session.attach(client), None)
    return session, client.frames


@pytest.mark.ledger("E4", "E6", "B3")
async def test_the_clients_and_the_caller_get_the_receipt(cars: pd.DataFrame) -> None:
    cut = [*text("Half an", finish=None), END]
    whole = [*text("A whole answer."), usage(100, 5, cost=0.25)]
    with ScriptedServer([cut]) as first, ScriptedServer([whole]) as second:
        settings = Settings(
            openrouter_base_url=first.url, openrouter_api_key="sk-a", openai_base_url=second.url, openai_api_key="sk-b"
        )
        session, frames = await opened(settings, cars)
        turn = await session.turns.ask(UserPrompt(prompt="Hello"))
        assert (turn.text, turn.provider, turn.attempts) == ("A whole answer.", "openai", 2)
        assert [(a.provider, a.outcome, a.completion_tokens) for a in turn.receipt] == [
            ("openrouter", "failed", 1),
            ("openai", "answered", 5),
        ]
        assert "stopped in the middle" in turn.receipt[0].why
        assert turn.receipt[1].cost == 0.25
        assert turn.usage.completion_tokens == 6
        [retract] = [frame["data"] for frame in frames if frame["type"] == "retract"]
        assert retract["attempt"] == 1
        [done] = [frame["data"] for frame in frames if frame["type"] == "done"]
        assert done["receipt"] == [attempt.as_dict() for attempt in turn.receipt]
        named = await session.turns.ask(UserPrompt(prompt="Hello", provider="openai"))
        assert [attempt.provider for attempt in named.receipt] == ["openai"]
        assert len(first.requests) == 1
        assert HEALTH.at("openai", second.url).requests == 2


@pytest.mark.ledger("A10", "E5")
async def test_a_turn_is_stopped_while_it_waits_to_ask_again(cars: pd.DataFrame) -> None:
    with ScriptedServer([[Status(429, {}, {"retry-after": "15"})]]) as server:
        session, frames = await opened(Settings(base_url=server.url, api_key="sk-a", model="m"), cars)
        asked = asyncio.ensure_future(session.turns.ask(UserPrompt(prompt="Hello")))
        while not HEALTH.at("custom", server.url).requests:  # noqa: ASYNC110  (the answer itself is the sign)
            await asyncio.sleep(0.005)
        session.turns.cancel()
        turn = await asyncio.wait_for(asked, 5)
        assert turn.reason == "cancelled"
        assert [frame["data"]["reason"] for frame in frames if frame["type"] == "done"] == ["cancelled"]
        assert len(server.requests) == 1


@pytest.mark.ledger("A10", "E6")
async def test_a_turn_is_stopped_while_an_answer_comes(cars: pd.DataFrame) -> None:
    with ScriptedServer([[*text("Half", finish=None), HANG]]) as server:
        session, frames = await opened(Settings(base_url=server.url, api_key="sk-a", model="m"), cars)
        asked = asyncio.ensure_future(session.turns.ask(UserPrompt(prompt="Hello")))
        await asyncio.to_thread(server.hanging.wait)
        while not any(frame["type"] == "assistant_response" for frame in frames):  # noqa: ASYNC110  (its own sign)
            await asyncio.sleep(0.005)
        session.turns.cancel()
        turn = await asyncio.wait_for(asked, 5)
        assert turn.reason == "cancelled"
        assert await asyncio.to_thread(server.left.wait, 5)
        assert HEALTH.at("custom", server.url).failures == 0
        spent = session.turns.book.total
        assert (spent.requests, spent.estimated) == (1, True)
        assert spent.prompt_tokens > 100, "the question was sent, so it is paid"
        assert spent.completion_tokens > 0
