"""Prices, a session's book, and the budget that a request may not pass."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from agent.scripted_server import ScriptedServer, calls, text, usage
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Answered, Attempt, Done
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.openai_compatible import OpenAICompatible
from canvas_widget.agent.stream import Message, Request, UsageDelta
from canvas_widget.agent.turn import run_turn
from canvas_widget.agent.turn_request import TurnRequest
from canvas_widget.agent.usage.book import Book
from canvas_widget.agent.usage.prices import price
from canvas_widget.agent.usage.status import cost_text, models_text
from canvas_widget.agent.views import CanvasView, CatalogueView
from canvas_widget.errors import BudgetExceeded
from canvas_widget.settings import Settings
from canvas_widget.workspace import Workspace

MILLION = UsageDelta(1_000_000, 1_000_000)


@pytest.fixture
async def asking() -> AsyncIterator[Any]:
    made: list[OpenAICompatible] = []

    def asks(server: ScriptedServer | str, **more: Any) -> OpenAICompatible:
        url = server if isinstance(server, str) else server.url
        known: dict[str, Any] = {"name": "custom", "model": "scripted", "api_key": SecretStr("sk-planted-123")}
        named = {"key_variable": "CANVAS_WIDGET_API_KEY", "model_variable": "CANVAS_WIDGET_MODEL"}
        made.append(OpenAICompatible(Endpoint(**{**known, **named, "base_url": url, **more})))
        return made[-1]

    yield asks
    for provider in made:
        await provider.aclose()


async def ended(workspace: Workspace, provider: OpenAICompatible, book: Book, prompt: str = "Which?") -> Done:
    settings = Settings(retries=0)
    request = TurnRequest("t", prompt, Conversation(), (provider,), workspace, settings=settings, book=book)
    events = [event async for event in run_turn(request)]
    assert isinstance(events[-1], Done)
    return events[-1]


def request(characters: int = 400, **more: Any) -> Request:
    return Request((Message("user", "x" * characters),), (), CatalogueView(), CanvasView(), **more)


@pytest.mark.ledger("E6")
def test_prices_are_those_of_the_table_and_an_unknown_one_is_none() -> None:
    assert price("openai", "gpt-4o-mini", MILLION) == pytest.approx(0.15 + 0.60)
    assert price("openrouter", "openai/gpt-4o-mini", MILLION) == pytest.approx(0.15 + 0.60)
    assert price("openai", "gpt-4o-mini", MILLION, "https://api.openai.com/v1") == pytest.approx(0.75)
    assert price("openai", "no-such-model", MILLION) is None
    assert price("custom", "gpt-4o-mini", MILLION) is None
    assert price("openai", "gpt-4o-mini", MILLION, "http://127.0.0.1:11434/v1") is None
    assert price("custom", "", MILLION, "https://api.openai.com/v1") is None


@pytest.mark.ledger("E6")
def test_tokens_from_the_cache_have_their_own_price() -> None:
    at = {"prompt_tokens": 1_000_000, "completion_tokens": 0}
    plain = price("anthropic", "claude-sonnet-4-5", UsageDelta(**at))
    read = price("anthropic", "claude-sonnet-4-5", UsageDelta(**at, cache_read_tokens=1_000_000))
    written = price("anthropic", "claude-sonnet-4-5", UsageDelta(**at, cache_write_tokens=1_000_000))
    assert plain is not None
    assert read == pytest.approx(plain / 10)
    assert written == pytest.approx(plain * 1.25)


@pytest.mark.ledger("E6")
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["openai", "custom", "openrouter"]),
            st.integers(0, 10_000),
            st.integers(0, 5_000),
            st.none() | st.decimals(0, 5, places=6),
        )
    )
)
def test_the_total_is_the_sum_of_the_providers_and_unknown_is_never_nothing(
    spent: list[tuple[str, int, int, Decimal | None]],
) -> None:
    book = Book()
    for name, asked, answered, cost in spent:
        known = None if cost is None else float(cost)
        book.after(Attempt(name, "m", "answered", prompt_tokens=asked, completion_tokens=answered, cost=known))
    told = book.as_dict()
    assert told["tokens"] == sum(asked + answered for _, asked, answered, _ in spent)
    assert told["tokens"] == sum(account["tokens"] for account in told["by_provider"].values())
    if any(cost is None and asked + answered for _, asked, answered, cost in spent):
        assert told["total"] is None
        assert "unknown" in cost_text(book)
    else:
        assert told["total"] == pytest.approx(float(sum(cost for *_, cost in spent if cost is not None)))


@pytest.mark.ledger("E6")
async def test_a_request_that_would_pass_the_budget_is_not_sent(workspace: Workspace, asking: Any) -> None:
    """gpt-4o-mini: 2,048 tokens of an answer at 0.60 USD a million are 0.0012288 USD, and the prompt comes on top."""
    provider = asking("https://api.openai.com/v1", name="openai", model="gpt-4o-mini")
    book = Book(budget=0.0012)
    done = await ended(workspace, provider, book)
    assert isinstance(done.error, BudgetExceeded)
    assert (done.error.code, done.error.error_code) == (402, "BUDGET")
    assert "CANVAS_WIDGET_BUDGET" in done.error.message
    assert "openai/gpt-4o-mini" in done.error.message
    assert done.receipt == ()
    assert book.total.requests == 0


@pytest.mark.ledger("E6")
def test_the_estimate_is_the_text_and_the_longest_answer_at_the_price(asking: Any) -> None:
    provider = asking("https://api.openai.com/v1", name="openai", model="gpt-4o-mini")
    book = Book(budget=1.0)
    expected = 1_000 * 0.15e-6 + 500 * 0.60e-6
    assert book.estimate(provider, request(4_000, max_tokens=500)) == pytest.approx(expected)
    book.budget = expected
    book.before(provider, request(4_000, max_tokens=500))
    book.budget = expected - 1e-9
    with pytest.raises(BudgetExceeded):
        book.before(provider, request(4_000, max_tokens=500))


@pytest.mark.ledger("E6")
async def test_a_turn_stops_between_its_steps_when_the_budget_is_used_up(workspace: Workspace, asking: Any) -> None:
    """The price is only known from what the server says: the first request is let through, the second is not."""
    turns = [[*calls(("list_datasets", {})), usage(900, 100, cost=0.5)], [*text("Done."), usage(900, 100, cost=0.5)]]
    with ScriptedServer(turns) as server:
        book = Book(budget=0.75)
        done = await ended(workspace, asking(server), book)
    assert isinstance(done.error, BudgetExceeded)
    assert len(server.requests) == 1
    assert done.cost == 0.5
    assert book.as_dict()["total"] == 0.5
    assert book.as_dict()["by_provider"]["custom"]["tokens"] == 1_000
    assert "$0.2500 are left" in cost_text(book)


class _Spent:
    """A book that lets two requests through."""

    def __init__(self) -> None:
        self.asked = 0

    def before(self, *_: object) -> None:
        self.asked += 1
        if self.asked > 2:
            raise BudgetExceeded("The budget is used up.")

    def after(self, _: object) -> None:
        """Nothing to count."""


@pytest.mark.ledger("E6", "A9")
async def test_a_budget_used_up_at_the_limit_still_leaves_a_summary_and_a_way_on(
    workspace: Workspace, asking: Any
) -> None:
    with ScriptedServer([calls(("list_datasets", {}))]) as server:
        request = TurnRequest(
            "t",
            "Which?",
            Conversation(),
            (asking(server),),
            workspace,
            settings=Settings(max_function_calls_per_turn=1),
            book=_Spent(),
        )
        events = [event async for event in run_turn(request)]
    done = events[-1]
    assert isinstance(done, Done)
    assert (done.reason, done.can_continue, len(server.requests)) == ("limit", True, 2)
    assert any(isinstance(event, Answered) and "Say “continue” to go on." in event.text for event in events)


@pytest.mark.ledger("E6")
async def test_a_price_nobody_knows_is_allowed_and_counted_as_unknown(workspace: Workspace, asking: Any) -> None:
    with ScriptedServer([[*text("Three."), usage(12, 3)], text("Four.")]) as server:
        book = Book(budget=0.0)
        done = await ended(workspace, asking(server), book)
        assert (done.reason, done.cost, done.usage.total_tokens) == ("complete", None, 15)
        done = await ended(workspace, asking(server), book)
    assert done.usage.estimated
    told = book.as_dict()
    assert (told["total"], told["unknown"], told["requests"]) == (None, 2, 2)
    printed = cost_text(book)
    assert "unknown (2)" in printed
    assert "does not see" in printed
    assert "~" in printed


@pytest.mark.ledger("E6")
def test_what_is_printed_of_models_says_who_is_first_and_how_they_do() -> None:
    frame = {
        "models": [
            {
                "provider": "openai",
                "model": "gpt-4o-mini",
                "default": True,
                "usable": True,
                "why_not": "",
                "status": "degraded",
                "requests": 4,
                "success_rate": 0.75,
                "latency_ms": 812.4,
                "last_error": "OpenAI did not answer in 120 s.",
            },
            {
                "provider": "anthropic",
                "model": "",
                "default": False,
                "usable": False,
                "why_not": "Set ANTHROPIC_API_KEY.",
            },
        ]
    }
    first, second = models_text(frame).splitlines()[1:3]
    assert first.split()[:6] == ["→", "openai/gpt-4o-mini", "degraded", "4", "75%", "812"]
    assert "did not answer" in first
    assert "ANTHROPIC_API_KEY" in second
