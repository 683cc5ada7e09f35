"""What a turn's providers are told: the system prompt, the history, and views of data and canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from canvas_widget.agent.context import system_prompt
from canvas_widget.agent.sharing import Sharing
from canvas_widget.agent.stream import Message, Request, ToolSpec
from canvas_widget.agent.tools import ToolContext
from canvas_widget.agent.turn_request import TurnRequest
from canvas_widget.agent.views import CatalogueView
from canvas_widget.agent.workspace_views import canvas_view, catalogue_view

__all__ = ["Briefing", "brief"]


@dataclass(frozen=True, slots=True)
class Briefing:
    """What stays the same in all steps of a turn."""

    turn: TurnRequest
    catalogue: CatalogueView
    context: ToolContext
    system: str

    def request(self, past: Sequence[Message], since: Sequence[Message], *, tools: tuple[ToolSpec, ...]) -> Request:
        """One step's question: the past, the prompt, and what this turn said since; the canvas as it is now."""
        turn = self.turn
        return Request(
            messages=(Message("system", self.system), *past, Message("user", turn.prompt), *since),
            tools=tools,
            catalogue=self.catalogue,
            canvas=canvas_view(turn.workspace.document, self.context.to_replace),
            temperature=turn.settings.temperature,
            max_tokens=turn.settings.max_tokens,
        )


def brief(turn: TurnRequest) -> Briefing:
    """Put together what a turn is told. Looks at the data: call it off the loop.

    What may leave the machine is decided by the whole route: as soon as one provider of it is not the built-in one,
    the settings' limits hold for all of them, for what one is told the next may have to be told again.
    """
    _ = turn.tools.specs
    held = turn.workspace.catalogue
    private = frozenset(name for name in held.names() if held.get(name).private)
    built_in = [provider.name == "offline" for provider in turn.route]
    sharing = Sharing() if all(built_in) else Sharing(turn.settings.share, turn.prompt, private)
    context = ToolContext(turn.workspace, turn.actor, sharing, turn.knowledge, turn.screenshot)
    catalogue = catalogue_view(turn.workspace, turn.datasets)
    if any(built_in):
        for dataset in catalogue.datasets():
            _ = dataset.columns
    if all(built_in):
        return Briefing(turn, catalogue, context, "")
    canvas = canvas_view(turn.workspace.document, context.to_replace)
    topics = turn.knowledge.topics() if turn.knowledge else ()
    system = system_prompt(catalogue, canvas, sharing, rerun=sorted(context.to_replace), topics=topics)
    return Briefing(turn, catalogue, context, system)
