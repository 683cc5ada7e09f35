"""The doctor against real servers, and what no message of any kind may hold: a key."""

from __future__ import annotations

import json
import logging
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from agent.anthropic_server import AnthropicServer, said, used
from agent.scripted_server import ScriptedServer, Status, calls, chunk, text, usage
from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.events import Answered, Done
from canvas_widget.agent.providers.catalog import Providers, configured
from canvas_widget.agent.providers.doctor import examine, report
from canvas_widget.agent.providers.health import HealthBook
from canvas_widget.agent.providers.router import Router
from canvas_widget.agent.stream import Provider
from canvas_widget.agent.turn import run_turn
from canvas_widget.agent.turn_request import TurnRequest
from canvas_widget.agent.usage.book import Book
from canvas_widget.agent.usage.status import cost_text, models_text
from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.session.models import models_frame
from canvas_widget.settings import Settings, load_settings
from canvas_widget.workspace import Workspace

WELL = text("ready ", "to draw ", "your charts")


class Listing(ScriptedServer):
    """A server that lists its models too."""

    def __init__(self, turns: Any, *models: str) -> None:
        self.models = models
        super().__init__(turns)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        base: Any = super()._handler()
        listed = {"object": "list", "data": [{"id": model} for model in self.models]}

        class Handler(base):  # type: ignore[misc]
            def do_GET(self) -> None:  # noqa: N802
                self.status(Status(200 if self.path.endswith("/models") else 404, listed))

        return Handler


async def examined(settings: Settings) -> str:
    return report(settings, await examine(settings))


def local(server: ScriptedServer, **more: Any) -> Settings:
    return Settings(base_url=server.url, model="qwen3:8b", providers="custom", read_timeout=5, **more)


@pytest.mark.ledger("E3", "E6")
async def test_a_server_that_does_all_is_said_to_work() -> None:
    turns = [[*WELL, usage(20, 5)], calls(("note", {"word": "ready"}))]
    with Listing(turns, "qwen3:8b", "gemma") as server:
        told = await examined(local(server, budget=2.5))
    assert told.startswith("custom: works (The model server at 127.0.0.1:")
    assert "none is set, none is sent" in told
    assert "2 listed, qwen3:8b is one of them" in told
    assert "in 3 pieces" in told
    assert "counted by the server" in told
    assert "tools      called" in told
    assert told.endswith("Prompts go to custom. The budget is $2.5 a session.")
    assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]


@pytest.mark.ledger("E3")
async def test_a_server_that_calls_no_tools_and_does_not_stream_is_told_apart() -> None:
    with Listing([[*text("ready")], text("I note: ready")], "other") as server:
        told = await examined(local(server))
    assert "custom: answers" in told
    assert "it does not stream" in told
    assert "they are estimated" in told
    assert "tools      not called" in told
    assert "Charts need tool calls." in told
    assert "1 listed, qwen3:8b is none of them: other" in told
    assert "No provider can run prompts as it is." in told


@pytest.mark.ledger("E3")
async def test_each_kind_of_trouble_says_what_to_do() -> None:
    refused = {"error": {"message": "Unsupported parameter: 'max_tokens'.", "param": "max_tokens"}}
    with ScriptedServer([[Status(400, refused)], WELL, calls(("note", {"word": "ready"}))]) as server:
        assert "left out   max_tokens: the server refuses them" in await examined(local(server))
    with Listing([[Status(404, {"error": {"message": "model not found"}})]], "gemma") as server:
        told = await examined(local(server))
    assert "has no model 'qwen3:8b'" in told
    assert "Set CANVAS_WIDGET_MODEL to a model that is listed." in told
    told = await examined(local(server))
    assert "No connection to http://127.0.0.1" in told
    with ScriptedServer([WELL, [Status(400, {"error": {"message": "gemma does not support tools"}})]]) as server:
        assert "cannot call tools" in await examined(local(server))


@pytest.mark.ledger("E3", "A15")
async def test_all_providers_are_told_apart_and_unset_ones_say_what_to_set() -> None:
    with AnthropicServer([said("ready ", "to draw"), used(("note", {"word": "ready"}))]) as server:
        settings = Settings(anthropic_api_key="sk-ant-planted-1", anthropic_base_url=server.address)
        told = await examined(settings)
    assert "openrouter: not configured\n  Provider openrouter is not configured. Set OPENROUTER_API_KEY." in told
    assert "anthropic: works" in told
    assert "ANTHROPIC_API_KEY in the configuration" in told
    assert "Prompts go to anthropic." in told
    assert "the built-in model answers" in await examined(Settings())


