"""What the server counts, for Prometheus and for people."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from canvas_widget.server.hub import Hub
    from canvas_widget.session.journal import Event

__all__ = ["Metrics"]

SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)


class Metrics:
    """The counters of one server. No label holds a name, an id or a prompt of anybody's."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.started = time.time()
        self.registry = CollectorRegistry()
        made: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("canvas_http_requests", "HTTP requests", ["method", "route", "status"], **made)
        self.request_seconds = Histogram("canvas_http_seconds", "HTTP requests", ["route"], buckets=SECONDS, **made)
        self.frames = Counter("canvas_frames_received", "WebSocket frames by type", ["type"], **made)
        self.refused = Counter("canvas_refused", "Frames and requests that were refused", ["error_code"], **made)
        self.snapshots = Counter("canvas_slow_clients", "Snapshots for clients that fell behind", **made)
        self.turns = Counter("canvas_turns", "Turns that ended", ["reason"], **made)
        self.turn_seconds = Histogram("canvas_turn_seconds", "Turns", buckets=SECONDS, **made)
        self.tokens = Counter("canvas_tokens", "Tokens of providers", ["kind"], **made)
        self.tools = Counter("canvas_tool_calls", "Tool calls", ["ok"], **made)
        self.events = Counter("canvas_events", "Events written down", ["type"], **made)
        for name, text, value in (
            ("canvas_sessions", "Sessions in memory", lambda: self._of("sessions")),
            ("canvas_sockets", "Open sockets", lambda: len(hub.sockets)),
            ("canvas_store_commits", "Commits of the store", lambda: self._of("commits")),
            ("canvas_store_ok", "Whether the store can be written", lambda: self._of("store_ok")),
            ("canvas_uptime_seconds", "Seconds since the start", lambda: time.time() - self.started),
        ):
            Gauge(name, text, **made).set_function(value)

    def _of(self, what: str) -> float:
        hub = self._hub
        if hub.failure is not None:
            return 0.0
        values = {
            "sessions": len(hub.sessions.live),
            "commits": hub.writer.commits,
            "store_ok": float(not hub.writer.problem),
        }
        return float(values[what])

    def event(self, event: Event) -> None:
        """Count what a session writes down."""
        self.events.labels(event.type).inc()
        content = event.content
        if event.type == "tool_result":
            self.tools.labels("true" if content.get("ok") else "false").inc()
        elif event.type == "system_event" and content.get("event") == "done":
            self.turns.labels(str(content["reason"])).inc()
            self.turn_seconds.observe(float(content.get("latency_ms", 0)) / 1000)
            usage = content.get("usage", {})
            for kind in ("prompt", "completion"):
                self.tokens.labels(kind).inc(float(usage.get(f"{kind}_tokens", 0)))

    def prometheus(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)

    def plain(self) -> dict[str, float]:
        """All of it by name, labels joined to the name."""
        found: dict[str, float] = {}
        for metric in self.registry.collect():
            for sample in metric.samples:
                if not sample.name.endswith(("_created", "_bucket")):
                    labels = ",".join(f"{key}={value}" for key, value in sample.labels.items())
                    found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
        return found
