"""What turns are run with: providers, conversations, what the user wrote down and added, and the budget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canvas_widget.agent import Conversations, Provider
from canvas_widget.agent.usage.book import Book
from canvas_widget.errors import CanvasError, NotFound
from canvas_widget.logs import log_as_set
from canvas_widget.session.models import models_frame
from canvas_widget.session.pending import Pending, typed_of, wanted_of
from canvas_widget.session.protocol import UserPrompt
from canvas_widget.session.suggestions import Suggestions
from canvas_widget.session.turn import Turn
from canvas_widget.settings import Settings
from canvas_widget.workspace import Actor

if TYPE_CHECKING:
    from canvas_widget.agent import Knowledge, TurnRequest
    from canvas_widget.agent.tools.user import UserTools
    from canvas_widget.agent.typed import Typed
    from canvas_widget.session.session import Session

__all__ = ["Choose", "Means"]

Choose = Callable[[Settings, str | None], Provider | tuple[Provider, ...]]


class Means:
    """What the turns of one session are run with.

    Args:
        settings: which providers, how many rounds, which limits.
        choose_provider: gives the provider for a prompt, or several in their order; what the settings say when None.
    """

    def __init__(self, settings: Settings, choose_provider: Choose | None = None) -> None:
        log_as_set(settings)
        self.settings = settings
        self.conversations = Conversations(settings.max_conversation_history)
        self._choose: Choose = _configured if choose_provider is None else choose_provider
        self._session: Session | None = None
        self._suggestions: Suggestions | None = None
        self._knowledge: Knowledge | None = None
        self._tools: UserTools | None = None
        self.book = Book(settings.budget)
        self.screenshots = Path("screenshots")

    def connect(self, session: Session) -> None:
        """Say whose turns these are. Once, by the session."""
        self._session = session
        self._suggestions = Suggestions(session)

    @property
    def session(self) -> Session:
        if self._session is None:
            raise CanvasError("These turns belong to no session yet.")
        return self._session

    @property
    def suggestions(self) -> Suggestions:
        """The prompts that fit the data at hand."""
        if self._suggestions is None:
            raise CanvasError("These turns belong to no session yet.")
        return self._suggestions

    @property
    def knowledge(self) -> Knowledge:
        """What the user wrote down about the data."""
        if self._knowledge is None:
            from canvas_widget.agent import Knowledge

            self._knowledge = Knowledge()
        return self._knowledge

    @property
    def tools(self) -> UserTools:
        """The tools that the user added."""
        if self._tools is None:
            from canvas_widget.agent.tools.user import UserTools

            self._tools = UserTools()
        return self._tools

    # -- conversations ---------------------------------------------------------------------------------------------

    def history(self, conversation_id: str | None) -> dict[str, Any]:
        """The messages of a conversation, as the `chat_history` frame carries them."""
        name = conversation_id or "default"
        said = self.conversations.get(name).as_wire() if name in self.conversations.ids() else []
        return {"conversation_id": name, "messages": said}

    def list_conversations(self) -> list[dict[str, Any]]:
        """The conversations with something in them, oldest first: id, messages held, when the last was said."""
        held = [self.conversations.get(name) for name in self.conversations.ids()]
        return [
            {"conversation_id": each.id, "messages": len(each.as_wire()), "last": each.entries[-1].at}
            for each in held
            if each.entries
        ]

    def clear(self, conversation_id: str | None, *, known: bool = False) -> str:
        """Forget a conversation; returns its id.

        Raises:
            NotFound: `known` is asked for, and no conversation has that id.
        """
        name = conversation_id or "default"
        if known and conversation_id is not None and name not in self.conversations.ids():
            there = self.conversations.ids()[-5:]
            raise NotFound(f"No conversation {name!r}. There are: {', '.join(there) or 'none'}.", alternatives=there)
        self.conversations.get(name).clear()
        if self.session.recorder is not None:
            self.session.recorder.system("cleared", conversation_id=name)
        return name

    def models(self) -> dict[str, Any]:
        """What can be asked, how it is doing, and what the session has cost: the `models` frame."""
        return models_frame(self.settings, self.book.as_dict())

    def screenshot(self, form: str, filename: str | None) -> tuple[bytes, str]:
        """A picture of the canvas and a bare file name for it. Draws: call it off the loop."""
        from canvas_widget.session.picture import picture

        return picture(self.session.workspace, form, filename)

    # -- a turn's request ------------------------------------------------------------------------------------------

    def _route(self, wanted: str | None) -> tuple[Provider, ...]:
        chosen = self._choose(self.settings, wanted)
        return chosen if isinstance(chosen, tuple) else (chosen,)

    def _request(self, pending: Pending, actor: Actor) -> TurnRequest:
        """All that a turn works with.

        Raises:
            NoProvider: nobody can be asked.
        """
        from canvas_widget.agent import TurnRequest
        from canvas_widget.agent.aside import beside
        from canvas_widget.agent.providers.cassette import through_cassette

        turn, payload, workspace = pending.turn, pending.payload, self.session.workspace
        wanted = wanted_of(payload)
        conversation = self.conversations.get(turn.conversation_id)
        left = conversation.unfinished
        route = through_cassette(
            self.settings,
            turn.prompt,
            lambda: beside(self._route(wanted), self.knowledge, self.tools.names(), left),
            pending.cassette,
        )
        return TurnRequest(
            turn_id=turn.turn_id,
            prompt=turn.prompt,
            conversation=conversation,
            route=route,
            preferred=route[0].name if wanted else None,
            workspace=workspace,
            actor=actor,
            settings=self.settings,
            tools=self.tools.toolbox,
            extended=payload.extended,
            strategy=payload.strategy,
            typed=pending.typed,
            datasets=tuple(payload.datasets or ()),
            knowledge=self.knowledge,
            screenshot=lambda name: self.screenshot("png", name),
            book=self.book,
        )

    def preview(self, payload: UserPrompt, typed: Typed | None = None) -> TurnRequest:
        """The turn that a prompt would start now, of which nothing runs."""
        turn = Turn("preview", payload.prompt, payload.conversation_id or "default")
        pending = Pending(
            turn, payload, None, append=True, source="python", cassette=None, typed=typed or typed_of(payload)
        )
        return self._request(pending, Actor(source="agent", turn_id=turn.turn_id))


def _configured(settings: Settings, wanted: str | None) -> tuple[Provider, ...]:
    from canvas_widget.agent import route

    return route(settings, wanted)