@pytest.mark.ledger("E4", "E3")
async def test_a_provider_that_the_doctor_sees_work_is_asked_again_at_once() -> None:
    for fault, kind in ((Status(503), "circuit"), (Status(402), "key")):
        book = HealthBook()
        with ScriptedServer([[fault]]) as server:
            settings = local(server, retries=2)
            providers = Providers(settings)
            [asked] = providers.route(None)
            router = Router(health=book, sleep=_at_once)
            said_first = await _asked(router, asked, settings)
            assert "%canvas doctor" not in said_first
            assert "%canvas doctor" in await _asked(router, asked, settings), kind
            report(settings, await examine(settings, book))
            assert book.of(asked).refusal() is not None, "it does not work yet"
            server.play([WELL, calls(("note", {"word": "ready"})), text("Good day.")])
            report(settings, await examine(settings, book))
            assert await _asked(router, asked, settings) == "Good day."
            await providers.aclose()


async def _at_once(_: float) -> None:
    """No pause between two tries."""


async def _asked(router: Router, provider: Provider, settings: Settings) -> str:
    """What a prompt comes to: its answer, or its error."""
    request = TurnRequest("t", "Hello", Conversation(), (provider,), Workspace(), settings=settings, router=router)
    events = [event async for event in run_turn(request)]
    done = events[-1]
    assert isinstance(done, Done)
    if done.error is not None:
        return done.error.message
    return next(event.text for event in events if isinstance(event, Answered))


# -- secrets -------------------------------------------------------------------------------------------------------

PLANTED = {
    "OPENROUTER_API_KEY": "or-planted-3f9c-unusual-form",
    "ANTHROPIC_API_KEY": "sk-ant-planted-77aa55bb",
    "OPENAI_API_KEY": "plainplantedopenaikey0001",
    "CANVAS_WIDGET_API_KEY": "custom.planted/key+with=signs",
}


def _key_in(headers: dict[str, str]) -> str:
    lowered = {name.lower(): value for name, value in headers.items()}
    return lowered.get("x-api-key") or lowered.get("authorization", "").removeprefix("Bearer ")


@pytest.mark.ledger("A15")
@pytest.mark.parametrize("place", ["environment", "file"])
async def test_no_key_is_ever_said_whatever_a_server_echoes(
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    workspace: Workspace,
) -> None:
    """Servers that write the key they were sent into errors, into streams and into the list of their models."""
    caplog.set_level(logging.DEBUG)

    class Echoing(Listing):
        def next_turn(self, request: dict[str, Any], headers: dict[str, str]) -> Any:
            super().next_turn(request, headers)
            sent = " ".join(word for value in headers.values() for word in value.split() if word != "Bearer")
            error = {
                "message": f"Incorrect key {_key_in(headers)}: {sent}",
                "type": "invalid_request_error",
                "code": sent,
            }
            kinds: list[Any] = [
                [Status(code, {"type": "error", "error": error}, {"x-echo": "yes"})] for code in (401, 403, 400, 500)
            ]
            in_stream = [chunk({"content": "Half"}), {"error": {"message": sent, "code": 529}}]
            by_event = [f"event: error\ndata: {json.dumps({'type': 'error', 'error': error})}\n\n"]
            return [*kinds, in_stream, by_event][len(self.requests) % 6]

    with Echoing([text("x")], *PLANTED.values()) as server:
        lines = dict(PLANTED)
        lines |= dict.fromkeys(
            (f"CANVAS_WIDGET_{name}BASE_URL" for name in ("", "OPENAI_", "OPENROUTER_", "ANTHROPIC_")), server.url
        )
        lines["CANVAS_WIDGET_RETRIES"] = "0"
        if place == "environment":
            for name, value in lines.items():
                monkeypatch.setenv(name, value)
        else:
            (tmp_path / ".env").write_text("".join(f'{name}="{value}"\n' for name, value in lines.items()))
        settings = load_settings(directory=tmp_path)
        providers = Providers(settings)
        book = Book(1.0)
        seen: list[Any] = [repr(settings), str(settings), configured(settings), repr(providers.usable())]
        for _ in range(6):
            for provider in providers.route():
                seen += [repr(provider), repr(vars(provider))]
                turn = TurnRequest("t", "Which?", Conversation(), (provider,), workspace, settings=settings, book=book)
                async for event in run_turn(turn):
                    seen.append(repr(event))
                    if isinstance(event, Done):
                        seen += [attempt.as_dict() for attempt in event.receipt]
                        seen.append(str(event.error))
        frame = models_frame(settings, book.as_dict())
        seen += [await examined(settings), cost_text(book), frame, models_text(frame)]
        await providers.aclose()
    assert server.requests
    seen += [record.getMessage() for record in caplog.records] + [caplog.text]
    for where in seen:
        for key in PLANTED.values():
            assert key not in json.dumps(where, default=repr), where


@pytest.mark.ledger("A15")
def test_a_key_in_an_address_is_refused_and_not_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CANVAS_WIDGET_BASE_URL", "https://user:planted-secret@host.example/v1")
    with pytest.raises(InvalidArgument, match="a key does not belong into the address") as caught:
        load_settings(directory=tmp_path)
    assert "planted" not in str(caught.value)
    assert isinstance(caught.value, CanvasError)
