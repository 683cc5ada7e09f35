"""Where a provider's completions come from, and what each kind of server does its own way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

__all__ = ["BUILT_IN_URLS", "QUIRKS", "Endpoint", "Quirks"]

BUILT_IN_URLS = {
    "openrouter": "https://openrouter.ai/api/v1",
    "anthropic": "https://api.anthropic.com",
    "openai": "https://api.openai.com/v1",
}


@dataclass(frozen=True, slots=True)
class Quirks:
    """What a server wants or knows beyond the least common payload."""

    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    include_usage: bool = False
    hottest: float = 2.0


QUIRKS = {
    "openrouter": Quirks(include_usage=True),
    "anthropic": Quirks(hottest=1.0),
    "openai": Quirks(limit_field="max_completion_tokens", include_usage=True),
}
"""By provider, at its built-in URL. Any other server gets the least common payload."""

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
        known = {"openrouter": "OpenRouter", "anthropic": "Anthropic", "openai": "OpenAI"}.get(self.name)
        return known if known and self.built_in else f"The model server at {urlsplit(self.base_url).netloc}"

    def limits(self, model: str, temperature: float | None, max_tokens: int | None) -> dict[str, Any]:
        """The parameters of an answer, as this server spells them."""
        found: dict[str, Any] = {}
        if temperature is not None and not _FIXED_TEMPERATURE.search(model):
            found["temperature"] = min(temperature, self.quirks.hottest)
        if max_tokens is not None:
            found[self.quirks.limit_field] = max_tokens
        if self.quirks.include_usage:
            found["stream_options"] = {"include_usage": True}
        return found
