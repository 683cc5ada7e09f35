"""`%canvas doctor`: asks every configured provider something small, and says in plain words what is wrong.

    print(report(settings, await examine(settings)))

Each is sent two short prompts of ours, never the user's data: one word of text, then one call of a harmless tool.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from canvas_widget.agent.providers.catalog import Providers, Usable
from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.providers.health import HEALTH, HealthBook
from canvas_widget.agent.providers.mapping import explain
from canvas_widget.agent.step import Step, take_step
from canvas_widget.agent.stream import Message, Provider, Request, TextDelta, ToolSpec
from canvas_widget.agent.views import CanvasView, CatalogueView
from canvas_widget.errors import ProviderError
from canvas_widget.scrub import scrubbed
from canvas_widget.settings import Settings, variable_of

__all__ = ["Finding", "examine", "report"]

PATIENCE = 30.0
"""Seconds that one provider gets for all its answers."""

_TOOL = ToolSpec(
    "note",
    "Note one word.",
    {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
)


@dataclass(slots=True)
class Finding:
    """What was found out about one provider. `answers` and `calls_tools` are None where it did not come to that.

    `latency_ms` is the time to the first piece of the answer, `pieces` how many pieces it came in.
    """

    name: str
    endpoint: Endpoint | None = None
    configured: bool = False
    why_not: str = ""
    key_source: str = ""
    models: tuple[str, ...] | None = None
    answers: bool | None = None
    latency_ms: float | None = None
    pieces: int = 0
    tokens: bool = False
    calls_tools: bool | None = None
    left_out: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)


async def examine(settings: Settings, health: HealthBook = HEALTH) -> tuple[Finding, ...]:
    """Ask each provider, all at once; its own connections are closed again.

    One that answers is asked by prompts again, even where it had failed too often or refused the key.
    """
    providers = Providers(settings)
    try:
        return tuple(
            await asyncio.gather(*(_examined(found, providers, settings, health) for found in providers.usable()))
        )
    finally:
        await providers.aclose()


async def _examined(usable: Usable, providers: Providers, settings: Settings, health: HealthBook) -> Finding:
    field_name = "api_key" if usable.name == "custom" else f"{usable.name}_api_key"
    key = getattr(settings, field_name)
    source = f"{variable_of(field_name)} in {settings.source(field_name)}" if key is not None else ""
    finding = Finding(usable.name, usable.endpoint, usable.configured, usable.why_not, source)
    if usable.endpoint is None:
        return finding
    provider = providers.make(usable.endpoint)
    try:
        async with asyncio.timeout(PATIENCE):
            await _warm(provider)
            finding.models = await _models(provider, usable.endpoint)
            await _ask_text(provider, finding)
            if finding.answers:
                health.of(provider).mended()
                await _ask_call(provider, finding)
    except TimeoutError:
        finding.problems.append(f"It did not answer in {PATIENCE:g} s.")
    finding.left_out = tuple(sorted(getattr(provider, "refused", ())))
    return finding


async def _warm(provider: Provider) -> None:
    """Load the SDK first, so that the time measured is the server's."""
    warm_up = getattr(provider, "warm_up", None)
    if warm_up is not None:
        await warm_up()


async def _models(provider: Any, endpoint: Endpoint) -> tuple[str, ...] | None:
    """The ids of the models that the server lists; None where it has no list."""
    path = "/v1/models" if endpoint.name == "anthropic" else "/models"
    try:
        client = await provider.connection.client()
        async with asyncio.timeout(endpoint.read_timeout):
            listed = await client.get(path, cast_to=object)
    except Exception as error:
        explain(error, endpoint)
        return None
    data = listed.get("data") if isinstance(listed, dict) else listed
    if not isinstance(data, list):
        return None
    return tuple(str(model["id"]) for model in data if isinstance(model, dict) and model.get("id"))


async def _ask_text(provider: Provider, finding: Finding) -> None:
    asked = _request("Answer with the words: ready to draw your charts", ())
    started = time.perf_counter()
    try:
        async with aclosing(take_step(provider, asked)) as items:
            async for item in items:
                if finding.latency_ms is None:
                    finding.latency_ms = (time.perf_counter() - started) * 1000
                if isinstance(item, TextDelta):
                    finding.pieces += 1
                if isinstance(item, Step):
                    finding.answers = True
                    finding.tokens = not item.usage.estimated
    except ProviderError as error:
        finding.answers = False
        finding.problems.append(error.message)


