"""Prices of tokens: from the provider itself, else from the table that `genai-prices` ships, else unknown (None)."""

from __future__ import annotations

import warnings
from dataclasses import replace

from canvas_widget.agent.stream import Provider, UsageDelta

__all__ = ["price", "price_at", "priced", "warm_up"]

_IDS = ("openrouter", "anthropic", "openai")
_misses: set[tuple[str, str | None, str]] = set()


def price(provider: str, model: str, usage: UsageDelta, base_url: str | None = None) -> float | None:
    """What the usage costs, in USD; None when the price of that model at that provider is unknown.

    The table is a file of the installed package; nothing is fetched.

    Args:
        provider: its name among ours; `base_url`, when it is given, decides instead.
        model: the model as it was asked for.
        usage: tokens; those read from and written to a cache are part of `prompt_tokens`.
        base_url: the address that was asked. A server nobody knows has no known price, whatever its models' names.
    """
    asked = (provider, base_url, model)
    if asked in _misses or not model or (base_url is None and provider not in _IDS):
        return None
    from genai_prices import Usage, calc_price

    read, written = usage.cache_read_tokens, usage.cache_write_tokens
    counted = Usage(
        input_tokens=max(usage.prompt_tokens, read + written),
        output_tokens=usage.completion_tokens,
        cache_read_tokens=read,
        cache_write_tokens=written,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if base_url is None:
                found = calc_price(counted, model, provider_id=provider)
            else:
                found = calc_price(counted, model, provider_api_url=base_url)
        except (LookupError, ValueError):
            if len(_misses) < 1000:
                _misses.add(asked)
            return None
    return float(found.total_price)


def priced(usage: UsageDelta, provider: str, model: str, base_url: str | None = None) -> UsageDelta:
    """The usage with its cost: what the provider said, else what the table says, else unknown."""
    if usage.cost is not None:
        return usage
    return replace(usage, cost=price(provider, model, usage, base_url))


def price_at(provider: Provider, model: str, prompt_tokens: int, completion_tokens: int) -> float | None:
    """What so many tokens cost at a provider, in USD; nothing at the built-in one, None when unknown."""
    if provider.name == "offline":
        return 0.0
    endpoint = getattr(provider, "endpoint", None)
    return price(
        provider.name, model, UsageDelta(prompt_tokens, completion_tokens), getattr(endpoint, "base_url", None)
    )


def warm_up() -> None:
    """Load the table, a fifth of a second once: for a thread beside the loop."""
    price("openai", "gpt-4o-mini", UsageDelta(1, 1))
