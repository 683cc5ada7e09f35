from __future__ import annotations

import asyncio
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from agent.scripted_server import ScriptedServer, text
from canvas_widget.agent.providers.anthropic import AnthropicProvider
from canvas_widget.agent.providers.catalog import Providers, choose, close_all, configured, route
from canvas_widget.agent.providers.endpoint import BUILT_IN_URLS
from canvas_widget.agent.providers.openai_compatible import OpenAICompatible
from canvas_widget.agent.stream import Message, Provider, Request
from canvas_widget.agent.views import CanvasView, CatalogueView
from canvas_widget.errors import InvalidArgument, NoProvider
from canvas_widget.notebook.runtime import LoopThread
from canvas_widget.settings import Settings, load_settings

ALL = Settings(
    openrouter_api_key="sk-1", anthropic_api_key="sk-2", openai_api_key="sk-3", base_url="http://127.0.0.1:1/v1"
)


def endpoint(provider: Provider) -> tuple[str, str, str]:
    assert isinstance(provider, OpenAICompatible | AnthropicProvider)
    return provider.name, provider.model, provider.endpoint.base_url


@pytest.mark.ledger("E3")
def test_the_first_configured_provider_in_the_order_is_asked() -> None:
    assert endpoint(choose(ALL))[0] == "openrouter"
    assert endpoint(choose(Settings(openai_api_key="sk-3"))) == ("openai", "gpt-4o-mini", BUILT_IN_URLS["openai"])
    swapped = Settings(openrouter_api_key="sk-1", anthropic_api_key="sk-2", providers="anthropic,openrouter")
    assert endpoint(choose(swapped))[0] == "anthropic"
    local = Settings(base_url="http://127.0.0.1:1/v1/", model="qwen3:8b")
    assert endpoint(choose(local)) == ("custom", "qwen3:8b", "http://127.0.0.1:1/v1")


@pytest.mark.ledger("E3")
def test_a_route_leads_with_the_wanted_one_and_each_other_keeps_its_own_model() -> None:
    def steps(settings: Settings, wanted: str | None = None) -> list[str]:
        return [f"{provider.name}/{provider.model}" for provider in route(settings, wanted)]

    openrouter, anthropic, openai, custom = steps(ALL)
    assert (openrouter, openai) == ("openrouter/openai/gpt-4o-mini", "openai/gpt-4o-mini")
    assert (anthropic, custom) == ("anthropic/claude-sonnet-5", "custom/default")
    assert steps(ALL, "openai/gpt-4o") == ["openai/gpt-4o", openrouter, anthropic, custom]
    assert steps(ALL, "custom") == [custom, openrouter, anthropic, openai]
    assert steps(ALL, "offline") == ["offline/built-in"]
    assert steps(Settings()) == ["offline/built-in"]
    ordered = Settings(openai_api_key="sk-3", openrouter_api_key="sk-1", providers="custom,openai,openai,openrouter")
    assert steps(ordered) == [openai, openrouter]
    named = Settings(openai_api_key="sk-3", openrouter_api_key="sk-1", providers="openai,offline,openrouter")
    assert steps(named) == [openai, "offline/built-in"]
    only = Settings(openai_api_key="sk-3", openrouter_api_key="sk-1", providers="openrouter")
    assert steps(only, "openai") == [openai, openrouter]


@pytest.mark.ledger("B2")
def test_a_prompt_can_name_its_provider_and_model() -> None:
    assert endpoint(choose(ALL, "openai/gpt-4o"))[:2] == ("openai", "gpt-4o")
    assert endpoint(choose(ALL, "openrouter/anthropic/claude-x"))[:2] == ("openrouter", "anthropic/claude-x")
    assert endpoint(choose(ALL, "Custom"))[:2] == ("custom", "default")
    assert configured(ALL)[1:] == ["anthropic/claude-sonnet-5", "openai/gpt-4o-mini", "custom/default"]


