"""One step: the deltas of one answer, put together and judged whole before anything of it is executed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

from canvas_widget.agent.events import Usage
from canvas_widget.agent.providers.failures import EmptyAnswer, ProviderFailure
from canvas_widget.agent.providers.patience import Patience
from canvas_widget.agent.stream import (
    Finish,
    FinishReason,
    Message,
    Provider,
    ReasoningDelta,
    Request,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    UsageDelta,
)
from canvas_widget.surrogates import paired

__all__ = ["EmptyAnswer", "Step", "StepBuilder", "take_step"]

MAX_ANSWER = 4_000_000
"""Characters of text and arguments in one answer, past which it is not taken for an answer any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """A whole answer: text, or calls (and text beside them)."""

    text: str
    calls: tuple[ToolCall, ...]
    usage: Usage
    cost: float | None
    truncated: bool = False

    def message(self) -> Message:
        """The step as the message that the history keeps."""
        return Message("assistant", self.text, self.calls)


@dataclass(slots=True)
class _Slot:
    id: str | None = None
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class StepBuilder:
    """Takes deltas in, gives a `Step` out.

    Servers differ: some repeat the id with every fragment, some give parallel calls one index, some no id at all.
    """

    def __init__(self, provider: str, prefix: str = "call") -> None:
        self.provider = provider
        self.prefix = prefix
        self.reason: FinishReason | None = None
        self.size = 0
        self._text: list[str] = []
        self._slots: list[_Slot] = []
        self._at: dict[int, _Slot] = {}
        self._usage: UsageDelta | None = None

    @property
    def text(self) -> str:
        return paired("".join(self._text))

    @property
    def begun(self) -> bool:
        """Whether any of the answer has come."""
        return bool(self.size or self._slots)

    def add(self, delta: TextDelta | ReasoningDelta | ToolCallDelta | UsageDelta | Finish) -> None:
        """Take the next delta.

        Raises:
            ProviderFailure: the answer is longer than any answer can be.
        """
        match delta:
            case TextDelta(text=text):
                self._text.append(text)
                self.size += len(text)
            case ReasoningDelta(text=text):
                self.size += len(text)
            case ToolCallDelta():
                self._add_call(delta)
                self.size += len(delta.arguments)
            case UsageDelta():
                self._usage = delta
            case Finish(reason=reason):
                self.reason = reason
        if self.size > MAX_ANSWER:
            raise ProviderFailure(
                f"{self.provider} sent an answer of more than {MAX_ANSWER:,} characters; it was stopped. "
                "Ask for less at once.",
                "endless",
            )

    def _add_call(self, delta: ToolCallDelta) -> None:
        slot = self._at.get(delta.index)
        begins_another = slot is not None and bool(delta.id and slot.id and delta.id != slot.id and delta.name)
        if slot is None or begins_another:
            slot = _Slot()
            self._slots.append(slot)
            self._at[delta.index] = slot
        slot.id = slot.id or delta.id
        slot.name = slot.name or delta.name or ""
        slot.arguments.append(delta.arguments)

    def build(self, request: Request) -> Step:
        """The whole answer.

        Raises:
            EmptyAnswer: nothing is in it.
            ProviderFailure: it was cut, or refused.
        """
        who = self.provider
        if self.reason is None:
            raise ProviderFailure(f"{who} stopped in the middle of its answer. Ask again.", "cut")
        if self.reason == "content_filter":
            raise ProviderFailure(f"{who} withheld its answer (content filter). Ask in other words.", "request")
        if self.reason == "length" and self._slots:
            raise ProviderFailure(
                f"{who} reached its {request.max_tokens or 'own'} tokens in the middle of a tool call. "
                "Raise CANVAS_WIDGET_MAX_TOKENS or ask for less at a time.",
                "request",
            )
        text = self.text
        calls = self._calls({call.id for message in request.messages for call in message.tool_calls})
        if not calls and not text.strip():
            raise EmptyAnswer(f"{who} sent an empty answer.")
        return Step(text, calls, *self.counted(request), self.reason == "length")

    def _calls(self, seen: set[str]) -> tuple[ToolCall, ...]:
        """The calls, each with an id that no other call of the conversation has."""
        calls = []
        for number, slot in enumerate(self._slots):
            call_id = slot.id if slot.id and slot.id not in seen else self._unused(number, seen)
            seen.add(call_id)
            calls.append(ToolCall(paired(call_id), paired(slot.name), paired("".join(slot.arguments))))
        return tuple(calls)

    def _unused(self, number: int, seen: set[str]) -> str:
        name = f"{self.prefix}_{number}"
        while name in seen:
            name += "_"
        return name

    def counted(self, request: Request) -> tuple[Usage, float | None]:
        """Tokens and cost of what has arrived, whole or not: as given, else counted from the text, else none."""
        given = self._usage
        if given is not None:
            return Usage(given.prompt_tokens, given.completion_tokens, given.estimated), given.cost
        if not self.size and self.reason is None:
            return Usage(), 0.0
        asked = sum(
            len(message.content) + sum(len(c.arguments) for c in message.tool_calls) for message in request.messages
        )
        return Usage(asked // 4, self.size // 4, estimated=True), None


async def take_step(
    provider: Provider,
    request: Request,
    prefix: str = "call",
    *,
    builder: StepBuilder | None = None,
    patience: Patience | None = None,
) -> AsyncGenerator[TextDelta | ReasoningDelta | Step, None]:
    """Pieces of text and thinking as they come, then the whole step.

    Args:
        provider: who is asked.
        request: what it is asked.
        prefix: begins the ids of calls that came without one.
        builder: gathers the deltas, for a caller that wants to know what a failed answer came to.
        patience: bounds the waiting; unbounded when None.

    Raises:
        ProviderError: the provider failed, or its answer is not whole.
    """
    builder = builder or StepBuilder(provider.name, prefix)
    deltas = provider.stream(request)
    waited = deltas if patience is None else patience.bounding(deltas)
    try:
        async for delta in waited:
            builder.add(delta)
            if isinstance(delta, TextDelta | ReasoningDelta) and delta.text:
                yield replace(delta, text=paired(delta.text))
    finally:
        for source in dict.fromkeys((waited, deltas)):
            if isinstance(source, AsyncGenerator):
                await source.aclose()
    yield builder.build(request)
