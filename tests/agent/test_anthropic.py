"""The real `anthropic` SDK against a scripted server that keeps the interface's rules."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from agent.anthropic_server import AnthropicServer, begin, block, end, event, piece, said, thought, used
from agent.deaf import deaf
from agent.scripted_server import CUT, HANG, Status
from canvas_widget.agent.providers.anthropic import AnthropicProvider
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.step import EmptyAnswer, Step, take_step
from canvas_widget.agent.stream import Delta, Message, ReasoningDelta, Request, TextDelta, ToolCall, ToolSpec
from canvas_widget.agent.views import CanvasView, CatalogueView
from canvas_widget.errors import ProviderError

KEY = "sk-ant-planted-0123456789"
UNDO = ToolSpec("undo", "Take back.", {"type": "object", "properties": {}})

Connect = Callable[..., AnthropicProvider]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    made: list[AnthropicProvider] = []

    def connected(server: AnthropicServer | str, **more: Any) -> AnthropicProvider:
        given: dict[str, Any] = {
            "name": "anthropic",
            "model": "claude-sonnet-4-5",
            "base_url": server if isinstance(server, str) else server.address,
            "api_key": SecretStr(KEY),
            "key_variable": "ANTHROPIC_API_KEY",
            "model_variable": "CANVAS_WIDGET_ANTHROPIC_MODEL",
        }
        made.append(AnthropicProvider(Endpoint(**{**given, **more})))
        return made[-1]

    yield connected
    for provider in made:
        await provider.aclose()


def request(*messages: Message, tools: tuple[ToolSpec, ...] = (), **more: Any) -> Request:
    return Request(messages or (Message("user", "Hello"),), tools, CatalogueView(), CanvasView(), **more)


async def answer(provider: AnthropicProvider, asked: Request | None = None) -> tuple[Step, list[Delta]]:
    pieces: list[Delta] = []
    async for item in take_step(provider, asked or request()):
        if isinstance(item, Step):
            return item, pieces
        pieces.append(item)
    raise AssertionError("no step")


async def failure(provider: AnthropicProvider) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        await answer(provider)
    assert KEY not in caught.value.message
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.ledger("D1", "B2")
async def test_text_arrives_piece_by_piece_with_its_tokens(connect: Connect) -> None:
    cache = {"cache_creation_input_tokens": 30, "cache_read_input_tokens": 200}
    pieces = [piece(0, "text_delta", text=text) for text in ("Three ", "origins.")]
    turn = [begin(12, **cache), *block(0, {"type": "text", "text": ""}, *pieces), *end(tokens=7)]
    with AnthropicServer([turn]) as server:
        step, shown = await answer(connect(server))
    assert server.paths == ["/v1/messages"]
    assert shown == [TextDelta("Three "), TextDelta("origins.")]
    assert (step.text, step.calls) == ("Three origins.", ())
    assert (step.usage.prompt_tokens, step.usage.completion_tokens, step.usage.estimated) == (242, 7, False)


@pytest.mark.ledger("B2")
async def test_an_address_with_or_without_its_version_is_the_same(connect: Connect) -> None:
    with AnthropicServer([said("Yes.")]) as server:
        await answer(connect(server.address))
        await answer(connect(server.url))
    assert server.paths == ["/v1/messages"] * 2


@pytest.mark.ledger("A12")
async def test_parallel_calls_are_put_together(connect: Connect) -> None:
    wanted = [("create_chart", {"container_id": "é", "mark": "bar"}), ("list_datasets", {}), ("undo", "")]
    with AnthropicServer([used(*wanted, say="Let me see.")]) as server:
        step, _ = await answer(connect(server), request(tools=(UNDO,)))
    assert step.text == "Let me see."
    assert [call.name for call in step.calls] == ["create_chart", "list_datasets", "undo"]
    assert json.loads(step.calls[0].arguments) == {"container_id": "é", "mark": "bar"}
    assert step.calls[2].arguments == ""
    assert len({call.id for call in step.calls}) == 3


@pytest.mark.ledger("A12")
async def test_arguments_given_whole_at_the_beginning_are_understood(connect: Connect) -> None:
    start = {"type": "tool_use", "id": "toolu_1", "name": "undo", "input": {"steps": 2}}
    with AnthropicServer([[begin(), *block(0, start), *end("tool_use")]]) as server:
        step, _ = await answer(connect(server), request(tools=(UNDO,)))
    assert json.loads(step.calls[0].arguments) == {"steps": 2}


@pytest.mark.ledger("B2", "A12")
async def test_a_conversation_becomes_alternating_messages_with_results_together(connect: Connect) -> None:
    said_before = (
        Message("assistant", "An answer whose question is forgotten"),
        Message("system", "Rules"),
        Message("user", "Undo it"),
        Message("user", "Twice"),
        Message("assistant", "", (ToolCall("call:1", "undo", "{}"), ToolCall("b", "undo", "{not json"))),
        Message("tool", '{"ok":true}', tool_call_id="call:1", name="undo"),
        Message("tool", '{"ok":false,"error":"no"}', tool_call_id="b", name="undo"),
        Message("user", "And now?"),
        Message("assistant", "  "),
    )
    with AnthropicServer([said("Done.")]) as server:
        await answer(connect(server), request(*said_before, tools=(UNDO,), temperature=1.4, max_tokens=99))
    [sent] = server.requests
    assert set(sent) == {"model", "max_tokens", "messages", "stream", "system", "tools", "temperature"}
    mark = {"cache_control": {"type": "ephemeral"}}
    assert sent["system"] == [{"type": "text", "text": "Rules", **mark}]
    assert sent["tools"] == [{"name": "undo", "description": "Take back.", "input_schema": UNDO.parameters, **mark}]
    assert (sent["max_tokens"], sent["temperature"], sent["stream"]) == (99, 1.0, True)
    first, forgotten, asked, called, results = sent["messages"]
    assert first["role"] == "user"
    assert forgotten["content"] == [{"type": "text", "text": "An answer whose question is forgotten"}]
    assert [part["text"] for part in asked["content"]] == ["Undo it", "Twice"]
    assert called["content"] == [
        {"type": "tool_use", "id": "call_1", "name": "undo", "input": {}},
        {"type": "tool_use", "id": "b", "name": "undo", "input": {}},
    ]
    assert results["content"] == [
        {"type": "tool_result", "tool_use_id": "call_1", "content": '{"ok":true}'},
        {"type": "tool_result", "tool_use_id": "b", "content": '{"ok":false,"error":"no"}', "is_error": True},
        {"type": "text", "text": "And now?"},
    ]


async def test_where_no_tool_is_offered_any_more_the_used_ones_stay_known(connect: Connect) -> None:
    past = (
        Message("user", "Undo it"),
        Message("assistant", "", (ToolCall("a", "undo", "{}"),)),
        Message("tool", '{"ok":true}', tool_call_id="a", name="undo"),
    )
    with AnthropicServer([said("Done.")]) as server:
        step, _ = await answer(connect(server), request(*past))
    assert step.text == "Done."
    assert server.requests[0]["tool_choice"] == {"type": "none"}


async def test_a_model_without_sampling_gets_no_temperature(connect: Connect) -> None:
    with AnthropicServer([said("Yes.")]) as server:
        for model in ("claude-opus-4-7", "claude-sonnet-5", "claude-sonnet-4-5-20250929", "claude-3-haiku-20240307"):
            await answer(connect(server), request(model=model, temperature=0.2))
    assert ["temperature" in sent for sent in server.requests] == [False, False, True, True]


async def test_thinking_is_shown_and_given_back_with_its_call(connect: Connect) -> None:
    redacted = block(1, {"type": "redacted_thinking", "data": "opaque"})
    calling = [begin(), *thought("Hm.", "signed"), *redacted]
    start = {"type": "tool_use", "id": "toolu_1", "name": "undo", "input": {}}
    calling += [*block(2, start, piece(2, "input_json_delta", partial_json="{}")), *end("tool_use")]
    with AnthropicServer([calling, said("Done.")]) as server:
        provider = connect(server)
        step, shown = await answer(provider, request(tools=(UNDO,)))
        result = Message("tool", '{"ok":true}', tool_call_id="toolu_1", name="undo")
        await answer(provider, request(Message("user", "Hello"), step.message(), result, tools=(UNDO,)))
    assert shown == [ReasoningDelta("Hm.")]
    assert server.requests[1]["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "Hm.", "signature": "signed"},
        {"type": "redacted_thinking", "data": "opaque"},
        {"type": "tool_use", "id": "toolu_1", "name": "undo", "input": {}},
    ]


@pytest.mark.ledger("A15")
async def test_the_key_goes_out_and_nothing_that_is_meant_for_another_server(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-another")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "planted-token")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://evil.example")
    monkeypatch.setenv("ANTHROPIC_PROFILE", "planted")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "X-Planted: planted\nAuthorization: Bearer planted")
    with AnthropicServer([said("Done.")]) as server:
        await answer(connect(server))
        await answer(connect(server, api_key=None))
    with_key, without = ({name.lower(): value for name, value in sent.items()} for sent in server.headers)
    assert with_key["x-api-key"] == KEY
    assert "x-api-key" not in without
    for headers in (with_key, without):
        assert "authorization" not in headers
        assert not any("planted" in value.replace(KEY, "") or "another" in value for value in headers.values())
        assert "x-planted" not in headers


@pytest.mark.ledger("E1")
@pytest.mark.parametrize("turn", [said(), said(""), said("  \n"), [begin(), *end()]])
async def test_an_answer_with_nothing_in_it_is_a_failure(connect: Connect, turn: list[Any]) -> None:
    with AnthropicServer([turn]) as server, pytest.raises(EmptyAnswer):
        await answer(connect(server))


def error_event(kind: str, message: str = "Overloaded") -> str:
    return event("error", error={"type": kind, "message": message})


HALF = said("Half an", whole=False)


@pytest.mark.parametrize(
    ("turn", "told"),
    [
        ([], "stopped in the middle"),
        (HALF, "stopped in the middle"),
        ([*HALF, end()[0]], "stopped in the middle"),
        ([*HALF, CUT], "broke in the middle"),
        ([*used(("undo", {}))[:-2]], "stopped in the middle"),
        ([*HALF, "event: content_block_delta\ndata: {not json\n\n"], "no answer"),
        ([*HALF, b"event: content_block_delta\ndata: \xff\xfe\n\n"], "no answer"),
        ([*HALF, 'event: content_block_delta\ndata: {"type": "content_block_delta", "delta": 5}\n\n'], "no answer"),
        ([*HALF, error_event("overloaded_error")], "not available right now .529.: Overloaded"),
        ([*HALF, error_event("api_error", "Internal")], "not available right now .500.: Internal"),
        ([*HALF, error_event("something_new", "Odd")], "in the middle of its answer: Odd"),
        ([*HALF, "event: error\ndata: no json\n\n"], "in the middle of its answer"),
        (said("I will wait", reason="pause_turn"), "paused"),
        (said("I will not", reason="refusal"), "content filter"),
        ([*used(("undo", "{"))[:-2], *end("max_tokens")], "CANVAS_WIDGET_MAX_TOKENS"),
    ],
)
async def test_an_answer_that_is_not_whole_is_a_failure(connect: Connect, turn: list[Any], told: str) -> None:
    with AnthropicServer([turn]) as server, pytest.raises(ProviderError, match=told):
        await answer(connect(server))


async def test_an_answer_at_its_limit_is_marked(connect: Connect) -> None:
    with AnthropicServer(
        [said("Half", reason="max_tokens"), said("x", reason="model_context_window_exceeded")]
    ) as server:
        provider = connect(server)
        assert (await answer(provider))[0].truncated
        assert (await answer(provider))[0].truncated


@pytest.mark.ledger("A15")
@pytest.mark.parametrize(
    ("status", "error", "kind", "told"),
    [
        (401, "authentication_error", "key", "ANTHROPIC_API_KEY"),
        (402, "billing_error", "key", "credit"),
        (403, "permission_error", "key", "403"),
        (404, "not_found_error", "request", "CANVAS_WIDGET_ANTHROPIC_MODEL"),
        (400, "invalid_request_error", "request", "did not accept"),
        (413, "request_too_large", "request", "did not accept"),
        (429, "rate_limit_error", "limited", "no more requests"),
        (500, "api_error", "unavailable", "not available"),
        (504, "timeout_error", "unavailable", "not available"),
        (529, "overloaded_error", "unavailable", "not available"),
    ],
)
async def test_a_refusal_is_said_in_plain_words_without_the_key(
    connect: Connect, status: int, error: str, kind: str, told: str
) -> None:
    body = {"type": "error", "error": {"type": error, "message": f"Bad key {KEY} or sk-ant-someone-elses-123"}}
    with AnthropicServer([[Status(status, body)]]) as server:
        failed = await failure(connect(server))
    assert (failed.kind, failed.status) == (kind, status)
    assert told in failed.message
    assert "sk-" not in failed.message
    assert len(server.requests) == 1


async def test_an_empty_purse_is_no_fault_of_the_request(connect: Connect) -> None:
    message = "Your credit balance is too low to access the Anthropic API."
    body = {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
    with AnthropicServer([[Status(400, body)]]) as server:
        failed = await failure(connect(server))
    assert failed.kind == "key"
    assert "credit" in failed.message


async def test_a_limit_says_when_to_try_again(connect: Connect) -> None:
    with AnthropicServer([[Status(429, {}, {"retry-after": "7"})]]) as server:
        failed = await failure(connect(server))
    assert failed.retry_after == 7
    assert "7 s" in failed.message


async def test_a_server_that_is_not_there_is_named(connect: Connect) -> None:
    with AnthropicServer([said("x")]) as server:
        gone = server.address
    failed = await failure(connect(gone))
    assert failed.kind == "unreachable"
    assert gone in failed.message


@pytest.mark.ledger("B4", "E5")
async def test_a_server_that_lets_nobody_in_is_not_waited_for_as_for_an_answer(connect: Connect) -> None:
    with deaf() as url:
        failed = await failure(connect(url.removesuffix("/v1"), connect_timeout=0.3, read_timeout=5))
    assert failed.kind == "unreachable"
    assert f"No connection to {url.removesuffix('/v1')}" in failed.message


@pytest.mark.parametrize("turn", [[HANG], [*HALF, HANG]])
async def test_a_server_that_goes_silent_is_given_up(connect: Connect, turn: list[Any]) -> None:
    with AnthropicServer([turn]) as server:
        failed = await failure(connect(server, read_timeout=0.2))
    assert failed.kind == "timeout"
    assert "0.2 s" in failed.message


@pytest.mark.ledger("B4")
async def test_cancelling_ends_the_request_and_the_next_one_works(connect: Connect) -> None:
    with AnthropicServer([[*HALF, HANG]]) as server:
        provider = connect(server)
        task = asyncio.ensure_future(answer(provider))
        await asyncio.to_thread(server.hanging.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        server.turns.append(said("Again."))
        step, _ = await answer(provider)
    assert step.text == "Again."