@pytest.mark.ledger("X1", "E3")
def test_the_built_in_model_answers_only_when_nothing_is_configured_or_it_is_named() -> None:
    assert choose(Settings()).name == "offline"
    assert choose(ALL, "offline").name == "offline"
    assert choose(ALL, "offline/built-in").name == "offline"
    assert choose(Settings(openai_api_key="sk-3", providers="offline,openai")).name == "offline"
    assert configured(Settings()) == ["offline/built-in"]


@pytest.mark.ledger("E9")
def test_what_cannot_be_asked_says_which_variable_to_set() -> None:
    with pytest.raises(NoProvider, match="ANTHROPIC_API_KEY") as caught:
        choose(Settings(openai_api_key="sk-3"), "anthropic")
    assert (caught.value.code, caught.value.error_code) == (503, "NO_PROVIDER")
    with pytest.raises(NoProvider, match="CANVAS_WIDGET_BASE_URL"):
        choose(Settings(), "custom/x")
    with pytest.raises(InvalidArgument, match="openai") as wrong:
        choose(ALL, "opneai/gpt-4o")
    assert "openai" in wrong.value.alternatives


@pytest.mark.ledger("A15")
@pytest.mark.parametrize(
    ("key", "url"),
    [("OPENAI_API_KEY", "CANVAS_WIDGET_OPENAI_BASE_URL"), ("CANVAS_WIDGET_API_KEY", "CANVAS_WIDGET_BASE_URL")],
)
def test_a_cloned_projects_env_file_cannot_redirect_the_users_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, url: str
) -> None:
    (tmp_path / ".env").write_text(f"{url}=https://evil.example/v1\n")
    monkeypatch.setenv(key, "sk-planted")
    with pytest.raises(NoProvider, match=r"\.env") as caught:
        choose(load_settings(directory=tmp_path))
    assert key in caught.value.message
    assert "sk-planted" not in caught.value.message
    monkeypatch.setenv(url, "https://mine.example/v1")
    assert endpoint(choose(load_settings(directory=tmp_path)))[2] == "https://mine.example/v1"


def test_a_provider_is_made_once_so_that_its_connections_are_used_again() -> None:
    providers = Providers(ALL)
    assert providers.choose("openai") is providers.choose("openai/gpt-4o-mini")
    assert providers.choose("openai") is not providers.choose("openai/gpt-4o")
    assert choose(Settings(openai_api_key="sk-9")) is choose(Settings(openai_api_key="sk-9"))


@pytest.mark.ledger("B4")
async def test_requests_share_a_connection_and_closing_ends_it() -> None:
    ports: list[int] = []

    class Counting(ScriptedServer):
        def _handler(self) -> type[BaseHTTPRequestHandler]:
            base: Any = super()._handler()

            class Handler(base):  # type: ignore[misc]
                def setup(self) -> None:
                    ports.append(self.client_address[1])
                    super().setup()

            return Handler

    async def ask(provider: Provider) -> None:
        request = Request((Message("user", "Hello"),), (), CatalogueView(), CanvasView())
        assert [delta async for delta in provider.stream(request)]

    with Counting([text("Hi")]) as server:
        providers = Providers(Settings(base_url=server.url, model="a"))
        await asyncio.gather(*(ask(provider) for provider in providers.route()))
        await ask(providers.choose("custom/a"))
        await ask(providers.choose("custom/another"))
        assert len(ports) == 1
        await providers.aclose()
        await ask(providers.choose())
        assert len(ports) == 2
        await providers.aclose()


@pytest.mark.ledger("B4")
def test_what_is_shared_is_closed_from_any_thread() -> None:
    thread = LoopThread("asking")
    with ScriptedServer([text("Hi")]) as server:
        [provider] = route(Settings(base_url=server.url, providers="custom"))
        assert isinstance(provider, OpenAICompatible)
        client = thread.wait(provider.connection.client())
        assert not client.is_closed()
        close_all()
        assert client.is_closed()
    thread.close()
