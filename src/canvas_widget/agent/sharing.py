"""What of the data may leave for a provider: `samples`, `schema` or `none`, and less for a private dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from canvas_widget.settings import Share

__all__ = ["Sharing", "mentions"]

_WORDS = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _words(text: str) -> str:
    """The words of a text between blanks: `Miles_per_Gallon` and "miles per gallon" are the same."""
    return f" {' '.join(_WORDS.findall(_HUMP.sub(' ', text))).casefold()} "


def mentions(prompt: str, name: str) -> bool:
    """Whether a prompt names this, as it is written or word by word."""
    words = _words(name)
    if not words.strip():
        return bool(name) and name in prompt
    return words in _words(prompt) or f" {name.casefold()} " in f" {prompt.casefold()} "


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a turn may tell its provider.

    With `samples` names, types and values; with `schema` names and types; with `none`, and for a private dataset
    always, only the names that the prompt mentions.
    """

    share: Share = "samples"
    prompt: str = ""
    private: frozenset[str] = frozenset()

    def _mentioned(self, name: str) -> bool:
        return mentions(self.prompt, name)

    def named(self, dataset: str) -> bool:
        """Whether the dataset's name may be told."""
        hidden = self.share == "none" or dataset in self.private
        return not hidden or self._mentioned(dataset)

    def columns(self, dataset: str, names: Iterable[str]) -> list[str]:
        """The columns whose names may be told."""
        if self.share == "none" or dataset in self.private:
            return [name for name in names if self._mentioned(name)]
        return list(names)

    def values(self, datasets: Iterable[str]) -> bool:
        """Whether cells of these datasets, and ranges, counts and rows made of them, may be told."""
        return self.share == "samples" and not self.private.intersection(datasets)
