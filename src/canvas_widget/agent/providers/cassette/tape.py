"""The file of a cassette: readable in a review, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from canvas_widget.agent.stream import Delta, Finish, FinishReason, ReasoningDelta, TextDelta, ToolCallDelta, UsageDelta
from canvas_widget.errors import InvalidArgument
from canvas_widget.scrub import scrubbed

__all__ = ["SUFFIX", "Entry", "Tape", "find_tapes", "tape_at"]

SUFFIX = ".cassette.json"
FORMAT = 1
LARGEST = 50_000_000
"""Bytes of a cassette file past which it is not read."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Text(_Part):
    text: str

    def delta(self, _: int) -> Delta:
        return TextDelta(self.text)


class _Thinking(_Part):
    reasoning: str

    def delta(self, _: int) -> Delta:
        return ReasoningDelta(self.reasoning)


class _Call(_Part):
    tool: str
    arguments: Any

    def delta(self, number: int) -> Delta:
        text = self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments, ensure_ascii=False)
        return ToolCallDelta(number, f"call_{number}", self.tool, text)


class _Usage(_Part):
    prompt_tokens: int
    completion_tokens: int
    cost: float | None = None
    estimated: bool = False
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def delta(self, _: int) -> Delta:
        return UsageDelta(**self.model_dump())


class _Finish(_Part):
    finish: FinishReason

    def delta(self, _: int) -> Delta:
        return Finish(self.finish)


Part = Annotated[_Text | _Thinking | _Call | _Usage | _Finish, Field(union_mode="smart")]


class Entry(BaseModel):
    """One recorded answer: the prompt of its turn, which step of it, what had been said, and what came back.

    `history` holds a fingerprint for each message before the turn, `heard` the turn's own messages.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: str
    step: int
    key: str
    provider: str
    model: str
    history: list[str] = []
    heard: list[dict[str, Any]] = []
    answer: list[Part]

    def deltas(self) -> list[Delta]:
        """The answer as a provider streams it."""
        calls = 0
        found = []
        for part in self.answer:
            found.append(part.delta(calls))
            calls += isinstance(part, _Call)
        return found


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal[1]
    entries: list[Entry]


def answer_of(deltas: Iterable[Delta]) -> list[dict[str, Any]]:
    """Streamed deltas as the parts that a cassette keeps: text whole, each call whole, the usage, the finish."""
    text: list[str] = []
    thinking: list[str] = []
    calls: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    usage: UsageDelta | None = None
    reason: FinishReason = "stop"
    for delta in deltas:
        match delta:
            case TextDelta(text=piece):
                text.append(piece)
            case ReasoningDelta(text=piece):
                thinking.append(piece)
            case ToolCallDelta():
                names[delta.index] = names.get(delta.index) or delta.name or ""
                calls.setdefault(delta.index, []).append(delta.arguments)
            case UsageDelta():
                usage = delta
            case Finish():
                reason = delta.reason
    parts: list[dict[str, Any]] = []
    if thinking:
        parts.append({"reasoning": "".join(thinking)})
    if text:
        parts.append({"text": "".join(text)})
    parts += [{"tool": names[index], "arguments": _object("".join(calls[index]))} for index in calls]
    if usage is not None:
        parts.append(asdict(usage))
    return [*parts, {"finish": reason}]


def _object(text: str) -> Any:
    """Arguments as the object they spell; anything else stays the text that it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict) else text


class Tape:
    """A cassette file. Entries are looked up by key; writing replaces the file in one step."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._fresh: set[str] = set()
        self._played: dict[str, int] = {}
        self._stamp: tuple[int, int] | None = None
        self._entries: list[Entry] = []

    @property
    def entries(self) -> Sequence[Entry]:
        """What the file holds now.

        Raises:
            InvalidArgument: the file cannot be read as a cassette; says where.
        """
        with self._lock:
            return tuple(self._read())

    def take(self, key: str) -> Entry | None:
        """The next recorded answer to this; the last one again when all were played."""
        found = [entry for entry in self.entries if entry.key == key]
        if not found:
            return None
        played = self._played.get(key, 0)
        self._played[key] = played + 1
        return found[min(played, len(found) - 1)]

    def rewind(self) -> None:
        """Play every answer from its first take again."""
        self._played.clear()

    def record(self, entry: dict[str, Any], secrets: Iterable[str] = ()) -> None:
        """Add an answer. The first one of a prompt takes the place of all that were recorded for it earlier."""
        made = Entry.model_validate(scrubbed(entry, secrets))
        with self._lock:
            kept = list(self._read())
            if made.prompt not in self._fresh:
                self._fresh.add(made.prompt)
                kept = [old for old in kept if old.prompt != made.prompt]
            kept.append(made)
            self._write(kept)

    def _read(self) -> list[Entry]:
        try:
            status = self.path.stat()
        except OSError:
            self._entries, self._stamp = [], None
            return self._entries
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            if status.st_size > LARGEST:
                raise InvalidArgument(f"{self.path.name} is no cassette: it is larger than {LARGEST:,} bytes.")
            self._entries = self._parse(self.path.read_bytes())
            self._stamp = stamp
        return self._entries

    def _parse(self, data: bytes) -> list[Entry]:
        again = "Record it anew with CANVAS_WIDGET_CASSETTE_MODE=record."
        if b"<<<<<<<" in data and b">>>>>>>" in data:
            raise InvalidArgument(f"{self.path.name} holds the marks of a merge conflict. Choose one side. Or: {again}")
        try:
            return _File.model_validate(json.loads(data)).entries
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"][:4])
            reason = f"{where}: {first['msg']}"
        except (ValueError, RecursionError) as error:
            reason = str(error)
        raise InvalidArgument(f"{self.path.name} cannot be read as a cassette ({reason}). {again}")

    def _write(self, entries: list[Entry]) -> None:
        body = {"format": FORMAT, "entries": [entry.model_dump(mode="json") for entry in entries]}
        text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".cassette-", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
                file.write(text)
            temporary.chmod(0o644)
            temporary.replace(self.path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        status = self.path.stat()
        self._entries, self._stamp = entries, (status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def tape_at(path: Path) -> Tape:
    """The cassette at that path; the same path gives the same one."""
    return Tape(path)


def find_tapes(folder: Path) -> list[Tape]:
    """All cassettes in a folder, by name."""
    return [tape_at(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]
