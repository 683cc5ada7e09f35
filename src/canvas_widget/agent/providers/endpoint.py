"""Where a provider's completions come from, and what each kind of server does its own way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

__all__ = ["BUILT_IN_URLS", "QUIRKS", "Endpoint", "Quirks", "quirks_at"]

BUILT_IN_URLS = {
    "openrouter": "https://openrouter.ai/api/v1",
    "anthropic": "https://api.anthropic.com",
    "openai": "https://api.openai.com/v1",
}

LimitField = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class Quirks:
    """What a server wants or knows beyond the least common payload.

    `label` is its name; `limit_field` bounds an answer; `include_usage` asks for tokens at the end of a stream;
    `hottest` is the highest temperature it takes; `nine` says that ids of calls have exactly nine letters and
    digits; `thinking_back` that it wants its own thinking back with the calls that followed it; `advice` is what
    the user can do where tools do not work.
    """

    label: str = ""
    limit_field: LimitField = "max_tokens"
    include_usage: bool = False
    hottest: float = 2.0
    nine: bool = False
    thinking_back: bool = False
    advice: str = ""


QUIRKS = {
    "openai": Quirks("OpenAI", limit_field="max_completion_tokens", include_usage=True),
    "openrouter": Quirks("OpenRouter", include_usage=True),
    "anthropic": Quirks("Anthropic", include_usage=True, hottest=1.0),
    "azure": Quirks("Azure OpenAI", limit_field="max_completion_tokens", include_usage=True),
    "groq": Quirks("Groq", limit_field="max_completion_tokens", include_usage=True),
    "mistral": Quirks("Mistral", hottest=1.5, nine=True),
    "deepseek": Quirks("DeepSeek", include_usage=True, thinking_back=True),
    "together": Quirks("Together"),
    "gemini": Quirks("Gemini", include_usage=True),
    "ollama": Quirks(
        "Ollama", include_usage=True, advice="Pull a model that can call tools, and one that fits the memory."
    ),
    "lmstudio": Quirks("LM Studio", advice="Load a model that is marked as able to use tools."),
    "llamacpp": Quirks("llama.cpp", advice="Start llama-server with --jinja and a model whose template has tools."),
}
"""By kind of server. Any other gets the least common payload; whatever it refuses of it is left out from then on."""

HOSTS = {
    "api.openai.com": "openai",
    "openrouter.ai": "openrouter",
    "api.anthropic.com": "anthropic",
    ".openai.azure.com": "azure",
    ".services.ai.azure.com": "azure",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral",
    "api.deepseek.com": "deepseek",
    "api.together.xyz": "together",
    "api.together.ai": "together",
    "generativelanguage.googleapis.com": "gemini",
    "aiplatform.googleapis.com": "gemini",
    "ollama.com": "ollama",
}
"""Hosts by name; one that begins with a dot stands for all below it."""

LOCAL_PORTS = {11434: "ollama", 1234: "lmstudio", 8080: "llamacpp"}
"""Servers of this machine or its network by the port they have unless told otherwise."""


def quirks_at(base_url: str) -> Quirks:
    """The quirks of the server at an address; those of none when it is no known one."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    for known, kind in HOSTS.items():
        if host == known or (known.startswith(".") and host.endswith(known)):
            return QUIRKS[kind]
    kind = LOCAL_PORTS.get(parts.port or 0, "")
    return QUIRKS[kind] if kind and parts.scheme == "http" else Quirks()


_FIXED_TEMPERATURE = re.compile(r"(^|/)(o\d|gpt-5)")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server with its key.

    `key_variable` and `model_variable` are what a message tells the user to set. Times are in seconds.
    """

    name: str
    model: str
    base_url: str
    api_key: SecretStr | None = field(repr=False)
    key_variable: str
    model_variable: str
    connect_timeout: float = 10.0
    read_timeout: float = 120.0
    quirks: Quirks = Quirks()

    @property
    def built_in(self) -> bool:
        """Whether this is the provider's own address."""
        return self.base_url == BUILT_IN_URLS.get(self.name)

    @property
    def label(self) -> str:
        """The server's name in a sentence."""
        if self.built_in:
            return QUIRKS[self.name].label
        where = urlsplit(self.base_url).netloc.rpartition("@")[2]
        return f"{self.quirks.label} at {where}" if self.quirks.label else f"The model server at {where}"

    def limits(
        self, model: str, temperature: float | None, max_tokens: int | None, refused: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """The parameters of an answer, as this server spells them, without those it was found to refuse."""
        found: dict[str, Any] = {}
        if temperature is not None and not _FIXED_TEMPERATURE.search(model):
            found["temperature"] = min(temperature, self.quirks.hottest)
        if max_tokens is not None:
            first = self.quirks.limit_field
            other = "max_tokens" if first == "max_completion_tokens" else "max_completion_tokens"
            found[other if first in refused else first] = max_tokens
        if self.quirks.include_usage:
            found["stream_options"] = {"include_usage": True}
        return {name: value for name, value in found.items() if name not in refused}
