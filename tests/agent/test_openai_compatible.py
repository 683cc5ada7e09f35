"""The real `openai` SDK against a scripted server: no client is mocked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from agent.deaf import deaf
from agent.scripted_server import CUT, HANG, ScriptedServer, Status, calls, chunk, legacy_call, text, usage
from canvas_widget.agent.providers.endpoint import Endpoint, Quirks
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.openai_compatible import OpenAICompatible
from canvas_widget.agent.step import EmptyAnswer, Step, take_step
from canvas_widget.agent.stream import Delta, Message, ReasoningDelta, Request, TextDelta, ToolCall, ToolSpec
from canvas_widget.agent.views import CanvasView, CatalogueView
from canvas_widget.errors import ProviderError

KEY = "sk-planted-0123456789"

Connect = Callable[..., OpenAICompatible]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    made: list[OpenAICompatible] = []

    def connected(server: ScriptedServer | str, **more: Any) -> OpenAICompatible:
        given: dict[str, Any] = {
            "name": "custom",
            "model": "scripted",
            "base_url": server if isinstance(server, str) else server.url,
            "api_key": SecretStr(KEY),
            "key_variable": "CANVAS_WIDGET_API_KEY",
            "model_variable": "CANVAS_WIDGET_MODEL",
        }
        made.append(OpenAICompatible(Endpoint(**{**given, **more})))
        return made[-1]

    yield connected
    for provider in made:
        await provider.aclose()


def request(*messages: Message, tools: tuple[ToolSpec, ...] = (), **more: Any) -> Request:
    return Request(messages or (Message("user", "Hello"),), tools, CatalogueView(), CanvasView(), **more)


async def answer(provider: OpenAICompatible, asked: Request | None = None) -> tuple[Step, list[Delta]]:
    pieces: list[Delta] = []
    async for item in take_step(provider, asked or request()):
        if isinstance(item, Step):
            return item, pieces
        pieces.append(item)
    raise AssertionError("no step")


async def failure(provider: OpenAICompatible) -> ProviderFailure:
    with pytest.raises(ProviderFailure) as caught:
        await answer(provider)
    assert KEY not in caught.value.message
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.ledger("D1")
async def test_text_arrives_piece_by_piece(connect: Connect) -> None:
    with ScriptedServer([[*text("Three ", "origins."), usage(12, 3, cost=0.25)]]) as server:
        step, pieces = await answer(connect(server))
    assert pieces == [TextDelta("Three "), TextDelta("origins.")]
    assert step.text == "Three origins."
    assert (step.usage.prompt_tokens, step.usage.completion_tokens, step.usage.estimated) == (12, 3, False)
    assert step.cost == 0.25


@pytest.mark.ledger("A12")
async def test_parallel_tool_calls_are_put_together(connect: Connect) -> None:
    wanted = [("create_chart", {"container_id": "a", "mark": "bar"}), ("list_datasets", {}), ("undo", "")]
    with ScriptedServer([calls(*wanted)]) as server:
        step, _ = await answer(connect(server))
    assert [call.name for call in step.calls] == ["create_chart", "list_datasets", "undo"]
    assert json.loads(step.calls[0].arguments) == {"container_id": "a", "mark": "bar"}
    assert len({call.id for call in step.calls}) == 3


@pytest.mark.ledger("A12")
async def test_the_older_function_call_is_a_tool_call(connect: Connect) -> None:
    with ScriptedServer([legacy_call("create_container", {"container_id": "a"})]) as server:
        step, _ = await answer(connect(server))
    [call] = step.calls
    assert (call.name, json.loads(call.arguments)) == ("create_container", {"container_id": "a"})
    assert call.id


@pytest.mark.ledger("A12")
async def test_servers_that_give_one_index_or_no_id_or_an_object_are_understood(connect: Connect) -> None:
    def call(name: str, arguments: Any, call_id: str | None) -> dict[str, Any]:
        return {"index": 0, "id": call_id, "function": {"name": name, "arguments": arguments}}

    turn = [
        chunk({"tool_calls": [call("undo", "{}", "one")]}),
        chunk({"tool_calls": [call("list_datasets", {"a": 1}, "two")]}),
        chunk({}, "stop"),
    ]
    nameless = [chunk({"tool_calls": [call("undo", "{}", None)]}), chunk({}, "tool_calls")]
    with ScriptedServer([turn, nameless]) as server:
        provider = connect(server)
        step, _ = await answer(provider)
        assert [(found.id, found.name) for found in step.calls] == [("one", "undo"), ("two", "list_datasets")]
        assert json.loads(step.calls[1].arguments) == {"a": 1}
        step, _ = await answer(provider)
        assert step.calls[0].id


async def test_reasoning_fields_and_content_parts_are_understood(connect: Connect) -> None:
    turn = [
        chunk({"reasoning_content": "Let me "}),
        chunk({"reasoning": "see."}),
        chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]}),
        chunk({"content": [{"type": "text", "text": "Done."}]}),
        chunk({}, "stop"),
    ]
    with ScriptedServer([turn]) as server:
        step, pieces = await answer(connect(server))
    assert pieces == [ReasoningDelta("Let me "), ReasoningDelta("see."), ReasoningDelta("Hm."), TextDelta("Done.")]
    assert step.text == "Done."


async def test_only_what_every_server_knows_is_sent(connect: Connect) -> None:
    tool = ToolSpec("undo", "Take back.", {"type": "object", "properties": {}})
    said = (
        Message("system", "Rules"),
        Message("user", "Undo it"),
        Message("assistant", "", (ToolCall("1", "undo", "{not json"),)),
        Message("tool", '{"ok":false}', tool_call_id="1", name="undo"),
    )
    with ScriptedServer([text("Done.")]) as server:
        await answer(connect(server), request(*said, tools=(tool,), temperature=0.2, max_tokens=99))
        await answer(connect(server))
    [sent, bare] = server.requests
    assert set(sent) == {"model", "messages", "stream", "tools", "temperature", "max_tokens"}
    assert sent["messages"][2] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "1", "type": "function", "function": {"name": "undo", "arguments": "{}"}}],
    }
    assert sent["messages"][3] == {"role": "tool", "tool_call_id": "1", "content": '{"ok":false}'}
    assert sent["tools"][0]["function"]["parameters"] == {"type": "object", "properties": {}}
    assert set(bare) == {"model", "messages", "stream"}


async def test_a_server_that_knows_more_is_asked_for_it(connect: Connect) -> None:
    quirks = Quirks(limit_field="max_completion_tokens", include_usage=True, hottest=1.0)
    with ScriptedServer([text("Done.")]) as server:
        await answer(connect(server, quirks=quirks, model="o3-mini"), request(temperature=1.5, max_tokens=9))
        await answer(connect(server, quirks=quirks), request(temperature=1.5, max_tokens=9))
    assert server.requests[0]["stream_options"] == {"include_usage": True}
    assert server.requests[0]["max_completion_tokens"] == 9
    assert "temperature" not in server.requests[0]
    assert server.requests[1]["temperature"] == 1.0


@pytest.mark.ledger("A15")
async def test_the_key_goes_out_and_nothing_that_is_meant_for_another_server(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-planted")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-planted")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Planted: secret\nAuthorization: Bearer planted")
    with ScriptedServer([text("Done.")]) as server:
        await answer(connect(server))
        await answer(connect(server, api_key=None))
    with_key, without = ({name.lower(): value for name, value in sent.items()} for sent in server.headers)
    assert with_key["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in without
    for headers in (with_key, without):
        assert not any("planted" in value.replace(KEY, "") or "another" in value for value in headers.values())
        assert not {"x-planted", "openai-organization", "openai-project"} & set(headers)


@pytest.mark.ledger("E1")
@pytest.mark.parametrize("turn", [text(), text(""), text("  \n"), [chunk({}, "stop")]])
async def test_an_answer_with_nothing_in_it_is_a_failure(connect: Connect, turn: list[Any]) -> None:
    with ScriptedServer([turn]) as server, pytest.raises(EmptyAnswer):
        await answer(connect(server))


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        ([], "stopped in the middle"),
        (text("Half an", finish=None), "stopped in the middle"),
        ([*text("Half an", finish=None), CUT], "broke in the middle"),
        ([*calls(("undo", {}))[:-1]], "stopped in the middle"),
        ([*text("Half an", finish=None), "data: {not json\n\n"], "no answer"),
        ([*text("Half an", finish=None), b"data: \xff\xfe\n\n"], "no answer"),
        ([*text("Half an", finish=None), 'data: {"choices": 5}\n\n'], "no answer"),
        ([*text("Half an", finish=None), 'data: {"error": {"message": "Overloaded", "code": 529}}\n\n'], "Overloaded"),
        ([*text("Half an", finish=None), chunk({}, "error")], "in the middle of its answer"),
        ([*text("I will not", finish="content_filter")], "content filter"),
        ([*calls(("undo", "{"))[:-1], chunk({}, "length")], "CANVAS_WIDGET_MAX_TOKENS"),
    ],
)
async def test_an_answer_that_is_not_whole_is_a_failure(connect: Connect, turn: list[Any], said: str) -> None:
    with ScriptedServer([turn]) as server, pytest.raises(ProviderError, match=said):
        await answer(connect(server))


async def test_comments_between_events_are_no_events(connect: Connect) -> None:
    turn = [": OPENROUTER PROCESSING\n\n", *text("Done."), ": bye\n\n"]
    with ScriptedServer([turn]) as server:
        step, _ = await answer(connect(server))
    assert step.text == "Done."


@pytest.mark.ledger("A15")
@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (401, "key", "CANVAS_WIDGET_API_KEY"),
        (402, "key", "credit"),
        (403, "key", "403"),
        (404, "request", "CANVAS_WIDGET_MODEL"),
        (400, "request", "did not accept"),
        (422, "request", "did not accept"),
        (429, "limited", "no more requests"),
        (500, "unavailable", "not available"),
        (529, "unavailable", "not available"),
    ],
)
async def test_a_refusal_is_said_in_plain_words_without_the_key(
    connect: Connect, status: int, kind: str, said: str
) -> None:
    body = {"error": {"message": f"Incorrect key {KEY} or sk-someone-elses-key-123", "type": "x"}}
    with ScriptedServer([[Status(status, body)]]) as server:
        failed = await failure(connect(server))
    assert (failed.kind, failed.status) == (kind, status)
    assert said in failed.message
    assert "sk-" not in failed.message
    assert len(server.requests) == 1


async def test_a_limit_says_when_to_try_again(connect: Connect) -> None:
    with ScriptedServer([[Status(429, {}, {"retry-after": "7"})]]) as server:
        failed = await failure(connect(server))
    assert failed.retry_after == 7
    assert "7 s" in failed.message


async def test_a_server_that_is_not_there_is_named(connect: Connect) -> None:
    with ScriptedServer([text("x")]) as server:
        gone = server.url
    failed = await failure(connect(gone))
    assert failed.kind == "unreachable"
    assert gone.removesuffix("/v1") in failed.message


@pytest.mark.ledger("B4", "E5")
async def test_a_server_that_lets_nobody_in_is_not_waited_for_as_for_an_answer(connect: Connect) -> None:
    with deaf() as url:
        failed = await failure(connect(url, connect_timeout=0.3, read_timeout=5))
    assert failed.kind == "unreachable"
    assert f"No connection to {url.removesuffix('/v1')}" in failed.message


@pytest.mark.parametrize("turn", [[HANG], [*text("Half", finish=None), HANG]])
async def test_a_server_that_goes_silent_is_given_up(connect: Connect, turn: list[Any]) -> None:
    with ScriptedServer([turn]) as server:
        failed = await failure(connect(server, read_timeout=0.2))
    assert failed.kind == "timeout"
    assert "0.2 s" in failed.message


async def test_comments_do_not_keep_a_silent_server_alive(connect: Connect) -> None:
    with ScriptedServer([[": still here\n\n", HANG]]) as server:
        failed = await failure(connect(server, read_timeout=0.2))
    assert failed.kind == "timeout"


async def test_cancelling_ends_the_request(connect: Connect) -> None:
    with ScriptedServer([[*text("Half", finish=None), HANG]]) as server:
        provider = connect(server)
        task = asyncio.ensure_future(answer(provider))
        await asyncio.to_thread(server.hanging.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        server.turns.append(text("Again."))
        step, _ = await answer(provider)
    assert step.text == "Again."
