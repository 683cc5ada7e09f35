"""Who is asked, how often, when again: the router's rules, each on its own, with a clock that costs no time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from agent.clock import Clock, router
from agent.fakes import HANG, FakeProvider, says
from agent.scripted_server import HANG as SERVER_HANG
from agent.scripted_server import ScriptedServer, Status, text
from canvas_widget.agent.events import Retracted, TextChunk
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.failures import EmptyAnswer, ProviderFailure
from canvas_widget.agent.providers.health import Health
from canvas_widget.agent.providers.openai_compatible import OpenAICompatible
from canvas_widget.agent.providers.policy import LONGEST_BACKOFF, After, Decision, decide
from canvas_widget.agent.providers.routed import Routed
from canvas_widget.agent.providers.router import Router
from canvas_widget.agent.step import Step
from canvas_widget.agent.stream import Message, Provider, Request, TextDelta
from canvas_widget.agent.views import CanvasView, CatalogueView
from canvas_widget.errors import CanvasError, NoProvider, ProviderError
from canvas_widget.settings import Settings

ASKED = Request((Message("user", "Hello"),), (), CatalogueView(), CanvasView())
DOWN = ProviderFailure("It is down (503).", "unavailable", status=503)
REFUSED = ProviderFailure("It refused the key (401). Check SOME_API_KEY.", "key", status=401)
OURS = ProviderFailure("It did not accept the request (400).", "request", status=400)


def limited(seconds: float | None) -> ProviderFailure:
    return ProviderFailure("It takes no more requests (429).", "limited", status=429, retry_after=seconds)


def provider(name: str, *scripts: Any) -> FakeProvider:
    """A provider of that name; a failure in place of a script fails the request at once."""
    made = FakeProvider(*[[script] if isinstance(script, Exception) else script for script in scripts])
    made.name = name
    return made


async def step(routed: Routed) -> Step:
    [found] = [item async for item in routed.step(ASKED) if isinstance(item, Step)]
    return found


async def ask(router: Router, *route: Provider, settings: Settings | None = None, **more: Any) -> Routed:
    """One step of a new turn; what it came to."""
    routed = router.begin(route, settings or Settings(retries=0), **more)
    await step(routed)
    return routed


async def failure(router: Router, *route: Provider, settings: Settings | None = None) -> CanvasError:
    with pytest.raises(CanvasError) as caught:
        await ask(router, *route, settings=settings)
    return caught.value


def receipt(routed: Routed) -> list[tuple[str, str]]:
    return [(attempt.provider, attempt.outcome) for attempt in routed.attempts]


# -- what comes after a failure ------------------------------------------------------------------------------------


@pytest.mark.ledger("E4", "E5")
@pytest.mark.parametrize(
    ("failed", "given", "expected"),
    [
        (DOWN, {"tries": 1}, Decision("again", 0.5)),
        (DOWN, {"tries": 2}, Decision("again", 1.0)),
        (DOWN, {"tries": 2, "jitter": 0.25}, Decision("again", 0.25)),
        (DOWN, {"tries": 3}, Decision("next")),
        (DOWN, {"tries": 9, "retries": 20}, Decision("again", LONGEST_BACKOFF)),
        (DOWN, {"tries": 1, "begun": True}, Decision("again", 0.5)),
        (DOWN, {"tries": 1, "begun": True, "others": True}, Decision("next")),
        (DOWN, {"tries": 1, "probe": True}, Decision("next")),
        (limited(None), {"tries": 1, "others": True}, Decision("again", 0.5)),
        (limited(3), {"tries": 1, "jitter": 0.0}, Decision("again", 3.0)),
        (limited(20), {"tries": 1, "others": True, "jitter": 0.0}, Decision("again", 20.0)),
        (limited(21), {"tries": 1, "others": True}, Decision("next")),
        (limited(21), {"tries": 1, "jitter": 0.0}, Decision("again", 21.0)),
        (limited(61), {"tries": 1}, Decision("next")),
        (ProviderFailure("", "timeout"), {"tries": 1, "others": True}, Decision("again", 0.5)),
        (ProviderFailure("", "timeout"), {"tries": 2}, Decision("next")),
        (ProviderFailure("", "timeout"), {"tries": 1, "retries": 0}, Decision("next")),
        (EmptyAnswer(""), {"tries": 1, "retries": 0}, Decision("again")),
        (EmptyAnswer(""), {"tries": 2, "retries": 5}, Decision("next")),
        (ProviderFailure("", "endless"), {"tries": 1}, Decision("next")),
        (REFUSED, {"tries": 1}, Decision("next")),
        (OURS, {"tries": 1, "others": True}, Decision("give up")),
        (ProviderFailure("", "request", status=422), {"tries": 1, "others": True}, Decision("give up")),
        (ProviderFailure("", "request", status=404), {"tries": 1}, Decision("next")),
    ],
)
def test_what_comes_after_a_failure(failed: ProviderFailure, given: dict[str, Any], expected: Decision) -> None:
    assert decide(After(failed, **{"retries": 2, **given})) == expected


@pytest.mark.ledger("E5")
async def test_pauses_grow_with_full_jitter() -> None:
    clock = Clock()
    routed = await ask(
        router(clock, chance=0.5),
        provider("a", DOWN, DOWN, DOWN, says("Hi")),
        settings=Settings(retries=3, circuit_failures=9),
    )
    assert clock.slept == [0.25, 0.5, 1.0]
    assert [attempt.wait_s for attempt in routed.attempts] == [0.0, 0.25, 0.5, 1.0]


@pytest.mark.ledger("E5")
async def test_retry_after_is_waited_for() -> None:
    clock = Clock()
    await ask(router(clock, chance=0.0), provider("a", limited(7), says("Hi")), settings=Settings(retries=1))
    assert clock.slept == [7.0]


@pytest.mark.ledger("E5", "E4")
async def test_a_long_retry_after_goes_to_another_provider_and_is_remembered() -> None:
    clock = Clock()
    shared = router(clock, chance=0.0)
    first, second = provider("a", limited(45), says("Back")), provider("b", says("Hi"))
    routed = await ask(shared, first, second)
    assert receipt(routed) == [("a", "failed"), ("b", "answered")]
    routed = await ask(shared, first, second)
    assert receipt(routed) == [("a", "skipped"), ("b", "answered")]
    assert "left alone for another 45 s" in routed.attempts[0].why
    clock.now += 30
    routed = await ask(shared, first, second)
    assert clock.slept == [15.0]
    assert receipt(routed) == [("a", "answered")]


@pytest.mark.ledger("E5")
async def test_a_retry_after_that_nobody_waits_for_is_in_the_error() -> None:
    clock = Clock()
    shared = router(clock, chance=0.0)
    only = provider("a", limited(600))
    settings = Settings(retries=2)
    assert (await failure(shared, only, settings=settings)).retry_after == 600
    clock.now += 200
    again = await failure(shared, only, settings=settings)
    assert (type(again), again.retry_after) == (NoProvider, 400)
    assert len(only.requests) == 1
    assert clock.slept == []


# -- who is asked --------------------------------------------------------------------------------------------------


@pytest.mark.ledger("E3")
async def test_all_that_failed_are_in_the_one_error() -> None:
    error = await failure(
        router(), provider("a", DOWN), provider("b", REFUSED), provider("c", []), settings=Settings(retries=1)
    )
    assert type(error) is ProviderError
    assert error.message == (
        "No provider answered. "
        "a: It is down (503). It was asked twice. "
        "b: It refused the key (401). Check SOME_API_KEY. "
        "c: c stopped in the middle of its answer. Ask again. It was asked twice."
    )


@pytest.mark.ledger("E4")
async def test_a_fault_of_ours_goes_to_nobody_else() -> None:
    second = provider("b", says("Hi"))
    shared = router()
    first = provider("a", OURS)
    for _ in range(5):
        assert (await failure(shared, first, second)).message == OURS.message
    assert not second.requests
    assert shared.health.of(first).circuit == "closed"
    assert shared.health.of(first).failures == 0


@pytest.mark.ledger("E4", "E6")
async def test_who_answered_stays_for_the_turn() -> None:
    shared = router()
    first, second = provider("a", DOWN, says("Hi")), provider("b", says("Hi"))
    routed = await ask(shared, first, second)
    await step(routed)
    assert receipt(routed) == [("a", "failed"), ("b", "answered"), ("b", "answered")]
    assert receipt(await ask(shared, first, second)) == [("a", "answered")]


@pytest.mark.ledger("E3", "E6")
async def test_the_order_is_as_given_until_all_are_measured_then_by_failures_and_latency() -> None:
    clock = Clock()
    shared = router(clock)
    a, b, c, offline = (provider(name, says("Hi")) for name in ("a", "b", "c", "offline"))
    route = (a, b, c, offline)

    def measure(which: FakeProvider, times: int, latency_ms: float, failures: int = 0) -> None:
        for _ in range(times):
            shared.health.of(which).succeeded(latency_ms)
        for _ in range(failures):
            shared.health.of(which).failed("No.", limit=99, seconds=1)

    measure(a, 5, 900)
    measure(b, 4, 100)
    measure(c, 5, 300)
    assert shared.order(route) == route
    measure(b, 1, 100)
    assert shared.order(route) == (b, c, a, offline)
    measure(b, 5, 100, failures=5)
    assert shared.order(route) == (c, a, b, offline)
    assert shared.order(route, preferred="a") == (a, c, b, offline)
    assert shared.order(route, preferred="offline") == (offline, c, a, b)


@pytest.mark.ledger("E6")
def test_the_figures_of_a_provider() -> None:
    health = Health("a", clock=Clock())
    assert (health.status(), health.success_rate, health.latency_ms) == ("healthy", None, None)
    for latency in (100.0, 200.0, 50.0):
        health.succeeded(latency)
    assert health.latency_ms == pytest.approx(0.3 * 50 + 0.7 * (0.3 * 200 + 0.7 * 100))
    health.failed("It is down.", limit=3, seconds=300)
    told = health.as_dict()
    assert told["last_error_at"].endswith("Z")
    assert told | {"last_error_at": ""} == {
        "provider": "a",
        "status": "degraded",
        "circuit": "closed",
        "disabled": None,
        "requests": 4,
        "failures": 1,
        "success_rate": 0.75,
        "latency_ms": 106.0,
        "last_error": "It is down.",
        "last_error_at": "",
    }


# -- the circuit ---------------------------------------------------------------------------------------------------


@pytest.mark.ledger("E4")
async def test_three_failures_in_a_row_open_the_circuit_for_five_minutes_then_one_request_probes() -> None:
    clock = Clock()
    shared = router(clock)
    first, second = provider("a", DOWN, DOWN, DOWN, DOWN, says("Back")), provider("b", says("Hi"))
    for _ in range(3):
        await ask(shared, first, second)
    assert len(first.requests) == 3
    health = shared.health.of(first)
    assert (health.circuit, health.status()) == ("open", "failed")
    clock.now += 299
    routed = await ask(shared, first, second)
    assert receipt(routed) == [("a", "skipped"), ("b", "answered")]
    assert "failed 3 times in a row (It is down (503).)" in routed.attempts[0].why
    clock.now += 1
    assert health.circuit == "half-open"
    routed = await ask(shared, first, second, settings=Settings(retries=5))
    assert receipt(routed) == [("a", "failed"), ("b", "answered")]
    assert health.circuit == "open"
    clock.now += 300
    assert receipt(await ask(shared, first, second)) == [("a", "answered")]
    assert (health.circuit, health.consecutive) == ("closed", 0)


@pytest.mark.ledger("E4")
async def test_failures_within_a_step_open_the_circuit_too() -> None:
    first = provider("a", DOWN)
    await ask(router(), first, provider("b", says("Hi")), settings=Settings(retries=9, circuit_failures=4))
    assert len(first.requests) == 4


@pytest.mark.ledger("E4")
async def test_a_success_between_failures_keeps_the_circuit_closed() -> None:
    shared = router()
    first, second = provider("a", DOWN, DOWN, says("Hi"), DOWN, DOWN, says("Hi")), provider("b", says("Hi"))
    for _ in range(6):
        await ask(shared, first, second)
    assert len(first.requests) == 6


@pytest.mark.ledger("E4")
async def test_turns_at_the_same_time_do_not_probe_together() -> None:
    clock = Clock()
    shared = router(clock)
    first = provider("a", DOWN, DOWN, DOWN, [HANG], says("Back"))
    second = provider("b", says("Hi"))
    for _ in range(3):
        await ask(shared, first, second)
    clock.now += 300
    probe = asyncio.ensure_future(ask(shared, first, second))
    await first.hanging.wait()
    others = await asyncio.gather(*(ask(shared, first, second) for _ in range(5)))
    assert {tuple(receipt(routed)) for routed in others} == {(("a", "skipped"), ("b", "answered"))}
    assert "just being tried by another prompt" in others[0].attempts[0].why
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert receipt(await ask(shared, first, second)) == [("a", "answered")]


@pytest.mark.ledger("E4")
async def test_an_only_provider_with_an_open_circuit_says_when_to_come_back() -> None:
    clock = Clock()
    shared = router(clock)
    only = provider("a", DOWN)
    await failure(shared, only, settings=Settings(retries=2))
    clock.now += 60
    error = await failure(shared, only, settings=Settings(retries=2))
    assert (type(error), error.retry_after) == (NoProvider, 240)
    assert "is asked again in 4 min" in error.message
    assert len(only.requests) == 3


# -- keys ----------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("E4", "A15")
async def test_a_refused_key_is_not_used_again_in_this_process_and_named() -> None:
    def with_key(key: str) -> OpenAICompatible:
        return OpenAICompatible(
            Endpoint("custom", "m", server.url, SecretStr(key), "CANVAS_WIDGET_API_KEY", "CANVAS_WIDGET_MODEL")
        )

    shared = router()
    second = provider("b", says("Hi"))
    with ScriptedServer([[Status(402, {"error": {"message": "No credit."}})], text("Welcome")]) as server:
        first = with_key("sk-old-0123456789")
        routed = await ask(shared, first, second)
        assert receipt(routed) == [("custom", "failed"), ("b", "answered")]
        assert "CANVAS_WIDGET_API_KEY" in routed.attempts[0].why
        routed = await ask(shared, with_key("sk-old-0123456789"), second)
        assert receipt(routed) == [("custom", "skipped"), ("b", "answered")]
        error = await failure(shared, first)
        assert isinstance(error, NoProvider)
        assert "CANVAS_WIDGET_API_KEY" in error.message
        assert len(server.requests) == 1
        other = with_key("sk-new-0123456789")
        assert receipt(await ask(shared, other, second)) == [("custom", "answered")]
        await first.aclose()
        await other.aclose()


# -- text ----------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("B3", "E1")
async def test_what_earlier_steps_showed_is_shown_again_when_a_later_one_is_retracted() -> None:
    first = provider("a", says("One."), [TextDelta("Two, ha"), DOWN])
    routed = router().begin((first, provider("b", says("Two."))), Settings(retries=0))
    events = [item async for item in routed.step(ASKED)] + [item async for item in routed.step(ASKED)]
    assert [event for event in events if not isinstance(event, Step)] == [
        TextChunk(1, "One."),
        TextChunk(1, "\n\nTwo, ha"),
        Retracted(1, "It is down (503)."),
        TextChunk(2, "One."),
        TextChunk(2, "\n\nTwo."),
    ]


# -- stopping ------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("A10", "E5")
async def test_cancelling_in_a_pause_stops_at_once() -> None:
    paused = asyncio.Event()

    async def sleep(_: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    shared = Router(sleep=sleep)
    only = provider("a", DOWN)
    task = asyncio.ensure_future(ask(shared, only, settings=Settings(retries=2)))
    await paused.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(only.requests) == 1


@pytest.mark.ledger("A10", "E4")
@pytest.mark.parametrize("turn", [[SERVER_HANG], [*text("Half", finish=None), SERVER_HANG]])
async def test_cancelling_a_stream_closes_its_connection(turn: list[Any]) -> None:
    with ScriptedServer([turn]) as server:
        only = OpenAICompatible(Endpoint("custom", "m", server.url, None, "KEY", "MODEL"))
        task = asyncio.ensure_future(ask(router(), only))
        await asyncio.to_thread(server.hanging.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.left.wait, 5)
        await only.aclose()