async def _ask_call(provider: Provider, finding: Finding) -> None:
    asked = _request("Call the tool “note” with the word “ready”. Do not answer in words.", (_TOOL,))
    try:
        async with aclosing(take_step(provider, asked)) as items:
            async for item in items:
                if isinstance(item, Step):
                    finding.calls_tools = any(call.name == "note" and _readable(call.arguments) for call in item.calls)
    except ProviderError as error:
        finding.calls_tools = False
        if isinstance(error, ProviderFailure) and error.kind in ("limited", "timeout", "unreachable", "unavailable"):
            finding.calls_tools = None
        finding.problems.append(error.message)


def _request(prompt: str, tools: tuple[ToolSpec, ...]) -> Request:
    said = (Message("system", "You help to test a connection."), Message("user", prompt))
    return Request(said, tools, CatalogueView(), CanvasView(), temperature=0.0, max_tokens=256)


def _readable(arguments: str) -> bool:
    try:
        return isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False


# -- in words ------------------------------------------------------------------------------------------------------


def report(settings: Settings, findings: Sequence[Finding]) -> str:
    """The findings as text: per provider what works, what was seen, and what to do."""
    parts = [_told(finding) for finding in findings]
    working = [finding.name for finding in findings if finding.answers and finding.calls_tools]
    if working:
        last = f"Prompts go to {working[0]}" + (f", then to {', '.join(working[1:])}." if working[1:] else ".")
    elif any(finding.configured for finding in findings):
        last = "No provider can run prompts as it is. See what to do above, or name “offline”."
    else:
        last = "No provider is configured: the built-in model answers. Set a key, or CANVAS_WIDGET_BASE_URL."
    if settings.budget is not None:
        last += f" The budget is ${settings.budget:g} a session."
    secrets = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    told: str = scrubbed("\n\n".join([*parts, last]), secrets)
    return told


def _told(finding: Finding) -> str:
    endpoint = finding.endpoint
    if endpoint is None:
        return f"{finding.name}: {'cannot be used' if finding.configured else 'not configured'}\n  {finding.why_not}"
    state = "works" if finding.answers and finding.calls_tools else "answers" if finding.answers else "does not work"
    lines = [f"{finding.name}: {state} ({endpoint.label}, model {endpoint.model})"]
    lines.append(f"  key        {finding.key_source or 'none is set, none is sent'}")
    if finding.models is not None:
        lines.append(f"  models     {_listed(finding.models, endpoint.model)}")
    if finding.answers and finding.latency_ms is not None:
        streams = f"in {finding.pieces} pieces" if finding.pieces > 1 else "in one piece: it does not stream"
        lines.append(f"  answer     after {finding.latency_ms:,.0f} ms, {streams}")
        lines.append(f"  tokens     {'counted by the server' if finding.tokens else 'not told: they are estimated'}")
    if finding.calls_tools is not None:
        lines.append(f"  tools      {'called' if finding.calls_tools else 'not called'}")
    if finding.left_out:
        lines.append(f"  left out   {', '.join(finding.left_out)}: the server refuses them")
    lines += [f"  problem    {problem}" for problem in dict.fromkeys(finding.problems)]
    lines += [f"  to do      {advice}" for advice in _advice(finding, endpoint)]
    return "\n".join(lines)


def _listed(models: Sequence[str], wanted: str) -> str:
    if wanted in models:
        return f"{len(models)} listed, {wanted} is one of them"
    shown = ", ".join(models[:5]) + (", …" if len(models) > 5 else "")
    return f"{len(models)} listed, {wanted} is none of them: {shown}" if models else "none is loaded"


def _advice(finding: Finding, endpoint: Endpoint) -> list[str]:
    found = []
    if finding.models and endpoint.model not in finding.models and not finding.answers:
        found.append(f"Set {endpoint.model_variable} to a model that is listed.")
    if finding.answers and finding.calls_tools is False and not finding.problems:
        advice = endpoint.quirks.advice or "Choose a model that can call tools, or start the server so that it may."
        found.append(f"Charts need tool calls. {advice}")
    return found
