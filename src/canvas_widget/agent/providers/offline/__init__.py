"""The built-in offline model: small stages, from the words of a prompt to tool calls and an answer.

Each stage imports only those before it: `words` → `link` (to datasets, columns, cells) → `query` → `conditions` →
`roles` → `decide` → `canvas` (commands, follow-ups, calls) → `answer`; `split`, `request` and `plan` put them together.
"""

from __future__ import annotations

from canvas_widget.agent.providers.offline.provider import OfflineProvider

__all__ = ["OfflineProvider"]
