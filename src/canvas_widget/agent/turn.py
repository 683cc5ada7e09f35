"""The turn loop: a prompt to its final answer, through rounds of tool calls."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from canvas_widget.agent.briefing import Briefing, brief
from canvas_widget.agent.events import Answered, Done, DoneReason, Reasoning, TurnEvent
from canvas_widget.agent.execute import Executed, execute, not_run
from canvas_widget.agent.judgement import so_far
from canvas_widget.agent.proceed import Unfinished, says_continue
from canvas_widget.agent.recall import Recall
from canvas_widget.agent.step import Step
from canvas_widget.agent.stream import Message, ToolCall
from canvas_widget.agent.tools import ToolContext
from canvas_widget.agent.turn_request import TurnRequest
from canvas_widget.agent.verdict import grounded, typed_value, verdict
from canvas_widget.agent.worker import in_worker
from canvas_widget.errors import BudgetExceeded, CanvasError, ParseFailed, ProviderError

__all__ = ["MAX_CALLS", "TurnRequest", "run_turn"]

MAX_CALLS = 50
"""Tool calls in one turn, however many rounds it has."""

_SUMMARISE = (
    "(The limit of {limit} is reached; no tool runs any more in this turn. Say in a few sentences what was done and "
    "what is left{wanted}, and that “continue” goes on.)"
)


async def run_turn(turn: TurnRequest) -> AsyncGenerator[TurnEvent, None]:
    """Run a prompt to its end; the last event is `Done`.

    A provider's failure ends in `Done("error")`; an exception is a fault of ours. Cancelling the task that reads the
    events stops the provider or the running tool, keeps what was finished, and raises `CancelledError` as ever; the
    conversation then says that the turn was stopped.
    """
    run = _Run(turn)
    try:
        async with aclosing(run.events()) as events:
            async for event in events:
                yield event
    except Exception:
        run.ending = "(This turn failed before it was finished.)"
        raise
    finally:
        run.remember()


class _Run:
    """The state of one running turn."""

    def __init__(self, turn: TurnRequest) -> None:
        self.turn = turn
        self.started = time.perf_counter()
        self.routed = turn.router.begin(turn.route, turn.settings, preferred=turn.preferred, book=turn.book)
        self.recall = Recall(turn.workspace)
        self.executed: list[Executed] = []
        self.said: list[Message] = []
        self.ending = "(Stopped by the user before it was finished.)"
        self._open: tuple[Step, dict[str, Executed]] | None = None
        self._remembered = False
        if turn.actor.replaces:
            turn.conversation.forget_prompt(turn.prompt)
        self.left: tuple[ToolCall, ...] = ()
        if not says_continue(turn.prompt):
            turn.conversation.unfinished = None

    # -- the loop --------------------------------------------------------------------------------------------------

    async def events(self) -> AsyncGenerator[TurnEvent, None]:
        turn = self.turn
        try:
            briefing = await in_worker(lambda: brief(turn), "canvas-context")
            yield Reasoning(steps=(briefing.chosen.step,), strategy=briefing.chosen.name)
            for number in range(briefing.rounds + 1):
                step: Step | None = None
                request = briefing.request(self.said, tools=turn.tools.specs)
                async with aclosing(self.routed.step(request, self._prefix)) as items:
                    async for item in items:
                        if isinstance(item, Step):
                            step = item
                        else:
                            yield item
                assert step is not None  # noqa: S101  (the router yields it or raises)
                if not step.calls:
                    async with aclosing(self._conclude(briefing, step)) as events:
                        async for event in events:
                            yield event
                    return
                if number == briefing.rounds or len(self.executed) >= MAX_CALLS:
                    self.left = step.calls
                    break
                async with aclosing(self._execute(step, briefing.context)) as events:
                    async for event in events:
                        yield event
            async with aclosing(self._stop_at_limit(briefing)) as events:
                async for event in events:
                    yield event
        except CanvasError as error:
            self.ending = f"(This turn failed: {error.message})"
            yield self._done("error", error=error)

    async def _conclude(self, briefing: Briefing, step: Step) -> AsyncGenerator[TurnEvent, None]:
        """The end of a turn that came to an answer; one that was asked for in a shape may be mended once."""
        value, failed = None, None
        if self.turn.typed is not None:
            value, failed = await in_worker(lambda: typed_value(briefing, self.executed, step.text))
        if failed is not None and self.routed.provider.name != "offline":
            assert self.turn.typed is not None  # noqa: S101  (nothing else fails to parse)
            yield self.routed.retract(failed.parse_error)
            self.said += [Message("assistant", step.text), Message("user", self.turn.typed.repair(failed))]
            async with aclosing(self.routed.step(briefing.request(self.said, tools=()), self._prefix)) as items:
                async for item in items:
                    if isinstance(item, Step):
                        step = item
                    else:
                        yield item
            text = step.text
            value, failed = await in_worker(lambda: typed_value(briefing, self.executed, text))
        yield await self._answer(briefing, step.text, truncated=step.truncated, value=value, failed=failed)
        if failed is not None:
            yield self._done("error", error=failed)
        elif self.left:
            self._leave(briefing, f"{MAX_CALLS} calls")
            yield self._done("limit", can_continue=True)
        else:
            self.turn.conversation.unfinished = None
            yield self._done("complete")

    @property
    def _prefix(self) -> str:
        return f"call_{len(self.said)}"

    async def _execute(self, step: Step, context: ToolContext) -> AsyncGenerator[TurnEvent, None]:
        """Run a step's calls as far as the turn's number of calls allows, and keep all of them with their answers."""
        allowed = step.calls[: MAX_CALLS - len(self.executed)]
        self.left = step.calls[len(allowed) :]
        finished: dict[str, Executed] = {}
        self._open = step, finished
        limit = self.turn.settings.function_call_timeout
        async with aclosing(execute(allowed, self.turn.tools, context, limit, self.recall)) as items:
            async for item in items:
                if isinstance(item, Executed):
                    finished[item.call.id] = item
                    self.executed.append(item)
                else:
                    yield item
        self._close(f"Not run: a turn has {MAX_CALLS} calls.")

    def _close(self, why_not: str) -> None:
        """Keep the open step: its calls, and an answer to each of them."""
        if self._open is None:
            return
        step, finished = self._open
        self._open = None
        self.said.append(step.message())
        self.said += [(finished.get(call.id) or not_run(call, why_not)).message() for call in step.calls]

    def _leave(self, briefing: Briefing, limit: str) -> None:
        """Remember what is left, for a “continue”."""
        former = briefing.goes_on
        prompt = former.prompt if former is not None else self.turn.prompt
        self.turn.conversation.unfinished = Unfinished(self.turn.turn_id, prompt, limit, self.left)

    async def _stop_at_limit(self, briefing: Briefing) -> AsyncGenerator[TurnEvent, None]:
        full = len(self.executed) >= MAX_CALLS
        limit = f"{MAX_CALLS} calls" if full else f"{briefing.rounds} rounds of tool calls"
        names = ", ".join(dict.fromkeys(call.name for call in self.left))
        ask = Message("user", _SUMMARISE.format(limit=limit, wanted=f" (you wanted next: {names})" if names else ""))
        text = ""
        if self.routed.provider.name != "offline":
            try:
                request = briefing.request([*self.said, ask], tools=())
                async with aclosing(self.routed.step(request, self._prefix)) as items:
                    async for item in items:
                        if not isinstance(item, Step):
                            yield item
                        elif not item.calls:
                            text = item.text
            except (ProviderError, BudgetExceeded):
                text = ""
        value, failed = None, None
        if self.turn.typed is not None:
            value, failed = await in_worker(lambda: typed_value(briefing, self.executed, text))
        text = text or so_far(self.executed, self.left, limit)
        yield await self._answer(briefing, text, value=value, failed=failed)
        self._leave(briefing, limit)
        yield self._done("limit", can_continue=True)

    # -- what it came to -------------------------------------------------------------------------------------------

    async def _answer(
        self,
        briefing: Briefing,
        text: str,
        *,
        truncated: bool = False,
        value: Any = None,
        failed: ParseFailed | None = None,
    ) -> Answered:
        self.ending = text
        answered = verdict(self.executed, text, truncated=truncated)
        if answered is None:
            answered = await in_worker(lambda: grounded(briefing, self.executed, text, truncated=truncated))
        return replace(answered, value=value, parse=failed.as_dict() if failed is not None else None)

    def _done(self, reason: DoneReason, *, can_continue: bool = False, error: CanvasError | None = None) -> Done:
        self.remember()
        routed = self.routed
        usage = routed.usage
        return Done(
            reason=reason,
            usage=usage,
            cost=routed.cost if usage.total_tokens or reason == "complete" else None,
            provider=routed.provider.name,
            model=routed.provider.model,
            attempts=routed.number,
            latency_ms=(time.perf_counter() - self.started) * 1000,
            can_continue=can_continue,
            error=error,
            receipt=tuple(routed.attempts),
        )

    def remember(self) -> None:
        """Put the turn into the conversation, once: the prompt, what was called, and how it ended."""
        if self._remembered:
            return
        self._remembered = True
        self._close("Stopped by the user.")
        said = [Message("user", self.turn.prompt), *self.said, Message("assistant", self.ending)]
        self.turn.conversation.add(said, self.turn.turn_id)
