"""One table of what "compatible" servers do their own way, each line with the answer that shows it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from agent.quirks import FIXTURES, Fixture
from agent.scripted_server import ScriptedServer, Status, chunk, text
from canvas_widget.agent.providers.catalog import Providers
from canvas_widget.agent.providers.endpoint import QUIRKS, Endpoint, Quirks, quirks_at
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.openai_compatible import OpenAICompatible
from canvas_widget.agent.step import Step, take_step
from canvas_widget.agent.stream import Message, ReasoningDelta, Request, ToolSpec
from canvas_widget.agent.views import CanvasView, CatalogueView
from canvas_widget.settings import Settings

UNDO = ToolSpec("undo", "Take back.", {"type": "object", "properties": {}})

Connect = Callable[..., OpenAICompatible]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    made: list[OpenAICompatible] = []

    def connected(server: ScriptedServer, kind: str = "", **more: Any) -> OpenAICompatible:
        given: dict[str, Any] = {"name": "custom", "model": "scripted", "api_key": SecretStr("sk-planted-123456")}
        named = {"key_variable": "CANVAS_WIDGET_API_KEY", "model_variable": "CANVAS_WIDGET_MODEL"}
        quirks = QUIRKS[kind] if kind else Quirks()
        made.append(OpenAICompatible(Endpoint(**{**given, **named, "base_url": server.url, "quirks": quirks, **more})))
        return made[-1]

    yield connected
    for provider in made:
        await provider.aclose()


def request(*messages: Message, **more: Any) -> Request:
    return Request(messages or (Message("user", "Hello"),), (UNDO,), CatalogueView(), CanvasView(), **more)


async def answer(provider: OpenAICompatible, asked: Request | None = None) -> tuple[Step, str]:
    thinking = ""
    async for item in take_step(provider, asked or request()):
        if isinstance(item, Step):
            return item, thinking
        thinking += item.text if isinstance(item, ReasoningDelta) else ""
    raise AssertionError("no step")


@pytest.mark.ledger("E3", "A12")
@pytest.mark.parametrize("fixture", FIXTURES.values(), ids=FIXTURES)
async def test_what_a_server_does_its_own_way_is_understood(connect: Connect, fixture: Fixture) -> None:
    with ScriptedServer([fixture.turn]) as server:
        step, thinking = await answer(connect(server, fixture.kind))
    assert (step.text, thinking) == (fixture.text, fixture.thinking)
    assert tuple((call.name, call.arguments) for call in step.calls) == fixture.calls
    assert len({call.id for call in step.calls if call.id}) == len(fixture.calls)
    if fixture.tokens is None:
        assert step.usage.estimated
    else:
        assert (step.usage.prompt_tokens, step.usage.completion_tokens) == fixture.tokens


@pytest.mark.ledger("E3")
@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("https://mine.openai.azure.com/openai/v1", "azure"),
        ("https://api.groq.com/openai/v1", "groq"),
        ("https://api.mistral.ai/v1", "mistral"),
        ("https://api.deepseek.com", "deepseek"),
        ("https://api.together.xyz/v1", "together"),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "gemini"),
        ("http://localhost:11434/v1", "ollama"),
        ("http://10.0.0.7:1234/v1", "lmstudio"),
        ("http://127.0.0.1:8080/v1", "llamacpp"),
    ],
)
def test_a_known_server_is_told_by_its_address(url: str, kind: str) -> None:
    assert quirks_at(url) == QUIRKS[kind]
    [first, *_] = Providers(Settings(base_url=url, api_key="sk-1", providers="custom")).usable()
    assert first.endpoint is not None
    assert first.endpoint.quirks == QUIRKS[kind]


@pytest.mark.parametrize(
    "url", ["https://api.openai.com.evil.example/v1", "https://evil.example/api.groq.com", "https://x.example:8080/v1"]
)
def test_an_address_that_only_looks_like_a_known_one_is_unknown(url: str) -> None:
    assert quirks_at(url) == Quirks()


REFUSALS = {
    "OpenAI": (
        {
            "error": {
                "message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
                "param": "max_tokens",
            }
        },
        400,
        "max_tokens",
    ),
    "Mistral": (
        {
            "detail": [
                {"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}
            ]
        },
        422,
        "stream_options",
    ),
    "a model with one temperature": (
        {"error": {"message": "Unsupported value: 'temperature' does not support 0.2 with this model."}},
        400,
        "temperature",
    ),
}


@pytest.mark.ledger("E3")
@pytest.mark.parametrize(("body", "status", "name"), REFUSALS.values(), ids=REFUSALS)
async def test_what_a_server_refuses_is_left_out_from_then_on(
    connect: Connect, body: dict[str, Any], status: int, name: str
) -> None:
    quirks = Quirks(include_usage=True)
    with ScriptedServer([[Status(status, body)], text("Hi"), text("Ho")]) as server:
        provider = connect(server, quirks=quirks)
        step, _ = await answer(provider, request(temperature=0.2, max_tokens=9))
        again, _ = await answer(provider, request(temperature=0.2, max_tokens=9))
    assert (step.text, again.text) == ("Hi", "Ho")
    first, second, third = server.requests
    assert name in first
    assert name not in second
    assert set(second) == set(third)
    if name == "max_tokens":
        assert second["max_completion_tokens"] == 9


async def test_a_server_that_refuses_everything_is_not_asked_for_ever(connect: Connect) -> None:
    body = {"error": {"message": "max_tokens, max_completion_tokens, temperature and stream_options are refused"}}
    with ScriptedServer([[Status(400, body)]]) as server:
        provider = connect(server, quirks=Quirks(include_usage=True))
        with pytest.raises(ProviderFailure, match="did not accept"):
            await answer(provider, request(temperature=0.2, max_tokens=9))
        assert len(server.requests) == 5
    assert provider.refused == frozenset()


async def test_gemini_gets_its_signature_back_with_the_call(connect: Connect) -> None:
    extra = {"google": {"thought_signature": "c2lnbmVk"}}
    call = {"id": "one", "type": "function", "function": {"name": "undo", "arguments": "{}"}, "extra_content": extra}
    with ScriptedServer([[chunk({"tool_calls": [call]}, "tool_calls")], text("Done.")]) as server:
        provider = connect(server, "gemini")
        step, _ = await answer(provider)
        result = Message("tool", "{}", tool_call_id="one", name="undo")
        await answer(provider, request(Message("user", "Hello"), step.message(), result))
    [sent] = server.requests[1]["messages"][1]["tool_calls"]
    assert sent["extra_content"] == extra


@pytest.mark.parametrize(("kind", "given_back"), [("deepseek", True), ("groq", False)])
async def test_deepseek_gets_its_thinking_back_with_the_call(connect: Connect, kind: str, *, given_back: bool) -> None:
    call = {"index": 0, "id": "one", "function": {"name": "undo", "arguments": "{}"}}
    turn = [chunk({"reasoning_content": "Hm."}), chunk({"tool_calls": [call]}, "tool_calls")]
    with ScriptedServer([turn, text("Done.")]) as server:
        provider = connect(server, kind)
        step, _ = await answer(provider)
        result = Message("tool", "{}", tool_call_id="one", name="undo")
        await answer(provider, request(Message("user", "Hello"), step.message(), result))
    assert (server.requests[1]["messages"][1].get("reasoning_content") == "Hm.") is given_back


async def test_mistral_gets_ids_of_nine_letters(connect: Connect) -> None:
    call = {"index": 0, "id": "call_of_another_server", "function": {"name": "undo", "arguments": "{}"}}
    with ScriptedServer([[chunk({"tool_calls": [call]}, "tool_calls")], text("Done.")]) as server:
        provider = connect(server, "mistral")
        step, _ = await answer(provider)
        result = Message("tool", "{}", tool_call_id=step.calls[0].id, name="undo")
        await answer(provider, request(Message("user", "Hello"), step.message(), result))
    _, called, answered = server.requests[1]["messages"]
    assert called["tool_calls"][0]["id"] == answered["tool_call_id"]
    assert len(answered["tool_call_id"]) == 9
    assert answered["tool_call_id"].isalnum()


@pytest.mark.ledger("E3")
@pytest.mark.parametrize(
    ("kind", "status", "message", "advice"),
    [
        ("ollama", 400, "registry.ollama.ai/library/gemma:2b does not support tools", "Pull a model"),
        ("llamacpp", 500, "tools param requires --jinja flag", "--jinja"),
        ("", 400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser', "start the server"),
    ],
)
async def test_a_server_that_calls_no_tools_says_what_to_do(
    connect: Connect, kind: str, status: int, message: str, advice: str
) -> None:
    with (
        ScriptedServer([[Status(status, {"error": {"message": message}})]]) as server,
        pytest.raises(ProviderFailure, match=advice) as caught,
    ):
        await answer(connect(server, kind))
    assert caught.value.kind == "request"
    assert "cannot call tools" in caught.value.message


async def test_gemini_gives_its_errors_in_a_list(connect: Connect) -> None:
    class Listed(ScriptedServer):
        def next_turn(self, request: dict[str, Any], headers: dict[str, str]) -> Any:
            super().next_turn(request, headers)
            return [Status(400, [{"error": {"code": 400, "message": "Field is odd."}}])]  # type: ignore[arg-type]

    with Listed([text("x")]) as server, pytest.raises(ProviderFailure, match="Field is odd"):
        await answer(connect(server, "gemini"))


@pytest.mark.parametrize("status", [400, 429])
async def test_an_empty_purse_is_no_fault_of_the_request(connect: Connect, status: int) -> None:
    body = {"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}
    with ScriptedServer([[Status(status, body)]]) as server, pytest.raises(ProviderFailure, match="credit") as caught:
        await answer(connect(server))
    assert caught.value.kind == "key"


async def test_a_server_that_does_not_stream_is_read_whole(connect: Connect) -> None:
    message = {"role": "assistant", "content": "Hi", "tool_calls": None}
    whole = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    body = {**whole, "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
    with ScriptedServer([[Status(200, body)]]) as server:
        step, _ = await answer(connect(server))
    assert (step.text, step.usage.total_tokens) == ("Hi", 4)


def test_the_table_of_quirks_has_an_answer_of_each_kind() -> None:
    shown = {fixture.kind for fixture in FIXTURES.values()}
    told = json.dumps(sorted(set(QUIRKS) - shown - {"openai", "anthropic", "llamacpp"}))
    assert told == "[]", f"No answer shows how {told} does it."
