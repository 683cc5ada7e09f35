"""One session: a canvas, its conversations and its clients, over any carrier."""

from canvas_widget.session.helptext import help_text
from canvas_widget.session.memory import MemoryClient
from canvas_widget.session.outbox import Client, Frame, Member, error_info
from canvas_widget.session.protocol import UserPrompt
from canvas_widget.session.session import Session
from canvas_widget.session.turn import ToolRecord, Turn
from canvas_widget.session.turns import Turns

__all__ = [
    "Client",
    "Frame",
    "Member",
    "MemoryClient",
    "Session",
    "ToolRecord",
    "Turn",
    "Turns",
    "UserPrompt",
    "error_info",
    "help_text",
]
