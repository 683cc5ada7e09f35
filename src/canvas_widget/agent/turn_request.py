"""What one turn is asked, and all that it works with."""

from __future__ import annotations

from dataclasses import dataclass, field

from canvas_widget.agent.conversation import Conversation
from canvas_widget.agent.knowledge import KnowledgePort
from canvas_widget.agent.providers.routed import Book
from canvas_widget.agent.providers.router import ROUTER, Router
from canvas_widget.agent.stream import Provider
from canvas_widget.agent.tools import DEFAULT_TOOLS, Toolbox
from canvas_widget.agent.tools.base import Screenshot
from canvas_widget.agent.typed import Typed
from canvas_widget.settings import Settings
from canvas_widget.workspace import USER, Actor, Workspace

__all__ = ["TurnRequest"]


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """One prompt, and all that its turn works with.

    `route` are the providers it may ask, in the configured order; `preferred` names the one the user asked for.
    `book` counts what its requests cost, and refuses those it may not make; `router` knows how the providers are.
    `datasets` narrows what the turn is told about (all when empty); `extended` allows the longer number of rounds.
    `strategy` names one instead of having it chosen; `typed` is the shape that the answer must have.
    """

    turn_id: str
    prompt: str
    conversation: Conversation
    route: tuple[Provider, ...]
    workspace: Workspace
    actor: Actor = USER
    settings: Settings = field(default_factory=Settings)
    tools: Toolbox = DEFAULT_TOOLS
    extended: bool = False
    datasets: tuple[str, ...] = ()
    knowledge: KnowledgePort | None = None
    screenshot: Screenshot | None = None
    preferred: str | None = None
    strategy: str | None = None
    typed: Typed | None = None
    book: Book | None = None
    router: Router = ROUTER

    @property
    def rounds(self) -> int:
        """Rounds of tool calls that the turn may have."""
        return self.settings.max_function_calls_extended if self.extended else self.settings.max_function_calls_per_turn
