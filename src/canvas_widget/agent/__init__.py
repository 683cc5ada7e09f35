"""The agent: a prompt becomes tool calls on a workspace, and an answer."""

from canvas_widget.agent.conversation import Conversation, Conversations
from canvas_widget.agent.events import (
    Answered,
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
from canvas_widget.agent.knowledge import Knowledge, KnowledgePort
from canvas_widget.agent.providers.catalog import Providers, choose, configured
from canvas_widget.agent.stream import Provider
from canvas_widget.agent.tools import DEFAULT_TOOLS, Tool, Toolbox
from canvas_widget.agent.turn import TurnRequest, run_turn

__all__ = [
    "DEFAULT_TOOLS",
    "Answered",
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
    "run_turn",
]
