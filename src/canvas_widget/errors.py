"""The errors of the package, each with the HTTP status and the symbolic code it has on every carrier.

CanvasError
├── InvalidArgument      422 INVALID_ARGUMENT   a value that cannot be used, named with what would do
│   ├── QueryError       422 QUERY              SQL or an encoding the engine could not run
│   │   └── QueryRefused 422 QUERY_REFUSED      SQL the guard does not let through
│   └── ParseFailed      422 PARSE_FAILED       an answer that is no value of the schema that was asked for
├── Unauthenticated      401 UNAUTHENTICATED   nobody is known by this request
├── Forbidden            403 FORBIDDEN
├── NotFound             404 NOT_FOUND          carries the nearest names
├── Conflict             409 CONFLICT           an id that is taken; carries alternatives
├── TooLarge             413 TOO_LARGE
├── BudgetExceeded       402 BUDGET             a request that would pass the session's budget; nothing was sent
├── RateLimited          429 RATE_LIMIT         carries retry_after in seconds
├── ProviderError        502 PROVIDER           a provider that failed; says which and how
│   └── NoProvider       503 NO_PROVIDER
├── Cancelled            499 CANCELLED
├── TimedOut             504 TIMEOUT
└── StorageError         503 STORAGE           what is to be kept cannot be written now
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "BudgetExceeded",
    "Cancelled",
    "CanvasError",
    "Conflict",
    "Forbidden",
    "InvalidArgument",
    "NoProvider",
    "NotFound",
    "ParseFailed",
    "ProviderError",
    "QueryError",
    "QueryRefused",
    "RateLimited",
    "StorageError",
    "TimedOut",
    "TooLarge",
    "Unauthenticated",
]


class CanvasError(Exception):
    """Base of every error a user can meet; its message says what happened, where, and what to do."""

    code: int = 500
    error_code: str = "INTERNAL_ERROR"

    def __init__(
        self,
        message: str,
        *,
        alternatives: Sequence[str] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.alternatives = tuple(alternatives)
        self.retry_after = retry_after


class InvalidArgument(CanvasError):
    """A value that cannot be used."""

    code = 422
    error_code = "INVALID_ARGUMENT"


class QueryError(InvalidArgument):
    """A query that the engine could not run, or an encoding that names what is not there."""

    error_code = "QUERY"


class QueryRefused(QueryError):
    """SQL that the guard does not let through."""

    error_code = "QUERY_REFUSED"


class Unauthenticated(CanvasError):
    """A request by nobody that is known: no token, or one that is no good any more."""

    code = 401
    error_code = "UNAUTHENTICATED"


class ParseFailed(InvalidArgument):
    """An answer that is no value of the schema it was asked for in.

    `raw_response` is what the model said last, `parse_error` where it departs from the schema.
    """

    error_code = "PARSE_FAILED"

    def __init__(self, message: str, *, raw_response: str = "", parse_error: str = "") -> None:
        super().__init__(message)
        self.raw_response = raw_response
        self.parse_error = parse_error

    def as_dict(self) -> dict[str, str]:
        """`{"error", "raw_response", "parse_error"}`, as a turn and its frames carry it."""
        return {"error": self.message, "raw_response": self.raw_response, "parse_error": self.parse_error}


class Forbidden(CanvasError):
    """An operation the caller may not do."""

    code = 403
    error_code = "FORBIDDEN"


class NotFound(CanvasError):
    """A name that nothing has; `alternatives` holds the nearest ones."""

    code = 404
    error_code = "NOT_FOUND"


class Conflict(CanvasError):
    """An id that is taken; `alternatives` holds up to five free ones."""

    code = 409
    error_code = "CONFLICT"


class TooLarge(CanvasError):
    """A message, file or result past its limit."""

    code = 413
    error_code = "TOO_LARGE"


class BudgetExceeded(CanvasError):
    """A request that could cost more than what is left of the session's budget. It was not made."""

    code = 402
    error_code = "BUDGET"


class RateLimited(CanvasError):
    """Too many requests; `retry_after` is in seconds."""

    code = 429
    error_code = "RATE_LIMIT"


class ProviderError(CanvasError):
    """A completion provider that failed."""

    code = 502
    error_code = "PROVIDER"


class NoProvider(ProviderError):
    """No provider is configured, or none of the configured ones can be used."""

    code = 503
    error_code = "NO_PROVIDER"


class Cancelled(CanvasError):
    """Work that was stopped by the user."""

    code = 499
    error_code = "CANCELLED"


class TimedOut(CanvasError):
    """Work that did not end within its limit."""

    code = 504
    error_code = "TIMEOUT"


class StorageError(CanvasError):
    """What is to be kept cannot be written now: a full disk, a locked or unreachable database."""

    code = 503
    error_code = "STORAGE"
