"""The agent: a prompt becomes tool calls on a workspace, and an answer.

What runs a turn loads on first use: a canvas that nobody asks anything never imports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from canvas_widget.first_use import on_first_use

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

__getattr__ = on_first_use(
    __name__,
    {
        "knowledge": ("Knowledge", "KnowledgePort"),
        "providers.catalog": ("Providers", "choose", "configured", "route"),
        "tools": ("DEFAULT_TOOLS", "Tool", "Toolbox"),
        "turn": ("TurnRequest", "run_turn"),
    },
)
