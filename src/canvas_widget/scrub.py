"""Takes out of a text what looks like a key, before it is written anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["PLACEHOLDER", "scrubbed"]

PLACEHOLDER = "«key»"

_KEYS = re.compile(
    r"""
    \b(?:sk|pk|rk)-[A-Za-z0-9_-]{12,}               # OpenAI, Anthropic, OpenRouter, Stripe
    | \b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{12,}
    | \bgh[pousr]_[A-Za-z0-9]{20,} | \bgithub_pat_\w{20,}
    | \bAIza[A-Za-z0-9_-]{30,} | \bya29\.[A-Za-z0-9_-]{20,}
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b
    | \bxox[abprs]-[A-Za-z0-9-]{10,}
    | \bhf_[A-Za-z0-9]{20,} | \bgsk_[A-Za-z0-9]{20,}
    | \beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}   # JSON web tokens
    | (?<=://)[^\s/:@]+:[^\s/@]+(?=@)                # user:password in an address
    | (?<=[Bb]earer\ )[A-Za-z0-9._~+/=-]{12,}
    """,
    re.VERBOSE,
)


def scrubbed(value: Any, secrets: Iterable[str] = ()) -> Any:
    """The same JSON value with each key in its texts replaced; `secrets` are keys that are known."""
    known = tuple(sorted((secret for secret in secrets if len(secret) >= 6), key=len, reverse=True))
    return _scrub(value, known)


def _scrub(value: Any, known: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        for secret in known:
            value = value.replace(secret, PLACEHOLDER)
        return _KEYS.sub(PLACEHOLDER, value)
    if isinstance(value, dict):
        return {_scrub(key, known): _scrub(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_scrub(part, known) for part in value]
    return value
