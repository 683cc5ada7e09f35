"""Tables of phrases, and a sentence whose words are taken one reading at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from canvas_widget.agent.providers.offline.words.normalise import Token, tokens

__all__ = ["Hit", "Phrase", "PhraseTable", "quote"]

V = TypeVar("V")
LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Hit(Generic[V]):
    """A phrase found at tokens `start:end`, and what it stands for."""

    start: int
    end: int
    value: V


class PhraseTable(Generic[V]):
    """Phrases, compared by stems, longest first."""

    def __init__(self, entries: Mapping[str, V]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        for text, value in entries.items():
            key = tuple(token.stem for token in tokens(text))
            self._by_first.setdefault(key[0], []).append((key, value))
        for options in self._by_first.values():
            options.sort(key=lambda option: -len(option[0]))
        self._longest = max((len(key) for options in self._by_first.values() for key, _ in options), default=1)
        self.words = frozenset(word for options in self._by_first.values() for key, _ in options for word in key)

    def at(self, words: Sequence[Token], index: int) -> Hit[V] | None:
        """The longest phrase that starts at `index`."""
        options = self._by_first.get(words[index].stem)
        if options is None or words[index].kind == "quoted":
            return None
        stems = [word.stem if word.kind != "quoted" else "" for word in words[index : index + self._longest]]
        for key, value in options:
            if tuple(stems[: len(key)]) == key:
                return Hit(index, index + len(key), value)
        return None

    def scan(self, phrase: Phrase) -> Iterator[Hit[V]]:
        """All phrases over words that nothing has taken yet, left to right."""
        index = 0
        while index < len(phrase):
            hit = self.at(phrase.tokens, index) if phrase.free(index) else None
            if hit is not None and all(phrase.free(k) for k in range(hit.start, hit.end)):
                yield hit
                index = hit.end
            else:
                index += 1

    def first(self, phrase: Phrase) -> Hit[V] | None:
        """The first of them."""
        return next(self.scan(phrase), None)


class Phrase:
    """One request's tokens; each reading takes the tokens it explains, so that what is left over is known."""

    def __init__(self, words: Sequence[Token], source: str) -> None:
        self.tokens = tuple(words)
        self.source = source
        self._role: list[str] = [""] * len(self.tokens)

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def text(self) -> str:
        """What was written."""
        return self.source[self.tokens[0].start : self.tokens[-1].end] if self.tokens else ""

    def free(self, index: int) -> bool:
        return not self._role[index]

    def role(self, index: int) -> str:
        return self._role[index] if 0 <= index < len(self) else ""

    def take(self, start: int, end: int, role: str) -> None:
        """Mark tokens `start:end` as explained by `role`."""
        for index in range(max(0, start), min(end, len(self))):
            self._role[index] = role

    def word(self, index: int) -> str:
        """The folded word at `index`, "" outside."""
        return self.tokens[index].lower if 0 <= index < len(self) else ""

    def written(self, start: int, end: int) -> str:
        """The words `start:end` as they were written."""
        if start >= end or start >= len(self):
            return ""
        return self.source[self.tokens[start].start : self.tokens[min(end, len(self)) - 1].end]

    def matches(self, index: int, *words: str) -> bool:
        """Whether these words stand at `index`, none of them taken."""
        return all(
            0 <= index + k < len(self) and self.tokens[index + k].lower == word and self.free(index + k)
            for k, word in enumerate(words)
        )

    def has(self, *stems: str) -> bool:
        """Whether any of these stems stands free in the phrase."""
        return any(self.free(k) and token.stem in stems for k, token in enumerate(self.tokens))

    def part(self, start: int, end: int) -> Phrase:
        """A phrase of its own from tokens `start:end`, nothing taken."""
        return Phrase(self.tokens[start:end], self.source)


def quote(text: str) -> str:
    """A piece of the prompt in quotes, on one line and short."""
    plain = " ".join(text.split())
    if len(plain) > LONGEST_QUOTE:
        plain = plain[: LONGEST_QUOTE - 1].rstrip() + "…"
    return f"“{plain}”"
