"""Running the tool calls of a step: read, checked, timed, and answered whatever happens."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from canvas_widget.agent.events import ToolEnded, ToolStarted
from canvas_widget.agent.recall import Recall
from canvas_widget.agent.stream import Message, ToolCall
from canvas_widget.agent.tools import Tool, Toolbox, ToolContext, ToolOutput
from canvas_widget.agent.worker import in_worker
from canvas_widget.errors import CanvasError, InvalidArgument, TimedOut
from canvas_widget.surrogates import sound

__all__ = ["Executed", "execute", "not_run", "read_arguments"]

GRACE = 0.25
"""Seconds that a tool which was told to stop gets to come to its end; stopping a turn takes half a second at most."""

LONGEST_RESULT = 20_000
"""Characters of a result that the model gets."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Executed:
    """A call with what came of it: `output` when it worked, else `error`, and `told` where the model may know less."""

    call: ToolCall
    mutates: bool
    elapsed_ms: float
    output: ToolOutput | None = None
    error: CanvasError | None = None
    told: CanvasError | None = None

    @property
    def answer(self) -> dict[str, Any]:
        """What the model is told."""
        if self.output is not None:
            return {"ok": True, **self.output.data}
        error = self.told or self.error
        assert error is not None  # noqa: S101  (one of the two is there)
        told: dict[str, Any] = {"ok": False, "error": error.message}
        if error.alternatives:
            told["alternatives"] = list(error.alternatives)
        return told

    def message(self) -> Message:
        """The result as the message that answers the call."""
        text = json.dumps(self.answer, ensure_ascii=False, separators=(",", ":"), default=str)
        if len(text) > LONGEST_RESULT:
            cut = {
                "ok": self.output is not None,
                "note": "The result was too long and is cut.",
                "text": text[:LONGEST_RESULT],
            }
            text = json.dumps(cut, ensure_ascii=False, separators=(",", ":"))
        return Message("tool", text, tool_call_id=self.call.id, name=self.call.name)

    def event(self) -> ToolEnded:
        """The result as the event that reports it."""
        data = self.output.data if self.output is not None else None
        error = self.error.message if self.error is not None else None
        return ToolEnded(self.call.id, self.call.name, self.error is None, data, error, self.elapsed_ms)


def read_arguments(arguments: str) -> dict[str, Any]:
    """The arguments of a call as an object; none at all is an empty one.

    Raises:
        InvalidArgument: they are no JSON object.
    """
    if not arguments.strip():
        return {}
    try:
        given = json.loads(arguments, parse_constant=_no_constant)
        if isinstance(given, str):
            given = json.loads(given, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise InvalidArgument(f"The arguments are not valid JSON ({reason}). Send one JSON object.") from None
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InvalidArgument('The arguments must be one JSON object, like {"container_id": "sales"}.')
    if not sound(given):
        raise InvalidArgument("The arguments hold half of a surrogate pair. Send whole characters.")
    return given


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _explain(error: ValidationError, tool: str) -> InvalidArgument:
    problems = []
    for problem in error.errors(include_url=False, include_context=False)[:5]:
        where = ".".join(str(part) for part in problem["loc"]) or "arguments"
        said = problem["msg"].removeprefix("Value error, ")
        got = "" if problem["type"] == "missing" else f" (got {json.dumps(problem['input'], default=str)[:60]})"
        problems.append(f"{where}: {said}{got}")
    return InvalidArgument(f"{tool} cannot take these arguments: {'; '.join(problems)}.")


async def execute(
    calls: Sequence[ToolCall], tools: Toolbox, context: ToolContext, limit: float, recall: Recall | None = None
) -> AsyncGenerator[ToolStarted | ToolEnded | Executed, None]:
    """Run calls: those that change things one by one in their order, reading ones between them together.

    Yields each call's start and end, and in the calls' own order what came of each. `limit` is in seconds per call.
    A pure tool that was asked the same before is answered from `recall`.
    """
    recall = recall or Recall(context.workspace)
    position = 0
    while position < len(calls):
        batch = [calls[position]]
        if not _mutates(calls[position], tools):
            while position + len(batch) < len(calls) and not _mutates(calls[position + len(batch)], tools):
                batch.append(calls[position + len(batch)])
        position += len(batch)
        for call in batch:
            yield ToolStarted(call.id, call.name, _shown(call))
        running = [asyncio.ensure_future(_run(call, tools, context, limit, recall)) for call in batch]
        try:
            for ended in asyncio.as_completed(running):
                yield (await ended).event()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
        for task in running:
            yield task.result()


def not_run(call: ToolCall, why: str) -> Executed:
    """What a call that was not run is answered with."""
    return Executed(call, mutates=False, elapsed_ms=0.0, error=CanvasError(why))


def _mutates(call: ToolCall, tools: Toolbox) -> bool:
    return call.name in tools and tools.get(call.name).mutates


def _shown(call: ToolCall) -> dict[str, Any]:
    if len(call.arguments) > LONGEST_RESULT:
        return {"raw": call.arguments[:500] + "…"}
    try:
        return read_arguments(call.arguments)
    except InvalidArgument:
        return {"raw": call.arguments[:500]}


async def _run(call: ToolCall, tools: Toolbox, context: ToolContext, limit: float, recall: Recall) -> Executed:
    started = time.perf_counter()
    mutates = _mutates(call, tools)
    try:
        tool = tools.get(call.name)
        try:
            arguments = tool.arguments.model_validate(read_arguments(call.arguments))
        except ValidationError as error:
            raise _explain(error, call.name) from None
        output = await _in_time(tool, arguments, context, limit, recall)
    except CanvasError as error:
        told = context.sharing.error(error, call.arguments)
        return Executed(call, mutates, _ms(started), error=error, told=told)
    finally:
        if mutates:
            recall.forget()
    return Executed(call, mutates, _ms(started), output)


async def _in_time(tool: Tool[Any], arguments: Any, context: ToolContext, limit: float, recall: Recall) -> ToolOutput:
    """Run a tool in a worker; told to stop at the limit or when the turn is cancelled, it gets a moment to end."""
    cancel = threading.Event()
    own = context.for_call(replace(context.actor, cancel=cancel))

    def work() -> ToolOutput:
        try:
            return recall.run(tool, arguments, own)
        except CanvasError:
            raise
        except ValidationError as error:
            raise _explain(error, tool.name) from None
        except Exception as error:
            _log.exception("Tool %s failed", tool.name)
            raise CanvasError(f"{tool.name} failed: {type(error).__name__}: {error}") from error

    future = in_worker(work, f"canvas-tool-{tool.name}")
    try:
        await asyncio.wait({future}, timeout=limit)
        if not future.done():
            cancel.set()
            await asyncio.wait({future}, timeout=GRACE)
    except asyncio.CancelledError:
        cancel.set()
        await asyncio.wait({future}, timeout=GRACE)
        _consume(future)
        raise
    if not future.done() or (future.exception() is not None and cancel.is_set()):
        _consume(future)
        left = "" if future.done() else " It is still stopping."
        raise TimedOut(f"{tool.name} took longer than {limit:g} s and was stopped.{left} Ask for less.")
    return future.result()


def _consume(future: asyncio.Future[ToolOutput]) -> None:
    """Take the error of a call nobody waits for, so that it is not reported as forgotten."""
    future.add_done_callback(lambda done: None if done.cancelled() else done.exception())


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1000
