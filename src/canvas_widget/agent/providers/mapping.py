"""The SDK's and the network's errors in plain words. Nothing a server echoes of a key gets through."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.failures import ProviderFailure

__all__ = ["explain"]

_LONGEST = 300
_KEY_LIKE = re.compile(r"\b(sk|pk|key|gsk|xai)[-_][A-Za-z0-9_*.\-]{6,}|Bearer\s+\S+", re.IGNORECASE)


def explain(error: Exception, endpoint: Endpoint, model: str | None = None) -> ProviderFailure:
    """The failure that an exception of a request means.

    Raises:
        Exception: the very error, when it is none of the SDK's or the network's but a fault of our own.
    """
    import openai

    who = endpoint.label
    match error:
        case ProviderFailure():
            return error
        case openai.APITimeoutError() | TimeoutError():
            return ProviderFailure(f"{who} did not answer in {endpoint.read_timeout:g} s.", "timeout")
        case openai.APIConnectionError():
            return ProviderFailure(_unreachable(error, endpoint), "unreachable")
        case openai.APIStatusError():
            retry_after = _retry_after(error.response.headers)
            return _status(error.status_code, _said(error, endpoint), retry_after, endpoint, model or endpoint.model)
        case openai.APIResponseValidationError() | json.JSONDecodeError() | UnicodeDecodeError():
            return ProviderFailure(f"{who} sent something that is no answer. Ask again.", "garbage")
        case openai.APIError():
            code = int(error.code) if error.code and error.code.isdigit() else 0
            if code >= 400:
                return _status(code, _said(error, endpoint), None, endpoint, model or endpoint.model)
            return ProviderFailure(f"{who} failed in the middle of its answer{_said(error, endpoint)}.", "unavailable")
        case openai.OpenAIError():
            return ProviderFailure(f"{who} cannot be asked{_said(error, endpoint)}.", "request")
    raise error


def _status(status: int, said: str, retry_after: float | None, endpoint: Endpoint, model: str) -> ProviderFailure:
    who = endpoint.label
    if status == 401:
        hint = f"Check {endpoint.key_variable}." if endpoint.api_key else f"Set {endpoint.key_variable}."
        return ProviderFailure(f"{who} refused the key (401). {hint}", "key", status=status)
    if status == 402:
        message = f"{who} wants credit for the key of {endpoint.key_variable} (402)."
        return ProviderFailure(message, "key", status=status)
    if status == 403:
        message = f"{who} does not allow this to the key of {endpoint.key_variable} (403){said}."
        return ProviderFailure(message, "key", status=status)
    if status == 404:
        message = f"{who} has no model {model!r} (404){said}. Set {endpoint.model_variable}, or check the address."
        return ProviderFailure(message, "request", status=status)
    if status == 429:
        wait = f" Try again in {retry_after:g} s." if retry_after is not None else " Try again in a while."
        message = f"{who} takes no more requests right now (429).{wait}"
        return ProviderFailure(message, "limited", status=status, retry_after=retry_after)
    if status in (408, 409) or status >= 500:
        message = f"{who} is not available right now ({status}){said}. Try again in a while."
        return ProviderFailure(message, "unavailable", status=status, retry_after=retry_after)
    return ProviderFailure(f"{who} did not accept the request ({status}){said}.", "request", status=status)


def _said(error: Any, endpoint: Endpoint) -> str:
    """What the server gave as its reason, on one line and without what looks like a key; empty when it gave none."""
    body = getattr(error, "body", None)
    text = body.get("message") if isinstance(body, dict) else None
    if not isinstance(text, str) or not text.strip():
        return ""
    if endpoint.api_key and (secret := endpoint.api_key.get_secret_value()):
        text = text.replace(secret, "…")
    text = " ".join(_KEY_LIKE.sub("…", text).split()).rstrip(".")
    return ": " + (text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def _unreachable(error: Exception, endpoint: Endpoint) -> str:
    url = urlsplit(endpoint.base_url)
    where = f"{url.scheme}://{url.netloc}"
    cause = error.__cause__
    if cause is not None and type(cause).__name__ in ("RemoteProtocolError", "ReadError"):
        return f"The connection to {where} broke in the middle of the answer. Ask again."
    return f"No connection to {where}. Check the network and the address."


def _retry_after(headers: Any) -> float | None:
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None
