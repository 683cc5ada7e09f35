"""Providers that record and replay."""

from __future__ import annotations

import difflib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from pathlib import Path
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
    """A provider that answers from cassettes only. It needs no key and no network.

    `own` is the path of the cassette that is known to be meant; the others may be another notebook's.
    """

    def __init__(
        self, tapes: Sequence[Tape], prompt: str, secrets: Iterable[str] = (), own: Path | None = None
    ) -> None:
        self.tapes = tuple(tapes)
        self.own = own
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
            CassetteMiss: there is none; names the prompt, and shows the nearest one with what differs. Or cassettes
                of other notebooks answer differently; names them.
        """
        messages = scrubbed(heard(request.messages), self.secrets)
        key = key_of(messages)
        tape = self._holding(key)
        entry = None if tape is None else tape.take(key)
        if entry is None:
            raise CassetteMiss(self._missing(messages))
        for delta in entry.deltas():
            yield delta

    def _holding(self, key: str) -> Tape | None:
        """The cassette that answers: the own one where it holds the key, else the first of those that agree."""
        found = [
            (tape, answers)
            for tape in self.tapes
            if (answers := [entry.answer for entry in tape.entries if entry.key == key])
        ]
        if not found:
            return None
        first, answers = found[0]
        other = next((tape for tape, differing in found[1:] if differing != answers), None)
        if other is not None and first.path != self.own:
            raise CassetteMiss(
                f"The prompt {_short(self.prompt)} has one answer in {first.path.name} and another in "
                f"{other.path.name}, and which of them is this notebook’s is not known. "
                "Set CANVAS_WIDGET_CASSETTE to the one that is."
            )
        return first

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


def replayed(
    tapes: Sequence[Tape], prompt: str, secrets: Iterable[str] = (), own: Path | None = None
) -> tuple[Provider, ...]:
    """A route that answers from the cassettes only, of which the one at `own` is the notebook's."""
    return (Replaying(tapes, prompt, secrets, own),)


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
