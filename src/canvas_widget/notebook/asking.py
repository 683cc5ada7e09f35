"""Asking a canvas: prompts and their options, conversations, the user's notes and tools, and what would be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from canvas_widget.errors import CanvasError, InvalidArgument
from canvas_widget.notebook.rooms import AtWork, acting, load
from canvas_widget.notebook.runtime import LoopThread

if TYPE_CHECKING:
    from canvas_widget.agent import Knowledge
    from canvas_widget.agent.tools.user import UserTools
    from canvas_widget.agent.typed import Typed
    from canvas_widget.session import Turn, UserPrompt

__all__ = ["CanvasAsking"]

STOPPED = "The turn was stopped. What it had finished stays on the canvas."
OPTIONS = ("model", "provider", "strategy", "extended", "datasets", "conversation_id", "schema")
INNER = ("cell", "append", "cassette")
"""Options that only the magic gives."""


class CanvasAsking(AtWork):
    """The canvas as somebody to talk to."""

    loop: LoopThread
    closed: bool

    def _closed_message(self) -> str:
        raise NotImplementedError

    async def _turn(self, prompt: str, options: Mapping[str, Any]) -> Turn:
        if self.closed:
            raise CanvasError(self._closed_message())
        cell, append = options.get("cell"), bool(options.get("append"))
        payload, shape = _payload(prompt, options)
        from canvas_widget.session.prompt import check_prompt

        check_prompt(payload, self.workspace)
        cassette = options.get("cassette")
        return await self.session.turns.ask(payload, cell=cell, append=append, cassette=cassette, typed=shape)

    def ask(self, prompt: str, **options: Any) -> Turn:
        """Run a prompt and wait for its answer. A kernel interrupt stops it; finished effects stay.

        Args:
            prompt: what is wanted, in plain words; “continue” goes on where a limit stopped the last turn.
            options: `model` ("provider/model"), `provider`, `strategy`, `extended`, `datasets`, `conversation_id`, and
                `schema`: a pydantic model, a type such as `list[float]`, or a JSON schema as a dict. The answer is
                then `turn.value`, of that shape.

        Raises:
            CanvasError: the turn failed; a failed turn never looks like an answer.
            ParseFailed: the answer has not the shape asked for, also after one more try; carries `raw_response` and
                `parse_error`.
        """
        __tracebackhide__ = True
        _not_from_within()
        try:
            turn = self.loop.wait(self._turn(prompt, options))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(STOPPED) from None
        return _raise_failed(turn)

    async def ask_async(self, prompt: str, **options: Any) -> Turn:
        """The same, awaited."""
        __tracebackhide__ = True
        _not_from_within()
        try:
            turn = await self.loop.wait_async(self._turn(prompt, options))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(STOPPED) from None
        return _raise_failed(turn)

    def context(self, prompt: str = "", **options: Any) -> str:
        """What a prompt would send to its provider now, byte for byte: the messages and the tools, as JSON.

        With no provider but the built-in one nothing is sent, and that is said instead.
        """
        payload, shape = _payload(prompt or "(your prompt)", options)
        from canvas_widget.session.prompt import check_prompt

        check_prompt(payload, self.workspace)
        turn = self.loop.run(lambda: self.session.turns.preview(payload, shape))
        provider = next((provider for provider in turn.route if provider.name != "offline"), None)
        if provider is None:
            return "Nothing is sent: the built-in model answers, on this machine."
        from canvas_widget.agent.briefing import first_request
        from canvas_widget.agent.providers.sent import sent

        return json.dumps(sent(provider, first_request(turn)), ensure_ascii=False, indent=2)

    # -- conversations ---------------------------------------------------------------------------------------------

    def history(self, conversation_id: str | None = None) -> list[dict[str, Any]]:
        """The messages of a conversation: role, content, turn_id, timestamp."""
        messages: list[dict[str, Any]] = self.loop.run(lambda: self.session.turns.history(conversation_id))["messages"]
        return messages

    def conversations(self) -> list[dict[str, Any]]:
        """The conversations with something in them: id, how many messages are held, and when the last was said."""
        return self.loop.run(self.session.turns.list_conversations)

    def clear_conversation(self, conversation_id: str | None = None) -> None:
        """Forget what was said in a conversation, the default one when none is named; the canvas stays as it is.

        Raises:
            NotFound: no conversation has that id.
        """
        self.loop.run(lambda: self.session.turns.clear(conversation_id, known=True))

    # -- notes and tools -------------------------------------------------------------------------------------------

    @property
    def knowledge(self) -> Knowledge:
        """What you wrote down about the data: `add`, `remove`, `topics`, `search`."""
        return self.session.turns.knowledge

    @property
    def tools(self) -> UserTools:
        """Your own tools: their names, `add`, `remove`."""
        return self.session.turns.tools

    @property
    def tool(self) -> UserTools:
        """Make a typed function a tool: `@canvas.tool`, or `@canvas.tool(name=…, reads_only=True)`."""
        return self.session.turns.tools


def _raise_failed(turn: Turn) -> Turn:
    """The turn, or what it failed with: an error that explains itself comes without the way it took through here."""
    __tracebackhide__ = True
    if turn.reason == "cancelled":
        raise KeyboardInterrupt(STOPPED)
    if isinstance(turn.error, CanvasError):
        turn.error.__cause__, turn.error.__suppress_context__ = None, True
        raise turn.error.with_traceback(None)
    if turn.error is not None:
        raise turn.error
    return turn


def _not_from_within() -> None:
    if acting().source == "agent":
        raise CanvasError(
            "A tool cannot ask the canvas that is calling it: the turn would wait for itself. Call its methods "
            "instead, such as canvas.chart(…)."
        )


def _payload(prompt: str, options: Mapping[str, Any]) -> tuple[UserPrompt, Typed | None]:
    """A prompt and its options, checked, and the shape its answer must have.

    Raises:
        InvalidArgument: an option that there is not, or a value that cannot be used.
    """
    given = {key: value for key, value in options.items() if key not in INNER and value is not None}
    if isinstance(given.get("datasets"), str):
        given["datasets"] = [given["datasets"]]
    unknown = sorted(set(given) - set(OPTIONS))
    if unknown:
        raise InvalidArgument(f"A prompt takes no option {unknown[0]!r}. There are: {', '.join(OPTIONS)}.")
    load()
    from pydantic import ValidationError

    from canvas_widget.session import UserPrompt

    shape = None
    if "schema" in given:
        from canvas_widget.agent.typed import typed

        shape = typed(given.pop("schema"))
    try:
        return UserPrompt(prompt=prompt, **given), shape
    except ValidationError as error:
        where = str(error.errors()[0]["loc"][0])
        if where == "prompt":
            raise InvalidArgument("A prompt is text of 1 to 100,000 characters.") from None
        raise InvalidArgument(f"{where} of a prompt cannot be {given[where]!r:.80}.") from None
