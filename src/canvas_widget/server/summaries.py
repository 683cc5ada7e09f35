"""What a session came to, written when it has ended."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING

from canvas_widget.agent import Provider, route
from canvas_widget.agent.stream import Message, Request, TextDelta
from canvas_widget.agent.workspace_views import canvas_view, catalogue_view
from canvas_widget.errors import CanvasError
from canvas_widget.session.journal import Event, rebuild
from canvas_widget.settings import Settings
from canvas_widget.store import Store
from canvas_widget.workspace import Workspace

if TYPE_CHECKING:
    from canvas_widget.store import SessionRecord

__all__ = ["Summaries", "facts"]

_log = logging.getLogger(__name__)

ASK = (
    "Summarise this session of data analysis in at most five sentences for whoever opens it again: what was asked, "
    "what was found, what is on the canvas. Use only what is written here."
)
MOST_LETTERS = 12_000
ATTEMPTS = 3
EVENTS = 100_000


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def facts(record: SessionRecord, events: list[Event]) -> str:
    """A summary that needs no model: how long, what was asked, what was done."""
    prompts = [str(event.content["prompt"]) for event in events if event.type == "user_message"]
    tools = Counter(str(event.content["tool"]) for event in events if event.type == "tool_call")
    edits = sum(event.type == "transaction" for event in events)
    data = sorted({str(e.content["name"]) for e in events if e.content.get("event") == "dataset"})
    minutes = (record.duration_seconds or 0) / 60
    lasted = "less than a minute" if minutes < 1 else _counted(round(minutes), "minute")
    parts = [f"Canvas {record.name!r} was open for {lasted}: {_counted(len(prompts), 'prompt')}, "]
    parts.append(f"{_counted(edits, 'change')} of the canvas.")
    if data:
        parts.append(f" Data: {', '.join(data[:10])}.")
    if tools:
        parts.append(" Tools: " + ", ".join(f"{name} ×{n}" for name, n in tools.most_common(8)) + ".")
    if prompts:
        parts.append(f" First asked: “{prompts[0][:200]}”.")
        if len(prompts) > 1:
            parts.append(f" Last asked: “{prompts[-1][:200]}”.")
    return "".join(parts)


class Summaries:
    """Writes the summaries that are missing, also those that a crash left behind."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._failed: Counter[str] = Counter()
        self._busy = asyncio.Lock()

    async def run(self) -> int:
        """Write what is missing now; returns how many were written. A failed one is tried again next time."""
        written = 0
        async with self._busy:
            for record in await asyncio.to_thread(self._store.unsummarised):
                try:
                    text = await self._summarise(record)
                    await asyncio.to_thread(self._store.set_summary, record.session_id, text)
                    written += 1
                except (CanvasError, TimeoutError) as error:
                    self._failed[record.session_id] += 1
                    _log.warning("Session %s has no summary yet: %s", record.session_id, error)
        return written

    async def _summarise(self, record: SessionRecord) -> str:
        held = await asyncio.to_thread(self._store.events, record.session_id, 0, EVENTS)
        events = [event for _, event in held]
        plain = facts(record, events)
        said = [
            f"{message.role}: {message.content}"
            for messages in rebuild(events).values()
            for message in messages
            if message.role in ("user", "assistant") and message.content
        ]
        provider = route(self._settings)[0]
        if provider.name == "offline" or not said or self._failed[record.session_id] >= ATTEMPTS:
            return plain
        return await self._ask(provider, plain, "\n".join(said)[-MOST_LETTERS:]) or plain

    async def _ask(self, provider: Provider, plain: str, said: str) -> str:
        nothing = Workspace("summary")
        request = Request(
            (Message("system", ASK), Message("user", f"{plain}\n\n{said}")),
            (),
            catalogue_view(nothing),
            canvas_view(nothing.document),
            max_tokens=400,
        )
        async with asyncio.timeout(self._settings.read_timeout):
            pieces = [delta.text async for delta in provider.stream(request) if isinstance(delta, TextDelta)]
        return "".join(pieces).strip()
