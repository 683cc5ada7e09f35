"""What can be asked, how it is doing and what the session has cost: the `models` frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from canvas_widget.settings import Settings

__all__ = ["Spent", "models_frame"]


class Spent:
    """Tokens and USD of a session's turns, per provider. A cost is None once any part of it is unknown."""

    def __init__(self) -> None:
        self.by_provider: dict[str, dict[str, Any]] = {}

    def add(self, provider: str, tokens: int, cost: float | None) -> None:
        """Count a turn's figures."""
        if not provider:
            return
        held = self.by_provider.setdefault(provider, {"turns": 0, "tokens": 0, "cost": 0.0})
        held["turns"] += 1
        held["tokens"] += tokens
        held["cost"] = None if cost is None or held["cost"] is None else held["cost"] + cost

    def as_dict(self) -> dict[str, Any]:
        """`{"total", "tokens", "by_provider"}`, as the frame has it."""
        costs = [held["cost"] for held in self.by_provider.values()]
        return {
            "total": None if None in costs else float(sum(costs)),
            "tokens": sum(held["tokens"] for held in self.by_provider.values()),
            "by_provider": {name: dict(held) for name, held in self.by_provider.items()},
        }


def models_frame(settings: Settings, cost: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a `models` frame: the providers in the configured order, the built-in one last."""
    from canvas_widget.agent import Providers

    models: list[dict[str, Any]] = []
    for found in Providers(settings).usable():
        usable = found.endpoint is not None
        models.append(
            {
                "provider": found.name,
                "model": found.endpoint.model if found.endpoint else "",
                "default": usable and not any(entry["default"] for entry in models),
                "usable": usable,
                "why_not": found.why_not,
            }
        )
    none = not any(entry["usable"] for entry in models)
    models.append({"provider": "offline", "model": "built-in", "default": none, "usable": True, "why_not": ""})
    return {"models": models, "strategies": [], "cost": dict(cost), "budget": settings.budget}
