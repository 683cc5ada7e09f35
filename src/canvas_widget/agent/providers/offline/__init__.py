"""The built-in offline model: small stages, from the words of a prompt to tool calls and an answer.

normalise → split → intents → (commands | edit | draw → link, clauses, filters, roles, decide → build) → place → answer
"""

from __future__ import annotations

from canvas_widget.agent.providers.offline.provider import OfflineProvider

__all__ = ["OfflineProvider"]
