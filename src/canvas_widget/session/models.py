"""What can be asked, how it is doing and what the session has cost: the `models` frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from canvas_widget.settings import Settings

__all__ = ["models_frame"]


def models_frame(settings: Settings, cost: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a `models` frame: the providers in the configured order, the built-in one last."""
    from canvas_widget.agent import Providers
    from canvas_widget.agent.providers.health import HEALTH

    models: list[dict[str, Any]] = []
    for found in Providers(settings).usable():
        usable = found.endpoint is not None
        health = HEALTH.at(found.name, found.endpoint.base_url).as_dict() if found.endpoint else {}
        models.append(
            {
                **health,
                "provider": found.name,
                "model": found.endpoint.model if found.endpoint else "",
                "default": usable and not any(entry["default"] for entry in models),
                "usable": usable,
                "why_not": found.why_not,
            }
        )
    none = not any(entry["usable"] for entry in models)
    models.append({"provider": "offline", "model": "built-in", "default": none, "usable": True, "why_not": ""})
    from canvas_widget.agent.strategy import strategies

    return {"models": models, "strategies": strategies.names(), "cost": dict(cost), "budget": settings.budget}
