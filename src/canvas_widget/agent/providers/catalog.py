"""Which providers are configured, and which of them a turn asks."""

from __future__ import annotations

import atexit
import difflib
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from weakref import WeakSet

from pydantic import SecretStr

from canvas_widget.agent.providers.anthropic import AnthropicProvider
from canvas_widget.agent.providers.anthropic import connect as connect_natively
from canvas_widget.agent.providers.connection import Connection
from canvas_widget.agent.providers.endpoint import BUILT_IN_URLS, Endpoint, quirks_at
from canvas_widget.agent.providers.openai_compatible import OpenAICompatible, connect
from canvas_widget.agent.stream import Provider
from canvas_widget.errors import InvalidArgument, NoProvider
from canvas_widget.settings import Settings, variable_of

__all__ = ["NAMES", "Providers", "Usable", "choose", "close_all", "configured", "route"]

NAMES = ("openrouter", "anthropic", "openai", "custom", "offline")


@dataclass(frozen=True, slots=True)
class Usable:
    """Whether a provider can be asked. `why_not` is empty when it can; `configured` says that anything of it is set."""

    name: str
    endpoint: Endpoint | None = None
    why_not: str = ""
    configured: bool = False


class Providers:
    """The providers of one set of settings. Each is made once; all models of one share its connections."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._made: dict[tuple[str, str], Provider] = {}
        self._connections: dict[str, Connection[Any]] = {}

    def usable(self) -> tuple[Usable, ...]:
        """Each provider in the configured order, with its endpoint or the reason why it has none."""
        return tuple(_look_up(name, self.settings) for name in self.settings.providers if name != "offline")

    def choose(self, wanted: str | None = None) -> Provider:
        """The provider a turn asks first; see `route`."""
        return self.route(wanted)[0]

    def route(self, wanted: str | None = None) -> tuple[Provider, ...]:
        """The providers a turn may ask, the preferred one first.

        The wanted one ("PROVIDER/MODEL" or "PROVIDER") leads and alone gets the wanted model; the others follow in
        the configured order, each with its own. The built-in offline model answers only when it is named, in the
        prompt or in the order, or when nothing is configured; nothing comes after it.

        Raises:
            InvalidArgument: no provider has that name.
            NoProvider: the wanted one is not configured, or what is configured cannot be used.
        """
        found = [self._wanted(wanted)] if wanted else []
        broken = []
        for name in dict.fromkeys(self.settings.providers):
            if any(provider.name in (name, "offline") for provider in found):
                continue
            if name == "offline":
                found.append(self._offline())
                continue
            usable = _look_up(name, self.settings)
            if usable.endpoint is not None:
                found.append(self.make(usable.endpoint))
            elif usable.configured:
                broken.append(usable.why_not)
        if not found and broken:
            raise NoProvider(" ".join(broken))
        return tuple(found) or (self._offline(),)

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in self._connections.values():
            await connection.aclose()
        self._connections.clear()
        self._made.clear()

    def close_soon(self) -> None:
        """The same from another thread than that of the loop which asks."""
        for connection in self._connections.values():
            connection.close_soon()

    def _wanted(self, wanted: str) -> Provider:
        name, _, model = wanted.strip().partition("/")
        name = name.lower()
        if name == "offline":
            return self._offline()
        if name not in NAMES:
            near = difflib.get_close_matches(name, NAMES, n=2)
            raise InvalidArgument(
                f"No provider {name!r}. Write PROVIDER/MODEL; providers are {', '.join(NAMES)}.",
                alternatives=near or NAMES,
            )
        found = _look_up(name, self.settings, model or None)
        if found.endpoint is None:
            raise NoProvider(found.why_not)
        return self.make(found.endpoint)

    def make(self, endpoint: Endpoint) -> Provider:
        """The provider at an endpoint."""
        key = (endpoint.name, endpoint.model)
        if key not in self._made:
            native = endpoint.name == "anthropic"
            if endpoint.name not in self._connections:
                self._connections[endpoint.name] = Connection(
                    partial(connect_natively if native else connect, endpoint)
                )
            connection = self._connections[endpoint.name]
            self._made[key] = (AnthropicProvider if native else OpenAICompatible)(endpoint, connection)
        return self._made[key]

    def _offline(self) -> Provider:
        key = ("offline", "")
        if key not in self._made:
            from canvas_widget.agent.providers.offline import OfflineProvider

            self._made[key] = OfflineProvider()
        return self._made[key]


@lru_cache(maxsize=8)
def _providers(settings: Settings) -> Providers:
    made = Providers(settings)
    _shared.add(made)
    return made


_shared: WeakSet[Providers] = WeakSet()


@atexit.register
def close_all() -> None:
    """Close the connections of all that `choose` and `route` gave. At the end of the process it happens by itself."""
    for providers in tuple(_shared):
        providers.close_soon()


def choose(settings: Settings, wanted: str | None = None) -> Provider:
    """The provider that these settings give a turn; see `Providers.choose`. Equal settings share connections."""
    return _providers(settings).choose(wanted)


def route(settings: Settings, wanted: str | None = None) -> tuple[Provider, ...]:
    """The providers that these settings give a turn; see `Providers.route`. Equal settings share connections."""
    return _providers(settings).route(wanted)


def configured(settings: Settings) -> list[str]:
    """The providers that can be asked, in their order, as PROVIDER/MODEL; the built-in one when no other can."""
    names = [f"{found.name}/{found.endpoint.model}" for found in Providers(settings).usable() if found.endpoint]
    return names or ["offline/built-in"]


def _look_up(name: str, settings: Settings, model: str | None = None) -> Usable:
    custom = name == "custom"
    url_field, key_field, model_field = (
        ("base_url", "api_key", "model") if custom else (f"{name}_base_url", f"{name}_api_key", f"{name}_model")
    )
    key: SecretStr | None = getattr(settings, key_field)
    url: str | None = getattr(settings, url_field)
    if custom and url is None:
        hint = f"Set {variable_of('base_url')} to the address of an OpenAI-compatible server."
        return Usable(name, None, f"Provider custom is not configured. {hint}", configured=key is not None)
    if not custom and key is None:
        return Usable(name, None, f"Provider {name} is not configured. Set {variable_of(key_field)}.")
    if key is not None and url is not None and settings.source(url_field) != settings.source(key_field):
        message = (
            f"{variable_of(key_field)} is set in {settings.source(key_field)}, {variable_of(url_field)} in "
            f"{settings.source(url_field)}: a key is sent only to an address set in the same place. Set both in one."
        )
        return Usable(name, None, message, configured=True)
    base_url = url or BUILT_IN_URLS[name]
    endpoint = Endpoint(
        name=name,
        model=model or getattr(settings, model_field) or "default",
        base_url=base_url,
        api_key=key,
        key_variable=variable_of(key_field),
        model_variable=variable_of(model_field),
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        quirks=quirks_at(base_url),
    )
    return Usable(name, endpoint, configured=True)
