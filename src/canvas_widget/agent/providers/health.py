"""How each provider is doing: counted, timed, and kept from being asked while it is down."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from weakref import WeakKeyDictionary

from canvas_widget.agent.stream import Provider

__all__ = ["HEALTH", "MEASURED", "Admitted", "Health", "HealthBook", "Refusal", "Status"]

ALPHA = 0.3
"""Weight of the newest latency in the moving average."""
RECENT = 20
"""Requests that the failure rate looks back on."""
MEASURED = 5
"""Requests after which a provider counts as measured."""
DEGRADED = 0.2
"""Failure rate from which a provider is no longer healthy."""

Status = Literal["healthy", "degraded", "failed"]
Clock = Callable[[], float]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a provider is not asked; `retry_after` in seconds when that will change by itself."""

    why: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request may be made; `probe` says that the circuit was open and this one shows whether it closes."""

    probe: bool = False


class Health:
    """One provider's figures and its circuit. Any thread may use it.

    The circuit opens after so many failures in a row; when its time is over one request probes the provider, and all
    others are refused until that one has ended.
    """

    def __init__(self, name: str, base_url: str = "", *, clock: Clock = time.monotonic) -> None:
        self.name = name
        self.base_url = base_url
        self.clock = clock
        self.requests = 0
        self.failures = 0
        self.consecutive = 0
        self.latency_ms: float | None = None
        self.disabled: str | None = None
        self.last_error: str | None = None
        self.last_error_at: str | None = None
        self._recent: deque[bool] = deque(maxlen=RECENT)
        self._open_until: float | None = None
        self._not_before = 0.0
        self._probing = False
        self._key: int | None = None
        self._lock = threading.Lock()

    # -- may it be asked? --------------------------------------------------------------------------------------------

    def refusal(self) -> Refusal | None:
        """Why it is not asked now; None when it may be."""
        with self._lock:
            return self._refusal()

    def admit(self) -> Refusal | Admitted:
        """Ask to make a request. Who is admitted must say what came of it, or `release` it."""
        with self._lock:
            if (refused := self._refusal()) is not None:
                return refused
            self._probing = self._open_until is not None
            return Admitted(probe=self._probing)

    def _refusal(self) -> Refusal | None:
        if self.disabled is not None:
            return Refusal(
                f"{self.disabled} It is not asked again until the key changes, %canvas doctor sees it work, or the "
                "kernel restarts."
            )
        if self._open_until is None:
            return None
        left = self._open_until - self.clock()
        if left > 0:
            said = f" ({self.last_error})" if self.last_error else ""
            failed = f"{self.name} failed {self.consecutive} times in a row{said}"
            return Refusal(f"{failed} and is asked again in {_span(left)}; %canvas doctor tries it now.", left)
        if self._probing:
            return Refusal(f"{self.name} is just being tried by another prompt after it failed. Ask again.", 1.0)
        return None

    @property
    def pause(self) -> float:
        """Seconds that the provider still wants to be left alone."""
        return max(0.0, self._not_before - self.clock())

    @property
    def circuit(self) -> Literal["closed", "open", "half-open"]:
        """Whether requests go through: all, none, or one to see."""
        if self._open_until is None:
            return "closed"
        return "open" if self._open_until > self.clock() else "half-open"

    # -- what came of a request ----------------------------------------------------------------------------------

    def succeeded(self, latency_ms: float | None = None) -> None:
        """A request was answered. Without a latency it was refused for a fault of ours: the provider is well."""
        with self._lock:
            self.requests += 1
            self.consecutive = 0
            self._recent.append(True)
            self._open_until, self._probing, self._not_before = None, False, 0.0
            if latency_ms is not None:
                before = latency_ms if self.latency_ms is None else self.latency_ms
                self.latency_ms = ALPHA * latency_ms + (1 - ALPHA) * before

    def failed(self, error: str, *, limit: int, seconds: float, retry_after: float | None = None) -> None:
        """A request failed: after `limit` in a row, or as a probe, nothing is asked for `seconds`."""
        with self._lock:
            self._fail(error)
            if self._probing or self.consecutive >= limit:
                self._open_until, self._probing = self.clock() + seconds, False
            if retry_after is not None:
                self._not_before = self.clock() + retry_after

    def disable(self, error: str) -> None:
        """The provider refuses the key: it is not asked again with this key."""
        with self._lock:
            self._fail(error)
            self.disabled, self._probing = error, False

    def release(self, admitted: Admitted) -> None:
        """A request was given up before anything came of it: if it was the probe, the next one may be."""
        with self._lock:
            self._probing = self._probing and not admitted.probe

    def mended(self) -> None:
        """It was seen to answer by other means than a prompt: it is asked again from now on. No figure changes."""
        with self._lock:
            self.consecutive = 0
            self.disabled, self._open_until, self._probing, self._not_before = None, None, False, 0.0

    def with_key(self, key: int) -> None:
        """Say which key is used (a hash of it): another one than before is a new start."""
        with self._lock:
            if self._key not in (None, key):
                self.disabled, self._open_until, self.consecutive = None, None, 0
            self._key = key

    def _fail(self, error: str) -> None:
        self.requests += 1
        self.failures += 1
        self.consecutive += 1
        self._recent.append(False)
        self.last_error, self.last_error_at = error, _now()

    # -- figures -----------------------------------------------------------------------------------------------------

    @property
    def measured(self) -> bool:
        """Whether enough was asked to judge by it."""
        return self.requests >= MEASURED

    @property
    def failure_rate(self) -> float:
        """Of the last requests, 0 to 1; 0 when there was none."""
        with self._lock:
            return self._recent.count(False) / len(self._recent) if self._recent else 0.0

    @property
    def success_rate(self) -> float | None:
        """Of all requests, 0 to 1; None when there was none."""
        return (self.requests - self.failures) / self.requests if self.requests else None

    def status(self) -> Status:
        """Whether it is asked and answers: "failed" while it is not asked, "degraded" while requests fail."""
        if self.disabled is not None or self.circuit != "closed":
            return "failed"
        return "degraded" if self.consecutive or self.failure_rate >= DEGRADED else "healthy"

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; rates from 0 to 1, latency in ms, the time of the last error in ISO 8601."""
        return {
            "provider": self.name,
            "status": self.status(),
            "circuit": self.circuit,
            "disabled": self.disabled,
            "requests": self.requests,
            "failures": self.failures,
            "success_rate": self.success_rate,
            "latency_ms": None if self.latency_ms is None else round(self.latency_ms, 1),
            "last_error": self.last_error,
            "last_error_at": self.last_error_at,
        }


class HealthBook:
    """The health of every provider, by its name and address; one without an address has its own while it lives."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self.clock = clock
        self._at: dict[tuple[str, str], Health] = {}
        self._of: WeakKeyDictionary[Provider, Health] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, provider: Provider) -> Health:
        """The provider's health, begun when it is new."""
        endpoint = getattr(provider, "endpoint", None)
        if endpoint is None:
            with self._lock:
                return self._of.setdefault(provider, Health(provider.name, clock=self.clock))
        health = self.at(provider.name, endpoint.base_url)
        health.with_key(hash(endpoint.api_key))
        return health

    def at(self, name: str, base_url: str) -> Health:
        """The health of the provider at that address, begun when it is new."""
        with self._lock:
            key = name, base_url
            if key not in self._at:
                self._at[key] = Health(name, base_url, clock=self.clock)
            return self._at[key]

    def clear(self) -> None:
        """Forget everything, disabled keys too."""
        with self._lock:
            self._at.clear()
            self._of.clear()


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


HEALTH = HealthBook()
"""The book of this process."""
