"""The agent: a prompt becomes tool calls on a workspace, and an answer.

What runs a turn loads on first use: a canvas that nobody asks anything never imports it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from canvas_widget.agent.conversation import Conversation, Conversations
from canvas_widget.agent.events import (
    Answered,
    Attempt,
    Confidence,
    Done,
    DoneReason,
    Reasoning,
    Retracted,
    TextChunk,
    ToolEnded,
    ToolStarted,
    TurnEvent,
    Usage,
)
from canvas_widget.agent.stream import Provider

if TYPE_CHECKING:
    from canvas_widget.agent.knowledge import Knowledge, KnowledgePort
    from canvas_widget.agent.providers.catalog import Providers, choose, configured, route
    from canvas_widget.agent.tools import DEFAULT_TOOLS, Tool, Toolbox
    from canvas_widget.agent.turn import TurnRequest, run_turn

__all__ = [
    "DEFAULT_TOOLS",
    "Answered",
    "Attempt",
    "Confidence",
    "Conversation",
    "Conversations",
    "Done",
    "DoneReason",
    "Knowledge",
    "KnowledgePort",
    "Provider",
    "Providers",
    "Reasoning",
    "Retracted",
    "TextChunk",
    "Tool",
    "ToolEnded",
    "ToolStarted",
    "Toolbox",
    "TurnEvent",
    "TurnRequest",
    "Usage",
    "choose",
    "configured",
    "route",
    "run_turn",
]

_LATER = {
    **dict.fromkeys(("Knowledge", "KnowledgePort"), "canvas_widget.agent.knowledge"),
    **dict.fromkeys(("Providers", "choose", "configured", "route"), "canvas_widget.agent.providers.catalog"),
    **dict.fromkeys(("DEFAULT_TOOLS", "Tool", "Toolbox"), "canvas_widget.agent.tools"),
    **dict.fromkeys(("TurnRequest", "run_turn"), "canvas_widget.agent.turn"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
