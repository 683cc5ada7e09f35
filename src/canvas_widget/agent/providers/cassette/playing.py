"""Providers that record and replay."""

from __future__ import annotations

import difflib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from typing import Any

from canvas_widget.agent.providers.cassette.keys import fingerprint, heard, key_of
from canvas_widget.agent.providers.cassette.tape import Entry, Tape, answer_of
from canvas_widget.agent.providers.failures import ProviderFailure
from canvas_widget.agent.stream import Delta, Finish, Provider, Request
from canvas_widget.scrub import scrubbed

__all__ = ["CassetteMiss", "Recording", "Replaying", "recorded", "replayed"]

LONGEST_SHOWN = 300


class CassetteMiss(ProviderFailure):
    """A replay was asked for something that was not recorded."""

    error_code = "CASSETTE"

    def __init__(self, message: str) -> None:
        super().__init__(message, "request")


class Recording:
    """A provider whose whole answers are written to a cassette as they come by."""

    def __init__(self, provider: Provider, tape: Tape, prompt: str, secrets: Iterable[str] = ()) -> None:
        self.provider = provider
        self.tape = tape
        self.secrets = tuple(secrets)
        self.prompt = str(scrubbed(prompt, self.secrets))

    @property
    def name(self) -> str:
        return self.provider.name

    @property
    def model(self) -> str:
        return self.provider.model

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        """The provider's own answer; recorded when it came to its end."""
        deltas: list[Delta] = []
        source = self.provider.stream(request)
        try:
            async for delta in source:
                deltas.append(delta)
                yield delta
        finally:
            if isinstance(source, AsyncGenerator):
                await source.aclose()
        answer = answer_of(deltas)
        if len(answer) > 1 and any(isinstance(delta, Finish) for delta in deltas):
            self.tape.record(self._entry(request, answer), self.secrets)

    def _entry(self, request: Request, answer: list[dict[str, Any]]) -> dict[str, Any]:
        messages = scrubbed(heard(request.messages), self.secrets)
        begin = _begin(messages, self.prompt)
        return {
            "prompt": self.prompt,
            "step": 1 + sum(message["role"] == "assistant" for message in messages[begin:]),
            "key": key_of(messages),
            "provider": self.name,
            "model": request.model or self.model,
            "history": [fingerprint(message) for message in messages[:begin]],
            "heard": messages[begin:],
            "answer": answer,
        }


class Replaying:
    """A provider that answers from cassettes only. It needs no key and no network."""

    def __init__(self, tapes: Sequence[Tape], prompt: str, secrets: Iterable[str] = ()) -> None:
        self.tapes = tuple(tapes)
        self.secrets = tuple(secrets)
        self.prompt = str(scrubbed(prompt, self.secrets))
        mine = next((entry for entry in self._entries() if entry.prompt == self.prompt), None)
        self.name = mine.provider if mine else "cassette"
        self.model = mine.model if mine else "recorded"

    def _entries(self) -> list[Entry]:
        return [entry for tape in self.tapes for entry in tape.entries]

    async def stream(self, request: Request) -> AsyncIterator[Delta]:
        """The recorded answer.

        Raises:
            CassetteMiss: there is none; names the prompt, and shows the nearest one with what differs.
        """
        messages = scrubbed(heard(request.messages), self.secrets)
        key = key_of(messages)
        for tape in self.tapes:
            entry = tape.take(key)
            if entry is not None:
                for delta in entry.deltas():
                    yield delta
                return
        raise CassetteMiss(self._missing(messages))

    def _missing(self, messages: list[dict[str, Any]]) -> str:
        where = ", ".join(tape.path.name for tape in self.tapes) or "no cassette was found"
        asked = f"The prompt {_short(self.prompt)} is not recorded"
        again = "Record it with CANVAS_WIDGET_CASSETTE_MODE=record or %%canvas --record."
        entries = self._entries()
        if not entries:
            return f"{asked}: {where}. {again}"
        own = messages[_begin(messages, self.prompt) :]
        same = [entry for entry in entries if entry.prompt == self.prompt]
        if not same:
            prompts = list(dict.fromkeys(entry.prompt for entry in entries))
            near = difflib.get_close_matches(self.prompt, prompts, n=1, cutoff=0.0)[0]
            return f"{asked} in {where}. The nearest recorded prompt is {_short(near)}. {again}"
        changed = next((text for entry in same if (text := _difference(entry.heard, own))), None)
        if changed is None:
            changed = "what was said before it in the conversation changed"
        return f"{asked} as it runs now in {where}: {changed}. {again}"


def recorded(route: Sequence[Provider], tape: Tape, prompt: str, secrets: Iterable[str] = ()) -> tuple[Provider, ...]:
    """The same route, each provider of which writes its whole answers to the cassette."""
    known = tuple(secrets)
    return tuple(Recording(provider, tape, prompt, known) for provider in route)


def replayed(tapes: Sequence[Tape], prompt: str, secrets: Iterable[str] = ()) -> tuple[Provider, ...]:
    """A route that answers from the cassettes only."""
    return (Replaying(tapes, prompt, secrets),)


def _begin(messages: Sequence[dict[str, Any]], prompt: str) -> int:
    """Where the turn begins: the last time that the user said its prompt."""
    positions = [
        place
        for place, message in enumerate(messages)
        if message["role"] == "user" and prompt in message.get("text", "")
    ]
    return positions[-1] if positions else 0


def _difference(before: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> str | None:
    """The first message that differs, in words; None when one list only goes on where the other ends."""
    for old, new in zip(before, now, strict=False):
        if old != new:
            was, is_now = _lines(old), _lines(new)
            gone = next((line for line in was if line not in is_now), "nothing")
            come = next((line for line in is_now if line not in was), "nothing")
            what = f"the result of {new['tool']}" if new["role"] == "tool" else f"the {new['role']}’s message"
            return f"{what} changed from {_short(gone)} to {_short(come)}"
    return None


def _lines(message: dict[str, Any]) -> list[str]:
    return [line.strip().rstrip(",") for line in json.dumps(message, ensure_ascii=False, indent=1).splitlines()]


def _short(text: str) -> str:
    cut = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
    return f"“{' '.join(cut.split())}”"
