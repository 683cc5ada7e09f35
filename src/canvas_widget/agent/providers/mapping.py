"""The SDK's and the network's errors in plain words. Nothing a server echoes of a key gets through."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from canvas_widget.agent.providers.endpoint import Endpoint
from canvas_widget.agent.providers.failures import ProviderFailure

__all__ = ["explain", "garbage", "reported"]

_LONGEST = 300
_NETWORK = ("openai", "anthropic", "httpx2", "httpx")
_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "api_error": 500,
    "overloaded_error": 529,
}
_NO_TOOLS = re.compile(
    r"does not support tools|requires --jinja|enable-auto-tool-choice|tool use is not supported", re.IGNORECASE
)
_WANTS_MONEY = re.compile(r"insufficient_quota|credit balance is too low|billing_hard_limit|Insufficient Balance")
"""What some servers say under 400 or 429 when waiting does not help."""
_KEY_LIKE = re.compile(r"\b(sk|pk|key|gsk|xai)[-_][A-Za-z0-9_*.\-]{6,}|Bearer\s+\S+", re.IGNORECASE)


def explain(error: Exception, endpoint: Endpoint, model: str | None = None) -> ProviderFailure:
    """The failure that an exception of a request means; the SDKs' errors have the same names and fields.

    Raises:
        Exception: the very error, when it is none of an SDK's or the network's but a fault of our own.
    """
    who = endpoint.label
    if isinstance(error, ProviderFailure):
        return error
    if isinstance(error, TimeoutError):
        return _late(endpoint)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return garbage(endpoint)
    kinds = {kind.__name__ for kind in type(error).__mro__ if kind.__module__.partition(".")[0] in _NETWORK}
    if kinds & {"APITimeoutError", "TimeoutException"} and not _never_met(error):
        return _late(endpoint)
    if kinds & {"APIConnectionError", "TransportError"}:
        return ProviderFailure(_unreachable(error, endpoint), "unreachable")
    if kinds & {"APIResponseValidationError", "DecodingError"}:
        return garbage(endpoint)
    if kinds & {"APIError"}:
        return _refused(error, endpoint, model or endpoint.model)
    if kinds:
        return ProviderFailure(f"{who} cannot be asked{_said(error, endpoint)}.", "request")
    raise error


def garbage(endpoint: Endpoint) -> ProviderFailure:
    """The failure of a server whose answer cannot be read."""
    return ProviderFailure(f"{endpoint.label} sent something that is no answer. Ask again.", "garbage")


def reported(error: Any, endpoint: Endpoint, model: str) -> ProviderFailure:
    """The failure that a server reports in the middle of its answer."""
    return _refused(_Reported(error), endpoint, model)


class _Reported:
    """An error as the server wrote it, in the place of an SDK's exception."""

    def __init__(self, body: Any) -> None:
        self.body = body


def _late(endpoint: Endpoint) -> ProviderFailure:
    return ProviderFailure(f"{endpoint.label} did not answer in {endpoint.read_timeout:g} s.", "timeout")


def _refused(error: Any, endpoint: Endpoint, model: str) -> ProviderFailure:
    """An error that the server reports, by its HTTP status or in the middle of its answer by a code or type."""
    who = endpoint.label
    response = getattr(error, "response", None)
    said, status = _said(error, endpoint), int(getattr(error, "status_code", 0) or 0)
    if status < 400:
        status = _status_of(error)
    if status >= 400:
        retry_after = _retry_after(response.headers) if response is not None else None
        wants_money = _WANTS_MONEY.search(_reason(error)) is not None
        if _NO_TOOLS.search(_reason(error)):
            advice = endpoint.quirks.advice or "Choose a model that can, or start the server so that it allows it."
            message = f"{model!r} cannot call tools at {who}{said}. {advice}"
            return ProviderFailure(message, "request", status=status)
        return _status(402 if wants_money else status, said, retry_after, endpoint, model)
    return ProviderFailure(f"{who} failed in the middle of its answer{said}.", "unavailable")


def _status_of(error: Any) -> int:
    """The status that an error in the middle of an answer stands for; 0 when it does not say."""
    code = getattr(error, "code", None)
    body = _body(error)
    for given in (code, body.get("code"), body.get("status")):
        if isinstance(given, int) or (isinstance(given, str) and given.isdigit()):
            return int(given)
    return _STATUS_OF_TYPE.get(str(body.get("type")), 0)


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
    text = _body(error).get("message")
    if not isinstance(text, str) or not text.strip():
        return ""
    if endpoint.api_key and (secret := endpoint.api_key.get_secret_value()):
        text = text.replace(secret, "…")
    text = " ".join(_KEY_LIKE.sub("…", text).split()).rstrip(".")
    return ": " + (text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def _body(error: Any) -> dict[str, Any]:
    """What the server gave as its error, out of whatever it is wrapped in."""
    body = getattr(error, "body", None)
    for _ in range(2):
        if isinstance(body, list) and body:
            body = body[0]
        if isinstance(body, dict) and isinstance(body.get("error"), dict | str):
            body = body["error"]
    return {"message": body} if isinstance(body, str) else body if isinstance(body, dict) else {}


def _reason(error: Any) -> str:
    body = _body(error)
    return " ".join(str(body.get(name)) for name in ("type", "code", "message"))


def _never_met(error: Exception) -> bool:
    """Whether time ran out before there was a connection: the server has not been asked."""
    return any(type(cause).__name__ == "ConnectTimeout" for cause in (error, error.__cause__))


def _unreachable(error: Exception, endpoint: Endpoint) -> str:
    url = urlsplit(endpoint.base_url)
    where = f"{url.scheme}://{url.netloc.rpartition('@')[2]}"
    if any(type(cause).__name__ in ("RemoteProtocolError", "ReadError") for cause in (error, error.__cause__)):
        return f"The connection to {where} broke in the middle of the answer. Ask again."
    return f"No connection to {where}. Check the network and the address."


def _retry_after(headers: Any) -> float | None:
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None
