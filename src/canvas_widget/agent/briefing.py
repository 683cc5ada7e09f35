"""What a turn's providers are told: the system prompt, the history, and views of data and canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from canvas_widget.agent.context import system_prompt
from canvas_widget.agent.proceed import Unfinished, says_continue
from canvas_widget.agent.sharing import Sharing
from canvas_widget.agent.strategy import Chosen, StrategyInput, choose_strategy
from canvas_widget.agent.stream import Message, Request, ToolSpec
from canvas_widget.agent.tools import ToolContext
from canvas_widget.agent.turn_request import TurnRequest
from canvas_widget.agent.views import CatalogueView
from canvas_widget.agent.workspace_views import canvas_view, catalogue_view

__all__ = ["Briefing", "brief", "first_request"]


@dataclass(frozen=True, slots=True)
class Briefing:
    """What stays the same in all steps of a turn.

    `chosen` is how the turn is gone about, `past` the messages before it, `goes_on` the turn that it finishes.
    """

    turn: TurnRequest
    catalogue: CatalogueView
    context: ToolContext
    system: str
    chosen: Chosen
    past: tuple[Message, ...] = ()
    goes_on: Unfinished | None = None

    @property
    def rounds(self) -> int:
        """Rounds of tool calls that the turn may have."""
        turn, strategy = self.turn, self.chosen.strategy
        long = turn.extended or self.goes_on is not None or (self.chosen.forced and strategy.long)
        allowed = turn.settings.max_function_calls_extended if long else turn.settings.max_function_calls_per_turn
        return allowed if strategy.rounds is None else min(allowed, max(1, strategy.rounds))

    @property
    def prompt(self) -> Message:
        """What is asked; a “continue” comes with what is left."""
        told = f"{self.turn.prompt}\n\n{self.goes_on.told()}" if self.goes_on is not None else self.turn.prompt
        return Message("user", told)

    def request(self, since: Sequence[Message], *, tools: tuple[ToolSpec, ...]) -> Request:
        """One step's question: the past, the prompt, and what this turn said since; the canvas as it is now."""
        turn = self.turn
        most = self.chosen.strategy.max_tokens
        return Request(
            messages=(Message("system", self.system), *self.past, self.prompt, *since),
            tools=tools,
            catalogue=self.catalogue,
            canvas=canvas_view(turn.workspace.document, self.context.to_replace),
            temperature=turn.settings.temperature,
            max_tokens=turn.settings.max_tokens if most is None else min(most, turn.settings.max_tokens),
        )


def brief(turn: TurnRequest) -> Briefing:
    """Put together what a turn is told. Looks at the data: call it off the loop.

    What may leave the machine is decided by the whole route: as soon as one provider of it is not the built-in one,
    the settings' limits hold for all of them, for what one is told the next may have to be told again.

    Raises:
        InvalidArgument: the strategy that was asked for is not there.
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
    chosen = choose_strategy(_input(turn))
    outside = not all(built_in)
    if not outside and (turn.settings.share != "samples" or private):
        turn.conversation.keep_here(turn.turn_id)
    earlier, past = turn.conversation.recalled(condense=chosen.strategy.condense and outside, outside=outside)
    goes_on = turn.conversation.unfinished if says_continue(turn.prompt) else None
    system = ""
    if outside:
        guidance = [chosen.strategy.prompt] if chosen.strategy.prompt else []
        system = system_prompt(
            catalogue,
            canvas_view(turn.workspace.document, context.to_replace),
            sharing,
            rerun=sorted(context.to_replace),
            topics=turn.knowledge.topics() if turn.knowledge else (),
            prompt=turn.prompt if goes_on is None else goes_on.prompt,
            guidance=[*guidance, turn.typed.instruction] if turn.typed else guidance,
            earlier=earlier,
        )
    return Briefing(turn, catalogue, context, system, chosen, past, goes_on)


def first_request(turn: TurnRequest) -> Request:
    """What the turn's first provider would be sent. Looks at the data: call it off the loop."""
    return brief(turn).request((), tools=turn.tools.specs)


def _input(turn: TurnRequest) -> StrategyInput:
    messages = turn.conversation.messages
    return StrategyInput(
        prompt=turn.prompt,
        depth=sum(message.role == "user" for message in messages),
        messages=len(messages),
        limit=turn.conversation.limit,
        characters=sum(len(m.content) + sum(len(call.arguments) for call in m.tool_calls) for m in messages),
        calls=sum(len(message.tool_calls) for message in messages),
        forced=turn.strategy,
    )
